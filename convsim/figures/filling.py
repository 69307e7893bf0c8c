"""Grids of cells with numbers; and one that is being filled, whose unwritten cells wait."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from convsim.figures import digits
from convsim.figures.colors import Pixels, inks
from convsim.figures.sketch import MIDDLE, Sketch
from convsim.figures.typography import text_width

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from convsim.figures.scene import Color

CELL_TEXT = 20.0
"""From this many units a cell is wide enough for numbers that can be read."""
LEAST_LIT = 9.0
"""Side of the mark around the current cell, however small the cell is."""
NUMBER_CELL = 18.0
"""From this many units a cell of a small grid, such as a kernel, holds a number."""
DIGIT = 0.62
"""Width of a digit in ems."""
USUAL = 10.0
SMALLEST = 8.8
"""Em heights of numbers in small cells: where there is room, and where there is less."""
FAINTEST = 8.0
"""Em height of numbers that would be left out otherwise, though the arithmetic needs them."""
AROUND = 2.6
"""What a cell keeps free of its number, so that neighbours stand apart."""
WIDE_CELL = 25.0
"""From this many units a sign and two decimals fit."""


def shows_numbers(cell: float, values: NDArray[Any]) -> bool:
    """Return whether numbers in cells of this size say more than the colours do."""
    if cell < CELL_TEXT:
        return False
    finite = values[np.isfinite(values)]
    return cell >= WIDE_CELL or bool((finite == np.rint(finite)).all())


def number_size(cell: float, texts: tuple[str, ...] = ()) -> float:
    """Return the em height of the numbers in cells: as is usual, or less where they are long."""
    size = min(max(cell * 0.34, USUAL), 17.0)
    longest = max(map(digits.letters, texts), default=0.0)
    return min(size, (cell - AROUND) / (DIGIT * longest)) if longest else size


def cell_letters(cell: float, smallest: float = SMALLEST) -> float:
    """Return the room of a cell in digits that can still be read."""
    return (cell - AROUND) / (DIGIT * min(max(cell * 0.34, smallest), 17.0))


def cell_for(letters: float) -> float:
    """Return the side of a cell that holds so many digits at the smallest size."""
    return letters * DIGIT * FAINTEST + AROUND


def factor_texts(cell: float, values: NDArray[Any]) -> tuple[str, ...]:
    """Return what a grid says whose numbers are multiplied or added up: in full, or nothing."""
    if cell < NUMBER_CELL:
        return ()
    texts = digits.cell_texts(values, cell_letters(cell), faithful=True)
    if not any(texts):
        texts = digits.cell_texts(values, cell_letters(cell, FAINTEST), faithful=True)
    return texts if any(texts) else ()


def draw_filling(
    sketch: Sketch,
    x: float,
    y: float,
    cell: float,
    values: NDArray[Any],
    pixels: Pixels,
    current: int,
    *,
    written: bool,
) -> None:
    """Draw a grid as far as it is written.

    Parameters
    ----------
    values : array (H, W)
        Written in reading order; not-a-number where a folded vector has ended.
    pixels : array (H, W, 3)
        Their colours.
    current : int
        The place in reading order that is written now; those before it are written.
    written : bool
        Whether the current one is already written.
    """
    theme = sketch.theme
    rows, cols = values.shape
    width, height = cell * cols, cell * rows
    done = current + written
    waiting = np.arange(rows * cols).reshape(rows, cols) >= done
    first_free = min(current // cols + 1, rows)
    top, depth = y + cell * first_free, cell * (rows - first_free)
    sketch.rect(x, y, width, height, theme.panel)
    sketch.hatch(x, top, width, depth)
    numbers = shows_numbers(cell, values)
    if done:
        begun = slice(0, first_free)
        _draw_written(
            sketch, x, y, cell, values[begun], pixels[begun], waiting[begun], numbers=numbers
        )
    rest = cols - current % cols - 1
    if rest and first_free * cols > current:
        across = x + width - cell * rest
        sketch.hatch(across, top - cell, cell * rest, cell)
    sketch.rect(x, y, width, height, None, theme.line)
    label = sketch.say("not_written")
    wide = text_width(label, 10.5) + 16
    if depth >= 26 and width >= wide + 4:
        middle = x + width / 2, top + depth / 2
        sketch.rect(middle[0] - wide / 2, middle[1] - 9, wide, 18, theme.panel, None, 1, 9)
        sketch.text(*middle, label, 10.5, theme.dim, MIDDLE)
    row, col = divmod(current, cols)
    grow = max(0.0, (LEAST_LIT - cell) / 2)
    side = cell + 2 * grow
    left, upper = x + cell * col - grow, y + cell * row - grow
    if written:
        if not numbers:
            red, green, blue = pixels[row, col].tolist()
            sketch.rect(left, upper, side, side, (red, green, blue))
        sketch.rect(left, upper, side, side, None, theme.ink, 2)
    else:
        sketch.rect(left, upper, side, side, None, theme.ink, 1.4, 0, (3, 2))


def _draw_written(
    sketch: Sketch,
    x: float,
    y: float,
    cell: float,
    values: NDArray[Any],
    pixels: Pixels,
    waiting: NDArray[np.bool_],
    *,
    numbers: bool,
) -> None:
    rows, cols = values.shape
    if numbers:
        texts = digits.cell_texts(np.where(waiting, np.nan, values), cell_letters(cell))
        shown = np.where(waiting[..., None], np.array(sketch.theme.panel[:3], np.uint8), pixels)
        size = number_size(cell, texts)
        sketch.cells(x, y, cell, shown, texts, inks(shown, sketch.theme), size)
        return
    shown = np.empty((rows, cols, 4), np.uint8)
    shown[..., :3] = pixels
    shown[..., 3] = np.where(waiting, 0, 255)
    sketch.raster(x, y, cell * cols, cell * rows, shown, smooth=cell < 1)


def number_grid(
    sketch: Sketch,
    x: float,
    y: float,
    cell: float,
    values: NDArray[Any],
    fills: Pixels,
    texts: tuple[str, ...] | None = None,
) -> tuple[str, ...]:
    """Draw a small grid with numbers where they can be read; return what is written."""
    colors: tuple[Color, ...] = ()
    if cell < NUMBER_CELL:
        texts = ()
    else:
        texts = digits.cell_texts(values, cell_letters(cell)) if texts is None else texts
        colors = inks(fills, sketch.theme)
    size = number_size(cell, texts)
    sketch.cells(x, y, cell, fills, texts, colors, size, 1.0 if cell > 5 else 0.0)
    return texts
