"""Blocks: every layer can be clicked, sizes are those of the network, nothing is worked out."""

from __future__ import annotations

import pytest

from convsim.document.edits import select_layer, set_field, set_view
from convsim.figures.chain import arrange, scale_of
from convsim.figures.nodes import nodes_of, solid
from convsim.figures.parts import Box, shape_text
from convsim.figures.scene import Raster, Rect
from convsim.figures.sketch import Sketch
from convsim.figures.volumes import volumes
from tests.figures.pages import NAMES, PAGES, document, draw, texts, words

SLIDE = PAGES["slide"]


@pytest.mark.parametrize("preset", NAMES)
def test_a_click_finds_every_layer_and_the_picture(preset):
    shown = document(preset)
    areas = draw(volumes, shown, SLIDE).areas
    assert {area.layer for area in areas} == set(range(-1, len(shown.network.layers)))
    assert {area.name for area in areas} == {"layer"}


@pytest.mark.parametrize("preset", NAMES)
def test_sizes_are_written_as_the_network_has_them(preset):
    shown = document(preset)
    written = words(draw(volumes, shown, SLIDE)).splitlines()
    for place in shown.network.places:
        if place.output_shape is not None:
            size = shape_text(solid(place.output_shape))
            flattened = f"→ {place.output_shape[0]:,}"
            assert any(size == line or line.endswith(flattened) for line in written)


def test_the_lecture_says_what_each_layer_does():
    written = words(draw(volumes, document("lecture"), SLIDE))
    for line in ("6 of 5×5×3", "10 of 5×5×6", "28×28×6", "24×24×10", "+ ReLU", "stride 1"):
        assert line in written


def test_a_padded_convolution_says_so_and_dilation_is_explained():
    assert "stride 1, padding 2" in words(draw(volumes, document("quiz"), SLIDE))
    shown = set_field(document("lecture"), 0, "dilation", (2, 2))
    written = words(draw(volumes, shown, SLIDE))
    assert "dilation 2" in written
    assert "Dilation 1 means contiguous." in written


def test_the_picture_is_on_the_first_block():
    rasters = [s for s in draw(volumes, document("lecture"), SLIDE).walk() if isinstance(s, Raster)]
    assert [raster.pixels.shape for raster in rasters] == [(32, 32, 3)]


def test_a_layer_that_does_not_fit_is_dashed_and_the_next_ones_wait():
    shown = set_field(document("lenet5"), 3, "stride", (2, 2))
    scene = draw(volumes, shown, SLIDE)
    written = words(scene).splitlines()
    assert written.count("does not fit") == 1
    assert written.count("waiting") == 5
    assert "strides that fit: 1, 3, 9" in words(scene)
    dashed = [s for s in scene.walk() if isinstance(s, Rect) and s.dash]
    assert {s.stroke for s in dashed} == {SLIDE.theme.warn, SLIDE.theme.faint}


def test_the_cursor_and_the_picture_are_marked():
    def marked(shown):
        scene = draw(volumes, shown, SLIDE)
        cards = [
            s for s in scene.walk() if isinstance(s, Rect) and s.fill == SLIDE.theme.accent_soft
        ]
        assert len(cards) == 1
        middle = cards[0].x + cards[0].width / 2, cards[0].y + 1
        area = scene.area_at(*middle)
        assert area is not None
        return area.layer

    assert marked(document("lecture")) == 0
    assert marked(select_layer(document("lecture"), 3)) == 2  # ReLU 2 is drawn with Conv 2
    assert marked(set_view(document("lecture"), on_input=True)) == -1


def test_equal_sizes_are_drawn_equal_and_larger_ones_larger():
    nodes = nodes_of(document("vgg16").network)
    chain = arrange(Sketch(SLIDE), nodes, Box(0, 0, 900, 440))
    seen: dict[int, float] = {}
    for slot in (slot for row in chain.rows for slot in row):
        assert slot.node.shape is not None
        side = solid(slot.node.shape)[0]
        assert seen.setdefault(side, slot.block.height) == pytest.approx(slot.block.height)
    sides = sorted(seen)
    assert [seen[side] for side in sides] == sorted(seen.values())


def test_only_what_is_to_scale_says_so():
    assert scale_of(nodes_of(document("lecture").network)).exact
    assert not scale_of(nodes_of(document("vgg16").network)).exact
    assert "to scale, depths" in words(draw(volumes, document("lecture"), SLIDE))
    assert "Not to scale" in words(draw(volumes, document("vgg16"), SLIDE))


def test_labels_of_a_deep_network_can_be_read_on_a_slide():
    sizes = [text.size for text in texts(draw(volumes, document("vgg16"), SLIDE))]
    assert min(sizes) >= 8
