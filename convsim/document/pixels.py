"""What is done to the pixels that a network reads: noise, shift, turn, blank, a brush.

Every function takes and returns (height, width, channels), float32 in 0…1; what comes out is a new
array, and what is shifted in is black.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Image = NDArray[np.float32]

NOISE = 0.1
"""Standard deviation of the noise that one click adds."""


def noisy(image: Image, amount: float = NOISE, seed: int | None = None) -> Image:
    """Return the image with normal noise of a standard deviation, cut to 0…1."""
    noise = np.random.default_rng(seed).standard_normal(image.shape, np.float32)
    return _float32(np.clip(image + np.float32(amount) * noise, 0, 1))


def shifted(image: Image, down: int, right: int) -> Image:
    """Return the image moved by whole pixels."""
    out = np.zeros_like(image)
    height, width = image.shape[:2]
    if abs(down) < height and abs(right) < width:
        rows, cols = (
            slice(max(by, 0), size + min(by, 0)) for by, size in ((down, height), (right, width))
        )
        from_rows, from_cols = (
            slice(max(-by, 0), size + min(-by, 0)) for by, size in ((down, height), (right, width))
        )
        out[rows, cols] = image[from_rows, from_cols]
    return out


def turned(image: Image) -> Image:
    """Return the image turned clockwise by a quarter; a tall one is cut to its old shape."""
    height, width = image.shape[:2]
    turn = np.rot90(image, -1)
    out = np.zeros_like(image)
    side = min(height, width)
    down, right = (height - side) // 2, (width - side) // 2
    # Of the turned image the middle square is kept: its rows and columns are swapped.
    middle = turn[right : right + side, down : down + side]
    out[down : down + side, right : right + side] = middle
    return out


def rotated(image: Image, degrees: float) -> Image:
    """Return the image turned clockwise about its middle by any angle, bilinear, black outside.

    By quarters it is `turned`, pixel by pixel.
    """
    quarters, rest = divmod(degrees % 360, 90)
    if not rest:
        out = np.array(image)
        for _ in range(int(quarters)):
            out = turned(out)
        return out
    height, width = image.shape[:2]
    angle = np.deg2rad(degrees)
    y, x = np.mgrid[:height, :width].astype(np.float64)
    y, x = y - (height - 1) / 2, x - (width - 1) / 2
    # Where each pixel comes from: the same turn backwards.
    rows = y * np.cos(angle) - x * np.sin(angle) + (height - 1) / 2
    cols = y * np.sin(angle) + x * np.cos(angle) + (width - 1) / 2
    top, left = np.floor(rows).astype(int), np.floor(cols).astype(int)
    out = np.zeros(image.shape, np.float64)
    edged = np.pad(image, ((1, 1), (1, 1), (0, 0)))
    for down in (0, 1):
        for right in (0, 1):
            share = (1 - np.abs(rows - top - down)) * (1 - np.abs(cols - left - right))
            at = (np.clip(top + down + 1, 0, height + 1), np.clip(left + right + 1, 0, width + 1))
            out += share[..., None] * edged[at]
    return _float32(np.clip(out, 0, 1).astype(np.float32))


def painted(image: Image, cells: Iterable[tuple[int, int]], colour: tuple[float, ...]) -> Image:
    """Return the image with some pixels (row, column) in one colour, a value for each channel."""
    out = np.array(image)
    for row, col in cells:
        out[row, col] = colour
    return out


CHANGES: MappingProxyType[str, Callable[[Image], Image]] = MappingProxyType(
    {
        "noise": noisy,
        "up": lambda image: shifted(image, -1, 0),
        "down": lambda image: shifted(image, 1, 0),
        "left": lambda image: shifted(image, 0, -1),
        "right": lambda image: shifted(image, 0, 1),
        "turn": turned,
        "mirror": lambda image: np.ascontiguousarray(image[:, ::-1]),
        "negative": lambda image: _float32(1 - image),
        "blank": np.zeros_like,
    }
)
"""What one click does, by name, in the order of the menu."""


def _float32(values: NDArray[np.float32]) -> Image:
    return np.asarray(values, np.float32)
