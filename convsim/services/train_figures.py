"""The figures of a training: its pictures, its curves, and which classes it mixes up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from convsim.figures.confusion import confusion
from convsim.figures.curves import SMOOTH, OtherRun, curves
from convsim.figures.samples import samples

if TYPE_CHECKING:
    from collections.abc import Sequence

    from convsim.core.trace import Trace
    from convsim.document import Document
    from convsim.figures.page import FigureFunction, Page
    from convsim.figures.samples import Sample
    from convsim.figures.scene import Scene
    from convsim.services.runs import Run
    from convsim.services.trainer import Trainer


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
    plan, history, outcome = trainer.plan, trainer.history, trainer.outcome
    result = (outcome.judged if outcome is not None else None) or trainer.checks
    found: dict[str, FigureFunction] = {}
    if pictures:
        listed = tuple(pictures)

        def draw_samples(_document: Document, _trace: Trace, page: Page) -> Scene:
            return samples(listed, page)

        found["samples"] = draw_samples
    if plan is not None:
        epochs, classes = plan.recipe.epochs, plan.data.classes
        kept = [run for run in how.runs if run.history is not history]

        def draw_curves(_document: Document, _trace: Trace, page: Page) -> Scene:
            others = [
                OtherRun(page.labels["run"].format(n=run.number), run.history, run.color)
                for run in kept
            ]
            return curves(history, epochs, page, others=others, smooth=how.smooth)

        found["curves"] = draw_curves
        if result is not None and result.confusion.size:
            tried = result

            def draw_confusion(_document: Document, _trace: Trace, page: Page) -> Scene:
                return confusion(tried, classes, page)

            found["confusion"] = draw_confusion
    return found
