"""What the Train view says is about what is open: it goes when that changes, and comes back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Qt

from convsim.data.sets import Augmentation
from convsim.document.edits import set_field
from convsim.document.progress import Progress
from convsim.services.opening import open_preset
from convsim.services.projects import save_project
from tests.ui.train.test_panel import PATIENCE, lenet, shown

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from convsim.ui.train.panel import TrainPanel
    from convsim.ui.window import MainWindow
    from tests.ui.conftest import Opener

__all__ = ["lenet"]


def trained(qtbot: QtBot, panel: TrainPanel, epochs: int = 1) -> None:
    panel.form.epochs.setValue(epochs)
    with qtbot.waitSignal(panel.trainer.ended, timeout=PATIENCE):
        panel.toggle()


def test_a_project_shows_its_training_as_soon_as_it_is_open(
    qtbot: QtBot, lenet: MainWindow, open_window: Opener, tmp_path: Path
) -> None:
    panel = shown(qtbot, lenet)
    panel.data.set_augmentation(Augmentation(shift=2))
    panel.form.rate.setValue(0.002)
    panel.form.epochs.setValue(3)
    panel.desk.one_epoch()
    qtbot.waitUntil(lambda: len(panel.trainer.history.held) == 1, timeout=PATIENCE)
    qtbot.waitUntil(lambda: panel.train.text() == "Go on", timeout=PATIENCE)
    panel.trainer.pause()
    path = tmp_path / "half.convsim"
    qtbot.waitUntil(lambda: lenet.context.document.progress is not None, timeout=PATIENCE)
    progress = lenet.context.document.progress
    assert isinstance(progress, Progress)
    save_project(path, lenet.context.document)
    other = open_window("lecture")
    other.open_path(path)
    qtbot.waitUntil(lambda: other.context.document.progress is not None, timeout=PATIENCE)
    again = shown(qtbot, other)
    assert again.head.words.text() == (
        f"The training on digits stood at epoch {progress.history.passed:.3g} of 3: "
        "Resume goes on. Train goes on from its weights."
    )
    again.show_page("curves")
    assert f"after {progress.history.steps} batches" in again.view.current_scene().title
    assert again.form.rate.value() == 0.002
    assert again.form.epochs.value() == 3
    assert "±2 px" in again.data._counts.text()
    again.show_page("history")
    assert "not the way: press Resume" in again.view.current_scene().title
    again.show_page("result")
    assert "press Resume" in again.view.current_scene().title


def test_undo_takes_back_what_was_said_and_redo_says_it_again(
    qtbot: QtBot, lenet: MainWindow
) -> None:
    panel = shown(qtbot, lenet)
    trained(qtbot, panel)
    said = panel.head.words.text()
    assert "Undo brings the old weights back" in said
    lenet.actions_.run("edit.undo")
    assert "359 test pictures" not in panel.head.words.text()
    assert panel.head._bar.value() == 0
    assert "Press Train" in panel.view.current_scene().title
    panel.show_page("result")
    assert "After an epoch" in panel.view.current_scene().title
    lenet.actions_.run("edit.redo")
    assert panel.head.words.text() == said
    assert "of 359 test pictures" in panel.view.current_scene().title


def test_curves_that_a_new_run_replaced_come_back_with_undo(
    qtbot: QtBot, lenet: MainWindow
) -> None:
    panel = shown(qtbot, lenet)
    trained(qtbot, panel)
    first = panel.trainer.history
    trained(qtbot, panel)
    assert panel.trainer.history is not first
    lenet.actions_.run("edit.undo")
    assert panel.trainer.history is first
    assert len(panel.trainer.reel.moments) > 1


def test_another_network_or_other_data_leave_nothing_of_a_run(
    qtbot: QtBot, lenet: MainWindow
) -> None:
    panel = shown(qtbot, lenet)
    trained(qtbot, panel)
    panel.data.choose("bars")
    assert "359 test pictures" not in panel.head.words.text()
    assert panel.trainer.history.steps == 0
    panel.data.choose("digits")
    assert "359 test pictures" in panel.head.words.text()
    lenet.actions_.run("train.rate")
    qtbot.waitUntil(lambda: panel.tools.back.isVisible(), timeout=PATIENCE)
    lenet.context.store.open("Lecture", open_preset("lecture"))
    assert not panel.tools.back.isVisible()
    assert not panel.tools.use.isVisible()
    assert panel.display.found is None
    assert "359 test pictures" not in panel.head.words.text()


def test_the_error_of_one_network_is_not_said_of_the_next(qtbot: QtBot, window: MainWindow) -> None:
    panel = shown(qtbot, window)
    store = window.context.store
    store.edit("", set_field(store.document, 0, "stride", 2))
    qtbot.mouseClick(panel.train, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: panel.head.words.objectName() == "problem", timeout=PATIENCE)
    qtbot.waitUntil(lambda: not panel.trainer.running, timeout=PATIENCE)
    window.context.store.open("LeNet-5", open_preset("lenet5"))
    qtbot.waitUntil(lambda: panel.data.data is not None, timeout=PATIENCE)
    assert panel.head.words.objectName() == "dim"
    assert np.all(panel.trainer.history.steps == 0)


def test_what_train_begins_with_is_said_and_never_changes_by_itself(
    qtbot: QtBot, lenet: MainWindow
) -> None:
    panel = shown(qtbot, lenet)
    words = panel.head.words
    assert words.text().startswith(
        "LeNet-5 comes taught on MNIST: 99.0% of 10,000 test pictures recognised. "
        "Train begins with new weights in place of these."
    )
    assert panel.form.begin.isVisible()
    trained(qtbot, panel)
    assert panel.form.begin.currentText() == "new weights"
    assert words.text().endswith("Train begins with new weights.")
    panel.form.epochs.setValue(40)
    panel.form.begin.setCurrentIndex(panel.form.begin.findData(False))
    assert words.text().endswith("Train goes on from its weights.")
    panel.desk.toggle()
    assert words.text() == "Going on from its weights…"
    qtbot.waitUntil(lambda: panel.trainer.history.steps > 0, timeout=PATIENCE)
    assert panel.trainer.history.learnt[0].accuracy > 0.5
    with qtbot.waitSignal(panel.trainer.ended, timeout=PATIENCE):
        panel.trainer.stop()


def test_a_rate_is_sought_from_the_weights_that_train_would_begin_with(
    qtbot: QtBot, lenet: MainWindow
) -> None:
    panel = shown(qtbot, lenet)
    assert not panel.desk.first_plan().document.trained
    panel.form.begin.setCurrentIndex(panel.form.begin.findData(False))
    assert panel.desk.first_plan().document.weights is lenet.context.document.weights
