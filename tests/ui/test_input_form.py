"""The input form changes how the picture becomes numbers, and every change can be taken back."""

from __future__ import annotations

import numpy as np
import pytest

from convsim.core.fit import Fit
from convsim.document import Picture
from convsim.document.edits import set_view
from convsim.services.opening import with_picture
from convsim.services.store import Store
from convsim.ui.input_form import InputForm
from tests.ui.hosting import Key, focused, hosted, typed


@pytest.fixture
def store(lecture):
    return Store(set_view(lecture, on_input=True))


@pytest.fixture
def form(qtbot, store):
    form = InputForm(store)
    hosted(qtbot, form)
    return form


def test_it_says_what_was_opened_and_what_is_read(form):
    assert form.name.text() == "cat.png"
    assert form.size_text.text() == "288 × 288 pixels, colour"
    assert not form.notes.isVisible()
    assert (form.height_box.value(), form.width_box.value()) == (32, 32)
    assert form.colours.button("3").isChecked()
    assert form.fit.button("crop").isChecked()


def test_conversions_are_told(form, store):
    picture = Picture("scan.tif", np.zeros((4, 6, 1), np.uint8), ("turned 90° clockwise", "b"))
    store.edit("", with_picture(store.document, picture))
    assert form.notes.text() == "Turned 90° clockwise.\nB."
    assert form.size_text.text() == "6 × 4 pixels, grey"


@pytest.mark.parametrize(("name", "axis"), [("height_box", 0), ("width_box", 1)])
def test_sizes(qtbot, form, store, name, axis):
    box = getattr(form, name)
    typed(qtbot, box, "48")
    shape = store.document.network.input_shape
    assert shape[axis] == 48
    assert store.document.image.shape == shape
    title = ("Height", "Width")[axis]
    assert store.undo_stack.undoText() == f"{title} of the input 32 → 48"
    store.undo_stack.undo()
    assert box.value() == 32
    assert store.document.image.shape == (32, 32, 3)


def test_quick_steps_are_one_undo(qtbot, form, store):
    focused(qtbot, form.height_box)
    for _ in range(4):
        qtbot.keyClick(form.height_box, Key.Key_Up)
    assert store.document.network.input_shape == (36, 32, 3)
    assert store.undo_stack.count() == 1
    assert store.undo_stack.undoText() == "Height of the input 32 → 36"


def test_grey_and_back(form, store):
    form.colours.button("1").click()
    assert store.document.network.input_shape == (32, 32, 1)
    assert store.undo_stack.undoText() == "Colours of the input colour → grey"
    store.undo_stack.undo()
    assert form.colours.button("3").isChecked()
    assert store.document.network.input_shape == (32, 32, 3)


def test_pressing_what_is_pressed_is_no_edit(form, store):
    form.colours.button("3").click()
    form.fit.button("crop").click()
    assert store.undo_stack.count() == 0


def test_fit(form, store):
    wide = Picture("wide", np.linspace(0, 1, 20 * 60, dtype=np.float32).reshape(20, 60, 1))
    store.edit("", with_picture(store.document, wide))
    cropped = store.document.image
    form.fit.button("fit").click()
    assert store.document.fit is Fit.FIT
    assert store.document.image[0].max() == 0
    assert store.undo_stack.undoText() == "Picture: crop → fit"
    store.undo_stack.undo()
    assert form.fit.button("crop").isChecked()
    assert np.array_equal(store.document.image, cropped)


@pytest.mark.parametrize("text", ["0", "9999", "wide"])
def test_sizes_that_cannot_be_keep_the_document(qtbot, form, store, text):
    before = store.document
    typed(qtbot, form.height_box, text)
    assert store.document is before
    assert form.height_box.value() == 32
    assert "received" in form.height_box.accessibleDescription()


def test_the_smallest_input_is_shown_although_nothing_fits(qtbot, form, store):
    typed(qtbot, form.height_box, "1")
    assert store.document.network.input_shape == (1, 32, 3)
    assert store.document.place.error is not None
    assert form.height_box.value() == 1


def test_while_a_layer_is_selected_it_rests_and_catches_up_later(form, store):
    store.show(set_view(store.document, on_input=False))
    other = Picture("other.png", np.zeros((8, 8, 3), np.uint8))
    store.edit("", with_picture(store.document, other))
    assert form.name.text() == "cat.png"
    store.show(set_view(store.document, on_input=True))
    assert form.name.text() == "other.png"
