"""Difference and before/after in the strip: what the last edit moved."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from convsim.core.step import Cursor
from convsim.document.building import remove_layers
from convsim.document.edits import set_field, set_view, set_weight
from convsim.figures.scene import Text
from convsim.services.opening import open_preset
from convsim.ui.compare_buttons import CompareButtons
from tests.ui.hosting import Key

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from convsim.figures.scene import Scene
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


def texts(scene: Scene | None) -> list[str]:
    assert scene is not None
    return [item.text for item in scene.items if isinstance(item, Text)]


def test_the_maps_view_shows_what_moved_in_every_map(window: MainWindow, qtbot: QtBot) -> None:
    edit(window, 1.0)
    window.show_tab("maps")
    panel = window.tabs.maps
    (buttons,) = panel.findChildren(CompareButtons)
    qtbot.mouseClick(buttons.difference_button, LEFT)
    said = texts(panel.view.current_scene())
    assert "Conv 1: 784 of 4,704 cells moved, in 1 of 6 maps" in said
    assert said.count("0 of 784") == 5
    assert said.count("784 of 784") == 1
    assert window.strip.difference_button.isChecked(), "both say the same"
    qtbot.mouseClick(window.strip.difference_button, LEFT)
    assert not buttons.difference_button.isChecked()
    assert "784 of 784" not in texts(panel.view.current_scene())


def test_the_map_that_is_zoomed_into_shows_the_difference_too(
    window: MainWindow, qtbot: QtBot
) -> None:
    edit(window, 1.0)
    store = window.context.store
    store.show(set_view(store.document.at(Cursor(0, 2)), tab="maps", maps="zoom"))
    plain = window.grab().toImage()
    window.context.set_difference(True)
    head = window.tabs.maps._zoom_head
    assert head is not None
    assert "Conv 1, map 3 of 6: 784 of 784 cells moved" in texts(head.current_scene())
    assert window.grab().toImage() != plain


@pytest.mark.parametrize("tab", ["step", "maps", "overview", "counts"])
def test_b_shows_every_view_as_it_was_before(window: MainWindow, qtbot: QtBot, tab: str) -> None:
    store = window.context.store
    store.show(set_view(store.document, tab=tab, overview="sweep"))
    view = window.current_view
    view.setFocus()
    before = view.grab().toImage()
    store.edit("Stride", set_field(store.document, 0, "stride", 3))
    after = view.grab().toImage()
    assert after != before
    qtbot.keyPress(view, Key.Key_B)
    held = view.grab().toImage()
    qtbot.keyRelease(view, Key.Key_B)
    assert held == before
    assert view.grab().toImage() == after


def test_the_zoomed_map_is_shown_as_it_was_before(window: MainWindow, qtbot: QtBot) -> None:
    store = window.context.store
    store.show(set_view(store.document.at(Cursor(0, 2)), tab="maps", maps="zoom"))
    zoom = window.tabs.maps._zoom
    assert zoom is not None
    before = zoom.grab().toImage()
    edit(window, 5.0)
    assert zoom.grab().toImage() != before
    window.context.hold_before(True)
    assert zoom.grab().toImage() == before


def test_what_is_held_can_be_looked_at_after_all_layers_were_deleted(
    window: MainWindow, qtbot: QtBot
) -> None:
    store = window.context.store
    window.context.set_difference(True)
    store.edit("Delete", remove_layers(store.document, [0, 1, 2, 3]))
    for tab in ("step", "maps", "overview", "counts"):
        window.show_tab(tab)
        window.context.hold_before(True)
        view = window.current_view
        scene = view.current_scene()
        for area in scene.areas:
            view.clicked.emit(area, 0, 0)
        window.grab()
        window.context.hold_before(False)
        window.grab()
    assert store.document.empty


def test_an_edit_lets_go_of_what_was_before(window: MainWindow) -> None:
    store = window.context.store
    edit(window, 1.0)
    window.context.hold_before(True)
    store.edit("Stride", set_field(store.document, 0, "stride", 3))
    assert not window.context.held


def test_before_an_edit_there_is_nothing_to_hold(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.keyPress(window.stage.view, Key.Key_B)
    assert not window.context.held


def test_a_window_that_loses_the_keyboard_lets_go(window: MainWindow, qtbot: QtBot) -> None:
    edit(window, 1.0)
    qtbot.keyPress(window.stage.view, Key.Key_B)
    assert window.context.held
    other = QWidget()
    qtbot.addWidget(other)
    other.show()
    other.activateWindow()
    qtbot.waitUntil(lambda: not window.context.held)


def test_what_cannot_be_compared_has_no_buttons(window: MainWindow) -> None:
    store = window.context.store
    store.edit("Filters", set_field(store.document, 0, "filters", 4))
    assert window.strip.difference_button.isHidden()
    window.context.store.show(window.context.document.at(Cursor(2)))
    assert not window.strip.difference_button.isHidden()


def test_networks_that_come_and_go_while_before_is_held_are_compared_as_they_are(
    window: MainWindow,
) -> None:
    """What is let go is let go once the numbers are those of the new network."""
    context = window.context
    context.set_difference(True)
    edit(window, 1.0)
    lecture = context.document
    window.begin("Other", open_preset("quiz"))
    context.hold_before(True)
    window.begin("Back", lecture.at(Cursor(0)))
    assert not context.held
    assert "Conv 1" in heading(window)
