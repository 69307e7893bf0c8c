"""Any other layer, by its own methods: the engine only calls it and adds up its gradients."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from convsim.core.engine.stage import Forward, Stage
from convsim.core.layers.run import Run

if TYPE_CHECKING:
    from collections.abc import Mapping

    from convsim.core.layers import Array, Layer, Params
    from convsim.core.layers.run import Backward


class PlainForward(Forward):
    """A layer's own `forward`.

    Parameters
    ----------
    index : int
    layer : Layer
    x : array
        Where the input will be.
    y : array
        Where the output goes.
    """

    def __init__(self, index: int, layer: Layer, x: Array, y: Array) -> None:
        self.index, self.layer, self.x, self.y = index, layer, x, y
        self.params: Params = {}

    def take(self, params: Params) -> None:
        """Take over the weights."""
        self.params = params

    def forward(self) -> None:
        """Ask the layer."""
        np.copyto(self.y, self.layer.forward(self.params, self.x))


class PlainStage(PlainForward, Stage):
    """A layer's own `learn`, of one whose pictures have nothing to do with each other.

    Parameters
    ----------
    index, layer, x, y
        See `PlainForward`.
    dy : array
        Where the gradient of y will be.
    sums : dict
        The thread's sums of gradients, shared by its stages for chunks of other sizes.
    """

    def __init__(
        self, index: int, layer: Layer, x: Array, y: Array, dy: Array, sums: dict[str, Array]
    ) -> None:
        super().__init__(index, layer, x, y)
        self.dy = dy
        self.dx: Array = np.empty_like(x)
        self.share: Array
        self.backward: Backward
        self.run = Run()
        self.sums = sums

    def begin(self, params: Params, into: Mapping[str, Array]) -> None:
        """Take over the weights, and begin new sums."""
        super().begin(params, into)
        self.sums.clear()

    def forward(self) -> None:
        """Let the layer learn."""
        y, self.backward = self.layer.learn(self.params, self.x, self.run)
        np.copyto(self.y, y)

    def back(self) -> None:
        """Let the gradient through, and add up those of the weights."""
        self.share, grads = self.backward(self.dy)
        for name, share in grads.items():
            if name in self.sums:
                self.sums[name] += share
            else:
                self.sums[name] = np.array(share)

    def inputs(self) -> None:
        """Leave the gradient where the stage before it looks for it."""
        np.copyto(self.dx, self.share)

    def finish(self) -> None:
        """Write the sums."""
        for name, array in self.into.items():
            np.copyto(array, self.sums[name])
