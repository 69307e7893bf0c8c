"""Weights are read exactly and changed by typing, stepping, dragging and pasting."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication

from convsim.document.edits import select_layer, set_field, set_view
from convsim.figures.colors import largest
from convsim.figures.theme import DARK, LIGHT
from convsim.services.opening import open_preset
from convsim.services.player import stepped
from convsim.services.store import Store
from convsim.ui.bursts import PAUSE, Bursts
from convsim.ui.kernel_editor import KernelEditor
from convsim.ui.kernel_face import labels_for
from tests.ui.hosting import CONTROL, SHIFT, Clock, Key, focused, hosted, typed, wheel

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


def enter(qtbot, grid, text, key=Key.Key_Return):
    focused(qtbot, grid)
    qtbot.keyClicks(grid, text[:1])
    assert grid.editing
    qtbot.keyClicks(grid.editor, text[1:])
    qtbot.keyClick(grid.editor, key)


def test_it_shows_the_filter_with_its_name_and_all_digits(editor, store):
    assert editor.title.text() == "Filter 1 · vertical edges"
    assert np.array_equal(editor.grid.values, store.document.weights[0]["weight"][0, 0])
    assert editor.grid.cell_text(2, 1) == "row 2, column 1: −0.22222222"
    assert editor.bias_box.text() == "−0.1"


@pytest.mark.parametrize(
    ("text", "value"), [("0,01", 0.01), ("0.5", 0.5), ("-3", -3.0), ("1/8", 0.125)]
)
def test_typing_into_a_cell_changes_that_weight_alone(qtbot, editor, store, text, value):
    before = store.document.weights[0]["weight"]
    editor.grid.select(1, 2)
    enter(qtbot, editor.grid, text)
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
    enter(qtbot, editor.grid, "0.25")
    assert store.undo_stack.undoText() == "Weight of conv1, filter 1: 0 → 0.25"


def test_enter_goes_down_tab_goes_right_and_escape_stays(qtbot, editor, store):
    grid = editor.grid
    grid.select(0, 3)
    enter(qtbot, grid, "1")
    assert grid.selected == (1, 3)
    enter(qtbot, grid, "2", Key.Key_Tab)
    assert grid.selected == (1, 4)
    enter(qtbot, grid, "3", Key.Key_Tab)
    assert grid.selected == (2, 0)
    enter(qtbot, grid, "4", Key.Key_Escape)
    assert grid.selected == (2, 0)
    assert not grid.editing
    assert grid.hasFocus()
    plane = store.document.weights[0]["weight"][0, 0]
    assert (plane[0, 3], plane[1, 3], plane[1, 4]) == (1, 2, 3)
    assert plane[2, 0] == pytest.approx(-1 / 9)
    assert store.undo_stack.count() == 3


def test_what_is_no_number_stays_to_be_mended(qtbot, editor, store):
    before = store.document
    enter(qtbot, editor.grid, "0,2x")
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
    enter(qtbot, editor.grid, "1e50")
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


def test_arrows_move_and_clamp(qtbot, editor):
    grid = focused(qtbot, editor.grid)
    for key in (Key.Key_Down, Key.Key_Right, Key.Key_Right, Key.Key_Up, Key.Key_Up, Key.Key_Left):
        qtbot.keyClick(grid, key)
    assert grid.selected == (0, 1)
    assert grid.accessibleDescription() == "row 0, column 1: −0.074074075"
    assert editor.readout.text() == grid.accessibleDescription()


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
    assert store.undo_stack.undoText() == "Weight of conv1, filter 1: 0 → 0.13"
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
    assert store.undo_stack.undoText() == "Weight of conv1, filter 1: 0 → 0.01"


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
    assert store.undo_stack.undoText() == "Paste weights into conv1, filter 4"


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
    assert store.undo_stack.undoText() == "Bias of conv1, filter 1: −0.1 → 0.75"
    before = store.document
    typed(qtbot, editor.bias_box, "much")
    assert store.document is before
    store.undo_stack.undo()
    assert editor.bias_box.text() == "−0.1"


def test_looking_at_other_planes_and_filters_is_no_edit(qtbot, editor, store):
    editor.planes.button("2").click()
    assert store.document.view.plane == 2
    qtbot.keyClick(focused(qtbot, editor.filter_box), Key.Key_Up)
    assert store.document.cursor.filter == 1
    assert editor.title.text() == "Filter 2 · horizontal edges"
    typed(qtbot, editor.filter_box, "6")
    assert store.document.cursor.filter == 5
    assert np.array_equal(editor.grid.values, store.document.weights[0]["weight"][5, 2])
    assert store.undo_stack.isClean()
    assert store.undo_stack.count() == 0


def test_a_filter_that_does_not_exist_is_refused(qtbot, editor, store):
    typed(qtbot, editor.filter_box, "7")
    assert store.document.cursor.filter == 0
    assert editor.problem.text() == "Filter is a whole number from 1 to 6; received “7”."


def test_channels_of_a_later_layer(qtbot, editor, store):
    store.show(select_layer(store.document, 2))
    assert editor.planes.isHidden()
    assert editor.channel_box.text() == "ch. 1 / 6"
    typed(qtbot, editor.channel_box, "6")
    assert store.document.view.plane == 5
    assert np.array_equal(editor.grid.values, store.document.weights[2]["weight"][0, 5])


def test_a_plane_that_is_gone_shows_the_last_one(editor, store):
    store.show(set_view(store.document, plane=9))
    assert np.array_equal(editor.grid.values, store.document.weights[0]["weight"][0, 2])


def test_another_filter_ends_typing_without_an_edit(qtbot, editor, store):
    focused(qtbot, editor.grid)
    qtbot.keyClicks(editor.grid, "9")
    store.show(store.document.at(store.document.cursor._replace(filter=1)))
    assert not editor.grid.editing
    assert store.undo_stack.count() == 0


def test_playing_within_a_filter_leaves_typing_alone(qtbot, editor, store):
    focused(qtbot, editor.grid)
    qtbot.keyClicks(editor.grid, "9")
    for _ in range(5):
        store.show(stepped(store.document, 1))
    assert editor.grid.editing
    assert editor.grid.editor.text() == "9"


def test_it_is_there_for_convolutions_only(editor, store):
    store.show(select_layer(store.document, 1))
    assert editor.isHidden()
    store.show(select_layer(store.document, 2))
    assert not editor.isHidden()
    store.edit("", set_field(store.document, 0, "stride", 2))
    assert editor.isHidden()


def test_a_layer_that_does_not_fit_still_shows_its_weights(qtbot):
    store = Store(open_preset("grid-stride-3"))
    editor = KernelEditor(store)
    hosted(qtbot, editor)
    assert not editor.isHidden()
    assert editor.grid.values.tolist() == [[1, -1, -1], [-1, 1, -1], [-1, -1, 1]]
    enter(qtbot, editor.grid, "5")
    assert weight(store, 0, 0, 0, 0) == 5.0


def test_without_bias_there_is_no_box(editor, store):
    store.edit("", set_field(store.document, 0, "bias", False))
    assert not editor.bias_box.isVisible()


@pytest.mark.parametrize("theme", [LIGHT, DARK])
@pytest.mark.parametrize("kernel", [(1, 1), (3, 5), (7, 1), (11, 11), (32, 32)])
def test_any_kernel_can_be_painted_and_pointed_at(qtbot, editor, store, kernel, theme):
    store.edit("", set_field(store.document, 0, "kernel", kernel))
    editor.set_theme(theme)
    grid = editor.grid
    qtbot.waitUntil(lambda: grid.height() == grid.face.height)
    assert not grid.grab().isNull()
    assert grid.width() <= 222
    for row in range(kernel[0]):
        for col in range(kernel[1]):
            x, y = grid.face.box(row, col)
            middle = grid.face.cell / 2
            assert grid.face.cell_at(x + middle, y + middle) == (row, col)


def test_tiny_weights_get_a_third_digit_and_tiny_cells_none():
    values = np.array([[0.0234, -0.05]])
    assert labels_for(values, 60.0)[0] == ("+0.023", "−0.050")
    assert labels_for(values, 24.0)[0] == (".02", "−.05")
    assert labels_for(values, 12.0)[0] == ()
    assert labels_for(np.array([[1.0, -1.0, 0.0]]), 16.0)[0] == ("1", "−1", "0")


def test_the_colour_scale_is_the_whole_filter(editor, store):
    store.show(store.document.at(store.document.cursor._replace(filter=4)))
    top = largest(store.document.weights[0]["weight"][4])
    for plane in "012":
        editor.planes.button(plane).click()
        assert editor.grid.top == top
