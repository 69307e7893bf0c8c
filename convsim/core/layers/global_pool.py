"""Pools whose window is the whole map: one number for each channel, whatever the map's size."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np

from convsim.core.formula import Formula
from convsim.core.geometry import Axis, make_axis
from convsim.core.layers.base import Params, Shape, need_maps
from convsim.core.layers.window import SlidingLayer
from convsim.core.lowering_pools import max_pool_dx
from convsim.core.record import record

if TYPE_CHECKING:
    from convsim.core.layers.run import Array, Backward, Run


@record
class GlobalPool(SlidingLayer):
    """What both share: maps of any size become maps of 1×1."""

    def axes(self, shape: Shape) -> tuple[Axis, Axis]:
        """Return the one position of a window as large as the maps."""
        height, width, _ = need_maps(self, shape)
        return make_axis(height, height), make_axis(width, width)

    def size_formulas(self, shape: Shape) -> tuple[Formula, ...]:
        """Return 1 and 1: the size of the maps does not matter."""
        need_maps(self, shape)
        return Formula("height", ("1",), 1), Formula("width", ("1",), 1)

    def output_shape(self, shape: Shape) -> Shape:
        """Return (1, 1, channels)."""
        return 1, 1, need_maps(self, shape)[2]


@record
class GlobalAvgPool(GlobalPool):
    """The mean of each whole map.

    Source: Lin et al., "Network in network", 2013.
    """

    kind: ClassVar[str] = "globalavgpool"

    def forward(self, params: Params, x: Array) -> Array:
        """Return the means: (H, C, W, N) to (1, C, 1, N)."""
        del params
        return np.asarray(x.mean(axis=(0, 2), keepdims=True))

    def learn(self, params: Params, x: Array, run: Run) -> tuple[Array, Backward]:
        """Return the means; each value of a map gets the same share of the gradient."""
        del run
        share = x.dtype.type(x.shape[0] * x.shape[2])
        return self.forward(params, x), lambda dy: (np.broadcast_to(dy / share, x.shape), {})


@record
class GlobalMaxPool(GlobalPool):
    """The largest value of each whole map."""

    kind: ClassVar[str] = "globalmaxpool"

    def forward(self, params: Params, x: Array) -> Array:
        """Return the maxima: (H, C, W, N) to (1, C, 1, N)."""
        del params
        return np.asarray(x.max(axis=(0, 2), keepdims=True))

    def learn(self, params: Params, x: Array, run: Run) -> tuple[Array, Backward]:
        """Return the maxima; the gradient goes to the first maximum of each map."""
        del run
        y = self.forward(params, x)
        return y, lambda dy: (max_pool_dx(x, y, dy, *self.axes_of(x)), {})
