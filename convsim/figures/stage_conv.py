"""The stage of a convolution: window times filter, sum over channels, bias, one cell of the map."""

from __future__ import annotations

from dataclasses import dataclass


from convsim.core.layers import Conv2d
from convsim.core.step import ConvFrame, Inside
from convsim.core.trace import Trace
from convsim.document.document import Document
from convsim.figures import digits
from convsim.figures.colors import PLANES, channel_pixels, largest, signed_pixels, tint_pixels
from convsim.figures.equation import Part, draw_equation, signed_terms
from convsim.figures.parts import (
    Box,
    channel_name,
    draw_output,
    draw_source,
    draw_window,
    fit_cell,
    number_grid,
    shape_text,
    source_pixels,
    source_shape,
    source_title,
    window_box,
    window_mark,
    written_maps,
)
from convsim.figures.scene import Area
from convsim.figures.sketch import END, MIDDLE, Sketch
from convsim.figures.typography import wrapped

GAP = 12.0
OPERATOR = 20.0
LABEL = 18.0
SUM = 66.0
"""Room for × and =, for the channel's name, and for the sum of a channel."""
READABLE = 18.0
"""Cells at least this wide hold numbers of 10.5 units."""
BAR = 42.0


@dataclass(frozen=True)
class Plan:
    """Where things go: input, number grids, output; and how many channels have grids."""

    source: Box
    grids: Box
    output: Box
    cell: float
    channels: int
    stacked: bool


def plan(document: Document, area: Box) -> Plan:
    """Return the arrangement that keeps the numbers readable.

    Side by side with up to three channels, else with one; else the grids get a row of their own.
    """
    layer = document.layer
    assert isinstance(layer, Conv2d)
    tall, wide = layer.kernel
    shown = min(3, source_shape(document)[2])
    plans = [_beside(area, tall, wide, n) for n in sorted({shown, 1}, reverse=True)]
    plans.append(_stacked(area, tall, wide))
    for one in plans:
        if one.cell >= READABLE:
            return one
    return plans[0] if plans[0].cell >= plans[-1].cell * 0.8 else plans[-1]


def draw_conv(
    sketch: Sketch, area: Box, document: Document, trace: Trace, frame: ConvFrame
) -> None:
    """Draw the whole stage of a convolution into `area`."""
    bar = Box(area.x, area.bottom - BAR, area.width, BAR)
    body = Box(area.x, area.y, area.width, area.height - BAR - 12)
    where = plan(document, body)
    draw_input_column(sketch, where.source, document, trace)
    draw_grids(sketch, where, document, frame)
    draw_output_column(sketch, where, document, trace, frame)
    draw_sum(sketch, bar, document, frame)


def draw_input_column(sketch: Sketch, box: Box, document: Document, trace: Trace) -> None:
    """Draw the input with the window, and a small picture of each colour below if there is room."""
    layer = document.layer
    assert isinstance(layer, Conv2d)
    shape = source_shape(document)
    axes = layer.axes(shape)
    title = f"{source_title(document, sketch.page.labels)}  {shape_text(shape)}"
    first = first_channel(document)
    colour = document.cursor.layer == 0 and shape[2] == 3
    sketch.text(box.x, box.y + 10, title, 12.5, sketch.theme.dim, room=box.width)
    picture = Box(box.x, box.y + 26, box.width, box.height - 26)
    many = shape[2] > 1 and not colour
    values = trace.input(document.cursor.layer)[first] if shape[2] == 1 else None
    pixels = source_pixels(document, trace, first, sketch)
    planes_below = colour and picture.height - picture.width > 54
    if many:
        picture = Box(box.x, picture.y, box.width, picture.height - 18)
    whole = draw_source(sketch, picture, document, pixels, axes, values)
    draw_window(sketch, whole, axes, document.cursor)
    if many:
        text = sketch.say("channel_of", n=first + 1, total=shape[2])
        sketch.text(whole.middle[0], whole.bottom + 11, text, 11, sketch.theme.dim, MIDDLE)
    if planes_below:
        room = min((box.width - 16) / 3, box.bottom - whole.bottom - 30)
        for channel in range(3):
            pitch = (box.width - room) / 2
            tile = Box(box.x + channel * pitch, whole.bottom + 12, room, room)
            cell = fit_cell(tile, shape[0], shape[1])
            small = Box(tile.x, tile.y, cell * shape[1], cell * shape[0])
            plane = channel_pixels(document.image[..., channel], channel)
            sketch.raster(small.x, small.y, small.width, small.height, plane)
            rows, cols = axes
            padded = Box(
                small.x - cell * cols.before,
                small.y - cell * rows.before,
                cell * cols.padded,
                cell * rows.padded,
            )
            mark = window_box(padded, axes, document.cursor)
            window_mark(sketch, mark, sketch.theme.filter_color(document.cursor.filter), 1.2)
            x = small.middle[0]
            sketch.text(x, small.bottom + 10, "RGB"[channel], 11, sketch.theme.dim, MIDDLE)


def first_channel(document: Document) -> int:
    """Return the first of the channels whose grids are shown: pages of three."""
    channels = source_shape(document)[2]
    plane = min(document.view.plane, channels - 1)
    return plane // 3 * 3 if channels > 3 else 0


def shown_channels(document: Document, count: int) -> range:
    """Return the channels whose grids are shown, when there is room for `count`."""
    channels = source_shape(document)[2]
    if count == 1:
        plane = min(document.view.plane, channels - 1)
        return range(plane, plane + 1)
    first = first_channel(document)
    return range(first, min(first + count, channels))


def draw_grids(sketch: Sketch, where: Plan, document: Document, frame: ConvFrame) -> None:
    """Draw window × filter = products for the shown channels, and the sum of each."""
    theme, cell = sketch.theme, where.cell
    tall, wide = frame.kernel.shape[1:]
    color = theme.filter_color(document.cursor.filter)
    colour_input = document.cursor.layer == 0 and frame.patch.shape[0] == 3
    channels = shown_channels(document, where.channels)
    side, height = cell * wide, cell * tall
    need = LABEL + 3 * side + 2 * OPERATOR + SUM
    x0 = where.grids.x + max(0.0, (where.grids.width - need) / 2) + LABEL
    columns = [x0, x0 + side + OPERATOR, x0 + 2 * (side + OPERATOR)]
    heads = (
        sketch.say("window"),
        sketch.say("filter", n=document.cursor.filter + 1),
        sketch.say("products"),
    )
    y = where.grids.y + 10
    for x, head in zip(columns, heads, strict=True):
        chosen = x == columns[1]
        ink = color if chosen else theme.dim
        sketch.text(x + side / 2, y, head, 12.5, ink, MIDDLE, bold=chosen, room=side + OPERATOR)
    sketch.text(columns[2] + side + SUM, y, sketch.say("sum"), 12.5, theme.dim, END)
    top_patch, top_kernel = largest(frame.patch), largest(frame.kernel)
    top_product = largest(frame.products)
    inside = document.inside
    decimals = sum_decimals(frame)
    pitch = height + GAP
    for line, channel in enumerate(channels):
        y = where.grids.y + 26 + line * pitch
        middle = y + height / 2
        name = channel_name(document, channel)
        if frame.patch.shape[0] > 1:
            sketch.text(x0 - 8, middle, name, 12.5, theme.dim, END)
        if colour_input:
            window = tint_pixels(frame.patch[channel], PLANES[channel], theme)
        else:
            window = signed_pixels(frame.patch[channel], top_patch, theme)
        products = frame.products[channel]
        grids = (
            (frame.patch[channel], window),
            (frame.kernel[channel], signed_pixels(frame.kernel[channel], top_kernel, theme)),
            (products, signed_pixels(products, top_product, theme)),
        )
        for x, (values, fills) in zip(columns, grids, strict=True):
            number_grid(sketch, x, y, cell, values, fills)
        sketch.rect(columns[1] - 1, y - 1, side + 2, height + 2, None, color, 2)
        if inside is Inside.PRODUCTS:
            sketch.rect(columns[2] - 2, y - 2, side + 4, height + 4, None, theme.accent, 2.4)
        letters = int(cell / 6.1)
        exact = cell < 18 or digits.cells_exact(
            frame.patch[channel], frame.kernel[channel], products, letters
        )
        sketch.text(columns[1] - OPERATOR / 2, middle, "×", 15, theme.dim, MIDDLE)
        equals = "=" if exact else "≈"
        sketch.text(columns[2] - OPERATOR / 2, middle, equals, 15, theme.dim, MIDDLE)
        _channel_sum(sketch, document, frame, channel, columns[2] + side, middle, decimals)
        for name_, x in (("patch", columns[0]), ("kernel", columns[1]), ("product", columns[2])):
            where_ = Area(name_, x, y, side, height, tall, wide, filter=channel)
            sketch.area(where_)
    rest = frame.patch.shape[0] - len(channels)
    if rest:
        y = where.grids.y + 26 + len(channels) * pitch - GAP + 12
        note = sketch.say("more_channels", n=rest)
        if y + 6 <= where.grids.bottom + 4:
            sketch.text(columns[0], y, note, 11, theme.dim)


def _channel_sum(
    sketch: Sketch,
    document: Document,
    frame: ConvFrame,
    channel: int,
    x: float,
    y: float,
    decimals: int,
) -> None:
    theme, inside = sketch.theme, document.inside
    if inside < Inside.CHANNEL_SUMS:
        sketch.text(x + SUM - 4, y, "…", 14, theme.faint, END)
        return
    value = float(frame.channel_sums[channel])
    written = digits.text(value, decimals, sign=True)
    active = inside is Inside.CHANNEL_SUMS
    if active:
        sketch.rect(x + 8, y - 12, SUM - 6, 24, theme.accent_soft, theme.accent, 1.2, 6)
    ink = theme.accent if active else theme.ink
    sketch.text(x + SUM - 2, y, written, 14, ink, END, bold=True, room=SUM - 12)


def sum_decimals(frame: ConvFrame) -> int:
    """Return the decimals of all sums of a frame, so that they line up."""
    return digits.decimals_for([*frame.channel_sums.tolist(), frame.total, frame.bias, frame.value])


def draw_sum(sketch: Sketch, bar: Box, document: Document, frame: ConvFrame) -> None:
    """Draw the line below: products to channel sums to total, plus bias, through ReLU."""
    decimals = sum_decimals(frame)
    sums = frame.channel_sums.tolist()
    shown = shown_channels(document, min(3, len(sums)))
    terms = [sums[c] for c in shown]
    rest = len(sums) - len(terms)
    left = [Part(sketch.say("total_products", n=frame.products.size), "note")]
    inside = document.inside
    if len(sums) > 1:
        if rest:
            other = frame.total - sum(terms)
            terms.append(other)
        left += signed_terms(terms, decimals, inside >= Inside.CHANNEL_SUMS, inside)
        if rest:
            left.append(Part(f"({sketch.say('more_channels', n=rest)})", "note"))
    else:
        terms = []
    known = inside >= Inside.TOTAL
    equals = digits.equals(terms, frame.total, decimals) if terms else "="
    left += [
        Part(equals, "sign"),
        Part(digits.text(frame.total, decimals), "value", known, inside is Inside.TOTAL),
    ]
    right = [
        Part("+ " + sketch.say("bias"), "note"),
        Part(digits.text(frame.bias, decimals), "number"),
        Part(digits.equals([frame.total, frame.bias], frame.value, decimals), "sign"),
        Part(
            digits.text(frame.value, decimals),
            "value",
            inside >= Inside.BIAS,
            inside is Inside.BIAS,
        ),
    ]
    if frame.activation is not None:
        right += [
            Part("→", "sign"),
            Part("ReLU", "note"),
            Part("→", "sign"),
            Part(
                digits.text(frame.activation, decimals),
                "value",
                inside >= Inside.ACTIVATION,
                inside is Inside.ACTIVATION,
            ),
        ]
    draw_equation(sketch, bar, left, right)


def draw_output_column(
    sketch: Sketch, where: Plan, document: Document, trace: Trace, frame: ConvFrame
) -> None:
    """Draw the map that is being filled, the value that is written, and who shares the weights."""
    theme, cursor, box = sketch.theme, document.cursor, where.output
    maps = written_maps(document, trace)
    color = theme.filter_color(cursor.filter)
    title = sketch.say("map_of", n=cursor.filter + 1, total=maps.shape[0])
    if frame.activation is not None:
        title += f", {sketch.say('after_relu')}"
    sketch.text(box.x, box.y + 10, title, 12.5, theme.dim, room=box.width)
    below = 0.0 if where.stacked else 84.0
    across = box.width * 0.56 if where.stacked else box.width
    picture = Box(box.x, box.y + 26, across, max(box.height - 26 - below, 40.0))
    place = draw_output(sketch, picture, document, maps[cursor.filter], largest(maps))
    sketch.rect(place.x, place.y, place.width, place.height, None, color, 1.6)
    x, y = (place.right + 16, place.y + 8) if where.stacked else (box.x, place.bottom + 16)
    room = box.right - x
    text = sketch.say("row_col", row=cursor.row, col=cursor.col)
    sketch.text(x, y, text, 12, theme.dim, room=room)
    value = frame.value if frame.activation is None else frame.activation
    known = document.inside is Inside.WRITE
    written = digits.text(value, sum_decimals(frame)) if known else "…"
    sketch.text(x, y + 24, written, 25, theme.ink if known else theme.faint, bold=True)
    walk = document.walk
    assert walk is not None
    share = sketch.say(
        "share_weights",
        rows=walk.rows,
        cols=walk.cols,
        positions=f"{walk.rows * walk.cols:,}",
        weights=f"{frame.kernel.size:,}",
    )
    for i, line in enumerate(wrapped(share, 11, room)):
        if y + 46 + 14 * i <= box.bottom + 2:
            sketch.text(x, y + 46 + 14 * i, line, 11, theme.dim)


def _beside(area: Box, tall: int, wide: int, channels: int) -> Plan:
    left = min(max(area.width * 0.265, 120.0), area.height * 0.86, 420.0)
    right = min(max(area.width * 0.175, 108.0), area.height * 0.8, 300.0)
    gap = max(14.0, area.width * 0.018)
    middle = area.width - left - right - 2 * gap
    across = (middle - LABEL - 2 * OPERATOR - SUM) / (3 * wide)
    note = 0.0
    down = (area.height - 26 - note - (channels - 1) * GAP) / (channels * tall)
    cell = float(int(max(min(across, down, 44.0), 2.0)))
    grids = Box(area.x + left + gap, area.y, middle, area.height)
    output = Box(area.right - right, area.y, right, area.height)
    return Plan(Box(area.x, area.y, left, area.height), grids, output, cell, channels, False)


def _stacked(area: Box, tall: int, wide: int) -> Plan:
    across = (area.width - LABEL - 2 * OPERATOR - SUM) / (3 * wide)
    down = (area.height * 0.46 - 26) / tall
    cell = float(int(max(min(across, down, 40.0), 2.0)))
    lower = 26 + cell * tall + 6
    upper = area.height - lower - 10
    half = (area.width - 24) / 2
    source = Box(area.x, area.y, half, upper)
    output = Box(area.x + half + 24, area.y, half, upper)
    grids = Box(area.x, area.y + upper + 10, area.width, lower)
    return Plan(source, grids, output, cell, 1, True)


