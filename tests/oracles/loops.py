"""Convolution and pooling the slow, obvious way: one loop for each thing that is counted.

Written from the definition, not from `convsim.core`: where a window may stand is found by trying
every place, and every product is added by itself.  Pictures are (N, C, H, W), in float64.
"""

from __future__ import annotations

from itertools import count
from math import ceil, inf
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from convsim.core.geometry import Policy

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
    ceil: bool = False

    def positions(self, size: int) -> list[list[int]]:
        """Return the pixels that each position reads; some lie outside 0…size−1.

        In ceil mode a window may hang over the edge by less than a stride, but the last one must
        not begin behind the input.
        """
        found = []
        for first in range(-self.before, size + self.after + self.stride, self.stride):
            pixels = [first + tap * self.dilation for tap in range(self.kernel)]
            if pixels[-1] - (size + self.after - 1) < (self.stride if self.ceil else 1):
                found.append(pixels)
        if self.ceil and found and found[-1][0] >= size:
            found.pop()
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
    ceil = axis.policy is Policy.CEIL
    return Way(axis.kernel, axis.stride, axis.before, axis.after, axis.dilation, ceil)


def convolve(
    x: Numbers, weight: Numbers, bias: Numbers | None, rows: Way, cols: Way
) -> NDArray[np.float64]:
    """Return w·x + b for every filter (F, C/G, KH, KW) at every position: (N, F, Ho, Wo).

    Fewer channels than x has make groups.
    """
    _, channels, height, width = x.shape
    groups = channels // weight.shape[1]
    of_group = len(weight) // groups
    high, broad = rows.positions(height), cols.positions(width)
    y = np.zeros((len(x), len(weight), len(high), len(broad)))
    pictures, filters = x.tolist(), weight.tolist()
    for n, picture in enumerate(pictures):
        for f, kernel in enumerate(filters):
            for i, reads_rows in enumerate(high):
                for j, reads_cols in enumerate(broad):
                    total = 0.0 if bias is None else float(bias[f])
                    first = f // of_group * weight.shape[1]
                    for c, plane in enumerate(picture[first : first + weight.shape[1]]):
                        for a, row in enumerate(reads_rows):
                            for b, col in enumerate(reads_cols):
                                if 0 <= row < height and 0 <= col < width:
                                    total += kernel[c][a][b] * plane[row][col]
                    y[n, f, i, j] = total
    return y


def spread(
    x: Numbers, weight: Numbers, bias: Numbers | None, size: tuple[int, int], rows: Way, cols: Way
) -> NDArray[np.float64]:
    """Return a transposed convolution: every input value times every tap, added where it lands.

    `weight` is (C, F/G, KH, KW), `size` the output's height and width; `before` of rows and
    columns is what is cut off from it.
    """
    batch, channels, height, width = x.shape
    filters, groups = weight.shape[1], 1
    if bias is not None:
        groups = len(bias) // filters
    y = np.zeros((batch, filters * groups, *size))
    for n in range(batch):
        for c in range(channels):
            own = c // (channels // groups) * filters
            for f in range(filters):
                for i in range(height):
                    for j in range(width):
                        for a in range(rows.kernel):
                            for b in range(cols.kernel):
                                row = i * rows.stride - rows.before + a * rows.dilation
                                col = j * cols.stride - cols.before + b * cols.dilation
                                if 0 <= row < size[0] and 0 <= col < size[1]:
                                    y[n, own + f, row, col] += weight[c, f, a, b] * x[n, c, i, j]
    return y if bias is None else y + bias[:, None, None]


def max_pool(x: Numbers, rows: Way, cols: Way) -> NDArray[np.float64]:
    """Return the largest real pixel of each window; −∞ if there is none."""
    return _pool(x, rows, cols, lambda values, _: max(values, default=-inf))


def avg_pool(x: Numbers, rows: Way, cols: Way, *, count_padding: bool) -> NDArray[np.float64]:
    """Return the mean of each window, over all taps or over the real pixels only; 0 of none.

    Taps that hang over the padding in ceil mode are no taps.
    """
    return _pool(
        x,
        rows,
        cols,
        lambda values, taps: sum(values) / max(taps if count_padding else len(values), 1),
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
                    taps = sum(
                        row < height + rows.after and col < width + cols.after
                        for row in reads_rows
                        for col in reads_cols
                    )
                    y[n, c, i, j] = mean(values, taps)
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
