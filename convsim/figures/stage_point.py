"""The stage of ReLU: one value goes in, the curve says what comes out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from convsim.core.geometry import Axis
from convsim.core.step import Inside, PointFrame
from convsim.figures import digits
from convsim.figures.columns import columns, draw_map_column, draw_source_column
from convsim.figures.curve import draw_curve
from convsim.figures.equation import Part, bar_height, draw_equation, relu_parts, value_part
from convsim.figures.parts import Box, scale_end, source_shape
from convsim.figures.vectors import draw_vector_in, draw_vector_out

if TYPE_CHECKING:
    from convsim.core.trace import Trace
    from convsim.document.document import Document
    from convsim.figures.sketch import Sketch


def draw_relu(
    sketch: Sketch, area: Box, document: Document, trace: Trace, frame: PointFrame
) -> None:
    """Draw the whole stage of a ReLU on maps or on a vector into `area`."""
    cursor, decimals = document.cursor, point_decimals(frame)
    parts = point_parts(sketch, document, frame)
    high = bar_height(area.width, parts)
    where = columns(Box(area.x, area.y, area.width, area.height - high - 12))
    shape = source_shape(document)
    values = trace.input(cursor.layer)
    final = frame.value if frame.activation is None else frame.activation
    written = digits.text(final, decimals) if final else "0"
    if len(shape) == 3:
        axes = (Axis(shape[0], 1), Axis(shape[1], 1))
        draw_source_column(sketch, where.source, document, trace, axes)
        some = values[cursor.filter]
    else:
        draw_vector_in(sketch, where.source, document, trace, cursor.filter)
        some = values
    count = int(np.count_nonzero(some <= 0))
    note = sketch.say("zeroed", n=f"{count:,}", total=f"{some.size:,}")
    if len(shape) == 3:
        draw_map_column(sketch, where.output, document, trace, written, (note,), words=where.words)
    else:
        draw_vector_out(sketch, where.output, document, trace, written, (note,), words=where.words)
    top = scale_end(trace, cursor.layer - 1)
    color = sketch.theme.filter_color(cursor.filter)
    inside = document.inside
    draw_curve(
        sketch,
        where.middle,
        frame.source,
        top,
        color,
        decimals,
        known=inside >= Inside.ACTIVATION,
        active=inside is Inside.ACTIVATION,
    )
    draw_equation(sketch, Box(area.x, area.bottom - high, area.width, high), parts)


def point_decimals(frame: PointFrame) -> int:
    """Return the decimals of the numbers of a frame."""
    return digits.decimals_for([frame.source, frame.value])


def point_parts(sketch: Sketch, document: Document, frame: PointFrame) -> list[Part]:
    """Return the line below: max(0, source) = value."""
    decimals, inside = point_decimals(frame), document.inside
    source = digits.text(frame.source, decimals)
    value = value_part(frame.value, decimals, inside, Inside.ACTIVATION)
    if frame.value == 0:
        value = Part("0", "value", value.known, value.active)
    after = relu_parts(frame.activation, decimals, inside, sketch.say("relu"))
    return [Part(f"max(0, {source})", "term"), Part("=", "sign"), value, *after]
