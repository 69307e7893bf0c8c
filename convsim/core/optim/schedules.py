"""How the learning rate changes while training goes on: a factor for each step.

A schedule is a number from step to factor; the rate in use is the optimizer's rate times that
factor, so the rate can be changed meanwhile without touching the schedule.  Steps are batches,
counted from 0.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from math import cos, pi

from convsim.core.errors import TrainingError


@dataclass(frozen=True)
class Schedule(ABC):
    """A factor for each step."""

    @abstractmethod
    def factor(self, step: int) -> float:
        """Return what the rate is multiplied by at `step`, counted from 0."""


@dataclass(frozen=True)
class Constant(Schedule):
    """Always the same rate."""

    def factor(self, step: int) -> float:
        """Return 1."""
        del step
        return 1.0


@dataclass(frozen=True)
class Step(Schedule):
    """Every so many steps the rate is multiplied by `by` once more (PyTorch's StepLR).

    Examples
    --------
    >>> [Step(2, by=0.1).factor(step) for step in (0, 1, 2, 3)]
    [1.0, 1.0, 0.1, 0.1]
    """

    every: int
    by: float = 0.1

    def __post_init__(self) -> None:
        """Check the length."""
        _need_steps("every", self.every)

    def factor(self, step: int) -> float:
        """Return by^⌊step/every⌋."""
        return float(self.by ** (step // self.every))


@dataclass(frozen=True)
class Cosine(Schedule):
    """From the full rate down to `floor` of it along half a cosine, and then staying there.

    Source: Loshchilov and Hutter, "SGDR", 2017, equation 5, without restarts.

    Examples
    --------
    >>> [round(Cosine(4).factor(step), 4) for step in range(6)]
    [1.0, 0.8536, 0.5, 0.1464, 0.0, 0.0]
    """

    steps: int
    floor: float = 0.0

    def __post_init__(self) -> None:
        """Check the length."""
        _need_steps("steps", self.steps)

    def factor(self, step: int) -> float:
        """Return floor + (1 − floor)·(1 + cos(π·step/steps))/2."""
        part = min(step / self.steps, 1.0)
        return self.floor + (1.0 - self.floor) * (1.0 + cos(pi * part)) / 2.0


@dataclass(frozen=True)
class WarmUp(Schedule):
    """From a small rate up to the full one in equal steps, then another schedule from its start.

    Parameters
    ----------
    steps : int
        Steps until the full rate.
    then : Schedule
        What follows; its step 0 is the first at the full rate.
    start : float
        The factor of step 0.

    Examples
    --------
    >>> [round(WarmUp(2, Step(1, by=0.1)).factor(step), 3) for step in range(5)]
    [0.01, 0.505, 1.0, 0.1, 0.01]
    """

    steps: int
    then: Schedule = field(default_factory=Constant)
    start: float = 0.01

    def __post_init__(self) -> None:
        """Check the length."""
        _need_steps("steps", self.steps)

    def factor(self, step: int) -> float:
        """Return start + (1 − start)·step/steps, and after that the other schedule's factor."""
        if step >= self.steps:
            return self.then.factor(step - self.steps)
        return self.start + (1.0 - self.start) * step / self.steps


def _need_steps(name: str, value: int) -> None:
    if value < 1:
        raise TrainingError(f"{name} must be at least 1 step; got {value}")
