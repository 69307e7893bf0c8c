"""The editor shows one plane of one filter exactly, whichever the document says."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication

from convsim.core.layers import Conv2d, ConvTranspose2d
from convsim.core.network import Network
from convsim.document import Document, Picture, Weights
from convsim.document.building import remove_layers
from convsim.document.edits import select_layer, set_field, set_view
from convsim.figures.colors import largest
from convsim.figures.theme import DARK, LIGHT
from convsim.services.opening import open_preset
from convsim.services.player import stepped
from convsim.services.store import Store
from convsim.ui.kernel_editor import KernelEditor
from convsim.ui.kernel_face import labels_for
from tests.ui.hosting import CONTROL, NO_KEYS, SHIFT, Key, entered, focused, hosted, typed


@pytest.fixture
def store(lecture):
    return Store(lecture)


@pytest.fixture
def editor(qtbot, store):
    editor = KernelEditor(store)
    hosted(qtbot, editor)
    return editor


def weight(store, *at):
    document = store.document
    return float(document.weights[document.cursor.layer]["weight"][at])


def test_it_shows_the_filter_with_its_name_and_all_digits(editor, store):
    assert editor.title.text() == "Filter 1 · vertical edges"
    assert np.array_equal(editor.grid.values, store.document.weights[0]["weight"][0, 0])
    assert editor.grid.cell_text(2, 1) == "row 2, column 1: −0.2222"
    assert editor.grid.cell_text(2, 1, exact=True) == "row 2, column 1: −0.22222222"
    assert editor.bias_box.text() == "−0.1"


def test_arrows_move_and_clamp(qtbot, editor):
    grid = focused(qtbot, editor.grid)
    for key in (Key.Key_Down, Key.Key_Right, Key.Key_Right, Key.Key_Up, Key.Key_Up, Key.Key_Left):
        qtbot.keyClick(grid, key)
    assert grid.selected == (0, 1)
    assert grid.accessibleDescription() == "row 0, column 1: −0.07407"
    assert editor.readout.text() == grid.accessibleDescription()


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
    entered(qtbot, editor.grid, "5")
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


@pytest.mark.parametrize(
    ("key", "keys", "taken"),
    [
        (Key.Key_Right, NO_KEYS, True),
        (Key.Key_Up, CONTROL | SHIFT, True),
        (Key.Key_5, NO_KEYS, True),
        (Key.Key_Delete, NO_KEYS, True),
        (Key.Key_C, CONTROL, True),
        (Key.Key_V, CONTROL, True),
        (Key.Key_Z, CONTROL, False),
        (Key.Key_E, CONTROL, False),
        (Key.Key_Space, NO_KEYS, False),
        (Key.Key_Tab, NO_KEYS, False),
        (Key.Key_5, Qt.KeyboardModifier.AltModifier, False),
    ],
)
def test_the_grid_keeps_the_keys_it_needs_and_no_others(editor, key, keys, taken):

    text = "5" if key is Key.Key_5 else ""
    event = QKeyEvent(QEvent.Type.ShortcutOverride, key, keys, text)
    assert editor.grid.wants_key(event) is taken


def test_a_transposed_convolution_is_shown_and_edited_filter_by_filter(qtbot):
    network = Network((8, 8, 3), [Conv2d(4, 3), ConvTranspose2d(6, 3, stride=2, groups=2)])
    image = np.zeros((8, 8, 3), np.float32)
    document = Document(network, Weights(network), Picture("black", image), image)
    store = Store(select_layer(document, 1))
    editor = KernelEditor(store)
    hosted(qtbot, editor)
    assert editor.filter_box.maximum() == 6
    assert editor.channel_box.maximum() == 2
    typed(qtbot, editor.filter_box, "5")
    typed(qtbot, editor.channel_box, "2")
    # Filter 5 is the second of the group that reads channels 3 and 4.
    where = (3, 1)
    assert np.array_equal(editor.grid.values, store.document.weights[1]["weight"][where])
    entered(qtbot, editor.grid, "0.5")
    assert store.document.weights[1]["weight"][where][0, 0] == 0.5
    assert store.undo_stack.undoText().startswith("Weight of Transposed conv 1, filter 5: ")
    QApplication.clipboard().setText("1\t2\t3\n4\t5\t6\n7\t8\t9")
    editor.paste()
    assert store.document.weights[1]["weight"][where].sum() == 45
    assert [i for i in range(6) if not store.document.is_random(1, i)] == [4]
    QApplication.clipboard().clear()


def test_a_bias_being_typed_when_the_last_layer_goes_away_is_dropped(qtbot, editor, store):
    """The box may tell of its number only after the layer is gone."""
    empty = remove_layers(store.document, range(len(store.document.network.layers)))
    store.edit("all layers deleted", empty)
    editor.bias_box.setValue(3.5)
    assert store.document is empty


def test_keys_that_come_after_the_last_layer_went_away_do_nothing(qtbot, editor, store):
    store.edit("", remove_layers(store.document, [0, 1, 2, 3]))
    empty = store.document
    QApplication.clipboard().setText("1")
    for key, held in ((Key.Key_Left, CONTROL), (Key.Key_Delete, NO_KEYS), (Key.Key_V, CONTROL)):
        qtbot.keyClick(editor.grid, key, held)
    assert store.document is empty


def test_a_long_number_that_is_edited_shows_its_sign(qtbot, editor):
    grid = focused(qtbot, editor.grid)
    grid.select(2, 1)
    qtbot.keyClick(grid, Key.Key_Return)
    assert grid.editor.selectedText() == grid.editor.text() == "−0.22222222"
    assert grid.editor.cursorPosition() == 0
