"""The gradient of a convolution's input, in two ways: who has given to a pixel, and who gives."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.lib.stride_tricks import as_strided

from convsim.core.engine.slabs import Product
from convsim.core.engine.windows import Windows

if TYPE_CHECKING:
    from convsim.core.engine.windows import Room
    from convsim.core.geometry import Axis
    from convsim.core.layers import Array


FEWEST = 8
"""Pictures from which on sums of shares are worth it (measured), if there are few channels to add
up and much padding at the sides that is not multiplied."""


class GatheredInputs:
    """For each pixel the gradients of the outputs that it has given to: a convolution again.

    Windows over dL/dz, spread by the stride in zeros, read them; the filters are turned around.

    Parameters
    ----------
    dx : array (H, C, W, N)
        Where the gradient goes.
    filters : int
    rows, cols : Axis
        Geometry of the convolution, without dilation; less padding than the kernel is long.
    room : Room
        See `Windows`.

    Attributes
    ----------
    dz : array (Ho, F, Wo, N)
        Where dL/dz must be put.
    """

    def __init__(self, dx: Array, filters: int, rows: Axis, cols: Axis, room: Room) -> None:
        height, channels, width, batch = dx.shape
        tall, wide = height + rows.kernel - 1, width + cols.kernel - 1
        spread = np.zeros((tall, filters, wide, batch), dx.dtype)
        above = rows.kernel - 1 - rows.before
        inner = spread[above:, :, cols.kernel - 1 - cols.before :]
        self._inner = inner[:: rows.stride, :, :: cols.stride][: rows.count, :, : cols.count]
        # Runs of single columns would slow down whoever else works with it.
        self.dz = self._inner if cols.stride == 1 else np.zeros(self._inner.shape, dx.dtype)
        padding = above, tall - above - (rows.count - 1) * rows.stride - 1
        kernel = rows.kernel, cols.kernel
        windows = Windows(spread, kernel, (1, 1), room, padding, channels)
        self._multiply = Product(windows, dx)
        self._turned = np.empty((channels, *kernel, filters), dx.dtype)
        self._matrix = self._turned.reshape(channels, -1)

    def turn(self, weight: Array) -> None:
        """Lay filters (F, C, KH, KW) out as the product needs them."""
        self._turned[...] = weight[:, :, ::-1, ::-1].transpose(1, 2, 3, 0)

    def __call__(self) -> None:
        """Work out dx from `dz`."""
        if self._inner is not self.dz:
            self._inner[...] = self.dz
        self._multiply(self._matrix)


class GivenInputs:
    """For each output the gradients that it gives to the pixels below it, and then their sums.

    One product for all kernel columns: each is as if there were no other, so that dL/dz is not
    lowered, and nothing is multiplied with padding at its sides.  What the kernel columns give is
    then added up, each shifted by its place.

    Parameters and attributes
    -------------------------
    As of `GatheredInputs`, without a stride over rows or columns.
    """

    def __init__(self, dx: Array, filters: int, rows: Axis, cols: Axis, room: Room) -> None:
        height, channels, width, batch = dx.shape
        tall, above = height + rows.kernel - 1, rows.kernel - 1 - rows.before
        padded = np.zeros((tall, filters, cols.count, batch), dx.dtype)
        self.dz = padded[above:][: rows.count]
        padding = above, tall - above - rows.count
        windows = Windows(padded, (rows.kernel, 1), (1, 1), room, padding, cols.kernel * channels)
        # Between zeros, so that what each kernel column gives can be read shifted by its place.
        lead = cols.kernel - 1
        given = np.zeros((height, cols.kernel, channels, width + lead, batch), dx.dtype)
        inner = given[:, :, :, lead - cols.before :][:, :, :, : cols.count]
        self._multiply = Product(windows, inner.reshape(height, -1, *inner.shape[3:], copy=False))
        down, along, over, across, item = given.strides
        self._shares = as_strided(
            given[:, :, :, lead:],
            (height, cols.kernel, channels, width, batch),
            (down, along - across, over, across, item),
            writeable=False,
        )
        self._dx = dx
        self._turned = np.empty((cols.kernel, channels, rows.kernel, filters), dx.dtype)
        self._matrix = self._turned.reshape(cols.kernel * channels, -1)

    def turn(self, weight: Array) -> None:
        """Lay filters (F, C, KH, KW) out as the product needs them."""
        self._turned[...] = weight[:, :, ::-1].transpose(3, 1, 2, 0)

    def __call__(self) -> None:
        """Work out dx from `dz`."""
        self._multiply(self._matrix)
        np.add.reduce(self._shares, axis=1, out=self._dx)


def inputs_of(
    dx: Array, filters: int, rows: Axis, cols: Axis, room: Room
) -> GatheredInputs | GivenInputs:
    """Return the way that is faster."""
    _, channels, width, batch = dx.shape
    possible = rows.stride == cols.stride == 1 and batch >= FEWEST
    better = 2 * channels <= filters and 5 * cols.count <= 4 * width
    way = GivenInputs if possible and better else GatheredInputs
    return way(dx, filters, rows, cols, room)
