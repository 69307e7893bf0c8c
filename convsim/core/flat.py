"""All trainable weights of a network in one long vector, and each layer's weights as a view of it.

An optimizer changes the vector in a few NumPy operations; the layers see the change at once,
because their arrays are parts of the same memory.  Nothing is copied in between.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import isfinite, prod
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import DTypeLike

    from convsim.core.layers import Array, Params, Shape
    from convsim.core.network import Network


@dataclass(frozen=True, slots=True)
class Slot:
    """Where one trainable array lies in the vector."""

    layer: int
    name: str
    start: int
    shape: Shape

    @property
    def stop(self) -> int:
        """The first place after it."""
        return self.start + prod(self.shape)


def slots_of(network: Network) -> tuple[Slot, ...]:
    """Return the place of every trainable array: layer by layer, in the order of their names."""
    slots: list[Slot] = []
    start = 0
    for index, (layer, shapes) in enumerate(zip(network.layers, network.param_shapes, strict=True)):
        for name, shape in shapes.items():
            if name in layer.trained:
                slots.append(Slot(index, name, start, shape))
                start = slots[-1].stop
    return tuple(slots)


def views(network: Network, vector: Array) -> tuple[dict[str, Array], ...]:
    """Return the parts of `vector` (P,) as arrays by layer and name; nothing is copied."""
    parts: tuple[dict[str, Array], ...] = tuple({} for _ in network.layers)
    for slot in slots_of(network):
        parts[slot.layer][slot.name] = vector[slot.start : slot.stop].reshape(slot.shape)
    return parts


def zeros(network: Network, dtype: DTypeLike) -> Array:
    """Return a vector (P,) as long as the trainable parameters, all zero: for a gradient."""
    slots = slots_of(network)
    return np.zeros(slots[-1].stop if slots else 0, dtype)


@dataclass(frozen=True, eq=False)
class FlatParams:
    """Parameters of a network whose trainable part is one vector.

    Attributes
    ----------
    network : Network
    vector : array (P,)
        Trainable weights: layer by layer, name by name, each in C order.
    params : tuple of dict
        One a layer, as `Network.init` returns them; trainable arrays are views of `vector`, the
        others (running statistics) are arrays of their own.
    """

    network: Network
    vector: Array
    params: tuple[dict[str, Array], ...]

    @classmethod
    def copied(cls, network: Network, params: Sequence[Params]) -> FlatParams:
        """Return a copy of `params` in one vector, all of their common dtype.

        Raises
        ------
        ParameterError
            If names or shapes are not what the network needs.
        """
        given = [network.checked_params(i, params[i]) for i in range(len(network.layers))]
        dtypes = {array.dtype for layer in given for array in layer.values()}
        vector = zeros(network, np.result_type(*dtypes) if dtypes else np.float32)
        parts = views(network, vector)
        for part, source in zip(parts, given, strict=True):
            for name in part:
                part[name][...] = source[name]
        return cls(network, vector, _completed(parts, given, vector.dtype))

    def copy(self) -> FlatParams:
        """Return a copy with memory of its own."""
        vector = self.vector.copy()
        parts = views(self.network, vector)
        return FlatParams(self.network, vector, _completed(parts, self.params, vector.dtype))

    def take(self, other: FlatParams) -> None:
        """Overwrite all values with those of another one for the same network."""
        np.copyto(self.vector, other.vector)
        for mine, others in zip(self.rest, other.rest, strict=True):
            np.copyto(mine, others)

    def put(self, statistics: Mapping[str, Mapping[str, Array]]) -> None:
        """Overwrite the running statistics of some layers, by the layer's name."""
        if not statistics:
            return
        for layer, own in zip(self.network.layers, self.params, strict=True):
            for name, array in statistics.get(layer.name, {}).items():
                np.copyto(own[name], array)

    @cached_property
    def rest(self) -> tuple[Array, ...]:
        """What is not trained, in order."""
        return tuple(
            array
            for layer, own in zip(self.network.layers, self.params, strict=True)
            for name, array in own.items()
            if name not in layer.trained
        )

    @property
    def finite(self) -> bool:
        """Whether every value is a number, and the weights are not beyond all measure.

        The square of their length must be finite too: that is one product, and no weight that
        was learned is as large as 1e19.
        """
        length = float(self.vector @ self.vector)
        return isfinite(length) and all(np.isfinite(array).all() for array in self.rest)

    def frozen(self) -> tuple[dict[str, Array], ...]:
        """Return a copy of the parameters that nobody can write to."""
        fresh = self.copy()
        fresh.vector.setflags(write=False)
        for layer in fresh.params:
            for array in layer.values():
                array.setflags(write=False)
        return fresh.params


def _completed(
    parts: tuple[dict[str, Array], ...], given: Sequence[Params], dtype: DTypeLike
) -> tuple[dict[str, Array], ...]:
    """Return the parts in the order of `given`, with copies of what is not trained."""
    return tuple(
        {k: part[k] if k in part else np.array(v, dtype) for k, v in layer.items()}
        for part, layer in zip(parts, given, strict=True)
    )
