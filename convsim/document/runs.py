"""Kept runs: how earlier trainings went, to lay their curves over those of another.

At most `MOST` are kept, each with a history that is bounded itself (`convsim.core.history`): about
half a megabyte of memory each, seven at the very most, and a sixth of that in a file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import count
from typing import TYPE_CHECKING

from convsim.core.errors import ParameterError
from convsim.core.history import History, same_curves

if TYPE_CHECKING:
    from convsim.document.progress import Setting

COLORS = (2, 3, 1, 6)
"""Colours of kept runs, as filters have them: none is one of the run that is shown."""
MOST = len(COLORS)
LONGEST = 30
"""Letters of a name."""
LAST = 1_000_000
"""The highest number that is given: then the lowest that is free, lest a file could not hold it."""


@dataclass(frozen=True)
class Run:
    """A training as it went.

    Attributes
    ----------
    number : int
        Counted from 1 to `LAST`, in which none is given twice.
    color : int
        As filters have them.
    name : str
        What somebody calls it; empty until then.
    network : str
        What it was called.
    data : str
        The name of a data set that comes along, or the path of another.
    pictures : int
        How many were learnt from in an epoch.
    settings, augmentation : mapping
        As `convsim.document.progress.Progress` has them.
    history : History
    """

    number: int
    color: int
    name: str
    network: str
    data: str
    pictures: int
    settings: Mapping[str, Setting]
    augmentation: Mapping[str, Setting]
    history: History


@dataclass(frozen=True)
class Runs:
    """Kept runs, in the order in which they were kept.

    Attributes
    ----------
    kept : tuple of Run
    given : int
        The highest number that was given so far.
    """

    kept: tuple[Run, ...] = ()
    given: int = 0

    @property
    def full(self) -> bool:
        """Whether one must go before another can be kept."""
        return len(self.kept) >= MOST

    def holds(self, history: History) -> bool:
        """Return whether a run with these very curves, or with more of them, is kept."""
        return any(same_curves(history, run.history) for run in self.kept)

    def number(self, number: int) -> Run:
        """Return the one of that number.

        Raises
        ------
        ParameterError
            If it is not kept.
        """
        found = next((run for run in self.kept if run.number == number), None)
        if found is None:
            kept = ", ".join(str(run.number) for run in self.kept) or "none"
            raise ParameterError(f"there is no run {number}; kept are {kept}")
        return found

    def with_run(
        self,
        network: str,
        data: str,
        pictures: int,
        settings: Mapping[str, Setting],
        augmentation: Mapping[str, Setting],
        history: History,
    ) -> Runs:
        """Return these and one more; as it is if there is no room, or it is kept already."""
        if self.full or self.holds(history):
            return self
        taken = {run.color for run in self.kept}
        color = next(color for color in COLORS if color not in taken)
        numbers = {run.number for run in self.kept}
        number = next(n for n in count(self.given % LAST + 1) if n not in numbers)
        run = Run(number, color, "", network, data, pictures, settings, augmentation, history)
        return Runs((*self.kept, run), max(self.given, number))

    def without(self, number: int) -> Runs:
        """Return these without the one of that number."""
        return Runs(tuple(run for run in self.kept if run.number != number), self.given)

    def renamed(self, number: int, name: str) -> Runs:
        """Return these with another name for one; an empty name gives it back its number.

        Raises
        ------
        ParameterError
            If it is not kept, or the name is too long.
        """
        name = " ".join(name.split())
        if len(name) > LONGEST:
            raise ParameterError(f"a run's name has up to {LONGEST} letters; got {len(name)}")
        changed = replace(self.number(number), name=name)
        return replace(
            self, kept=tuple(changed if run.number == number else run for run in self.kept)
        )


NO_RUNS = Runs()
