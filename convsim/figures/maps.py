"""Every activation map of a layer: all of them as large as they fit, or one row of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from convsim.core.layers import ReLU, Softmax
from convsim.core.trace import Trace
from convsim.document.document import Document
from convsim.figures import digits
from convsim.figures.bars import LOWEST, Bar, draw_bars
from convsim.figures.captions import heading as page_heading
from convsim.figures.colors import Pixels, signed_pixels
from convsim.figures.columns import HEAD, heading, untrained_answer
from convsim.figures.page import Page
from convsim.figures.parts import (
    Box,
    layer_title,
    number_grid,
    scale_end,
    shape_text,
)
from convsim.figures.scale import draw_scale, scale_width
from convsim.figures.scene import Area, Scene
from convsim.figures.sketch import MIDDLE, Sketch
from convsim.figures.typography import text_width
from convsim.figures.vectors import MOST_ROWS, draw_folded
from convsim.figures.zoomed import planned, zoomed

MOST = 256
"""More maps than that are too small to be seen."""
NAMED = 44.0
"""From this width a map has room for its number below."""
LABEL = 18.0
LARGEST_CELL = 56.0
NUMBERED_CELL = 26.0


@dataclass(frozen=True)
class Tiles:
    """How maps are laid out: columns, side of a cell, room between and for the words below."""

    cols: int
    cell: float
    gap: float
    label: float


def maps(document: Document, trace: Trace, page: Page) -> Scene:
    """Return all activation maps of the cursor's layer, as it writes them: before a ReLU behind it.

    A vector is drawn as bars or as folded cells.
    """
    whole, page = page, planned(page)
    sketch = Sketch(page)
    values = trace.output(document.cursor.layer)
    name = layer_title(document.layer, page.labels)
    key = "maps_title" if values.ndim == 3 else "values_title"
    title = sketch.say(key, layer=name, n=f"{values.shape[0]:,}")
    box = page_heading(sketch, title)
    box = _draw_head(sketch, box, document, trace)
    if values.ndim == 3:
        _draw_tiles(sketch, box, document, trace)
    else:
        _draw_vector(sketch, box, document, trace)
    return zoomed(sketch.scene(title), whole)


def _draw_head(sketch: Sketch, box: Box, document: Document, trace: Trace) -> Box:
    """Draw what is shown on the left, the colour scale on the right; return the room below."""
    index = document.cursor.layer
    values = trace.output(index)
    text = f"{layer_title(document.layer, sketch.page.labels)}  {shape_text(document.place.output_shape)}"
    if isinstance(document.layer, Softmax):
        text = f"{sketch.say('predictions')}  {shape_text(document.place.output_shape)}"
    titles = [text]
    if values.ndim == 3 and values.shape[0] > MOST:
        titles.insert(0, f"{text}, {sketch.say('first_of', n=MOST, total=values.shape[0])}")
        titles = titles[:1]
    if isinstance(document.follower, ReLU):
        titles.insert(0, f"{titles[0]}, {sketch.say('before_relu')}")
    end = scale_end(trace, index)
    low = -end if float(values.min()) < 0 else 0.0
    wide = scale_width(low, end)
    left = Box(box.x, box.y, box.width - wide - 16, HEAD)
    heading(sketch, left, *titles, untrained=untrained_answer(document, index))
    draw_scale(sketch, box.right, box.y + 10, low, end)
    used = HEAD + 12
    return Box(box.x, box.y + used, box.width, box.height - used)


def tiles_for(
    count: int, tall: int, wide: int, width: float, height: float, *, named: bool
) -> Tiles:
    """Return the layout of `count` maps of `tall` × `wide` that makes them as large as possible."""
    best = Tiles(1, 0.0, 0.0, 0.0)
    for gap, label in ((14.0, LABEL if named else 0.0), (5.0, 0.0), (2.0, 0.0)):
        for cols in range(1, count + 1):
            rows = -(-count // cols)
            across = (width - (cols - 1) * gap) / cols
            down = (height - (rows - 1) * gap - rows * label) / rows
            cell = min(across / wide, down / tall, LARGEST_CELL)
            if cell > best.cell:
                best = Tiles(cols, cell, gap, label)
        if best.cell * wide >= (NAMED if gap > 5 else 12):
            break
        best = Tiles(1, 0.0, 0.0, 0.0) if gap > 2 else best
    cell = float(int(best.cell)) if best.cell >= 6 else best.cell
    return Tiles(best.cols, cell, best.gap, best.label)


def _draw_tiles(sketch: Sketch, box: Box, document: Document, trace: Trace) -> None:
    index = document.cursor.layer
    values = trace.output(index)
    count = min(values.shape[0], MOST)
    tall, wide = values.shape[1:]
    tiles = tiles_for(count, tall, wide, box.width, box.height, named=True)
    pixels = signed_pixels(values[:count], scale_end(trace, index), sketch.theme)
    width, height = tiles.cell * wide, tiles.cell * tall
    for i in range(count):
        row, col = divmod(i, tiles.cols)
        x = box.x + col * (width + tiles.gap)
        y = box.y + row * (height + tiles.gap + tiles.label)
        place = Box(x, y, width, height)
        draw_map(sketch, place, document, trace, i, pixels[i], named=tiles.label > 0)


def draw_map(
    sketch: Sketch,
    place: Box,
    document: Document,
    trace: Trace,
    index: int,
    pixels: Pixels,
    *,
    named: bool,
) -> None:
    """Draw one map in its filter's colour, the chosen one thicker, with number and name below."""
    theme, cursor = sketch.theme, document.cursor
    rows, cols = pixels.shape[:2]
    cell = place.width / cols
    if cell >= NUMBERED_CELL:
        values = trace.output(cursor.layer)[index]
        number_grid(sketch, place.x, place.y, cell, values, pixels)
    else:
        sketch.raster(place.x, place.y, place.width, place.height, pixels, smooth=cell < 1)
    chosen = index == cursor.filter
    stroke = 3.0 if chosen else 1.4 if place.width >= 24 else 1.0
    color = theme.filter_color(index)
    out = stroke / 2
    sketch.rect(
        place.x - out,
        place.y - out,
        place.width + stroke,
        place.height + stroke,
        None,
        color,
        stroke,
    )
    if named:
        name = document.filter_name(document.layer.name, index)
        text = f"{index + 1}  {name}" if name else str(index + 1)
        if text_width(text, 11.5, bold=chosen) > place.width + 10:
            text = str(index + 1)
        ink = theme.ink if chosen else theme.dim
        sketch.text(place.middle[0], place.bottom + 12, text, 11.5, ink, MIDDLE, bold=chosen)
    sketch.area(
        Area(
            "map",
            place.x,
            place.y,
            place.width,
            place.height,
            rows,
            cols,
            layer=cursor.layer,
            filter=index,
        )
    )


def _draw_vector(sketch: Sketch, box: Box, document: Document, trace: Trace) -> None:
    """Draw a vector: bars side by side in up to two columns, else cells in rows."""
    cursor = document.cursor
    values = trace.output(cursor.layer)
    if values.size > MOST_ROWS or values.size * LOWEST > box.height:
        draw_folded(
            sketch,
            box,
            values,
            scale_end(trace, cursor.layer),
            name="units",
            layer=cursor.layer,
            mark=cursor.filter,
        )
        return
    numbers = values.tolist()
    top = max(numbers)
    decimals = digits.decimals_for(numbers) if top >= 0.1 or min(numbers) < 0 else 4
    bars = [
        Bar(
            str(i + 1),
            v,
            digits.text(v, decimals),
            chosen=i == cursor.filter,
            area="unit",
            unit=i,
        )
        for i, v in enumerate(numbers)
    ]
    room = Box(box.x, box.y, min(box.width, 620.0), box.height)
    draw_bars(sketch, room, bars, min(numbers), top, layer=cursor.layer)


# The bottom strip of the window.

SIDE = 18.0
STRIP_GAP = 18.0


def _strip_tile(document: Document, height: float, cell: float) -> tuple[float, float]:
    """Return width and height of one map of the strip."""
    shape = document.place.output_shape
    if shape is None or len(shape) != 3:
        return 0.0, 0.0
    side = cell or max(height - LABEL - 10, 24.0)
    tall, wide = shape[:2]
    each = min(side / tall, 2.2 * side / wide)
    # A wide and low map keeps a part of the height, so that it never fills the whole strip.
    return each * wide, each * tall


def strip_capacity(document: Document, width: float, height: float, cell: float = 0.0) -> int:
    """Return how many maps stand side by side in a strip of this size; 0 for a vector."""
    across, _ = _strip_tile(document, height, cell)
    if not across:
        return 0
    return max(int((width - 2 * SIDE + STRIP_GAP) / (across + STRIP_GAP)), 1)


def strip(
    document: Document, trace: Trace, page: Page, first: int = 0, cell: float = 0.0
) -> Scene:
    """Return one row of maps of the cursor's layer, from `first` on, as many as fit.

    Parameters
    ----------
    first : int
        The first map, from 0.
    cell : float
        Height of a map in units; as high as the page allows if 0.
    """
    sketch = Sketch(page)
    title = layer_title(document.layer, page.labels)
    shape = document.place.output_shape
    if shape is None:
        return sketch.scene(title)
    index = document.cursor.layer
    values = trace.output(index)
    if values.ndim == 1:
        room = Box(SIDE, 5, page.width - 2 * SIDE, page.height - 10)
        draw_folded(
            sketch,
            room,
            values,
            scale_end(trace, index),
            name="units",
            layer=index,
            mark=document.cursor.filter,
        )
        return sketch.scene(title)
    width, height = _strip_tile(document, page.height, cell)
    count = strip_capacity(document, page.width, page.height, cell)
    first = min(max(first, 0), values.shape[0] - 1)
    end = scale_end(trace, index)
    some = values[first : first + count]
    pixels = signed_pixels(np.asarray(some), end, sketch.theme)
    for i, one in enumerate(pixels):
        place = Box(SIDE + i * (width + STRIP_GAP), 4, width, height)
        draw_map(sketch, place, document, trace, first + i, one, named=True)
    return sketch.scene(title)
