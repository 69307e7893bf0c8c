"""Layers that look at each value by itself, or at the share of each: ReLU and Softmax."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from convsim.core.layers.base import Array, Layer, Params, Shape


@dataclass(frozen=True)
class ReLU(Layer):
    """max(0, x): negative values become zero, the others stay."""

    kind: ClassVar[str] = "relu"
    in_place: ClassVar[bool] = True

    def output_shape(self, shape: Shape) -> Shape:
        """Return the same shape."""
        return shape

    def forward(self, params: Params, x: Array) -> Array:
        """Return max(0, x), of the shape of x."""
        del params
        return np.asarray(np.maximum(x, x.dtype.type(0)))


@dataclass(frozen=True)
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
        axis = 0 if x.ndim == 2 else 1
        powers = np.exp(x - x.max(axis=axis, keepdims=True))
        return np.asarray(powers / powers.sum(axis=axis, keepdims=True))
