"""Building: what each edit does to layers, weights, cursor and the spans of residual layers."""

from __future__ import annotations

import numpy as np
import pytest

from convsim.core.errors import LayerError
from convsim.core.layers import Conv2d, Dense, Flatten, MaxPool2d, ReLU, residual
from convsim.core.step import Cursor
from convsim.document import building
from convsim.document.blocks import blocks_of
from convsim.document.building import (
    duplicate_layers,
    insert_layers,
    move_layers,
    remove_layers,
    rename_layer,
    renewed,
)
from convsim.document.edits import set_field
from convsim.services.opening import new_document, open_preset


def names(document):
    return [layer.name for layer in document.network.layers]


def weight(document, name):
    return document.weights[document.network.index(name)]["weight"]


def test_layers_are_put_in_where_they_are_wanted_and_the_cursor_goes_there(lecture):
    built = insert_layers(lecture, 2, [MaxPool2d(2)])
    assert names(built) == ["conv1", "relu1", "pool1", "conv2", "relu2"]
    assert built.cursor == Cursor(2)
    assert built.network.output_shape == (10, 10, 10)
    assert names(lecture) == ["conv1", "relu1", "conv2", "relu2"]


def test_an_empty_network_is_built_from_nothing_and_emptied_again():
    document = new_document()
    assert document.empty
    assert document.walk is None
    built = insert_layers(document, 0, [Conv2d(6, 5), ReLU()])
    assert not built.view.on_input
    assert built.network.output_shape == (28, 28, 6)
    emptied = remove_layers(built, [0, 1])
    assert emptied.empty
    assert emptied.view.on_input
    assert emptied.at(Cursor(7, 1, 2, 3)).cursor == Cursor(0)


def test_weights_of_a_layer_whose_shape_stays_are_kept_even_if_nobody_saw_them(lecture):
    built = insert_layers(lecture, 0, [ReLU()])
    seen = insert_layers(lecture, 2, [ReLU(), ReLU()])
    for name in ("conv1", "conv2"):
        np.testing.assert_array_equal(weight(built, name), weight(lecture, name))
        np.testing.assert_array_equal(weight(seen, name), weight(lecture, name))
    assert renewed(lecture, built) == ()


def test_a_layer_whose_input_changes_gets_new_weights_and_that_can_be_told(lecture):
    built = remove_layers(lecture, [0])
    assert weight(built, "conv2").shape == (10, 3, 5, 5)
    assert renewed(lecture, built) == ("conv2",)
    assert renewed(lecture, lecture) == ()


def test_weights_survive_a_time_in_which_the_layer_had_to_wait(lecture):
    weights = weight(lecture, "conv2")
    broken = set_field(lecture, 0, "stride", (2, 2))
    assert broken.network.bad_place is not None
    mended = set_field(insert_layers(broken, 4, [Flatten()]), 0, "stride", (1, 1))
    np.testing.assert_array_equal(weight(mended, "conv2"), weights)


@pytest.mark.parametrize(
    ("chosen", "gap", "order"),
    [
        ([0], 4, ["relu1", "conv2", "relu2", "conv1"]),
        ([3], 0, ["relu2", "conv1", "relu1", "conv2"]),
        ([0, 2], 4, ["relu1", "relu2", "conv1", "conv2"]),
        ([1, 3], 1, ["conv1", "relu1", "relu2", "conv2"]),
        ([1], 1, ["conv1", "relu1", "conv2", "relu2"]),
        ([1], 2, ["conv1", "relu1", "conv2", "relu2"]),
    ],
)
def test_layers_move_in_their_order_into_a_gap(lecture, chosen, gap, order):
    moved = move_layers(lecture, chosen, gap)
    assert names(moved) == order
    assert (moved is lecture) == (order == names(lecture))
    assert moved.layer.name == lecture.layer.name


def test_a_copy_has_the_same_weights_under_a_name_of_its_own():
    document = open_preset("lenet5")
    copied = duplicate_layers(document, [0, 1])
    assert names(copied)[:4] == ["conv1", "relu1", "conv3", "relu5"]
    copied = set_field(copied, 2, "padding", (2, 2))
    twice = duplicate_layers(duplicate_layers(open_preset("grid-padded"), [0]), [1])
    weights = [twice.weights[i]["weight"] for i in range(3)]
    np.testing.assert_array_equal(weights[1], weights[0])
    np.testing.assert_array_equal(weights[2], weights[0])


def test_a_layer_keeps_weights_and_names_of_filters_under_a_new_name(lecture):
    renamed = rename_layer(lecture, 0, "  edge   finder ")
    assert renamed.layer.name == "edge finder"
    assert renamed.filter_name("edge finder", 2) == "blur"
    assert weight(renamed, "edge finder") is weight(lecture, "conv1")
    np.testing.assert_array_equal(weight(renamed, "conv2"), weight(lecture, "conv2"))
    assert rename_layer(renamed, 0, "edge finder") is renamed


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("", "1 to 40"),
        ("x" * 41, "1 to 40"),
        ("a.b", "none of"),
        ("a/b", "none of"),
        ("a\u202eb", "none of"),
        ("conv2", "another layer is called"),
    ],
)
def test_a_name_that_files_or_commands_could_not_read_is_refused(lecture, name, why):
    with pytest.raises(LayerError, match=why):
        rename_layer(lecture, 0, name)


def test_a_taken_name_of_ones_own_is_numbered_in_the_copy(lecture):
    named = rename_layer(lecture, 0, "edges")
    copied = duplicate_layers(duplicate_layers(named, [0]), [0])
    assert names(copied)[:3] == ["edges", "edges 3", "edges 2"]


def test_a_dense_layer_on_maps_is_wrong_by_itself_and_harms_nothing_before_it(lecture):
    built = insert_layers(lecture, 2, [Dense(10)])
    bad = built.network.bad_place
    assert bad is not None
    assert bad.layer.name == "dense1"
    assert built.new_trace().output(1).shape == (6, 28, 28)
    assert [p.waiting for p in built.network.places] == [False, False, False, True, True]


def test_a_network_is_not_longer_than_the_list_can_show(monkeypatch, lecture):
    monkeypatch.setattr(building, "MOST_LAYERS", 5)
    assert len(insert_layers(lecture, 4, [ReLU()]).network.layers) == 5
    with pytest.raises(LayerError, match="at most 5 layers; these would be 6"):
        insert_layers(lecture, 4, [ReLU(), ReLU()])


def test_a_built_network_is_no_preset_any_more(lecture):
    assert insert_layers(lecture, 0, [ReLU()]).preset == ""


def residual_network():
    """Return conv1, relu1 | conv2, relu2, conv3, residual1 | relu3."""
    body = [Conv2d(6, 3, padding=1), ReLU(), Conv2d(6, 3, padding=1)]
    return insert_layers(new_document(), 0, [Conv2d(6, 3), ReLU(), *residual(*body), ReLU()])


def body_of(document):
    index = document.network.index("residual1")
    span = getattr(document.network.layers[index], "span", 0)
    return names(document)[index - span : index]


@pytest.mark.parametrize(
    ("edit", "body"),
    [
        (lambda d: insert_layers(d, 0, [ReLU()]), ["conv2", "relu2", "conv3"]),
        (lambda d: insert_layers(d, 4, [ReLU()]), ["conv2", "relu2", "relu4", "conv3"]),
        (lambda d: insert_layers(d, 2, [ReLU()]), ["conv2", "relu2", "conv3"]),
        (lambda d: remove_layers(d, [3]), ["conv2", "conv3"]),
        (lambda d: remove_layers(d, [0, 1]), ["conv2", "relu2", "conv3"]),
        (lambda d: move_layers(d, [2], 0), ["relu2", "conv3"]),
        (lambda d: move_layers(d, [6], 4), ["conv2", "relu2", "relu3", "conv3"]),
        (lambda d: move_layers(d, [5], 7), ["conv2", "relu2", "conv3", "relu3"]),
        (lambda d: move_layers(d, [5], 4), ["conv2", "relu2"]),
        (lambda d: move_layers(d, [2, 3, 4, 5], 0), ["conv2", "relu2", "conv3"]),
        (lambda d: move_layers(d, [0, 1], 7), ["conv2", "relu2", "conv3"]),
    ],
)
def test_a_residual_layer_goes_on_spanning_its_body(edit, body):
    assert body_of(residual_network()) == ["conv2", "relu2", "conv3"]
    assert body_of(edit(residual_network())) == body


def test_a_residual_layer_goes_with_the_whole_of_its_body_and_is_copied_with_it():
    document = residual_network()
    assert names(remove_layers(document, [2, 3, 4])) == ["conv1", "relu1", "relu3"]
    copied = duplicate_layers(document, [2, 3, 4, 5])
    assert getattr(copied.network.layers[copied.network.index("residual2")], "span", 0) == 3
    assert copied.network.bad_place is None
    assert [block.stop - block.start for block in blocks_of(copied.network)] == [4, 4]
