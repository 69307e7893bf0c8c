"""The figures of a training: its pictures, its curves, and which classes it mixes up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from convsim.core.history import same_curves
from convsim.figures.confusion import Which, confusion
from convsim.figures.curves import SMOOTH, OtherRun, curves
from convsim.figures.mistakes import Prediction, Wrong, mistakes
from convsim.figures.samples import samples
from convsim.figures.vitals import inside

if TYPE_CHECKING:
    from collections.abc import Sequence

    from convsim.core.trace import Trace
    from convsim.document import Document
    from convsim.document.runs import Run
    from convsim.figures.page import FigureFunction, Page
    from convsim.figures.samples import Sample
    from convsim.figures.scene import Scene
    from convsim.services.trainer import Trainer
    from convsim.services.training import Plan, WrongPicture


MOST = 6
"""Classes that are named, the likeliest first."""


@dataclass(frozen=True)
class Shown:
    """How the curves are shown.

    Attributes
    ----------
    runs : tuple of Run
        Others to compare with.
    smooth : float
        As `curves` takes it.
    """

    runs: tuple[Run, ...] = ()
    smooth: float = SMOOTH


def train_figures(
    trainer: Trainer, pictures: Sequence[Sample], shown: Shown | None = None
) -> dict[str, FigureFunction]:
    """Return the figures there are by now, by kind: samples, curves, confusion.

    Each shows this moment, however the training goes on while it is written to a file.

    Parameters
    ----------
    trainer : Trainer
    pictures : sequence of Sample
        What is learnt from; none while it is being read.
    shown : Shown, optional
    """
    how = shown or Shown()
    plan, history = trainer.plan, trainer.history
    found: dict[str, FigureFunction] = {}
    if pictures:
        listed = tuple(pictures)

        def draw_samples(_document: Document, _trace: Trace, page: Page) -> Scene:
            return samples(listed, page)

        found["samples"] = draw_samples
    if plan is not None or history.steps or how.runs:
        epochs = trainer.epochs
        # One that is kept itself is drawn once.
        kept = [run for run in how.runs if not same_curves(history, run.history)]

        def draw_curves(_document: Document, _trace: Trace, page: Page) -> Scene:
            others = [
                OtherRun(
                    run.name or page.labels["run"].format(n=run.number), run.history, run.color
                )
                for run in kept
            ]
            return curves(history, epochs, page, others=others, smooth=how.smooth)

        found["curves"] = draw_curves
    if plan is not None:
        found |= _of_plan(trainer, plan)
    return found


def _of_plan(trainer: Trainer, plan: Plan) -> dict[str, FigureFunction]:
    """Return the figures of what a training came to, and of what went on inside."""
    outcome, vitals, dead = trainer.outcome, trainer.vitals, trainer.dead
    found: dict[str, FigureFunction] = {}
    result = (outcome.judged if outcome is not None else None) or trainer.checks
    classes = plan.data.classes
    if result is not None and result.confusion.size:
        tried = result
        which: Which = "held"
        if outcome is not None and outcome.judged is not None:
            which = "title" if plan.data.test is not None else "all"

        def draw_confusion(_document: Document, _trace: Trace, page: Page) -> Scene:
            return confusion(tried, classes, page, which)

        found["confusion"] = draw_confusion
        wrong = outcome.mistakes if outcome and outcome.judged else trainer.mistakes
        named = [_named(one, classes) for one in wrong]

        def draw_mistakes(document: Document, trace: Trace, page: Page) -> Scene:
            return mistakes(named, prediction_of(document, trace), page)

        found["mistakes"] = draw_mistakes
    if vitals is not None:
        network, looked = plan.document.network, vitals

        def draw_vitals(_document: Document, _trace: Trace, page: Page) -> Scene:
            return inside(looked, dead, network, page)

        found["vitals"] = draw_vitals
    return found


def _named(one: WrongPicture, classes: Sequence[str]) -> Wrong:
    mistake = one.mistake
    truth, taken = (
        classes[i] if i < len(classes) else str(i + 1) for i in (mistake.truth, mistake.taken)
    )
    return Wrong(one.picture, truth, taken, mistake.truth_share, mistake.taken_share)


def prediction_of(document: Document, trace: Trace) -> Prediction | None:
    """Return what a network takes the shown picture for, None if it cannot be said."""
    last = len(document.network.layers) - 1
    if not document.classes or last < 0 or not trace.reached(last):
        return None
    scores = trace.output(last).reshape(-1).astype(np.float64)
    if not np.isfinite(scores).all():
        return None
    if document.network.layers[last].kind != "softmax":
        scores = np.exp(scores - scores.max())
        scores /= scores.sum()
    names = document.classes
    # Outputs beyond the classes stand for nothing.
    best = [i for i in np.argsort(-scores, kind="stable").tolist() if i < len(names)][:MOST]
    shares = tuple((names[i], float(scores[i])) for i in best)
    return Prediction(document.image, document.picture.name, shares)
