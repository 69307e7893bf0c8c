"""The list as a builder: adding, moving, copying, folding and renaming, by mouse and keyboard."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QItemSelectionModel, QMimeData, QPoint, QPointF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QDrag,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QGuiApplication,
)
from PySide6.QtWidgets import QApplication, QLineEdit, QToolButton

from convsim.core.layers import KINDS
from convsim.core.step import Cursor
from convsim.document.edits import select_layer, set_field, set_view
from convsim.ui.layer_model import DETAIL, LAYERS, MOVED, SHAPE, STATE, TITLE
from convsim.ui.layer_words import block_words, kind_formulas, kind_sentences
from convsim.ui.palette_list import PaletteList
from tests.ui.hosting import CONTROL, NO_KEYS, Key

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from convsim.ui.window import MainWindow
    from tests.ui.conftest import Opener

ALT = Qt.KeyboardModifier.AltModifier


def names(window: MainWindow) -> list[str]:
    return [layer.name for layer in window.context.document.network.layers]


def row_point(window: MainWindow, row: int, x: int = 60) -> QPoint:
    view = window.network.list
    box = view.visualRect(view.rows.index(row, 0))
    view.scrollTo(view.rows.index(row, 0))
    return QPoint(x, view.visualRect(view.rows.index(row, 0)).top() + box.height() // 2 - 6)


def click_row(qtbot: QtBot, window: MainWindow, row: int, keys: Qt.KeyboardModifier = NO_KEYS):
    at = row_point(window, row)
    qtbot.mouseClick(window.network.list.viewport(), Qt.MouseButton.LeftButton, keys, at)


def drop(window: MainWindow, rows: list[int], at: QPoint) -> None:
    """Drop what a drag of rows carries at a point of the list."""
    view = window.network.list
    data = view.rows.mimeData([view.rows.index(row, 0) for row in rows])
    event = QDropEvent(
        QPointF(at), Qt.DropAction.MoveAction, data, Qt.MouseButton.LeftButton, NO_KEYS
    )
    view.dropEvent(event)


def palette_pick(qtbot: QtBot, window: MainWindow, key: str) -> None:
    """Take a kind from the palette with the mouse."""
    qtbot.mouseClick(window.network.add_button, Qt.MouseButton.LeftButton)
    palette = window.network._palette
    assert palette is not None
    item = palette.item(key)
    palette.list.scrollToItem(item)
    at = palette.list.visualItemRect(item).center()
    qtbot.mouseClick(palette.list.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert palette.isHidden()


def test_the_palette_says_of_every_kind_what_it_does_and_its_formula(window: MainWindow) -> None:
    assert kind_sentences().keys() >= KINDS.keys()
    assert kind_formulas().keys() >= KINDS.keys()
    assert all(block_words(name) for name in ("conv-relu-pool", "residual"))
    assert not window.findChildren(PaletteList), "built before anybody opened it"
    window.actions_.run("network.add")
    palette = window.findChildren(PaletteList)[0]
    assert palette.isVisible()
    assert "(N + 2·P − F)/S + 1" in palette.item("conv").data(Qt.ItemDataRole.AccessibleTextRole)


def test_the_palette_finds_by_letters_and_enter_takes(window: MainWindow, qtbot: QtBot) -> None:
    window.actions_.run("network.add")
    palette = window.network._palette
    assert palette is not None
    qtbot.keyClicks(palette.search, "largest window")
    shown = [i for i in range(palette.list.count()) if not palette.list.item(i).isHidden()]
    assert len(shown) == 1
    qtbot.keyClick(palette.search, Key.Key_Return)
    assert names(window) == ["conv1", "pool1", "relu1", "conv2", "relu2"]
    assert window.network.list.hasFocus()


def test_the_palette_closes_at_escape_and_at_a_click_elsewhere(
    window: MainWindow, qtbot: QtBot
) -> None:
    window.actions_.run("network.add")
    palette = window.network._palette
    assert palette is not None
    qtbot.keyClick(palette.search, Key.Key_Escape)
    assert not palette.isVisible()
    window.actions_.run("network.add")
    qtbot.mouseClick(window.stage.view, Qt.MouseButton.LeftButton, pos=QPoint(400, 20))
    assert not palette.isVisible()
    assert len(names(window)) == 4


def test_a_new_layer_goes_behind_the_selected_one_and_is_selected(
    window: MainWindow, qtbot: QtBot
) -> None:
    click_row(qtbot, window, 2)
    palette_pick(qtbot, window, "maxpool")
    assert names(window) == ["conv1", "relu1", "pool1", "conv2", "relu2"]
    assert window.context.document.cursor == Cursor(2)
    assert window.network.chosen == [2]
    assert window.context.store.undo_stack.undoText() == "Add Max pool 1"
    window.actions_.run("edit.undo")
    assert names(window) == ["conv1", "relu1", "conv2", "relu2"]


def test_a_block_is_put_in_as_one_step_of_undo(window: MainWindow, qtbot: QtBot) -> None:
    click_row(qtbot, window, 4)
    palette_pick(qtbot, window, "block:conv-relu-pool")
    assert names(window)[-3:] == ["conv3", "relu3", "pool1"]
    assert window.context.document.network.output_shape == (12, 12, 8)
    assert window.context.store.undo_stack.count() == 1


def test_several_layers_are_moved_with_the_keyboard_and_stay_selected(
    window: MainWindow, qtbot: QtBot
) -> None:
    click_row(qtbot, window, 1)
    click_row(qtbot, window, 2, Qt.KeyboardModifier.ShiftModifier)
    assert window.network.chosen == [0, 1]
    qtbot.keyClick(window.network.list, Key.Key_Down, ALT)
    assert names(window) == ["conv2", "conv1", "relu1", "relu2"]
    assert window.network.chosen == [1, 2]
    qtbot.keyClick(window.network.list, Key.Key_Up, ALT)
    assert names(window) == ["conv1", "relu1", "conv2", "relu2"]
    qtbot.keyClick(window.network.list, Key.Key_Up, ALT)
    assert window.context.store.undo_stack.count() == 2
    assert window.context.store.undo_stack.undoText() == "Move Conv 1, ReLU 1"


def test_a_layer_is_dragged_to_another_place(window: MainWindow, qtbot: QtBot) -> None:
    last = window.network.list.visualRect(window.network.list.rows.index(4, 0))
    drop(window, [1], QPoint(60, last.bottom() + 20))
    qtbot.waitUntil(lambda: names(window) == ["relu1", "conv2", "relu2", "conv1"])
    first = window.network.list.visualRect(window.network.list.rows.index(1, 0))
    drop(window, [3, 4], QPoint(60, first.top() + 1))
    qtbot.waitUntil(lambda: names(window) == ["relu2", "conv1", "relu1", "conv2"])


def test_layers_are_dragged_into_another_window_with_their_weights(
    open_window: Opener, window: MainWindow, qtbot: QtBot
) -> None:
    other = open_window("quiz")
    data = window.network.list.rows.mimeData([window.network.list.rows.index(3, 0)])
    assert data.formats() == [MOVED, LAYERS]
    rows = other.network.list.rows
    move, below = Qt.DropAction.MoveAction, rows.index(-1, 0)
    assert rows.canDropMimeData(data, move, 1, 0, below)
    assert rows.dropMimeData(data, move, 1, 0, below)
    qtbot.waitUntil(lambda: names(other) == ["conv2", "conv1"])
    there, here = (one.context.document.weights for one in (other, window))
    assert (there[0]["bias"] == here[2]["bias"]).all()
    assert other.context.store.undo_stack.undoText() == "Bring Conv 2"
    assert names(window) == ["conv1", "relu1", "conv2", "relu2"], "a copy was brought"


def test_what_comes_from_elsewhere_is_not_dropped_into_the_list(
    window: MainWindow, qtbot: QtBot
) -> None:
    rows = window.network.list.rows
    move, below = Qt.DropAction.MoveAction, rows.index(-1, 0)
    text = QMimeData()
    text.setText("conv3")
    assert not rows.canDropMimeData(text, move, 1, 0, below)
    assert not rows.dropMimeData(text, move, 1, 0, below)
    broken = QMimeData()
    broken.setData(LAYERS, b'{"layers": 7}')
    assert rows.dropMimeData(broken, move, 1, 0, below)
    qtbot.waitUntil(window.network.note.isVisible)
    assert names(window) == ["conv1", "relu1", "conv2", "relu2"]


def test_deleting_and_undo_bring_the_very_same_weights_back(
    window: MainWindow, qtbot: QtBot
) -> None:
    weights = window.context.document.weights[2]["weight"]
    click_row(qtbot, window, 3)
    qtbot.keyClick(window.network.list, Key.Key_Delete)
    assert names(window) == ["conv1", "relu1", "relu2"]
    window.actions_.run("edit.undo")
    assert window.context.document.weights[2]["weight"] is weights


def test_the_panel_says_whose_weights_are_new_and_forgets_it_after_undo(
    window: MainWindow, qtbot: QtBot
) -> None:
    click_row(qtbot, window, 1)
    qtbot.mouseClick(window.network.list.viewport(), Qt.MouseButton.LeftButton, NO_KEYS)
    click_row(qtbot, window, 1)
    window.actions_.run("network.delete")
    assert window.network.note.text() == "New weights in Conv 2: their shape changed."
    window.actions_.run("edit.undo")
    qtbot.waitUntil(lambda: not window.network.note.isVisible())


def test_layers_are_copied_into_another_window_with_their_weights(
    open_window: Opener, qtbot: QtBot
) -> None:
    window = open_window("lecture")
    click_row(qtbot, window, 1)
    qtbot.keyClick(window.network.list, Key.Key_C, CONTROL)
    other = open_window("quiz")
    other.context.store.show(other.context.document.at(Cursor(0)))
    click_row(qtbot, other, 0)
    other.actions_.run("edit.paste")
    assert names(other) == ["conv2", "conv1"]
    pasted = other.context.document.weights[0]["weight"]
    assert (pasted == window.context.document.weights[0]["weight"]).all()
    assert other.network.note.text() == "New weights in Conv 1: their shape changed."


def test_cut_takes_layers_out_and_a_broken_text_is_refused(
    window: MainWindow, qtbot: QtBot
) -> None:
    click_row(qtbot, window, 2)
    qtbot.keyClick(window.network.list, Key.Key_X, CONTROL)
    assert names(window) == ["conv1", "conv2", "relu2"]
    text = QGuiApplication.clipboard().text()
    QGuiApplication.clipboard().setText(text.replace('"relu"', "7"))
    window.actions_.run("edit.paste")
    assert "$.layers[0].kind must be text; got 7" in window.network.note.text()
    assert names(window) == ["conv1", "conv2", "relu2"]


def test_a_layer_is_renamed_over_its_title(window: MainWindow, qtbot: QtBot) -> None:
    click_row(qtbot, window, 1)
    qtbot.keyClick(window.network.list, Key.Key_F2)
    line = window.network.list.findChild(QLineEdit)
    assert line is not None
    assert line.text() == "conv1"
    line.selectAll()
    qtbot.keyClicks(line, "edges")
    qtbot.keyClick(line, Key.Key_Return)
    qtbot.waitUntil(lambda: names(window)[0] == "edges")
    assert window.network.list.rows.index(1, 0).data(TITLE) == "edges"
    assert window.context.store.undo_stack.undoText() == "Rename conv1 → edges"


def test_a_taken_name_is_refused_with_the_reason(window: MainWindow) -> None:
    window.network.builder.rename(0, "conv2")
    assert "Another layer is called" in window.network.note.text()
    assert names(window)[0] == "conv1"


def test_a_block_folds_into_one_card_that_moves_and_copies_as_one(
    open_window: Opener, qtbot: QtBot
) -> None:
    window = open_window("lenet5")
    view = window.network.list
    at = QPoint(7, view.visualRect(view.rows.index(1, 0)).top() + 16)
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=at)
    card = [view.rows.index(1, 0).data(role) for role in (TITLE, SHAPE, DETAIL)]
    assert card == ["Conv 1 – Max pool 1", "14×14×6", "3 layers"]
    assert window.context.store.undo_stack.count() == 0
    click_row(qtbot, window, 1)
    assert window.network.chosen == [0, 1, 2]
    window.actions_.run("network.duplicate")
    assert names(window)[:6] == ["conv1", "relu1", "pool1", "conv3", "relu5", "pool3"]
    window.actions_.run("network.up")
    assert names(window)[:6] == ["conv3", "relu5", "pool3", "conv1", "relu1", "pool1"]


def test_later_layers_wait_while_one_does_not_fit_and_can_still_be_edited(
    open_window: Opener, qtbot: QtBot
) -> None:
    window = open_window("lenet5")
    click_row(qtbot, window, 1)
    palette_pick(qtbot, window, "dense")
    rows = window.network.list.rows
    states = [rows.index(i, 0).data(STATE) for i in range(rows.rowCount())]
    assert states == ["", "", "wrong", *["waiting"] * 12]
    click_row(qtbot, window, 4)
    window.actions_.run("network.delete")
    click_row(qtbot, window, 2)
    window.actions_.run("network.delete")
    assert window.context.document.network.bad_place is None


def test_the_picture_is_neither_deleted_nor_duplicated(window: MainWindow) -> None:
    panel = window.network
    copy, delete = (
        next(b for b in panel.findChildren(QToolButton) if b.accessibleName().startswith(word))
        for word in ("Duplicate", "Delete")
    )
    assert copy.isEnabled()
    assert delete.isEnabled()
    window.context.store.show(set_view(window.context.document, on_input=True))
    assert not copy.isEnabled()
    assert not delete.isEnabled()
    assert panel.add_button.isEnabled()
    assert not window.actions_.commands["network.delete"].enabled()
    window.context.store.show(set_view(window.context.document, on_input=False))
    assert delete.isEnabled()


@pytest.mark.parametrize("tab", ["overview", "step", "maps", "counts", "train"])
def test_an_empty_network_says_in_every_view_what_to_do(window: MainWindow, tab: str) -> None:
    window.actions_.run("file.new")
    window.show_tab(tab)
    assert "Add layer" in window.current_view.current_scene().title
    assert window.context.document.view.on_input
    assert not window.strip.isVisible()
    for id_ in ("network.delete", "network.duplicate", "network.up", "play.forward", "play.toggle"):
        window.actions_.run(id_)
    window.actions_.run("edit.undo")
    assert len(names(window)) == 4


def test_the_next_layer_is_selected_alone_while_ctrl_is_down(
    window: MainWindow, qtbot: QtBot
) -> None:
    click_row(qtbot, window, 1)
    qtbot.keyClick(window.network.list, Key.Key_Down, CONTROL)
    qtbot.keyClick(window.network.list, Key.Key_Down, CONTROL)
    assert window.network.chosen == [2]
    qtbot.keyClick(window.network.list, Key.Key_Up, CONTROL)
    assert window.network.chosen == [1]
    assert window.context.document.cursor.layer == 1


def test_another_network_is_opened_with_one_card_selected_and_says_nothing_of_new_weights(
    window: MainWindow, qtbot: QtBot
) -> None:
    click_row(qtbot, window, 1)
    for row in (2, 3):
        click_row(qtbot, window, row, CONTROL)
    assert window.network.chosen == [0, 1, 2]
    for preset in ("lecture", "lenet5"):
        window.actions_.run(f"preset.{preset}")
        assert window.network.chosen == [window.context.document.cursor.layer]
        assert not window.network.note.isVisible()
    window.actions_.run("edit.undo")
    assert window.network.chosen == [window.context.document.cursor.layer]


def test_the_card_of_the_input_leads_to_the_stage_that_shows_it(
    window: MainWindow, qtbot: QtBot
) -> None:
    click_row(qtbot, window, 3)
    click_row(qtbot, window, 0)
    assert window.context.document.view.on_input
    assert window.network.list.currentIndex().row() == 0
    assert window.context.document.cursor == Cursor(0)


def test_words_below_the_list_neither_move_its_buttons_nor_hide_the_card(
    open_window: Opener, qapp: QApplication
) -> None:
    window = open_window("lenet5")
    panel, store = window.network, window.context.store
    last_seen = panel.list.indexAt(panel.list.viewport().rect().bottomLeft() + QPoint(60, -8)).row()
    index = panel.list.rows.rows[last_seen - 1].start
    store.show(select_layer(store.document, index))
    qapp.processEvents()
    before = panel.add_button.mapTo(panel, QPoint(0, 0))
    high = panel.list.height()
    store.edit("Kernel of conv1", set_field(store.document, 0, "kernel", (3, 3)))
    qapp.processEvents()
    assert panel.note.isVisible()
    assert panel.list.height() < high
    assert panel.add_button.mapTo(panel, QPoint(0, 0)) == before
    card = panel.list.visualRect(panel.list.currentIndex())
    assert panel.list.viewport().rect().contains(card)


def test_a_dragged_card_does_not_lie_over_where_it_goes(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[QSize, QPoint, list[str]]] = []

    class Watched(QDrag):
        def exec(self, *_actions: object) -> Qt.DropAction:
            seen.append((self.pixmap().size(), self.hotSpot(), self.mimeData().formats()))
            return Qt.DropAction.IgnoreAction

    monkeypatch.setattr("convsim.ui.layer_view.QDrag", Watched)
    view = window.network.list
    view.startDrag(Qt.DropAction.MoveAction)
    ((size, hot_spot, formats),) = seen
    assert 0 < size.width() < 0.7 * view.visualRect(view.currentIndex()).width()
    assert hot_spot.x() < 0
    assert hot_spot.y() < 0
    assert formats == [MOVED, LAYERS]
    view.selectionModel().setCurrentIndex(
        view.rows.index(0), QItemSelectionModel.SelectionFlag.ClearAndSelect
    )
    view.startDrag(Qt.DropAction.MoveAction)
    assert len(seen) == 1, "the picture stays where it is"


@pytest.mark.parametrize(
    ("card", "share", "row"),
    [(0, 0.1, 1), (0, 0.9, 1), (2, 0.1, 2), (2, 0.4, 2), (2, 0.95, 3), (None, 0.0, None)],
)
def test_a_line_shows_where_a_drop_would_go(
    window: MainWindow, card: int | None, share: float, row: int | None
) -> None:
    view, layers = window.network.list, len(window.context.document.network.layers)
    last = view.visualRect(view.rows.index(layers))
    box = last.translated(0, 60) if card is None else view.visualRect(view.rows.index(card))
    at = QPoint(60, box.top() + round(share * box.height()))
    data = view.rows.mimeData([view.rows.index(1)])
    moves, button = Qt.DropAction.MoveAction, Qt.MouseButton.LeftButton
    accent = QColor(*window.context.theme.accent)

    def lines() -> list[int]:
        image = view.viewport().grab().toImage()
        rows = range(image.height())
        return [y for y in rows if all(image.pixelColor(x, y) == accent for x in (8, 60, 120))]

    assert lines() == []
    view.dragEnterEvent(QDragEnterEvent(at, moves, data, button, NO_KEYS))
    assert lines() == [], "a card that is just taken has no line on it"
    view.dragMoveEvent(QDragMoveEvent(at, moves, data, button, NO_KEYS))
    found = lines()
    wanted = last.bottom() if row is None else view.visualRect(view.rows.index(row)).top()
    assert len(found) == 3
    assert abs(found[1] - wanted) <= 1
    view.dragLeaveEvent(QDragLeaveEvent())
    assert lines() == []
