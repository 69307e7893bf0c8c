"""What every optimizer does: take the gradient of all weights at once, and move them a little.

All trainable weights of a network lie one after the other in one vector
(:mod:`convsim.core.flat`), and so does their gradient.  An update is then a handful of NumPy
operations for the whole network, done block by block so that what is in use stays in the cache.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from math import isfinite, sqrt
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from convsim.core.blas import THREAD_WORK, share_out, threads_for
from convsim.core.errors import TrainingError
from convsim.core.optim.schedules import Constant, Schedule

if TYPE_CHECKING:
    from collections.abc import Sequence

    from convsim.core.layers import Array

BLOCK = 65536
"""Values worked on at a time: with fewer NumPy's calls cost more, with more the second cache no
longer holds most of what is in use (measured)."""
SHARE, THREADS = 200_000, 8
"""Weights that are worth a thread of their own (measured), and the most threads."""


@dataclass
class OptimizerState:
    """What an optimizer remembers between steps.

    Attributes
    ----------
    step : int
        Steps taken.
    memory : dict of arrays
        Vectors as long as the weights, by the optimizer's own words: ``momentum``, ``mean``…
    scratch : array (threads, block)
        Room for intermediate results; not worth saving.
    """

    step: int
    memory: dict[str, Array]
    scratch: Array = field(repr=False)


@dataclass(frozen=True)
class Optimizer(ABC):
    """Settings of an optimizer; what it remembers is kept apart, in an `OptimizerState`.

    Parameters
    ----------
    rate : float
        Learning rate.
    schedule : Schedule
        What the rate is multiplied by at each step.
    decay : float
        Weight decay: a share of every weight (biases too, as in PyTorch) added to its gradient.
    clip : float or None
        Largest length of the whole gradient; a longer one is shortened, its direction kept
        (Pascanu et al., "On the difficulty of training recurrent neural networks", 2013).

    Attributes
    ----------
    kind : str
        The word that files and menus use.
    memories : tuple of str
        Names of the vectors it remembers.
    """

    rate: float
    schedule: Schedule = field(default_factory=Constant, kw_only=True)
    decay: float = field(default=0.0, kw_only=True)
    clip: float | None = field(default=None, kw_only=True)

    kind: ClassVar[str]

    def __post_init__(self) -> None:
        """Check that rate, decay and clip are numbers that make sense."""
        if not (isfinite(self.rate) and self.rate > 0):
            raise TrainingError(
                f"learning rate must be a number above 0, such as 0.01; got {self.rate}"
            )
        if not (isfinite(self.decay) and self.decay >= 0):
            raise TrainingError(f"weight decay must be 0 or more, such as 1e-4; got {self.decay}")
        if self.clip is not None and not self.clip > 0:
            raise TrainingError(f"gradient clip must be above 0, or None for none; got {self.clip}")

    @property
    def memories(self) -> tuple[str, ...]:
        """Names of the vectors that these settings need to remember."""
        return ()

    def rate_at(self, step: int) -> float:
        """Return the learning rate in use at a step, counted from 0."""
        return self.rate * self.schedule.factor(step)

    def start(self, weights: Array) -> OptimizerState:
        """Return the state before the first step; all memories are zero.

        Parameters
        ----------
        weights : array (P,)
            All trainable weights, float32 or float64.
        """
        memory = {name: np.zeros_like(weights) for name in self.memories}
        rows = min(max(weights.size // SHARE, 1), THREADS)
        scratch = np.empty((rows, min(BLOCK, weights.size)), weights.dtype)
        return OptimizerState(0, memory, scratch)

    def taken_over(self, state: OptimizerState, weights: Array) -> OptimizerState:
        """Return `state`, made with other settings, as these settings need it.

        Memories of the same name are kept and new ones begin at zero; the count of steps goes on.
        """
        if tuple(state.memory) == self.memories:
            return state
        fresh = self.start(weights)
        fresh.step = state.step
        fresh.memory.update((k, v) for k, v in state.memory.items() if k in fresh.memory)
        return fresh

    def update(self, weights: Array, gradient: Array, state: OptimizerState) -> None:
        """Take one step: change `weights` and `state` in place; `gradient` is used up.

        Parameters
        ----------
        weights, gradient : array (P,)
            Contiguous, of one dtype.
        """
        if self.clip is not None:
            shorten(gradient, self.clip)
        rate = self.rate_at(state.step)
        state.step += 1
        threads = min(threads_for(weights.size // SHARE * THREAD_WORK), len(state.scratch))

        def do(blocks: Sequence[tuple[int, Array]]) -> None:
            for low, scratch in blocks:
                part = slice(low, low + BLOCK)
                p, g = weights[part], gradient[part]
                memory = [vector[part] for vector in state.memory.values()]
                self.move(p, g, memory, scratch[: p.size], rate, state.step)

        lows = range(0, weights.size, BLOCK)
        share_out(do, [(low, state.scratch[n % threads]) for n, low in enumerate(lows)], threads)

    @abstractmethod
    def move(
        self, p: Array, g: Array, memory: list[Array], scratch: Array, rate: float, step: int
    ) -> None:
        """Move one block of weights p along its gradient g, both in place; g may be overwritten.

        Parameters
        ----------
        p, g, scratch : array (B,)
        memory : list of array (B,)
            In the order of `memories`.
        rate : float
            The rate in use.
        step : int
            Counted from 1.
        """

    def add_decay(self, p: Array, g: Array, scratch: Array) -> None:
        """Add decay·p to the gradient."""
        if self.decay:
            np.multiply(p, p.dtype.type(self.decay), out=scratch)
            g += scratch


def shorten(gradient: Array, limit: float) -> float:
    """Scale `gradient` in place so that its length is at most `limit`; return the length it had.

    As PyTorch's clip_grad_norm_ the factor is limit/(length + 1e-6), never above 1.
    """
    length = sqrt(float(gradient @ gradient))
    if length + 1e-6 > limit:
        gradient *= gradient.dtype.type(limit / (length + 1e-6))
    return length
