"""The palette and blocks: what a new layer begins with, and which layers belong together."""

from __future__ import annotations

import pytest

from convsim.core.errors import LayerError
from convsim.core.layers import KINDS
from convsim.document.blocks import Block, blocks_of
from convsim.document.building import insert_layers
from convsim.document.palette import new_block, new_layer
from convsim.document.presets import PRESETS
from convsim.services.opening import new_document


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("shape", [(32, 32, 3), (8, 8, 16), (10,)])
def test_every_kind_can_be_made_and_shows_in_a_network_even_if_it_does_not_fit(kind, shape):
    layer = new_layer(kind, shape)
    assert layer.kind == kind
    document = insert_layers(new_document(), 0, [layer])
    assert document.layer.kind == kind


@pytest.mark.parametrize("kind", [k for k in KINDS if "conv" in k])
def test_a_new_convolution_keeps_the_size_or_at_least_fits(kind):
    assert len(new_layer(kind, (32, 32, 3)).output_shape((32, 32, 3))) == 3


def test_a_block_of_convolution_and_pooling_halves_the_maps():
    document = insert_layers(new_document(), 0, new_block("conv-relu-pool", (32, 32, 3)))
    assert document.network.output_shape == (16, 16, 8)


@pytest.mark.parametrize("make", [new_layer, new_block])
def test_an_unknown_name_is_refused_with_those_there_are(make):
    with pytest.raises(LayerError, match="there are conv"):
        make("lstm")


def test_vgg_has_a_block_up_to_each_pooling():
    blocks = blocks_of(PRESETS["vgg16"].build())
    assert [block.stop - block.start for block in blocks] == [5, 5, 7, 7, 7]
    assert blocks[0] == Block(0, 5, "group")
    assert 4 in blocks[0]
    assert 5 not in blocks[0]


def test_the_lecture_has_no_block():
    assert blocks_of(PRESETS["lecture"].build()) == ()
