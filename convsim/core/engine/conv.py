"""A convolution with the ReLU and the max pooling that follow it, forward and backward.

Pooling goes before bias and ReLU: the largest of the sums stays the largest when all grow by the
same number, and the positive part of the largest is the largest positive part.  So both work on
a quarter of the values.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from convsim.core.engine.pool import Pool, PoolBack
from convsim.core.engine.slabs import Product, correlation
from convsim.core.engine.stage import Forward, Stage
from convsim.core.engine.windows import Windows
from convsim.core.lazy import deferred
from convsim.core.strips import COUNTS, cheapest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from convsim.core.engine.groups import Group
    from convsim.core.engine.windows import Room
    from convsim.core.layers import Array, Conv2d, Params, Shape

# Read when something is learned: a start does without.
inputs_of = deferred(__name__, "inputs", "inputs_of")

SMALL = 50_000
"""Numbers of an output that are compared with as many zeros, which is twice as fast while both
stay in the cache; more are compared with one row of zeros (measured)."""


class ConvForward(Forward):
    """Conv2d, then perhaps MaxPool2d and ReLU in either order.

    Parameters
    ----------
    group : Group
        With a convolution without groups and dilation, and a pool whose windows lie side by side.
    conv : Conv2d
    shape : (int, int, int)
        Height, width, channels of the input.
    y : array (Ho, F, Wo, N)
        Where the output goes.
    room : Room
        See `Windows`.
    strips : int
        Into how many strips the rows of one picture go, if a ReLU follows; see `strips_of`.
    """

    def __init__(
        self, group: Group, conv: Conv2d, shape: Shape, y: Array, room: Room, strips: int = 1
    ) -> None:
        self.index, self.y, self.relu = group.first, y, group.relu
        height, width, channels = shape
        (rows, cols), filters, batch, dtype = conv.axes(shape), conv.filters, y.shape[3], y.dtype
        padded = np.zeros((rows.padded, channels, cols.padded, batch), dtype)
        self.x = padded[rows.before :, :, cols.before :][:height, :, :width]
        # Where strips meet, rows of padding are not at the top and bottom.
        padding = (rows.before, rows.after) if strips == 1 else (0, 0)
        self.windows = Windows(padded, conv.kernel, conv.stride, room, padding, filters, strips)
        self.z = np.empty((rows.count // strips, filters, strips * cols.count, batch), dtype)
        self.convolve = Product(self.windows, self.z)
        self.by_tap = np.empty((filters, rows.kernel, cols.kernel, channels), dtype)
        self.matrix = self.by_tap.reshape(filters, -1)
        self.pool = Pool(self.z, group.pool.kernel) if group.pool else None
        self.p = self.pool.p if self.pool else self.z
        self.biased = (self.pool.spare if self.pool else self.z) if self.relu else y
        # Whole rows, because NumPy adds and compares rows faster than single numbers.
        self.bias = np.zeros((filters, *self.p.shape[2:]), dtype)
        self.zero = np.zeros(self.p.shape if self.p.size <= SMALL else self.bias[0].shape, dtype)
        self.positive = self.biased, self.zero, y
        if strips > 1:
            apart = *self.p.shape[:2], strips, -1, batch
            self.positive = (
                self.biased.reshape(apart),
                self.zero.reshape(apart[-self.zero.ndim - 1 :]),
                y.reshape(strips, -1, *y.shape[1:], copy=False).transpose(1, 2, 0, 3, 4),
            )

    def take(self, params: Params) -> None:
        """Lay the filters out as the product needs them."""
        self.by_tap[...] = params["weight"].transpose(0, 2, 3, 1)
        if "bias" in params:
            self.bias[...] = params["bias"][:, None, None]

    def forward(self) -> None:
        """Convolve, pool, add the bias, cut off what is negative."""
        self.convolve(self.matrix)
        if self.pool:
            self.pool.forward()
        np.add(self.p, self.bias, out=self.biased)
        if self.relu:
            biased, zero, y = self.positive
            np.maximum(biased, zero, out=y)


def strips_of(group: Group, conv: Conv2d, shape: Shape) -> int:
    """Return into how many strips the rows of one picture go, so that the output is soonest there.

    Strips are of one height, without a pool's window across their edges.
    """
    rows, cols = conv.axes(shape)
    tall, wide = group.pool.kernel if group.pool else (1, 1)
    even = [n for n in COUNTS if rows.count % (n * tall) == 0 and cols.count % wide == 0]
    depth = shape[2] * cols.kernel
    counts = even if group.relu else ()
    return cheapest(counts, rows.count, rows.kernel, rows.stride, cols.count, depth, conv.filters)


class ConvStage(ConvForward, Stage):
    """The same, and what it learns.

    Parameters
    ----------
    group, conv, shape, y, room
        See `ConvForward`.
    dy : array (Ho, F, Wo, N)
        Where the gradient of y will be.
    back : Room
        For `inputs`; another one than `room` if another thread is at `weights` meanwhile.
    sums : array (kernel rows · kernel columns · channels + 1, F)
        The thread's sums of gradients, of the bias in the last row; shared by its stages for
        chunks of other sizes.
    alone : bool
        Whether the thread sees this chunk alone, and nothing needs to be added up.
    """

    def __init__(
        self,
        group: Group,
        conv: Conv2d,
        shape: Shape,
        y: Array,
        dy: Array,
        room: Room,
        back: Room,
        sums: Array,
        *,
        alone: bool,
    ) -> None:
        super().__init__(group, conv, shape, y, room)
        self.dy = dy
        _, filters, _, batch = self.z.shape
        dtype = y.dtype
        self.dx: Array | None = None
        if self.index:
            height, width, channels = shape
            self.dx = np.empty((height, channels, width, batch), dtype)
            self.back_to_x = inputs_of(self.dx, filters, *conv.axes(shape), back)
            dz = self.back_to_x.dz
        else:
            dz = np.zeros(self.z.shape, dtype)
        self.sums = sums
        self.correlate = correlation(self.windows, dz, sums[:-1], fresh=alone)
        self.pool_back = PoolBack(self.pool, dz) if self.pool else None
        self.g = self.pool_back.g if self.pool_back else dz
        self.mask = np.empty(self.p.shape, np.bool_)
        self.each = self.g.shape[1], self.g.shape[2] * batch
        self.over_rows = np.empty(self.g.shape[1:], dtype)
        self.ones = np.ones(self.each[1], dtype)
        self.alone = alone
        self.db = sums[-1] if alone else np.empty(filters, dtype)

    def begin(self, params: Params, into: Mapping[str, Array]) -> None:
        """Take over the filters, and begin new sums."""
        super().begin(params, into)
        self.filters = params["weight"]
        if not (self.alone and self.correlate.writes):
            self.sums.fill(0)

    def turn(self) -> None:
        """Flip the filters."""
        if self.dx is not None:
            self.back_to_x.turn(self.filters)

    def back(self) -> None:
        """Mask, and un-pool, the gradient: from the output to the sums."""
        if self.relu:
            np.greater(self.y, self.zero, out=self.mask)
            # Numbers times numbers: with a mask NumPy would go through a buffer of its own.
            self.g[...] = self.mask
            np.multiply(self.dy, self.g, out=self.g)
        else:
            self.g[...] = self.dy
        np.add.reduce(self.g, axis=0, out=self.over_rows)
        self.over_rows.reshape(self.each).dot(self.ones, out=self.db)
        if not self.alone:
            self.sums[-1] += self.db
        if self.pool_back:
            self.pool_back.backward()

    def weights(self) -> None:
        """Correlate the windows with the gradient of the sums."""
        self.correlate()

    def inputs(self) -> None:
        """Give the gradient of the sums back to the pixels that the windows have read."""
        if self.dx is not None:
            self.back_to_x()

    def finish(self) -> None:
        """Write dL/dweight (F, C, KH, KW) and dL/dbias (F,)."""
        filters, *taps = self.by_tap.shape
        self.into["weight"][...] = self.sums[:-1].reshape(*taps, filters).transpose(3, 2, 0, 1)
        if "bias" in self.into:
            self.into["bias"][...] = self.sums[-1]
