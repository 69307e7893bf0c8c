"""Where the batches come from: arrays in memory, pictures on disk, or a source that only streams.

Anything with `targets` and `batches` will do.  The order within an epoch depends on seed and
epoch alone, so a resumed run goes on with exactly the examples that an uninterrupted one would
have seen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Protocol

import numpy as np

from convsim.core.errors import TrainingError

if TYPE_CHECKING:
    from convsim.core.layers import Array

    Batch = tuple[Array, Array]


class Examples(Protocol):
    """What training and evaluation ask of their data."""

    @property
    def targets(self) -> Array | None:
        """All targets if they are known beforehand, so that they can be checked; or None."""

    def batches(
        self, size: int, *, seed: int | None = None, epoch: int = 0, start: int = 0
    ) -> Iterator[Batch]:
        """Give the examples of an epoch in batches of `size`; the last one may be smaller.

        A batch is pictures (N, C, H, W), float32 or float64, and labels (N,) or values.

        Parameters
        ----------
        size : int
            Examples in a batch.
        seed : int or None
            Together with `epoch` it fixes the order; None is the order of the data itself.
        epoch : int
            Counted from 0.
        start : int
            How many examples of this order to leave out, because they were seen before.
        """


class Pictures(Protocol):
    """Pictures that can be asked for by number."""

    def __len__(self) -> int:
        """Return how many there are."""

    def batch(self, indices: Array) -> Array:
        """Return those pictures (n, C, H, W), float32 or float64."""


@dataclass(frozen=True, eq=False)
class ArrayPictures:
    """Pictures in one array (M, C, H, W)."""

    array: Array

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.array)

    def batch(self, indices: Array) -> Array:
        """Return copies of those pictures."""
        return np.asarray(self.array[indices])


@dataclass(frozen=True, eq=False)
class IndexedExamples:
    """Examples that can be asked for by number, in memory or not.

    Parameters
    ----------
    pictures : Pictures
    targets : array (M, …)
        Labels (M,), or values.
    change : function (pictures, rng) → pictures, optional
        Augmentation: done to every shuffled batch, with random numbers of its own that depend
        on seed, epoch and place alone.

    Examples
    --------
    >>> data = as_examples((np.zeros((5, 1, 2, 2), np.float32), np.arange(5)))
    >>> [labels.tolist() for _, labels in data.batches(2)]
    [[0, 1], [2, 3], [4]]
    >>> [labels.tolist() for _, labels in data.batches(2, seed=0, start=2)]
    [[3, 0], [1]]
    """

    pictures: Pictures
    targets: Array
    change: Callable[[Array, np.random.Generator], Array] | None = None

    def __post_init__(self) -> None:
        """Check that there is a target for each picture."""
        if len(self.pictures) != len(self.targets):
            raise TrainingError(
                f"each picture needs a target; received {len(self.pictures)} pictures and "
                f"{len(self.targets)} targets"
            )

    def batches(
        self, size: int, *, seed: int | None = None, epoch: int = 0, start: int = 0
    ) -> Iterator[Batch]:
        """Give the examples of an epoch, in an order drawn from (seed, epoch)."""
        count = len(self.pictures)
        order = np.arange(count)
        if seed is not None:
            np.random.default_rng([seed, epoch]).shuffle(order)
        for low in range(start, count, size):
            chosen = order[low : low + size]
            pictures = self.pictures.batch(chosen)
            if self.change is not None and seed is not None:
                pictures = self.change(pictures, np.random.default_rng([seed, epoch, low]))
            yield pictures, self.targets[chosen]


@dataclass(frozen=True, eq=False)
class StreamExamples:
    """Examples that come one after the other and cannot be asked for by number.

    Parameters
    ----------
    read : function (seed, epoch) → iterable of (picture, target)
        Pictures (C, H, W) of one dtype; the order must depend on seed and epoch alone.
    targets : array, optional
        All targets where they are known beforehand, in any order.
    """

    read: Callable[[int | None, int], Iterable[tuple[Array, Array | int]]]
    targets: Array | None = None

    def batches(
        self, size: int, *, seed: int | None = None, epoch: int = 0, start: int = 0
    ) -> Iterator[Batch]:
        """Give the examples of an epoch; those before `start` are read and left out."""
        examples = islice(self.read(seed, epoch), start, None)
        while chosen := list(islice(examples, size)):
            yield np.stack([picture for picture, _ in chosen]), np.array([t for _, t in chosen])


def as_examples(data: Examples | tuple[Array | Pictures, Array]) -> Examples:
    """Return data as it is, or a pair (pictures, targets) as `IndexedExamples`."""
    if not isinstance(data, tuple):
        return data
    pictures, targets = data
    if isinstance(pictures, np.ndarray):
        pictures = ArrayPictures(pictures)
    return IndexedExamples(pictures, np.asarray(targets))
