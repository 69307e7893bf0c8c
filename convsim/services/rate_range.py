"""Which learning rate? Try larger and larger ones for a moment, and see where the loss goes.

The weights stay as they are: a copy of them is trained, batch by batch, with a rate that grows from
far too small to far too large.  While it is too small the loss does not move; then it falls; then
it goes up, and soon there is no number any more.  A good rate to begin with is one at which it
still falls quickly.

Source: Smith, "Cyclical learning rates for training neural networks", 2017, section 3.3.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import inf, isfinite, log10
from typing import TYPE_CHECKING

import numpy as np

from convsim.core.errors import DivergedError
from convsim.core.losses import CrossEntropy
from convsim.core.optim import Schedule
from convsim.core.recipe import Controls

if TYPE_CHECKING:
    from collections.abc import Callable

    from convsim.services.training import Plan

LOWEST, HIGHEST = 1e-6, 10.0
SAMPLE = 4
"""The first part of so many shows what chance does: there the rate changes nothing yet."""
STEPS = 120
"""Batches of a sweep: seventeen to each power of ten."""
SMOOTH = 0.8
"""How much of the mean before stays in the smoothed loss."""
ENOUGH = 3.0
"""So many times the least loss, it has gone up enough to stop."""
FALL = 0.05
"""Of the loss at the start, that it must fall by before a rate is offered."""
SURE = 1.5
"""So many times the spread of single batches it must fall by: less may be chance."""


@dataclass(frozen=True)
class Growing(Schedule):
    """From 1 up to `factor_at_end`, by the same factor at each step."""

    steps: int
    factor_at_end: float

    def factor(self, step: int) -> float:
        """Return factor_at_end^(step/(steps − 1))."""
        return float(self.factor_at_end ** (step / max(self.steps - 1, 1)))


@dataclass(frozen=True)
class RateRange:
    """What came out.

    Attributes
    ----------
    rates, losses, smooth : tuple of float
        Of each batch: its rate, its loss, and the running mean of the losses.
    offered : float or None
        A rate to begin with; None if no rate made the loss fall.
    """

    rates: tuple[float, ...] = ()
    losses: tuple[float, ...] = ()
    smooth: tuple[float, ...] = ()
    offered: float | None = None


def rate_range(
    plan: Plan,
    progress: Callable[[int], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> RateRange:
    """Return how the loss goes with larger and larger rates; the document stays as it is.

    Parameters
    ----------
    plan : Plan
        Its optimizer, batches and data are used; its rate and schedule are not.
    progress : function, optional
        Called with the number of batches that are done, of `STEPS`.
    cancelled : function, optional
        Asked between batches; once true, what is known so far is returned.

    Raises
    ------
    ConvSimError
        If network and data do not suit each other.
    """
    optimizer = replace(
        plan.recipe.optimizer, rate=LOWEST, schedule=Growing(STEPS, HIGHEST / LOWEST)
    )
    recipe = replace(
        plan.recipe, optimizer=optimizer, epochs=STEPS, publish=0.0, keep=inf, look=inf
    )
    controls = Controls(recipe)
    rates: list[float] = []
    losses: list[float] = []
    smooth: list[float] = []
    # Nothing is set aside: the end of a small epoch would take as long as the sweep.
    whole = replace(plan, recipe=recipe, validation=0.0)
    try:
        for report in whole.reports(controls):
            shot = report.snapshot
            if not (shot.seen and isfinite(shot.loss)):
                continue
            rates.append(shot.rate)
            losses.append(shot.loss)
            smooth.append(_mean(smooth, shot.loss))
            if progress is not None:
                progress(len(rates))
            over = len(rates) >= STEPS or (len(rates) > 10 and smooth[-1] > ENOUGH * min(smooth))
            if over or (cancelled is not None and cancelled()):
                controls.stop()
    except DivergedError:
        # Where it ends is what was looked for.
        pass
    return RateRange(
        tuple(rates), tuple(losses), tuple(smooth), offer(rates, losses, smooth, guessing(plan))
    )


def _mean(before: list[float], loss: float) -> float:
    return SMOOTH * before[-1] + (1 - SMOOTH) * loss if before else loss


def guessing(plan: Plan) -> float:
    """Return the cross-entropy of who knows only how frequent classes are; inf of other losses.

    New weights may begin above it: down to there nothing was learnt from the pictures.
    """
    if not isinstance(plan.recipe.loss, CrossEntropy):
        return inf
    shares = plan.data.counts() / len(plan.data)
    shares = shares[shares > 0]
    return float(-(shares * np.log(shares)).sum())


def offer(
    rates: list[float], losses: list[float], smooth: list[float], chance: float = inf
) -> float | None:
    """Return a third of the rate with the least loss, in one digit; None if none stands out.

    The running mean must have fallen clearly: by more than what batches differ in by chance, which
    is seen at the start, where the rate is too small to change anything; and below `chance`, the
    loss of somebody who only guesses.
    """
    if len(rates) < 10:
        return None
    best = min(range(len(rates)), key=lambda i: smooth[i])
    start = sum(smooth[:10]) / 10
    # From one batch to the next, so that a slow fall does not count as spread: √2 of it each.
    spread = float(np.std(np.diff(losses[: len(losses) // SAMPLE]))) / 2**0.5
    if smooth[best] > (1 - FALL) * chance:
        return None
    if start - smooth[best] <= max(FALL * start, SURE * spread):
        return None
    rate = rates[best] / 3
    digit = 10 ** int(log10(rate) // 1)
    return float(f"{round(rate / digit) * digit:.1e}")
