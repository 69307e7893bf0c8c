"""The ripple of an edit: how far it moved every cell of a layer's maps, and how many it reached."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from convsim.figures.colors import largest, signed_pixels
from convsim.figures.parts import Box
from convsim.figures.sketch import MIDDLE, Sketch
from convsim.figures.strip import GAP, SIDE, strip_capacity, tile_of
from convsim.figures.tile import draw_map
from convsim.figures.vectors import draw_folded

if TYPE_CHECKING:
    from convsim.core.layers import Array
    from convsim.core.trace import Trace
    from convsim.document.document import Document
    from convsim.figures.page import Page
    from convsim.figures.scene import Scene


def comparable(document: Document, before: Trace | None, index: int) -> bool:
    """Return whether a layer gave the same kind of output before: same name, same shape."""
    if before is None or index >= min(len(before.network.layers), len(document.network.layers)):
        return False
    old, new = before.network.places[index], document.network.places[index]
    same = old.layer.name == new.layer.name
    return same and new.output_shape is not None and old.output_shape == new.output_shape


def moved(trace: Trace, before: Trace, index: int) -> Array:
    """Return after less before, of the shape of the layer's output."""
    return np.asarray(trace.output(index) - before.output(index))


def touched(difference: Array) -> tuple[int, int]:
    """Return how many cells moved at all, and in how many maps (of a vector: values, twice)."""
    cells = difference != 0
    flat = cells.reshape(len(cells), -1)
    return int(cells.sum()), int(flat.any(axis=1).sum())


def ripple(document: Document, trace: Trace, page: Page, before: Trace, first: int = 0) -> Scene:
    """Return the differences of the cursor's layer in one row, as the strip shows its maps.

    Below each stands how many of its cells moved.
    """
    sketch = Sketch(page)
    index = document.cursor.layer
    difference = moved(trace, before, index)
    title = sketch.say("ripple")
    end = largest(difference)
    if difference.ndim == 1:
        room = Box(SIDE, 6, page.width - 2 * SIDE, page.height - 30)
        chosen = document.cursor.filter
        draw_folded(sketch, room, difference, end, name="units", layer=index, mark=chosen)
        return sketch.scene(title)
    width, height = tile_of(document, page.height)
    count = strip_capacity(document, page.width, page.height)
    first = min(max(first, 0), len(difference) - 1)
    some = difference[first : first + count]
    for i, pixels in enumerate(signed_pixels(some, end, sketch.theme)):
        place = Box(SIDE + i * (width + GAP), 4, width, height)
        draw_map(sketch, place, document, trace, first + i, pixels, named=False, numbers=some[i])
        cells = int((some[i] != 0).sum())
        text = sketch.say("ripple_cells", n=f"{cells:,}", all=f"{some[i].size:,}")
        ink = sketch.theme.ink if cells else sketch.theme.faint
        sketch.text(place.middle[0], place.bottom + 12, text, 10.5, ink, MIDDLE)
    return sketch.scene(title)
