"""The small parts: colours, widths of texts, the pieces that stages share."""

from __future__ import annotations

import gc
import math
import weakref

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convsim.core.geometry import make_axis
from convsim.core.layers import Conv2d, Dense, Flatten, MaxPool2d
from convsim.core.network import Network
from convsim.core.step import Cursor
from convsim.figures.colors import (
    filter_ink,
    inks,
    largest,
    mixed,
    photo_pixels,
    signed_pixels,
    tint_pixels,
)
from convsim.figures.curve import nice_end
from convsim.figures.labels import ENGLISH, say
from convsim.figures.memo import MOST, remembered
from convsim.figures.page import Page
from convsim.figures.parts import Box, error_text, fit_cell, layer_title, window_box
from convsim.figures.scene import Cells, Group, Line, Polygon, Raster, Rect, Text
from convsim.figures.sketch import Sketch
from convsim.figures.theme import DARK, LIGHT
from convsim.figures.trail import draw_trail
from convsim.figures.typography import fitted_size, text_width, wrapped
from convsim.figures.vectors import fold, folded
from convsim.figures.zoomed import planned, zoom_of, zoomed
from tests.figures.pages import texts
from tests.figures.steps import shown


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_zero_is_grey_and_signs_are_told_apart(theme):
    colors = signed_pixels(np.array([-1.0, 0.0, 1.0, np.nan]), 1.0, theme)
    assert tuple(colors[0]) == theme.negative
    assert tuple(colors[1]) == theme.zero
    assert tuple(colors[2]) == theme.positive
    assert tuple(colors[3]) == theme.paper
    assert max(theme.zero) - min(theme.zero) <= 10


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_numbers_can_be_read_on_every_colour_of_the_scale(theme):
    ramp = signed_pixels(np.linspace(-1, 1, 101)[None], 1.0, theme)
    for pixel, ink in zip(ramp[0], inks(ramp, theme), strict=True):
        assert contrast(tuple(pixel.tolist()), ink) >= 4.5


def luminance(color):
    """Return the relative luminance of WCAG 2."""
    parts = [c / 255 for c in color[:3]]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, two):
    """Return the contrast of two colours, 1 to 21."""
    low, high = sorted((luminance(one), luminance(two)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_words_can_be_read_on_paper(theme):
    for ink in (theme.ink, theme.dim, theme.warn, theme.accent):
        assert contrast(ink, theme.paper) >= 4.5
        assert contrast(ink, theme.panel) >= 4.5


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_a_filter_s_words_can_be_read_and_have_its_colour(theme):
    for i, color in enumerate(theme.filters):
        ink = filter_ink(theme, i)
        assert contrast(ink, theme.paper) >= 4.5
        # As little is mixed in as will do.
        assert (ink == color) == (contrast(color, theme.paper) >= 4.5)


def test_colours_of_pictures():
    image = np.array([[[0.0], [0.5], [2.0]]])
    assert photo_pixels(image)[0, :, 0].tolist() == [0, 128, 255]
    assert tint_pixels(np.array([0.0, 1.0]), (255, 0, 0), LIGHT).shape == (2, 3)
    assert mixed((0, 0, 0), (100, 200, 50), 0.5) == (50, 100, 25)
    assert largest(np.array([0.0, np.inf, -3.0])) == 3.0
    assert largest(np.zeros(3)) == 1.0


def test_widths_are_never_far_too_small(qapp):
    from convsim.render.text import shape

    assert qapp is not None
    samples = [*ENGLISH.values(), "0123456789", "−0.123", "Conv 1, filter 3, row 12", "e^(0.1 − 2)"]
    for text in samples:
        for bold in (False, True):
            real = shape(text, bold).width
            guess = text_width(text, 1.0, bold=bold)
            assert 0.97 * real <= guess <= 1.25 * real + 0.3, text


@given(st.text(alphabet="abc 0123 …", max_size=40), st.floats(20, 200))
def test_wrapped_lines_hold_all_words(text, room):
    lines = wrapped(text, 11, room)
    assert " ".join(lines).split() == text.split()


def test_text_becomes_smaller_until_it_fits():
    assert fitted_size("short", 12, 500) == 12
    size = fitted_size("a rather long sentence", 12, 80)
    assert text_width("a rather long sentence", size) <= 80.01


@given(st.integers(1, 3000), st.floats(60, 500), st.floats(40, 500))
def test_a_fold_holds_all_values_inside_its_box(count, width, height):
    rows, cols, cell = fold(count, width, height)
    assert rows * cols >= count
    assert (rows - 1) * cols < count
    assert cols * cell <= width + 1e-6
    assert rows * cell <= height + 1e-6


def test_a_folded_vector_ends_in_nothing():
    grid = folded(np.arange(5), 2, 3)
    assert grid[0].tolist() == [0, 1, 2]
    assert grid[1, :2].tolist() == [3, 4]
    assert np.isnan(grid[1, 2])


@given(st.floats(1e-9, 1e9))
def test_axes_end_at_a_round_number(top):
    end = nice_end(top)
    assert top * 0.998 <= end <= top * 5.01
    first = end / 10 ** math.floor(math.log10(end) + 1e-9)
    assert round(first, 6) in (1, 2, 5)


def test_axes_of_nothing():
    assert nice_end(0.0) == 1.0
    assert nice_end(math.nan) == 1.0


def test_cells_are_whole_where_that_is_fine():
    assert fit_cell(Box(0, 0, 100, 60), 7, 7) == 8
    assert fit_cell(Box(0, 0, 30, 30), 7, 7) == pytest.approx(30 / 7)


def test_a_window_lies_where_its_pixels_are():
    axes = make_axis(7, 3, 2, 1), make_axis(7, 3, 2, 1)
    box = window_box(Box(10, 20, 90, 90), axes, Cursor(0, 0, 1, 2))
    assert (box.x, box.y, box.width, box.height) == (10 + 4 * 10, 20 + 2 * 10, 30, 30)


def test_the_trail_covers_what_was_read_before():
    axes = make_axis(5, 2, 2), make_axis(5, 2, 2)
    sketch = Sketch(Page())
    draw_trail(sketch, (0, 0, 50, 50), Cursor(0, 0, 1, 1), axes, (1, 2, 3))
    tint = next(s for s in sketch.scene("t").walk() if isinstance(s, Raster)).pixels[..., 3] > 0
    wanted = np.zeros((5, 5), bool)
    wanted[:2, :4] = True
    wanted[2:4, :2] = True
    assert (tint == wanted).all()


def test_the_trail_starts_in_the_padding():
    axes = make_axis(4, 3, 1, 1), make_axis(4, 3, 1, 1)
    sketch = Sketch(Page())
    draw_trail(sketch, (0, 0, 40, 40), Cursor(0, 0, 0, 1), axes, (1, 2, 3))
    tint = next(s for s in sketch.scene("t").walk() if isinstance(s, Raster)).pixels[..., 3] > 0
    wanted = np.zeros((4, 4), bool)
    wanted[:2, :2] = True
    assert (tint == wanted).all()


def test_layers_have_names_for_people():
    assert layer_title(Conv2d(1, 1, name="conv12"), ENGLISH) == "Conv 12"
    assert layer_title(MaxPool2d(2, name="pool1"), ENGLISH) == "Max pool 1"
    assert layer_title(Conv2d(1, 1, name="eyes"), ENGLISH) == "eyes"


def test_a_missing_translation_is_english():
    assert say({}, "unit", n=3) == "unit 3"
    assert say({"unit": "유닛 {n}"}, "unit", n=3) == "유닛 3"


def test_what_is_remembered_belongs_to_its_trace():
    base, _ = shown("lecture")
    made = []

    def make():
        made.append(1)
        return len(made)

    one, two = base.new_trace(), base.new_trace()
    assert [remembered(one, "x", make), remembered(one, "x", make)] == [1, 1]
    assert remembered(two, "x", make) == 2
    for i in range(MOST):
        remembered(one, i, make)
    assert remembered(one, "x", make) == len(made)
    gone = weakref.ref(two)
    del two
    gc.collect()
    assert gone() is None


def test_a_zoomed_scene_is_the_same_drawing():
    page = Page(2360, 1360)
    small = planned(page)
    factor = zoom_of(page)
    assert factor == pytest.approx(1.6)
    assert small.width == pytest.approx(2360 / 1.6)
    sketch = Sketch(small)
    sketch.text(10, 20, "hello", 12)
    sketch.rect(1, 2, 3, 4, (0, 0, 0), radius=2, dash=(1, 2))
    sketch.line(1, 2, 3, 4, dash=(1, 2))
    sketch.hatch(0, 0, 40, 40)
    sketch.polygon([(0, 0), (1, 1), (2, 0)], (0, 0, 0))
    sketch.raster(1, 2, 3, 4, np.zeros((2, 2, 3), np.uint8))
    sketch.cells(1, 2, 10, np.zeros((2, 2, 3), np.uint8), ("a",) * 4, ((0, 0, 0),) * 4)
    scene = zoomed(sketch.scene("t"), page)
    assert (scene.width, scene.height) == (2360, 1360)
    text, rect, line, hatch, polygon, raster, cells = scene.items
    assert isinstance(text, Text)
    assert (text.x, text.y, text.size) == pytest.approx((16, 32, 19.2))
    assert isinstance(rect, Rect)
    assert rect.radius == pytest.approx(3.2)
    assert rect.dash == pytest.approx((1.6, 3.2))
    assert isinstance(line, Line)
    assert line.x2 == pytest.approx(4.8)
    assert isinstance(hatch, Group)
    assert hatch.clip == pytest.approx((0, 0, 64, 64))
    assert isinstance(polygon, Polygon)
    assert polygon.points[1] == pytest.approx((1.6, 1.6))
    assert isinstance(raster, Raster)
    assert raster.height == pytest.approx(6.4)
    assert isinstance(cells, Cells)
    assert cells.cell == pytest.approx(16)
    assert zoomed(scene, Page(900, 500)) is scene
    assert texts(scene) == [text]


@pytest.mark.parametrize(
    ("layers", "text"),
    [
        ([Dense(3)], "Dense 1 needs a vector; received maps of 9×9×2; put Flatten before it"),
        ([Flatten(), MaxPool2d(2)], "Max pool 1 needs maps"),
        ([Conv2d(3, 3, groups=2)], "Conv 1: 2 groups do not share out"),
        ([Conv2d(3, 11)], "Kernel of 11 is larger"),
        ([Conv2d(3, 3, stride=4)], "(9−3)/4+1 = 2.5 is not a whole number"),
        ([Conv2d(3, 3, stride=4, name="kernel")], "(9−3)/4+1 = 2.5 is not a whole number"),
        ([Dense(3, name="edges")], "edges needs a vector"),
        ([Conv2d(2, 3, name="conv1"), Dense(3)], "Dense 1 needs a vector"),
    ],
)
def test_an_error_calls_the_layer_what_its_card_does(layers, text):
    place = Network((9, 9, 2), layers).bad_place
    assert place is not None
    assert error_text(place, ENGLISH).startswith(text)
