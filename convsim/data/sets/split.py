"""Splitting: most pictures to learn from, some to choose by, some that are only ever judged by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from convsim.data.sets.base import DataSetError

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Split:
    """Numbers of the pictures of each part, ascending; together they are all, none twice."""

    train: NDArray[np.int64]
    validation: NDArray[np.int64]
    test: NDArray[np.int64]


def split(
    labels: NDArray[np.int64], validation: float = 0.1, test: float = 0.1, seed: int = 0
) -> Split:
    """Return a seeded split in which every class keeps its share.

    Parameters
    ----------
    labels : array (N,)
    validation, test : float
        Shares of each class, 0 to below 1; together below 1.  A class of at least two pictures
        always keeps one to learn from.
    seed : int
        The same seed gives the same split on every machine.

    Raises
    ------
    DataSetError
        If nothing would be left to learn from.
    """
    if not (0 <= validation < 1 and 0 <= test < 1 and validation + test < 1):
        raise DataSetError(
            f"validation {validation:g} and test {test:g} must be shares from 0 to below 1 "
            "that leave something to learn from; 0.1 and 0.1 would do"
        )
    parts: list[list[NDArray[np.int64]]] = [[], [], []]
    for label in np.unique(labels):
        # Each class has its own generator: adding a class leaves the others' parts as they are.
        order = np.random.default_rng([seed, int(label)]).permutation(
            np.flatnonzero(labels == label)
        )
        count = len(order)
        judged = min(round(test * count), count - 1)
        chosen = min(round(validation * count), count - 1 - judged)
        for part, piece in zip(
            parts, np.split(order, [count - judged - chosen, count - judged]), strict=True
        ):
            part.append(piece)
    return Split(*(np.sort(np.concatenate(part)).astype(np.int64) for part in parts))
