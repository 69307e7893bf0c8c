"""All positions of a window, in small, and the output that they make."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from convsim.figures.blocks import mixed
from convsim.figures.colors import inks
from convsim.figures.parts import Box
from convsim.figures.scene import Area, Color
from convsim.figures.sweep_reads import NUMBER_CELL
from convsim.figures.typography import text_width

if TYPE_CHECKING:
    from convsim.figures.sketch import Sketch
    from convsim.figures.sweep_reads import Sweep

MOST_MINIATURES = 100


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
            _draw_miniature(sketch, small, sweep, row, col, taps, lit=here != hangs)
            if here and not hangs:
                side = small.width / wide
                framed = side * cols.padded + 3, side * rows.padded + 3
                sketch.rect(small.x - 1.5, small.y - 1.5, *framed, None, color, 2)
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
