"""What a training step lends its layers: random numbers, buffers, and a place for statistics."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Backward = Callable[[Array], tuple[Array, dict[str, Array]]]
"""From dL/dy to dL/dx, and dL/dparameter by name; see `Layer.learn`."""


@dataclass(frozen=True, eq=False)
class Run:
    """Lent to the `learn` of every layer of a network, step after step; for one thread.

    Attributes
    ----------
    rng : numpy.random.Generator
        The only source of chance: the same seed gives the same dropout.
    statistics : dict
        By name of the layer, the new running statistics of batch norms (name → array).  Whoever
        runs the training puts them into the parameters after the step.
    """

    rng: np.random.Generator = field(default_factory=lambda: np.random.default_rng())
    statistics: dict[str, Mapping[str, Array]] = field(default_factory=dict)
    _buffers: dict[tuple[str, str], Array] = field(default_factory=dict)

    def buffer(self, layer: str, purpose: str, shape: tuple[int, ...], dtype: Any) -> Array:
        """Return an array to overwrite, the same one whenever layer, purpose and size agree.

        Fresh large arrays cost page faults that rival the arithmetic.  What lies in it lasts
        until the next step: a `backward` must be called before its layer learns again.
        """
        key = layer, purpose
        found = self._buffers.get(key)
        if found is None or found.shape != shape or found.dtype != dtype:
            found = self._buffers[key] = np.empty(shape, dtype)
        return found
