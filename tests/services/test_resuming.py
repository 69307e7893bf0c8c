"""A training that was stopped, saved and opened goes on bit for bit."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from convsim.core.history import History, Mark, Point
from convsim.core.recipe import Controls
from convsim.document.edits import set_field, set_weight
from convsim.services.data_sets import open_set
from convsim.services.opening import open_preset
from convsim.services.recipes import Choices
from convsim.services.resuming import (
    Origin,
    augmentation_of,
    can_resume,
    choices_of,
    done_by,
    progress_of,
    total_of,
    until,
)
from convsim.services.store import Store
from convsim.services.trainer import PUBLISH, Trainer
from convsim.services.training import Plan, trained, with_new_weights
from tests.formats.projects import again, assert_same

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from convsim.core.snapshot import Snapshot
    from convsim.document import Document

PATIENCE = 30_000


def plan_of(document: Document, choices: Choices) -> tuple[Plan, Origin]:
    data = open_set("digits", document.network.input_shape)
    learnt, _ = Plan(document, data).parts()
    count = len(learnt.targets)
    plan = Plan(document, data, choices.recipe(count, PUBLISH), seed=5)
    return plan, Origin("digits", count, choices, choices.batches(count))


def past(shot: Snapshot) -> str:
    return f"{shot.step} batches"


def weights(document: Document) -> list[bytes]:
    return [array.tobytes() for own in document.weights for array in own.values()]


def stopped_at(step: int, plan: Plan, origin: Origin) -> Document:
    """Return the document as the trainer leaves it when it is stopped after so many batches."""
    controls = Controls(replace(plan.recipe, publish=0.0))
    for report in plan.reports(controls):
        if report.snapshot.step == step:
            controls.stop()
        last = report.snapshot
    assert last.checkpoint is not None
    document = trained(plan.document, last.params, plan.data.classes)
    progress = progress_of(plan, origin, last.checkpoint, History())
    return replace(document, progress=replace(progress, params=None))


@pytest.mark.parametrize("optimizer", ["adam", "nesterov"])
@pytest.mark.parametrize("step", [7, 41])
def test_it_goes_on_bit_for_bit_after_saving_and_opening(optimizer: str, step: int) -> None:
    choices = Choices(optimizer=optimizer, epochs=2)
    plan, origin = plan_of(open_preset("lenet5"), choices)
    whole = [report.snapshot for report in plan.reports()][-1]
    opened = again(stopped_at(step, plan, origin))
    progress = opened.progress
    assert progress is not None
    assert can_resume(opened)
    assert choices_of(progress) == choices
    assert augmentation_of(progress) == plan.augmentation
    recipe = choices_of(progress).recipe(
        progress.pictures, PUBLISH, done_by(progress), total_of(progress)
    )
    assert recipe == plan.recipe
    later = Plan(opened, plan.data, recipe, seed=0, validation=progress.validation)
    later = replace(later, seed=progress.seed)
    rest = list(later.reports(resume=progress.checkpoint(opened.weights)))[-1].snapshot
    assert rest.step == whole.step
    for mine, other in zip(rest.params, whole.params, strict=True):
        for name, array in mine.items():
            np.testing.assert_array_equal(array, other[name])


def test_the_trainer_keeps_it_in_the_document_and_goes_on(qtbot: QtBot) -> None:
    store = Store(open_preset("lenet5"))
    trainer = Trainer(store, lambda: True)
    choices = Choices(epochs=2)
    plan, origin = plan_of(store.document, choices)
    trainer.start(plan, "Train", past, paused=True, origin=origin)
    trainer.step()
    qtbot.waitUntil(lambda: trainer.history.steps == 1, timeout=PATIENCE)
    with qtbot.waitSignal(trainer.ended, timeout=PATIENCE):
        trainer.stop()
    opened = again(store.document)
    assert_same(opened, store.document)
    progress = opened.progress
    assert progress is not None
    assert progress.params is None
    assert (progress.step, progress.history.steps) == (1, 1)
    store.load(opened)
    later = replace(plan, document=opened)
    with qtbot.waitSignal(trainer.ended, timeout=PATIENCE):
        trainer.start(later, "Train", past, origin=origin, resume=progress)
    assert trainer.history.learnt[0].step == 1
    assert trainer.history.steps == choices.batches(origin.pictures)
    store.load(open_preset("lenet5"))
    with qtbot.waitSignal(trainer.ended, timeout=PATIENCE):
        trainer.start(plan, "Train", past, origin=origin)
    assert weights(store.document) == weights_after(plan)
    trainer.close()


def weights_after(plan: Plan) -> list[bytes]:
    last = [report.snapshot for report in plan.reports()][-1]
    return [array.tobytes() for own in last.params for array in own.values()]


def test_a_save_in_the_middle_holds_the_weights_that_belong_to_the_optimizer() -> None:
    plan, origin = plan_of(open_preset("lenet5"), Choices(epochs=1))
    early = stopped_at(3, plan, origin)
    late = stopped_at(9, plan, origin)
    assert early.progress is not None
    params = tuple(early.weights)
    saved = replace(late, progress=replace(early.progress, params=params))
    opened = again(saved)
    assert_same(opened, saved)
    assert opened.progress is not None
    found = opened.progress.checkpoint(opened.weights).params
    assert [a.tobytes() for own in found for a in own.values()] == weights(early)


def test_weights_edited_since_are_what_it_goes_on_from() -> None:
    plan, origin = plan_of(open_preset("lenet5"), Choices(epochs=1))
    document = set_weight(stopped_at(3, plan, origin), 0, (0, 0, 0, 0), 2.5)
    assert document.progress is not None
    assert document.progress.checkpoint(document.weights).params[0]["weight"][0, 0, 0, 0] == 2.5


def test_weights_of_another_training_have_nothing_to_go_on_with() -> None:
    plan, origin = plan_of(open_preset("lenet5"), Choices(epochs=1))
    document = stopped_at(3, plan, origin)
    assert trained(document, tuple(document.weights), document.classes).progress is None
    assert with_new_weights(document, 4).progress is None


def test_another_network_has_nothing_to_go_on_with() -> None:
    plan, origin = plan_of(open_preset("lenet5"), Choices(epochs=1))
    document = set_field(stopped_at(3, plan, origin), 0, "filters", 4)
    assert not can_resume(document)
    assert again(document).progress is None


def test_settings_that_make_no_sense_are_as_they_usually_are() -> None:
    plan, origin = plan_of(open_preset("lenet5"), Choices(epochs=1))
    progress = stopped_at(3, plan, origin).progress
    assert progress is not None
    odd: dict[str, Any] = {
        "optimizer": "magic",
        "schedule": 3,
        "loss": "gain",
        "rate": "fast",
        "clip": -1.0,
        "warm_up": 2**31,
        "decay": 10**300,
        "batch": 0.5,
        "epochs": 7,
        "x": 1,
    }
    assert choices_of(replace(progress, settings=odd)) == Choices(epochs=7)


def test_what_came_after_the_checkpoint_is_no_part_of_its_history() -> None:
    history = History().with_points(
        [Point(1, 32, 1.0, 0.1, 0.5), Point(2, 32, 1.0, 0.1, 1.0)],
        [Point(2, 9, 1.0, 0.1, 1.0)],
        [Mark(1, 0.5, "rate", "1", "2")],
    )
    cut = until(history, 1)
    assert (cut.steps, len(cut.held), len(cut.marks)) == (1, 0, 1)
    assert until(history, 2) is history
