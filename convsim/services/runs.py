"""Keeping a run of the trainer in the document, and comparing the recipes of several."""

from __future__ import annotations

from dataclasses import asdict, fields, replace
from typing import TYPE_CHECKING

from convsim.document.work import runs_of
from convsim.services.recipes import OPTIMIZERS
from convsim.services.resuming import TOTAL, Origin, augmentation_of, choices_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from convsim.core.history import History
    from convsim.document import Document
    from convsim.document.runs import Run
    from convsim.services.recipes import Choices


def with_kept(document: Document, network: str, origin: Origin, history: History) -> Document:
    """Return the document with a run kept; the same one if there is no room, or it is kept."""
    before = runs_of(document)
    runs = before.with_run(
        network,
        origin.data,
        origin.pictures,
        {**asdict(origin.choices), TOTAL: origin.total},
        asdict(origin.augmentation),
        history,
    )
    return document if runs is before else replace(document, runs=runs)


def origin_of_run(run: Run) -> Origin:
    """Return what a kept run was asked to be; what makes no sense is as it usually is."""
    total = run.settings.get(TOTAL)
    return Origin(
        run.data,
        run.pictures,
        choices_of(run),
        total if type(total) is int else 0,
        augmentation_of(run),
    )


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
