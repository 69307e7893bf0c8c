"""The stage of Flatten: every value of the maps gets its place in one long row."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from convsim.figures import digits
from convsim.figures.colors import signed_pixels
from convsim.figures.columns import HEAD, WORDS, draw_words, heading
from convsim.figures.equation import Part, bar_height, draw_equation, readable
from convsim.figures.filling import cell_letters, draw_filling, number_grid
from convsim.figures.mosaic import draw_mosaic
from convsim.figures.parts import (
    Box,
    scale_end,
    shape_text,
    source_shape,
    source_title,
)
from convsim.figures.scene import Area
from convsim.figures.sketch import MIDDLE, Sketch
from convsim.figures.vectors import draw_vector_in, fold, folded

if TYPE_CHECKING:
    from convsim.core.layers import Shape
    from convsim.core.step import FlattenFrame
    from convsim.core.trace import Trace
    from convsim.document.document import Document

RIBBON_CELL = 42.0


def draw_flatten(
    sketch: Sketch, area: Box, document: Document, trace: Trace, frame: FlattenFrame
) -> None:
    """Draw the whole stage of Flatten into `area`: maps left, the row right."""
    left, right = flatten_parts(sketch, document, frame, area.width)
    high = bar_height(area.width, left, right)
    body = Box(area.x, area.y, area.width, area.height - high - 12)
    share = 0.44 if area.width >= 500 else 0.4
    gap = max(18.0, area.width * 0.03)
    maps = Box(body.x, body.y, (body.width - gap) * share, body.height)
    row = Box(maps.right + gap, body.y, (body.width - gap) * (1 - share), body.height)
    shape = source_shape(document)
    if len(shape) == 3:
        title = source_title(document, sketch.page.labels)
        heading(sketch, maps, f"{title}  {shape_text(shape)}", title)
        inner = Box(maps.x, maps.y + HEAD, maps.width, maps.height - HEAD)
        draw_mosaic(sketch, inner, trace, document.cursor.layer - 1, frame.source)
    else:
        draw_vector_in(sketch, maps, document, trace, document.cursor.filter)
    _draw_row(sketch, row, document, trace, frame)
    draw_equation(sketch, Box(area.x, area.bottom - high, area.width, high), left, right)


def flatten_parts(
    sketch: Sketch, document: Document, frame: FlattenFrame, width: float
) -> tuple[list[Part], list[Part]]:
    """Return the line below: how many values come before this one, and so which unit it is."""
    shape, unit = source_shape(document), document.cursor.filter
    channel, row, col = frame.source
    right = [Part("→", "sign"), Part(sketch.say("unit", n=f"{unit + 1:,}"), "value")]
    if len(shape) != 3:
        return [Part(sketch.say("stays_vector"), "note")], right
    tall, wide, _ = shape
    formula = f"({channel + 1} − 1) · {tall} · {wide} + {row} · {wide} + {col}"
    left = [
        Part(formula, "term"),
        Part("=", "sign"),
        Part(f"{unit:,}", "number"),
        Part(sketch.say("before_it"), "note"),
    ]
    together = [*left, *right]
    return (together, []) if readable(width, together) else (left, right)


def _draw_row(
    sketch: Sketch, box: Box, document: Document, trace: Trace, frame: FlattenFrame
) -> None:
    """Draw the row: the values around the current one, then all of it as far as it is written."""
    cursor = document.cursor
    values = trace.output(cursor.layer)
    count, color = values.size, sketch.theme.filter_color(frame.source[0])
    title = sketch.say("values_in_row", n=f"{count:,}")
    order = f"{title}, {sketch.say('fill_order')}"
    heading(sketch, box, order, title)
    top = scale_end(trace, cursor.layer)
    y = _draw_ribbon(sketch, box, document, trace, frame)
    room = Box(box.x, y, box.width, max(box.bottom - WORDS - y, 40.0))
    rows, cols, cell = _fold_by_map(source_shape(document), count, room)
    grid = folded(values, rows, cols)
    pixels = signed_pixels(grid, top, sketch.theme)
    draw_filling(sketch, room.x, y, cell, grid, pixels, cursor.filter, written=_written(document))
    sketch.rect(room.x, y, cell * cols, cell * rows, None, color, 1.2)
    sketch.area(Area("units", room.x, y, cell * cols, cell * rows, rows, cols, layer=cursor.layer))
    bottom = y + cell * rows + 9
    words = Box(box.x, bottom, box.width, box.bottom - bottom)
    channel, row, col = frame.source
    final = frame.value if frame.activation is None else frame.activation
    place = sketch.say("unit", n=f"{cursor.filter + 1:,}")
    if len(source_shape(document)) == 3:
        where = sketch.say("row_col", row=row, col=col)
        total = source_shape(document)[2]
        place += f": {sketch.say('channel_of', n=channel + 1, total=total)}, {where}"
    written = digits.text(final, digits.decimals_for([final]))
    draw_words(sketch, words, place, written, _written(document))


def _written(document: Document) -> bool:
    return document.inside is document.inside_steps()[-1]


def _draw_ribbon(
    sketch: Sketch, box: Box, document: Document, trace: Trace, frame: FlattenFrame
) -> float:
    """Draw the values around the current one with their unit numbers; return the y below."""
    theme, cursor = sketch.theme, document.cursor
    values = trace.output(cursor.layer)
    most = max(int(box.width / RIBBON_CELL), 3)
    shown = min(most, values.size, 11)
    first = min(max(cursor.filter - shown // 2, 0), values.size - shown)
    cell = float(int(min(box.width / shown, RIBBON_CELL)))
    x, y = box.x, box.y + HEAD
    part = np.asarray(values[first : first + shown], np.float64)[None]
    end = scale_end(trace, cursor.layer)
    decimals = digits.decimals_for(part.ravel().tolist())
    texts = tuple(digits.text(v, decimals) for v in part.ravel().tolist())
    texts = digits.fitting(texts, part, cell_letters(cell) - 0.4)
    if not _written(document):
        texts = tuple("…" if first + i == cursor.filter else t for i, t in enumerate(texts))
    number_grid(sketch, x, y, cell, part, signed_pixels(part, end, theme), texts)
    for i in range(shown):
        here = first + i == cursor.filter
        ink = theme.ink if here else theme.dim
        number = f"{first + i + 1:,}"
        middle = x + (i + 0.5) * cell
        sketch.text(middle, y + cell + 11, number, 11, ink, MIDDLE, bold=here, room=cell - 2)
        sketch.area(Area("unit", x + i * cell, y, cell, cell, layer=cursor.layer, filter=first + i))
    at = x + (cursor.filter - first) * cell
    sketch.rect(at, y, cell, cell, None, theme.ink, 2)
    del frame
    return y + cell + 30


def _fold_by_map(shape: Shape, count: int, box: Box) -> tuple[int, int, float]:
    """Return the fold in which each map begins a new line, unless that would be much smaller."""
    free = fold(count, box.width, box.height)
    if len(shape) != 3:
        return free
    one, maps = shape[0] * shape[1], shape[2]
    best = (0, 0, 0.0)
    for times in range(1, maps + 1):
        if maps % times == 0:
            rows, cols = maps // times, one * times
            cell = min(box.width / cols, box.height / rows, free[2] * 1.5)
            if cell > best[2]:
                best = (rows, cols, float(int(cell)) if cell >= 6 else cell)
    return best if best[2] >= 0.7 * free[2] else free
