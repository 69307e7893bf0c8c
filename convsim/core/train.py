"""Training: show the network a batch, see how wrong it is, move every weight a little, repeat.

`train` is a plain generator.  A notebook loops over it; the window runs it on a thread and keeps
the newest snapshot.  Between two batches it looks at its `Controls`: so it can be paused,
stopped, and given another learning rate while it runs.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from math import inf, isfinite
from typing import TYPE_CHECKING

import numpy as np

from convsim.core.backprop import score_network, value_and_gradients
from convsim.core.checkpoint import Checkpoint, rng_from_words, rng_words
from convsim.core.errors import DivergedError, LabelError, TrainingError
from convsim.core.examples import Examples, as_examples
from convsim.core.flat import FlatParams, views, zeros
from convsim.core.layers import AbandonedError, Run
from convsim.core.losses import Loss, class_count
from convsim.core.recipe import Change, Controls, Recipe, with_dropout
from convsim.core.snapshot import Phase, Snapshot
from convsim.core.vitals import Vitals, vitals

if TYPE_CHECKING:
    from convsim.core.layers import Array, Params
    from convsim.core.network import Network


def train(
    network: Network,
    params: Sequence[Params],
    data: Examples | tuple[Array, Array],
    recipe: Recipe | None = None,
    *,
    seed: int = 0,
    generation: int = 0,
    controls: Controls | None = None,
    resume: Checkpoint | None = None,
) -> Iterator[Snapshot]:
    """Check everything, and return a generator that trains while it is looped over.

    Parameters
    ----------
    network : Network
    params : sequence of mappings
        Where to begin, one a layer; copied, never changed.
    data : Examples or (pictures, targets)
        Pictures (M, C, H, W), float32; labels (M,), or values for the mean squared error.
    recipe : Recipe, optional
        Ignored if `controls` are given, which hold one.
    seed : int
        Of the order of the examples and of Dropout.  The same seed, data and recipe give the same
        bits, on one thread.
    generation : int
        Handed through to the snapshots.
    controls : Controls, optional
        To pause, stop or change what is going on.
    resume : Checkpoint, optional
        Go on from there: weights, optimizer, seed and position are its own; with the same recipe
        the bits are those of a run that was never interrupted.

    Yields
    ------
    Snapshot
        At the recipe's publish rate, at every pause, after every epoch, and one at the end.

    Raises
    ------
    TrainingError
        Before any work: if data and network do not suit each other, or weights are no numbers.
    LabelError
        Before any work: if labels are out of range, or all the same.
    DivergedError
        After a last snapshot, which holds the last weights that gave a finite loss.
    """
    controls = controls or Controls(recipe)
    network.check()
    examples = as_examples(data)
    check_targets(network, controls.recipe.loss, examples.targets)
    check_finite(network, resume.params if resume else params)
    run = _Training(network, params, seed, generation, controls, resume)
    return run.snapshots(examples)


def check_finite(network: Network, params: Sequence[Params]) -> None:
    """Raise TrainingError if a parameter is not finite: every gradient would be so too."""
    for layer, own in zip(network.layers, params, strict=False):
        for name, array in own.items():
            bad = int(array.size - np.count_nonzero(np.isfinite(array)))
            if bad:
                raise TrainingError(
                    f"{layer.name}: {bad:,} of {array.size:,} numbers of its {name} are not "
                    "finite, so it cannot learn; type numbers in their place, or begin its "
                    "weights anew"
                )


def check_targets(
    network: Network, loss: Loss, targets: Array | None, *, whole: bool = True
) -> None:
    """Raise TrainingError or LabelError unless the targets, as far as known, can be learned.

    Parameters
    ----------
    targets : array or None
        None if they are not known yet.
    whole : bool
        Whether these are all targets; a single batch may be of one class.
    """
    shape = score_network(network, loss).output_shape
    if targets is None:
        return
    if not len(targets):
        raise TrainingError("there are no examples to train on; give at least one of each class")
    loss.check(shape, targets)
    if whole and targets.ndim == 1 and class_count(shape) > 1 and (targets == targets[0]).all():
        raise LabelError(
            f"all {len(targets)} examples are of class {targets[0]}: a network learns to tell "
            "classes apart, so give examples of at least two"
        )


class _Training:
    """The moving parts of one run; only the thread that loops over `snapshots` touches them."""

    def __init__(
        self,
        network: Network,
        params: Sequence[Params],
        seed: int,
        generation: int,
        controls: Controls,
        resume: Checkpoint | None,
    ) -> None:
        self.network, self.generation, self.controls = network, generation, controls
        self.recipe = controls.recipe
        self.weights = FlatParams.copied(network, resume.params if resume else params)
        self.good = self.weights.copy()
        self.gradient = zeros(network, self.weights.vector.dtype)
        self.gradients = views(network, self.gradient)
        self.seed, self.epoch, self.position = seed, 0, 0
        self.state = self.recipe.optimizer.start(self.weights.vector)
        rng = np.random.default_rng([seed, 1])
        if resume:
            self.seed, self.epoch, self.position = resume.seed, resume.epoch, resume.position
            self.state.step = resume.step
            for name in self.state.memory.keys() & resume.memory.keys():
                np.copyto(self.state.memory[name], resume.memory[name])
            rng = rng_from_words(resume.rng)
        self.run = Run(rng, given_up=controls.given_up)
        self.learner = with_dropout(network, self.recipe.dropout)
        self.count: int | None = None
        self.changes: tuple[Change, ...] = ()
        self.vitals: Vitals | None = None
        self.looked = -inf
        self.loss = float("nan")
        self.seen, self.losses, self.right = 0, 0.0, 0.0
        self.due = time.monotonic() + self.recipe.publish
        self.kept = time.monotonic() + self.recipe.keep

    def snapshots(self, examples: Examples) -> Iterator[Snapshot]:
        """Train, and yield what there is to see."""
        self.count = None if examples.targets is None else len(examples.targets)
        try:
            while self.epoch < self.controls.recipe.epochs and not self.controls.stopped:
                yield from self.rest_of_epoch(examples)
            done = self.epoch >= self.controls.recipe.epochs
            yield self.snapshot(Phase.DONE if done else Phase.STOPPED)
        except DivergedError:
            self.weights.take(self.good)
            for memory in self.state.memory.values():
                memory.fill(0.0)
            yield self.snapshot(Phase.DIVERGED)
            raise

    def rest_of_epoch(self, examples: Examples) -> Iterator[Snapshot]:
        """Train on what is left of this epoch, or until other batches are wanted."""
        self.adopt(examples)
        size, shuffle = self.recipe.batch, self.recipe.shuffle
        seed = self.seed if shuffle else None
        batches = examples.batches(size, seed=seed, epoch=self.epoch, start=self.position)
        for pictures, targets in batches:
            # Of the batch before this one: the last of an epoch has a snapshot of its own.
            if self.seen and time.monotonic() >= self.due:
                yield self.snapshot(Phase.RUNNING)
            learnt = False
            while not learnt:
                if self.controls.paused:
                    yield self.snapshot(Phase.PAUSED)
                    self.controls.wait()
                if self.controls.stopped:
                    return
                self.adopt(examples)
                if (self.recipe.batch, self.recipe.shuffle) != (size, shuffle):
                    return
                if examples.targets is None:
                    check_targets(self.network, self.recipe.loss, targets, whole=False)
                learnt = self.tried(pictures, targets)
        if self.position == 0:
            raise TrainingError("the data gave no examples; there must be at least one")
        self.epoch, self.position = self.epoch + 1, 0
        yield self.snapshot(Phase.EPOCH)

    def adopt(self, examples: Examples) -> None:
        """Take over a recipe that was changed meanwhile."""
        recipe = self.controls.recipe
        if recipe is self.recipe:
            return
        if recipe.loss != self.recipe.loss:
            check_targets(self.network, recipe.loss, examples.targets)
        if recipe.dropout != self.recipe.dropout:
            self.learner = with_dropout(self.network, recipe.dropout)
        self.state = recipe.optimizer.taken_over(self.state, self.weights.vector)
        change = Change(self.state.step, self.passed, self.recipe, recipe)
        self.recipe, self.changes = recipe, (*self.changes, change)

    def tried(self, pictures: Array, targets: Array) -> bool:
        """Learn from one batch; return False, as if it had not begun, if that is given up."""
        chance = self.run.rng.bit_generator.state
        try:
            self.step(pictures, targets)
        except AbandonedError:
            self.run.rng.bit_generator.state = chance
            self.run.statistics.clear()
            self.run.plans.clear()
            return False
        return True

    def step(self, pictures: Array, targets: Array) -> None:
        """Learn from one batch; raise DivergedError if the loss is not finite."""
        # Too large a rate overflows on its way; that is reported as what it means.
        with np.errstate(all="ignore"):
            self.loss, _, scores = value_and_gradients(
                self.learner,
                self.weights.params,
                pictures,
                targets,
                self.recipe.loss,
                self.run,
                self.gradients,
            )
            if not (isfinite(self.loss) and self.weights.finite):
                raise DivergedError(self.state.step + 1, self.loss, self.rate)
            self.good.take(self.weights)
            began = time.monotonic()
            looked = began >= self.looked + self.recipe.look or (
                self.controls.paused and isfinite(self.recipe.look)
            )
            followed = views(self.network, self.gradient.copy()) if looked else ()
            self.recipe.optimizer.update(self.weights.vector, self.gradient, self.state)
            if looked:
                step, good = self.state.step, self.good.params
                self.vitals = vitals(step, good, self.weights.params, followed)
                # Looking must not take the time of learning.
                took = time.monotonic() - began
                self.looked = began + max(50 * took - self.recipe.look, 0.0)
        self.weights.put(self.run.statistics)
        count = len(targets)
        self.position += count
        self.seen += count
        self.losses += self.loss * count
        self.right += correct(scores, targets)

    @property
    def rate(self) -> float:
        """Learning rate of the last step; of the first one before it."""
        return self.recipe.optimizer.rate_at(max(self.state.step - 1, 0))

    @property
    def passed(self) -> float:
        """Epochs that are over, with the part of this one if it is known."""
        return self.epoch + (self.position / self.count if self.count else 0.0)

    def snapshot(self, phase: Phase) -> Snapshot:
        """Return what there is to see now, and begin new means."""
        began = time.monotonic()
        with np.errstate(all="ignore"):
            finite = self.weights.finite
        if not finite:
            raise DivergedError(self.state.step, self.loss, self.rate)
        params = self.weights.frozen()
        seen, losses, right = self.seen, self.losses, self.right
        self.seen, self.losses, self.right = 0, 0.0, 0.0
        changes, self.changes = self.changes, ()
        seen_vitals, self.vitals = self.vitals, None
        kept = self.checkpoint(params) if phase is not Phase.RUNNING or self.kept < began else None
        shot = Snapshot(
            self.generation,
            self.state.step,
            self.epoch,
            seen,
            losses / seen if seen else float("nan"),
            right / seen if seen else float("nan"),
            self.rate,
            params,
            phase,
            kept,
            self.passed,
            changes,
            seen_vitals,
        )
        # Copying a large network must not take the time of learning.
        took = time.monotonic() - began
        rest = self.recipe.publish and max(self.recipe.publish, 10 * took)
        self.due = time.monotonic() + rest
        if kept is not None:
            self.kept = time.monotonic() + max(self.recipe.keep, 20 * took)
        return shot

    def checkpoint(self, params: tuple[Params, ...]) -> Checkpoint:
        """Return what a later run goes on from."""
        memory = {name: array.copy() for name, array in self.state.memory.items()}
        for array in memory.values():
            array.setflags(write=False)
        return Checkpoint(
            params,
            memory,
            self.seed,
            self.state.step,
            self.epoch,
            self.position,
            rng_words(self.run.rng),
        )


def correct(scores: Array, targets: Array) -> float:
    """Return for how many examples (N, K) the largest score is that of the label; nan without."""
    if targets.ndim != 1:
        return float("nan")
    best = scores.reshape(len(targets), -1).argmax(axis=1)
    return float(np.count_nonzero(best == targets))
