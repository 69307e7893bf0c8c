"""Pictures that stay on the disk: those of a batch are read when their turn comes.

A file that is mapped into memory would be as quick, but a program dies when such a file is cut off
or its drive is lost while it trains.  Read piece by piece, the file is named and the work ends in
order.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING

import numpy as np

from convsim.data.names import shown_name
from convsim.data.sets.base import DataSetError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from convsim.data.sets.base import Images, Indices

IN_MEMORY = 100_000_000
"""Files of up to so many bytes are read whole: MNIST has 47 million."""


@dataclass(frozen=True, eq=False)
class StoredImages:
    """Pictures of bytes, one after the other in a file.

    Attributes
    ----------
    path : Path
    start : int
        Where the first one begins.
    stride : int
        Bytes from one to the next.
    count : int
    planes : (int, int, int)
        Channels, height, width.
    channels_last : bool
        Whether the bytes of a pixel lie together: (H, W, C) in the file.
    """

    path: Path
    start: int
    stride: int
    count: int
    planes: tuple[int, int, int]
    channels_last: bool = False

    @property
    def shape(self) -> tuple[int, int, int]:
        """Height, width, channels of every picture."""
        channels, height, width = self.planes
        return height, width, channels

    def __len__(self) -> int:
        """Return how many pictures there are."""
        return self.count

    def batch(self, indices: Indices) -> NDArray[np.float32]:
        """Return those pictures: (n, C, H, W), float32 in 0…1, a fresh array.

        Raises
        ------
        DataSetError
            If the file can no longer be read, or has become shorter.
        """
        read = np.empty((len(indices), prod(self.planes)), np.uint8)
        name = shown_name(self.path.name)
        try:
            with self.path.open("rb", buffering=0) as file:
                # In the order of the file, which a turning disk likes best.
                for slot in np.argsort(indices, kind="stable"):
                    file.seek(self.start + int(indices[slot]) * self.stride)
                    if file.readinto(read[slot].data) != read.shape[1]:
                        raise DataSetError(
                            f"{name}: ends before its picture {int(indices[slot]):,}; "
                            "it was changed meanwhile, copy it again"
                        )
        except OSError as problem:
            reason = problem.strerror or problem
            raise DataSetError(f"{name}: can no longer be read ({reason})") from None
        pictures = read.reshape(-1, *(self.shape if self.channels_last else self.planes))
        if self.channels_last:
            pictures = pictures.transpose(0, 3, 1, 2)
        return np.ascontiguousarray(pictures, np.float32) / np.float32(255)


@dataclass(frozen=True, eq=False)
class JoinedImages:
    """Pictures of several sources of one size, one after the other."""

    parts: Sequence[Images]

    @property
    def shape(self) -> tuple[int, int, int]:
        """Height, width, channels of every picture."""
        return self.parts[0].shape

    def __len__(self) -> int:
        """Return how many pictures there are."""
        return sum(map(len, self.parts))

    def batch(self, indices: Indices) -> NDArray[np.float32]:
        """Return those pictures: (n, C, H, W), float32 in 0…1, a fresh array."""
        height, width, channels = self.shape
        out = np.empty((len(indices), channels, height, width), np.float32)
        ends = np.cumsum([len(part) for part in self.parts])
        which = np.searchsorted(ends, indices, side="right")
        for number, part in enumerate(self.parts):
            own = which == number
            if own.any():
                out[own] = part.batch(indices[own] - (ends[number] - len(part)))
        return out
