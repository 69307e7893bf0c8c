"""A layer where it stands in a network: what goes in, what comes out, or why it does not fit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from convsim.core.errors import ConvSimError
from convsim.core.record import record

if TYPE_CHECKING:
    from convsim.core.layers import Layer, Shape


@record
class Place:
    """A layer where it stands.

    Attributes
    ----------
    index : int
        Counted from 0.
    layer : Layer
    input_shape, output_shape : tuple of int or None
        None where an earlier layer (input) or this one (output) does not fit.
    error : ConvSimError or None
        Why this layer does not fit.
    """

    index: int
    layer: Layer
    input_shape: Shape | None
    output_shape: Shape | None
    error: ConvSimError | None = None

    @property
    def waiting(self) -> bool:
        """Whether an earlier layer must be mended first."""
        return self.input_shape is None

    def param_shapes(self) -> dict[str, Shape] | None:
        """Return the shapes of the layer's parameters, or None while nobody can know them.

        A window that does not fit has weights all the same; a dense layer on maps has not.
        """
        if self.input_shape is None:
            return None
        try:
            return self.layer.param_shapes(self.input_shape)
        except ConvSimError:
            return None


class Stack(Protocol):
    """What counting asks of a network: its input and its layers where they stand."""

    @property
    def input_shape(self) -> Shape:
        """Height, width, channels of the picture."""

    @property
    def places(self) -> tuple[Place, ...]:
        """Each layer with its shapes."""
