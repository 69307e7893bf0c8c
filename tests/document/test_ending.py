"""An end for a network that cannot tell the classes of the data apart yet."""

from __future__ import annotations

from dataclasses import replace
from math import prod

import pytest

from convsim.core.layers import GlobalAvgPool
from convsim.core.losses import class_count
from convsim.document import PRESETS
from convsim.document.building import remove_layers
from convsim.document.edits import set_field
from convsim.document.ending import ending_for, with_ending
from convsim.services.opening import new_document, open_preset, with_input_size


def kinds(document):
    return [layer.kind for layer in document.network.layers]


def test_the_lectures_network_gets_layers_behind_its_maps():
    document = open_preset("lecture")
    after = with_ending(document, 3)
    assert kinds(after) == [*kinds(document), "flatten", "dense", "softmax"]
    assert after.network.output_shape == (3,)
    # What was there stays: weights, place and view.
    assert after.weights[0] is document.weights[0]
    assert (after.cursor, after.view) == (document.cursor, document.view)
    assert ending_for(after, 3) is None


def test_too_few_units_become_as_many_as_there_are_classes():
    after = with_ending(open_preset("lenet5"), 62)
    assert kinds(after) == kinds(open_preset("lenet5"))
    assert after.network.output_shape == (62,)


@pytest.mark.parametrize("name", PRESETS)
@pytest.mark.parametrize("classes", [2, 3, 10, 1200])
def test_every_preset_can_tell_so_many_classes_apart_with_it(name, classes):
    document = open_preset(name, taught=False)
    if document.network.bad_place is not None:
        assert ending_for(document, classes) is None
        return
    network = with_ending(document, classes).network
    assert network.bad_place is None
    assert class_count(network.output_shape) >= classes


def test_behind_large_maps_the_mean_of_each_goes_in():
    document = with_input_size(open_preset("lecture"), 400, 400, 3)
    after = with_ending(document, 100)
    assert any(isinstance(layer, GlobalAvgPool) for layer in after.network.layers)
    added = sum(prod(s) for shapes in after.network.param_shapes[4:] for s in shapes.values())
    assert added == 10 * 100 + 100


def test_nothing_is_offered_where_nothing_is_lacking_or_something_else_is():
    assert ending_for(open_preset("lenet5"), 10) is None
    assert ending_for(open_preset("lenet5"), 2) is None
    assert ending_for(new_document(), 3) is None
    bad = set_field(open_preset("lecture"), 0, "stride", (5, 5))
    assert ending_for(bad, 3) is None


def test_a_vector_without_a_dense_layer_gets_one():
    document = with_ending(open_preset("lecture"), 3)
    document = remove_layers(document, range(5, 7))
    document = replace(document, network=document.network)
    assert ending_for(document, 6000) is not None
    assert with_ending(document, 6000).network.output_shape == (6000,)
