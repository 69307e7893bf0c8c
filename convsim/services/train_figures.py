"""The figures of a training: its pictures, its curves, and which classes it mixes up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convsim.figures.confusion import confusion
from convsim.figures.curves import curves
from convsim.figures.samples import samples

if TYPE_CHECKING:
    from collections.abc import Sequence

    from convsim.core.trace import Trace
    from convsim.document import Document
    from convsim.figures.page import FigureFunction, Page
    from convsim.figures.samples import Sample
    from convsim.figures.scene import Scene
    from convsim.services.trainer import Trainer


def train_figures(trainer: Trainer, pictures: Sequence[Sample]) -> dict[str, FigureFunction]:
    """Return the figures there are by now, by kind: samples, curves, confusion.

    Each shows this moment, however the training goes on while it is written to a file.

    Parameters
    ----------
    trainer : Trainer
    pictures : sequence of Sample
        What is learnt from; none while it is being read.
    """
    plan, history, outcome = trainer.plan, trainer.history, trainer.outcome
    result = (outcome.judged if outcome is not None else None) or trainer.checks
    found: dict[str, FigureFunction] = {}
    if pictures:
        shown = tuple(pictures)

        def draw_samples(_document: Document, _trace: Trace, page: Page) -> Scene:
            return samples(shown, page)

        found["samples"] = draw_samples
    if plan is not None:
        epochs, classes = plan.recipe.epochs, plan.data.classes

        def draw_curves(_document: Document, _trace: Trace, page: Page) -> Scene:
            return curves(history, epochs, page)

        found["curves"] = draw_curves
        if result is not None and result.confusion.size:
            tried = result

            def draw_confusion(_document: Document, _trace: Trace, page: Page) -> Scene:
                return confusion(tried, classes, page)

            found["confusion"] = draw_confusion
    return found
