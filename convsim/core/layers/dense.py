"""Layers on vectors: Flatten lays maps out in a row, Dense connects all with all."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import ClassVar

import numpy as np

from convsim.core.formula import Formula, Term, product
from convsim.core.layers.base import Array, Field, Layer, Params, Shape, need_vector


@dataclass(frozen=True)
class Flatten(Layer):
    """All values in one row: channel by channel, each row by row (PyTorch's order)."""

    kind: ClassVar[str] = "flatten"
    in_place: ClassVar[bool] = True

    def output_shape(self, shape: Shape) -> Shape:
        """Return (number of values,)."""
        return (prod(shape),)

    def forward(self, params: Params, x: Array) -> Array:
        """Return (C·H·W, N)."""
        del params
        if x.ndim == 2:
            return x
        return np.ascontiguousarray(x.transpose(1, 0, 2, 3)).reshape(prod(x.shape[:3]), x.shape[3])


@dataclass(frozen=True)
class Dense(Layer):
    """Each of `units` outputs is w·x + b over the whole input vector.

    Examples
    --------
    >>> Dense(120).param_shapes((400,))
    {'weight': (120, 400), 'bias': (120,)}
    """

    units: int
    bias: bool = True

    kind: ClassVar[str] = "dense"
    fields: ClassVar[tuple[Field, ...]] = (
        Field("units", "count", 1, 65536),
        Field("bias", "switch"),
    )

    def output_shape(self, shape: Shape) -> Shape:
        """Return (units,)."""
        need_vector(self, shape)
        return (self.units,)

    def param_shapes(self, shape: Shape) -> dict[str, Shape]:
        """Return ``weight`` (units, inputs) and ``bias`` (units,)."""
        sizes: dict[str, Shape] = {"weight": (self.units, need_vector(self, shape))}
        if self.bias:
            sizes["bias"] = (self.units,)
        return sizes

    def forward(self, params: Params, x: Array) -> Array:
        """Return (units, N)."""
        y = np.asarray(params["weight"].astype(x.dtype, copy=False) @ x)
        if "bias" in params:
            y += params["bias"][:, None]
        return y

    def weight_formula(self, shape: Shape) -> Formula:
        """Return inputs · outputs."""
        return product("weights", Term("D", need_vector(self, shape)), Term("K", self.units))

    def multiply_adds(self, shape: Shape) -> Formula:
        """Return inputs · outputs."""
        return product("multiply_adds", Term("D", need_vector(self, shape)), Term("K", self.units))
