"""Tiles: every part shown is the part of the picture that its neuron sees."""

from __future__ import annotations

import numpy as np
import pytest

from convsim.core.step import Cursor
from convsim.document.edits import select_layer
from convsim.figures.colors import photo_pixels
from convsim.figures.scene import Raster, Rect
from convsim.figures.tiles import lines_of, tiles
from convsim.figures.what import window_place
from tests.figures.pages import NAMES, PAGES, document, draw, window_of, words

SLIDE = PAGES["slide"]


def parts(scene):
    """Return the pixels of each part by its position."""
    areas = {(a.x, a.y): (a.row0, a.col0) for a in scene.areas}
    rasters = [s for s in scene.walk() if isinstance(s, Raster)]
    return {areas[r.x, r.y]: r.pixels for r in rasters if (r.x, r.y) in areas}


@pytest.mark.parametrize("preset", ["lecture", "grid-stride-2", "alexnet", "quiz"])
def test_each_part_is_what_its_window_reads(preset):
    shown = document(preset)
    _index, rows, cols = window_of(shown)
    pixels = photo_pixels(shown.image)
    found = parts(draw(tiles, shown, SLIDE))
    assert found
    for (row, col), part in found.items():
        down, across = rows.taps(row), cols.taps(col)
        assert part.shape[:2] == (len(down), len(across))
        inside_r = [i for i, r in enumerate(down) if 0 <= r < rows.size]
        inside_c = [j for j, c in enumerate(across) if 0 <= c < cols.size]
        wanted = pixels[np.ix_([down[i] for i in inside_r], [across[j] for j in inside_c])]
        np.testing.assert_array_equal(part[np.ix_(inside_r, inside_c)], wanted)


def test_all_positions_are_shown_where_they_are_few():
    scene = draw(tiles, document("grid-stride-1"), SLIDE)
    assert set(parts(scene)) == {(r, c) for r in range(5) for c in range(5)}
    assert "All 5 × 5 = 25 parts" in words(scene)


def test_a_selection_says_what_it_leaves_out():
    scene = draw(tiles, document("lecture"), SLIDE)
    assert "One position in 5, down and across: 36 of 784 parts" in words(scene)
    assert {row for row, _ in parts(scene)} == {0, 5, 10, 15, 20, 25}


def test_a_deeper_layer_sees_a_larger_part():
    shown = select_layer(document("lecture"), 2)
    assert {part.shape for part in parts(draw(tiles, shown, SLIDE)).values()} == {(9, 9, 3)}
    assert "sees 9×9 pixels" in words(draw(tiles, shown, SLIDE))


def test_the_part_grows_through_the_layers():
    shown = select_layer(document("vgg16"), 5)
    place = window_place(shown)
    assert place is not None
    assert place.layer.name == "conv3"
    rows, _ = lines_of(shown, place)
    assert rows.field.size == 10  # 5 after two layers, 6 behind the pool at jump 2, 2·2 more
    assert rows.field.jump == 2


def test_the_window_at_the_cursor_is_framed_on_both_sides():
    shown = document("lecture").at(Cursor(0, 2, 10, 15))
    color = SLIDE.theme.filter_color(2)
    scene = draw(tiles, shown, SLIDE)
    assert len([s for s in scene.walk() if isinstance(s, Rect) and s.stroke == color]) == 2


@pytest.mark.parametrize("preset", NAMES)
def test_a_click_finds_a_position_that_exists(preset):
    shown = document(preset)
    index, rows, cols = window_of(shown)
    for area in draw(tiles, shown, SLIDE).areas:
        assert (area.name, area.layer) == ("output", index)
        assert area.cell_at(area.x + 1, area.y + 1) == (area.row0, area.col0)
        assert 0 <= area.row0 < rows.count
        assert 0 <= area.col0 < cols.count
