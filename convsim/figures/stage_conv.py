"""The stage of a convolution: window times filter, sum over channels, bias, one cell of the map."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convsim.core.layers import Conv2d
from convsim.figures import digits
from convsim.figures.colors import Pixels, channel_pixels
from convsim.figures.columns import HEAD, draw_map_column, heading
from convsim.figures.conv_grids import (
    draw_grids,
    first_channel,
    missing_note,
    number_cell,
    rest_note,
    sum_decimals,
    sum_parts,
)
from convsim.figures.conv_plan import plan
from convsim.figures.equation import bar_height, draw_equation
from convsim.figures.memo import remembered
from convsim.figures.parts import (
    Box,
    draw_source,
    draw_window,
    shape_text,
    source_pixels,
    source_shape,
    source_title,
    window_box,
    window_mark,
)
from convsim.figures.sketch import MIDDLE, Sketch

if TYPE_CHECKING:
    from convsim.core.geometry import Axis
    from convsim.core.step import ConvFrame
    from convsim.core.trace import Trace
    from convsim.document.document import Document


def draw_conv(
    sketch: Sketch, area: Box, document: Document, trace: Trace, frame: ConvFrame
) -> None:
    """Draw the whole stage of a convolution into `area`."""
    left, right = sum_parts(sketch, document, frame, area.width)
    high = bar_height(area.width, left, right)
    body = Box(area.x, area.y, area.width, area.height - high - 12)
    channels, tall, wide = frame.kernel.shape
    where = plan(body, tall, wide, channels, number_cell(document, frame))
    draw_input_column(sketch, where.source, document, trace)
    draw_grids(sketch, where, document, frame)
    walk = document.walk
    assert walk is not None
    cursor = document.cursor
    share = sketch.say(
        "share_random" if document.is_random(cursor.layer, cursor.filter) else "share_weights",
        rows=walk.rows,
        cols=walk.cols,
        positions=f"{walk.rows * walk.cols:,}",
        weights=f"{frame.kernel.size:,}",
    )
    value = frame.value if frame.activation is None else frame.activation
    written = digits.text(value, sum_decimals(frame))
    hidden = missing_note(sketch, frame, where.cell)
    notes = (*rest_note(sketch, document, where.channels), *hidden, share)
    draw_map_column(sketch, where.output, document, trace, written, notes, words=where.words)
    draw_equation(sketch, Box(area.x, area.bottom - high, area.width, high), left, right)


def draw_input_column(sketch: Sketch, box: Box, document: Document, trace: Trace) -> None:
    """Draw the input with the window, and a small picture of each colour below if there is room."""
    layer = document.layer
    assert isinstance(layer, Conv2d)
    shape = source_shape(document)
    axes = layer.axes(shape)
    first = first_channel(document)
    colour = document.cursor.layer == 0 and shape[2] == 3
    many = shape[2] > 1 and not colour
    title = source_title(document, sketch.page.labels)
    heading(sketch, box, f"{title}  {shape_text(shape)}", title)
    room = box.height - HEAD - (18 if many else 0)
    picture = Box(box.x, box.y + HEAD, box.width, room)
    values = trace.input(document.cursor.layer)[first] if shape[2] == 1 else None
    pixels = source_pixels(document, trace, first, sketch)
    channel = first if many else -1
    whole = draw_source(sketch, picture, document, pixels, axes, values, channel=channel)
    draw_window(sketch, whole, axes, document.cursor)
    if many:
        text = sketch.say("channel_of", n=first + 1, total=shape[2])
        sketch.text(box.x, whole.bottom + 12, text, 11, sketch.theme.dim, room=box.width)
    below = box.bottom - whole.bottom - 34
    if colour and below >= 40:
        _draw_planes(sketch, whole, below, document, trace, axes)


def _draw_planes(
    sketch: Sketch,
    whole: Box,
    below: float,
    document: Document,
    trace: Trace,
    axes: tuple[Axis, Axis],
) -> None:
    """Draw the red, green and blue plane side by side, as wide together as the picture above."""
    rows, cols = axes
    side = (whole.width - 16) / 3
    cell = min(side / cols.padded, below / rows.padded)
    width, height = cell * cols.padded, cell * rows.padded
    color = sketch.theme.filter_color(document.cursor.filter)
    for channel in range(3):
        x = whole.x + channel * (whole.width - width) / 2
        padded = Box(x, whole.bottom + 12, width, height)
        left, top = padded.x + cell * cols.before, padded.y + cell * rows.before
        pixels = _plane(trace, channel)
        sketch.raster(left, top, cell * cols.size, cell * rows.size, pixels, smooth=cell < 1)
        window_mark(sketch, window_box(padded, axes, document.cursor), color, 1.2)
        name = "RGB"[channel]
        sketch.text(x + width / 2, padded.bottom + 11, name, 11, sketch.theme.dim, MIDDLE)


def _plane(trace: Trace, channel: int) -> Pixels:
    return remembered(
        trace, ("plane", channel), lambda: channel_pixels(trace.image[..., channel], channel)
    )
