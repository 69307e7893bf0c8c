"""A recipe says how to train; controls change it, pause and stop while training runs."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field, replace
from math import inf

from convsim.core.errors import TrainingError
from convsim.core.layers import Dropout
from convsim.core.losses import CrossEntropy, Loss
from convsim.core.network import Network
from convsim.core.optim import SGD, Optimizer


@dataclass(frozen=True)
class Recipe:
    """How to train; every entry may be changed between two batches.

    Parameters
    ----------
    loss : Loss
    optimizer : Optimizer
        Its rate, schedule, weight decay and clipping too.
    batch : int
        Examples in a batch.
    epochs : int
        How often every example is seen.
    shuffle : bool
        Whether each epoch has an order of its own, drawn from the seed.
    publish : float
        Seconds from one snapshot to the next; 0 gives one after every batch, and infinity none
        but those after each epoch and at the end.
    keep : float
        Seconds from one snapshot that a later run can go on from to the next; those after an
        epoch, at a pause and at the end always are such.
    look : float
        Seconds from one look at gradients and steps to the next; infinity for none.
    dropout : float or None
        Share that every Dropout layer leaves out; None for each layer's own.
    """

    loss: Loss = field(default_factory=CrossEntropy)
    optimizer: Optimizer = field(default_factory=lambda: SGD(0.01, momentum=0.9))
    batch: int = 32
    epochs: int = 1
    shuffle: bool = True
    publish: float = 0.0
    dropout: float | None = None
    keep: float = inf
    look: float = inf

    def __post_init__(self) -> None:
        """Check the numbers."""
        if self.batch < 1:
            raise TrainingError(f"a batch needs at least 1 example, such as 32; got {self.batch}")
        if self.epochs < 1:
            raise TrainingError(f"training needs at least 1 epoch; got {self.epochs}")
        if not self.publish >= 0:
            raise TrainingError(f"seconds between snapshots must be 0 or more; got {self.publish}")
        if self.dropout is not None and not 0 <= self.dropout < 1:
            raise TrainingError(
                f"dropout must be from 0 to below 1, such as 0.5; got {self.dropout}"
            )


@dataclass(frozen=True, eq=False)
class Change:
    """Another recipe that a training went over to.

    Attributes
    ----------
    step : int
        Batches seen under the recipes before.
    passed : float
        Epochs that were over, with the part of the one it stood in.
    before, after : Recipe
    """

    step: int
    passed: float
    before: Recipe
    after: Recipe


def with_dropout(network: Network, share: float | None) -> Network:
    """Return the network whose Dropout layers leave out `share`; None leaves it as it is.

    It has the same parameters: those of one serve the other.
    """
    layers = [
        replace(layer, rate=share) if share is not None and isinstance(layer, Dropout) else layer
        for layer in network.layers
    ]
    return network if share is None else Network(network.input_shape, layers)


class Controls:
    """The brakes and the steering wheel of a training that runs, usable from any thread.

    Parameters
    ----------
    recipe : Recipe
        What training goes by until it is changed.
    """

    def __init__(self, recipe: Recipe | None = None) -> None:
        self.recipe = recipe or Recipe()
        self._changed = threading.Condition()
        self._stopped = False
        self._paused = False
        self._resting = False
        self._passing = False
        self._steps = 0

    def change(self, **changes: object) -> None:
        """Change entries of the recipe; the next batch goes by them.

        Raises
        ------
        TrainingError
            If a value makes no sense; the recipe stays as it was.
        """
        self.recipe = replace(self.recipe, **changes)  # type: ignore[arg-type]

    def take(self, recipe: Recipe) -> None:
        """Go by another recipe from the next batch on."""
        self.recipe = recipe

    def pause(self) -> None:
        """Halt before the next batch; a long one that has begun is done again later."""
        with self._changed:
            self._paused, self._steps = True, 0

    def resume(self) -> None:
        """Go on after a pause."""
        with self._changed:
            self._paused = self._passing = False
            self._changed.notify_all()

    def step(self) -> None:
        """Let one batch through a pause, which stays."""
        with self._changed:
            self._steps += 1
            self._changed.notify_all()

    def stop(self) -> None:
        """End before the next batch, paused or not; there is a last snapshot.

        Of a long batch that has begun nothing counts.
        """
        with self._changed:
            self._stopped, self._paused = True, False
            self._changed.notify_all()

    @property
    def paused(self) -> bool:
        """Whether a pause is wanted."""
        return self._paused

    @property
    def stopped(self) -> bool:
        """Whether the end is wanted."""
        return self._stopped

    @property
    def resting(self) -> bool:
        """Whether a pause has been reached: nothing is being worked out."""
        return self._resting

    def wanted(self) -> bool:
        """Return whether a pause or the end is wanted: what is not needed can be left out."""
        return self._paused or self._stopped

    def rest(self) -> bool:
        """Return when there is no pause, or one batch may pass it, and whether to end.

        For what is worked out between two batches; a batch that may pass is left for learning.
        """
        with self._changed:
            self._resting = bool(self._paused and not self._steps)
            self._changed.wait_for(lambda: self._steps or not self._paused)
            self._resting = False
            return self._stopped

    def given_up(self) -> bool:
        """Return whether nobody waits for the batch that is being learnt from.

        One that may pass a pause is waited for.
        """
        return self._stopped or (self._paused and not self._passing)

    def wait(self) -> None:
        """Return when there is no pause, or no longer, or when one batch may pass it."""
        with self._changed:
            self._resting = bool(self._paused and not self._steps)
            self._changed.wait_for(lambda: self._steps or not self._paused)
            self._resting = False
            self._passing = self._paused
            if self._paused:
                self._steps -= 1
