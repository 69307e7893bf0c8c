"""Runs that were kept, to lay their curves over those of another and to compare their recipes."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from convsim.services.recipes import OPTIMIZERS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from convsim.core.history import History
    from convsim.services.recipes import Choices
    from convsim.services.resuming import Origin

COLORS = (2, 3, 1, 6)
"""Colours of kept runs, as filters have them: none is one of the run that is shown."""
MOST = len(COLORS)


@dataclass(frozen=True)
class Run:
    """A training as it went.

    Attributes
    ----------
    number : int
        Counted from 1, never given twice.
    color : int
        As filters have them.
    network : str
        What it was called.
    origin : Origin
        Its data and recipe.
    history : History
    """

    number: int
    color: int
    network: str
    origin: Origin
    history: History


@dataclass(frozen=True)
class Runs:
    """Kept runs, in the order in which they were kept.

    Attributes
    ----------
    kept : tuple of Run
    given : int
        Numbers that were given so far.
    """

    kept: tuple[Run, ...] = ()
    given: int = 0

    @property
    def full(self) -> bool:
        """Whether one must go before another can be kept."""
        return len(self.kept) >= MOST

    def holds(self, history: History) -> bool:
        """Return whether a run with these very curves is kept."""
        return any(run.history is history for run in self.kept)

    def with_run(self, network: str, origin: Origin, history: History) -> Runs:
        """Return these and one more; as it is if there is no room."""
        if self.full or self.holds(history):
            return self
        taken = {run.color for run in self.kept}
        color = next(color for color in COLORS if color not in taken)
        run = Run(self.given + 1, color, network, origin, history)
        return Runs((*self.kept, run), self.given + 1)

    def without(self, number: int) -> Runs:
        """Return these without the one of that number."""
        return Runs(tuple(run for run in self.kept if run.number != number), self.given)


def differences(origins: Iterable[Origin]) -> tuple[str, ...]:
    """Return the settings in which runs differ from each other, by their words."""
    runs = list(origins)
    every = [run.choices for run in runs]
    found = [
        spec.name for spec in fields(every[0]) if len({_value(one, spec.name) for one in every}) > 1
    ]
    if len({run.augmentation for run in runs}) > 1:
        found.append("augmentation")
    return tuple(found)


def _value(choices: Choices, name: str) -> object:
    value: object = getattr(choices, name)
    return OPTIMIZERS[choices.optimizer][0] if name == "rate" and value is None else value
