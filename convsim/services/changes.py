"""What was changed in a recipe while training ran, as marks on its curves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convsim.core.formula import plain_text
from convsim.core.history import Mark
from convsim.core.losses import CrossEntropy
from convsim.core.optim import SGD

if TYPE_CHECKING:
    from collections.abc import Iterable

    from convsim.core.optim import Optimizer
    from convsim.core.recipe import Change, Recipe


def marks_of(changes: Iterable[Change]) -> list[Mark]:
    """Return a mark for each setting that differs before and after a change."""
    marks = []
    for change in changes:
        before, after = settings(change.before), settings(change.after)
        marks += [
            Mark(change.step, change.passed, what, before[what], after[what])
            for what in before
            if before[what] != after[what]
        ]
    return marks


def settings(recipe: Recipe) -> dict[str, str]:
    """Return the settings of a recipe by their words, as people write them."""
    optimizer, loss = recipe.optimizer, recipe.loss
    smoothing = loss.smoothing if isinstance(loss, CrossEntropy) else 0.0
    return {
        "optimizer": optimizer_name(optimizer),
        "rate": plain_text(optimizer.rate),
        "schedule": type(optimizer.schedule).__name__.lower(),
        "batch": str(recipe.batch),
        "epochs": str(recipe.epochs),
        "decay": plain_text(optimizer.decay),
        "dropout": "–" if recipe.dropout is None else plain_text(recipe.dropout),
        "loss": loss.kind,
        "smoothing": plain_text(smoothing),
        "shuffle": "1" if recipe.shuffle else "0",
    }


def optimizer_name(optimizer: Optimizer) -> str:
    """Return what an optimizer is called, as `convsim.services.recipes.OPTIMIZERS` has it."""
    if not isinstance(optimizer, SGD):
        return optimizer.kind
    if not optimizer.momentum:
        return "sgd"
    return "nesterov" if optimizer.nesterov else "momentum"
