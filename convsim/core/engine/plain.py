"""Any other layer, as it learns by itself: the engine only calls it and adds up its gradients."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from convsim.core.engine.stage import Stage
from convsim.core.layers.run import Run

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from convsim.core.layers import Array, Layer, Params, Shape
    from convsim.core.layers.run import Backward


class PlainStage(Stage):
    """A layer's own `learn`.

    Parameters
    ----------
    index : int
    layer : Layer
        One whose pictures have nothing to do with each other.
    shape : tuple of int
        Of its input.
    y, dy : array
        Where the output goes, and where its gradient will be.
    """

    def __init__(self, index: int, layer: Layer, shape: Shape, y: Array, dy: Array) -> None:
        self.index, self.layer, self.y, self.dy = index, layer, y, dy
        batch = y.shape[-1]
        size = (shape[0], shape[2], shape[1], batch) if len(shape) == 3 else (shape[0], batch)
        self.x = np.empty(size, y.dtype)
        self.dx: Array = np.empty(size, y.dtype)
        self.share: Array
        self.run = Run()
        self.backward: Backward
        self.params: Params = {}
        self.sums: dict[str, Array] = {}

    def load(self, params: Params, into: Mapping[str, Array]) -> None:
        """Take over the weights, and begin new sums."""
        self.params, self.into = params, into
        self.sums = {}

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

    def collect(self, others: Sequence[Stage]) -> None:
        """Write the sums."""
        for name, array in self.into.items():
            np.copyto(array, self.sums[name])
            for other in others:
                assert isinstance(other, PlainStage)
                array += other.sums[name]
