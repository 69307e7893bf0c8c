"""Windows of maps as operands of matrix products; every view is made once, when a plan is built.

:mod:`convsim.core.lowering` says why maps lie as they do.  Here the same lowering is done band by
band, so that the product finds in the second cache what the copy has just written.  Rows that
are there already are not lowered again, and rows of padding not at all where that pays.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from numpy.lib.stride_tricks import as_strided

from convsim.core.record import record

if TYPE_CHECKING:
    from collections.abc import Iterator

    from convsim.core.layers import Array, Pair

BAND = 256 * 1024
"""Lowered numbers that a product reads at a time: 1 MB in float32, as large as a second cache."""
EDGE, SHARED_EDGE = 150_000, 400_000
"""Multiply-adds that must be saved for each product more, with one thread and with several, which
wait for each other at every call of NumPy (measured)."""


@record(eq=False)
class Room:
    """What all windows of a thread share.

    Attributes
    ----------
    numbers : array (BAND,)
        Where maps are lowered that are larger than a band.  When it is full the next band begins
        anew, and lowers again the rows that its windows share with those before.
    edge : int
        How many multiply-adds make it worth to have one product more.
    """

    numbers: Array
    edge: int


@record(eq=False)
class Band:
    """Output rows `first` to `last` − 1, whose windows are read through kernel rows `taps`.

    Attributes
    ----------
    source, lowered : array (rows, kernel columns, channels, output columns, batch)
        The rows that no band before has lowered, and where they go.
    start : int
        Where in the room the first window begins.
    """

    first: int
    last: int
    taps: Pair
    source: Array
    lowered: Array
    start: int

    def lower(self) -> None:
        """Copy the maps' rows once for each kernel column, shifted."""
        if len(self.source):
            self.lowered[...] = self.source


class Windows:
    """The windows of maps (H, C, W, N), padding included, band by band.

    Parameters
    ----------
    maps : array (H, C, W, N)
        The plan's own buffer; its values may change, its place may not.
    kernel, stride : (int, int)
        Rows and columns.
    room : Room
    padding : (int, int)
        How many rows at the top and at the bottom are always 0.
    filters : int
        How many read the windows.
    strips : int
        Into how many strips the rows of one picture go, which then lie side by side; see
        :mod:`convsim.core.strips`.  A divisor of the output rows.
    """

    def __init__(
        self,
        maps: Array,
        kernel: Pair,
        stride: Pair,
        room: Room,
        padding: Pair = (0, 0),
        filters: int = 1,
        strips: int = 1,
    ) -> None:
        height, channels, width, batch = maps.shape
        self.tall, self.stride = kernel[0], stride[0]
        self.high = (height - kernel[0]) // stride[0] + 1
        self.broad = (width - kernel[1]) // stride[1] + 1
        down, over, across, item = maps.strides
        columns, steps = (self.broad, batch), (across * stride[1], item)
        if strips > 1:
            self.high //= strips
            height = (self.high - 1) * stride[0] + kernel[0]
            columns = strips, self.broad
            steps = self.high * stride[0] * down, across * stride[1]
        self.run = columns[0] * columns[1]
        self.depth = channels * kernel[1]
        self.size = kernel[0] * self.depth
        self.row = self.depth * self.run
        lies = kernel[1] == stride[1] == strips == 1 and maps.flags.c_contiguous
        self.kept = lies or height * self.row <= BAND
        """Whether all rows stay lowered until the maps change."""
        # Every window keeps a row, also where the padding is larger than the kernel.
        above, below = (min(rows, kernel[0] - 1) for rows in padding)
        # Output rows that leave out padding have products of their own; of the kernel rows of one
        # of them, from 1 to all of the padding is saved.
        saved = (max(above, below) + 1) / 2 * filters * self.row
        trimmed = saved >= room.edge
        self.read = (above, height - below) if trimmed else (0, height)
        if lies:
            # Windows of one column need no lowering: the maps are what it would make of them.
            self.numbers = maps.reshape(-1)
        elif self.kept:
            self.numbers = np.zeros(height * self.row, maps.dtype)
        else:
            most = max((last - first - 1) * stride[0] + kernel[0] for first, last, _ in self._cut())
            fits = most * self.row <= room.numbers.size
            self.numbers = room.numbers if fits else np.empty(most * self.row, maps.dtype)
        self.shifted = as_strided(
            maps,
            (height, kernel[1], channels, *columns),
            (down, across, over, *steps),
            writeable=False,
        )
        filled = (0, 0) if lies else (above, height - below)
        self.bands = list(self._all_at_once(filled) if self.kept else self._laps())

    def operand(self, band: Band, block: int) -> Array:
        """Return the band's windows: (rows, run/block, kernel rows · depth, block), a view."""
        item = self.numbers.itemsize
        low, high = band.taps
        return as_strided(
            self.numbers[band.start :],
            (band.last - band.first, self.run // block, (high - low) * self.depth, block),
            (self.row * self.stride * item, block * item, self.run * item, item),
            writeable=False,
        )

    def _cut(self) -> Iterator[tuple[int, int, Pair]]:
        """Yield first row, last row + 1 and kernel rows of bands, alike and as few as fit."""
        fit = max((BAND // self.row - self.tall) // self.stride + 1, 1)
        first = 0
        while first < self.high:
            taps, last = self._taps(first), first + 1
            while last < self.high and self._taps(last) == taps:
                last += 1
            count = -(-(last - first) // fit)
            cuts = [first + (last - first) * i // count for i in range(count + 1)]
            yield from ((low, high, taps) for low, high in pairwise(cuts))
            first = last

    def _taps(self, row: int) -> Pair:
        """Return the first and last + 1 of the kernel rows that output row `row` needs."""
        top = row * self.stride
        return max(self.read[0] - top, 0), min(self.read[1] - top, self.tall)

    def _all_at_once(self, filled: Pair) -> Iterator[Band]:
        """Yield bands of which the first lowers everything; padding has been 0 from the start."""
        fresh = slice(*filled)
        lowered = self.numbers.reshape(self.shifted.shape)
        for first, last, taps in self._cut():
            start = (first * self.stride + taps[0]) * self.row
            yield Band(first, last, taps, self.shifted[fresh], lowered[fresh], start)
            fresh = slice(0, 0)

    def _laps(self) -> Iterator[Band]:
        """Yield bands that lower what is new, and begin at the front when the room is full."""
        capacity = self.numbers.size // self.row
        lowered = self.numbers[: capacity * self.row].reshape(capacity, *self.shifted.shape[1:])
        front = done = 0
        for first, last, taps in self._cut():
            top, bottom = first * self.stride + taps[0], (last - 1) * self.stride + taps[1]
            if not first or bottom - front > capacity:
                front = done = top
            done = max(done, top)
            place = lowered[done - front : bottom - front]
            start = (top - front) * self.row
            yield Band(first, last, taps, self.shifted[done:bottom], place, start)
            done = bottom
