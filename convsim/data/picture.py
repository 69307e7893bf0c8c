"""A picture as numbers: height × width × channels, and what was done to get there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from convsim.data.notes import Note


@dataclass(frozen=True, eq=False, slots=True)
class Picture:
    """A decoded picture; the array cannot be written to.

    Attributes
    ----------
    name : str
        The file's name as it may be shown: no control characters, not too long.
    pixels : NDArray, shape (height, width, channels)
        uint8 in 0..255, or float32 in 0..1.  One channel is grey, three are red, green, blue,
        with the values as stored (sRGB, not linear light).  Read-only.
    notes : tuple of Note
        Every conversion, in the order in which it was done.
    """

    name: str
    pixels: NDArray[np.uint8] | NDArray[np.float32]
    notes: tuple[Note, ...] = ()

    def __post_init__(self) -> None:
        shape, dtype = self.pixels.shape, self.pixels.dtype
        if len(shape) != 3 or shape[2] not in (1, 3) or 0 in shape:
            raise ValueError(f"pixels must be (height, width, 1 or 3); received {shape}")
        if dtype not in (np.uint8, np.float32):
            raise ValueError(f"pixels must be uint8 or float32; received {dtype}")
        # A view, so that the caller's own array stays as it was.
        pixels = self.pixels.view()
        pixels.setflags(write=False)
        object.__setattr__(self, "pixels", pixels)

    @property
    def height(self) -> int:
        """Rows of pixels."""
        return int(self.pixels.shape[0])

    @property
    def width(self) -> int:
        """Columns of pixels."""
        return int(self.pixels.shape[1])

    @property
    def channels(self) -> int:
        """1 for grey, 3 for red, green and blue."""
        return int(self.pixels.shape[2])
