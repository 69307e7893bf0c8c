"""How a quantity grows with another, on doubled-and-doubled axes: a straight line is a power."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from convsim.figures.parts import Box
from convsim.figures.scene import Color, Group, Polygon, Shape
from convsim.figures.sketch import END, MIDDLE, Sketch
from convsim.figures.typography import text_width

if TYPE_CHECKING:
    from convsim.figures.page import Page
    from convsim.figures.scene import Scene

MARGIN = 24.0
DOT = 7.0


@dataclass(frozen=True)
class Series:
    """One line.

    Attributes
    ----------
    name : str
    points : sequence of (float, float)
        All above 0, in ascending order of the first.
    """

    name: str
    points: Sequence[tuple[float, float]]


@dataclass(frozen=True)
class Panel:
    """One pair of axes.

    Attributes
    ----------
    title, across, up : str
        What is shown, and what the axes are.
    series : sequence of Series
        At least one, with at least one point.
    """

    title: str
    across: str
    up: str
    series: Sequence[Series]


def scaling(panels: Sequence[Panel], title: str, page: Page) -> Scene:
    """Return the panels side by side.

    Parameters
    ----------
    panels : sequence of Panel
        At least one.
    title : str
        Above all of them, if the page is titled, and for people who cannot see the figure.
    page : Page
    """
    sketch = Sketch(page)
    top = MARGIN
    if page.titled:
        room = page.width - 2 * MARGIN
        sketch.text(MARGIN, top + 8, title, 20, page.theme.ink, bold=True, room=room)
        top += 40
    width = (page.width - MARGIN * (len(panels) + 1)) / len(panels)
    for i, panel in enumerate(panels):
        x = MARGIN + i * (width + MARGIN)
        _draw(sketch, Box(x, top, width, page.height - top - MARGIN), panel)
    return sketch.scene(title)


def _draw(sketch: Sketch, box: Box, panel: Panel) -> None:
    theme = sketch.theme
    sketch.text(box.x, box.y + 10, panel.title, 14, theme.ink, bold=True)
    # Beside the title, from the right, each line's name with its colour.
    right = box.right
    colors = [theme.filter_color(4 + i) for i in range(len(panel.series))]
    for series, color in reversed(list(zip(panel.series, colors, strict=True))):
        sketch.text(right, box.y + 10, series.name, 12, theme.ink, END)
        right -= text_width(series.name, 12) + 10
        sketch.rect(right - DOT, box.y + 10 - DOT / 2, DOT, DOT, color, None, 0, DOT / 2)
        right -= DOT + 12
    card = Box(box.x, box.y + 28, box.width, box.height - 28)
    sketch.rect(card.x, card.y, card.width, card.height, theme.panel, theme.line, 1, 8)
    inner = Box(card.x + 58, card.y + 34, card.width - 78, card.height - 84)
    all_x, all_y = zip(*(point for s in panel.series for point in s.points), strict=True)
    low_x, high_x = min(all_x), max(all_x)
    # Whole powers of ten up, so that every line of the grid has a short number.
    first = math.floor(math.log10(min(all_y)))
    last = max(math.ceil(math.log10(max(all_y))), first + 1)

    def place(x: float, y: float) -> tuple[float, float]:
        share_x = math.log(x / low_x) / math.log(high_x / low_x) if high_x > low_x else 0.5
        share_y = (math.log10(y) - first) / (last - first)
        return inner.x + share_x * inner.width, inner.bottom - share_y * inner.height

    for power in range(first, last + 1):
        y = place(low_x, 10.0**power)[1]
        sketch.line(inner.x, y, inner.right, y, theme.line)
        sketch.text(inner.x - 8, y, f"{10.0**power:g}", 11, theme.dim, END)
    for x in sorted(set(all_x)):
        sketch.text(place(x, 1)[0], inner.bottom + 16, f"{x:g}", 11, theme.dim, MIDDLE)
    sketch.text(card.x + 12, card.y + 16, panel.up, 11, theme.dim)
    sketch.text(inner.x + inner.width / 2, card.bottom - 16, panel.across, 12, theme.dim, MIDDLE)
    for series, color in zip(panel.series, colors, strict=True):
        sketch.add(_line(series, [place(*point) for point in series.points], color))


def _line(series: Series, points: list[tuple[float, float]], color: Color) -> Group:
    """Return the points, joined."""
    shapes: list[Shape] = [Polygon(tuple(points), None, color, 2.0, True)] if points[1:] else []
    corners = [(-0.5, 0.0), (0.0, -0.5), (0.5, 0.0), (0.0, 0.5)]
    for x, y in points:
        diamond = tuple((x + 1.3 * DOT * dx, y + 1.3 * DOT * dy) for dx, dy in corners)
        shapes.append(Polygon(diamond, color))
    return Group(tuple(shapes), "series", series.name)
