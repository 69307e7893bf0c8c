"""A training goes on without a picture that can no longer be read: another of its class stands in.

So batches keep their size, classes their share and every other picture its turn, and the same
pictures missing give the same weights.  Which were missing is listed for people.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from convsim.core.errors import ConvSimError
from convsim.data.names import shown_name
from convsim.data.sets import BadFile, DataSet
from convsim.data.sets.folder import FileImages

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from convsim.data.sets import Images

MOST, SHARE = 10, 0.1
"""So many pictures, or this share of all, may be missing: if more are, the disk is."""


@dataclass(frozen=True, eq=False)
class SparedImages:
    """Pictures of which some may have become unreadable.

    Attributes
    ----------
    images : Images
    labels : array (N,)
        int64.
    lost : dict
        By the number of each picture that could not be read, why.
    """

    images: Images
    labels: NDArray[np.int64]
    lost: dict[int, str] = field(default_factory=dict)
    _instead: dict[int, int] = field(default_factory=dict)

    @property
    def shape(self) -> tuple[int, int, int]:
        """Height, width, channels of every picture."""
        return self.images.shape

    def __len__(self) -> int:
        """Return how many pictures there are."""
        return len(self.images)

    def batch(self, indices: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return those pictures: (n, C, H, W), float32 in 0…1, a fresh array.

        Raises
        ------
        ConvSimError, OSError
            If too many cannot be read, or none of a class can.
        """
        if self._instead:
            indices = np.array([self._stand_in(index) for index in indices.tolist()], np.int64)
        try:
            return self.images.batch(indices)
        except (ConvSimError, OSError):
            return np.stack([self._one(index) for index in indices.tolist()])

    def _stand_in(self, index: int) -> int:
        while index in self._instead:
            index = self._instead[index]
        return index

    def _one(self, index: int) -> NDArray[np.float32]:
        """Return a picture, or the next of its class that can be read."""
        trouble: Exception | None = None
        for other in self._of_its_class(index):
            try:
                picture: NDArray[np.float32] = self.images.batch(np.array([other], np.int64))[0]
            except (ConvSimError, OSError) as problem:
                self.lost[other] = str(problem)
                if len(self.lost) > max(MOST, SHARE * len(self)):
                    raise
                trouble = problem
            else:
                if other != index:
                    self._instead[index] = other
                return picture
        assert trouble is not None
        raise trouble

    def _of_its_class(self, index: int) -> Iterator[int]:
        """Give a picture, then those after it, then those from the first one on."""
        yield index
        same = np.flatnonzero(self.labels == self.labels[index])
        at = int(np.searchsorted(same, index))
        for other in (*same[at + 1 :].tolist(), *same[:at].tolist()):
            if other not in self.lost:
                yield other


def spared(data: DataSet) -> DataSet:
    """Return the data set, which can do without some of its pictures from now on."""
    test = None if data.test is None else spared(data.test)
    return replace(data, images=SparedImages(data.images, data.labels), test=test)


def missing(data: DataSet) -> tuple[BadFile, ...]:
    """Return which pictures of a `spared` data set could not be read so far, and why."""
    found: list[BadFile] = []
    for part in (data, data.test):
        if part is not None and isinstance(part.images, SparedImages):
            lost = sorted(dict(part.images.lost).items())
            found += [BadFile(_name(part.images.images, number), why) for number, why in lost]
    return tuple(found)


def _name(images: Images, number: int) -> str:
    if isinstance(images, FileImages):
        path = images.paths[number]
        return f"{shown_name(path.parent.name)}/{shown_name(path.name)}"
    return f"{number + 1:,}"
