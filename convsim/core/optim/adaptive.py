"""Optimizers with a step size for each weight: where gradients are large, the steps are small."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import sqrt
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from convsim.core.errors import TrainingError
from convsim.core.optim.base import Optimizer

if TYPE_CHECKING:
    from convsim.core.layers import Array


@dataclass(frozen=True)
class RMSProp(Optimizer):
    """p −= rate·gradient/(√s + ε) with s the running mean of the squared gradient.

    Source: Hinton, "Neural networks for machine learning", lecture 6e, 2012; ε outside the root
    and the momentum after the division, as in PyTorch.

    Parameters
    ----------
    alpha : float
        Share of the running mean that is kept.
    epsilon : float
        Keeps the division from exploding.
    momentum : float
        Share of the last step that is kept.
    rate, schedule, decay, clip
        See :class:`Optimizer`.
    """

    rate: float = 0.01
    alpha: float = 0.99
    epsilon: float = 1e-8
    momentum: float = 0.0

    kind: ClassVar[str] = "rmsprop"

    def __post_init__(self) -> None:
        """Check that the shares are below 1."""
        super().__post_init__()
        _need_share("alpha", self.alpha)
        _need_share("momentum", self.momentum)

    @property
    def memories(self) -> tuple[str, ...]:
        """``square``, and ``momentum`` if there is any."""
        return ("square", "momentum") if self.momentum else ("square",)

    def move(
        self, p: Array, g: Array, memory: list[Array], scratch: Array, rate: float, step: int
    ) -> None:
        """Move one block."""
        del step
        number = p.dtype.type
        self.add_decay(p, g, scratch)
        _blend_square(memory[0], g, 1.0 - self.alpha, scratch)
        np.sqrt(memory[0], out=scratch)
        scratch += number(self.epsilon)
        np.divide(g, scratch, out=scratch)
        for v in memory[1:]:
            v *= number(self.momentum)
            v += scratch
            np.copyto(scratch, v)
        scratch *= number(rate)
        p -= scratch


@dataclass(frozen=True)
class Adam(Optimizer):
    """p −= rate·m̂/(√v̂ + ε) with running means m of the gradient and v of its square.

    m̂ and v̂ undo that both begin at zero: m/(1 − β₁ᵗ), v/(1 − β₂ᵗ).
    Source: Kingma and Ba, "Adam: a method for stochastic optimization", 2015, algorithm 1.

    Parameters
    ----------
    betas : (float, float)
        Shares of m and v that are kept.
    epsilon : float
        Keeps the division from exploding.
    rate, schedule, decay, clip
        See :class:`Optimizer`; here the decay goes through the division like any gradient.

    Examples
    --------
    The first step is as long as the rate, whatever the gradient:

    >>> weights = np.zeros(2)
    >>> optimizer = Adam(rate=0.1)
    >>> optimizer.update(weights, np.array([1000.0, -0.001]), optimizer.start(weights))
    >>> weights.round(4)
    array([-0.1,  0.1])
    """

    rate: float = 0.001
    betas: tuple[float, float] = (0.9, 0.999)
    epsilon: float = 1e-8

    kind: ClassVar[str] = "adam"

    def __post_init__(self) -> None:
        """Check that the shares are below 1."""
        super().__post_init__()
        for name, value in zip(("first beta", "second beta"), self.betas, strict=True):
            _need_share(name, value)

    @property
    def memories(self) -> tuple[str, ...]:
        """``mean`` and ``square``."""
        return ("mean", "square")

    def move(
        self, p: Array, g: Array, memory: list[Array], scratch: Array, rate: float, step: int
    ) -> None:
        """Move one block."""
        number = p.dtype.type
        self.apply_decay(p, g, scratch, rate)
        mean, square = memory
        first, second = self.betas
        np.subtract(g, mean, out=scratch)
        scratch *= number(1.0 - first)
        mean += scratch
        _blend_square(square, g, 1.0 - second, scratch)
        np.sqrt(square, out=scratch)
        scratch *= number(1.0 / sqrt(1.0 - second**step))
        scratch += number(self.epsilon)
        np.divide(mean, scratch, out=scratch)
        scratch *= number(rate / (1.0 - first**step))
        p -= scratch

    def apply_decay(self, p: Array, g: Array, scratch: Array, rate: float) -> None:
        """Add decay·p to the gradient."""
        del rate
        self.add_decay(p, g, scratch)


@dataclass(frozen=True)
class AdamW(Adam):
    """Adam whose decay shrinks the weights directly: p −= rate·decay·p, past the division.

    Source: Loshchilov and Hutter, "Decoupled weight decay regularization", 2019, algorithm 2.
    """

    decay: float = field(default=0.01, kw_only=True)

    kind: ClassVar[str] = "adamw"

    def apply_decay(self, p: Array, g: Array, scratch: Array, rate: float) -> None:
        """Shrink the weights by rate·decay of themselves."""
        del g, scratch
        if self.decay:
            p *= p.dtype.type(1.0 - rate * self.decay)


def _blend_square(square: Array, g: Array, share: float, scratch: Array) -> None:
    """Move the running mean `square` towards g² by `share` of the way."""
    np.multiply(g, g, out=scratch)
    scratch -= square
    scratch *= g.dtype.type(share)
    square += scratch


def _need_share(name: str, value: float) -> None:
    if not 0.0 <= value < 1.0:
        raise TrainingError(f"{name} must be from 0 to below 1; got {value}")
