"""The buttons of the Train view stay where they are, and mean what they said when one aimed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from convsim.ui.train.head import GUARD, KEY_GUARD
from tests.ui.train.test_panel import PATIENCE, lenet, shown

if TYPE_CHECKING:
    import pytest
    from pytestqt.qtbot import QtBot

    from convsim.ui.train.panel import TrainPanel
    from convsim.ui.window import MainWindow

__all__ = ["lenet"]


class Clock:
    """Says the time that it is told."""

    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now


def places(panel: TrainPanel) -> list[int]:
    return [button.x() for button in (panel.train, panel.stop, panel.step, panel.epoch)]


def test_a_click_on_pause_just_as_a_training_ends_begins_no_other(
    qtbot: QtBot, lenet: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock()
    monkeypatch.setattr("convsim.ui.train.head.time", clock)
    panel = shown(qtbot, lenet)
    before = places(panel)
    panel.form.epochs.setValue(1)
    with qtbot.waitSignal(panel.trainer.ended, timeout=PATIENCE):
        panel.toggle()
        assert panel.train.text() == "Pause"
        assert places(panel) == before
    for button in (panel.train, panel.step, panel.epoch):
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
        assert not panel.trainer.running
    # Resume has come, and has moved none of them.
    assert panel.again.isVisible()
    assert places(panel) == before
    clock.now += GUARD
    qtbot.mouseClick(panel.train, Qt.MouseButton.LeftButton)
    assert panel.trainer.running


def test_a_key_meant_for_pause_begins_no_other_training(
    qtbot: QtBot, lenet: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock()
    monkeypatch.setattr("convsim.ui.train.head.time", clock)
    panel = shown(qtbot, lenet)
    panel.form.epochs.setValue(1)
    act = lenet.actions_
    with qtbot.waitSignal(panel.trainer.ended, timeout=PATIENCE):
        act["train.toggle"].trigger()
        assert panel.trainer.running
    clock.now += 0.9 * KEY_GUARD
    for key in ("train.toggle", "train.batch", "train.epoch"):
        act[key].trigger()
        assert not panel.trainer.running
    clock.now += 0.2 * KEY_GUARD
    act["train.toggle"].trigger()
    assert panel.trainer.running


def test_a_key_begins_another_training_at_once_after_one_that_was_stopped(
    qtbot: QtBot, lenet: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("convsim.ui.train.head.time", Clock())
    panel = shown(qtbot, lenet)
    panel.form.epochs.setValue(50)
    act = lenet.actions_
    act["train.toggle"].trigger()
    qtbot.waitUntil(lambda: panel.trainer.history.steps > 0, timeout=PATIENCE)
    with qtbot.waitSignal(panel.trainer.ended, timeout=PATIENCE):
        act["train.stop"].trigger()
    act["train.toggle"].trigger()
    assert panel.trainer.running


def test_a_double_click_on_stop_still_tries_it_on_the_test_pictures(
    qtbot: QtBot, lenet: MainWindow
) -> None:
    panel = shown(qtbot, lenet)
    panel.toggle()
    qtbot.waitUntil(lambda: panel.trainer.history.steps > 0, timeout=PATIENCE)
    with qtbot.waitSignal(panel.trainer.ended, timeout=PATIENCE):
        qtbot.mouseClick(panel.stop, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda: panel.trainer.state.value != "running", timeout=PATIENCE)
        qtbot.mouseClick(panel.stop, Qt.MouseButton.LeftButton)
    assert "of 359 test pictures recognised" in panel.head.words.text()


def test_what_the_picture_is_taken_for_has_a_line_of_its_own_that_wraps(
    qtbot: QtBot, lenet: MainWindow
) -> None:
    lenet.resize(1024, 700)
    panel = shown(qtbot, lenet)
    qtbot.waitUntil(lambda: panel.head.guess.isVisible(), timeout=PATIENCE)
    guess, words = panel.head.guess, panel.head.words
    assert guess.wordWrap()
    below = words.mapTo(panel, words.rect().bottomLeft()).y()
    assert guess.mapTo(panel, guess.rect().topLeft()).y() > below
    assert guess.height() >= guess.heightForWidth(guess.width())
    counts = panel.data._counts
    assert counts.wordWrap()


def test_a_new_training_is_followed_whatever_was_looked_at_before(
    qtbot: QtBot, lenet: MainWindow
) -> None:
    panel = shown(qtbot, lenet)
    panel.form.epochs.setValue(4)
    panel.show_page("history")
    with qtbot.waitSignal(panel.trainer.ended, timeout=PATIENCE):
        panel.toggle()
    panel.bar.slider.setValue(1)
    with qtbot.waitSignal(panel.trainer.ended, timeout=PATIENCE):
        panel.toggle()
    assert panel.bar.index == panel.bar.slider.maximum() > 1
