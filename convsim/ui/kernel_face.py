"""How one plane of a filter looks: coloured cells with as many digits as there is room for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from convsim.figures import digits
from convsim.figures.colors import inks, signed_pixels
from convsim.figures.page import Page
from convsim.figures.sketch import Sketch
from convsim.figures.typography import text_width

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from convsim.figures.scene import Color, Scene
    from convsim.figures.theme import Theme

EDGE = 2
"""Room around the cells for their frame."""
LARGEST_CELL = 76.0
_LARGEST_TEXT = 13.0
_SIGNED_TEXT = 10.5
"""Numbers with sign and zero are written from this text size on; smaller ones lose both."""
_SMALLEST_TEXT = 9.0


@dataclass(frozen=True)
class Face:
    """A grid of cells in a widget of a given width.

    Attributes
    ----------
    rows, cols : int
    cell : float
        Pixels from one cell to the next; the painter gives each cell whole pixels.
    """

    rows: int
    cols: int
    cell: float

    @property
    def height(self) -> int:
        """Pixels that the grid and its frame need."""
        return round(self.rows * self.cell) + 2 * EDGE

    def cell_at(self, x: float, y: float) -> tuple[int, int] | None:
        """Return the (row, column) under a point, or None outside."""
        col, row = int((x - EDGE) // self.cell), int((y - EDGE) // self.cell)
        return (row, col) if 0 <= row < self.rows and 0 <= col < self.cols else None

    def box(self, row: int, col: int) -> tuple[float, float]:
        """Return the upper left corner of a cell."""
        return EDGE + col * self.cell, EDGE + row * self.cell


def face_of(rows: int, cols: int, width: int) -> Face:
    """Return the face that fills a width; a tall kernel gets no wider than a square one."""
    room = max(width - 2 * EDGE, 8)
    return Face(rows, cols, min(room / max(rows, cols), LARGEST_CELL))


def draw_face(
    face: Face,
    values: NDArray[Any],
    top: float,
    frame: Color,
    theme: Theme,
    selected: tuple[int, int] | None,
) -> Scene:
    """Return the scene of a grid.

    Parameters
    ----------
    values : array (rows, columns)
    top : float
        The value at the end of the colour scale.
    frame : Color
        Colour of the filter.
    selected : (int, int), optional
        The cell that is marked.
    """
    width, height = face.cols * face.cell + 2 * EDGE, float(face.height)
    sketch = Sketch(Page(width, height, theme, titled=False, transparent=True))
    fills = signed_pixels(values, top, theme)
    texts, size = labels_for(values, face.cell)
    ink = inks(fills, theme) if texts else ()
    sketch.cells(EDGE, EDGE, face.cell, fills, texts, ink, size)
    sketch.rect(EDGE, EDGE, width - 2 * EDGE, face.rows * face.cell, None, frame, 2)
    if selected is not None:
        x, y = face.box(*selected)
        sketch.rect(x, y, face.cell, face.cell, None, theme.panel, 4)
        sketch.rect(x, y, face.cell, face.cell, None, theme.accent, 2)
    return sketch.scene("")


def labels_for(values: NDArray[Any], cell: float) -> tuple[tuple[str, ...], float]:
    """Return one text a cell, row by row, and their size; no texts if none can be read.

    With a sign and two decimals where there is room (three if all are small), else short like
    ``−.33``.

    Examples
    --------
    >>> labels_for(np.array([[0.5, -0.25]]), 40.0)[0]
    ('+0.50', '−0.25')
    >>> labels_for(np.array([[0.5, -0.25]]), 24.0)[0]
    ('.50', '−.25')
    """
    flat = [float(v) for v in values.ravel()]
    room = cell * 0.9 - 1.5
    whole = all(v == round(v) for v in flat if np.isfinite(v))
    small = max((abs(v) for v in flat), default=0.0) < 0.1
    for decimals in (0,) if whole else (3, 2) if small else (2,):
        signed = tuple("0" if v == 0 else digits.text(v, decimals, sign=True) for v in flat)
        size = _size(signed, room)
        if size >= _SIGNED_TEXT:
            return signed, size
    for letters in (4, 3, 2, 1):
        short = digits.cell_texts(values, letters)
        size = _size(short, room)
        if (whole or _telling(short)) and size >= _SMALLEST_TEXT:
            return short, size
    return (), _SMALLEST_TEXT


def _telling(texts: tuple[str, ...]) -> bool:
    """Whether most numbers still say more than that they are nearly nothing."""
    written = [text for text in texts if text != "0"]
    telling = [text for text in written if any(digit in text for digit in "123456789")]
    return len(telling) * 4 >= len(written) * 3 and any("." in text for text in texts)


def _size(texts: tuple[str, ...], room: float) -> float:
    """Return the text size at which all texts fit."""
    widest = max((text_width(text, 1.0) for text in texts), default=1.0)
    return min(_LARGEST_TEXT, room / max(widest, 0.3))
