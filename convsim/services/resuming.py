"""From a running training to what a project keeps of it, and back."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any, Protocol

from convsim.core.losses import LOSSES
from convsim.data.sets import Augmentation, DataSetError
from convsim.document.progress import Progress
from convsim.services.recipes import OPTIMIZERS, SCHEDULES, Choices

if TYPE_CHECKING:
    from collections.abc import Mapping

    from convsim.core.checkpoint import Checkpoint
    from convsim.core.history import History
    from convsim.document import Document
    from convsim.document.progress import Setting
    from convsim.services.training import Plan


TOTAL = "total"
HIGHEST = 1_000_000
"""No setting is a larger number, and none is below 0."""


class Asked(Protocol):
    """What a document keeps of how a training was asked for: a `Progress`, or a kept `Run`."""

    @property
    def settings(self) -> Mapping[str, Setting]:
        """How to train, by the words of `Choices`."""

    @property
    def augmentation(self) -> Mapping[str, Setting]:
        """What may happen to a picture, by the words of `Augmentation`."""


@dataclass(frozen=True)
class Origin:
    """What a training was asked to be, in the words of the one who asked.

    Attributes
    ----------
    data : str
        The name of a data set that comes along, or a path.
    pictures : int
        Learnt from in an epoch.
    choices : Choices
    total : int
        Batches that its schedule ends with.
    augmentation : Augmentation
        What may happen to a picture.
    """

    data: str = ""
    pictures: int = 0
    choices: Choices = field(default_factory=Choices)
    total: int = 0
    augmentation: Augmentation = field(default_factory=Augmentation)


def progress_of(plan: Plan, origin: Origin, kept: Checkpoint, history: History) -> Progress:
    """Return what a document keeps of a training: it holds the weights of the checkpoint too."""
    return Progress(
        origin.data,
        origin.pictures,
        plan.validation,
        {**asdict(origin.choices), TOTAL: origin.total},
        asdict(plan.augmentation),
        kept.memory,
        kept.seed,
        kept.step,
        kept.epoch,
        kept.position,
        kept.rng,
        until(history, kept.step),
        kept.params,
    )


def until(history: History, step: int) -> History:
    """Return the part of a history up to a step."""
    if history.steps <= step:
        return history
    return replace(
        history,
        learnt=tuple(point for point in history.learnt if point.step <= step),
        held=tuple(point for point in history.held if point.step <= step),
        marks=tuple(mark for mark in history.marks if mark.step <= step),
    )


def can_resume(document: Document) -> bool:
    """Return whether a training of the document's network can go on."""
    return document.progress is not None and document.progress.fits(document.network)


def done_by(progress: Progress | None) -> tuple[int, float]:
    """Return batches and epochs that are over: what is left is for the schedule to end in."""
    if progress is None:
        return 0, 0.0
    part = progress.position / progress.pictures if progress.pictures else 0.0
    return progress.step, progress.epoch + part


def choices_of(progress: Asked) -> Choices:
    """Return how it was trained; what makes no sense is as it usually is."""
    found: dict[str, Any] = _suiting(Choices(), progress.settings)
    if found.get("optimizer") not in OPTIMIZERS:
        found.pop("optimizer", None)
    if found.get("schedule") not in SCHEDULES:
        found.pop("schedule", None)
    if found.get("loss") not in LOSSES:
        found.pop("loss", None)
    return Choices(**found)


def origin_of(progress: Progress) -> Origin:
    """Return what a training that a document keeps was asked to be."""
    return Origin(
        progress.data,
        progress.pictures,
        choices_of(progress),
        total_of(progress) or 0,
        augmentation_of(progress),
    )


def augmentation_of(progress: Asked) -> Augmentation:
    """Return what happened to the pictures; what makes no sense is as it usually is."""
    found = _suiting(Augmentation(), progress.augmentation)
    return Augmentation(**{name: value for name, value in found.items() if _happens(name, value)})


def _happens(name: str, value: Any) -> bool:
    try:
        Augmentation(**{name: value})
    except DataSetError:
        return False
    return True


def total_of(progress: Progress) -> int | None:
    """Return how many batches its schedule ends with, None if that is not told."""
    total = progress.settings.get(TOTAL)
    return total if type(total) is int and total >= progress.step else None


def _suiting(usual: Any, given: Mapping[str, object]) -> dict[str, Any]:
    """Return those of the values given that have a name and a kind that is known."""
    found = {}
    for spec in fields(usual):
        standard, value = getattr(usual, spec.name), given.get(spec.name)
        if spec.name not in given:
            continue
        numbers = (int, float)
        if standard is None or isinstance(standard, float):
            good = (value is None and standard is None) or (
                isinstance(value, numbers) and not isinstance(value, bool)
            )
        else:
            good = type(value) is type(standard)
        if good and not (isinstance(value, numbers) and not 0 <= value <= HIGHEST):
            found[spec.name] = value
    return found
