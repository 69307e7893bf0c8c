"""The stage of a pooling layer: one window of one map, and its largest value or its mean."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np

from convsim.core.layers import GlobalPool, Pool2d
from convsim.core.step import Inside, PoolFrame
from convsim.figures import digits
from convsim.figures.colors import signed_pixels
from convsim.figures.columns import HEAD, columns, draw_map_column, draw_source_column
from convsim.figures.equation import (
    Part,
    after_parts,
    bar_height,
    draw_equation,
    readable,
    signed_terms,
    value_part,
)
from convsim.figures.filling import cell_letters, number_grid
from convsim.figures.parts import Box, scale_end, source_shape
from convsim.figures.scene import Area
from convsim.figures.sketch import MIDDLE, Sketch
from convsim.figures.what import pair_text

if TYPE_CHECKING:
    from convsim.core.trace import Trace
    from convsim.document.document import Document

LARGEST_CELL = 96.0
IN_FULL = 9
"""Up to so many values are written one by one in the line below."""


def draw_pool(
    sketch: Sketch, area: Box, document: Document, trace: Trace, frame: PoolFrame
) -> None:
    """Draw the whole stage of a pooling layer into `area`."""
    layer = document.layer
    assert isinstance(layer, Pool2d | GlobalPool)
    left, right = pool_parts(sketch, document, frame, area.width)
    high = bar_height(area.width, left, right)
    where = columns(Box(area.x, area.y, area.width, area.height - high - 12))
    axes = layer.axes(source_shape(document))
    draw_source_column(sketch, where.source, document, trace, axes)
    draw_values(sketch, where.middle, document, trace, frame)
    key, (rows, cols) = "global_window", axes
    stride = ""
    if isinstance(layer, Pool2d):
        key, stride = "pool_window", pair_text(layer.stride)
    note = sketch.say(key, rows=rows.kernel, cols=cols.kernel, stride=stride)
    value = frame.value if frame.activation is None else frame.activation
    written = digits.text(value, pool_decimals(frame))
    draw_map_column(sketch, where.output, document, trace, written, (note,), words=where.words)
    draw_equation(sketch, Box(area.x, area.bottom - high, area.width, high), left, right)


def pool_decimals(frame: PoolFrame) -> int:
    """Return the decimals of all numbers of a frame."""
    return digits.decimals_for([*frame.patch.ravel().tolist(), frame.value])


def draw_values(
    sketch: Sketch, box: Box, document: Document, trace: Trace, frame: PoolFrame
) -> None:
    """Draw the values under the window, large, and mark the one that a maximum keeps.

    Padding is written as a dash: it is no value.
    """
    theme, inside = sketch.theme, document.inside
    tall, wide = frame.patch.shape
    outside = _outside(document, frame)
    foot = 42 if outside else 26
    cell = min(box.width / wide, (box.height - HEAD - foot) / tall, LARGEST_CELL)
    cell = float(int(cell)) if cell >= 6 else cell
    width, height = cell * wide, cell * tall
    x, y = box.x + (box.width - width) / 2, box.y + HEAD
    color = theme.filter_color(document.cursor.filter)
    sketch.text(x + width / 2, box.y + 10, sketch.say("window"), 12.5, color, MIDDLE, bold=True)
    fills = signed_pixels(frame.patch, scale_end(trace, document.cursor.layer - 1), theme)
    decimals = pool_decimals(frame)
    texts = tuple(digits.text(v, decimals) for v in frame.patch.ravel().tolist())
    texts = digits.fitting(texts, frame.patch, cell_letters(cell))
    number_grid(sketch, x, y, cell, frame.patch, fills, tuple(t or "–" for t in texts))
    sketch.rect(x - 1, y - 1, width + 2, height + 2, None, color, 2)
    sketch.area(Area("patch", x, y, width, height, tall, wide, filter=document.cursor.filter))
    if inside is Inside.PRODUCTS:
        sketch.rect(x - 4, y - 4, width + 8, height + 8, None, theme.accent, 2.4)
    below = y + height + 16
    if inside < Inside.TOTAL:
        return
    if frame.switch is not None and not np.isnan(frame.patch[frame.switch]):
        row, col = frame.switch
        ink = theme.accent if inside is Inside.TOTAL else theme.ink
        sketch.rect(x + col * cell, y + row * cell, cell, cell, None, (255, 255, 255), 5)
        sketch.rect(x + col * cell, y + row * cell, cell, cell, None, ink, 3)
        equal = int(np.count_nonzero(frame.patch == frame.patch[frame.switch]))
        key = "switch_tie" if equal > 1 else "switch_at"
        text = sketch.say(key, n=equal, row=frame.rows.taps[row], col=frame.cols.taps[col])
    else:
        text = sketch.say("mean_of", n=frame.divisor)
    if frame.switch is None or not np.isnan(frame.patch[frame.switch]):
        sketch.text(box.middle[0], below, text, 11.5, theme.dim, MIDDLE, room=box.width)
        if outside:
            text = sketch.say("left_out")
            sketch.text(box.middle[0], below + 16, text, 11.5, theme.dim, MIDDLE, room=box.width)


def _outside(document: Document, frame: PoolFrame) -> bool:
    """Whether part of the window lies beyond the map and is left out."""
    height, width = source_shape(document)[:2]
    rows, cols = np.array(frame.rows.taps), np.array(frame.cols.taps)
    beyond = ((rows < 0) | (rows >= height))[:, None] | ((cols < 0) | (cols >= width))
    return bool(np.isnan(frame.patch[beyond]).any())


def pool_parts(
    sketch: Sketch, document: Document, frame: PoolFrame, width: float
) -> tuple[list[Part], list[Part]]:
    """Return the line below: max(…) = value, or the sum of the values / how many = value.

    The values are written one by one if there are few and the bar is wide enough.
    """
    decimals, inside = pool_decimals(frame), document.inside
    values = frame.patch[~np.isnan(frame.patch)].tolist()
    after = after_parts(sketch, document, frame, decimals)
    result = value_part(frame.value, decimals, inside, Inside.TOTAL)
    few = len(values) <= IN_FULL
    if frame.switch is not None:
        end = [Part("=", "sign"), result, *after]
        shown = ", ".join(digits.text(v, decimals) for v in values)
        left = [Part(f"max({shown})", "term"), *end]
        if few and readable(width, left):
            return left, []
        return [Part(sketch.say("maximum_of", n=len(values)), "note"), *end], []
    total = value_part(frame.total, decimals, inside, Inside.TOTAL)
    left = signed_terms(values, decimals, known=True, inside=Inside.WRITE)
    left += [Part(digits.equals(values, frame.total, decimals), "sign"), total]
    if not few or not readable(width, left):
        left = [Part(sketch.say("sum_of", n=len(values)), "note"), Part("=", "sign"), total]
    exact = digits.rounded(frame.total, decimals) / Decimal(frame.divisor)
    same = exact == digits.rounded(frame.value, decimals)
    right = [
        Part(f"/ {frame.divisor}", "note"),
        Part("=" if same else "≈", "sign"),
        result,
        *after,
    ]
    return left, right
