"""Where the weights of one filter lie, in convolutions and in transposed ones with groups."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from convsim.core.fit import Fit
from convsim.core.layers import Conv2d, ConvTranspose2d
from convsim.core.network import Network
from convsim.document import Document, Weights
from convsim.document.edits import on_network, set_field, set_weight
from convsim.document.filters import change_filter, put_kernel, start_anew
from convsim.document.planes import cell_index, filter_bank, filter_index, filter_of, unit_count
from convsim.formats.pictures import network_input
from convsim.formats.project_reader import read_project
from convsim.services.projects import save_project
from convsim.services.start_picture import cat
from tests.formats.projects import assert_same


def transposed(groups=1, filters=6, channels=4):
    """Return the document of a transposed convolution behind a convolution."""
    layers = [Conv2d(channels, 3), ConvTranspose2d(filters, 3, stride=2, groups=groups)]
    network = Network((8, 8, 3), layers)
    picture = cat()
    image = network_input(picture, (8, 8, 3), Fit.CROP)
    return Document(network, Weights(network), picture, image)


def chosen(document, index):
    """Return the document with a layer's weights chosen by somebody, all of them."""
    return replace(document, weights=document.weights.replaced(index, document.weights[index]))


@pytest.mark.parametrize("groups", [1, 2])
def test_a_filter_moves_its_own_map_and_no_other(groups):
    document = transposed(groups)
    layer, weight = document.network.layers[1], document.weights[1]["weight"]
    assert unit_count(layer, document.weights[1]) == 6
    before = document.new_trace().output(1)
    for filter_ in range(6):
        changed = dict(document.weights[1])
        changed["weight"] = np.array(weight)
        changed["weight"][filter_index(layer, weight.shape, filter_)] += 1
        other = Document(
            document.network, document.weights.replaced(1, changed), document.picture,
            document.image,
        )  # fmt: skip
        moved = (other.new_trace().output(1) != before).any(axis=(1, 2))
        assert np.flatnonzero(moved).tolist() == [filter_]


@pytest.mark.parametrize("groups", [1, 2])
def test_a_place_belongs_to_the_filter_that_it_was_found_by(groups):
    document = transposed(groups)
    layer, weight = document.network.layers[1], document.weights[1]["weight"]
    bank = filter_bank(layer, weight)
    assert bank.shape == (6, 4 // groups, 3, 3)
    for filter_ in range(6):
        for plane in range(4 // groups):
            at = cell_index(layer, weight.shape, (filter_, plane, 1, 2))
            assert weight[at] == bank[filter_, plane, 1, 2]
            assert filter_of(layer, weight.shape, at) == filter_


def test_a_convolution_is_as_it_lies():
    document = transposed()
    layer, weight = document.network.layers[0], document.weights[0]["weight"]
    assert filter_bank(layer, weight) is weight
    assert cell_index(layer, weight.shape, (3, 2, 1, 0)) == (3, 2, 1, 0)
    assert filter_of(layer, weight.shape, (3, 2, 1, 0)) == 3


def test_edits_of_a_transposed_filter_are_of_that_filter_alone():
    document = transposed(groups=2)
    layer, shape = document.network.layers[1], document.weights[1]["weight"].shape
    plane = np.arange(9.0).reshape(3, 3)
    put = put_kernel(document, 1, 4, plane, name="ramp")
    bank = filter_bank(layer, put.weights[1]["weight"])
    np.testing.assert_array_equal(bank[4], [plane, plane])
    np.testing.assert_array_equal(
        np.delete(bank, 4, axis=0),
        np.delete(filter_bank(layer, document.weights[1]["weight"]), 4, axis=0),
    )
    assert put.filter_name(layer.name, 4) == "ramp"
    assert [i for i in range(6) if not put.is_random(1, i)] == [4]
    turned = change_filter(put, 1, 4, "flip")
    bank = filter_bank(layer, turned.weights[1]["weight"])
    np.testing.assert_array_equal(bank[4, 0], plane[::-1, ::-1])
    one = set_weight(document, 1, cell_index(layer, shape, (5, 1, 0, 0)), 7.0)
    assert filter_bank(layer, one.weights[1]["weight"])[5, 1, 0, 0] == 7
    assert one.random_units(1) == 5
    anew = start_anew(put, 1, "he-normal", 3, 4)
    assert not np.array_equal(filter_bank(layer, anew.weights[1]["weight"])[4, 0], plane)


def test_fewer_filters_leave_no_more_chosen_than_there_are():
    every = chosen(transposed(), 0)
    assert every.random_units(0) == 0
    fewer = set_field(every, 0, "filters", 2)
    assert fewer.weights.chosen["conv1"] == {0, 1}
    assert fewer.random_units(0) == 0


def test_a_channel_more_makes_every_transposed_filter_partly_random():
    document = chosen(transposed(), 1)
    assert document.random_units(1) == 0
    more = on_network(document, set_field(document, 0, "filters", 5).network)
    assert more.random_units(1) == 6


@pytest.mark.parametrize("index", [0, 1])
def test_which_filters_were_chosen_is_kept_in_the_file(tmp_path, index):
    document = transposed()
    changed = put_kernel(document, index, 2, np.ones((3, 3)), name="ones")
    path = tmp_path / "net.convsim"
    save_project(path, changed)
    again = read_project(path).document
    assert_same(again, changed)
    count = (4, 6)[index]
    assert [i for i in range(count) if not again.is_random(index, i)] == [2]
    assert again.random_units(index) == count - 1
