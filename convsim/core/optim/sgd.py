"""Stochastic gradient descent: downhill on the gradient of one batch, with or without momentum."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from convsim.core.errors import TrainingError
from convsim.core.optim.base import Optimizer

if TYPE_CHECKING:
    from convsim.core.layers import Array


@dataclass(frozen=True)
class SGD(Optimizer):
    """p −= rate·v with v = momentum·v + gradient, as in PyTorch.

    Parameters
    ----------
    momentum : float
        Share of the last step that is kept, 0 for none; 0.9 is usual.
    nesterov : bool
        Look ahead: p −= rate·(gradient + momentum·v) (Sutskever et al., "On the importance of
        initialization and momentum", 2013, in the form that every framework uses).
    rate, schedule, decay, clip
        See :class:`Optimizer`.

    Examples
    --------
    >>> weights = np.array([1.0, -1.0])
    >>> optimizer = SGD(rate=0.5)
    >>> optimizer.update(weights, np.array([1.0, 0.0]), optimizer.start(weights))
    >>> weights
    array([ 0.5, -1. ])
    """

    rate: float = 0.01
    momentum: float = 0.0
    nesterov: bool = False

    kind: ClassVar[str] = "sgd"

    def __post_init__(self) -> None:
        """Check the momentum too."""
        super().__post_init__()
        if not 0.0 <= self.momentum < 1.0:
            raise TrainingError(
                f"momentum must be from 0 to below 1, such as 0.9; got {self.momentum}"
            )
        if self.nesterov and not self.momentum:
            raise TrainingError("Nesterov needs a momentum above 0, such as 0.9; got 0")

    @property
    def memories(self) -> tuple[str, ...]:
        """``momentum`` if there is any."""
        return ("momentum",) if self.momentum else ()

    def move(
        self, p: Array, g: Array, memory: list[Array], scratch: Array, rate: float, step: int
    ) -> None:
        """Move one block."""
        del step
        number = p.dtype.type
        self.add_decay(p, g, scratch)
        direction = g
        for v in memory:
            v *= number(self.momentum)
            v += g
            direction = v
            if self.nesterov:
                np.multiply(v, number(self.momentum), out=scratch)
                g += scratch
                direction = g
        np.multiply(direction, number(rate), out=scratch)
        p -= scratch
