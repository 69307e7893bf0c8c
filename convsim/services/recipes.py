"""Recipes by name: what the window's form and the command line's options both choose from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import ceil

from convsim.core.losses import LOSSES, CrossEntropy
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
Done = tuple[int, float]
"""Batches and epochs that are over."""
SCHEDULES = ("cosine", "constant", "step")
ENOUGH = 216_000
"""Pictures looked at until the small networks that come along know what they can learn: the
figures of `tests.soak.accuracy` are those of this number.  With half of it one seed learns the
textures a point better than another."""
FEWEST_EPOCHS, MOST_EPOCHS = 5, 40


def usual_epochs(examples: int) -> int:
    """Return how many epochs to train for unless told otherwise: more where data are few.

    >>> usual_epochs(54_000), usual_epochs(20_000), usual_epochs(5_400)
    (5, 11, 40)
    """
    return min(max(-(-ENOUGH // max(examples, 1)), FEWEST_EPOCHS), MOST_EPOCHS)


@dataclass(frozen=True)
class Choices:
    """How to train, in names and numbers.

    Attributes
    ----------
    optimizer : str
        A key of `OPTIMIZERS`.
    rate : float or None
        Learning rate; the optimizer's usual one if None.
    batch, epochs : int
    schedule : str
        One of `SCHEDULES`; ``step`` goes down to a tenth at two thirds of the way.
    warm_up : int
        Batches until the full rate.
    decay : float
        Weight decay.
    clip : float or None
        Longest gradient.
    loss : str
        A key of `LOSSES`.
    smoothing : float
        Of labels, where the loss is cross-entropy; others leave it out.
    dropout : float or None
        Share that Dropout layers leave out; each layer's own if None.
    shuffle : bool
        Whether each epoch has an order of its own.
    """

    optimizer: str = "adam"
    rate: float | None = None
    batch: int = 32
    epochs: int = FEWEST_EPOCHS
    schedule: str = "cosine"
    warm_up: int = 0
    decay: float = 0.0
    clip: float | None = None
    loss: str = "cross-entropy"
    smoothing: float = 0.0
    dropout: float | None = None
    shuffle: bool = True

    def recipe(
        self, examples: int, publish: float, done: Done = (0, 0.0), total: int | None = None
    ) -> Recipe:
        """Return the recipe for a number of examples to learn from.

        Parameters
        ----------
        examples : int
        publish : float
            Seconds from one snapshot to the next.
        done : (int, float)
            Batches and epochs that are over, if it is for a training that runs: the schedule
            ends where the training does, however large the batches were before.
        total : int, optional
            Batches that the schedule ends with, if they are known from before.

        Raises
        ------
        TrainingError
            If a number makes no sense.
        """
        # What a recipe refuses is refused before a schedule is made of it.
        loss = CrossEntropy(self.smoothing) if self.loss == "cross-entropy" else LOSSES[self.loss]()
        recipe = Recipe(
            loss,
            batch=self.batch,
            epochs=self.epochs,
            shuffle=self.shuffle,
            publish=publish,
            dropout=self.dropout,
        )
        batches = self.batches(examples, done) if total is None else total
        usual, make = OPTIMIZERS[self.optimizer]
        rate = usual if self.rate is None else self.rate
        optimizer = make(rate, self.schedule_over(batches), self.decay, self.clip)
        return replace(recipe, optimizer=optimizer)

    def batches(self, examples: int, done: Done = (0, 0.0)) -> int:
        """Return the number of batches in all, if `done` batches and epochs are over."""
        steps, passed = done
        each = -(-examples // self.batch)
        return steps + ceil(each * max(self.epochs - passed, 0.0) - 1e-9)

    def schedule_over(self, batches: int) -> Schedule:
        """Return the schedule over so many batches."""
        rest = max(batches - max(self.warm_up, 0), 1)
        schedule: Schedule = Constant()
        if self.schedule == "cosine":
            schedule = Cosine(rest)
        elif self.schedule == "step":
            schedule = Step(max(2 * rest // 3, 1))
        return WarmUp(self.warm_up, schedule) if self.warm_up else schedule
