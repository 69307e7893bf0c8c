"""How a training has gone: loss and accuracy over its batches, in a bounded number of points.

A training may take hours and say thirty times a second how it stands.  When there are many points,
each two neighbours become one, their mean: the curve stays the same, in half the points.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from math import isfinite

MOST = 2000
"""Points; more than a screen has pixels to show them."""
MOST_HELD = 10_000
"""Points of what was set aside; of more, every second one is given up."""
MOST_MARKS = 1000
"""Changes of settings; of more, the oldest are given up."""


@dataclass(frozen=True, slots=True)
class Point:
    """A mean over some examples.

    Attributes
    ----------
    step : int
        Batches seen in all.
    seen : int
        Examples that it is the mean of.
    loss, accuracy : float
    passed : float
        Epochs that were over, with the part of the one it stands in.
    """

    step: int
    seen: int
    loss: float
    accuracy: float
    passed: float = 0.0


@dataclass(frozen=True, slots=True)
class Mark:
    """A setting that was changed on the way.

    Attributes
    ----------
    step : int
        Batches seen before.
    passed : float
        Epochs that were over, with the part of the one it stood in.
    what : str
        The setting's word: ``rate``, ``batch``, …
    before, after : str
        Its values, as people write them.
    """

    step: int
    passed: float
    what: str
    before: str
    after: str


@dataclass(frozen=True)
class History:
    """Two curves: of what is learnt from, and of what was set aside.

    Attributes
    ----------
    learnt : tuple of Point
    held : tuple of Point
        One at the end of each epoch.
    marks : tuple of Mark
        What was changed on the way.
    """

    learnt: tuple[Point, ...] = ()
    held: tuple[Point, ...] = ()
    marks: tuple[Mark, ...] = ()

    def with_points(
        self, learnt: Iterable[Point], held: Iterable[Point], marks: Iterable[Mark] = ()
    ) -> History:
        """Return the history with more points; those that are no numbers are left out."""
        more = replace(
            self,
            learnt=(*self.learnt, *filter(_finite, learnt)),
            held=(*self.held, *filter(_finite, held)),
            marks=(*self.marks, *marks),
        )
        while len(more.learnt) > MOST:
            more = replace(more, learnt=_halved(more.learnt))
        while len(more.held) > MOST_HELD:
            # Counted from the end: the newest stays.
            more = replace(more, held=more.held[::-1][::2][::-1])
        return replace(more, marks=more.marks[-MOST_MARKS:])

    @property
    def steps(self) -> int:
        """The last step that has a point."""
        return max((points[-1].step for points in (self.learnt, self.held) if points), default=0)

    @property
    def passed(self) -> float:
        """Epochs at the last point."""
        ends = (points[-1].passed for points in (self.learnt, self.held) if points)
        return max(ends, default=0.0)


def same_curves(history: History, other: History) -> bool:
    """Return whether a history is another one, or the beginning of it; an empty one is of none.

    Compared by steps and losses: an accuracy that is no number is not even equal to itself.
    """
    return history.steps > 0 and all(
        len(mine) <= len(all_) and all(map(_same, mine, all_))
        for mine, all_ in ((history.learnt, other.learnt), (history.held, other.held))
    )


def _same(a: Point, b: Point) -> bool:
    return a.step == b.step and a.loss == b.loss


def _finite(point: Point) -> bool:
    return point.seen > 0 and isfinite(point.loss)


def _halved(points: tuple[Point, ...]) -> tuple[Point, ...]:
    """Return half as many points: means of neighbours, an odd last one as it is."""
    pairs = [_mean(a, b) for a, b in zip(points[::2], points[1::2], strict=False)]
    return (*pairs, points[-1]) if len(points) % 2 else tuple(pairs)


def _mean(a: Point, b: Point) -> Point:
    seen = a.seen + b.seen
    return Point(
        b.step,
        seen,
        (a.loss * a.seen + b.loss * b.seen) / seen,
        (a.accuracy * a.seen + b.accuracy * b.seen) / seen,
        b.passed,
    )
