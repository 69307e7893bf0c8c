"""The three drawings of a sweep: how often pixels are read, where the window stands, what comes out."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from convsim.core.geometry import Axis, reads_map
from convsim.core.step import Cursor
from convsim.figures.blocks import mixed
from convsim.figures.colors import Pixels, inks, tint_pixels
from convsim.figures.parts import Box, fit_cell, window_mark
from convsim.figures.scene import Area, Color
from convsim.figures.sketch import Sketch
from convsim.figures.typography import text_width

MOST_MINIATURES = 100
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
        """Return the pixels to draw along an axis: all padded ones, and those hung over the edge."""
        if self.fits or axis.fits:
            return axis.padded
        return max(axis.start(axis.count) + axis.before + axis.extent, axis.padded)

    def extra(self, axis: Axis) -> int:
        """Return 1 if a position that hangs over the edge is to be drawn along this axis, else 0."""
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
        whole.x + cell * cols.before, whole.y + cell * rows.before, cell * cols.size, cell * rows.size
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
        window = _window(whole, sweep, cell, sweep.cursor.row, sweep.cursor.col)
        window_mark(sketch, window, theme.filter_color(sweep.cursor.filter))
    for axis, row, col in ((cols, 0, cols.count), (rows, rows.count, 0)):
        if sweep.extra(axis):
            window = _window(whole, sweep, cell, row, col)
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


def draw_miniatures(sketch: Sketch, box: Box, sweep: Sweep) -> Box:
    """Draw every position of the window on a small input of its own, in the order of the output."""
    theme, rows, cols = sketch.theme, sweep.rows, sweep.cols
    down, across = rows.count + sweep.extra(rows), cols.count + sweep.extra(cols)
    high, wide = sweep.total(rows), sweep.total(cols)
    pitch = min(box.width / (across * wide), box.height / (down * high))
    step_x, step_y = pitch * wide, pitch * high
    gap = min(max(step_x * 0.14, 2.0), 10.0)
    color = theme.filter_color(sweep.cursor.filter)
    for row in range(down):
        for col in range(across):
            hangs = row >= rows.count or col >= cols.count
            here = (row, col) == (sweep.cursor.row, sweep.cursor.col)
            x, y = box.x + col * step_x, box.y + row * step_y
            small = Box(x, y, step_x - gap, (step_x - gap) / wide * high)
            taps = theme.warn if hangs else color
            _draw_miniature(sketch, small, sweep, row, col, taps, lit=here or hangs)
            if here:
                sketch.rect(
                    small.x - 1.5, small.y - 1.5, small.width + 3, small.height + 3, None, color, 2
                )
    whole = Box(box.x, box.y, across * step_x - gap, down * step_y - gap)
    if rows.count and cols.count:
        area = Box(box.x, box.y, cols.count * step_x, rows.count * step_y)
        area = Box(area.x, area.y, min(area.width, box.width), min(area.height, box.height))
        _output_area(sketch, area, sweep)
    return whole


def draw_staircase(sketch: Sketch, box: Box, sweep: Sweep) -> Box:
    """Draw one line of pixels a position along a row: dark where that position reads."""
    theme, cols = sketch.theme, sweep.cols
    wide, down = sweep.total(cols), cols.count + sweep.extra(cols)
    color = theme.filter_color(sweep.cursor.filter)
    pixels = np.zeros((down, wide, 4), np.uint8)
    pixels[:, : cols.padded] = (*theme.zero[:3], 255)
    pixels[:, cols.before : cols.before + cols.size] = (*theme.panel[:3], 255)
    pale = np.array(color[:3]) * 0.62 + np.array(theme.panel[:3]) * 0.38
    for position in range(down):
        taps = [tap + cols.before for tap in cols.taps(position)]
        ink = pale if position != sweep.cursor.col else np.array(color[:3])
        if position >= cols.count:
            ink = np.array(theme.warn[:3])
        pixels[position, taps, :3] = ink
        pixels[position, taps, 3] = 255
    high = min(box.height, box.width)
    sketch.raster(box.x, box.y, box.width, high, pixels)
    edge = box.width * cols.padded / wide
    sketch.rect(box.x, box.y, edge, high, None, theme.faint)
    line = high / down
    y = box.y + line * sweep.cursor.col
    if cols.count:
        sketch.rect(box.x, y, edge, line, None, theme.ink, 1.2)
    return Box(box.x, box.y, box.width, high)


def draw_output(sketch: Sketch, box: Box, sweep: Sweep, cell: float) -> Box:
    """Draw the output, a cell a position; where it does not fit, the part of a cell left over.

    The cells are those of the input, so that one sees how much smaller the output is.
    """
    theme, rows, cols = sketch.theme, sweep.rows, sweep.cols
    if min(rows.span, cols.span) < 0:
        return Box(box.x, box.y, 0, 0)
    high, wide = sweep.shown(rows), sweep.shown(cols)
    whole = Box(box.x, box.y, cell * cols.count, cell * rows.count)
    count = rows.count * cols.count
    color = theme.filter_color(sweep.cursor.filter)
    fills = np.empty((rows.count, cols.count, 3), np.uint8)
    fills[:] = theme.panel[:3]
    here = sweep.cursor.row, sweep.cursor.col
    fills[here] = color[:3]
    size = max(min(cell * 0.42, 13.0), 8.0)
    if cell >= NUMBER_CELL and text_width(str(count), size) <= cell - 3:
        texts = tuple(str(n + 1) for n in range(count))
        ink = tuple(
            usual if i == here[0] * cols.count + here[1] else theme.dim
            for i, usual in enumerate(inks(fills, theme))
        )
        sketch.rect(whole.x, whole.y, whole.width, whole.height, theme.line)
        sketch.cells(whole.x, whole.y, cell, fills, texts, ink, size)
    else:
        sketch.raster(whole.x, whole.y, whole.width, whole.height, fills)
        mark = max(cell, 5.0)
        x, y = whole.x + cell * (here[1] + 0.5), whole.y + cell * (here[0] + 0.5)
        sketch.rect(x - mark / 2, y - mark / 2, mark, mark, color, theme.panel)
    sketch.rect(whole.x, whole.y, whole.width, whole.height, None, theme.faint)
    if not sweep.fits:
        outer = Box(whole.x, whole.y, cell * float(wide), cell * float(high))
        _draw_rest(sketch, whole, outer)
    _output_area(sketch, whole, sweep)
    return Box(box.x, box.y, cell * float(wide), cell * float(high))


def draw_legend(
    sketch: Sketch, x: float, y: float, room: float, reads: NDArray[np.int64], size: float
) -> None:
    """Draw which colour means how many reads: never, once, up to the most."""
    theme, most, some_never = sketch.theme, int(reads.max()), not reads.all()
    never, once, often = sketch.say("never"), sketch.say("once"), sketch.say("times", n=most)
    words = [(never, theme.warn_soft)] if some_never else []
    shares = np.array([1 / max(most, 1), 1.0])
    first, last = (tuple(c) for c in tint_pixels(shares, theme.accent, theme).tolist())
    words += [(once, first), (often, last)] if most > 1 else [(once, last)]
    need = sum(text_width(word, size) + 26 for word, _ in words)
    size *= min(room / need, 1.0)
    for word, color in words:
        sketch.rect(x, y - 5, 10, 10, color, theme.warn if word == never else theme.faint, 1)
        sketch.text(x + 14, y, word, size, theme.dim)
        x += text_width(word, size) + 26 * min(room / need, 1.0)


def _draw_rest(sketch: Sketch, whole: Box, outer: Box) -> None:
    """Draw the fraction of a cell that a strict network does not allow."""
    theme, dash = sketch.theme, (4.0, 3.0)
    for part in (
        Box(whole.right, whole.y, outer.right - whole.right, whole.height),
        Box(whole.x, whole.bottom, whole.width, outer.bottom - whole.bottom),
    ):
        if part.width > 0.5 and part.height > 0.5:
            sketch.rect(
                part.x, part.y, part.width, part.height, theme.warn_soft, theme.warn, 1.4, 0, dash
            )


def _window(whole: Box, sweep: Sweep, cell: float, row: int, col: int) -> Box:
    rows, cols = sweep.rows, sweep.cols
    return Box(
        whole.x + cell * (cols.start(col) + cols.before),
        whole.y + cell * (rows.start(row) + rows.before),
        cell * cols.extent,
        cell * rows.extent,
    )


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


def _draw_miniature(
    sketch: Sketch, box: Box, sweep: Sweep, row: int, col: int, color: Color, *, lit: bool
) -> None:
    theme, rows, cols = sketch.theme, sweep.rows, sweep.cols
    cell = box.width / sweep.total(cols)
    pixels = np.empty((rows.padded, cols.padded, 3), np.uint8)
    pixels[:] = theme.zero[:3]
    inner = np.s_[rows.before : rows.before + rows.size, cols.before : cols.before + cols.size]
    pixels[inner] = theme.panel[:3]
    share = 1.0 if lit else 0.62
    ink = mixed(theme.panel, color, share)
    down = [tap + rows.before for tap in rows.taps(row)]
    across = [tap + cols.before for tap in cols.taps(col)]
    for r in down:
        for c in across:
            if r < rows.padded and c < cols.padded:
                pixels[r, c] = ink[:3]
            else:
                sketch.rect(box.x + c * cell, box.y + r * cell, cell, cell, ink)
    wide, high = cell * cols.padded, cell * rows.padded
    if cell >= 4:
        sketch.rect(box.x, box.y, wide, high, theme.line)
        sketch.cells(box.x, box.y, cell, pixels)
    else:
        sketch.raster(box.x, box.y, wide, high, pixels)
    sketch.rect(box.x, box.y, wide, high, None, theme.faint, 1)


def _output_area(sketch: Sketch, box: Box, sweep: Sweep) -> None:
    cursor = sweep.cursor
    sketch.area(
        Area(
            "output",
            box.x,
            box.y,
            box.width,
            box.height,
            sweep.rows.count,
            sweep.cols.count,
            layer=cursor.layer,
            filter=cursor.filter,
        )
    )

