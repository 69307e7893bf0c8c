"""Dropout: while a network learns, values are left out at random; afterwards nothing is."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np

from convsim.core.layers.base import Field, Layer, Params, Shape
from convsim.core.record import record

if TYPE_CHECKING:
    from convsim.core.layers.run import Array, Backward, Run


@record
class Dropout(Layer):
    """In training each value becomes 0 with probability `rate`, the others grow by 1/(1 − rate).

    So that the mean stays the same; at inference every value passes through unchanged.
    Source: Srivastava et al., "Dropout", JMLR 15, 2014, in the inverted form of all frameworks.
    """

    rate: float = 0.5

    kind: ClassVar[str] = "dropout"
    in_place: ClassVar[bool] = True
    fields: ClassVar[tuple[Field, ...]] = (Field("rate", "number", 0, 0.99),)

    def output_shape(self, shape: Shape) -> Shape:
        """Return the same shape."""
        return shape

    def forward(self, params: Params, x: Array) -> Array:
        """Return x itself: inference leaves nothing out."""
        del params
        return x

    def learn(self, params: Params, x: Array, run: Run) -> tuple[Array, Backward]:
        """Return x with values left out by `run.rng`; their gradients are 0."""
        del params
        chance = run.buffer(self.name, "chance", x.shape, np.float32)
        run.rng.random(dtype=np.float32, out=chance)
        factor = (chance >= self.rate) * x.dtype.type(1 / (1 - self.rate))
        return np.asarray(x * factor), lambda dy: (np.asarray(dy * factor), {})
