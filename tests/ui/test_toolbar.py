"""The bar above the stage: its buttons do what the commands do, and stay where they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt

from convsim.document.edits import set_bias, set_field

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from convsim.ui.window import MainWindow


class Layouts(QObject):
    """Counts how often a widget is laid out again."""

    count = 0

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        self.count += event.type() == QEvent.Type.LayoutRequest
        return False


def test_undo_and_redo_are_clicked_and_say_of_what(window: MainWindow, qtbot: QtBot) -> None:
    store, bar = window.context.store, window.bar
    first = store.document
    assert not bar.undo_button.isEnabled()
    assert not bar.redo_button.isEnabled()
    store.edit("Bias of conv1", set_bias(first, 0, 0, 2.0))
    second = store.document
    assert bar.undo_button.toolTip() == "Undo Bias of conv1 (Ctrl+Z)"
    assert bar.undo_button.text() == "Undo"
    qtbot.mouseClick(bar.undo_button, Qt.MouseButton.LeftButton)
    assert store.document.weights is first.weights
    assert not bar.undo_button.isEnabled()
    assert bar.redo_button.toolTip() == "Redo Bias of conv1 (Ctrl+Shift+Z)"
    qtbot.mouseClick(bar.redo_button, Qt.MouseButton.LeftButton)
    assert store.document.weights is second.weights
    assert not bar.redo_button.isEnabled()


def test_an_edit_and_its_undo_do_not_lay_the_bar_out_again(window: MainWindow, qapp) -> None:
    qapp.processEvents()
    layouts = Layouts()
    window.bar.installEventFilter(layouts)
    store = window.context.store
    store.edit("Stride of conv1", set_field(store.document, 0, "stride", (3, 3)))
    qapp.processEvents()
    store.undo_stack.undo()
    qapp.processEvents()
    assert layouts.count == 0


def test_the_icons_follow_the_theme(window: MainWindow) -> None:
    store = window.context.store
    store.edit("Bias of conv1", set_bias(store.document, 0, 0, 2.0))
    keys = {window.bar.undo_button.icon().cacheKey()}
    window.actions_.run("view.theme")
    keys.add(window.bar.undo_button.icon().cacheKey())
    assert len(keys) == 2


def test_in_a_menu_a_tick_shows_what_is_on_and_no_icon_hides_it(window: MainWindow) -> None:
    theme, opening = (window.actions_[id_] for id_ in ("view.theme", "file.open"))
    assert theme.isCheckable()
    assert not theme.icon().isNull()
    assert not theme.isIconVisibleInMenu()
    assert opening.isIconVisibleInMenu()
