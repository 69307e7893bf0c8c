"""The stage of a dense layer: every input times a weight of its own, all added up for one unit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from convsim.core.step import DenseFrame, Inside
from convsim.figures import digits
from convsim.figures.colors import filter_ink, largest
from convsim.figures.columns import HEAD, heading
from convsim.figures.equation import (
    Part,
    after_parts,
    bar_height,
    bias_parts,
    draw_equation,
    value_part,
)
from convsim.figures.parts import Box, scale_end, shape_text, source_shape, source_title
from convsim.figures.sketch import END, MIDDLE, Sketch
from convsim.figures.typography import text_width
from convsim.figures.vectors import draw_folded, draw_vector_out, fold

if TYPE_CHECKING:
    from convsim.core.trace import Trace
    from convsim.document.document import Document

OPERATOR = 20.0
SIZE = 12.5
MOST_ROWS = 10
"""So many products are written one by one at most."""
FEW_ROWS = 6
"""So many have room before the rasters become as large as they can be."""


@dataclass(frozen=True)
class Plan:
    """Where things go: rasters in a row above, the largest products below, the outputs right."""

    rasters: Box
    table: Box
    output: Box
    rows: int
    pitch: float


def plan(body: Box, count: int) -> Plan:
    """Return the arrangement for `count` inputs: the rasters take what the table can spare."""
    right = min(max(body.width * 0.26, 118.0), 340.0)
    gap = max(16.0, body.width * 0.026)
    left = body.width - right - gap
    pitch = 16.0 if body.height < 260 else 19.0
    table = (min(count, FEW_ROWS) + 3) * pitch + 6
    side = (left - 2 * OPERATOR) / 3
    rasters = min(side, max(body.height - HEAD - 14 - table, (body.height - HEAD) * 0.33, 48.0))
    top = body.y + HEAD + rasters + 14
    room = body.bottom - top
    rows = max(min(int((room - 9) / pitch) - 3, count, MOST_ROWS), 0)
    return Plan(
        Box(body.x, body.y, left, HEAD + rasters),
        Box(body.x, top, min(left, 460.0), room),
        Box(body.right - right, body.y, right, body.height),
        rows,
        pitch,
    )


def draw_dense(
    sketch: Sketch, area: Box, document: Document, trace: Trace, frame: DenseFrame
) -> None:
    """Draw the whole stage of a dense layer into `area`."""
    left, right = dense_parts(sketch, document, frame)
    high = bar_height(area.width, left, right)
    body = Box(area.x, area.y, area.width, area.height - high - 12)
    where = plan(body, frame.products.size)
    order = largest_products(frame, where.rows)
    _draw_rasters(sketch, where.rasters, document, trace, frame, order)
    _draw_table(sketch, where, document, frame, order)
    final = frame.value if frame.activation is None else frame.activation
    written = digits.text(final, dense_decimals(frame))
    cursor = document.cursor
    key = "own_random" if document.is_random(cursor.layer, cursor.filter) else "own_weights"
    note = sketch.say(key, n=f"{frame.weights.size:,}")
    draw_vector_out(sketch, where.output, document, trace, written, (note,))
    draw_equation(sketch, Box(area.x, area.bottom - high, area.width, high), left, right)


def largest_products(frame: DenseFrame, count: int) -> list[int]:
    """Return the places of the products that count most, the largest first."""
    size = np.nan_to_num(-np.abs(frame.products))
    if count < size.size:
        some = np.sort(np.argpartition(size, count)[:count])
    else:
        some = np.arange(size.size)
    order: list[int] = some[np.argsort(size[some], kind="stable")].tolist()
    return order


def dense_decimals(frame: DenseFrame) -> int:
    """Return the decimals of all numbers of a frame, so that they line up."""
    shown = largest_products(frame, MOST_ROWS)
    vectors = (frame.inputs, frame.weights, frame.products)
    terms = [value for vector in vectors for value in vector[shown].tolist()]
    return digits.decimals_for([*terms, frame.total, frame.bias, frame.value])


def dense_parts(
    sketch: Sketch, document: Document, frame: DenseFrame
) -> tuple[list[Part], list[Part]]:
    """Return the line below: Σ of all products, and plus bias, through ReLU."""
    decimals, inside = dense_decimals(frame), document.inside
    left = [
        Part(sketch.say("total_products", n=f"{frame.products.size:,}"), "note"),
        Part("=", "sign"),
        value_part(frame.total, decimals, inside, Inside.TOTAL),
    ]
    right = [
        *bias_parts(sketch, document, frame.bias, decimals),
        Part(digits.equals([frame.total, frame.bias], frame.value, decimals), "sign"),
        value_part(frame.value, decimals, inside, Inside.BIAS),
        *after_parts(sketch, document, frame, decimals),
    ]
    return left, right


def _draw_rasters(
    sketch: Sketch,
    box: Box,
    document: Document,
    trace: Trace,
    frame: DenseFrame,
    largest_at: list[int],
) -> None:
    """Draw inputs × weights = products, each folded in the same way."""
    theme, cursor = sketch.theme, document.cursor
    color = theme.filter_color(cursor.filter)
    side = (box.width - 2 * OPERATOR) / 3
    source = source_title(document, sketch.page.labels)
    heads = (
        (f"{source}  {shape_text(source_shape(document))}", source),
        (sketch.say("weights_of", n=f"{cursor.filter + 1:,}"), sketch.say("weights")),
        (sketch.say("products"),),
    )
    vectors = (frame.inputs, frame.weights, frame.products)
    tops = (scale_end(trace, cursor.layer - 1), largest(frame.weights), largest(frame.products))
    rows, cols, cell = fold(frame.products.size, side, box.height - HEAD)
    pitch = cell * cols + OPERATOR
    for i, values in enumerate(vectors):
        x = box.x + i * pitch
        ink = filter_ink(theme, cursor.filter) if i == 1 else None
        heading(sketch, Box(x, box.y, pitch - 14, HEAD), *heads[i], color=ink)
        room = Box(x, box.y + HEAD, side, box.height - HEAD)
        name = "input" if i == 0 else ""
        place = draw_folded(sketch, room, values, tops[i], name=name, layer=cursor.layer - 1)
        if i:
            sign = "×" if i == 1 else "="
            sketch.text(x - OPERATOR / 2, place.middle[1], sign, 15, theme.dim, MIDDLE)
        if i == 1:
            sketch.rect(place.x - 1, place.y - 1, place.width + 2, place.height + 2, None, color, 2)
    if document.inside is Inside.PRODUCTS:
        sketch.rect(
            place.x - 2, place.y - 2, place.width + 4, place.height + 4, None, theme.accent, 2.4
        )
    wide = max(cell, 6.0)
    for index in largest_at:
        row, col = divmod(index, cols)
        x, y = place.x + (col + 0.5) * cell - wide / 2, place.y + (row + 0.5) * cell - wide / 2
        sketch.rect(x, y, wide, wide, None, theme.ink, 1)
    del rows


def _draw_table(
    sketch: Sketch, where: Plan, document: Document, frame: DenseFrame, order: list[int]
) -> None:
    """Draw the largest products one by one, what all others add, and the sum."""
    theme, inside, box = sketch.theme, document.inside, where.table
    count, decimals = frame.products.size, dense_decimals(frame)
    all_of_them = len(order) == count
    key = "all_products" if all_of_them else "largest_of"
    title = sketch.say(key, n=count if all_of_them else len(order), total=f"{count:,}")
    sketch.text(box.x, box.y + 9, title, 12.5, theme.dim, room=box.width)
    ends, signs, room, size = _table_columns(box, frame, order, decimals)
    y = box.y + 9 + where.pitch + 2
    for index in order:
        numbers = (frame.inputs[index], frame.weights[index], frame.products[index])
        a, b, c = (digits.rounded(float(value), decimals) for value in numbers)
        name = sketch.say("input_n", n=f"{index + 1:,}")
        if room > 36:
            sketch.text(box.x, y, name, 12, theme.dim, room=room)
        for i, value in enumerate(numbers):
            lit = i == 2 and inside is Inside.PRODUCTS
            ink = theme.accent if lit else theme.ink
            text = digits.text(float(value), decimals)
            sketch.text(ends[i], y, text, size, ink, END, bold=i == 2)
        sketch.text(signs[0], y, "×", SIZE, theme.dim, MIDDLE)
        sketch.text(signs[1], y, "=" if a * b == c else "≈", SIZE, theme.dim, MIDDLE)
        y += where.pitch
    terms = [float(frame.products[index]) for index in order]
    known = inside >= Inside.TOTAL
    ink = theme.ink if known else theme.faint
    if not all_of_them:
        rest = frame.total - sum(terms)
        terms.append(rest)
        name = sketch.say("more_products", n=f"{count - len(order):,}")
        sketch.text(box.x, y, name, 12, theme.dim, room=box.width * 0.7)
        written = digits.text(rest, decimals) if known else "…"
        sketch.text(ends[2], y, written, size, ink, END, bold=known)
        y += where.pitch
    sketch.line(box.x, y - where.pitch / 2 + 1, ends[2], y - where.pitch / 2 + 1)
    y += 3
    lit = inside is Inside.TOTAL
    if lit:
        x, high = box.x - 6, where.pitch
        sketch.rect(x, y - high / 2, box.width + 12, high, theme.accent_soft, theme.accent, 1.2, 6)
    name = sketch.say("total_products", n=f"{count:,}")
    sketch.text(box.x, y, name, 12, theme.dim, room=box.width * 0.6)
    written = digits.text(frame.total, decimals) if known else "…"
    sketch.text(ends[2], y, written, size, theme.accent if lit else ink, END, bold=known)
    if known:
        equals = digits.equals(terms, frame.total, decimals)
        sketch.text(signs[1], y, equals, SIZE, theme.dim, MIDDLE)


def _table_columns(
    box: Box, frame: DenseFrame, order: list[int], decimals: int
) -> tuple[tuple[float, float, float], tuple[float, float], float, float]:
    """Return the ends of the columns, the middles of × and =, room for names, size of numbers."""
    products = frame.products[order].tolist()
    columns = (
        frame.inputs[order].tolist(),
        frame.weights[order].tolist(),
        [*products, frame.total, frame.total - sum(products)],
    )
    first, second, third = (
        max(text_width(digits.text(v, decimals), SIZE, bold=True) for v in [0.0, *values])
        for values in columns
    )
    gap = min(max((box.width - 64 - first - second - third) / 2, 17.0), 44.0)
    shrink = min(1.0, (box.width - 2 * gap) / (first + second + third))
    weight = box.right - third * shrink - gap
    inputs = weight - second * shrink - gap
    ends, signs = (inputs, weight, box.right), (inputs + gap / 2, weight + gap / 2)
    return ends, signs, inputs - first * shrink - 8 - box.x, SIZE * shrink
