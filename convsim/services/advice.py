"""What may be wrong with a training, found in its numbers; the words for it are the window's."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from math import isfinite, nan
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from convsim.core.evaluate import Evaluation
    from convsim.core.history import History, Point
    from convsim.core.vitals import Dead
    from convsim.services.training import Plan

WORSE = 1.15
"""So many times its best, the loss on what was set aside has clearly gone up."""
AFTER = 3
"""Epochs after the best one before that is said."""
ENOUGH = 50
"""Pictures that must be set aside: with fewer, one more mistake looks like a trend."""
GAP, POINTS = 1.5, 0.03
"""So many times the loss on its own, and so much less of them right, others must have."""
AROUND = 10
"""Points of the curve that say how it does on its own."""
FEW_CHANGES = 0.3
"""Of the changes of class that shuffled pictures would have: fewer, and they lie class by class."""


class Ill(StrEnum):
    """What may be wrong."""

    ORDERED = "ordered"
    """Pictures come class by class, and are not shuffled."""
    ONE_CLASS = "one class"
    """Whatever it is shown, it says the same."""
    DEAD = "dead"
    """Most units behind a ReLU are 0 for every picture."""
    OVERFITTING = "overfitting"
    """It learns its pictures by heart: on others it gets worse."""


@dataclass(frozen=True)
class Finding:
    """Something that may be wrong.

    Attributes
    ----------
    ill : Ill
    index : int
        The class, or the layer; −1 where it is about neither.
    count, all : int
        Dead units and all of them; the best epoch and the last.
    """

    ill: Ill
    index: int = -1
    count: int = 0
    all: int = 0


def findings(
    plan: Plan, history: History, checks: Evaluation | None, dead: Sequence[Dead]
) -> tuple[Finding, ...]:
    """Return what may be wrong, what matters most first.

    Parameters
    ----------
    plan : Plan
        With the recipe that holds now.
    history : History
    checks : Evaluation or None
        On pictures that were not learnt from, the newest.
    dead : sequence of Dead
    """
    found = []
    if not plan.recipe.shuffle and class_by_class(plan.data.labels):
        found.append(Finding(Ill.ORDERED))
    only = one_class(checks)
    if only is not None:
        found.append(Finding(Ill.ONE_CLASS, only))
    if history.passed >= 1:
        # Before, a unit may only be waiting for its turn.
        found += [
            Finding(Ill.DEAD, one.layer, one.count, one.all)
            for one in dead
            if 2 * one.count > one.all
        ]
    best = best_epoch(history)
    if best is not None:
        found.append(Finding(Ill.OVERFITTING, -1, best, len(history.held)))
    return tuple(found)


def class_by_class(labels: NDArray[np.int64]) -> bool:
    """Return whether neighbours are of one class far more often than chance would have it."""
    if len(labels) < 8:
        return False
    shares = np.bincount(labels) / len(labels)
    chance = (len(labels) - 1) * (1.0 - float(np.square(shares).sum()))
    return int(np.count_nonzero(np.diff(labels))) < FEW_CHANGES * chance


def one_class(checks: Evaluation | None) -> int | None:
    """Return the one class that all pictures are taken for, if they are of several."""
    if checks is None or not checks.confusion.size:
        return None
    taken = checks.confusion.sum(axis=0)
    truths = np.count_nonzero(checks.confusion.sum(axis=1))
    return int(taken.argmax()) if truths > 1 and np.count_nonzero(taken) == 1 else None


def best_epoch(history: History) -> int | None:
    """Return the epoch, from 1, after which it got clearly worse on others, but not on its own."""
    held = history.held
    if len(held) <= AFTER:
        return None
    best = min(range(len(held)), key=lambda i: held[i].loss)
    if len(held) - 1 - best < AFTER or held[-1].loss < WORSE * held[best].loss:
        return None
    then, _ = _around(history.learnt, held[best].step)
    now, right = _around(history.learnt, held[-1].step)
    if not now < then or held[-1].seen < ENOUGH or held[-1].loss < GAP * now:
        return None
    # Without classes there is nothing to be right about, and the loss alone says it.
    known = isfinite(held[-1].accuracy) and isfinite(right)
    return None if known and held[-1].accuracy > right - POINTS else best + 1


def _around(learnt: Sequence[Point], step: int) -> tuple[float, float]:
    """Return the mean loss and accuracy of the last few points up to a step."""
    before = [point for point in learnt if point.step <= step][-AROUND:]
    if not before:
        return nan, nan
    count = len(before)
    return sum(one.loss for one in before) / count, sum(one.accuracy for one in before) / count
