"""The ripple of an edit, large: what it moved in every map, with the cells counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convsim.figures.captions import heading as page_heading
from convsim.figures.colors import largest, signed_pixels
from convsim.figures.columns import HEAD, heading
from convsim.figures.maps import LARGEST_CELL, MOST, tiles_for
from convsim.figures.parts import Box, layer_title
from convsim.figures.ripple import moved, touched
from convsim.figures.scale import draw_scale, scale_width
from convsim.figures.sketch import MIDDLE, Sketch
from convsim.figures.tile import draw_map, spread
from convsim.figures.typography import fitted_size
from convsim.figures.vectors import draw_folded
from convsim.figures.zoomed import planned, zoomed

if TYPE_CHECKING:
    from convsim.core.layers import Array
    from convsim.core.trace import Trace
    from convsim.document.document import Document
    from convsim.figures.page import Page
    from convsim.figures.scene import Scene


def ripple_maps(document: Document, trace: Trace, page: Page, before: Trace) -> Scene:
    """Return the differences of all maps of the cursor's layer: after less before.

    Below each map stands how many of its cells moved, above all of them how many in all.  The
    layer must be `convsim.figures.ripple.comparable`.
    """
    whole, page = page, planned(page)
    sketch = Sketch(page)
    index = document.cursor.layer
    difference = moved(trace, before, index)
    box = page_heading(sketch, sketch.say("ripple"))
    end = largest(difference)
    wide = scale_width(-end, end)
    left = Box(box.x, box.y, box.width - wide - 16, HEAD)
    heading(sketch, left, _sentence(sketch, document, difference))
    draw_scale(sketch, box.right, box.y + 10, -end, end)
    used = HEAD + 12
    room = Box(box.x, box.y + used, box.width, box.height - used)
    if difference.ndim == 3:
        _draw_tiles(sketch, room, document, trace, difference, end)
    else:
        chosen = document.cursor.filter
        draw_folded(
            sketch, room, difference, end, name="units", layer=index, mark=chosen, most=LARGEST_CELL
        )
    return zoomed(sketch.scene(sketch.say("ripple")), whole)


def ripple_head(document: Document, trace: Trace, page: Page, before: Trace) -> Scene:
    """Return what stands above one map of differences: how much of it moved, and its colours."""
    sketch = Sketch(page)
    index, chosen = document.cursor.layer, document.cursor.filter
    difference = moved(trace, before, index)
    end = largest(difference)
    one = difference[chosen]
    text = sketch.say(
        "ripple_map",
        layer=layer_title(document.layer, page.labels),
        n=chosen + 1,
        total=len(difference),
        cells=f"{int((one != 0).sum()):,}",
        all=f"{one.size:,}",
    )
    room = Box(18, 0, page.width - 36, page.height)
    left = Box(room.x, room.y, room.width - scale_width(-end, end) - 16, HEAD)
    heading(sketch, left, text)
    draw_scale(sketch, room.right, room.y + 10, -end, end)
    return sketch.scene(text)


def _sentence(sketch: Sketch, document: Document, difference: Array) -> str:
    cells, maps = touched(difference)
    key = "ripple_maps" if difference.ndim == 3 else "ripple_values"
    return sketch.say(
        key,
        layer=layer_title(document.layer, sketch.page.labels),
        cells=f"{cells:,}",
        all=f"{difference.size:,}",
        n=maps,
        m=len(difference),
    )


def _draw_tiles(
    sketch: Sketch, box: Box, document: Document, trace: Trace, difference: Array, end: float
) -> None:
    count = min(len(difference), MOST)
    tall, wide = difference.shape[1:]
    tiles = tiles_for(count, tall, wide, box.width, box.height, named=True)
    pixels = signed_pixels(difference[:count], end, sketch.theme)
    width, height = tiles.cell * wide, tiles.cell * tall
    first, pitch = spread(box.width, tiles.cols, width, tiles.gap)
    for i in range(count):
        row, col = divmod(i, tiles.cols)
        y = box.y + row * (height + tiles.gap + tiles.label)
        place = Box(box.x + first + col * pitch, y, width, height)
        draw_map(sketch, place, document, trace, i, pixels[i], named=False, numbers=difference[i])
        if tiles.label > 0:
            cells = int((difference[i] != 0).sum())
            text = sketch.say("ripple_cells", n=f"{cells:,}", all=f"{difference[i].size:,}")
            ink = sketch.theme.ink if cells else sketch.theme.faint
            size = fitted_size(text, 10.5, pitch - 4)
            sketch.text(place.middle[0], place.bottom + 12, text, size, ink, MIDDLE)
