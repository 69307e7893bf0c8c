"""What a training step lends its layers: random numbers, buffers, and a place for statistics."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convsim.core.record import record

Array = NDArray[Any]
Backward = Callable[[Array], tuple[Array, dict[str, Array]]]
"""From dL/dy to dL/dx, and dL/dparameter by name; see `Layer.learn`."""


class AbandonedError(Exception):
    """Somebody wants a step no more before it is done; nothing of it counts."""


@record(eq=False)
class Run:
    """Lent to the `learn` of every layer of a network, step after step; for one training.

    Attributes
    ----------
    rng : numpy.random.Generator
        The only source of chance: the same seed gives the same dropout.
    statistics : dict
        By name of the layer, the new running statistics of batch norms (name → array).  Whoever
        runs the training puts them into the parameters after the step.
    threads : int
        Most threads to use.  Which number gives the last bits of the gradients; one number always
        gives the same.
    plans : list
        What :mod:`convsim.core.engine` has prepared for batches of this training.
    given_up : function or None
        Asked between the layers of a large step, on any thread: whether to abandon it.
    """

    rng: np.random.Generator = field(default_factory=lambda: np.random.default_rng())
    statistics: dict[str, Mapping[str, Array]] = field(default_factory=dict)
    threads: int = field(default_factory=lambda: os.cpu_count() or 1)
    plans: list[Any] = field(default_factory=list)
    given_up: Callable[[], bool] | None = None
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

    def look_up(self) -> None:
        """Raise AbandonedError if the step is not wanted any more."""
        if self.given_up is not None and self.given_up():
            raise AbandonedError
