"""A convolution with the ReLU and the max pooling that follow it, forward and backward.

Pooling goes before bias and ReLU: the largest of the sums stays the largest when all grow by the
same number, and the positive part of the largest is the largest positive part.  So both work on
a quarter of the values.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from convsim.core.engine.pool import Pool
from convsim.core.engine.slabs import Correlation, Product, Windows
from convsim.core.engine.stage import Stage

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from convsim.core.layers import Array, Conv2d, MaxPool2d, Params, Shape


class ConvStage(Stage):
    """Conv2d, then perhaps MaxPool2d and ReLU in either order.

    Parameters
    ----------
    index : int
    conv : Conv2d
        One without groups and dilation.
    shape : (int, int, int)
        Height, width, channels of the input.
    pool : MaxPool2d or None
        One whose windows lie side by side.
    relu : bool
    y, dy : array (Ho, F, Wo, N)
        Where the output goes, and where its gradient will be.
    scratch : array
        See `Windows`.
    first : bool
        Whether dL/dx is not wanted.
    """

    def __init__(
        self,
        index: int,
        conv: Conv2d,
        shape: Shape,
        pool: MaxPool2d | None,
        y: Array,
        dy: Array,
        scratch: Array,
        *,
        relu: bool,
        first: bool,
    ) -> None:
        self.index, self.y, self.dy, self.relu = index, y, dy, relu
        height, width, channels = shape
        (rows, cols), filters, batch, dtype = conv.axes(shape), conv.filters, y.shape[3], y.dtype
        padded = np.zeros((rows.padded, channels, cols.padded, batch), dtype)
        self.x = padded[rows.before :, :, cols.before :][:height, :, :width]
        windows = Windows(padded, conv.kernel, conv.stride, scratch)
        z = np.empty((rows.count, filters, cols.count, batch), dtype)
        self.convolve = Product(windows, z)
        self.by_row = np.empty((filters, rows.kernel, channels, cols.kernel), dtype)
        self.dx: Array | None = None
        dz = np.zeros(z.shape, dtype)
        if not first:
            # Windows over dL/dz, spread by the stride in zeros, read what each pixel has given to.
            self.dx = np.empty((height, channels, width, batch), dtype)
            zeros = (height + rows.kernel - 1, filters, width + cols.kernel - 1, batch)
            spread = np.zeros(zeros, dtype)
            inner = spread[rows.kernel - 1 - rows.before :, :, cols.kernel - 1 - cols.before :]
            self.inner = inner[:: rows.stride, :, :: cols.stride][: rows.count, :, : cols.count]
            if cols.stride == 1:
                dz = self.inner
            self.spread = Product(Windows(spread, conv.kernel, (1, 1), scratch), self.dx)
            self.flipped = np.empty((channels, rows.kernel, filters, cols.kernel), dtype)
        self.dz = dz
        self.correlate = Correlation(windows, dz)
        self.pool = Pool(z, dz, pool.kernel) if pool else None
        self.p = self.pool.p if self.pool else z
        self.g = self.pool.g if self.pool else dz
        self.biased = self.pool.g if self.pool else z
        self.mask = np.empty(self.p.shape, np.bool_)
        # Whole rows, because NumPy adds and compares rows faster than single numbers.
        self.bias = np.zeros((filters, *self.p.shape[2:]), dtype)
        self.zero = np.zeros(self.p.shape[2:], dtype)
        self.db = np.zeros(filters, dtype)

    def load(self, params: Params, into: Mapping[str, Array]) -> None:
        """Lay the filters out as the products need them."""
        self.into = into
        weight = params["weight"]
        np.copyto(self.by_row, weight.transpose(0, 2, 1, 3))
        if self.dx is not None:
            np.copyto(self.flipped, weight[:, :, ::-1, ::-1].transpose(1, 2, 0, 3))
        if "bias" in params:
            np.copyto(self.bias, params["bias"][:, None, None])
        self.db.fill(0)
        self.correlate.clear()

    def forward(self) -> None:
        """Convolve, pool, add the bias, cut off what is negative."""
        self.convolve(self.by_row.reshape(len(self.by_row), -1))
        if self.pool:
            self.pool.forward()
        np.add(self.p, self.bias, out=self.biased if self.relu else self.y)
        if self.relu:
            np.maximum(self.biased, self.zero, out=self.y)

    def back(self) -> None:
        """Mask, and un-pool, the gradient: from the output to the sums."""
        if self.relu:
            np.greater(self.y, 0, out=self.mask)
            np.multiply(self.dy, self.mask, out=self.g)
        else:
            np.copyto(self.g, self.dy)
        self.db += np.add.reduce(self.g, axis=0).sum(axis=(1, 2))
        if self.pool:
            self.pool.backward()

    def weights(self, part: slice) -> None:
        """Correlate the windows with the gradient of the sums."""
        del part
        self.correlate()

    def inputs(self) -> None:
        """Convolve the gradient of the sums with the flipped filters."""
        if self.dx is not None:
            if self.inner is not self.dz:
                np.copyto(self.inner, self.dz)
            self.spread(self.flipped.reshape(len(self.flipped), -1))

    def collect(self, others: Sequence[Stage]) -> None:
        """Write dL/dweight (F, C, KH, KW) and dL/dbias (F,)."""
        for other in others:
            assert isinstance(other, ConvStage)
            self.correlate.total += other.correlate.total
            self.db += other.db
        filters, tall, channels, wide = self.by_row.shape
        total = self.correlate.total.reshape(tall, channels, wide, filters)
        np.copyto(self.into["weight"], total.transpose(3, 1, 0, 2))
        if "bias" in self.into:
            np.copyto(self.into["bias"], self.db)
