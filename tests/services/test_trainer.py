"""The trainer: a thread that learns while the document shows its weights."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pytest

from convsim.document.edits import set_field, set_weight
from convsim.services.data_sets import open_set
from convsim.services.opening import open_preset
from convsim.services.recipes import Choices
from convsim.services.store import Store
from convsim.services.trainer import PUBLISH, State, Trainer
from convsim.services.training import Plan

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot

    from convsim.core.snapshot import Snapshot
    from convsim.document import Document

PATIENCE = 30_000


def past(shot: Snapshot) -> str:
    return f"Trained, {shot.epoch} epochs"


def plan_of(document: Document, **choices: object) -> Plan:
    data = open_set("digits", document.network.input_shape)
    recipe = Choices(**choices).recipe(len(data), PUBLISH)  # type: ignore[arg-type]
    return Plan(document, data, recipe)


def bits(document: Document) -> list[bytes]:
    return [array.tobytes() for params in document.weights for array in params.values()]


def state_of(trainer: Trainer) -> State:
    return trainer.state


def newest(trainer: Trainer) -> Snapshot:
    assert trainer.newest is not None
    return trainer.newest


@pytest.fixture
def store(qtbot: QtBot) -> Store:
    del qtbot
    return Store(open_preset("lenet5", taught=False))


@pytest.fixture
def trainer(store: Store) -> Iterator[Trainer]:
    made = Trainer(store, lambda: True)
    yield made
    made.close()


def test_it_starts_pauses_goes_on_and_stops(qtbot: QtBot, store: Store, trainer: Trainer) -> None:
    trainer.start(plan_of(store.document, epochs=50), "Train", past)
    assert state_of(trainer) is State.RUNNING
    qtbot.waitUntil(lambda: trainer.history.steps > 0, timeout=PATIENCE)
    trainer.pause()
    assert state_of(trainer) is State.PAUSED
    qtbot.waitUntil(lambda: newest(trainer).phase == "paused", timeout=PATIENCE)
    held = newest(trainer).step
    trainer.resume()
    qtbot.waitUntil(lambda: newest(trainer).step > held, timeout=PATIENCE)
    with qtbot.waitSignal(trainer.ended, timeout=PATIENCE) as ended:
        trainer.stop()
    assert ended.args[0].judged.count == 359
    assert state_of(trainer) is State.IDLE
    assert store.document.trained
    assert store.document.classes == tuple("0123456789")


def test_one_training_is_one_edit_and_undo_brings_every_bit_back(
    qtbot: QtBot, store: Store, trainer: Trainer
) -> None:
    before = bits(store.document)
    with qtbot.waitSignal(trainer.ended, timeout=PATIENCE):
        trainer.start(plan_of(store.document, epochs=1), "Train", past)
    after = bits(store.document)
    assert after != before
    assert store.undo_stack.count() == 1
    assert store.undo_stack.undoText() == "Trained, 1 epochs"
    store.undo_stack.undo()
    assert bits(store.document) == before
    assert not store.document.trained
    store.undo_stack.redo()
    assert bits(store.document) == after


def test_the_window_gets_what_the_command_line_gets(
    qtbot: QtBot, store: Store, trainer: Trainer
) -> None:
    plan = plan_of(store.document, epochs=1)
    alone = [report.snapshot for report in plan.reports()][-1]
    with qtbot.waitSignal(trainer.ended, timeout=PATIENCE):
        trainer.start(plan, "Train", past)
    for mine, other in zip(store.document.weights, alone.params, strict=True):
        for name, array in mine.items():
            np.testing.assert_array_equal(array, other[name])


def test_steps_and_epochs_halt_where_they_should(
    qtbot: QtBot, store: Store, trainer: Trainer
) -> None:
    plan = plan_of(store.document, epochs=3, batch=64)
    learnt, _ = plan.parts()
    batches = -(-len(learnt.targets) // 64)

    def held_at(step: int) -> bool:
        shot = trainer.newest
        return shot is not None and shot.phase == "paused" and shot.step == step

    trainer.start(plan, "Train", past, paused=True)
    qtbot.waitUntil(lambda: held_at(0), timeout=PATIENCE)
    assert store.undo_stack.count() == 0
    for step in (1, 2):
        trainer.step()
        qtbot.waitUntil(partial(held_at, step), timeout=PATIENCE)
    trainer.epoch()
    qtbot.waitUntil(lambda: held_at(batches), timeout=PATIENCE)
    assert state_of(trainer) is State.PAUSED
    assert store.undo_stack.count() == 1


def test_an_edit_of_the_network_ends_it_first(qtbot: QtBot, store: Store, trainer: Trainer) -> None:
    before = bits(store.document)
    trainer.start(plan_of(store.document, epochs=50), "Train", past)
    qtbot.waitUntil(lambda: store.document.trained, timeout=PATIENCE)
    store.edit("Units", set_field(store.document, 9, "units", 20))
    assert state_of(trainer) is State.IDLE
    shown = store.document
    trainer.close()
    assert store.document is shown
    assert [store.undo_stack.text(i) for i in range(2)] == ["Train", "Units"]
    store.undo_stack.undo()
    store.undo_stack.undo()
    assert bits(store.document) == before


def test_undo_while_it_runs_ends_it_and_brings_the_weights_back(
    qtbot: QtBot, store: Store, trainer: Trainer
) -> None:
    store.edit("Weight", set_weight(store.document, 0, (0, 0, 0, 0), 3.0))
    before = bits(store.document)
    trainer.start(plan_of(store.document, epochs=50), "Train", past)
    qtbot.waitUntil(lambda: store.document.trained, timeout=PATIENCE)
    store.undo_stack.undo()
    assert not trainer.running
    assert bits(store.document) == before


def test_going_on_is_not_undone_by_news_from_before(
    qtbot: QtBot, store: Store, trainer: Trainer
) -> None:
    trainer.start(plan_of(store.document, epochs=50), "Train", past, paused=True)
    for _ in range(20):
        trainer.step()
        trainer.resume()
        assert state_of(trainer) is State.RUNNING
        seen = trainer.newest
        qtbot.waitUntil(lambda seen=seen: trainer.newest is not seen, timeout=PATIENCE)  # type: ignore[misc]
        assert state_of(trainer) is State.RUNNING
        trainer.pause()


def test_another_picture_or_place_does_not_end_it(
    qtbot: QtBot, store: Store, trainer: Trainer
) -> None:
    trainer.start(plan_of(store.document, epochs=50), "Train", past)
    qtbot.waitUntil(lambda: store.document.trained, timeout=PATIENCE)
    store.show(store.document.at(store.document.cursor._replace(layer=3)))
    seen = newest(trainer).step
    qtbot.waitUntil(lambda: newest(trainer).step > seen, timeout=PATIENCE)
    assert trainer.running
    assert store.document.cursor.layer == 3


def test_too_large_a_rate_is_told_with_a_smaller_one(
    qtbot: QtBot, store: Store, trainer: Trainer
) -> None:
    plan = plan_of(store.document, optimizer="sgd", rate=1e6, schedule="constant")
    with qtbot.waitSignal(trainer.ended, timeout=PATIENCE) as ended:
        trainer.start(plan, "Train", past)
    outcome = ended.args[0]
    assert outcome.diverged
    assert outcome.suggestion == pytest.approx(1e5)
    assert "diverged" in outcome.problem or "learning rate" in outcome.problem
    assert all(np.isfinite(a).all() for params in store.document.weights for a in params.values())


def test_what_cannot_be_learned_is_told(qtbot: QtBot, store: Store, trainer: Trainer) -> None:
    few = set_field(store.document, len(store.document.network.layers) - 2, "units", 4)
    store.load(few)
    with qtbot.waitSignal(trainer.ended, timeout=PATIENCE) as ended:
        trainer.start(plan_of(few), "Train", past)
    assert "classes" in ended.args[0].problem
    assert store.undo_stack.count() == 0


def test_closing_while_it_runs_ends_the_thread(
    qtbot: QtBot, store: Store, trainer: Trainer
) -> None:
    trainer.start(plan_of(store.document, epochs=50), "Train", past)
    qtbot.waitUntil(lambda: trainer.holds, timeout=PATIENCE)
    trainer.close()
    assert not trainer.running
    assert store.undo_stack.count() == 1
