"""The Train view, as a person uses it."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtWidgets import QAbstractButton, QApplication, QFileDialog, QLabel

from convsim.core.layers import Dropout
from convsim.data.sets.idx import of_arrays
from convsim.document.building import insert_layers
from convsim.document.filters import start_anew
from convsim.figures.page import Page
from convsim.figures.scene import Text
from convsim.render.png import render_image
from convsim.services.projects import save_project
from convsim.services.trainer import State
from convsim.ui.train.panel import GOOD
from tests.data.sets import files
from tests.ui.answers import answers

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from convsim.ui.train.panel import TrainPanel
    from convsim.ui.window import MainWindow
    from tests.ui.conftest import Opener

PATIENCE = 30_000


def shown(qtbot: QtBot, window: MainWindow) -> TrainPanel:
    window.show_tab("train")
    panel = window.tabs.train
    qtbot.waitUntil(lambda: panel.data.data is not None, timeout=PATIENCE)
    return panel


@pytest.fixture
def lenet(open_window: Opener) -> MainWindow:
    return open_window("lenet5")


def test_it_opens_ready_to_train_on_digits(qtbot: QtBot, lenet: MainWindow) -> None:
    panel = shown(qtbot, lenet)
    assert panel.data.title == "digits"
    assert panel.train.isEnabled()
    assert not panel.stop.isEnabled()
    assert panel.form.rate.value() == 0.001
    assert "9: 144" in panel.data.view.current_scene().title


def test_train_shows_curves_then_the_result_and_undo_takes_it_back(
    qtbot: QtBot, lenet: MainWindow
) -> None:
    panel = shown(qtbot, lenet)
    before = lenet.context.document.weights
    panel.form.epochs.setValue(1)
    with qtbot.waitSignal(panel.trainer.ended, timeout=PATIENCE):
        qtbot.mouseClick(panel.train, Qt.MouseButton.LeftButton)
        assert panel.train.text() == "Pause"
        assert not panel.form.seed.isEnabled()
        assert panel.form.rate.isEnabled()
    assert panel.train.text() == "Train"
    assert "of 359 test pictures" in panel.head.words.text()
    assert "after 41 batches" in panel.view.current_scene().title
    panel.show_page("result")
    assert "of 359 test pictures" in panel.view.current_scene().title
    assert "cat.png: " in panel.head.guess.text()
    assert lenet.isWindowModified()
    assert lenet.context.store.undo_stack.undoText() == "Trained LeNet-5 on digits, 1 epoch"
    lenet.actions_.run("edit.undo")
    assert lenet.context.document.weights is before


def test_one_batch_and_one_epoch_halt(qtbot: QtBot, lenet: MainWindow) -> None:
    panel = shown(qtbot, lenet)
    qtbot.mouseClick(panel.step, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: panel.trainer.history.steps == 1, timeout=PATIENCE)
    qtbot.mouseClick(panel.epoch, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(panel.trainer.history.held) == 1, timeout=PATIENCE)
    qtbot.waitUntil(lambda: panel.trainer.state is State.PAUSED, timeout=PATIENCE)
    assert panel.train.text() == "Go on"


def test_a_diverged_training_says_so_and_sets_a_smaller_rate(
    qtbot: QtBot, lenet: MainWindow
) -> None:
    panel = shown(qtbot, lenet)
    panel.form.optimizer.setCurrentIndex(panel.form.optimizer.findData("sgd"))
    panel.form.schedule.setCurrentIndex(panel.form.schedule.findData("constant"))
    panel.form.rate.setValue(1e6)
    with qtbot.waitSignal(panel.trainer.ended, timeout=PATIENCE):
        panel.toggle()
    assert "learning rate" in panel.head.words.text()
    assert panel.form.rate.value() == pytest.approx(1e5)


def test_settings_change_while_it_trains_and_are_marked(qtbot: QtBot, lenet: MainWindow) -> None:
    panel = shown(qtbot, lenet)
    qtbot.mouseClick(panel.step, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: panel.trainer.history.steps == 1, timeout=PATIENCE)
    panel.form.rate.setValue(0.0005)
    panel.form.loss.setCurrentIndex(panel.form.loss.findData("hinge"))
    qtbot.mouseClick(panel.step, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: panel.trainer.history.steps == 2, timeout=PATIENCE)
    marks = panel.trainer.history.marks
    assert [(m.step, m.what, m.before, m.after) for m in marks] == [
        (1, "rate", "0.001", "0.0005"),
        (1, "loss", "cross-entropy", "hinge"),
    ]
    assert panel.view.current_scene().title.endswith("cross-entropy → hinge")


def test_dropout_is_offered_where_a_layer_drops_something(qtbot: QtBot, lenet: MainWindow) -> None:
    panel = shown(qtbot, lenet)
    assert panel.form.choices().dropout is None
    document = lenet.context.document
    lenet.context.store.edit("Dropout", insert_layers(document, 10, [Dropout(0.3)]))
    assert panel.form.choices().dropout == 0.3


def test_commands_begin_halt_and_stop(qtbot: QtBot, lenet: MainWindow) -> None:
    assert lenet.actions_["train.toggle"].isEnabled()
    assert not lenet.actions_["train.stop"].isEnabled()
    # The view is built by the command, and waits until the pictures are there.
    lenet.actions_["train.batch"].trigger()
    panel = lenet.tabs.train
    qtbot.waitUntil(lambda: panel.trainer.history.steps == 1, timeout=PATIENCE)
    assert lenet.actions_["train.stop"].isEnabled()
    with qtbot.waitSignal(panel.trainer.ended, timeout=PATIENCE):
        lenet.actions_["train.stop"].trigger()
    assert not lenet.actions_["train.stop"].isEnabled()


def test_a_training_goes_on_after_the_project_was_saved_and_opened_again(
    qtbot: QtBot, lenet: MainWindow, open_window: Opener, tmp_path: Path
) -> None:
    panel = shown(qtbot, lenet)
    assert not lenet.actions_["train.resume"].isEnabled()
    panel.form.rate.setValue(0.002)
    panel.form.epochs.setValue(1)
    panel.desk.one_batch()
    qtbot.waitUntil(lambda: panel.trainer.history.steps == 1, timeout=PATIENCE)
    with qtbot.waitSignal(panel.trainer.ended, timeout=PATIENCE):
        panel.trainer.stop()
    path = tmp_path / "half.convsim"
    save_project(path, lenet.context.document)
    other = open_window("lecture")
    other.open_path(path)
    qtbot.waitUntil(lambda: other.context.document.progress is not None, timeout=PATIENCE)
    assert other.actions_["train.resume"].isEnabled()
    other.actions_["train.resume"].trigger()
    again = other.tabs.train
    qtbot.waitUntil(lambda: again.trainer.running, timeout=PATIENCE)
    with qtbot.waitSignal(again.trainer.ended, timeout=PATIENCE):
        assert again.form.rate.value() == 0.002
    assert again.trainer.history.learnt[0].step == 1
    assert again.trainer.history.steps == 41
    # It has come to its end: going on means as many epochs more.
    assert again.again.isVisible()
    with qtbot.waitSignal(again.trainer.ended, timeout=PATIENCE):
        again.desk.resume()
    assert again.trainer.history.steps == 82


def test_the_history_is_scrubbed_played_and_exported(
    qtbot: QtBot, lenet: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    panel = shown(qtbot, lenet)
    panel.show_page("history")
    assert "Press Train" in panel.view.current_scene().title
    assert not lenet.actions_["file.animate"].isEnabled()
    panel.form.epochs.setValue(6)
    with qtbot.waitSignal(panel.trainer.ended, timeout=PATIENCE):
        panel.toggle()
    bar = panel.bar
    assert bar.slider.maximum() == len(panel.trainer.reel.moments) - 1 > 1
    bar.set_mode("neuron")
    last = panel.view.current_scene().title
    bar.slider.setValue(0)
    assert panel.view.current_scene().title != last
    assert bar._when.text() == "before the first batch"
    qtbot.mouseClick(bar.ahead, Qt.MouseButton.LeftButton)
    assert bar.index == 1
    bar.slider.setValue(bar.slider.maximum() - 1)
    qtbot.mouseClick(bar.play, Qt.MouseButton.LeftButton)
    assert bar.playing
    qtbot.waitUntil(lambda: bar.index == bar.slider.maximum() and not bar.playing)
    assert lenet.actions_["file.animate"].isEnabled()
    # A strip shows all moments: there is nothing to go to or to play, and it has the room.
    high = panel.view.height()
    bar.set_mode("film")
    assert not bar.play.isVisible()
    assert not bar.slider.isVisible()
    qtbot.waitUntil(lambda: panel.view.height() > high)
    bar.set_mode("neuron")
    assert bar.play.isVisible()
    path = tmp_path / "neuron.gif"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_a, **_k: (str(path), ""))
    with answers("Save…"):
        lenet.actions_.run("file.animate")
    qtbot.waitUntil(lambda: path.exists() and not lenet.files._jobs, timeout=PATIENCE)
    with Image.open(path) as animation:
        assert animation.n_frames > 1  # type: ignore[attr-defined]
    slide = tmp_path / "strip.svg"
    bar.set_mode("film")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_a, **_k: (str(slide), ""))
    with answers("Save…"):
        lenet.actions_.run("file.export")
    qtbot.waitUntil(lambda: slide.exists() and not lenet.files._jobs, timeout=PATIENCE)
    assert "How the filters of Conv 1 came about" in slide.read_text(encoding="utf-8")


def written(panel: TrainPanel) -> str:
    """Return all that stands in the figure that is shown."""
    scene = panel.view.current_scene()
    return " | ".join(shape.text for shape in scene.walk() if isinstance(shape, Text))


def keep_a_run(qtbot: QtBot, panel: TrainPanel, batch: int = 32) -> None:
    """Train for an epoch and keep the curves."""
    panel.form.epochs.setValue(1)
    panel.form.batch.setValue(batch)
    with qtbot.waitSignal(panel.trainer.ended, timeout=PATIENCE):
        panel.toggle()
    qtbot.mouseClick(panel.tools.keep, Qt.MouseButton.LeftButton)


def test_a_kept_run_stays_beside_the_next_and_can_be_forgotten(
    qtbot: QtBot, lenet: MainWindow
) -> None:
    panel = shown(qtbot, lenet)
    keep_a_run(qtbot, panel)
    assert panel.tools.keep.isHidden()
    panel.form.batch.setValue(64)
    with qtbot.waitSignal(panel.trainer.ended, timeout=PATIENCE):
        panel.toggle()
        # While it learns, the runs are as they are.
        assert not panel.tools.lines.lines[0].forget.isEnabled()
    assert "run 1" in written(panel)
    said = [label.text() for label in panel.tools.findChildren(QLabel) if "●" in label.text()]
    assert "batch 32" in said[0]
    assert "batch 64" in said[1]
    assert ", LeNet-5, " in said[0]
    (line,) = panel.tools.lines.lines
    qtbot.mouseClick(line.forget, Qt.MouseButton.LeftButton)
    assert "run 1" not in written(panel)
    assert lenet.context.store.undo_stack.undoText() == "Forget run 1"
    lenet.actions_.run("edit.undo")
    assert "run 1" in written(panel)
    # Its number is not given again.
    lenet.actions_.run("edit.redo")
    qtbot.mouseClick(panel.tools.keep, Qt.MouseButton.LeftButton)
    assert [run.number for run in panel.tools.runs.kept] == [2]


def test_a_second_click_where_a_run_was_kept_does_not_forget_it(
    qtbot: QtBot, lenet: MainWindow
) -> None:
    panel = shown(qtbot, lenet)
    panel.form.epochs.setValue(1)
    for kept in (1, 2):
        with qtbot.waitSignal(panel.trainer.ended, timeout=PATIENCE):
            panel.toggle()
        keep = panel.tools.keep
        qtbot.waitUntil(keep.isVisible)
        QApplication.processEvents()
        at = keep.mapTo(panel, keep.rect().center())
        qtbot.mouseClick(keep, Qt.MouseButton.LeftButton)
        assert len(panel.tools.runs.kept) == kept
        QApplication.processEvents()
        assert not isinstance(panel.childAt(at), QAbstractButton)


def test_a_kept_run_is_given_a_name_in_its_place(qtbot: QtBot, lenet: MainWindow) -> None:
    panel = shown(qtbot, lenet)
    keep_a_run(qtbot, panel)
    with qtbot.waitSignal(panel.trainer.ended, timeout=PATIENCE):
        panel.toggle()
    lenet.activateWindow()
    qtbot.waitUntil(lenet.isActiveWindow)
    for keys, key, name in (
        ("slow and steady", Qt.Key.Key_Return, "slow and steady"),
        ("thrown away", Qt.Key.Key_Escape, "slow and steady"),
        ("걸음 <b>", Qt.Key.Key_Return, "걸음 <b>"),
    ):
        line = panel.tools.lines.lines[0]
        qtbot.waitUntil(line.rename.isVisible)
        qtbot.mouseClick(line.rename, Qt.MouseButton.LeftButton)
        assert line.box.isVisible()
        line.box.clear()
        line.box.insert(keys)
        qtbot.keyClick(line.box, key)
        line = panel.tools.lines.lines[0]
        assert not line.box.isVisible()
        qtbot.waitUntil(line.rename.hasFocus)
        assert panel.tools.runs.kept[0].name == name
        assert name in written(panel)
        assert name.replace("<", "&lt;").replace(">", "&gt;") in line.words.text()
    lenet.actions_.run("edit.undo")
    assert "slow and steady" in written(panel)
    # Going on elsewhere takes the name; an empty one gives the number back.
    line = panel.tools.lines.lines[0]
    qtbot.waitUntil(line.rename.isVisible)
    qtbot.mouseClick(line.rename, Qt.MouseButton.LeftButton)
    line.box.clear()
    panel.tools.smooth.setFocus()
    assert panel.tools.runs.kept[0].name == ""
    assert "run 1" in written(panel)


def typing_a_name_of_the_first_of_two(qtbot: QtBot, window: MainWindow) -> TrainPanel:
    panel = shown(qtbot, window)
    keep_a_run(qtbot, panel)
    keep_a_run(qtbot, panel, 64)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    line = panel.tools.lines.lines[0]
    qtbot.waitUntil(line.rename.isVisible)
    qtbot.mouseClick(line.rename, Qt.MouseButton.LeftButton)
    line.box.insert("first")
    return panel


def names(panel: TrainPanel) -> dict[int, str]:
    return {run.number: run.name for run in panel.tools.runs.kept}


def test_a_name_that_is_being_typed_is_taken_before_another_run_is_forgotten(
    qtbot: QtBot, lenet: MainWindow
) -> None:
    panel = typing_a_name_of_the_first_of_two(qtbot, lenet)
    qtbot.mouseClick(panel.tools.lines.lines[1].forget, Qt.MouseButton.LeftButton)
    assert names(panel) == {1: "first"}
    lenet.actions_.run("edit.undo")
    assert names(panel) == {1: "first", 2: ""}
    lenet.actions_.run("edit.undo")
    assert names(panel) == {1: "", 2: ""}


def test_a_name_that_is_being_typed_stays_when_something_is_undone_meanwhile(
    qtbot: QtBot, lenet: MainWindow
) -> None:
    panel = typing_a_name_of_the_first_of_two(qtbot, lenet)
    lenet.actions_.run("edit.undo")
    assert names(panel) == {1: ""}
    (line,) = panel.tools.lines.lines
    assert line.box.hasFocus()
    qtbot.keyClicks(line.box, "!")
    qtbot.keyClick(line.box, Qt.Key.Key_Return)
    assert names(panel) == {1: "first!"}
    lenet.actions_.run("edit.undo")
    assert names(panel) == {1: ""}


def test_kept_runs_come_back_with_the_project(
    qtbot: QtBot, lenet: MainWindow, open_window: Opener, tmp_path: Path
) -> None:
    panel = shown(qtbot, lenet)
    keep_a_run(qtbot, panel)
    panel.tools.rename(1, "first")
    keep_a_run(qtbot, panel, 64)
    path = tmp_path / "two.convsim"
    save_project(path, lenet.context.document)
    again = open_window("lecture")
    again.open_path(path)
    qtbot.waitUntil(lambda: again.projects.path == path, timeout=PATIENCE)
    other = shown(qtbot, again)
    other.show_page("curves")
    assert other.tools.runs == panel.tools.runs
    assert "first" in written(other)
    # The second is the very one whose curves the project shows: it is drawn once.
    assert "run 2" not in written(other)
    assert other.tools.keep.isHidden()
    said = [line.words.text() for line in other.tools.lines.lines]
    assert ["first" in said[0], "run 2" in said[1]] == [True, True]
    assert not again.isWindowModified()


def test_runs_without_a_training_are_shown_too(
    qtbot: QtBot, lenet: MainWindow, open_window: Opener, tmp_path: Path
) -> None:
    panel = shown(qtbot, lenet)
    keep_a_run(qtbot, panel)
    # Another network: what was kept of the first stays, to be compared with.
    lenet.files.open_preset("tiny-vgg")
    qtbot.waitUntil(lambda: panel.data.data is not None, timeout=PATIENCE)
    panel.show_page("curves")
    assert "run 1" in written(panel)
    assert panel.trainer.history.steps == 0
    path = tmp_path / "other.convsim"
    save_project(path, lenet.context.document)
    again = open_window("lecture")
    again.open_path(path)
    qtbot.waitUntil(lambda: again.projects.path == path, timeout=PATIENCE)
    other = shown(qtbot, again)
    other.show_page("curves")
    assert "run 1" in written(other)


def test_kept_runs_are_in_the_copy_of_unsaved_work(
    qtbot: QtBot, lenet: MainWindow, open_window: Opener
) -> None:
    panel = shown(qtbot, lenet)
    keep_a_run(qtbot, panel)
    with qtbot.waitSignal(lenet.projects.autosave.kept, timeout=PATIENCE):
        lenet.projects.autosave.keep_now()
    (copy,) = lenet.projects.recovery._folder.glob("*.convsim")
    again = open_window("lecture")
    again.open_path(copy)
    qtbot.waitUntil(lambda: again.projects.path is not None, timeout=PATIENCE)
    assert again.tabs.train.tools.runs == panel.tools.runs


def test_inside_and_mistakes_are_shown_while_it_trains(qtbot: QtBot, lenet: MainWindow) -> None:
    panel = shown(qtbot, lenet)
    panel.form.epochs.setValue(1)
    panel.show_page("inside")
    assert "Press Train" in panel.view.current_scene().title
    with qtbot.waitSignal(panel.trainer.ended, timeout=PATIENCE):
        panel.toggle()
    assert "Inside the network, at batch" in panel.view.current_scene().title
    assert {"vitals", "mistakes"} <= set(panel.figures())
    panel.show_page("mistakes")
    assert "The worst mistakes" in panel.view.current_scene().title
    assert len(panel.trainer.outcome.mistakes) <= 24  # type: ignore[union-attr]


def test_a_rate_is_found_offered_and_taken(qtbot: QtBot, lenet: MainWindow) -> None:
    panel = shown(qtbot, lenet)
    before = lenet.context.document
    lenet.actions_["train.rate"].trigger()
    qtbot.waitUntil(lambda: panel.tools.back.isVisible(), timeout=PATIENCE)
    assert lenet.context.document.weights is before.weights
    assert "good one to begin with" in panel.view.current_scene().title
    offered = panel.tools.use.text()
    qtbot.mouseClick(panel.tools.use, Qt.MouseButton.LeftButton)
    assert offered == f"Use {panel.form.rate.value():g}"
    assert "Press Train" in panel.view.current_scene().title
    qtbot.waitUntil(lambda: not panel.display.finding, timeout=PATIENCE)


def test_pictures_that_come_class_by_class_are_told_and_shuffled_with_a_click(
    qtbot: QtBot, lenet: MainWindow
) -> None:
    panel = shown(qtbot, lenet)
    data = panel.data.data
    assert data is not None
    order = np.argsort(data.labels, kind="stable")
    pixels = np.rint(data.images.batch(order)[:, 0] * 255).astype(np.uint8)
    panel.data.data = of_arrays("in order", pixels, data.labels[order].astype(np.uint8))
    panel.form.shuffle.setCurrentIndex(panel.form.shuffle.findData(False))
    panel.desk.one_batch()
    qtbot.waitUntil(lambda: panel.advice.isVisible(), timeout=PATIENCE)
    assert "class by class" in panel.advice.words.text()
    qtbot.mouseClick(panel.advice.offer, Qt.MouseButton.LeftButton)
    assert panel.form.shuffle.currentData() is True
    assert not panel.advice.isVisible()


def test_a_training_does_not_go_on_with_other_data(qtbot: QtBot, lenet: MainWindow) -> None:
    panel = shown(qtbot, lenet)
    panel.desk.one_batch()
    qtbot.waitUntil(lambda: panel.trainer.history.steps == 1, timeout=PATIENCE)
    with qtbot.waitSignal(panel.trainer.ended, timeout=PATIENCE):
        panel.trainer.stop()
    store = lenet.context.store
    progress = store.document.progress
    assert progress is not None
    store.show(replace(store.document, progress=replace(progress, pictures=7)))
    panel.desk.resume()
    assert not panel.trainer.running
    assert "there were 7 pictures" in panel.head.words.text()


def test_a_network_without_class_scores_is_offered_an_end_and_trains(
    qtbot: QtBot, window: MainWindow
) -> None:
    panel = shown(qtbot, window)
    assert "needs one score for each" in panel.ending.words.text()
    qtbot.mouseClick(panel.ending.offer, Qt.MouseButton.LeftButton)
    assert window.context.document.network.output_shape == (10,)
    assert not panel.ending.isVisible()
    # Nobody has worked on its filters: one is to see how new ones come about.
    assert panel.form.begin.currentData() is True
    panel.desk.one_batch()
    qtbot.waitUntil(lambda: panel.trainer.history.steps == 1, timeout=PATIENCE)
    with qtbot.waitSignal(panel.trainer.ended, timeout=PATIENCE):
        panel.trainer.stop()
    window.actions_.run("edit.undo")
    window.actions_.run("edit.undo")
    panel.show_page("setup")
    assert panel.ending.isVisible()


def test_more_classes_than_scores_are_told_with_a_way_out(
    qtbot: QtBot, lenet: MainWindow, tmp_path: Path
) -> None:
    panel = shown(qtbot, lenet)
    np.savez(tmp_path / "62.npz", x=files.pictures(124, 28, 28), y=np.arange(124) % 62)
    drop(lenet, tmp_path / "62.npz")
    qtbot.waitUntil(panel.ending.isVisible, timeout=PATIENCE)
    assert panel.ending.words.text() == (
        "This network gives 10 scores; the data have 62 classes: Train gives as many."
    )
    assert panel.ending.offer.text().endswith("62 units")
    qtbot.mouseClick(panel.ending.offer, Qt.MouseButton.LeftButton)
    assert lenet.context.document.network.output_shape == (62,)


def test_train_itself_adds_the_end_that_a_network_lacks(qtbot: QtBot, window: MainWindow) -> None:
    panel = shown(qtbot, window)
    before = window.context.document.network
    panel.form.epochs.setValue(1)
    with qtbot.waitSignal(panel.trainer.ended, timeout=PATIENCE) as ended:
        qtbot.mouseClick(panel.train, Qt.MouseButton.LeftButton)
    assert not ended.args[0].problem
    assert window.context.document.network.output_shape == (10,)
    assert panel.figure == "curves"
    assert panel.trainer.history.steps > 0
    # Once for what it learnt, once for the layers.
    window.actions_.run("edit.undo")
    assert window.context.document.network.output_shape == (10,)
    window.actions_.run("edit.undo")
    assert window.context.document.network is before


def test_the_window_closes_while_it_trains(qtbot: QtBot, lenet: MainWindow) -> None:
    panel = shown(qtbot, lenet)
    panel.form.epochs.setValue(500)
    panel.toggle()
    qtbot.waitUntil(lambda: panel.trainer.history.steps > 0, timeout=PATIENCE)
    lenet.context.store.undo_stack.setClean()
    assert lenet.close()
    assert not panel.trainer.running


def test_a_folder_that_is_dropped_is_learned_from(
    qtbot: QtBot, lenet: MainWindow, tmp_path: Path
) -> None:
    for name, shade in (("dark", 20), ("light", 230)):
        (tmp_path / name).mkdir()
        for i in range(20):
            pixels = np.full((28, 28), shade + i % 5, np.uint8)
            Image.fromarray(pixels).save(tmp_path / name / f"{i}.png")
    lenet.open_path(tmp_path)
    panel = lenet.tabs.train
    assert lenet.context.document.view.tab == "train"
    qtbot.waitUntil(
        lambda: panel.data.data is not None and len(panel.data.data.classes) == 2, timeout=PATIENCE
    )
    assert panel.data.view.current_scene().title == "dark: 20, light: 20"
    panel.form.epochs.setValue(1)
    with qtbot.waitSignal(panel.trainer.ended, timeout=PATIENCE):
        panel.toggle()
    assert lenet.context.document.classes == ("dark", "light")


def drop(window: MainWindow, *paths: Path) -> None:
    """Drag files over a window and drop them, as Qt says it."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    place, action = QPoint(600, 400), Qt.DropAction.CopyAction
    button, modifier = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(place, action, data, button, modifier)
    QApplication.sendEvent(window, enter)
    assert enter.isAccepted()
    QApplication.sendEvent(window, QDropEvent(QPointF(place), action, data, button, modifier))


def test_a_folder_that_was_mended_is_read_again_when_it_is_dropped_again(
    qtbot: QtBot, lenet: MainWindow, tmp_path: Path
) -> None:
    panel = shown(qtbot, lenet)
    lonely = files.class_folder(tmp_path, each=3) / "dog"
    lonely.rename(tmp_path / "dog of later")
    kept = tmp_path / "pets"
    kept.mkdir()
    (tmp_path / "cat").rename(kept / "cat")
    drop(lenet, kept)
    qtbot.waitUntil(lambda: "two classes at least" in panel.data.problem, timeout=PATIENCE)
    (tmp_path / "dog of later").rename(kept / "dog")
    drop(lenet, kept)
    qtbot.waitUntil(lambda: panel.data._counts.text() == "6 pictures, 2 classes", timeout=PATIENCE)
    assert not panel.data.problem


def test_a_file_of_data_that_is_dropped_is_learned_from(
    qtbot: QtBot, lenet: MainWindow, tmp_path: Path
) -> None:
    files.mnist(tmp_path, packed=True)
    np.savez(tmp_path / "two.npz", x=files.pictures(40, 28, 28), y=np.arange(40) % 2)
    files.cifar(tmp_path / "some.bin", np.arange(6)[:, None])
    (tmp_path / "table.csv").write_text("\n".join(f"{n % 3},0,9,9,0" for n in range(12)))
    for name, said in (
        ("two.npz", "40 pictures, 2 classes"),
        ("some.bin", "6 pictures, 10 classes"),
        ("table.csv", "12 pictures, 3 classes"),
        ("train-images-idx3-ubyte.gz", "20 pictures, 10 classes · 10 to test"),
    ):
        lenet.show_tab("step")
        drop(lenet, tmp_path / name)

        def told(wanted: str = said) -> bool:
            return lenet.tabs.lab is not None and lenet.tabs.lab.data._counts.text() == wanted

        qtbot.waitUntil(told, timeout=PATIENCE)
        assert lenet.context.document.view.tab == "train"
    assert lenet.context.document.picture.name == "cat.png"
    assert lenet.tabs.train.data.title == tmp_path.name


def test_what_is_no_data_says_so_where_data_are_chosen(
    qtbot: QtBot, lenet: MainWindow, tmp_path: Path
) -> None:
    path = tmp_path / "pictures.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("cat/1.png", b"")
    drop(lenet, path)
    qtbot.waitUntil(lambda: lenet.context.document.view.tab == "train", timeout=PATIENCE)
    panel = lenet.tabs.train
    qtbot.waitUntil(lambda: bool(panel.data.problem), timeout=PATIENCE)
    assert "pictures.zip: is an archive; unpack it" in panel.head.words.text()


def test_data_are_not_taken_away_from_a_network_that_learns(
    qtbot: QtBot, lenet: MainWindow, tmp_path: Path
) -> None:
    panel = shown(qtbot, lenet)
    panel.desk.one_batch()
    qtbot.waitUntil(lambda: panel.trainer.history.steps == 1, timeout=PATIENCE)
    files.class_folder(tmp_path)
    lenet.show_tab("step")
    drop(lenet, tmp_path)
    qtbot.waitUntil(lambda: lenet.context.document.view.tab == "train", timeout=PATIENCE)
    assert panel.data.title == "digits"
    assert "A network is learning: stop that first" in lenet.statusBar().currentMessage()


def test_what_the_tab_shows_is_copied_and_exported(
    qtbot: QtBot, lenet: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    panel = shown(qtbot, lenet)
    assert lenet.files.kind == "samples"
    assert set(panel.figures()) == {"samples"}
    panel.form.epochs.setValue(1)
    with qtbot.waitSignal(panel.trainer.ended, timeout=PATIENCE):
        panel.toggle()
    for page, title in (("curves", "after 41 batches"), ("result", "of 359 test pictures")):
        panel.show_page(page)
        lenet.actions_.run("edit.copy")
        copied = QGuiApplication.clipboard().image()
        context = lenet.context
        sheet = Page(960, 540, context.theme, context.labels)
        scene = panel.figures()[panel.figure](context.document, context.trace, sheet)
        assert title in scene.title
        assert copied == render_image(scene, 1920, 1080, False).convertToFormat(copied.format())
        path = tmp_path / f"{page}.svg"
        monkeypatch.setattr(
            QFileDialog, "getSaveFileName", lambda *_a, path=path, **_k: (str(path), "")
        )
        with answers("Save…"):
            lenet.actions_.run("file.export")
        qtbot.waitUntil(path.exists, timeout=PATIENCE)
        qtbot.waitUntil(lambda: not lenet.files._jobs, timeout=PATIENCE)
        assert title in path.read_text(encoding="utf-8")


def test_without_a_training_there_is_no_figure_of_one(qtbot: QtBot, lenet: MainWindow) -> None:
    panel = shown(qtbot, lenet)
    panel.show_page("curves")
    QGuiApplication.clipboard().clear()
    lenet.actions_.run("edit.copy")
    assert QGuiApplication.clipboard().image().isNull()
    assert "press Train" in lenet.statusBar().currentMessage()
    assert not lenet.actions_["file.curves"].isEnabled()


def test_curves_are_written_as_a_table(
    qtbot: QtBot, lenet: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    panel = shown(qtbot, lenet)
    panel.form.epochs.setValue(1)
    with qtbot.waitSignal(panel.trainer.ended, timeout=PATIENCE):
        panel.toggle()
    path = tmp_path / "curves.csv"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_a, **_k: (str(path), ""))
    lenet.actions_.run("file.curves")
    qtbot.waitUntil(path.exists, timeout=PATIENCE)
    header, *lines = path.read_text(encoding="utf-8").splitlines()
    assert header == "step,epoch,loss,accuracy,validation loss,validation accuracy"
    assert lines[-1].startswith("41,1,")
    assert float(lines[-1].split(",")[-1]) == panel.trainer.history.held[-1].accuracy


def test_51_weights_that_are_no_numbers_keep_training_off_until_they_are_mended(
    qtbot: QtBot, lenet: MainWindow
) -> None:
    panel = shown(qtbot, lenet)
    store = lenet.context.store
    bad = {name: np.array(values) for name, values in store.document.weights[0].items()}
    bad["weight"][0, 0, 0, :3] = (np.nan, np.inf, -np.inf)
    store.show(replace(store.document, weights=store.document.weights.replaced(0, bad)))
    qtbot.mouseClick(panel.train, Qt.MouseButton.LeftButton)
    assert not panel.trainer.running
    assert panel.head.words.text() == (
        "conv1: 3 of 150 numbers of its weight are not finite, so it cannot learn; "
        "type numbers in their place, or begin its weights anew"
    )
    store.edit("New weights", start_anew(store.document, 0, "he-normal", 1))
    panel.form.epochs.setValue(1)
    with qtbot.waitSignal(panel.trainer.ended, timeout=PATIENCE):
        qtbot.mouseClick(panel.train, Qt.MouseButton.LeftButton)
        assert panel.trainer.running


def test_curves_keep_their_room_in_a_low_window_with_kept_runs(
    qtbot: QtBot, lenet: MainWindow
) -> None:
    panel = shown(qtbot, lenet)
    panel.form.epochs.setValue(1)
    for _ in range(2):
        with qtbot.waitSignal(panel.trainer.ended, timeout=PATIENCE):
            panel.toggle()
        panel.tools.keep.click()
    lenet.resize(1024, 700)
    panel.show_page("curves")
    held, lines = panel.tools._held, panel.tools.lines
    # The lines of the runs give way first.
    qtbot.waitUntil(
        lambda: panel.view.height() >= GOOD or held.height() < lines.sizeHint().height()
    )
    assert lines.lines[0].isVisible()
    # The line that is being named is scrolled to.
    box = lines.lines[1].box
    lines.lines[1].rename.click()
    qtbot.waitUntil(lambda: box.visibleRegion().boundingRect().height() == box.height())
