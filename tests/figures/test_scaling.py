"""The figure of how time grows: straight lines for powers, within the page, with names."""

from __future__ import annotations

from itertools import pairwise

import pytest

from convsim.figures.page import Page
from convsim.figures.scaling import Panel, Series, scaling
from convsim.figures.scene import Group, Polygon, Text
from convsim.figures.theme import THEMES

SIDES = (16.0, 32.0, 64.0, 128.0)
SQUARE = Series("ours", [(side, 0.001 * side**2) for side in SIDES])
SLOWER = Series("theirs", [(side, 0.002 * side**2) for side in SIDES])


def lines(scene):
    return [
        next(shape for shape in group.items if isinstance(shape, Polygon) and shape.open)
        for group in scene.walk()
        if isinstance(group, Group) and group.name == "series"
    ]


def test_a_power_is_a_straight_line_and_twice_the_time_is_above_it():
    ours, theirs = lines(scaling([Panel("t", "side", "ms", [SQUARE, SLOWER])], "Title", Page()))
    rises = [(y1 - y0) / (x1 - x0) for (x0, y0), (x1, y1) in pairwise(ours.points)]
    assert rises == pytest.approx([rises[0]] * 3)
    gaps = [b[1] - a[1] for a, b in zip(ours.points, theirs.points, strict=True)]
    assert gaps == pytest.approx([gaps[0]] * 4)
    assert gaps[0] < 0


@pytest.mark.parametrize("theme", THEMES.values(), ids=list(THEMES))
@pytest.mark.parametrize("size", [(960.0, 540.0), (420.0, 420.0)])
def test_everything_lies_within_the_page(theme, size):
    panels = [Panel("Side", "side", "ms", [SQUARE]), Panel("Filters", "filters", "ms", [SLOWER])]
    scene = scaling(panels, "Time", Page(size[0], size[1], theme))
    for line in lines(scene):
        assert all(0 <= x <= size[0] and 0 <= y <= size[1] for x, y in line.points)
    words = [shape.text for shape in scene.walk() if isinstance(shape, Text)]
    assert {"Time", "Side", "Filters", "ours", "theirs", "16", "128", "0.1", "100"} <= set(words)


def test_one_point_is_enough():
    scene = scaling([Panel("t", "x", "y", [Series("s", [(3.0, 1.0)])])], "One", Page(titled=False))
    assert "One" not in [shape.text for shape in scene.walk() if isinstance(shape, Text)]
    assert scene.title == "One"
