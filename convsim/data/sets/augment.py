"""Augmentation: each picture is changed a little every time it is seen, and keeps its label.

A flipped cat is still a cat: a network that sees it flipped, shifted, turned and noisy learns
what matters instead of learning the pictures by heart.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from convsim.data.sets.base import DataSetError

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Augmentation:
    """What may happen to a picture.

    Attributes
    ----------
    flip : bool
        Mirrored left to right, half of the time.  Not for letters and digits.
    shift : float
        Moved by up to this many pixels in each direction, in whole pixels.
    rotate : float
        Turned by up to this many degrees either way.
    noise : float
        Normal noise of this standard deviation, on values of 0…1.
    """

    flip: bool = False
    shift: int = 0
    rotate: float = 0.0
    noise: float = 0.0

    def __post_init__(self) -> None:
        """Refuse what is out of bounds."""
        bounds = (("shift", self.shift, 64), ("rotate", self.rotate, 180), ("noise", self.noise, 1))
        for name, value, most in bounds:
            if not 0 <= value <= most:
                raise DataSetError(f"augmentation: {name} must be 0 to {most}; got {value}")

    @property
    def none(self) -> bool:
        """Whether nothing happens."""
        return not (self.flip or self.shift or self.rotate or self.noise)

    def __call__(
        self, pictures: NDArray[np.float32], rng: np.random.Generator
    ) -> NDArray[np.float32]:
        """Return changed copies of pictures (N, C, H, W) in 0…1; edges are continued outwards."""
        if self.none:
            return pictures
        out: NDArray[Any] = pictures
        if self.flip:
            flipped = rng.random(len(out)) < 0.5
            out = np.where(flipped[:, None, None, None], out[..., ::-1], out)
        if self.shift or self.rotate:
            out = self._moved(out, rng)
        if self.noise:
            out = out + rng.standard_normal(out.shape, np.float32) * np.float32(self.noise)
        return np.asarray(np.clip(out, 0, 1), np.float32)

    def _moved(
        self, pictures: NDArray[np.float32], rng: np.random.Generator
    ) -> NDArray[np.float32]:
        count, _, height, width = pictures.shape
        down, right = rng.integers(-self.shift, self.shift + 1, (2, count))
        angle = np.deg2rad(rng.uniform(-self.rotate, self.rotate, count))
        y, x = np.mgrid[:height, :width] - np.array([height - 1, width - 1])[:, None, None] / 2
        cos, sin = np.cos(angle)[:, None, None], np.sin(angle)[:, None, None]
        # Where each new pixel was before: turned about the middle, then moved.
        rows = cos * y - sin * x + (height - 1) / 2 - down[:, None, None]
        cols = sin * y + cos * x + (width - 1) / 2 - right[:, None, None]
        return bilinear(pictures, rows, cols)


def bilinear(
    pictures: NDArray[np.float32], rows: NDArray[np.float64], cols: NDArray[np.float64]
) -> NDArray[np.float32]:
    """Return values between pixels: pictures (N, C, H, W) at rows and columns (N, h, w).

    Places outside take the value of the nearest edge.
    """
    count, _, height, width = pictures.shape
    rows = rows.clip(0, height - 1)
    cols = cols.clip(0, width - 1)
    top, left = np.floor(rows).astype(np.intp), np.floor(cols).astype(np.intp)
    below, beside = np.minimum(top + 1, height - 1), np.minimum(left + 1, width - 1)
    down = (rows - top).astype(np.float32)[:, None]
    along = (cols - left).astype(np.float32)[:, None]
    which = np.arange(count)[:, None, None]
    last = pictures.transpose(0, 2, 3, 1)

    def at(r: NDArray[np.intp], c: NDArray[np.intp]) -> NDArray[np.float32]:
        return last[which, r, c].transpose(0, 3, 1, 2)

    upper = at(top, left) * (1 - along) + at(top, beside) * along
    lower = at(below, left) * (1 - along) + at(below, beside) * along
    return np.asarray(upper * (1 - down) + lower * down, np.float32)
