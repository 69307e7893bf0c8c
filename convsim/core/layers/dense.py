"""Layers on vectors: Flatten lays maps out in a row, Dense connects all with all."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from convsim.core.blas import evenly, one_blas_thread, share_freely, threads_for
from convsim.core.formula import Formula, Term, product
from convsim.core.layers.base import Field, Layer, Params, Shape, need_vector
from convsim.core.record import record

if TYPE_CHECKING:
    from collections.abc import Iterable

    from convsim.core.layers.run import Array, Backward, Run

READ = 16
"""Multiply-adds that take as long as to read a weight from memory (measured)."""
TURN = 2_000_000
"""Weights of a part that is shared out: reading them takes about half a millisecond."""

ALONE = 9216
"""Weights from which on OpenBLAS multiplies a single column on several threads, and waits for them:
for milliseconds where one of them gets no processor (measured)."""


@record
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

    def learn(self, params: Params, x: Array, run: Run) -> tuple[Array, Backward]:
        """Return (C·H·W, N); gradients go back to where their values came from."""
        del run
        y = self.forward(params, x)
        if x.ndim == 2:
            return y, lambda dy: (dy, {})
        height, channels, width, batch = x.shape

        def backward(dy: Array) -> tuple[Array, dict[str, Array]]:
            return dy.reshape(channels, height, width, batch).transpose(1, 0, 2, 3), {}

        return y, backward


@record
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
        y: Array = np.empty((self.units, x.shape[1]), x.dtype)
        weighed(params["weight"].astype(x.dtype, copy=False), x, y)
        if "bias" in params:
            y += params["bias"][:, None]
        return y

    def learn(self, params: Params, x: Array, run: Run) -> tuple[Array, Backward]:
        """Return (units, N); dL/dx = wᵀ · dL/dy, dL/dw = dL/dy · xᵀ, dL/db = the sum of dL/dy."""
        del run
        weight = params["weight"].astype(x.dtype, copy=False)

        def backward(dy: Array) -> tuple[Array, dict[str, Array]]:
            grads = {"weight": np.asarray(dy @ x.T)}
            if "bias" in params:
                grads["bias"] = np.asarray(dy.sum(axis=1))
            return np.asarray(weight.T @ dy), grads

        return self.forward(params, x), backward

    def weight_formula(self, shape: Shape) -> Formula:
        """Return inputs · outputs."""
        return product("weights", Term("D", need_vector(self, shape)), Term("K", self.units))

    def multiply_adds(self, shape: Shape) -> Formula:
        """Return inputs · outputs."""
        return product("multiply_adds", Term("D", need_vector(self, shape)), Term("K", self.units))


def weighed(weight: Array, x: Array, y: Array) -> None:
    """Write weight · x, (units, D) · (D, N), to y (units, N).

    For few pictures nothing takes longer than to read the weights; one thread alone does not get
    all that memory can give.  Threads of BLAS would get it too, but go on spinning for a while
    when they are done, and then slow down who uses ours.
    """
    units, size = weight.shape
    threads = threads_for(weight.size * max(x.shape[1], READ))

    def do(parts: Iterable[tuple[int, int]]) -> None:
        for first, last in parts:
            # `matmul` lets other threads run only if its result has more than 500 numbers.
            np.dot(weight[first:last], x, out=y[first:last])

    if threads > 1:
        share_freely(do, evenly(units, max(TURN // size, 1), threads), threads)
    elif x.shape[1] > 1 or weight.size < ALONE:
        np.dot(weight, x, out=y)
    else:
        with one_blas_thread():
            np.dot(weight, x, out=y)
