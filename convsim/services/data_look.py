"""Looking into a data set: how its pictures are split, and a look at each class."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from convsim.data.sets.split import split

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from convsim.data.sets import Augmentation, DataSet

SHOWN = 40
"""Pictures of a class that are shown."""
AVERAGED = 500
"""Pictures of a class that its mean is taken over: enough, and a folder's are decoded for it."""


@dataclass(frozen=True, eq=False)
class ClassLook:
    """A class.

    Attributes
    ----------
    name : str
    learnt, held, test : int
        Pictures to learn from, set aside, and to test.
    mean : array (H, W, C) or None
        Mean of the first pictures, float32 in 0…1; None if there are none.
    averaged : int
        How many those are.
    pictures : array (n, H, W, C)
        The first few, float32 in 0…1.
    """

    name: str
    learnt: int
    held: int
    test: int
    mean: NDArray[np.float32] | None
    averaged: int
    pictures: NDArray[np.float32]


def looks(
    data: DataSet,
    validation: float,
    seed: int,
    go_on: Callable[[], bool] = lambda: True,
) -> list[ClassLook]:
    """Return a look at each class, in order; those looked at so far if it is told not to go on.

    Parameters
    ----------
    data : DataSet
    validation : float
        The share that is set aside.
    seed : int
        Of the split.
    go_on : function
        Asked before each class.
    """
    parts = split(data.labels, validation, 0.0, seed)
    size = len(data.classes)
    learnt = np.bincount(data.labels[parts.train], minlength=size)
    held = np.bincount(data.labels[parts.validation], minlength=size)
    test = data.test.counts() if data.test is not None else np.zeros(size, np.int64)
    found = []
    for label, name in enumerate(data.classes):
        if not go_on():
            break
        own = np.flatnonzero(data.labels == label)
        pictures = data.images.batch(own[:SHOWN]).transpose(0, 2, 3, 1)
        mean, used = class_mean(data, own[:AVERAGED])
        tested = int(test[label]) if label < len(test) else 0
        found.append(
            ClassLook(name, int(learnt[label]), int(held[label]), tested, mean, used, pictures)
        )
    return found


def class_mean(data: DataSet, chosen: NDArray[np.int64]) -> tuple[NDArray[np.float32] | None, int]:
    """Return the mean of some pictures, (H, W, C), and how many they are."""
    if not len(chosen):
        return None, 0
    height, width, channels = data.shape
    total = np.zeros((channels, height, width))
    for start in range(0, len(chosen), 256):
        total += data.images.batch(chosen[start : start + 256]).sum(axis=0)
    return (total / len(chosen)).transpose(1, 2, 0).astype(np.float32), len(chosen)


def changed_samples(
    data: DataSet, change: Augmentation, seed: int, pictures: int, versions: int
) -> NDArray[np.float32]:
    """Return pictures and changed copies of them, (pictures, 1 + versions, H, W, C).

    The pictures are of different classes as far as there are; the changes are those that the
    seed draws, so that the same seed shows the same.
    """
    first = [int(np.flatnonzero(data.labels == k)[0]) for k in np.unique(data.labels)]
    rest = np.setdiff1d(np.arange(min(len(data), pictures)), first)
    chosen = np.array([*first, *rest.tolist()][:pictures], np.int64)
    plain = data.images.batch(chosen)
    rng = np.random.default_rng([seed, 0, 0])
    shown = [plain, *(change(plain, rng) for _ in range(versions))]
    return np.stack(shown, axis=1).transpose(0, 1, 3, 4, 2)
