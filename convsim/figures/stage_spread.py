"""The stage of a transposed convolution: which input values land on one output cell, and how."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from convsim.core.geometry import Axis
from convsim.core.layers import ConvTranspose2d
from convsim.core.step import Inside
from convsim.figures import digits
from convsim.figures.colors import largest, signed_pixels
from convsim.figures.columns import HEAD, draw_map_column, heading
from convsim.figures.conv_grids import (
    draw_grids,
    first_channel,
    number_cell,
    sum_decimals,
    sum_parts,
)
from convsim.figures.conv_plan import plan
from convsim.figures.equation import bar_height, draw_equation
from convsim.figures.filling import number_grid
from convsim.figures.parts import (
    Box,
    draw_source,
    shape_text,
    source_pixels,
    source_shape,
    source_title,
    window_mark,
)
from convsim.figures.sketch import MIDDLE
from convsim.figures.typography import text_width

if TYPE_CHECKING:
    from convsim.core.step import Span, SpreadFrame
    from convsim.core.trace import Trace
    from convsim.document.document import Document
    from convsim.figures.sketch import Sketch


def draw_spread(
    sketch: Sketch, area: Box, document: Document, trace: Trace, frame: SpreadFrame
) -> None:
    """Draw the whole stage of a transposed convolution into `area`, seen from the output."""
    layer = document.layer
    assert isinstance(layer, ConvTranspose2d)
    left, right = sum_parts(sketch, document, frame, area.width)
    high = bar_height(area.width, left, right)
    body = Box(area.x, area.y, area.width, area.height - high - 12)
    channels, tall, wide = frame.kernel.shape
    where = plan(body, max(tall, 1), max(wide, 1), channels, number_cell(document, frame))
    _draw_input(sketch, where.source, document, trace, frame)
    if frame.products.size:
        draw_grids(sketch, where, document, frame)
        note = sketch.say(
            "spread_note",
            rows=_listed(frame.rows.taps),
            cols=_listed(frame.cols.taps),
            tap_rows=_listed(frame.tap_rows),
            tap_cols=_listed(frame.tap_cols),
        )
    else:
        note = sketch.say("spread_nothing")
        draw_nothing(sketch, where.grids, document)
    value = frame.value if frame.activation is None else frame.activation
    written = digits.text(value, sum_decimals(frame))
    draw_map_column(sketch, where.output, document, trace, written, (note,), words=where.words)
    draw_equation(sketch, Box(area.x, area.bottom - high, area.width, high), left, right)


def draw_nothing(sketch: Sketch, box: Box, document: Document) -> None:
    """Say that no input value lands on the chosen cell: there is nothing to multiply or to sum."""
    theme, inside = sketch.theme, document.inside
    x, y = box.middle
    text = sketch.say("spread_nothing")
    sketch.text(x, y - 12, text, 13, theme.dim, MIDDLE, room=box.width - 16)
    known, active = inside >= Inside.CHANNEL_SUMS, inside is Inside.CHANNEL_SUMS
    if active:
        sketch.rect(x - 30, y + 4, 60, 24, theme.accent_soft, theme.accent, 1.2, 6)
    ink = theme.accent if active else theme.ink if known else theme.faint
    sketch.text(x, y + 16, "Σ = 0" if known else "…", 14, ink, MIDDLE, bold=known)
    if inside is Inside.PRODUCTS:
        width = min(text_width(text, 13) + 16, box.width)
        sketch.rect(x - width / 2, y - 24, width, 24, None, theme.accent, 1.2, 6)


def _listed(numbers: range) -> str:
    # Held together: a number that stands alone in a line could belong to anything.
    return ",\u00a0".join(map(str, numbers))


def _draw_input(
    sketch: Sketch, box: Box, document: Document, trace: Trace, frame: SpreadFrame
) -> None:
    """Draw the input with the cells that land on the output cell framed."""
    shape = source_shape(document)
    first = first_channel(document)
    colour = document.cursor.layer == 0 and shape[2] == 3
    many = shape[2] > 1 and not colour
    title = source_title(document, sketch.page.labels)
    heading(sketch, box, f"{title}  {shape_text(shape)}", title)
    room = box.height - HEAD - (18 if many else 0)
    values = None if colour else trace.input(document.cursor.layer)[first]
    pixels = source_pixels(document, trace, first, sketch)
    axes = (Axis(shape[0], 1), Axis(shape[1], 1))
    picture = Box(box.x, box.y + HEAD, box.width, room)
    channel = first if many else -1
    whole = draw_source(
        sketch, picture, document, pixels, axes, values, trail=False, channel=channel
    )
    color = sketch.theme.filter_color(document.cursor.filter)
    cell = whole.width / shape[1]
    for row, tall in _blocks(frame.rows):
        for col, wide in _blocks(frame.cols):
            x, y = whole.x + cell * col, whole.y + cell * row
            window_mark(sketch, Box(x, y, cell * wide, cell * tall), color)
    below = whole.bottom + 12
    if many:
        text = sketch.say("channel_of", n=first + 1, total=shape[2])
        sketch.text(box.x, below, text, 11, sketch.theme.dim, room=box.width)
        below += 20
    _draw_taps(sketch, Box(box.x, below, box.width, box.bottom - below), document, frame)


def _draw_taps(sketch: Sketch, box: Box, document: Document, frame: SpreadFrame) -> None:
    """Draw the whole filter on the first shown channel, with the taps that bring values here."""
    layer, cursor, theme = document.layer, document.cursor, sketch.theme
    assert isinstance(layer, ConvTranspose2d)
    tall, wide = layer.kernel
    cell = float(int(min((box.height - HEAD) / tall, box.width / wide, 26.0)))
    if cell < 9 or not frame.products.size:
        return
    own = layer.filters // layer.groups
    weight = document.weights[cursor.layer]["weight"]
    kernel = weight[first_channel(document), cursor.filter % own].astype(np.float64)
    sketch.text(box.x, box.y + 10, sketch.say("taps_here"), 12.5, theme.dim, room=box.width)
    x, y = box.x, box.y + HEAD
    fills = signed_pixels(kernel, largest(kernel), theme)
    number_grid(sketch, x, y, cell, kernel, fills)
    color = theme.filter_color(cursor.filter)
    for row in frame.tap_rows:
        for col in frame.tap_cols:
            window_mark(sketch, Box(x + col * cell, y + row * cell, cell, cell), color)


def _blocks(span: Span) -> list[tuple[int, int]]:
    """Return first pixel and length of each run of neighbours; dilation parts them."""
    if span.taps and span.taps.step == 1:
        return [(span.first, span.extent)]
    return [(pixel, 1) for pixel in span.taps]
