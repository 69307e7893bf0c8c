"""Residual: what came out of a few layers is added to what went into them."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np

from convsim.core.errors import LayerError
from convsim.core.layers.base import Field, Layer, Params, Shape
from convsim.core.record import record

if TYPE_CHECKING:
    from convsim.core.layers.run import Array, Backward, Run


@record
class Residual(Layer):
    """Adds the input of a block to what came out of the block's body, value by value.

    Source: He et al., "Deep residual learning for image recognition", 2015.

    Parameters
    ----------
    span : int
        How many layers before this one form the body.
    name : str
        Unique in its network; numbered by the network if empty.
    """

    span: int

    kind: ClassVar[str] = "residual"
    in_place: ClassVar[bool] = True
    fields: ClassVar[tuple[Field, ...]] = (Field("span", "count", 1, 256),)

    def sources(self, index: int) -> tuple[int, ...]:
        """Return the body's last layer, and the one before the body."""
        return index - 1, index - 1 - self.span

    def output_shape(self, shape: Shape, skip: Shape | None = None) -> Shape:
        """Return the shape, which both the body's output and the block's input must have.

        Raises
        ------
        LayerError
            If they differ; the message has both.
        """
        if skip is not None and skip != shape:
            body, block = ("×".join(map(str, s)) for s in (shape, skip))
            raise LayerError(
                f"{self.name or self.kind} adds what goes into its {self.span} layers, {block}, "
                f"to what comes out, {body}: both must have the same shape"
            )
        return shape

    def forward(self, params: Params, x: Array, skip: Array | None = None) -> Array:
        """Return x + skip: the body's output and the block's input."""
        del params
        return np.asarray(x + self._both(skip))

    def learn(
        self, params: Params, x: Array, run: Run, skip: Array | None = None
    ) -> tuple[Array, Backward]:
        """Return x + skip; the gradient goes to both unchanged."""
        del run
        return self.forward(params, x, skip), lambda dy: (dy, {})

    def _both(self, skip: Array | None) -> Array:
        if skip is None:
            raise LayerError(
                f"{self.name or self.kind} adds two arrays, the body's output and the block's "
                "input; received one"
            )
        return skip


def residual(*body: Layer) -> tuple[Layer, ...]:
    """Return the layers of a residual block, for use in the list of a network's layers.

    Examples
    --------
    >>> from convsim.core.layers import Conv2d, ReLU
    >>> [layer.kind for layer in residual(Conv2d(8, 3, padding=1), ReLU())]
    ['conv', 'relu', 'residual']
    """
    return (*body, Residual(len(body)))
