"""One neuron through a training: what it said of the picture at each moment, and its map now."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from convsim.figures.captions import heading
from convsim.figures.parts import Box, layer_title, map_pixels
from convsim.figures.scene import Area, Polygon
from convsim.figures.sketch import END, MIDDLE, Sketch

if TYPE_CHECKING:
    from convsim.core.trace import Trace
    from convsim.document.document import Document
    from convsim.figures.page import Page
    from convsim.figures.scene import Scene


@dataclass(frozen=True)
class Pinned:
    """Values of a neuron.

    Attributes
    ----------
    values : tuple of (epochs, value)
        As far as they are worked out, by time.
    now : (epochs, value)
        The moment that is shown.
    end : float
        Epochs at the last moment.
    """

    values: tuple[tuple[float, float], ...]
    now: tuple[float, float]
    end: float


def pinned(document: Document, trace: Trace, one: Pinned, page: Page) -> Scene:
    """Return the map with the neuron marked on the left, its values over time on the right."""
    sketch = Sketch(page)
    theme, cursor = page.theme, document.cursor
    name = layer_title(document.layer, page.labels)
    passed, value = one.now
    title = sketch.say(
        "pinned_title",
        layer=name,
        n=cursor.filter + 1,
        row=cursor.row,
        col=cursor.col,
        value=f"{value:+.3f}".replace("-", "−"),
        epoch=f"{passed:.3g}",
    )
    box = heading(sketch, title)
    if not page.titled:
        sketch.text(box.x, box.y + 8, title, 13, theme.ink, room=box.width)
        box = Box(box.x, box.y + 28, box.width, box.height - 28)
    chart = box
    if trace.output(cursor.layer).ndim == 3:
        side = min(box.width * 0.4, box.height)
        _map(sketch, Box(box.x, box.y, side, side), document, trace)
        chart = Box(box.x + side + 24, box.y, box.width - side - 24, box.height)
    _chart(sketch, chart, one)
    return sketch.scene(title)


def _map(sketch: Sketch, box: Box, document: Document, trace: Trace) -> None:
    cursor, theme = document.cursor, sketch.theme
    pixels = map_pixels(trace, cursor.layer, cursor.filter, theme)
    rows, cols = pixels.shape[:2]
    cell = min(box.width / cols, box.height / rows)
    sketch.raster(box.x, box.y, cell * cols, cell * rows, pixels)
    color = theme.filter_color(cursor.filter)
    sketch.rect(box.x - 1, box.y - 1, cell * cols + 2, cell * rows + 2, None, color, 2)
    sketch.area(
        Area(
            "map",
            box.x,
            box.y,
            cell * cols,
            cell * rows,
            rows,
            cols,
            layer=cursor.layer,
            filter=cursor.filter,
        )
    )
    x, y = box.x + cursor.col * cell, box.y + cursor.row * cell
    sketch.rect(x - 1, y - 1, cell + 2, cell + 2, None, theme.ink, 2)


def _chart(sketch: Sketch, box: Box, one: Pinned) -> None:
    theme = sketch.theme
    sketch.rect(box.x, box.y, box.width, box.height, theme.panel, theme.line, 1, 8)
    inner = Box(box.x + 56, box.y + 16, box.width - 74, box.height - 48)
    known = [value for _, value in (*one.values, one.now) if math.isfinite(value)]
    low, high = min([*known, 0.0]), max([*known, 0.0])
    if high - low < 1e-6:
        low, high = low - 1, high + 1

    def place(passed: float, value: float) -> tuple[float, float]:
        share = (value - low) / (high - low)
        return inner.x + passed / one.end * inner.width, inner.bottom - share * inner.height

    for mark in sorted({low, 0.0, high}):
        y = place(0.0, mark)[1]
        if mark == 0.0 or abs(y - place(0.0, 0.0)[1]) > 14:
            sketch.line(inner.x, y, inner.right, y, theme.line)
            sketch.text(inner.x - 8, y, f"{mark:.3g}".replace("-", "−"), 11, theme.dim, END)
    for part in (0.0, 0.5, 1.0):
        x = inner.x + part * inner.width
        sketch.text(x, inner.bottom + 16, f"{part * one.end:.3g}", 11, theme.dim, MIDDLE)
    sketch.text(inner.x - 8, inner.bottom + 16, sketch.say("epochs"), 11, theme.dim, END)
    points = tuple(place(*each) for each in one.values if math.isfinite(each[1]))
    if len(points) > 1:
        sketch.add(Polygon(points, None, theme.accent, 2.0, True))
    x, y = place(*one.now)
    sketch.line(x, inner.y - 6, x, inner.bottom, theme.dim, 1.0, (3.0, 3.0))
    sketch.rect(x - 4, y - 4, 8, 8, theme.accent, theme.panel, 1.5, 4)
