"""What a network costs: weights, multiply-adds and memory of each layer, and what sharing saves."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING

from convsim.core.layers import Conv2d
from convsim.core.layers.base import BYTES
from convsim.core.record import record

if TYPE_CHECKING:
    from convsim.core.place import Place, Stack

KEYS = ("weights", "biases", "multiply_adds", "memory")
"""Keys of the formulas behind the four counts, in their order."""


@record
class Counts:
    """Weights and biases, multiply-adds for one picture without biases, bytes of activations."""

    weights: int = 0
    biases: int = 0
    multiply_adds: int = 0
    memory_bytes: int = 0

    def __add__(self, other: Counts) -> Counts:
        """Return the sum, count by count."""
        return Counts(
            self.weights + other.weights,
            self.biases + other.biases,
            self.multiply_adds + other.multiply_adds,
            self.memory_bytes + other.memory_bytes,
        )


@record
class Comparison:
    """How many weights the same outputs would need otherwise (without biases)."""

    shared: int
    unshared: int
    """Every position with filters of its own."""
    connected: int
    """Every output connected with every input value."""


def layer_counts(place: Place) -> Counts:
    """Return the counts of a layer; what is not known, because it does not fit, counts 0."""
    formulas = place.formulas
    return Counts(
        *(int(formulas[key].result) if key in formulas else 0 for key in KEYS),
    )


def input_bytes(network: Stack) -> int:
    """Return the bytes of one float32 picture."""
    return BYTES * prod(network.input_shape)


def totals(network: Stack) -> Counts:
    """Return the sums over all layers that fit; memory adds the input."""
    total = Counts(memory_bytes=input_bytes(network))
    for place in network.places:
        total = total + layer_counts(place)
    return total


def compare(place: Place) -> Comparison | None:
    """Return what a convolution saves by sharing its weights; None for other layers."""
    if not isinstance(place.layer, Conv2d) or not place.input_shape or not place.output_shape:
        return None
    weights = int(place.layer.weight_formula(place.input_shape).result)
    positions = place.output_shape[0] * place.output_shape[1]
    return Comparison(
        weights, weights * positions, prod(place.input_shape) * prod(place.output_shape)
    )
