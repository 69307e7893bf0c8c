"""What trainings came to: each belongs to a network, its weights and the data, and goes with them.

Undo, redo, another network or other data change what is open; what was found out about something
else must not be read as if it were about that.  It is kept for when one comes back.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from convsim.core.history import History
from convsim.core.reel import Reel
from convsim.services.resuming import can_resume, origin_of

if TYPE_CHECKING:
    from convsim.core.evaluate import Evaluation
    from convsim.core.network import Network
    from convsim.core.snapshot import Snapshot
    from convsim.core.vitals import Dead, Vitals
    from convsim.document import Document, Weights
    from convsim.services.learner import Outcome
    from convsim.services.resuming import Origin
    from convsim.services.training import Plan, WrongPicture

MOST = 4
"""Trainings that are kept to come back to."""
REELS = 2
"""Those of them that keep the way as well: it takes the most room."""


@dataclass(frozen=True, eq=False)
class Result:
    """What is known of a training; as the attributes of `Trainer` have it."""

    plan: Plan | None = None
    origin: Origin | None = None
    name: str = ""
    history: History = field(default_factory=History)
    newest: Snapshot | None = None
    checks: Evaluation | None = None
    outcome: Outcome | None = None
    vitals: Vitals | None = None
    dead: tuple[Dead, ...] = ()
    mistakes: tuple[WrongPicture, ...] = ()
    reel: Reel = field(default_factory=Reel)


@dataclass(frozen=True, eq=False)
class About:
    """What a result is about.

    Attributes
    ----------
    network : Network
    weights : Weights
    data : str
        The name of a data set that comes along, or the path of another.
    """

    network: Network
    weights: Weights
    data: str

    def same(self, other: About | None) -> bool:
        """Return whether both are about the very same."""
        return (
            other is not None
            and self.network is other.network
            and self.weights is other.weights
            and self.data == other.data
        )


class Results:
    """The newest few results, by what they are about."""

    def __init__(self) -> None:
        self._known: list[tuple[About, Result]] = []

    def put(self, about: About, result: Result) -> None:
        """Keep a result; the oldest goes if there are too many."""
        others = [pair for pair in self._known if not pair[0].same(about)]
        known = [(about, result), *others][:MOST]
        self._known = [
            (one, found if i < REELS else replace(found, reel=Reel()))
            for i, (one, found) in enumerate(known)
        ]

    def get(self, about: About) -> Result | None:
        """Return what is known, None if nothing is."""
        return next((found for one, found in self._known if one.same(about)), None)


def recalled(document: Document, name: str) -> Result | None:
    """Return what a document itself keeps of its training: curves and recipe; None if nothing."""
    progress = document.progress
    if progress is None or not can_resume(document):
        return None
    return Result(origin=origin_of(progress), name=name, history=progress.history)
