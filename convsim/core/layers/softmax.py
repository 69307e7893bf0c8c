"""Layers that set each value against all others: Softmax and its logarithm."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np

from convsim.core.layers.base import Layer, Params, Shape, channel_axis
from convsim.core.record import record

if TYPE_CHECKING:
    from convsim.core.layers.run import Array, Backward, Run


@record
class Softmax(Layer):
    """exp(x) as a share of the sum of all exp(x): numbers between 0 and 1 that sum to 1.

    Over the values of a vector, or over the channels at each place of maps.
    """

    kind: ClassVar[str] = "softmax"
    in_place: ClassVar[bool] = True

    def output_shape(self, shape: Shape) -> Shape:
        """Return the same shape."""
        return shape

    def forward(self, params: Params, x: Array) -> Array:
        """Return the shares; the largest value is subtracted first so that nothing overflows."""
        del params
        axis = channel_axis(x)
        powers = np.exp(x - x.max(axis=axis, keepdims=True))
        return np.asarray(powers / powers.sum(axis=axis, keepdims=True))

    def learn(self, params: Params, x: Array, run: Run) -> tuple[Array, Backward]:
        """Return the shares; dL/dx = y · (dL/dy − Σ dL/dy · y)."""
        del run
        y = self.forward(params, x)
        axis = channel_axis(x)

        def backward(dy: Array) -> tuple[Array, dict[str, Array]]:
            return np.asarray(y * (dy - (dy * y).sum(axis=axis, keepdims=True))), {}

        return y, backward


@record
class LogSoftmax(Layer):
    """The logarithm of Softmax: x − log of the sum of all exp(x); at most 0.

    Over the values of a vector, or over the channels at each place of maps.
    """

    kind: ClassVar[str] = "logsoftmax"
    in_place: ClassVar[bool] = True

    def output_shape(self, shape: Shape) -> Shape:
        """Return the same shape."""
        return shape

    def forward(self, params: Params, x: Array) -> Array:
        """Return the logarithms; the largest value is subtracted so that nothing overflows."""
        del params
        axis = channel_axis(x)
        below = x - x.max(axis=axis, keepdims=True)
        return np.asarray(below - np.log(np.exp(below).sum(axis=axis, keepdims=True)))

    def learn(self, params: Params, x: Array, run: Run) -> tuple[Array, Backward]:
        """Return the logarithms; dL/dx = dL/dy − softmax · Σ dL/dy."""
        del run
        y = self.forward(params, x)
        axis = channel_axis(x)

        def backward(dy: Array) -> tuple[Array, dict[str, Array]]:
            return np.asarray(dy - np.exp(y) * dy.sum(axis=axis, keepdims=True)), {}

        return y, backward
