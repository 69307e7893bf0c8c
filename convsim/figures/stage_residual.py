"""The stage of a residual sum: two cells at the same place, one from either side, and their sum."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convsim.core.layers import Residual
from convsim.core.step import Inside, ResidualFrame
from convsim.figures import digits
from convsim.figures.colors import inks
from convsim.figures.columns import HEAD, columns, draw_map_column, heading
from convsim.figures.equation import Part, after_parts, bar_height, draw_equation, value_part
from convsim.figures.filling import cell_letters, number_size, shows_numbers
from convsim.figures.parts import (
    Box,
    fit_cell,
    layer_title,
    map_pixels,
    scale_end,
    source_shape,
    window_mark,
)
from convsim.figures.scene import Area
from convsim.figures.sketch import MIDDLE
from convsim.figures.vectors import draw_folded, draw_rows, draw_vector_out, few

if TYPE_CHECKING:
    from convsim.core.trace import Trace
    from convsim.document.document import Document
    from convsim.figures.sketch import Sketch


def draw_residual(
    sketch: Sketch, area: Box, document: Document, trace: Trace, frame: ResidualFrame
) -> None:
    """Draw the whole stage of a residual sum into `area`: body + block's input = output."""
    layer, cursor = document.layer, document.cursor
    assert isinstance(layer, Residual)
    decimals = residual_decimals(frame)
    parts = residual_parts(sketch, document, frame)
    high = bar_height(area.width, parts)
    where = columns(Box(area.x, area.y, area.width, area.height - high - 12))
    body, block = document.network.sources(cursor.layer)
    # Both inputs have the same size, so that it can be seen that they are added cell by cell.
    side = min(where.source.width, where.middle.width)
    for index, box, key in ((body, where.source, "body_out"), (block, where.middle, "block_in")):
        room = Box(box.x + (box.width - side) / 2 * (key == "block_in"), box.y, side, box.height)
        _draw_input(sketch, room, document, trace, index, key, decimals)
    gap = where.middle.x - where.source.x - side
    if gap > 0 and where.middle.y == where.source.y:
        x = where.middle.x + (where.middle.width - side) / 2 - 14
        sketch.text(x, where.source.y + HEAD + side / 2, "+", 20, sketch.theme.dim, MIDDLE)
    final = frame.value if frame.activation is None else frame.activation
    written = digits.text(final, decimals) if final else "0"
    draw = draw_map_column if len(source_shape(document)) == 3 else draw_vector_out
    draw(sketch, where.output, document, trace, written, (), words=where.words)
    draw_equation(sketch, Box(area.x, area.bottom - high, area.width, high), parts)


def residual_decimals(frame: ResidualFrame) -> int:
    """Return the decimals of the numbers of a frame."""
    return digits.decimals_for([frame.body, frame.skip, frame.value])


def residual_parts(sketch: Sketch, document: Document, frame: ResidualFrame) -> list[Part]:
    """Return the line below: body + block = value."""
    decimals, inside = residual_decimals(frame), document.inside
    skip = digits.text(frame.skip, decimals)
    return [
        Part(digits.text(frame.body, decimals), "number"),
        Part("−" if skip.startswith("−") else "+", "sign"),
        Part(skip.removeprefix("−"), "number"),
        Part(digits.equals([frame.body, frame.skip], frame.value, decimals), "sign"),
        value_part(frame.value, decimals, inside, Inside.TOTAL),
        *after_parts(sketch, document, frame, decimals),
    ]


def _draw_input(
    sketch: Sketch, box: Box, document: Document, trace: Trace, index: int, key: str, decimals: int
) -> None:
    """Draw one of the two inputs, the layer `index`'s output (−1 the picture), with its cell."""
    cursor, theme = document.cursor, sketch.theme
    name = sketch.say("input")
    if index >= 0:
        name = layer_title(document.network.layers[index], sketch.page.labels)
    heading(sketch, box, sketch.say(key, name=name), name)
    values = trace.output(index)
    place = Box(box.x, box.y + HEAD, box.width, box.height - HEAD - 18)
    if values.ndim == 1:
        if few(values, place):
            draw_rows(sketch, place, document, values, values.size, cursor.filter, index, "")
        else:
            draw_folded(sketch, place, values, scale_end(trace, index), mark=cursor.filter)
        return
    rows, cols = values.shape[1:]
    cell = fit_cell(place, rows, cols)
    pixels = map_pixels(trace, index, cursor.filter, theme)
    plane = values[cursor.filter]
    if shows_numbers(cell, plane):
        texts = digits.cell_texts(plane, cell_letters(cell))
        sketch.cells(place.x, place.y, cell, pixels, texts, inks(pixels, theme), number_size(cell))
    else:
        sketch.raster(place.x, place.y, cell * cols, cell * rows, pixels, smooth=cell < 1)
    sketch.rect(place.x, place.y, cell * cols, cell * rows, None, theme.line)
    grown = max(cell, 9.0)
    x = place.x + (cursor.col + 0.5) * cell - grown / 2
    y = place.y + (cursor.row + 0.5) * cell - grown / 2
    window_mark(sketch, Box(x, y, grown, grown), theme.filter_color(cursor.filter))
    text = sketch.say("channel_of", n=cursor.filter + 1, total=values.shape[0])
    below = place.y + cell * rows
    sketch.text(place.x, below + 12, text, 11, theme.dim, room=box.width)
    if below + 46 <= box.bottom:
        value = digits.text(float(plane[cursor.row, cursor.col]), decimals)
        sketch.text(place.x, below + 34, value, 19, bold=True, room=box.width)
    area = (place.x, place.y, cell * cols, cell * rows, rows, cols)
    sketch.area(Area("map", *area, layer=index, filter=cursor.filter))
