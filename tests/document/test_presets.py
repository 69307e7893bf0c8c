"""Every line of the lecture opens ready to be looked at."""

from __future__ import annotations

import re
from types import MappingProxyType

import numpy as np
import pytest

from convsim.core.errors import DoesNotFitError, LayerError
from convsim.core.layers import Conv2d
from convsim.core.step import ConvFrame, Cursor
from convsim.document import PRESETS, Document
from convsim.document.building import rename_layer
from convsim.document.edits import set_field
from convsim.document.presets import cross, find
from tests.oracles.documents import opened

each_preset = pytest.mark.parametrize("name", PRESETS)
SHAPES = {
    "lecture": ((32, 32, 3), (24, 24, 10)),
    "grid-stride-1": ((7, 7, 1), (5, 5, 1)),
    "grid-stride-2": ((7, 7, 1), (3, 3, 1)),
    "grid-stride-3": ((7, 7, 1), None),
    "grid-padded": ((7, 7, 1), (7, 7, 1)),
    "quiz": ((32, 32, 3), (32, 32, 10)),
    "lenet5": ((28, 28, 1), (10,)),
    "convnetjs-cifar": ((32, 32, 3), (10,)),
    "tiny-vgg": ((64, 64, 3), (10,)),
    "vgg-mini": ((32, 32, 3), (10,)),
    "resnet-mini": ((32, 32, 3), (10,)),
    "alexnet": ((227, 227, 3), (1000,)),
    "vgg16": ((224, 224, 3), (1000,)),
}


def test_the_menu():
    assert list(PRESETS) == list(SHAPES)
    assert isinstance(PRESETS, MappingProxyType)


@each_preset
def test_a_preset_says_what_it_is_and_which_line_it_answers(name):
    preset = PRESETS[name]
    assert preset.name == name
    assert re.fullmatch(r"[a-z0-9-]+", name)
    assert preset.title
    assert len(preset.line) > 20
    assert preset.picture in {"cat", "cross"}


def test_titles_and_lines_differ():
    assert len({preset.title for preset in PRESETS.values()}) == len(PRESETS)
    assert len({preset.line for preset in PRESETS.values()}) == len(PRESETS)


@each_preset
def test_a_preset_has_the_sizes_that_it_promises(name):
    network = PRESETS[name].build()
    assert network.input_shape == SHAPES[name][0]
    assert network.places[-1].output_shape == SHAPES[name][1]
    assert network == PRESETS[name].build()


def test_only_stride_3_does_not_fit():
    bad = {name for name in PRESETS if PRESETS[name].build().bad_place}
    assert bad == {"grid-stride-3"}
    with pytest.raises(DoesNotFitError, match=r"2\.33…"):
        PRESETS["grid-stride-3"].build().check()


@each_preset
def test_a_preset_opens_as_a_document_with_nothing_worked_out(name):
    document = opened(name)
    assert isinstance(document, Document)
    assert document.preset == name
    assert document.cursor == Cursor()
    assert document.network == PRESETS[name].build()
    assert not document.trained
    started = {"lecture", *(n for n in PRESETS if n.startswith("grid"))}
    assert set(document.weights.made) == ({"conv1"} if name in started else set())


@each_preset
def test_opening_twice_gives_equal_networks_and_weights_of_their_own(name):
    one, two = opened(name), opened(name)
    assert one.network == two.network
    for values, others in zip(one.weights[0].values(), two.weights[0].values(), strict=True):
        assert values.tobytes() == others.tobytes()
        assert values is not others


@pytest.mark.parametrize("name", [n for n in PRESETS if SHAPES[n][1] and n not in {"vgg16"}])
def test_the_first_step_of_a_preset_can_be_shown(name):
    document = opened(name)
    frame = document.frame(document.new_trace())
    assert isinstance(frame, ConvFrame)
    assert np.isfinite(frame.value)


def test_the_lecture_s_first_filters_have_names():
    document = opened("lecture")
    layer = document.network.layers[0]
    assert isinstance(layer, Conv2d)
    names = [document.filter_name("conv1", i) for i in range(layer.filters)]
    assert len(set(names)) == 6
    assert all(names)
    assert document.filter_name("conv1", 6) == ""
    assert document.filter_name("conv2", 0) == ""


def test_the_grid_s_filter_has_a_name_too():
    assert opened("grid-stride-1").filter_name("conv1", 0) == "diagonal"
    weight = opened("grid-stride-2").weights[0]["weight"]
    np.testing.assert_array_equal(weight[0, 0], [[1, -1, -1], [-1, 1, -1], [-1, -1, 1]])


def test_the_cross_is_seven_by_seven():
    pixels = cross()
    assert pixels.shape == (7, 7, 1)
    assert pixels.dtype == np.float32
    assert not pixels.flags.writeable
    np.testing.assert_array_equal(pixels[:, :, 0], np.eye(7) + np.eye(7)[::-1] > 0)


def test_the_cross_fits_the_presets_that_show_it():
    for preset in PRESETS.values():
        if preset.picture == "cross":
            assert preset.build().input_shape == cross().shape


def test_a_preset_is_found_by_name():
    assert find("vgg16") is PRESETS["vgg16"]
    with pytest.raises(LayerError, match=r"^no preset is called 'vgg'; there are lecture, grid"):
        find("vgg")


@each_preset
def test_a_line_holds_as_long_as_nothing_about_the_network_changed(name):
    document, preset = opened(name), PRESETS[name]
    assert preset.holds(document.network)
    renamed = rename_layer(document, 0, "eyes")
    assert preset.holds(renamed.network)
    changed = set_field(document, 0, "padding", (3, 3))
    assert not preset.holds(changed.network)
    assert not any(
        other.holds(document.network) for other in PRESETS.values() if other is not preset
    )
