"""Windows of maps as operands of matrix products; every view is made once, when a plan is built.

:mod:`convsim.core.lowering` says why maps lie as they do.  Here the same lowering is done in
bands of rows that fit the second cache, so that the product reads what the copy has just written.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.lib.stride_tricks import as_strided

from convsim.core.blas import PRODUCT
from convsim.core.record import record

if TYPE_CHECKING:
    from convsim.core.layers import Array, Pair

BAND = 160 * 1024
"""Numbers of a lowered band: 640 kB in float32, of a second cache of 1 MB."""
RESULT = 1200
"""Numbers of a result up to which OpenBLAS multiplies without packing where one of the two lies
transposed (measured on AVX-512)."""
LONG = 64
"""Products in each of these numbers from which on that is worth more and smaller products
(measured)."""


@record(eq=False)
class Band:
    """Output rows `first` to `last` − 1: what is copied, where to, and where its windows lie.

    `lowered` is (rows, kernel columns, channels, output columns, batch); row r of the output has
    its window at `row` numbers times r, as a matrix (kernel rows · kernel columns · channels,
    output columns · batch).
    """

    first: int
    last: int
    source: Array
    lowered: Array

    def lower(self) -> None:
        """Copy the maps' rows once for each kernel column, shifted."""
        np.copyto(self.lowered, self.source)


class Windows:
    """The windows of maps (H, C, W, N), padding included, band by band.

    Parameters
    ----------
    maps : array (H, C, W, N)
        The plan's own buffer; its values may change, its place may not.
    kernel, stride : (int, int)
        Rows and columns.
    scratch : array (BAND,)
        Where bands are lowered if there is more than one; shared by all windows of a thread.
    """

    def __init__(self, maps: Array, kernel: Pair, stride: Pair, scratch: Array) -> None:
        height, channels, width, batch = maps.shape
        self.stride = stride[0]
        self.high = (height - kernel[0]) // stride[0] + 1
        self.broad = (width - kernel[1]) // stride[1] + 1
        self.run = self.broad * batch
        self.row = channels * kernel[1] * self.run
        self.size = kernel[0] * channels * kernel[1]
        rows = max((scratch.size // self.row - kernel[0]) // stride[0] + 1, 1)
        count = -(-self.high // rows)
        rows = -(-self.high // count)
        taken = (rows - 1) * stride[0] + kernel[0]
        if count == 1 or scratch.size < taken * self.row:
            scratch = np.empty(taken * self.row, maps.dtype)
        self.kept = count == 1
        """Whether all windows stay lowered until the maps change."""
        down, over, across, item = maps.strides
        self.bands: list[Band] = []
        for first in range(0, self.high, rows):
            last = min(first + rows, self.high)
            shape = (
                (last - first - 1) * stride[0] + kernel[0],
                kernel[1],
                channels,
                self.broad,
                batch,
            )
            steps = (down, across, over, across * stride[1], item)
            source = as_strided(maps[first * stride[0] :], shape, steps, writeable=False)
            lowered = scratch[: shape[0] * self.row].reshape(shape)
            self.bands.append(Band(first, last, source, lowered))

    def operand(self, band: Band, block: int) -> Array:
        """Return the band's windows: (rows, run/block, kernel rows · depth, block), a view."""
        item = band.lowered.itemsize
        return as_strided(
            band.lowered,
            (band.last - band.first, self.run // block, self.size, block),
            (self.row * self.stride * item, block * item, self.run * item, item),
            writeable=False,
        )


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
            (band, windows.operand(band, block), blocks[band.first : band.last])
            for band in windows.bands
        ]

    def __call__(self, matrix: Array) -> None:
        """Multiply `matrix` (F, kernel rows · kernel columns · channels) with every window."""
        for band, operand, out in self.steps:
            band.lower()
            np.matmul(matrix, operand, out=out)


class Correlation:
    """windows · dyᵀ, summed: the gradient of the filters.

    Parameters
    ----------
    windows : Windows
        Lowered already by a `Product`, if they are kept.
    dy : array (Ho, F, Wo, N)
        Its rows of a channel must be contiguous.

    Attributes
    ----------
    total : array (kernel rows · kernel columns · channels, F)
        What has been summed since `clear`.
    """

    def __init__(self, windows: Windows, dy: Array) -> None:
        filters, item = dy.shape[1], dy.itemsize
        self.again = not windows.kept
        rows = max(band.last - band.first for band in windows.bands)
        parts = np.empty((rows, windows.size, filters), dy.dtype)
        split = parts_of(windows.size, filters, windows.run)
        shape = (windows.high, windows.run, filters)
        turned = as_strided(dy, shape, (dy.strides[0], item, dy.strides[1]), writeable=False)
        self.steps = [
            (
                band,
                windows.operand(band, windows.run).reshape(
                    band.last - band.first, split, -1, windows.run
                ),
                turned[band.first : band.last, None],
                parts[: band.last - band.first],
            )
            for band in windows.bands
        ]
        self.total = np.zeros(parts.shape[1:], dy.dtype)
        self._sum = np.empty_like(self.total)
        self._empty = True

    def clear(self) -> None:
        """Begin a new sum."""
        self._empty = True

    def __call__(self) -> None:
        """Add the present windows' share to the total."""
        for band, operand, turned, parts in self.steps:
            if self.again:
                band.lower()
            np.matmul(operand, turned, out=parts.reshape(*operand.shape[:3], -1))
            if self._empty:
                np.add.reduce(parts, axis=0, out=self.total)
                self._empty = False
            else:
                np.add.reduce(parts, axis=0, out=self._sum)
                self.total += self._sum


def block_of(run: int, each: int) -> int:
    """Return into blocks of how many columns a product is split: a divisor of `run`.

    `each` column costs so many multiply-adds; blocks are as long as `PRODUCT` allows, and at
    least 16, else the run stays whole.
    """
    for parts in range(1, run // 16 + 1):
        if run % parts == 0 and each * (run // parts) <= PRODUCT:
            return run // parts
    return run


def parts_of(size: int, filters: int, run: int) -> int:
    """Return into how many parts (size × run) · (run × filters) is split: a divisor of `size`.

    Each part has at most `RESULT` results, if they are sums of `LONG` products or more.
    """
    if run < LONG:
        return 1
    return next((n for n in range(1, size) if size % n == 0 and size // n * filters <= RESULT), 1)
