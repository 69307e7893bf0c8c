"""One training as the window and the command line both run it: a network, its data, a recipe.

Part of the pictures to learn from is set aside (validation): how the network does on these says
whether it has learnt what matters or has learnt its pictures by heart.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from math import isfinite
from typing import TYPE_CHECKING

from convsim.core.evaluate import Evaluation, evaluate
from convsim.core.examples import IndexedExamples
from convsim.core.familiar import KEPT, energies_of, least_energy
from convsim.core.recipe import Controls, Recipe
from convsim.core.snapshot import Phase, Snapshot
from convsim.core.train import train
from convsim.data.sets import Augmentation, DataSet
from convsim.data.sets.split import split
from convsim.document import Familiar, Weights

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from convsim.core.checkpoint import Checkpoint
    from convsim.core.layers import Params
    from convsim.core.network import Network
    from convsim.data.sets import Images
    from convsim.document import Document

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
        return self._reports(snapshots, held)

    def _reports(
        self, snapshots: Iterator[Snapshot], held: IndexedExamples | None
    ) -> Iterator[Report]:
        seen, losses, right = 0, 0.0, 0.0
        for snapshot in snapshots:
            if snapshot.seen:
                seen += snapshot.seen
                losses += snapshot.loss * snapshot.seen
                right += snapshot.accuracy * snapshot.seen
            epoch: Epoch | None = None
            if snapshot.phase is Phase.EPOCH:
                check = evaluate(self.document.network, snapshot.params, held) if held else None
                epoch = Epoch(snapshot.epoch, losses / seen, right / seen, check)
                seen, losses, right = 0, 0.0, 0.0
            yield Report(snapshot, epoch)


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
        On the pictures that were set aside, with the weights at the epoch's end.
    """

    number: int
    loss: float
    accuracy: float
    check: Evaluation | None


@dataclass(frozen=True, eq=False)
class Report:
    """A snapshot, and what the epoch came to if it has just ended."""

    snapshot: Snapshot
    epoch: Epoch | None = None


def judged(network: Network, params: Sequence[Params], data: DataSet) -> Evaluation:
    """Return how a network does on a data set: on its test part if it has one, else on all."""
    part = data.test or data
    return evaluate(network, params, IndexedExamples(part.images, part.labels))


def strangers(network: Network, params: Sequence[Params], data: DataSet, known: Familiar) -> int:
    """Return how many of the pictures that `judged` looks at are unlike those learnt from."""
    part = data.test or data
    found = energies_of(network, params, IndexedExamples(part.images, part.labels))
    return int((found < known.least).sum())


def familiar(plan: Plan, params: Sequence[Params]) -> Familiar | None:
    """Return from which energy on a picture counts as familiar, measured on those set aside.

    None if none were, or if the scores are no finite numbers.
    """
    _, held = plan.parts()
    if held is None:
        return None
    least = least_energy(energies_of(plan.document.network, params, held))
    return Familiar(least, KEPT) if isfinite(least) else None


def with_new_weights(document: Document, seed: int) -> Document:
    """Return the document with weights that nobody chose, to begin anew."""
    return replace(document, weights=Weights(document.network, seed), trained=False)


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
    )
