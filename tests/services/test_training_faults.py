"""Faults put into each place of a training: always a message, and the document can be saved."""

from __future__ import annotations

import errno
import os
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from convsim.core import train as core_train
from convsim.core.backprop import value_and_gradients
from convsim.core.errors import ConvSimError
from convsim.formats.errors import ExportError
from convsim.services import learner, training
from convsim.services.data_sets import open_set
from convsim.services.opening import open_preset
from convsim.services.projects import open_project, save_project
from convsim.services.recipes import Choices
from convsim.services.resuming import Origin
from convsim.services.store import Store
from convsim.services.trainer import PUBLISH, State, Trainer
from convsim.services.training import Plan
from tests.formats.projects import assert_same

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

PATIENCE = 30_000
FAULTS: dict[str, tuple[Callable[[], Exception], str]] = {
    "what is known": (lambda: ConvSimError("the cable is out"), "the cable is out"),
    "memory": (MemoryError, "not enough memory"),
    "disk": (lambda: OSError(errno.EIO, "Input/output error", "cat/7.png"), "cat/7.png"),
    "anything": (lambda: RuntimeError("surprise"), "something unexpected went wrong"),
}
PLACES: dict[str, tuple[object, str]] = {
    "a batch's gradients": (core_train, "value_and_gradients"),
    "the check after an epoch": (training, "evaluate"),
    "counting dead units": (training, "alive_units"),
    "reading mistakes": (training, "mistakes_of"),
    "marks of changes": (learner, "marks_of"),
    "trying the result": (learner, "judged"),
    "measuring what is familiar": (learner, "familiar"),
}


@pytest.fixture
def store(qtbot: QtBot) -> Store:
    del qtbot
    return Store(open_preset("lenet5"))


@pytest.fixture
def trainer(store: Store) -> Iterator[Trainer]:
    made = Trainer(store, lambda: True)
    yield made
    made.close()


def begin(trainer: Trainer, store: Store, pictures: Any = None) -> None:
    choices = Choices(epochs=1)
    data = open_set("digits", store.document.network.input_shape)
    if pictures is not None:
        data = replace(data, images=pictures(data.images))
    plan = Plan(store.document, data, choices.recipe(len(data), PUBLISH))
    trainer.start(plan, "Train", lambda _shot: "Trained", origin=Origin("digits", 1294, choices))


def saved_and_opened(store: Store, folder: Path) -> None:
    path = folder / "after.convsim"
    save_project(path, store.document)
    assert_same(open_project(path).document, store.document)


class Failing:
    """Pictures of which some cannot be had, from the fifth batch on."""

    def __init__(self, images: Any, fault: Callable[[], Exception]) -> None:
        self.images, self.fault, self.batches = images, fault, 0
        self.shape = images.shape

    def __len__(self) -> int:
        return len(self.images)

    def batch(self, indices: Any) -> Any:
        self.batches += 1
        if self.batches > 5:
            raise self.fault()
        return self.images.batch(indices)


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("place", PLACES)
@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_fault_anywhere_is_told(
    qtbot: QtBot,
    store: Store,
    trainer: Trainer,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    place: str,
    fault: str,
) -> None:
    raised, words = FAULTS[fault]

    def fail(*_given: object, **_named: object) -> None:
        raise raised()

    monkeypatch.setattr(*PLACES[place], fail)
    with qtbot.waitSignal(trainer.ended, timeout=PATIENCE) as ended:
        begin(trainer, store)
    assert words in ended.args[0].problem
    assert trainer.state is State.IDLE
    saved_and_opened(store, tmp_path)


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_picture_that_cannot_be_read_in_the_midst_of_an_epoch_is_told(
    qtbot: QtBot, store: Store, trainer: Trainer, tmp_path: Path, fault: str
) -> None:
    raised, words = FAULTS[fault]
    with qtbot.waitSignal(trainer.ended, timeout=PATIENCE) as ended:
        begin(trainer, store, lambda images: Failing(images, raised))
    assert words in ended.args[0].problem
    saved_and_opened(store, tmp_path)


def test_numbers_that_are_none_are_told_and_do_not_get_into_the_weights(
    qtbot: QtBot,
    store: Store,
    trainer: Trainer,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    def poisoned(*given: Any, **named: Any) -> Any:
        learned = value_and_gradients(*given, **named)
        if trainer.history.steps:
            learned.gradients[0]["weight"][...] = np.nan
        return learned

    monkeypatch.setattr(core_train, "value_and_gradients", poisoned)
    with qtbot.waitSignal(trainer.ended, timeout=PATIENCE) as ended:
        begin(trainer, store)
    assert ended.args[0].diverged
    assert all(np.isfinite(a).all() for own in store.document.weights for a in own.values())
    saved_and_opened(store, tmp_path)


def test_a_full_disk_at_a_checkpoint_leaves_the_old_file_and_the_training(
    qtbot: QtBot,
    store: Store,
    trainer: Trainer,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    path = tmp_path / "net.convsim"
    save_project(path, store.document)
    before = path.read_bytes()
    begin(trainer, store)
    qtbot.waitUntil(lambda: store.document.trained, timeout=PATIENCE)

    def full(*_given: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))

    with monkeypatch.context() as patch:
        patch.setattr("convsim.formats.files.os.fsync", full)
        with pytest.raises(ExportError, match=r"No space left|full"):
            save_project(path, store.document)
    assert path.read_bytes() == before
    if trainer.running:
        with qtbot.waitSignal(trainer.ended, timeout=PATIENCE):
            trainer.stop()
    assert trainer.outcome is not None
    assert not trainer.outcome.problem
    saved_and_opened(store, tmp_path)
