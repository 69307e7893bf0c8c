"""The live picture: frames of a simulated camera, frozen and undone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import QObject, Qt, Signal

from convsim.document.edits import set_field, set_view
from convsim.services import camera
from convsim.ui.live import Live

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from convsim.ui.window import MainWindow
    from tests.ui.conftest import Opener


class Simulated(QObject):
    """A camera whose frames a test makes."""

    framed = Signal(object)
    failed = Signal(str)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.on = False

    def start(self) -> None:
        self.on = True

    def stop(self) -> None:
        self.on = False

    def shoot(self, grey: int) -> None:
        self.framed.emit(np.full((48, 64, 3), grey, np.uint8))


@pytest.fixture
def window(open_window: Opener, monkeypatch: pytest.MonkeyPatch) -> MainWindow:
    """Return a window on a computer with software for cameras."""
    monkeypatch.setattr(camera, "available", lambda: True)
    window = open_window()
    live = Live(window.context.store, window, Simulated)
    live.failed.connect(window.show_message)
    live.changed.connect(window._show_live)
    vars(window)["live"] = live
    return window


def begun(window: MainWindow) -> Simulated:
    window.actions_["file.camera"].trigger()
    source = window.live._source
    assert isinstance(source, Simulated)
    assert source.on
    return source


def image(window: MainWindow) -> float:
    return float(window.context.document.image.mean())


def texts(window: MainWindow) -> list[str]:
    stack = window.context.store.undo_stack
    return [stack.text(i) for i in range(stack.count())]


def test_without_qt_multimedia_nothing_speaks_of_a_camera(
    open_window: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(camera, "available", lambda: False)
    window = open_window()
    assert "file.camera" not in window.actions_.commands
    store = window.context.store
    store.show(set_view(store.document, on_input=True))
    assert window.inspector.input_form.isVisible()
    assert window.inspector.input_form.camera_button.isHidden()


def test_frames_become_the_picture_and_all_of_it_is_one_step_of_undo(window: MainWindow) -> None:
    before = window.context.document
    source = begun(window)
    maps = []
    for grey in (51, 102, 204):
        source.shoot(grey)
        assert image(window) == pytest.approx(grey / 255)
        maps.append(window.context.trace.output(0))
    assert not np.array_equal(maps[0], maps[2])
    assert texts(window) == ["Live camera"]
    assert window.actions_["file.camera"].isChecked()
    window.actions_["file.camera"].trigger()
    assert not source.on
    assert not window.actions_["file.camera"].isChecked()
    source.shoot(0)
    assert image(window) == pytest.approx(0.8)
    stack = window.context.store.undo_stack
    stack.undo()
    assert window.context.document is before
    stack.redo()
    assert image(window) == pytest.approx(0.8)
    assert [p.name for p in window.context.document.pictures] == ["cat.png", "camera"]


def test_edits_meanwhile_stay_and_the_picture_goes_on(window: MainWindow) -> None:
    source = begun(window)
    source.shoot(51)
    store = window.context.store
    store.edit("Stride", set_field(store.document, 0, "stride", 3))
    source.shoot(204)
    assert image(window) == pytest.approx(0.8)
    assert texts(window) == ["Live camera", "Stride"]
    window.live.freeze()
    store.undo_stack.undo()
    assert store.document.network.output_shape == (24, 24, 10)
    store.undo_stack.redo()
    assert store.document.network.output_shape == (6, 6, 10)
    assert image(window) == pytest.approx(0.8)


def test_another_picture_or_undo_freezes_it(window: MainWindow) -> None:
    source = begun(window)
    source.shoot(51)
    window.context.store.undo_stack.undo()
    cat = window.context.document.picture
    source.shoot(204)
    assert not window.live.running
    assert window.context.document.picture is cat
    source = begun(window)
    source.shoot(51)
    window.actions_["preset.quiz"].trigger()
    source.shoot(204)
    assert not window.live.running


def test_a_camera_that_fails_says_why_and_is_off(window: MainWindow) -> None:
    begun(window).failed.emit("no camera was found; connect one, then try again")
    assert not window.live.running
    assert "no camera was found" in window.statusBar().currentMessage()
    assert texts(window) == []


def test_the_forms_button_begins_and_freezes(window: MainWindow, qtbot: QtBot) -> None:
    store = window.context.store
    store.show(set_view(store.document, on_input=True))
    button = window.inspector.input_form.camera_button
    window.inspector.ensureWidgetVisible(button)
    assert button.text() == "Live camera"
    for text, running in (("Freeze", True), ("Live camera", False)):
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
        assert button.text() == text
        assert window.live.running == running


def test_closing_the_window_switches_the_camera_off(window: MainWindow) -> None:
    source = begun(window)
    window.close()
    assert not source.on
