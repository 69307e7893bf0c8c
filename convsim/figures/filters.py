"""Every filter of a convolution: the weights of each plane as a grid, with name and bias."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from convsim.core.layers import Conv2d, ConvTranspose2d
from convsim.document.planes import filter_bank
from convsim.figures import digits
from convsim.figures.captions import heading as page_heading
from convsim.figures.colors import largest, signed_pixels
from convsim.figures.columns import HEAD, heading
from convsim.figures.filling import number_grid
from convsim.figures.hint import hint
from convsim.figures.parts import (
    Box,
    channel_name,
    layer_title,
    shape_text,
)
from convsim.figures.scale import draw_scale, scale_width
from convsim.figures.scene import Area, Scene
from convsim.figures.sketch import END, MIDDLE, Sketch
from convsim.figures.tile import run_text, run_with, spread
from convsim.figures.typography import text_width
from convsim.figures.zoomed import planned, zoomed

if TYPE_CHECKING:
    from convsim.core.layers import Array
    from convsim.core.trace import Trace
    from convsim.document.document import Document
    from convsim.figures.page import Page

WITH_FILTERS = (Conv2d, ConvTranspose2d)
"""Layers whose weights are filters that move over a map."""

LARGEST_CELL = 72.0
LEAST_PLANE = 14.0
LEAST_CELL = 1.8
"""A plane, or a weight, smaller than this cannot be seen."""
NUMBERED = 23.0
"""From this side a cell holds a sign and two decimals."""
NAME = 20.0
BETWEEN = 5.0
GAPS = (26.0, 16.0)
TIGHT = (14.0, 9.0)
"""Room between filters, across and down: a few, and many."""
MANY = 24


@dataclass(frozen=True)
class Layout:
    """How filters are laid out.

    Attributes
    ----------
    shown, planes : int
        How many filters, and how many planes of each.
    cols : int
        Filters side by side.
    folded : int
        Planes side by side within a filter; more go below.
    cell : float
        Side of one weight.
    gaps : (float, float)
        Room between filters, across and down.
    """

    shown: int
    planes: int
    cols: int
    folded: int
    cell: float
    gaps: tuple[float, float] = GAPS


def filters(document: Document, trace: Trace, page: Page, end: float | None = None) -> Scene:
    """Return the filters of the cursor's layer, or a sentence that says which layer has some.

    `end` is that of the colour scale; if not given, the largest of the weights.
    """
    del trace
    layer = document.layer
    if not isinstance(layer, WITH_FILTERS):
        return hint(_no_filters(document, page), page)
    whole, page = page, planned(page)
    sketch = Sketch(page)
    weights = _bank(document)
    count, channels, tall, wide = weights.shape
    name = layer_title(layer, page.labels)
    size = shape_text((tall, wide, channels))
    key = "filters_title" if count > 1 else "one_filter_title"
    title = sketch.say(key, layer=name, n=f"{count:,}", size=size)
    box = page_heading(sketch, title)
    room = Box(box.x, box.y + HEAD + 14, box.width, box.height - HEAD - 14)
    labels = channels > 1
    layout = layout_for(count, channels, tall, wide, room, labelled=labels)
    first = _first_plane(document, channels, layout.planes)
    end = largest(weights) if end is None else end
    _draw_head(sketch, box, document, layout, first, end)
    begin = run_with(document.cursor.filter, layout.shown, count)
    for i in range(layout.shown):
        _draw_filter(sketch, room, document, layout, i, begin + i, first, end)
    return zoomed(sketch.scene(title), whole)


def _bank(document: Document) -> Array:
    """Return the filters of the cursor's layer: (filters, channels, rows, columns)."""
    return filter_bank(document.layer, document.weights[document.cursor.layer]["weight"])


def _no_filters(document: Document, page: Page) -> str:
    sketch = Sketch(page)
    names = [
        layer_title(one, page.labels)
        for one in document.network.layers
        if isinstance(one, WITH_FILTERS)
    ]
    if not names:
        return sketch.say("no_filters_at_all")
    if len(names) > 6:
        names = [*names[:5], "…", names[-1]]
    layer = layer_title(document.layer, page.labels)
    return sketch.say("no_filters", layer=layer, others=", ".join(names))


def _first_plane(document: Document, channels: int, shown: int) -> int:
    """Return the first plane shown: the page of planes that the reader is looking at."""
    plane = min(document.view.plane, channels - 1)
    return min(plane // shown * shown, channels - shown)


def layout_for(
    count: int, channels: int, tall: int, wide: int, room: Box, *, labelled: bool
) -> Layout:
    """Return the layout that shows all planes of all filters, or as much as can be seen of them."""
    best = max(
        (
            _layout(count, channels, folded, tall, wide, room, labelled=labelled)
            for folded in _foldings(channels)
        ),
        key=lambda one: one.cell,
    )
    least = max(LEAST_PLANE / max(tall, wide), LEAST_CELL)
    if best.cell >= least:
        return best
    # The colours of a picture belong together; of many maps one stands for all.
    planes = channels if channels <= 3 else 1
    best = _layout(count, planes, planes, tall, wide, room, labelled=labelled)
    if best.cell >= least:
        return best
    cell = max(least, 20.0 / max(tall, wide))
    across, down = _block(planes, planes, tall, wide, cell, labelled=labelled)
    cols = max(int((room.width + TIGHT[0]) / (across + TIGHT[0])), 1)
    rows = max(int((room.height + TIGHT[1]) / (down + TIGHT[1])), 1)
    return Layout(min(count, cols * rows), planes, cols, planes, cell, TIGHT)


def _foldings(planes: int) -> list[int]:
    """Return the numbers of planes side by side to try: up to three always stay in one row."""
    if planes <= 3:
        return [planes]
    return sorted({-(-planes // rows) for rows in range(1, min(planes, 24) + 1)})


def _layout(
    count: int,
    planes: int,
    folded: int,
    tall: int,
    wide: int,
    room: Box,
    *,
    labelled: bool,
) -> Layout:
    gaps = TIGHT if count > MANY else GAPS
    best = Layout(count, planes, 1, folded, 0.0, gaps)
    stacked = -(-planes // folded)
    plane_name = _plane_name(planes, labelled=labelled)
    for cols in range(1, min(count, 40) + 1):
        rows = -(-count // cols)
        width = (room.width - (cols - 1) * gaps[0]) / cols - (folded - 1) * BETWEEN
        height = (room.height - (rows - 1) * gaps[1]) / rows
        height -= NAME + stacked * plane_name + (stacked - 1) * BETWEEN
        cell = min(width / (folded * wide), height / (stacked * tall), LARGEST_CELL)
        # Name and bias stand above a filter, so it must not be too narrow for its number.
        if cell > best.cell and folded * wide * cell >= LEAST_PLANE:
            best = Layout(count, planes, cols, folded, cell, gaps)
    cell = float(int(best.cell)) if best.cell >= 6 else best.cell
    return replace(best, cell=cell)


def _plane_name(planes: int, *, labelled: bool) -> float:
    """Return the room for R, G, B below the planes; many channels have no names."""
    return 14.0 if labelled and 1 < planes <= 3 else 0.0


def _block(
    planes: int, folded: int, tall: int, wide: int, cell: float, *, labelled: bool
) -> tuple[float, float]:
    """Return width and height of one filter with its name."""
    stacked = -(-planes // folded)
    plane_name = _plane_name(planes, labelled=labelled)
    width = folded * wide * cell + (folded - 1) * BETWEEN
    return width, NAME + stacked * (tall * cell + plane_name) + (stacked - 1) * BETWEEN


def _draw_head(
    sketch: Sketch, box: Box, document: Document, layout: Layout, first: int, end: float
) -> None:
    weights = _bank(document)
    count, channels, tall, wide = weights.shape
    name = layer_title(document.layer, sketch.page.labels)
    parts = [f"{name}  {shape_text((tall, wide, channels))}"]
    if layout.shown < count:
        begin = run_with(document.cursor.filter, layout.shown, count)
        parts.append(run_text(sketch, begin, layout.shown, count))
    if layout.planes < channels:
        key = "plane_of" if layout.planes == 1 else "planes_of"
        parts.append(
            sketch.say(key, first=first + 1, last=first + layout.planes, total=f"{channels:,}")
        )
    if document.is_random(document.cursor.layer):
        parts.append(sketch.say("random_filters"))
    elif random := document.random_units(document.cursor.layer):
        parts.append(sketch.say("random_some", n=f"{random:,}", total=f"{count:,}"))
    left = Box(box.x, box.y, box.width - scale_width(-end, end) - 16, HEAD)
    heading(sketch, left, ", ".join(parts), ", ".join(parts[1:]) or parts[0])
    draw_scale(sketch, box.right, box.y + 10, -end, end)


def _draw_filter(
    sketch: Sketch,
    room: Box,
    document: Document,
    layout: Layout,
    spot: int,
    index: int,
    first: int,
    end: float,
) -> None:
    """Draw one filter at its spot: number and name, bias, and its planes."""
    theme, cursor = sketch.theme, document.cursor
    weights = _bank(document)
    channels, tall, wide = weights.shape[1:]
    labelled = channels > 1
    width, height = _block(layout.planes, layout.folded, tall, wide, layout.cell, labelled=labelled)
    row, col = divmod(spot, layout.cols)
    left, pitch = spread(room.width, layout.cols, width, layout.gaps[0])
    x, y = room.x + left + col * pitch, room.y + row * (height + layout.gaps[1])
    chosen, color = index == cursor.filter, theme.filter_color(index)
    _draw_name(sketch, x, y + 8, width, layout.gaps[0] - 6, document, index)
    plane_name = _plane_name(layout.planes, labelled=labelled)
    for i in range(layout.planes):
        down, across = divmod(i, layout.folded)
        left = x + across * (wide * layout.cell + BETWEEN)
        top = y + NAME + down * (tall * layout.cell + plane_name + BETWEEN)
        values = weights[index, first + i]
        fills = signed_pixels(values, end, theme)
        place = Box(left, top, wide * layout.cell, tall * layout.cell)
        if layout.cell >= NUMBERED:
            number_grid(sketch, left, top, layout.cell, values, fills)
        else:
            sketch.raster(place.x, place.y, place.width, place.height, fills)
        stroke = 2.4 if chosen else 1.2
        sketch.rect(left - 1, top - 1, place.width + 2, place.height + 2, None, color, stroke)
        if plane_name:
            channel = channel_name(document, first + i)
            sketch.text(left + place.width / 2, place.bottom + 9, channel, 10.5, theme.dim, MIDDLE)
    sketch.area(Area("filter", x, y, width, height, layer=cursor.layer, filter=index))


def _draw_name(
    sketch: Sketch,
    x: float,
    y: float,
    width: float,
    spare: float,
    document: Document,
    index: int,
) -> None:
    """Write number and name, and the bias at the right end where there is room.

    The name may be `spare` wider than the filter.
    """
    theme, cursor = sketch.theme, document.cursor
    chosen = index == cursor.filter
    number, name = str(index + 1), document.filter_name(document.layer.name, index)
    text = f"{number}  {name}" if name else number
    room = width + spare
    if text_width(text, 11.5, bold=chosen) > room:
        text = number
    ink = theme.ink if chosen else theme.dim
    sketch.text(x, y, text, 11.5, ink, bold=chosen, room=room)
    params = document.weights[cursor.layer]
    if "bias" not in params:
        return
    value = float(params["bias"][index])
    bias = sketch.say("bias_is", value=digits.text(value, digits.decimals_for([value], 2)))
    end = x + width
    if text_width(text, 11.5, bold=chosen) + text_width(bias, 10.5) + 12 <= end - x:
        sketch.text(end, y, bias, 10.5, theme.dim, END)
