"""The sweep: 25 positions, 9 positions, and 2.33 that do not exist."""

from __future__ import annotations

import numpy as np
import pytest

from convsim.core.geometry import reads_map
from convsim.core.step import Cursor
from convsim.document.edits import set_field
from convsim.figures.page import Page
from convsim.figures.registry import FIGURES
from convsim.figures.scene import Cells, Raster, Rect
from convsim.figures.sweep import sweep
from tests.figures.pages import NAMES, PAGES, document, draw, window_of, words

SLIDE = PAGES["slide"]


def test_a_single_position_is_not_several():
    small = set_field(document("grid-stride-1"), 0, "kernel", (7, 7))
    written = words(draw(sweep, small, SLIDE))
    assert "The one position of the window" in written
    assert "stride 1: 1·1 = 1 position\n" in written
    cut = set_field(set_field(small, 0, "kernel", (5, 5)), 0, "stride", (3, 3))
    assert "1 position that fits, 3 that would hang over" in words(draw(sweep, cut, SLIDE))


@pytest.mark.parametrize("preset", NAMES)
def test_the_formula_is_the_core_s(preset):
    shown = document(preset)
    _, rows, _ = window_of(shown)
    assert str(rows.formula("height")) in words(draw(sweep, shown, SLIDE))


def test_a_larger_stride_leaves_fewer_positions():
    written = words(draw(sweep, document("grid-stride-2"), SLIDE))
    assert "stride 1: 5·5 = 25 positions" in written
    assert "stride 2: 3·3 = 9 positions" in written


def test_what_does_not_fit_is_said_and_drawn():
    scene = draw(sweep, document("grid-stride-3"), SLIDE)
    written = words(scene)
    assert "(7 + 2·0 − 3)/3 + 1 = 2.33…, not a whole number" in written
    assert "strides that fit: 1, 2, 4" in written
    assert "paddings that fit: 1" in written
    assert "kernels that fit: 1, 4, 7" in written
    assert "13 of 49 never read" in written
    assert "36 read once" in written
    assert "2.33…×2.33…" in written
    assert "4 positions that fit, 5 that would hang over the edge" in written.replace("\n", " ")
    dashed = [s for s in scene.walk() if isinstance(s, Rect) and s.dash]
    assert {s.stroke for s in dashed} == {SLIDE.theme.warn}
    assert len(dashed) == 4  # two windows over the edge, two parts of cells


@pytest.mark.parametrize(
    "preset", ["grid-stride-1", "grid-stride-2", "grid-stride-3", "grid-padded"]
)
def test_the_number_in_a_pixel_is_how_often_it_is_read(preset):
    shown = document(preset)
    _, rows, cols = window_of(shown)
    grids = [s for s in draw(sweep, shown, SLIDE).walk() if isinstance(s, Cells) and s.labels]
    reads = np.array([int(label) for label in grids[0].labels]).reshape(7, 7)
    by_hand = np.zeros((7, 7), int)
    for row in range(rows.count):
        for col in range(cols.count):
            for r in rows.taps(row):
                for c in cols.taps(col):
                    if 0 <= r < 7 and 0 <= c < 7:
                        by_hand[r, c] += 1
    np.testing.assert_array_equal(reads, by_hand)
    np.testing.assert_array_equal(reads, reads_map(rows, cols))
    assert grids[-1].labels == tuple(str(n + 1) for n in range(rows.count * cols.count))


def test_every_position_has_a_line_of_the_staircase():
    scene = draw(sweep, document("alexnet"), SLIDE)
    assert "Along one row: 55 positions, a line each" in words(scene)
    stairs = [s for s in scene.walk() if isinstance(s, Raster) and s.pixels.shape == (55, 227, 4)]
    assert len(stairs) == 1
    panel = np.array([*SLIDE.theme.panel[:3], 255])
    read = (stairs[0].pixels != panel).any(axis=2)
    for position in range(55):
        assert np.flatnonzero(read[position]).tolist() == list(
            range(position * 4, position * 4 + 11)
        )


@pytest.mark.parametrize("preset", NAMES)
def test_a_click_on_the_output_finds_its_position(preset):
    shown = document(preset)
    index, rows, cols = window_of(shown)
    areas = [a for a in draw(sweep, shown, SLIDE).areas if a.name == "output"]
    assert areas
    for area in areas:
        assert (area.rows, area.cols, area.layer) == (rows.count, cols.count, index)
    inputs = [a for a in draw(sweep, shown, SLIDE).areas if a.name == "input"]
    assert [(a.rows, a.cols, a.row0, a.layer) for a in inputs] == [
        (rows.padded, cols.padded, -rows.before, index - 1)
    ]


def test_dilation_is_explained_and_its_taps_are_shown():
    shown = set_field(document("lecture"), 0, "dilation", (2, 2))
    assert "Dilation 1 means contiguous." in words(draw(sweep, shown, SLIDE))


def test_a_relu_shows_the_convolution_before_it():
    shown = document("lecture").at(Cursor(3))
    assert words(draw(sweep, shown, SLIDE)).startswith("Conv 2: a window of 5×5")


@pytest.mark.parametrize("kind", FIGURES)
def test_groups_that_do_not_divide_are_no_reason_not_to_draw(lecture, kind):
    wrong = set_field(lecture, 0, "groups", 4)
    assert wrong.place.error is not None
    scene = FIGURES[kind](wrong, wrong.new_trace(), Page())
    assert scene.items
