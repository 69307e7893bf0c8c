"""A vector as a drawing: bars when it is short, else folded into rows like a page of text."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from convsim.core.step import Inside
from convsim.figures import digits
from convsim.figures.bars import LOWEST, Bar, draw_bars, row_height
from convsim.figures.colors import signed_pixels
from convsim.figures.columns import (
    HEAD,
    WORDS,
    after_words,
    draw_words,
    heading,
    remark,
    unit_label,
)
from convsim.figures.filling import draw_filling, number_grid, shows_numbers
from convsim.figures.parts import (
    Box,
    activation_after,
    scale_end,
    shape_text,
    source_shape,
    source_title,
    window_mark,
)
from convsim.figures.scene import Area

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from convsim.core.trace import Trace
    from convsim.document.document import Document
    from convsim.figures.sketch import Sketch

LARGEST_CELL = 34.0
MOST_ROWS = 24
"""Longer vectors are folded: so many bars would say no more."""


@lru_cache(maxsize=256)
def fold(
    count: int, width: float, height: float, most: float = LARGEST_CELL
) -> tuple[int, int, float]:
    """Return rows, columns and side of a cell so that `count` cells fill the box.

    A fold without a remainder is preferred if its cells are nearly as large, and of equals the
    one with the longest rows.
    """
    cols = np.arange(count, 0, -1)
    rows = -(-count // cols)
    cells = np.minimum(width / cols, height / rows)
    best = int(cells.argmax())
    exact = np.where(rows * cols == count, cells, 0.0)
    if exact.max() >= 0.8 * min(cells[best], most):
        best = int(exact.argmax())
    cell = min(float(cells[best]), most)
    return int(rows[best]), int(cols[best]), float(int(cell)) if cell >= 6 else cell


def folded(values: NDArray[Any], rows: int, cols: int) -> NDArray[np.float64]:
    """Return a vector as rows × cols, with not-a-number after its end."""
    out = np.full(rows * cols, np.nan)
    out[: values.size] = values
    return out.reshape(rows, cols)


def draw_folded(
    sketch: Sketch,
    box: Box,
    values: NDArray[Any],
    top: float,
    *,
    name: str = "",
    layer: int = -1,
    mark: int = -1,
    most: float = LARGEST_CELL,
) -> Box:
    """Draw a vector folded into rows; return where it lies.

    Parameters
    ----------
    values : array (D,)
    top : float
        The value at the end of the colour scale.
    name, layer
        Of the area that answers to clicks; none if the name is empty.
    mark : int
        The value to frame, −1 for none.
    most : float
        The largest side of a cell.
    """
    rows, cols, cell = fold(values.size, box.width, box.height, most)
    place = Box(box.x, box.y, cell * cols, cell * rows)
    grid = folded(values, rows, cols)
    pixels = signed_pixels(grid, top, sketch.theme)
    if shows_numbers(cell, values):
        number_grid(sketch, place.x, place.y, cell, grid, pixels)
    else:
        sketch.raster(place.x, place.y, place.width, place.height, pixels, smooth=cell < 1)
    sketch.rect(place.x, place.y, place.width, place.height, None, sketch.theme.line)
    if name:
        sketch.area(
            Area(name, place.x, place.y, place.width, place.height, rows, cols, layer=layer)
        )
    if mark >= 0:
        row, col = divmod(mark, cols)
        side = max(cell, 9.0)
        x = place.x + (col + 0.5) * cell - side / 2
        y = place.y + (row + 0.5) * cell - side / 2
        window_mark(sketch, Box(x, y, side, side), sketch.theme.filter_color(mark))
    return place


def draw_vector_in(
    sketch: Sketch, box: Box, document: Document, trace: Trace, mark: int = -1
) -> Box:
    """Draw the vector that the cursor's layer reads; return its place."""
    layer = document.cursor.layer
    title = source_title(document, sketch.page.labels)
    heading(sketch, box, f"{title}  {shape_text(source_shape(document))}", title)
    inner = Box(box.x, box.y + HEAD, box.width, box.height - HEAD)
    values = trace.input(layer)
    if few(values, inner):
        return draw_rows(sketch, inner, document, values, values.size, mark, layer - 1, "")
    return draw_folded(
        sketch,
        inner,
        values,
        scale_end(trace, layer - 1),
        name="input",
        layer=layer - 1,
        mark=mark,
    )


def draw_vector_out(
    sketch: Sketch,
    box: Box,
    document: Document,
    trace: Trace,
    value: str,
    notes: Sequence[str] = (),
    *,
    words: Box | None = None,
) -> None:
    """Draw the vector that is being written: bars when it is short, else folded cells.

    The parameters are those of `draw_map_column`.
    """
    cursor, inside = document.cursor, document.inside
    after = activation_after(document)
    raw = trace.output(cursor.layer)
    values = after.curve(raw) if after else raw
    title = sketch.say("unit_of", n=f"{cursor.filter + 1:,}", total=f"{values.size:,}")
    titles = (f"{title}, {after_words(sketch, after)}", title) if after else (title,)
    heading(sketch, box, *titles, said=remark(document, trace, cursor.layer))
    below = 0.0 if words else WORDS
    inner = Box(box.x, box.y + HEAD, box.width, max(box.height - HEAD - below, 40.0))
    written = inside is Inside.WRITE
    if few(values, inner):
        done = cursor.filter + written
        place = draw_rows(
            sketch, inner, document, values, done, cursor.filter, cursor.layer, "unit"
        )
        bottom = place.bottom
    else:
        rows, cols, cell = fold(values.size, inner.width, inner.height)
        grid = folded(values, rows, cols)
        pixels = signed_pixels(grid, scale_end(trace, cursor.layer, after=after), sketch.theme)
        draw_filling(sketch, inner.x, inner.y, cell, grid, pixels, cursor.filter, written=written)
        sketch.area(
            Area(
                "units", inner.x, inner.y, cell * cols, cell * rows, rows, cols, layer=cursor.layer
            )
        )
        bottom = inner.y + cell * rows
    if words is None:
        words = Box(box.x, bottom + 9, box.width, box.bottom - bottom - 9)
    unit = sketch.say("unit", n=f"{cursor.filter + 1:,}")
    draw_words(sketch, words, unit, value, written, notes)


def few(values: NDArray[Any], box: Box) -> bool:
    """Return whether each value can have a row of its own."""
    return values.size <= MOST_ROWS and values.size * LOWEST <= box.height


def draw_rows(
    sketch: Sketch,
    box: Box,
    document: Document,
    values: NDArray[Any],
    done: int,
    chosen: int,
    layer: int,
    area: str,
) -> Box:
    """Draw a row for each value, dots for those after the first `done`; return their place."""
    numbers = values.tolist()
    decimals = digits.decimals_for(numbers)
    if decimals and 0 < max(map(abs, numbers)) < 0.1:
        # Shares of many classes are small: three decimals would not tell them apart.
        decimals = 4
    bars = [
        Bar(
            unit_label(document, layer, i),
            value,
            digits.text(value, decimals),
            known=i < done,
            chosen=i == chosen,
            area=area,
            unit=i,
        )
        for i, value in enumerate(numbers)
    ]
    draw_bars(sketch, box, bars, min(numbers), max(numbers), layer=layer)
    return Box(box.x, box.y, box.width, row_height(box, len(bars)) * len(bars))
