"""The store: one document, and a way back to every earlier one."""

from __future__ import annotations

import pytest

from convsim.core.step import Cursor
from convsim.document.edits import select_layer, set_bias, set_field, set_view, set_weight
from convsim.services.opening import open_preset, with_picture
from convsim.services.store import UNDO_LIMIT, Store
from tests.services.pictures import grey_picture


@pytest.fixture
def store(qapp):
    return Store(open_preset("lecture"))


def texts(store):
    stack = store.undo_stack
    return [stack.text(i) for i in range(stack.count())]


def test_a_new_store_has_nothing_to_undo_and_is_unmodified(store):
    assert not store.undo_stack.canUndo()
    assert store.undo_stack.isClean()


def test_an_edit_is_one_named_entry_and_can_be_undone_and_redone(store):
    before = store.document
    after = set_field(before, 0, "stride", (3, 3))
    store.edit("Stride of conv1", after)
    assert store.document is after
    assert texts(store) == ["Stride of conv1"]
    store.undo_stack.undo()
    assert store.document is before
    store.undo_stack.redo()
    assert store.document is after


def test_everybody_hears_of_a_change_with_the_document_before_and_after(store, qtbot):
    before = store.document
    after = set_bias(before, 0, 0, 0.5)
    with qtbot.waitSignal(store.changed) as edited:
        store.edit("Bias", after)
    assert edited.args == [before, after]
    with qtbot.waitSignal(store.changed) as undone:
        store.undo_stack.undo()
    assert undone.args == [after, before]


def test_a_drag_is_one_entry_that_leads_back_to_where_it_began(store):
    before = store.document
    for step in range(10):
        store.edit("Weight", set_weight(store.document, 0, (0, 0, 0, 0), step / 10), merge="w0000")
    assert texts(store) == ["Weight"]
    store.undo_stack.undo()
    assert store.document is before


def test_drags_of_different_things_are_different_entries(store):
    store.edit("Weight", set_weight(store.document, 0, (0, 0, 0, 0), 0.1), merge="w0000")
    store.edit("Weight", set_weight(store.document, 0, (0, 0, 0, 1), 0.1), merge="w0001")
    store.edit("Bias", set_bias(store.document, 0, 0, 0.1))
    store.edit("Bias", set_bias(store.document, 0, 0, 0.2))
    assert texts(store) == ["Weight", "Weight", "Bias", "Bias"]


def test_two_drags_with_another_edit_between_them_are_two_entries(store):
    store.edit("Weight", set_weight(store.document, 0, (0, 0, 0, 0), 0.1), merge="w")
    store.edit("Bias", set_bias(store.document, 0, 0, 0.1))
    store.edit("Weight", set_weight(store.document, 0, (0, 0, 0, 0), 0.2), merge="w")
    assert texts(store) == ["Weight", "Bias", "Weight"]


def test_a_drag_after_opening_does_not_melt_into_what_was_before(store):
    store.open("Open", open_preset("quiz"))
    store.edit("Weight", set_weight(store.document, 0, (0, 0, 0, 0), 0.1), merge="w")
    assert texts(store) == ["Open", "Weight"]
    assert not store.undo_stack.isClean()


def test_only_edits_make_the_document_modified(store):
    store.show(store.document.at(Cursor(0, 3, 12, 7)))
    store.show(set_view(store.document, tab="maps"))
    store.show(select_layer(store.document, 2))
    assert store.undo_stack.isClean()
    assert not store.undo_stack.canUndo()
    store.edit("Bias", set_bias(store.document, 0, 0, 0.1))
    assert not store.undo_stack.isClean()
    store.undo_stack.undo()
    assert store.undo_stack.isClean()


def test_what_training_shows_after_saving_is_modified_again(store):
    document = store.document
    store.undo_stack.setClean()
    store.edit("Training", set_bias(document, 0, 0, 1.0), "training 1")
    store.refine(set_bias(document, 0, 0, 2.0), "training 1")
    store.undo_stack.undo()
    assert store.undo_stack.isClean()
    store.undo_stack.redo()
    store.undo_stack.setClean()
    store.refine(set_bias(document, 0, 0, 3.0), "training 1")
    assert not store.undo_stack.isClean()


def test_showing_tells_everybody_all_the_same(store, qtbot):
    with qtbot.waitSignal(store.changed):
        store.show(store.document.at(Cursor(0, 0, 1, 1)))


def test_an_edit_that_changes_nothing_is_no_edit(store, qtbot):
    with qtbot.assertNotEmitted(store.changed):
        store.edit("Nothing", store.document)
        store.show(store.document)
    assert texts(store) == []


def test_an_undone_edit_leaves_the_way_that_was_taken_after_it(store):
    first = set_bias(store.document, 0, 0, 0.1)
    store.edit("First", first)
    store.edit("Second", set_bias(first, 0, 0, 0.2))
    store.undo_stack.undo()
    store.edit("Third", set_bias(first, 0, 0, 0.3))
    assert texts(store) == ["First", "Third"]
    assert store.document.weights[0]["bias"][0] == pytest.approx(0.3)


def test_opening_can_be_undone(store):
    before = store.document
    other = with_picture(before, grey_picture())
    store.open("Open grey", other)
    assert store.document is other
    assert store.undo_stack.isClean()
    assert texts(store) == ["Open grey"]
    store.undo_stack.undo()
    assert store.document is before


def test_coming_back_from_what_was_opened_is_no_modification(store):
    store.open("Open quiz", open_preset("quiz"))
    store.open("Open grid", open_preset("grid-stride-1"))
    for index in (1, 0, 1, 2, 0):
        store.undo_stack.setIndex(index)
        assert store.undo_stack.isClean()
    store.edit("Bias", set_bias(store.document, 0, 0, 0.1))
    assert not store.undo_stack.isClean()
    store.open("Open quiz", open_preset("quiz"))
    for index in (1, 2):
        store.undo_stack.setIndex(index)
        assert not store.undo_stack.isClean()


def test_what_was_opened_before_a_file_is_not_what_the_file_holds(store):
    store.open("Open quiz", open_preset("quiz"))
    store.edit("Bias", set_bias(store.document, 0, 0, 0.1))
    store.undo_stack.setClean()
    store.has_file = True
    for index in (1, 0):
        store.undo_stack.setIndex(index)
        assert not store.undo_stack.isClean()
    store.undo_stack.setIndex(2)
    assert store.undo_stack.isClean()


def test_opening_over_unsaved_edits_keeps_the_warning_about_them(store):
    store.edit("Bias", set_bias(store.document, 0, 0, 0.1))
    store.open("Open quiz", open_preset("quiz"))
    assert not store.undo_stack.isClean()
    store.undo_stack.undo()
    assert store.document.weights[0]["bias"][0] == pytest.approx(0.1)


def test_the_way_back_is_long_but_not_endless(store):
    for step in range(UNDO_LIMIT + 20):
        store.edit(f"Bias {step}", set_bias(store.document, 0, 0, step / 1000))
    assert store.undo_stack.count() == UNDO_LIMIT
    while store.undo_stack.canUndo():
        store.undo_stack.undo()
    assert store.document.weights[0]["bias"][0] == pytest.approx(0.019)
