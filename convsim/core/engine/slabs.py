"""Products of a convolution's windows: with its filters, and with the gradient of its sums."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.lib.stride_tricks import as_strided

from convsim.core.blas import PRODUCT

if TYPE_CHECKING:
    from convsim.core.engine.windows import Windows
    from convsim.core.layers import Array

RESULT = 1200
"""Numbers of a result up to which OpenBLAS multiplies without packing where one of the two lies
transposed (measured on AVX-512)."""
LONG = 64
"""Products in each of these numbers from which on that is worth more and smaller products
(measured)."""
TURNED = 128
"""Numbers of a window from which on it is worth to copy the gradient so that nothing lies
transposed (measured)."""


class Product:
    """y = weights · windows: a convolution, or with flipped filters its gradient for the input.

    Parameters
    ----------
    windows : Windows
    y : array (Ho, F, Wo, N), contiguous
        Where the result goes.
    """

    def __init__(self, windows: Windows, y: Array) -> None:
        filters = y.shape[1]
        block = block_of(windows.run, filters * windows.size)
        blocks = y.reshape(windows.high, filters, -1, block).transpose(0, 2, 1, 3)
        self.steps = [
            (
                band,
                slice(band.taps[0] * windows.depth, band.taps[1] * windows.depth),
                windows.operand(band, block),
                blocks[band.first : band.last],
            )
            for band in windows.bands
        ]

    def __call__(self, matrix: Array) -> None:
        """Multiply `matrix` (F, kernel rows · kernel columns · channels) with every window."""
        for band, columns, operand, out in self.steps:
            band.lower()
            np.matmul(matrix[:, columns], operand, out=out)


class Correlation:
    """windows · dyᵀ, summed: the gradient of the filters.

    Parameters
    ----------
    windows : Windows
        Lowered already by a `Product`, if they are kept.
    dy : array (Ho, F, Wo, N)
        Its rows of a channel must be contiguous.
    total : array (kernel rows · kernel columns · channels, F)
        What each call adds to.
    fresh : bool
        Whether it is 0 before the only call, if that matters.

    Attributes
    ----------
    writes : bool
        Whether the call writes the total, and it does not matter what was there.
    """

    def __init__(self, windows: Windows, dy: Array, total: Array, *, fresh: bool = False) -> None:
        filters, item = dy.shape[1], dy.itemsize
        self.again = not windows.kept
        rows = max(band.last - band.first for band in windows.bands)
        turned = np.empty((rows, 1, windows.run, filters), dy.dtype)
        parts = np.empty((rows, *total.shape), dy.dtype)
        sums = np.empty_like(total)
        across = as_strided(
            dy,
            (windows.high, 1, windows.run, filters),
            (dy.strides[0], 0, item, dy.strides[1]),
            writeable=False,
        )
        self.turns = windows.size >= TURNED
        self.writes = fresh and windows.bands[0].taps == (0, windows.tall)
        self.steps: list[Any] = []
        for band in windows.bands:
            count = band.last - band.first
            taken = slice(band.taps[0] * windows.depth, band.taps[1] * windows.depth)
            size = taken.stop - taken.start
            limit = PRODUCT // windows.run if self.turns else RESULT
            split = parts_of(size, filters, windows.run, limit)
            operand = windows.operand(band, windows.run).reshape(count, split, -1, windows.run)
            first = self.writes and not self.steps
            part = parts.reshape(-1)[: count * size * filters].reshape(count, size, filters)
            right = across[band.first : band.last]
            self.steps.append(
                (
                    band,
                    operand,
                    right,
                    turned[:count] if self.turns else right,
                    part.reshape(count, split, -1, filters),
                    part,
                    *((total[taken], None) if first else (sums[:size], total[taken])),
                )
            )

    def __call__(self) -> None:
        """Add the present windows' share to the total."""
        for band, operand, across, right, out, parts, sums, total in self.steps:
            if self.again:
                band.lower()
            if self.turns:
                right[...] = across
            np.matmul(operand, right, out=out)
            np.add.reduce(parts, axis=0, out=sums)
            if total is not None:
                total += sums


class KernelRowCorrelation:
    """The same for short rows: one product for each kernel row, over all rows of the maps at once.

    Here rows of a channel lie one after the other, ``lowered[kernel column, channel, row, output
    column · batch]``, so that the sums are as long as a map is large, and there are few of them.
    Only without a stride over rows.

    Parameters
    ----------
    windows, dy, total, fresh
        See `Correlation`.
    """

    def __init__(self, windows: Windows, dy: Array, total: Array, *, fresh: bool = False) -> None:
        item, length, filters = dy.itemsize, windows.high * windows.run, dy.shape[1]
        self.source = windows.shifted.transpose(1, 2, 0, 3, 4)
        self.lowered = np.empty(self.source.shape, dy.dtype)
        split = parts_of(windows.depth, filters, length, PRODUCT // length)
        map_size = self.source.shape[2] * windows.run
        depth = windows.depth // split
        self.operand = as_strided(
            self.lowered,
            (windows.tall, split, depth, length),
            (windows.run * item, depth * map_size * item, map_size * item, item),
            writeable=False,
        )
        self.across = as_strided(
            dy,
            (windows.high, windows.run, filters),
            (dy.strides[0], item, dy.strides[1]),
            writeable=False,
        )
        self.turned = np.empty((length, filters), dy.dtype)
        self.rows = self.turned.reshape(self.across.shape)
        self.writes, self.total = fresh, total
        self.sums = total if fresh else np.empty_like(total)
        self.out = self.sums.reshape(windows.tall, split, depth, filters)

    def __call__(self) -> None:
        """Add the present windows' share to the total."""
        self.lowered[...] = self.source
        self.rows[...] = self.across
        np.matmul(self.operand, self.turned, out=self.out)
        if not self.writes:
            self.total += self.sums


def correlation(
    windows: Windows, dy: Array, total: Array, *, fresh: bool
) -> Correlation | KernelRowCorrelation:
    """Return the way of `Correlation` that is faster."""
    short = windows.run < LONG and windows.stride == 1 and windows.size >= TURNED
    return (KernelRowCorrelation if short else Correlation)(windows, dy, total, fresh=fresh)


def block_of(run: int, each: int) -> int:
    """Return into blocks of how many columns a product is split: a divisor of `run`.

    `each` column costs so many multiply-adds; blocks are as long as `PRODUCT` allows, and at
    least 16, else the run stays whole.
    """
    for parts in range(1, run // 16 + 1):
        if run % parts == 0 and each * (run // parts) <= PRODUCT:
            return run // parts
    return run


def parts_of(size: int, filters: int, run: int, limit: int) -> int:
    """Return into how many parts (size × run) · (run × filters) is split: a divisor of `size`.

    Each part has at most `limit` results, if they are sums of `LONG` products or more.
    """
    if run < LONG:
        return 1
    return next((n for n in range(1, size) if size % n == 0 and size // n * filters <= limit), 1)
