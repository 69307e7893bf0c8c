"""The stage of layers that look at one value: it goes in, a curve says what comes out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from convsim.core.geometry import Axis
from convsim.core.layers import ELU, GELU, Activation, Dropout, LeakyReLU, ReLU, Sigmoid, Tanh
from convsim.core.step import Inside, PointFrame
from convsim.figures import digits
from convsim.figures.captions import paragraph
from convsim.figures.columns import (
    HEAD,
    Columns,
    columns,
    draw_map_column,
    draw_source_column,
)
from convsim.figures.curve import draw_curve
from convsim.figures.equation import Part, after_parts, bar_height, draw_equation, value_part
from convsim.figures.parts import Box, scale_end, source_shape
from convsim.figures.sketch import MIDDLE
from convsim.figures.vectors import draw_vector_in, draw_vector_out

if TYPE_CHECKING:
    from convsim.core.step import Frame
    from convsim.core.trace import Trace
    from convsim.document.document import Document
    from convsim.figures.sketch import Sketch


def draw_point(
    sketch: Sketch, area: Box, document: Document, trace: Trace, frame: PointFrame
) -> None:
    """Draw the whole stage of an activation on maps or on a vector into `area`."""
    layer, cursor, decimals = document.layer, document.cursor, point_decimals(frame)
    assert isinstance(layer, Activation)
    parts = point_parts(sketch, document, frame)
    notes = _counted(sketch, layer, trace.input(cursor.layer), cursor.filter)
    where = draw_around(sketch, area, document, trace, frame, parts, decimals, notes)
    inside = document.inside
    draw_curve(
        sketch,
        where.middle,
        layer,
        frame.source,
        scale_end(trace, cursor.layer - 1),
        sketch.theme.filter_color(cursor.filter),
        decimals,
        known=inside >= Inside.ACTIVATION,
        active=inside is Inside.ACTIVATION,
    )


def draw_dropout(
    sketch: Sketch, area: Box, document: Document, trace: Trace, frame: PointFrame
) -> None:
    """Draw the stage of Dropout: the value passes through, and what training does is said."""
    layer, theme, decimals = document.layer, sketch.theme, point_decimals(frame)
    assert isinstance(layer, Dropout)
    value = digits.text(frame.value, decimals)
    parts = [
        Part(digits.text(frame.source, decimals), "number"),
        Part("→", "sign"),
        Part(sketch.say("stays"), "note"),
        Part("→", "sign"),
        Part(value, "value"),
        *after_parts(sketch, document, frame, decimals),
    ]
    where = draw_around(sketch, area, document, trace, frame, parts, decimals, ())
    box = where.middle
    x, y = box.middle[0], box.y + HEAD + 26
    sketch.text(x, box.y + 10, sketch.say("dropout_now"), 12.5, theme.dim, MIDDLE, room=box.width)
    sketch.text(x, y, f"{value} → {value}", 20, theme.ink, MIDDLE, bold=True, room=box.width)
    rate = f"{layer.rate:g}"
    written = digits.text(1 / (1 - layer.rate), 3)
    equals = "=" if abs(float(written) * (1 - layer.rate) - 1) < 1e-12 else "≈"
    # The spaces hold together what is one number.
    factor = f"1 / (1 − {rate}) {equals} {written.rstrip('0').rstrip('.')}".replace(" ", "\u00a0")
    text = sketch.say("dropout_training", rate=rate, factor=factor)
    card = Box(box.x, y + 30, box.width, 0)
    paragraph(sketch, card, text, 12)


def draw_around(
    sketch: Sketch,
    area: Box,
    document: Document,
    trace: Trace,
    frame: Frame,
    parts: list[Part],
    decimals: int,
    notes: tuple[str, ...],
) -> Columns:
    """Draw what goes in, what comes out and the line below; return the columns."""
    cursor = document.cursor
    high = bar_height(area.width, parts)
    where = columns(Box(area.x, area.y, area.width, area.height - high - 12))
    shape = source_shape(document)
    final = frame.value if frame.activation is None else frame.activation
    # A curve's line below says 0 where it makes one; every other line has its decimals.
    zero = not final and frame.activation is None and isinstance(document.layer, Activation)
    written = "0" if zero else digits.text(final, decimals)
    if len(shape) == 3:
        axes = (Axis(shape[0], 1), Axis(shape[1], 1))
        draw_source_column(sketch, where.source, document, trace, axes)
        draw_map_column(sketch, where.output, document, trace, written, notes, words=where.words)
    else:
        draw_vector_in(sketch, where.source, document, trace, cursor.filter)
        draw_vector_out(sketch, where.output, document, trace, written, notes, words=where.words)
    draw_equation(sketch, Box(area.x, area.bottom - high, area.width, high), parts)
    return where


def point_decimals(frame: PointFrame) -> int:
    """Return the decimals of the numbers of a frame."""
    return digits.decimals_for([frame.source, frame.value])


def point_parts(sketch: Sketch, document: Document, frame: PointFrame) -> list[Part]:
    """Return the line below: max(0, source) = value, or another curve's formula."""
    layer, decimals, inside = document.layer, point_decimals(frame), document.inside
    assert isinstance(layer, Activation)
    value = value_part(frame.value, decimals, inside, Inside.ACTIVATION)
    if frame.value == 0:
        value = Part("0", "value", value.known, value.active)
    kept = digits.rounded(frame.source, decimals) == digits.rounded(frame.value, decimals)
    equals = "=" if isinstance(layer, ReLU) or (kept and _passes(layer, frame)) else "≈"
    after = after_parts(sketch, document, frame, decimals)
    return [*_terms(layer, frame, decimals), Part(equals, "sign"), value, *after]


def _passes(layer: Activation, frame: PointFrame) -> bool:
    return isinstance(layer, LeakyReLU | ELU) and frame.source > 0


def _terms(layer: Activation, frame: PointFrame, decimals: int) -> list[Part]:
    """Return the formula of a curve with the value in it, the branch that applies."""
    source = digits.text(frame.source, decimals)
    bracketed = f"({source})" if source.startswith("−") else source
    if isinstance(layer, ReLU):
        return [Part(f"max(0, {source})", "term")]
    if isinstance(layer, LeakyReLU | ELU) and frame.source > 0:
        return [Part("x > 0:", "note"), Part(source, "term")]
    if isinstance(layer, LeakyReLU):
        slope = f"{layer.slope:g}".replace("-", "−")
        return [Part("x ≤ 0:", "note"), Part(f"{slope} · {bracketed}", "term")]
    if isinstance(layer, ELU):
        return [Part("x ≤ 0:", "note"), Part(f"{layer.alpha:g} · (e^{bracketed} − 1)", "term")]
    if isinstance(layer, Sigmoid):
        minus = source[1:] if source.startswith("−") else f"−{source}"
        return [Part(f"1 / (1 + e^({minus}))", "term")]
    if isinstance(layer, Tanh):
        return [Part(f"tanh({source})", "term")]
    assert isinstance(layer, GELU)
    return [Part(f"{source} · Φ({source})", "term")]


def _counted(
    sketch: Sketch, layer: Activation, values: np.ndarray, filter_: int
) -> tuple[str, ...]:
    """Return what there is to say about all values of the map."""
    some = values if values.ndim == 1 else values[filter_]
    total = f"{some.size:,}"
    if isinstance(layer, ReLU):
        return (sketch.say("zeroed", n=f"{np.count_nonzero(some <= 0):,}", total=total),)
    return (sketch.say("negative", n=f"{np.count_nonzero(some < 0):,}", total=total),)
