"""The options that say how to train, and the recipe that they make."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from convsim.core.losses import LOSSES
from convsim.data.sets import Augmentation
from convsim.services.recipes import (
    FEWEST_EPOCHS,
    MOST_EPOCHS,
    OPTIMIZERS,
    SCHEDULES,
    Choices,
    usual_epochs,
)

if TYPE_CHECKING:
    from convsim.cli.parsing import Parser
    from convsim.core.recipe import Recipe


def add_recipe(parser: Parser) -> None:
    """Add the options."""
    parser.add_argument(
        "--epochs",
        metavar="N",
        type=int,
        help=f"default {FEWEST_EPOCHS} to {MOST_EPOCHS}: the fewer pictures, the more",
    )
    parser.add_argument("--seed", metavar="S", type=a_seed, default=0, help="default 0")
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
        "--warm-up", metavar="N", type=_batches, default=0, help="batches until the full rate"
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
    parser.add_argument(
        "--smoothing", metavar="S", type=float, default=0.0, help="of labels, such as 0.1"
    )
    parser.add_argument(
        "--dropout", metavar="P", type=float, help="for all Dropout layers; default: their own"
    )
    parser.add_argument("--flip", action="store_true", help="mirror half of the pictures")
    parser.add_argument("--shift", metavar="N", type=int, default=0, help="move by up to N pixels")
    parser.add_argument("--turn", metavar="DEG", type=float, default=0.0, help="turn by up to DEG")
    parser.add_argument("--noise", metavar="SD", type=float, default=0.0)


def a_seed(text: str) -> int:
    """Return the seed that an argument names."""
    if not (text.isascii() and text.isdigit() and len(text) <= 18):
        raise argparse.ArgumentTypeError(
            f"a seed is a whole number from 0, up to 18 digits; received {text!r}"
        )
    return int(text)


def _batches(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        raise argparse.ArgumentTypeError(
            f"batches of warming up are a whole number from 0; received {text!r}"
        )
    return int(text)


def recipe_of(options: argparse.Namespace, examples: int) -> Recipe:
    """Return the recipe for a number of examples to learn from.

    Raises
    ------
    TrainingError
        If a number makes no sense.
    """
    choices = Choices(
        options.optimizer,
        options.rate,
        options.batch,
        usual_epochs(examples) if options.epochs is None else options.epochs,
        options.schedule,
        options.warm_up,
        options.weight_decay,
        options.clip,
        options.loss,
        options.smoothing,
        options.dropout,
    )
    return choices.recipe(examples, publish=0.2)


def augmentation_of(options: argparse.Namespace) -> Augmentation:
    """Return what may happen to the pictures."""
    return Augmentation(options.flip, options.shift, options.turn, options.noise)
