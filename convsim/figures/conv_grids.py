"""Window times filter is products, channel by channel, with the sum of each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from convsim.core.layers import Conv2d, ConvTranspose2d
from convsim.core.step import ConvFrame, Inside, SpreadFrame
from convsim.figures import digits
from convsim.figures.colors import (
    PLANES,
    filter_ink,
    largest,
    photo_pixels,
    signed_pixels,
    tint_pixels,
)
from convsim.figures.columns import HEAD
from convsim.figures.equation import (
    Part,
    after_parts,
    bias_parts,
    readable,
    signed_terms,
    value_part,
)
from convsim.figures.filling import NUMBER_CELL, cell_for, factor_texts, number_grid
from convsim.figures.parts import channel_name, source_shape
from convsim.figures.scene import Area
from convsim.figures.sketch import END, MIDDLE, Sketch
from convsim.figures.typography import text_width

if TYPE_CHECKING:
    from convsim.document.document import Document
    from convsim.figures.conv_plan import Plan


MOST_NEEDED = 24.0
"""A sign and two decimals fit; longer numbers do not change where the grids stand."""


def seen_channels(document: Document) -> range:
    """Return the channels of the input that the cursor's filter sees: all, or its group's."""
    layer, channels = document.layer, source_shape(document)[2]
    groups = layer.groups if isinstance(layer, Conv2d | ConvTranspose2d) else 1
    depth = channels // groups
    filters = document.walk.filters if document.walk is not None else groups
    first = document.cursor.filter * groups // filters * depth
    return range(first, first + depth)


def first_channel(document: Document) -> int:
    """Return the first of the input's channels whose grids are shown: pages of three."""
    seen = seen_channels(document)
    plane = min(document.view.plane, len(seen) - 1)
    return seen[plane // 3 * 3 if len(seen) > 3 else 0]


def shown_channels(document: Document, count: int) -> range:
    """Return which of the channels that the filter sees have grids, with room for `count`.

    Counted from the first that the filter sees, as the channels of a frame are.
    """
    seen = seen_channels(document)
    if count == 1:
        plane = min(document.view.plane, len(seen) - 1)
        return range(plane, plane + 1)
    first = first_channel(document) - seen.start
    return range(first, min(first + count, len(seen)))


def rest_note(sketch: Sketch, document: Document, count: int) -> tuple[str, ...]:
    """Return a note that the sum takes in channels whose grids are not shown, if there are any."""
    seen, shown = seen_channels(document), shown_channels(document, count)
    total = len(seen)
    if len(shown) == total:
        return ()
    names = [channel_name(document, seen[channel]) for channel in shown]
    key = "channel_shown" if len(shown) == 1 else "channels_shown"
    return (sketch.say(key, first=names[0], last=names[-1], total=total),)


def more_channels(sketch: Sketch, count: int) -> str:
    """Return how many channels are left out, in words."""
    return sketch.say("more_channels", n=count) if count > 1 else sketch.say("one_more_channel")


def sum_decimals(frame: ConvFrame) -> int:
    """Return the decimals of all sums of a frame, so that they line up."""
    return digits.decimals_for([*frame.channel_sums.tolist(), frame.total, frame.bias, frame.value])


def number_cell(document: Document, frame: ConvFrame) -> float:
    """Return the side of a cell that holds the numbers of the grids, wherever the window stands."""
    need = digits.letters_needed(frame.kernel)
    if document.cursor.layer > 0 or (document.image != np.rint(document.image)).any():
        need = max(need, digits.letters("−.00"))
    return min(max(cell_for(need), NUMBER_CELL), MOST_NEEDED)


def missing_note(sketch: Sketch, frame: ConvFrame, cell: float) -> tuple[str, ...]:
    """Return a note that the filter's numbers have no room, if they have none."""
    return () if factor_texts(cell, frame.kernel) else (sketch.say("numbers_hidden"),)


def draw_grids(sketch: Sketch, where: Plan, document: Document, frame: ConvFrame) -> None:
    """Draw window × filter = products for the shown channels, and the sum of each."""
    theme, cell, metrics = sketch.theme, where.cell, where.metrics
    tall, wide = frame.kernel.shape[1:]
    color = theme.filter_color(document.cursor.filter)
    channels = shown_channels(document, where.channels)
    side, height = cell * wide, cell * tall
    need = metrics.around() + 3 * side
    x0 = where.grids.x + max(0.0, (where.grids.width - need) / 2) + metrics.label
    columns = tuple(x0 + i * (side + metrics.operator) for i in range(3))
    _draw_heads(sketch, where, document, frame, columns)
    tops = (largest(frame.patch), largest(frame.kernel), largest(frame.products))
    decimals = sum_decimals(frame)
    colour_input = document.cursor.layer == 0 and source_shape(document)[2] == 3
    grey_input = document.cursor.layer == 0 and source_shape(document)[2] == 1
    for line, channel in enumerate(channels):
        y = where.grids.y + HEAD + line * (height + where.gap)
        middle = y + height / 2
        if source_shape(document)[2] > 1:
            name = channel_name(document, frame.first + channel)
            sketch.text(columns[0] - 7, middle, name, 12.5, theme.dim, END)
        grids = (frame.patch[channel], frame.kernel[channel], frame.products[channel])
        written: list[tuple[str, ...]] = []
        for i, values in enumerate(grids):
            if i == 0 and colour_input:
                fills = tint_pixels(values, PLANES[frame.first + channel], theme)
            elif i == 0 and grey_input:
                fills = photo_pixels(values[..., None])
            else:
                fills = signed_pixels(values, tops[i], theme)
            texts = factor_texts(cell, values)
            written.append(number_grid(sketch, columns[i], y, cell, values, fills, texts))
            name = ("patch", "kernel", "product")[i]
            sketch.area(Area(name, columns[i], y, side, height, tall, wide, filter=channel))
        sketch.rect(columns[1] - 1, y - 1, side + 2, height + 2, None, color, 2)
        if document.inside is Inside.PRODUCTS:
            sketch.rect(columns[2] - 2, y - 2, side + 4, height + 4, None, theme.accent, 2.4)
        exact = all(written) and digits.cells_exact(*written)
        equals = "=" if exact or not any(written) else "≈"
        half = metrics.operator / 2
        sketch.text(columns[1] - half, middle, "×", 15, theme.dim, MIDDLE)
        sketch.text(columns[2] - half, middle, equals, 15, theme.dim, MIDDLE)
        value = digits.text(float(frame.channel_sums[channel]), decimals, sign=True)
        _draw_sum(sketch, document.inside, value, columns[2] + side, middle, metrics.sum)


def _draw_heads(
    sketch: Sketch,
    where: Plan,
    document: Document,
    frame: ConvFrame,
    columns: Sequence[float],
) -> None:
    theme, metrics = sketch.theme, where.metrics
    side = columns[1] - columns[0] - metrics.operator
    color = filter_ink(theme, document.cursor.filter)
    filter_ = sketch.say("filter", n=document.cursor.filter + 1)
    read = sketch.say("landing" if isinstance(frame, SpreadFrame) else "window")
    y, room = where.grids.y + 10, side + metrics.operator - 4
    if document.is_random(document.cursor.layer, document.cursor.filter):
        longer = f"{filter_}, {sketch.say('random')}"
        filter_ = longer if text_width(longer, 12.5, bold=True) <= room else filter_
    for i, head in enumerate((read, filter_, sketch.say("products"))):
        middle = columns[i] + side / 2
        ink = color if i == 1 else theme.dim
        sketch.text(middle, y, head, 12.5, ink, MIDDLE, bold=i == 1, room=room)
    x = columns[2] + side + metrics.sum - 2
    sketch.text(x, y, sketch.say("sum"), 12.5, theme.dim, END, room=metrics.sum - 8)


def _draw_sum(sketch: Sketch, inside: Inside, value: str, x: float, y: float, width: float) -> None:
    """Draw the sum of a channel right of its products, or dots while it is not worked out."""
    theme = sketch.theme
    if inside < Inside.CHANNEL_SUMS:
        sketch.text(x + width - 4, y, "…", 14, theme.faint, END)
        return
    active = inside is Inside.CHANNEL_SUMS
    if active:
        sketch.rect(x + 6, y - 12, width - 4, 24, theme.accent_soft, theme.accent, 1.2, 6)
    ink = theme.accent if active else theme.ink
    sketch.text(x + width - 2, y, value, 14, ink, END, bold=True, room=width - 10)


def sum_parts(
    sketch: Sketch, document: Document, frame: ConvFrame, width: float
) -> tuple[list[Part], list[Part]]:
    """Return the line below: sums of channels to total, and plus bias, through ReLU.

    Up to three channels are written one by one, or one if the bar is narrow; what the others add
    is one number.
    """
    left, right = _sum_parts(sketch, document, frame, 3)
    if not readable(width, left):
        left, right = _sum_parts(sketch, document, frame, 1)
    return left, right


def _sum_parts(
    sketch: Sketch, document: Document, frame: ConvFrame, count: int
) -> tuple[list[Part], list[Part]]:
    decimals, inside = sum_decimals(frame), document.inside
    sums = frame.channel_sums.tolist()
    left = [Part(sketch.say("total_products", n=f"{frame.products.size:,}"), "note")]
    equals = "="
    if len(sums) > 1:
        terms = [sums[c] for c in shown_channels(document, min(count, len(sums)))]
        rest = len(sums) - len(terms)
        if rest:
            terms.append(frame.total - sum(terms))
        left += signed_terms(terms, decimals, inside >= Inside.CHANNEL_SUMS, inside)
        if rest:
            left.append(Part(f"({more_channels(sketch, rest)})", "note"))
        equals = digits.equals(terms, frame.total, decimals)
    left += [Part(equals, "sign"), value_part(frame.total, decimals, inside, Inside.TOTAL)]
    right = [
        *bias_parts(sketch, document, frame.bias, decimals),
        Part(digits.equals([frame.total, frame.bias], frame.value, decimals), "sign"),
        value_part(frame.value, decimals, inside, Inside.BIAS),
        *after_parts(sketch, document, frame, decimals),
    ]
    return left, right
