"""The strip: one row of a layer's activation maps, as many as stand side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from convsim.figures import digits
from convsim.figures.colors import signed_pixels
from convsim.figures.columns import unit_label
from convsim.figures.filling import cell_letters, number_grid
from convsim.figures.parts import Box, layer_title, scale_end, window_mark
from convsim.figures.scene import Area, Scene
from convsim.figures.sketch import MIDDLE, Sketch
from convsim.figures.tile import LABEL, draw_map
from convsim.figures.typography import fitted_size, text_width
from convsim.figures.vectors import draw_folded

if TYPE_CHECKING:
    from convsim.core.trace import Trace
    from convsim.document.document import Document
    from convsim.figures.page import Page

SIDE = 18.0
GAP = 18.0
MOST_GAP = 40.0
FEW = 24
"""Up to so many values of a vector have their numbers below them."""


def strip_capacity(document: Document, width: float, height: float, cell: float = 0.0) -> int:
    """Return how many maps stand side by side in a strip of this size; 0 for a vector."""
    across, _ = tile_of(document, height, cell)
    return max(int((width - 2 * SIDE + GAP) / (across + GAP)), 1) if across else 0


def strip(document: Document, trace: Trace, page: Page, first: int = 0, cell: float = 0.0) -> Scene:
    """Return one row of maps of the cursor's layer, from `first` on, as many as fit.

    A vector is drawn whole, in one row or folded.

    Parameters
    ----------
    first : int
        The first map, from 0.
    cell : float
        Height of a map in units; as high as the page allows if 0.
    """
    sketch = Sketch(page)
    title = layer_title(document.layer, page.labels)
    if document.place.output_shape is None:
        return sketch.scene(title)
    index = document.cursor.layer
    values = trace.output(index)
    if values.ndim == 1:
        _draw_vector(sketch, document, trace)
        return sketch.scene(title)
    width, height = tile_of(document, page.height, cell)
    count = strip_capacity(document, page.width, page.height, cell)
    first = min(max(first, 0), values.shape[0] - 1)
    some = values[first : first + count]
    pixels = signed_pixels(some, scale_end(trace, index), sketch.theme)
    pitch = width + GAP
    if 1 < values.shape[0] <= count:
        # All of them are there: what is left of the row gives names more room.
        free = (page.width - 2 * SIDE - width) / (values.shape[0] - 1)
        pitch = min(free, width + MOST_GAP)
    for i, one in enumerate(pixels):
        place = Box(SIDE + i * pitch, 4, width, height)
        draw_map(sketch, place, document, trace, first + i, one, named=True, room=pitch - 4)
    return sketch.scene(title)


def tile_of(document: Document, height: float, cell: float = 0.0) -> tuple[float, float]:
    """Return width and height of one map; a wide map is lower, so that others fit beside it."""
    shape = document.place.output_shape
    if shape is None or len(shape) != 3:
        return 0.0, 0.0
    side = cell or max(height - LABEL - 10, 24.0)
    tall, wide = shape[:2]
    each = min(side / tall, 2.2 * side / wide)
    return each * wide, each * tall


def _draw_vector(sketch: Sketch, document: Document, trace: Trace) -> None:
    page, index, chosen = sketch.page, document.cursor.layer, document.cursor.filter
    values = trace.output(index)
    room = Box(SIDE, 6, page.width - 2 * SIDE, page.height - 30)
    end = scale_end(trace, index)
    if values.size <= FEW:
        _draw_row(sketch, room, document, np.asarray(values, np.float64), end)
    else:
        draw_folded(sketch, room, values, end, name="units", layer=index, mark=chosen)


def _draw_row(sketch: Sketch, box: Box, document: Document, values: np.ndarray, end: float) -> None:
    """Draw a cell for each value with its unit's class or number below."""
    theme, chosen = sketch.theme, document.cursor.filter
    cell = float(int(min(box.width / values.size, box.height - LABEL, 58.0)))
    decimals = digits.decimals_for(values.tolist())
    texts = tuple(digits.text(v, decimals) for v in values.tolist())
    fills = signed_pixels(values[None], end, theme)
    number_grid(
        sketch,
        box.x,
        box.y,
        cell,
        values[None],
        fills,
        digits.fitting(texts, values, cell_letters(cell)),
    )
    for i in range(values.size):
        x = box.x + i * cell
        ink = theme.ink if i == chosen else theme.dim
        y = box.y + cell + 12
        label = unit_label(document, document.cursor.layer, i)
        size = fitted_size(label, 11, (cell - 4) / 1.05, least=9.0)
        if text_width(label, size, bold=True) > cell - 2:
            label, size = str(i + 1), 11
        sketch.text(x + cell / 2, y, label, size, ink, MIDDLE, bold=i == chosen)
        area = Area("unit", x, box.y, cell, cell, layer=document.cursor.layer, filter=i)
        sketch.area(area)
    color = theme.filter_color(chosen)
    window_mark(sketch, Box(box.x + chosen * cell, box.y, cell, cell), color)
