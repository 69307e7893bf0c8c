"""Weights are changed by typing, stepping, dragging and pasting; all of it can be taken back."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication

from convsim.services.player import stepped
from convsim.services.store import Store
from convsim.ui.bursts import PAUSE, Bursts
from convsim.ui.kernel_editor import KernelEditor
from tests.ui.hosting import CONTROL, SHIFT, Clock, Key, entered, focused, hosted, typed, wheel

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def store(lecture):
    return Store(lecture)


@pytest.fixture
def editor(qtbot, store, clock):
    editor = KernelEditor(store, bursts=Bursts(store, clock))
    hosted(qtbot, editor)
    return editor


@pytest.fixture(autouse=True)
def empty_clipboard(qapp):
    """Leave nothing on the clipboard: the offscreen platform crashes at exit otherwise."""
    yield
    QGuiApplication.clipboard().clear()


def weight(store, *at):
    document = store.document
    return float(document.weights[document.cursor.layer]["weight"][at])


@pytest.mark.parametrize(
    ("text", "value"), [("0,01", 0.01), ("0.5", 0.5), ("-3", -3.0), ("1/8", 0.125)]
)
def test_typing_into_a_cell_changes_that_weight_alone(qtbot, editor, store, text, value):
    before = store.document.weights[0]["weight"]
    editor.grid.select(1, 2)
    entered(qtbot, editor.grid, text)
    assert weight(store, 0, 0, 1, 2) == pytest.approx(value)
    changed = np.argwhere(before != store.document.weights[0]["weight"])
    assert changed.tolist() == [[0, 0, 1, 2]]
    assert editor.title.text() == "Filter 1 · edited"
    assert store.undo_stack.count() == 1
    store.undo_stack.undo()
    assert weight(store, 0, 0, 1, 2) == 0.0
    store.undo_stack.redo()
    assert weight(store, 0, 0, 1, 2) == pytest.approx(value)
    assert editor.grid.values[1, 2] == pytest.approx(value)


def test_an_edit_says_what_changed(qtbot, editor, store):
    editor.grid.select(2, 2)
    entered(qtbot, editor.grid, "0.25")
    assert store.undo_stack.undoText() == "Weight of Conv 1, filter 1: 0 → 0.25"


def test_enter_goes_down_tab_goes_right_and_escape_stays(qtbot, editor, store):
    grid = editor.grid
    grid.select(0, 3)
    entered(qtbot, grid, "1")
    assert grid.selected == (1, 3)
    entered(qtbot, grid, "2", Key.Key_Tab)
    assert grid.selected == (1, 4)
    entered(qtbot, grid, "3", Key.Key_Tab)
    assert grid.selected == (2, 0)
    entered(qtbot, grid, "4", Key.Key_Escape)
    assert grid.selected == (2, 0)
    assert not grid.editing
    assert grid.hasFocus()
    plane = store.document.weights[0]["weight"][0, 0]
    assert (plane[0, 3], plane[1, 3], plane[1, 4]) == (1, 2, 3)
    assert plane[2, 0] == pytest.approx(-1 / 9)
    assert store.undo_stack.count() == 3


def test_what_is_no_number_stays_to_be_mended(qtbot, editor, store):
    before = store.document
    entered(qtbot, editor.grid, "0,2x")
    assert store.document is before
    assert editor.grid.editing
    assert "“0,2x” is not a number" in editor.problem.text()
    assert not editor.problem.isHidden()
    qtbot.keyClicks(editor.grid.editor, "0,2")
    qtbot.keyClick(editor.grid.editor, Key.Key_Return)
    assert weight(store, 0, 0, 0, 0) == pytest.approx(0.2)
    assert editor.problem.isHidden()


def test_too_large_a_number_is_refused_by_the_core(qtbot, editor, store):
    before = store.document
    entered(qtbot, editor.grid, "1e50")
    assert store.document is before
    assert "finite" in editor.problem.text()


def test_leaving_takes_a_number_and_drops_nonsense(qtbot, editor, store):
    focused(qtbot, editor.grid)
    qtbot.keyClicks(editor.grid, "7")
    focused(qtbot, editor.bias_box)
    assert weight(store, 0, 0, 0, 0) == 7.0
    focused(qtbot, editor.grid)
    before = store.document
    qtbot.keyClicks(editor.grid, "-")
    focused(qtbot, editor.bias_box)
    assert store.document is before
    assert not editor.grid.editing


def test_delete_sets_zero(qtbot, editor, store):
    focused(qtbot, editor.grid)
    qtbot.keyClick(editor.grid, Key.Key_Delete)
    assert weight(store, 0, 0, 0, 0) == 0.0
    qtbot.keyClick(editor.grid, Key.Key_Delete)
    assert store.undo_stack.count() == 1


@pytest.mark.parametrize(("keys", "step"), [(CONTROL, 0.01), (CONTROL | SHIFT, 0.1)])
def test_control_and_arrows_step(qtbot, editor, store, keys, step):
    editor.grid.select(0, 2)
    focused(qtbot, editor.grid)
    for _ in range(3):
        qtbot.keyClick(editor.grid, Key.Key_Up, keys)
    assert weight(store, 0, 0, 0, 2) == pytest.approx(3 * step)
    assert store.undo_stack.count() == 1


def test_the_wheel_steps_the_selected_cell_only_and_in_one_undo(qtbot, editor, store):
    grid = focused(qtbot, editor.grid)
    grid.select(0, 2)
    here, elsewhere = grid.cell_box(0, 2).center(), grid.cell_box(3, 3).center()
    for _ in range(4):
        assert wheel(grid, 1, here)
    assert wheel(grid, -1, here)
    assert weight(store, 0, 0, 0, 2) == pytest.approx(0.03)
    assert not wheel(grid, 1, elsewhere)
    assert wheel(grid, 1, here, SHIFT)
    assert weight(store, 0, 0, 0, 2) == pytest.approx(0.13)
    assert store.undo_stack.count() == 1
    assert store.undo_stack.undoText() == "Weight of Conv 1, filter 1: 0 → 0.13"
    store.undo_stack.undo()
    assert weight(store, 0, 0, 0, 2) == 0.0
    focused(qtbot, editor.bias_box)
    assert not wheel(grid, 1, here)


def test_a_pause_ends_what_one_undo_takes_back(qtbot, editor, store, clock):
    grid = focused(qtbot, editor.grid)
    grid.select(0, 2)
    here = grid.cell_box(0, 2).center()
    wheel(grid, 1, here)
    clock.now += PAUSE + 0.1
    wheel(grid, 1, here)
    assert store.undo_stack.count() == 2
    store.undo_stack.undo()
    assert weight(store, 0, 0, 0, 2) == pytest.approx(0.01)


def test_playing_meanwhile_does_not_break_a_burst(qtbot, editor, store):
    grid = focused(qtbot, editor.grid)
    grid.select(0, 2)
    for _ in range(3):
        wheel(grid, 1, grid.cell_box(0, 2).center())
        store.show(stepped(store.document, 1))
    assert store.undo_stack.count() == 1


def test_an_undo_in_between_begins_a_new_burst(qtbot, editor, store):
    grid = focused(qtbot, editor.grid)
    grid.select(0, 2)
    here = grid.cell_box(0, 2).center()
    wheel(grid, 5, here)
    store.undo_stack.undo()
    wheel(grid, 1, here)
    assert store.undo_stack.undoText() == "Weight of Conv 1, filter 1: 0 → 0.01"


def test_dragging_up_adds_and_is_one_undo(qtbot, editor, store):
    grid = editor.grid
    start = grid.cell_box(3, 2).center()
    qtbot.mousePress(grid, LEFT, pos=start)
    for way in (5, 10, 25, 50, 40):
        qtbot.mouseMove(grid, start - QPoint(0, way))
    qtbot.mouseRelease(grid, LEFT, pos=start - QPoint(0, 40))
    assert grid.selected == (3, 2)
    assert weight(store, 0, 0, 3, 2) == pytest.approx(0.08)
    assert store.undo_stack.count() == 1
    qtbot.mousePress(grid, LEFT, pos=start)
    qtbot.mouseMove(grid, start + QPoint(0, 20))
    qtbot.mouseRelease(grid, LEFT, pos=start + QPoint(0, 20))
    assert weight(store, 0, 0, 3, 2) == pytest.approx(0.04)
    assert store.undo_stack.count() == 2


def test_a_click_alone_changes_nothing(qtbot, editor, store):
    qtbot.mouseClick(editor.grid, LEFT, pos=editor.grid.cell_box(4, 1).center())
    assert editor.grid.selected == (4, 1)
    assert store.undo_stack.isClean()


def test_a_double_click_opens_the_whole_number(qtbot, editor):
    at = editor.grid.cell_box(2, 1).center()
    qtbot.mouseClick(editor.grid, LEFT, pos=at)
    qtbot.mouseDClick(editor.grid, LEFT, pos=at)
    assert editor.grid.editor.text() == "−0.22222222"
    qtbot.keyClick(editor.grid.editor, Key.Key_Return)
    assert not editor.grid.editing


def test_opening_and_leaving_a_cell_unchanged_is_no_edit(qtbot, editor, store):
    for row in range(5):
        editor.grid.select(row, 0)
        focused(qtbot, editor.grid)
        qtbot.keyClick(editor.grid, Key.Key_F2)
        qtbot.keyClick(editor.grid.editor, Key.Key_Return)
    assert store.undo_stack.count() == 0


def test_copy_and_paste_of_a_plane(qtbot, editor, store):
    focused(qtbot, editor.grid)
    qtbot.keyClick(editor.grid, Key.Key_C, CONTROL)
    lines = QGuiApplication.clipboard().text().split("\n")
    assert len(lines) == 5
    assert lines[0].split("\t")[1] == "-0.074074075"
    editor.planes.button("1").click()
    store.show(store.document.at(store.document.cursor._replace(filter=3)))
    qtbot.keyClick(editor.grid, Key.Key_V, CONTROL)
    made = store.document.weights[0]["weight"]
    assert np.array_equal(made[3, 1], made[0, 0])
    assert store.undo_stack.count() == 1
    assert store.undo_stack.undoText() == "Paste weights into Conv 1, filter 4"


def test_paste_one_number_and_a_small_grid_from_the_selected_cell(editor, store):
    clipboard = QGuiApplication.clipboard()
    editor.grid.select(1, 1)
    clipboard.setText("0,5")
    editor.paste()
    assert weight(store, 0, 0, 1, 1) == 0.5
    clipboard.setText("1\t2\n3\t4")
    editor.grid.select(3, 3)
    editor.paste()
    assert store.document.weights[0]["weight"][0, 0, 3:, 3:].tolist() == [[1, 2], [3, 4]]
    assert store.undo_stack.count() == 2


@pytest.mark.parametrize("text", ["hello", "", "1\t2\n3", "1e50"])
def test_nonsense_is_not_pasted(editor, store, text):
    before = store.document
    QGuiApplication.clipboard().setText(text)
    editor.paste()
    assert store.document is before
    assert editor.problem.text()


def test_a_grid_that_hangs_over_is_not_pasted(editor, store):
    before = store.document
    editor.grid.select(4, 4)
    QGuiApplication.clipboard().setText("1\t2\n3\t4")
    editor.paste()
    assert store.document is before
    assert editor.problem.text() == "2×2 numbers do not fit from row 4, column 4 on."


def test_pasting_the_same_numbers_is_no_edit(editor, store):
    editor.copy()
    editor.paste()
    assert store.undo_stack.count() == 0


def test_bias(qtbot, editor, store):
    typed(qtbot, editor.bias_box, "0,75")
    assert store.document.weights[0]["bias"][0] == 0.75
    assert store.undo_stack.undoText() == "Bias of Conv 1, filter 1: −0.1 → 0.75"
    before = store.document
    typed(qtbot, editor.bias_box, "much")
    assert store.document is before
    store.undo_stack.undo()
    assert editor.bias_box.text() == "−0.1"
