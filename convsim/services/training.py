"""One training as the window and the command line both run it: a network, its data, a recipe.

Part of the pictures to learn from is set aside (validation): how the network does on these says
whether it has learnt what matters or has learnt its pictures by heart.
"""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import dataclass, field, replace
from math import inf, isfinite
from typing import TYPE_CHECKING

import numpy as np

from convsim.core.counts import totals
from convsim.core.errors import LabelError
from convsim.core.evaluate import Evaluation, Mistake, evaluate
from convsim.core.examples import IndexedExamples
from convsim.core.familiar import KEPT, energies_of, least_energy
from convsim.core.layers import Dense
from convsim.core.recipe import Controls, Recipe
from convsim.core.snapshot import Phase, Snapshot
from convsim.core.train import train
from convsim.core.vitals import alive_units, dead_units
from convsim.data.sets import Augmentation, DataSet
from convsim.data.sets.split import split
from convsim.document import Familiar, Weights
from convsim.services.patience import InterruptedPassError, Patient, batch_for

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

    from convsim.core.checkpoint import Checkpoint
    from convsim.core.layers import Params
    from convsim.core.network import Network
    from convsim.core.vitals import Alive, Dead
    from convsim.data.sets import Images
    from convsim.document import Document

WATCH = 1.0
"""Seconds from one count of dead units to the next, at least."""
SHARE = 0.01
"""Of the time may go into counting them."""
WATCHED = 64
"""Pictures that a unit must be 0 for to be called dead."""
AT_ONCE = 16
MOST_WORK = 4_000_000_000
"""Multiply-adds that may go into counting dead units; larger networks go without."""
VALIDATION = 0.1
"""The share of each class that is set aside unless told otherwise."""


@dataclass(frozen=True, eq=False)
class Some:
    """Those of the pictures that have the numbers `chosen`."""

    images: Images
    chosen: NDArray[np.int64]

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.chosen)

    def batch(self, indices: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return those pictures: (n, C, H, W), float32 in 0…1."""
        return self.images.batch(self.chosen[indices])


@dataclass(frozen=True, eq=False)
class Plan:
    """What is to be trained, on what, and how.

    Attributes
    ----------
    document : Document
        Its network and where its weights begin.
    data : DataSet
        Pictures of the size of the network's input.
    recipe : Recipe
    seed : int
        Of the split, of the order of the pictures, of augmentation and of Dropout: the same seed
        gives the same weights, in the window and on the command line.
    validation : float
        The share of each class that is set aside; 0 for none.
    augmentation : Augmentation
        What may happen to a picture each time it is learnt from.
    """

    document: Document
    data: DataSet
    recipe: Recipe = field(default_factory=Recipe)
    seed: int = 0
    validation: float = VALIDATION
    augmentation: Augmentation = field(default_factory=Augmentation)

    def parts(self) -> tuple[IndexedExamples, IndexedExamples | None]:
        """Return what is learnt from and what is set aside, or None."""
        data = self.data
        check_classes(self.document.network, data)
        # The part that its makers set aside is only for the end; see `judged`.
        parts = split(data.labels, self.validation, 0.0, self.seed)
        change = None if self.augmentation.none else self.augmentation
        learnt = IndexedExamples(Some(data.images, parts.train), data.labels[parts.train], change)
        if not len(parts.validation):
            return learnt, None
        held = parts.validation
        return learnt, IndexedExamples(Some(data.images, held), data.labels[held])

    def reports(
        self,
        controls: Controls | None = None,
        generation: int = 0,
        resume: Checkpoint | None = None,
    ) -> Iterator[Report]:
        """Check everything, and return the generator that trains; see `convsim.core.train`.

        Raises
        ------
        ConvSimError
            Before any work, if network and data do not suit each other.
        DivergedError
            After a last report, which holds the last weights that gave a finite loss.
        """
        learnt, held = self.parts()
        controls = controls or Controls(self.recipe)
        snapshots = train(
            self.document.network,
            self.document.weights,
            learnt,
            self.recipe,
            seed=self.seed,
            generation=generation,
            controls=controls,
            resume=resume,
        )
        return self._reports(
            snapshots,
            held,
            _Watch(
                self.document.network,
                held if held and len(held.targets) >= WATCHED else learnt,
                controls,
            ),
            controls.rest,
        )

    def _reports(
        self,
        snapshots: Iterator[Snapshot],
        held: IndexedExamples | None,
        watch: _Watch,
        given_up: Callable[[], bool],
    ) -> Iterator[Report]:
        seen, losses, right = 0, 0.0, 0.0
        for snapshot in snapshots:
            if snapshot.seen:
                seen += snapshot.seen
                losses += snapshot.loss * snapshot.seen
                right += snapshot.accuracy * snapshot.seen
            epoch: Epoch | None = None
            if snapshot.phase is Phase.EPOCH:
                check = self._check(snapshot, held, given_up) if held else None
                epoch = Epoch(snapshot.epoch, losses / seen, right / seen, check)
                seen, losses, right = 0, 0.0, 0.0
            mistakes = mistakes_of(epoch.check, held) if epoch and epoch.check and held else ()
            yield Report(snapshot, epoch, watch.dead(snapshot), mistakes)

    def _check(
        self, snapshot: Snapshot, held: IndexedExamples, given_up: Callable[[], bool]
    ) -> Evaluation | None:
        """Return how the network does on what was set aside; None if somebody stops it."""
        network = self.document.network
        with suppress(InterruptedPassError):
            return evaluate(network, snapshot.params, Patient(held, batch_for(network), given_up))
        return None


def never() -> bool:
    """Return False: nobody gives up."""
    return False


@dataclass(frozen=True, eq=False)
class Epoch:
    """What an epoch came to.

    Attributes
    ----------
    number : int
        Counted from 1.
    loss, accuracy : float
        Means over its pictures, each as it was when its turn came.
    check : Evaluation or None
        On the pictures that were set aside, with the weights at the epoch's end; None if there
        were none, or if training was stopped meanwhile.
    """

    number: int
    loss: float
    accuracy: float
    check: Evaluation | None


@dataclass(frozen=True, eq=False)
class Report:
    """A snapshot, and what the epoch came to if it has just ended.

    Attributes
    ----------
    snapshot : Snapshot
    epoch : Epoch or None
    dead : tuple of Dead
        Units that are 0 for every picture, if they were counted this time.
    mistakes : tuple of WrongPicture
        Of the pictures set aside, if the epoch has just ended.
    """

    snapshot: Snapshot
    epoch: Epoch | None = None
    dead: tuple[Dead, ...] = ()
    mistakes: tuple[WrongPicture, ...] = ()


@dataclass(frozen=True, eq=False)
class WrongPicture:
    """A picture that was taken for another class.

    Attributes
    ----------
    mistake : Mistake
    picture : array (H, W, C)
        float32 in 0…1.
    """

    mistake: Mistake
    picture: NDArray[np.float32]


def mistakes_of(result: Evaluation, examples: IndexedExamples) -> tuple[WrongPicture, ...]:
    """Return the pictures of the worst mistakes."""
    if not result.worst:
        return ()
    pictures = examples.pictures.batch(np.array([one.index for one in result.worst], np.int64))
    return tuple(
        WrongPicture(one, np.ascontiguousarray(picture.transpose(1, 2, 0)))
        for one, picture in zip(result.worst, pictures, strict=True)
    )


class _Watch:
    """Counts dead units now and then, in a share of the time, and at the end of the last epoch."""

    def __init__(self, network: Network, examples: IndexedExamples, controls: Controls) -> None:
        self._network, self._examples, self._controls = network, examples, controls
        self._pictures: NDArray[np.float32] | None = None
        self._due = -inf
        # A network so large would be looked at for seconds.
        self._can = totals(network).multiply_adds * WATCHED <= MOST_WORK

    def dead(self, snapshot: Snapshot) -> tuple[Dead, ...]:
        """Return how many units are dead, or nothing if it is not time to count."""
        began = time.monotonic()
        recipe = self._controls.recipe
        if not (self._can and isfinite(recipe.look) and snapshot.step):
            return ()
        # A pause, or the end, is to be seen at once: there is no time to count before it.
        if snapshot.phase not in (Phase.RUNNING, Phase.EPOCH):
            return ()
        if began < self._due and snapshot.epoch < recipe.epochs:
            return ()
        if self._pictures is None:
            count = min(len(self._examples.pictures), WATCHED)
            self._pictures = self._examples.pictures.batch(np.arange(count))
        found: list[Alive] = []
        for start in range(0, len(self._pictures), AT_ONCE):
            if self._controls.wanted():
                return ()
            part = self._pictures[start : start + AT_ONCE]
            found.append(alive_units(self._network, snapshot.params, part))
        now = time.monotonic()
        self._due = now + max(WATCH, (now - began) / SHARE)
        return dead_units(found)


def judged(
    network: Network,
    params: Sequence[Params],
    data: DataSet,
    given_up: Callable[[], bool] = never,
) -> Evaluation:
    """Return how a network does on a data set: on its test part if it has one, else on all.

    Raises
    ------
    InterruptedPassError
        As soon as `given_up`, asked now and then, says so.
    """
    return evaluate(network, params, Patient(judged_by(data), batch_for(network), given_up))


def judged_by(data: DataSet) -> IndexedExamples:
    """Return the pictures that a result is judged by: the test part if there is one, else all."""
    part = data.test or data
    return IndexedExamples(part.images, part.labels)


def check_classes(network: Network, data: DataSet) -> None:
    """Raise LabelError if there are more classes in use than the network has outputs."""
    if network.bad_place is not None or len(network.output_shape) != 1:
        return  # said by others, or answers of another kind
    outputs, needed = int(network.output_shape[0]), int(data.labels.max()) + 1
    if needed > outputs:
        last = next((one for one in reversed(network.layers) if isinstance(one, Dense)), None)
        way = f"give {last.name} {needed:,} units" if last else f"give it {needed:,} outputs"
        raise LabelError(
            f"{data.name} has {needed:,} classes, but the network {outputs:,} outputs; {way}"
        )


def strangers(network: Network, params: Sequence[Params], data: DataSet, known: Familiar) -> int:
    """Return how many of the pictures that `judged` looks at are unlike those learnt from."""
    found = energies_of(network, params, judged_by(data))
    return int((found < known.least).sum())


def familiar(
    plan: Plan, params: Sequence[Params], given_up: Callable[[], bool] = never
) -> Familiar | None:
    """Return from which energy on a picture counts as familiar, measured on those set aside.

    None if none were, or if the scores are no finite numbers.
    """
    _, held = plan.parts()
    if held is None:
        return None
    network = plan.document.network
    patient = Patient(held, batch_for(network), given_up)
    least = least_energy(energies_of(network, params, patient))
    return Familiar(least, KEPT) if isfinite(least) else None


def with_new_weights(document: Document, seed: int) -> Document:
    """Return the document with weights that nobody chose, to begin anew."""
    return replace(document, weights=Weights(document.network, seed), trained=False, progress=None)


def trained(
    document: Document,
    params: Sequence[Params],
    classes: tuple[str, ...],
    known: Familiar | None = None,
) -> Document:
    """Return the document with weights that training found, and with the names of its classes."""
    made = {
        layer.name: dict(own)
        for layer, own in zip(document.network.layers, params, strict=True)
        if own
    }
    return replace(
        document,
        weights=document.weights.with_made(made),
        filter_names={},
        trained=True,
        classes=classes,
        familiar=known,
        # What another training had come to says nothing of these weights.
        progress=None,
    )
