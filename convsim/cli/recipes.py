"""The options that say how to train, and the recipe that they make."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convsim.core.losses import LOSSES
from convsim.core.optim import (
    SGD,
    Adam,
    AdamW,
    Constant,
    Cosine,
    Optimizer,
    RMSProp,
    Schedule,
    Step,
    WarmUp,
)
from convsim.core.recipe import Recipe
from convsim.data.sets import Augmentation

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from convsim.cli.parsing import Parser

    Make = Callable[[float, Schedule, float, float | None], Optimizer]

OPTIMIZERS: dict[str, tuple[float, Make]] = {
    "sgd": (0.05, lambda r, s, d, c: SGD(r, schedule=s, decay=d, clip=c)),
    "momentum": (0.02, lambda r, s, d, c: SGD(r, 0.9, schedule=s, decay=d, clip=c)),
    "nesterov": (0.02, lambda r, s, d, c: SGD(r, 0.9, True, schedule=s, decay=d, clip=c)),
    "rmsprop": (0.001, lambda r, s, d, c: RMSProp(r, schedule=s, decay=d, clip=c)),
    "adam": (0.001, lambda r, s, d, c: Adam(r, schedule=s, decay=d, clip=c)),
    "adamw": (0.001, lambda r, s, d, c: AdamW(r, schedule=s, decay=d, clip=c)),
}
"""By name: the learning rate where none is given, and what makes the optimizer."""
SCHEDULES = ("cosine", "constant", "step")


def add_recipe(parser: Parser) -> None:
    """Add the options."""
    parser.add_argument("--epochs", metavar="N", type=int, default=5, help="default 5")
    parser.add_argument("--seed", metavar="S", type=int, default=0, help="default 0")
    parser.add_argument(
        "--optimizer",
        metavar="NAME",
        choices=tuple(OPTIMIZERS),
        default="adam",
        help="default adam; " + ", ".join(OPTIMIZERS),
    )
    parser.add_argument("--rate", metavar="R", type=float, help="learning rate")
    parser.add_argument("--batch", metavar="N", type=int, default=32, help="default 32")
    parser.add_argument(
        "--schedule",
        metavar="NAME",
        choices=SCHEDULES,
        default="cosine",
        help="how the rate changes: cosine (default), constant, or step: a tenth at two thirds",
    )
    parser.add_argument(
        "--warm-up", metavar="N", type=int, default=0, help="batches until the full rate"
    )
    parser.add_argument("--weight-decay", metavar="D", type=float, default=0.0)
    parser.add_argument("--clip", metavar="C", type=float, help="longest gradient")
    parser.add_argument(
        "--loss",
        metavar="NAME",
        choices=tuple(LOSSES),
        default="cross-entropy",
        help="default cross-entropy; " + ", ".join(LOSSES),
    )
    parser.add_argument("--flip", action="store_true", help="mirror half of the pictures")
    parser.add_argument("--shift", metavar="N", type=int, default=0, help="move by up to N pixels")
    parser.add_argument("--turn", metavar="DEG", type=float, default=0.0, help="turn by up to DEG")
    parser.add_argument("--noise", metavar="SD", type=float, default=0.0)


def recipe_of(options: argparse.Namespace, examples: int) -> Recipe:
    """Return the recipe for a number of examples to learn from.

    Raises
    ------
    TrainingError
        If a number makes no sense.
    """
    # What a recipe refuses is refused before a schedule is made of it.
    recipe = Recipe(LOSSES[options.loss](), batch=options.batch, epochs=options.epochs)
    batches = -(-examples // recipe.batch) * recipe.epochs
    usual, make = OPTIMIZERS[options.optimizer]
    rate = usual if options.rate is None else options.rate
    optimizer = make(rate, schedule_of(options, batches), options.weight_decay, options.clip)
    return Recipe(recipe.loss, optimizer, recipe.batch, recipe.epochs, publish=0.2)


def schedule_of(options: argparse.Namespace, batches: int) -> Schedule:
    """Return the schedule over so many batches."""
    rest = max(batches - max(options.warm_up, 0), 1)
    schedule: Schedule = Constant()
    if options.schedule == "cosine":
        schedule = Cosine(rest)
    elif options.schedule == "step":
        schedule = Step(max(2 * rest // 3, 1))
    return WarmUp(options.warm_up, schedule) if options.warm_up else schedule


def augmentation_of(options: argparse.Namespace) -> Augmentation:
    """Return what may happen to the pictures."""
    return Augmentation(options.flip, options.shift, options.turn, options.noise)
