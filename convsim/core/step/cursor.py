"""Where a step stands: one output value of one layer, and how much of it has been worked out."""

from __future__ import annotations

from enum import IntEnum
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from convsim.core.record import record

if TYPE_CHECKING:
    from convsim.core.layers import Shape


class Cursor(NamedTuple):
    """A position: layer, filter (or channel, or unit), row, column, all counted from 0.

    People see filters counted from 1.  The values of a vector are its units: row and column 0.
    """

    layer: int = 0
    filter: int = 0
    row: int = 0
    col: int = 0


class Inside(IntEnum):
    """How much of one position has been worked out; `WRITE` is the whole step.

    No layer has all of them, but every layer's come in this order.
    """

    PRODUCTS = 0
    CHANNEL_SUMS = 1
    TOTAL = 2
    BIAS = 3
    CENTRE = 4
    NORMALISE = 5
    SCALE = 6
    ACTIVATION = 7
    WRITE = 8


@record
class Walk:
    """The order in which a layer's values are written: row by row, filter by filter.

    Attributes
    ----------
    filters, rows, cols : int
        Extent of the output; a vector of D values counts as D filters of 1×1.
    """

    filters: int
    rows: int
    cols: int

    @property
    def positions(self) -> int:
        """Places of the window for one filter, or units of a vector."""
        return self.rows * self.cols if self.is_map else self.filters

    @property
    def is_map(self) -> bool:
        """Whether there are rows and columns to walk."""
        return self.rows * self.cols > 1

    @property
    def total(self) -> int:
        """All values of the layer."""
        return self.filters * self.rows * self.cols

    def position(self, cursor: Cursor) -> int:
        """Return the place within the filter, from 0 (for vectors: the unit)."""
        return cursor.row * self.cols + cursor.col if self.is_map else cursor.filter

    def at_position(self, cursor: Cursor, position: int) -> Cursor:
        """Return the cursor moved to a place within its filter, clamped to those there are."""
        position = min(max(position, 0), self.positions - 1)
        if not self.is_map:
            return cursor._replace(filter=position, row=0, col=0)
        return cursor._replace(row=position // self.cols, col=position % self.cols)

    def moved(self, cursor: Cursor, by: int) -> Cursor:
        """Return the cursor `by` values on, over filter borders; it stops at both ends."""
        flat = (cursor.filter * self.rows + cursor.row) * self.cols + cursor.col
        flat = min(max(flat + by, 0), self.total - 1)
        rest, col = divmod(flat, self.cols)
        filter_, row = divmod(rest, self.rows)
        return Cursor(cursor.layer, filter_, row, col)

    def clamped(self, cursor: Cursor) -> Cursor:
        """Return the nearest cursor that exists."""
        return Cursor(
            cursor.layer,
            min(max(cursor.filter, 0), self.filters - 1),
            min(max(cursor.row, 0), self.rows - 1),
            min(max(cursor.col, 0), self.cols - 1),
        )


@lru_cache(maxsize=256)
def walk_of(shape: Shape) -> Walk:
    """Return the walk over an output of this shape, (H, W, C) or (D,)."""
    return Walk(shape[2], shape[0], shape[1]) if len(shape) == 3 else Walk(shape[0], 1, 1)
