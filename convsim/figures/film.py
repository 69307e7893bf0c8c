"""How filters came about: each filter a row, each moment of the training a column."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from convsim.figures.captions import heading
from convsim.figures.colors import largest, photo_pixels, signed_pixels
from convsim.figures.parts import layer_title
from convsim.figures.sketch import END, MIDDLE, Sketch
from convsim.figures.typography import text_width

if TYPE_CHECKING:
    from convsim.core.layers import Array, Conv2d
    from convsim.figures.colors import Pixels
    from convsim.figures.page import Page
    from convsim.figures.scene import Scene
    from convsim.figures.theme import Theme

ROWS = 8
LEFT = 34.0
WORDS = 40.0
GAP = 8.0
LARGEST = 92.0
WIDE = 88.0
"""From one column to the next there is room for the words below."""
SMALLEST, BETWEEN = 9.0, 4.0
"""Height of the smallest words that are written, and the room between those of two moments."""


@dataclass(frozen=True, eq=False)
class FilmColumn:
    """A moment.

    Attributes
    ----------
    step : int
    passed : float
        Epochs that are over, with the part of the one it stands in.
    accuracy : float
        Of the batches just before; nan if there were none.
    weights : array (F, C, K, K)
    """

    step: int
    passed: float
    accuracy: float
    weights: Array


@dataclass(frozen=True, eq=False)
class Film:
    """Filters of a convolution at several moments.

    Attributes
    ----------
    layer : Conv2d
    chosen : int
        The filter that must be among those shown.
    plane : int
        Which plane of each filter is shown, unless it has one or the three of a picture.
    columns : tuple of FilmColumn
        By step, at least one.
    since : FilmColumn or None
        Show how much has changed since this moment, not the weights themselves.
    """

    layer: Conv2d
    chosen: int
    plane: int
    columns: tuple[FilmColumn, ...]
    since: FilmColumn | None = None

    def values(self, column: FilmColumn) -> Array:
        """Return what is shown of a moment: (F, C, K, K)."""
        return column.weights if self.since is None else column.weights - self.since.weights


def film(one: Film, page: Page) -> Scene:
    """Return the filters, one below the other, at moments from left to right.

    Filters of a picture's three colours are drawn as the colours they look for, around grey;
    others as signed values.  One scale holds for all moments, so that weights are seen to grow.
    """
    sketch = Sketch(page)
    theme = page.theme
    count, planes = one.columns[0].weights.shape[:2]
    name = layer_title(one.layer, page.labels)
    key = "film_title" if one.since is None else "change_title"
    title = sketch.say(key, layer=name)
    box = heading(sketch, title)
    # The scale is that of all moments, also where not all have room.
    ends = [largest(values) for values in map(one.values, one.columns) if values.any()]
    end = max(ends, default=1.0)
    columns = _readable(sketch, one.columns, box.width - LEFT)
    shown = [one.values(column) for column in columns]
    words = sketch.say("film_scale", end=f"{end:.2g}")
    if planes == 3:
        words = sketch.say("film_colors", end=f"{end:.2g}")
    elif planes > 1:
        words += ", " + sketch.say("film_plane", n=min(one.plane, planes - 1) + 1, all=planes)
    top = box.y + 26
    rows = min(count, ROWS)
    first = min(one.chosen // rows * rows, count - rows)
    across = (box.width - LEFT) / len(columns) - GAP
    down = (box.bottom - top - WORDS) / rows - GAP
    rows = rows if down >= 12 else max(int((box.bottom - top - WORDS) / (12 + GAP)), 1)
    down = (box.bottom - top - WORDS) / rows - GAP
    side = max(min(across, down, LARGEST), 4.0)
    pitch = min(across + GAP, max(side * 1.5, WIDE))
    left = box.x + LEFT + max((box.width - LEFT - pitch * len(columns) + pitch - side) / 2, 0.0)
    for row in range(rows):
        y = top + row * (side + GAP)
        color = theme.filter_color(first + row)
        sketch.rect(left - 26, y + side / 2 - 4, 8, 8, color, None, 0, 4)
        sketch.text(left - 30, y + side / 2, str(first + row + 1), 12, theme.ink, END)
        for col, values in enumerate(shown):
            x = left + col * pitch
            pixels = _pixels(values[first + row], one.plane, end, theme)
            sketch.raster(x, y, side, side * pixels.shape[0] / pixels.shape[1], pixels)
            sketch.rect(x - 0.5, y - 0.5, side + 1, side + 1, None, theme.line)
    y = top + rows * (side + GAP) + 6
    for col, column in enumerate(columns):
        _below(sketch, left + col * pitch + side / 2, y, pitch - BETWEEN, column)
    room = box.width
    if rows < count:
        rest = sketch.say("first_of", n=rows, total=count)
        sketch.text(box.right, box.y + 8, rest, 12, theme.dim, END)
        room -= text_width(rest, 12) + GAP
    if any(np.isfinite(column.accuracy) for column in columns):
        more = f"{words}; {sketch.say('film_right_of')}"
        words = more if text_width(more, 12) <= room else words
    sketch.text(box.x, box.y + 8, words, 12, theme.dim, room=room)
    return sketch.scene(title)


def _readable(
    sketch: Sketch, columns: tuple[FilmColumn, ...], width: float
) -> tuple[FilmColumn, ...]:
    """Return as many moments as have room for their words, the first and the last among them."""
    words = [text for column in columns for text in _words(sketch, column)]
    broad = max(text_width(text, SMALLEST) for text in words) + BETWEEN
    count = min(max(int(width / broad), 2), len(columns))
    return tuple(columns[round(float(at))] for at in np.linspace(0, len(columns) - 1, count))


def _words(sketch: Sketch, column: FilmColumn) -> list[str]:
    """Return when a moment was, and how well the network did then, if that is known."""
    digits = 1 if column.passed >= 0.1 else 2
    when = sketch.say("film_epoch", n=f"{column.passed:.{digits}f}")
    words = [when if column.step else sketch.say("film_start")]
    if np.isfinite(column.accuracy):
        words.append(sketch.say("film_right", share=f"{column.accuracy:.0%}"))
    return words


def _below(sketch: Sketch, x: float, y: float, room: float, column: FilmColumn) -> None:
    """Write the words of a moment."""
    looks = ((12.0, sketch.theme.ink), (11.5, sketch.theme.dim))
    for line, (text, (size, color)) in enumerate(zip(_words(sketch, column), looks, strict=False)):
        sketch.text(x, y + 16 * line, text, size, color, MIDDLE, room=room)


def _pixels(weights: Array, plane: int, end: float, theme: Theme) -> Pixels:
    """Return a filter (C, K, K) as pixels (K, K, 3)."""
    if len(weights) == 3:
        return photo_pixels(0.5 + weights.transpose(1, 2, 0) / (2 * end))
    return signed_pixels(weights[min(plane, len(weights) - 1)], end, theme)
