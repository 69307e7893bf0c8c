"""Convolution and pooling the slow, obvious way: one loop for each thing that is counted.

Written from the definition, not from `convsim.core`: where a window may stand is found by trying
every place, and every product is added by itself.  Pictures are (N, C, H, W), in float64.
"""

from __future__ import annotations

from itertools import count
from math import ceil, inf
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from convsim.core.geometry import Axis

    Numbers = NDArray[Any]


class Way(NamedTuple):
    """How a window goes along one axis, with zeros before and after."""

    kernel: int
    stride: int = 1
    before: int = 0
    after: int = 0
    dilation: int = 1

    def positions(self, size: int) -> list[list[int]]:
        """Return the pixels that each position reads; some lie outside 0…size−1."""
        found = []
        for first in range(-self.before, size + self.after, self.stride):
            pixels = [first + tap * self.dilation for tap in range(self.kernel)]
            if pixels[-1] < size + self.after:
                found.append(pixels)
        return found


def same(size: int, kernel: int, stride: int, dilation: int = 1) -> Way:
    """Return TensorFlow's "same": the least padding with which there are ⌈N/S⌉ positions."""
    for total in count():
        way = Way(kernel, stride, total // 2, total - total // 2, dilation)
        if len(way.positions(size)) >= ceil(size / stride):
            return way
    raise AssertionError


def way_of(axis: Axis) -> Way:
    """Return the way that an axis describes in its fields."""
    return Way(axis.kernel, axis.stride, axis.before, axis.after, axis.dilation)


def convolve(
    x: Numbers, weight: Numbers, bias: Numbers | None, rows: Way, cols: Way
) -> NDArray[np.float64]:
    """Return w·x + b for every filter (F, C, KH, KW) at every position: (N, F, Ho, Wo)."""
    _, _, height, width = x.shape
    high, broad = rows.positions(height), cols.positions(width)
    y = np.zeros((len(x), len(weight), len(high), len(broad)))
    pictures, filters = x.tolist(), weight.tolist()
    for n, picture in enumerate(pictures):
        for f, kernel in enumerate(filters):
            for i, reads_rows in enumerate(high):
                for j, reads_cols in enumerate(broad):
                    total = 0.0 if bias is None else float(bias[f])
                    for c, plane in enumerate(picture):
                        for a, row in enumerate(reads_rows):
                            for b, col in enumerate(reads_cols):
                                if 0 <= row < height and 0 <= col < width:
                                    total += kernel[c][a][b] * plane[row][col]
                    y[n, f, i, j] = total
    return y


def max_pool(x: Numbers, rows: Way, cols: Way) -> NDArray[np.float64]:
    """Return the largest real pixel of each window; −∞ if there is none."""
    return _pool(x, rows, cols, lambda values, _: max(values, default=-inf))


def avg_pool(x: Numbers, rows: Way, cols: Way, *, count_padding: bool) -> NDArray[np.float64]:
    """Return the mean of each window, over all taps or over the real pixels only."""
    return _pool(
        x, rows, cols, lambda values, taps: sum(values) / (taps if count_padding else len(values))
    )


def _pool(x: Numbers, rows: Way, cols: Way, mean: Any) -> NDArray[np.float64]:
    batch, channels, height, width = x.shape
    high, broad = rows.positions(height), cols.positions(width)
    y = np.zeros((batch, channels, len(high), len(broad)))
    for n in range(batch):
        for c in range(channels):
            for i, reads_rows in enumerate(high):
                for j, reads_cols in enumerate(broad):
                    values = [
                        float(x[n, c, row, col])
                        for row in reads_rows
                        for col in reads_cols
                        if 0 <= row < height and 0 <= col < width
                    ]
                    y[n, c, i, j] = mean(values, rows.kernel * cols.kernel)
    return y


def windows_as_columns(x: Numbers, rows: Way, cols: Way) -> Numbers:
    """Return the textbook's im2col of one picture (C, H, W): (C·KH·KW, positions)."""
    padded = np.pad(x, ((0, 0), (rows.before, rows.after), (cols.before, cols.after)))
    columns = [
        padded[:, [r + rows.before for r in read_rows]][
            :, :, [c + cols.before for c in read_cols]
        ].ravel()
        for read_rows in rows.positions(x.shape[1])
        for read_cols in cols.positions(x.shape[2])
    ]
    return np.stack(columns, axis=1)
