"""A data set: many pictures, and for each the name of what it shows.

Pictures are handed out in batches, so that it makes no difference to whoever trains whether they
lie in memory, in one long file or in a folder of thousands.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from convsim.core.errors import ConvSimError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Indices = NDArray[np.int64]


class DataSetError(ConvSimError):
    """A data set that cannot be read or used; the text names it, what is wrong and what works."""


class Images(Protocol):
    """Pictures of one size that can be asked for by number.

    Attributes
    ----------
    shape : (int, int, int)
        Height, width, channels.
    """

    @property
    def shape(self) -> tuple[int, int, int]:
        """Height, width, channels of every picture."""

    def __len__(self) -> int:
        """Return how many pictures there are."""

    def batch(self, indices: Indices) -> NDArray[np.float32]:
        """Return those pictures: (n, C, H, W), float32 in 0…1, a fresh array."""


@dataclass(frozen=True, eq=False)
class ArrayImages:
    """Pictures in one array, in memory or mapped from a file.

    Attributes
    ----------
    array : array (N, C, H, W)
        uint8 in 0…255, or float32 in 0…1.
    """

    array: NDArray[Any]

    @property
    def shape(self) -> tuple[int, int, int]:
        """Height, width, channels of every picture."""
        _, channels, height, width = self.array.shape
        return height, width, channels

    def __len__(self) -> int:
        """Return how many pictures there are."""
        return len(self.array)

    def batch(self, indices: Indices) -> NDArray[np.float32]:
        """Return those pictures: (n, C, H, W), float32 in 0…1, a fresh array."""
        taken = self.array[indices].astype(np.float32)
        if self.array.dtype == np.uint8:
            taken /= np.float32(255)
        return taken


@dataclass(frozen=True, slots=True)
class BadFile:
    """A file that was left out of a data set, and why."""

    name: str
    why: str


@dataclass(frozen=True, eq=False)
class DataSet:
    """Pictures with labels.

    Attributes
    ----------
    name : str
        Shown to people.
    classes : tuple of str
        What the labels 0, 1, 2 … stand for.
    images : Images
    labels : array (N,)
        int64, one for each picture, read-only.
    test : DataSet or None
        A part that was set aside by whoever made it, as MNIST's 10,000.
    bad : tuple of BadFile
        What could not be read.
    notes : tuple of str
        What had to be converted, one sentence each.

    Raises
    ------
    DataSetError
        If there are no pictures, if labels and pictures differ in number, or a label has no class.
    """

    name: str
    classes: tuple[str, ...]
    images: Images
    labels: NDArray[np.int64]
    test: DataSet | None = None
    bad: tuple[BadFile, ...] = ()
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Check that pictures, labels and classes belong together."""
        pictures, labels, classes = len(self.images), len(self.labels), len(self.classes)
        if pictures != labels:
            raise DataSetError(
                f"{self.name}: {pictures:,} pictures but {labels:,} labels; each picture needs one"
            )
        if not labels:
            raise DataSetError(f"{self.name}: holds no pictures")
        low, high = int(self.labels.min()), int(self.labels.max())
        if low < 0 or high >= classes:
            wrong = low if low < 0 else high
            at = int(np.flatnonzero(self.labels == wrong)[0])
            raise DataSetError(
                f"{self.name}: picture {at} has the label {wrong}; "
                f"with {classes} classes labels go from 0 to {classes - 1}"
            )
        self.labels.setflags(write=False)

    def __len__(self) -> int:
        """Return how many pictures there are, those of `test` not counted."""
        return len(self.labels)

    @property
    def shape(self) -> tuple[int, int, int]:
        """Height, width, channels of every picture."""
        return self.images.shape

    def counts(self) -> NDArray[np.int64]:
        """Return how many pictures each class has, in the order of `classes`."""
        return np.bincount(self.labels, minlength=len(self.classes))

    def mean_picture(self, most: int = 2000) -> NDArray[np.float32]:
        """Return the mean of the first `most` pictures, (H, W, C)."""
        count = min(most, len(self))
        total = np.zeros((self.shape[2], *self.shape[:2]))
        for start in range(0, count, 256):
            total += self.images.batch(np.arange(start, min(start + 256, count))).sum(axis=0)
        return (total / count).transpose(1, 2, 0).astype(np.float32)
