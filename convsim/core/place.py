"""A layer where it stands in a network: what goes in, what comes out, or why it does not fit."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Protocol

from convsim.core.errors import ConvSimError, LayerError
from convsim.core.record import record

if TYPE_CHECKING:
    from collections.abc import Mapping

    from convsim.core.formula import Formula
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

    @cached_property
    def formulas(self) -> Mapping[str, Formula]:
        """The formulas that are known: weights, biases, multiply_adds, memory, in order.

        A layer that does not fit has weights but no outputs; one that waits has nothing yet.
        Kept, because after every edit cards, totals and the inspector ask for them.
        """
        if self.input_shape is None:
            return {}
        try:
            found = self.layer.count_formulas(self.input_shape, fits=self.output_shape is not None)
        except LayerError:
            return {}
        return {formula.key: formula for formula in found}

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
