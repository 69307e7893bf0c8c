"""A window on its way over the input: how often it reads each pixel, and where it hangs over."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from convsim.core.geometry import Axis, reads_map
from convsim.core.step import Cursor
from convsim.figures.colors import Pixels, inks, tint_pixels
from convsim.figures.parts import Box, draw_window, fit_cell, window_box
from convsim.figures.scene import Area, Color
from convsim.figures.typography import text_width

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from convsim.figures.sketch import Sketch

NUMBER_CELL = 13.0
"""From this many units a cell holds a number of at least 8 units."""


@dataclass(frozen=True)
class Sweep:
    """A window on its way: the axes of rows and columns, where it stands, and whether it fits."""

    rows: Axis
    cols: Axis
    cursor: Cursor
    fits: bool

    def total(self, axis: Axis) -> int:
        """Return the pixels to draw along an axis: the padded ones, and those over the edge."""
        if self.fits or axis.fits:
            return axis.padded
        return max(axis.start(axis.count) + axis.before + axis.extent, axis.padded)

    def extra(self, axis: Axis) -> int:
        """Return how many positions that hang over the edge to draw along an axis: 0 or 1."""
        return 0 if self.fits or axis.fits else 1

    def shown(self, axis: Axis) -> Fraction:
        """Return how many cells of output to draw along an axis; not whole if it does not fit."""
        return Fraction(axis.count) if self.fits else axis.quotient

    def input_cell(self, box: Box) -> float:
        """Return the side of a cell of the input when all of it is drawn into `box`."""
        return fit_cell(box, self.total(self.rows), self.total(self.cols))


def draw_reads(sketch: Sketch, box: Box, sweep: Sweep, cell: float) -> Box:
    """Draw the input with how often each pixel is read, and the window; return where it lies."""
    theme, rows, cols = sketch.theme, sweep.rows, sweep.cols
    whole = Box(box.x, box.y, cell * cols.padded, cell * rows.padded)
    inner = Box(
        whole.x + cell * cols.before,
        whole.y + cell * rows.before,
        cell * cols.size,
        cell * rows.size,
    )
    if whole != inner:
        sketch.rect(whole.x, whole.y, whole.width, whole.height, theme.panel)
        sketch.hatch(whole.x, whole.y, whole.width, whole.height)
        sketch.rect(whole.x, whole.y, whole.width, whole.height, None, theme.faint)
    reads = reads_map(rows, cols)
    pixels = reads_pixels(sketch, reads)
    texts = tuple(str(n) for n in reads.ravel().tolist())
    size = max(min(cell * 0.44, 13.0), 8.0)
    widest = max(text_width(text, size) for text in (str(reads.max()), "0"))
    if cell >= NUMBER_CELL and widest <= cell - 2:
        ink = tuple(
            theme.warn if text == "0" else usual
            for text, usual in zip(texts, inks(pixels, theme), strict=True)
        )
        sketch.cells(inner.x, inner.y, cell, pixels, texts, ink, size)
    else:
        sketch.raster(inner.x, inner.y, inner.width, inner.height, pixels)
    _hatch_unread(sketch, inner, rows, cols, cell)
    sketch.rect(inner.x, inner.y, inner.width, inner.height, None, theme.faint)
    if min(rows.count, cols.count) > 0:
        draw_window(sketch, whole, (rows, cols), sweep.cursor)
    for axis, row, col in ((cols, 0, cols.count), (rows, rows.count, 0)):
        if sweep.extra(axis):
            window = window_box(whole, (rows, cols), Cursor(0, 0, row, col))
            color: Color = (*theme.warn[:3], 34)
            sketch.rect(window.x, window.y, window.width, window.height, color)
            sketch.rect(
                window.x, window.y, window.width, window.height, None, theme.warn, 1.8, 0, (5, 3)
            )
    sketch.area(
        Area(
            "input",
            whole.x,
            whole.y,
            whole.width,
            whole.height,
            rows.padded,
            cols.padded,
            -rows.before,
            -cols.before,
            sweep.cursor.layer - 1,
        )
    )
    return whole


def reads_pixels(sketch: Sketch, reads: NDArray[np.int64]) -> Pixels:
    """Return the colours of read counts: paler is rarer, and pixels never read are warned of."""
    most = max(int(reads.max()), 1)
    pixels = tint_pixels(reads / most, sketch.theme.accent, sketch.theme)
    pixels[reads == 0] = sketch.theme.warn_soft[:3]
    return pixels


def draw_legend(
    sketch: Sketch, x: float, y: float, room: float, reads: NDArray[np.int64], size: float
) -> None:
    """Draw which colour means how many reads: never, once, up to the most."""
    theme, most, some_never = sketch.theme, int(reads.max()), not reads.all()
    never, once, often = sketch.say("never"), sketch.say("once"), sketch.say("times", n=most)
    words = [(never, theme.warn_soft)] if some_never else []
    shares = np.array([1 / max(most, 1), 1.0])
    first, last = (tuple(c) for c in tint_pixels(shares, theme.accent, theme).tolist())
    if most > 1:
        words += [(once, first), (often, last)]
    elif most:
        words.append((once, last))
    need = sum(text_width(word, size) + 26 for word, _ in words)
    size *= min(room / need, 1.0)
    for word, color in words:
        sketch.rect(x, y - 5, 10, 10, color, theme.warn if word == never else theme.faint, 1)
        sketch.text(x + 14, y, word, size, theme.dim)
        x += text_width(word, size) + 26 * min(room / need, 1.0)


def _hatch_unread(sketch: Sketch, inner: Box, rows: Axis, cols: Axis, cell: float) -> None:
    """Hatch the rows and columns that no window reads, where they are thick enough."""
    ink: Color = (*sketch.theme.warn[:3], 110)
    for first, last in _runs(cols.reads() == 0):
        if cell * (last - first) >= 6:
            sketch.hatch(
                inner.x + cell * first, inner.y, cell * (last - first), inner.height, 6, ink
            )
    for first, last in _runs(rows.reads() == 0):
        if cell * (last - first) >= 6:
            sketch.hatch(
                inner.x, inner.y + cell * first, inner.width, cell * (last - first), 6, ink
            )


def _runs(mask: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Return (first, last + 1) of each run of True."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], mask, [False]]).astype(np.int8)))
    return [(int(a), int(b)) for a, b in list(pairwise(edges))[::2]]
