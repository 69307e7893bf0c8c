"""Every activation map of a layer, all of them as large as they fit on the page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convsim.core.layers import Softmax
from convsim.core.record import record
from convsim.figures.captions import heading as page_heading
from convsim.figures.colors import signed_pixels
from convsim.figures.columns import HEAD, before_words, heading, remark
from convsim.figures.parts import (
    Box,
    activation_after,
    layer_title,
    scale_end,
    shape_text,
)
from convsim.figures.scale import draw_scale, scale_width
from convsim.figures.sketch import Sketch
from convsim.figures.strip import strip, strip_capacity
from convsim.figures.tile import LABEL, draw_map, run_text, run_with, spread
from convsim.figures.typography import text_width
from convsim.figures.vectors import draw_folded, draw_rows, few
from convsim.figures.zoomed import planned, zoomed

if TYPE_CHECKING:
    from convsim.core.trace import Trace
    from convsim.document.document import Document
    from convsim.figures.page import Page
    from convsim.figures.scene import Scene

__all__ = ["map_head", "maps", "strip", "strip_capacity"]

MOST = 256
"""More maps than that are too small to be seen."""
NAMED = 44.0
"""From this width a map has room for its number below."""
LARGEST_CELL = 56.0


@record
class Tiles:
    """How maps are laid out: columns, side of a cell, room between and for the words below."""

    cols: int
    cell: float
    gap: float
    label: float


def maps(document: Document, trace: Trace, page: Page) -> Scene:
    """Return all activation maps of the cursor's layer, as it writes them: before an activation.

    A vector is drawn as bars or as folded cells.
    """
    whole, page = page, planned(page)
    sketch = Sketch(page)
    values = trace.output(document.cursor.layer)
    name = layer_title(document.layer, page.labels)
    key = "maps_title" if values.ndim == 3 else "values_title"
    if values.shape[0] == 1:
        key = "one_map_title" if values.ndim == 3 else "one_value_title"
    title = sketch.say(key, layer=name, n=f"{values.shape[0]:,}")
    box = page_heading(sketch, title)
    box = _draw_head(sketch, box, document, trace)
    if values.ndim == 3:
        _draw_tiles(sketch, box, document, trace)
    else:
        _draw_vector(sketch, box, document, trace)
    return zoomed(sketch.scene(title), whole)


def map_head(document: Document, trace: Trace, page: Page) -> Scene:
    """Return what stands above one map that is looked at closely: which it is, and its colours."""
    sketch = Sketch(page)
    index, chosen = document.cursor.layer, document.cursor.filter
    total = trace.output(index).shape[0]
    name = layer_title(document.layer, page.labels)
    parts = [f"{name}, {sketch.say('map_of', n=chosen + 1, total=total).lower()}"]
    own = document.filter_name(document.layer.name, chosen)
    if own:
        parts.append(own)
    after = activation_after(document)
    if after:
        parts.append(before_words(sketch, after))
    low, end = _scale_ends(document, trace)
    room = Box(18, 0, page.width - 36, page.height)
    left = Box(room.x, room.y, room.width - scale_width(low, end) - 16, HEAD)
    heading(sketch, left, ", ".join(parts), parts[0])
    size = min(11.0, 11.0 * left.width / text_width(sketch.say("zoom_how"), 11))
    sketch.text(left.x, left.y + 28, sketch.say("zoom_how"), size, page.theme.dim)
    draw_scale(sketch, room.right, room.y + 10, low, end)
    return sketch.scene(", ".join(parts))


def _scale_ends(document: Document, trace: Trace) -> tuple[float, float]:
    """Return the ends of the colour scale of a layer's maps: ±the largest, or 0 to the largest."""
    index = document.cursor.layer
    end = scale_end(trace, index)
    return (-end if float(trace.output(index).min()) < 0 else 0.0), end


def _draw_head(sketch: Sketch, box: Box, document: Document, trace: Trace) -> Box:
    """Draw what is shown on the left, the colour scale on the right; return the room below."""
    index = document.cursor.layer
    values = trace.output(index)
    softmax = isinstance(document.layer, Softmax)
    name = layer_title(document.layer, sketch.page.labels)
    name = sketch.say("predictions") if softmax else name
    text = f"{name}  {shape_text(document.place.output_shape)}"
    if values.ndim == 3 and values.shape[0] > MOST:
        begin = run_with(document.cursor.filter, MOST, values.shape[0])
        text = f"{text}, {run_text(sketch, begin, MOST, values.shape[0])}"
    titles = [text]
    after = activation_after(document)
    if after:
        titles.insert(0, f"{titles[0]}, {before_words(sketch, after)}")
    used = HEAD + 12
    below = Box(box.x, box.y + used, box.width, box.height - used)
    said = remark(document, trace, index)
    if values.ndim == 1 and few(values, below):
        # The length of a bar says its value; its shade only says which one is chosen.
        heading(sketch, Box(box.x, box.y, box.width, HEAD), *titles, said=said)
        return below
    low, end = _scale_ends(document, trace)
    left = Box(box.x, box.y, box.width - scale_width(low, end) - 16, HEAD)
    heading(sketch, left, *titles, said=said)
    draw_scale(sketch, box.right, box.y + 10, low, end)
    return below


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
    begin = run_with(document.cursor.filter, count, values.shape[0])
    some = values[begin : begin + count]
    pixels = signed_pixels(some, scale_end(trace, index), sketch.theme)
    width, height = tiles.cell * wide, tiles.cell * tall
    first, pitch = spread(box.width, tiles.cols, width, tiles.gap)
    for i in range(count):
        row, col = divmod(i, tiles.cols)
        x = box.x + first + col * pitch
        y = box.y + row * (height + tiles.gap + tiles.label)
        place = Box(x, y, width, height)
        named, room = tiles.label > 0, pitch - 4
        draw_map(sketch, place, document, trace, begin + i, pixels[i], named=named, room=room)


def _draw_vector(sketch: Sketch, box: Box, document: Document, trace: Trace) -> None:
    """Draw a vector: a bar for each value if there are few, else cells in rows."""
    cursor = document.cursor
    values = trace.output(cursor.layer)
    if few(values, box):
        room = Box(box.x, box.y, min(box.width, 620.0), box.height)
        draw_rows(sketch, room, document, values, values.size, cursor.filter, cursor.layer, "unit")
        return
    draw_folded(
        sketch,
        box,
        values,
        scale_end(trace, cursor.layer),
        name="units",
        layer=cursor.layer,
        mark=cursor.filter,
        most=LARGEST_CELL,
    )
