"""Difference and before/after in the strip: what the last edit moved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from convsim.core.step import Cursor
from convsim.document.edits import set_field, set_weight
from tests.ui.hosting import Key

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from convsim.ui.window import MainWindow

LEFT = Qt.MouseButton.LeftButton


def edit(window: MainWindow, value: float, merge: str = "") -> None:
    store = window.context.store
    store.edit("Weight", set_weight(store.document, 0, (2, 0, 0, 0), value), merge)


def heading(window: MainWindow) -> str:
    return window.strip._title.text()


def test_before_the_first_edit_there_is_nothing_to_compare(window: MainWindow) -> None:
    strip = window.strip
    assert strip.difference_button.isHidden()
    assert strip.before_button.isHidden()
    edit(window, 1.0)
    assert not strip.difference_button.isHidden()


def test_the_difference_says_how_many_cells_moved_in_every_later_layer(
    window: MainWindow, qtbot: QtBot
) -> None:
    edit(window, 1.0)
    qtbot.mouseClick(window.strip.difference_button, LEFT)
    assert heading(window) == "Conv 1: 784 of 4,704 cells moved, in 1 of 6 maps"
    window.context.store.show(window.context.document.at(Cursor(2)))
    assert heading(window) == "Conv 2: 5,760 of 5,760 cells moved, in 10 of 10 maps"
    qtbot.mouseClick(window.strip.difference_button, LEFT)
    assert "Maps of Conv 2" in heading(window)


def test_a_drag_is_compared_with_its_beginning(window: MainWindow) -> None:
    first = window.context.trace.output(0)[2, 0, 0]
    for value in (0.5, 0.6, 0.7):
        edit(window, value, merge="drag")
    before = window.context.before_edit(0)
    assert before is not None
    assert before.output(0)[2, 0, 0] == first
    edit(window, 0.9, merge="another drag")
    before = window.context.before_edit(0)
    assert before is not None
    assert before.output(0)[2, 0, 0] != first


def test_undo_is_compared_with_what_it_took_back(window: MainWindow) -> None:
    edit(window, 1.0)
    edited = window.context.trace.output(0)
    window.actions_.run("edit.undo")
    before = window.context.before_edit(0)
    assert before is not None
    assert (before.output(0) == edited).all()


def test_before_is_shown_as_long_as_the_button_or_b_is_held(
    window: MainWindow, qtbot: QtBot
) -> None:
    edit(window, 5.0)
    after = window.strip.view.grab().toImage()
    for hold, let_go in (
        (
            lambda: qtbot.mousePress(window.strip.before_button, LEFT),
            lambda: qtbot.mouseRelease(window.strip.before_button, LEFT),
        ),
        (
            lambda: qtbot.keyPress(window.stage.view, Key.Key_B),
            lambda: qtbot.keyRelease(window.stage.view, Key.Key_B),
        ),
    ):
        hold()
        assert "before the last edit" in heading(window)
        held = window.strip.view.grab().toImage()
        let_go()
        assert held != after
        assert window.strip.view.grab().toImage() == after


def test_what_cannot_be_compared_has_no_buttons(window: MainWindow) -> None:
    store = window.context.store
    store.edit("Filters", set_field(store.document, 0, "filters", 4))
    assert window.strip.difference_button.isHidden()
    window.context.store.show(window.context.document.at(Cursor(2)))
    assert not window.strip.difference_button.isHidden()
