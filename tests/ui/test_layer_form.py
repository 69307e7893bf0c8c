"""A layer’s form is made from its fields; what is typed becomes an edit or a reason why not."""

from __future__ import annotations

import pytest

from convsim.core.layers import KINDS, BatchNorm2d, Dropout
from convsim.core.network import Network
from convsim.document.building import insert_layers, remove_layers
from convsim.document.edits import on_network, select_layer, set_field
from convsim.services.player import stepped
from convsim.services.store import Store
from convsim.ui.bursts import PAUSE, Bursts
from convsim.ui.field_editors import EDITORS
from convsim.ui.layer_form import LayerForm
from convsim.ui.layer_words import choice_words, field_hint, field_title, kind_sentences
from tests.ui.hosting import Clock, Key, focused, hosted, typed, wheel


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def store(lecture):
    return Store(lecture)


@pytest.fixture
def form(qtbot, store, clock):
    form = LayerForm(store, bursts=Bursts(store, clock))
    hosted(qtbot, form)
    return form


def test_every_kind_of_field_has_an_editor_and_words():
    fields = [field for kind in KINDS.values() for field in kind.fields]
    assert {field.kind for field in fields} <= set(EDITORS)
    assert kind_sentences().keys() == KINDS.keys()
    for field in fields:
        assert field_title(field.name)
        assert field_hint(field.name) or field.choices
        for choice in field.choices:
            assert all(choice_words(str(choice)))


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("filters", "12", 12),
        ("kernel", "7", (7, 7)),
        ("kernel", "3x5", (3, 5)),
        ("stride", "3", (3, 3)),
        ("padding", "2", (2, 2)),
        ("dilation", "2", (2, 2)),
    ],
)
def test_typing_a_number_is_one_edit_there_and_back(qtbot, store, form, name, text, value):
    before = getattr(store.document.layer, name)
    editor = form.editor(name)
    typed(qtbot, getattr(editor, "both", None) or editor.box, text)
    assert getattr(store.document.layer, name) == value
    assert store.undo_stack.count() == 1
    store.undo_stack.undo()
    assert getattr(store.document.layer, name) == before
    store.undo_stack.redo()
    assert getattr(store.document.layer, name) == value


def test_edits_have_names(qtbot, store, form):
    typed(qtbot, form.editor("stride").both, "2")
    assert store.undo_stack.undoText() == "Stride of Conv 1 1 → 2"
    typed(qtbot, form.editor("kernel").both, "7")
    assert store.undo_stack.undoText() == "Kernel of Conv 1 5×5 → 7×7"
    form.editor("bias").box.click()
    assert store.undo_stack.undoText() == "Bias of Conv 1 on → off"
    form.editor("policy").segments.button("floor").click()
    assert store.undo_stack.undoText() == "Policy of Conv 1 strict → floor"


def test_quick_steps_are_one_undo_and_a_pause_ends_them(qtbot, store, form, clock):
    box = focused(qtbot, form.editor("stride").both)
    for _ in range(3):
        qtbot.keyClick(box, Key.Key_Up)
    assert wheel(box)
    assert store.document.layer.stride == (5, 5)
    assert store.undo_stack.count() == 1
    assert store.undo_stack.undoText() == "Stride of Conv 1 1 → 5"
    clock.now += PAUSE + 0.1
    qtbot.keyClick(box, Key.Key_Down)
    assert store.undo_stack.count() == 2
    store.undo_stack.undo()
    store.undo_stack.undo()
    assert store.document.layer.stride == (1, 1)
    assert box.value() == 1


def test_different_fields_never_merge(qtbot, store, form):
    qtbot.keyClick(focused(qtbot, form.editor("stride").both), Key.Key_Up)
    qtbot.keyClick(focused(qtbot, form.editor("padding").both), Key.Key_Up)
    qtbot.keyClick(focused(qtbot, form.editor("stride").both), Key.Key_Up)
    assert store.undo_stack.count() == 3


def test_the_link_ties_rows_and_columns(qtbot, store, form):
    editor = form.editor("kernel")
    assert editor.link.isChecked()
    assert editor.both.isVisible()
    editor.link.click()
    assert not editor.both.isVisible()
    assert store.undo_stack.count() == 0
    typed(qtbot, editor.cols, "3")
    assert store.document.layer.kernel == (5, 3)
    typed(qtbot, editor.rows, "7")
    assert store.document.layer.kernel == (7, 3)
    editor.link.click()
    assert store.document.layer.kernel == (7, 7)
    assert editor.both.text() == "7 × 7"
    store.undo_stack.undo()
    assert store.document.layer.kernel == (7, 3)
    assert not editor.link.isChecked()
    assert (editor.rows.text(), editor.cols.text()) == ("7", "3")


def test_what_is_not_square_is_never_shown_as_square(qtbot, store, form):
    store.edit("", set_field(store.document, 0, "stride", (1, 2)))
    editor = form.editor("stride")
    assert (editor.rows.value(), editor.cols.value()) == (1, 2)
    assert editor.rows.isVisible()
    assert editor.cols.isVisible()
    assert not editor.both.isVisible()
    store.show(select_layer(store.document, 2))
    assert form.editor("stride").both.isVisible()


@pytest.mark.parametrize(
    ("name", "text"), [("filters", "0"), ("kernel", "99"), ("stride", "0"), ("padding", "a")]
)
def test_what_cannot_be_keeps_the_document_and_says_why(qtbot, store, form, name, text):
    before = store.document
    editor = form.editor(name)
    box = getattr(editor, "both", None) or editor.box
    shown = box.text()
    typed(qtbot, box, text)
    assert store.document is before
    assert box.text() == shown
    problem = form.row(name).problem
    assert problem.isVisible()
    assert f"received “{text}”" in problem.text()
    typed(qtbot, box, "2")
    assert not problem.isVisible()


def test_an_error_of_the_core_is_shown_below_the_field(store, form):
    before = store.document
    form.choose(store.document.layer.fields[1], (3, 99))
    assert store.document is before
    assert form.row("kernel").problem.text() == "Conv1: kernel must be 1 to 64; got 99"


def test_a_layer_that_does_not_fit_can_be_typed_and_mended(qtbot, store, form):
    typed(qtbot, form.editor("stride").both, "4")
    assert store.document.place.error is not None
    typed(qtbot, form.editor("stride").both, "3")
    assert store.document.place.error is None


def test_same_chooses_the_padding_itself(store, form):
    form.editor("policy").segments.button("same").click()
    assert not form.editor("padding").isEnabled()
    assert form.row("padding").hint.text() == "“same” adds 2 before, 2 after"
    form.editor("policy").segments.button("strict").click()
    assert form.editor("padding").isEnabled()
    assert not form.row("padding").hint.isVisible()


def test_typing_survives_playing(qtbot, store, form):
    box = focused(qtbot, form.editor("kernel").both)
    box.selectAll()
    qtbot.keyClicks(box, "1")
    for _ in range(3):
        store.show(stepped(store.document, 1))
    qtbot.keyClicks(box, "1")
    qtbot.keyClick(box, Key.Key_Return)
    assert store.document.layer.kernel == (11, 11)


def test_half_typed_numbers_belong_to_the_layer_they_were_typed_for(qtbot, store, form):
    box = focused(qtbot, form.editor("kernel").both)
    box.selectAll()
    qtbot.keyClicks(box, "9")
    store.show(select_layer(store.document, 2))
    assert box.text() == "5 × 5"
    box.clearFocus()
    assert store.document.network.layers[2].kernel == (5, 5)


# Padding that differs, and numbers with a point


def test_unlinked_padding_has_a_box_for_each_side(qtbot, store, form):
    editor = form.editor("padding")
    editor.link.click()
    top, bottom, left, right = editor.boxes
    typed(qtbot, bottom, "2")
    assert store.document.layer.padding == ((0, 2), 0)
    assert store.undo_stack.undoText() == "Padding of Conv 1 0 → (0+2)×0"
    typed(qtbot, left, "3")
    assert store.document.layer.padding == ((0, 2), (3, 0))
    typed(qtbot, top, "2")
    typed(qtbot, right, "3")
    assert store.document.layer.padding == (2, 3)
    editor.link.click()
    assert store.document.layer.padding == (2, 2)
    assert editor.both.value() == 2


def test_sides_that_differ_are_never_shown_as_one(store, form):
    store.show(set_field(store.document, 0, "padding", ((1, 2), 0)))
    editor = form.editor("padding")
    assert not editor.link.isChecked()
    assert [box.value() for box in editor.boxes] == [1, 2, 0, 0]
    assert editor.boxes[0].isVisible()
    assert not editor.both.isVisible()


@pytest.fixture
def dropout(qtbot, store, form):
    network = Network(store.document.network.input_shape, [Dropout(0.5)])
    store.show(on_network(store.document, network))
    return form


def test_a_number_with_a_point_is_typed_as_people_write_it(qtbot, store, dropout):
    box = dropout.editor("rate").box
    typed(qtbot, box, "0,25")
    assert store.document.layer.rate == 0.25
    assert store.undo_stack.undoText() == "Rate of Dropout 1 0.5 → 0.25"
    typed(qtbot, box, "1/8")
    assert store.document.layer.rate == 0.125


def test_a_number_out_of_bounds_is_refused_with_the_bounds(qtbot, store, dropout):
    typed(qtbot, dropout.editor("rate").box, "1.5")
    assert store.document.layer.rate == 0.5
    problem = dropout.row("rate").problem.text()
    assert problem == "Rate is a number from 0 to 0.99; received “1.5”."


def test_a_box_of_a_layer_that_went_away_changes_nothing(qtbot, lecture):
    store = Store(insert_layers(lecture, 0, [BatchNorm2d()]))
    form = LayerForm(store)
    hosted(qtbot, form)
    momentum = next(field for field in BatchNorm2d.fields if field.name == "momentum")
    store.edit("emptied", remove_layers(store.document, range(5)))
    form.choose(momentum, 0.5)
    assert store.document.empty
    assert store.undo_stack.count() == 1
