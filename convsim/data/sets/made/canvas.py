"""What the drawn data sets share: places in a picture, colours that can be told apart, noise."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Values = NDArray[Any]

BLOCK = 512
"""Pictures that are drawn at a time: enough to be quick, few enough to stay small."""


def turned(
    rng: np.random.Generator, count: int, size: int, reach: float, angle: Values
) -> tuple[Values, Values]:
    """Return coordinates (count, size, size) with the origin near the middle, turned by `angle`.

    Parameters
    ----------
    reach : float
        How far the origin may lie from the middle, in pixels, in each direction.
    angle : array (count,)
        In radians; the coordinates are (x to the right, y upwards) before turning.
    """
    middle = (size - 1) / 2 + rng.uniform(-reach, reach, (2, count)).astype(np.float32)
    grid = np.arange(size, dtype=np.float32)
    x = (grid - middle[0][:, None])[:, None, :]
    y = -(grid - middle[1][:, None])[:, :, None]
    cos, sin = np.cos(angle)[:, None, None], np.sin(angle)[:, None, None]
    return cos * x + sin * y, cos * y - sin * x


def two_colours(
    rng: np.random.Generator, count: int, channels: int, least: float, *, lighter: bool
) -> tuple[Values, Values]:
    """Return two colours for each picture, (count, channels), whose means differ by `least`.

    Parameters
    ----------
    lighter : bool
        Whether the first is always the lighter; otherwise that is a matter of chance.
    """
    first = rng.random((count, channels), np.float32)
    second = rng.random((count, channels), np.float32)
    while True:
        apart = first.mean(axis=1) - second.mean(axis=1)
        close = np.flatnonzero((apart if lighter else np.abs(apart)) < least)
        if not len(close):
            return first, second
        first[close] = rng.random((len(close), channels), np.float32)
        second[close] = rng.random((len(close), channels), np.float32)


def mixed(inside: Values, ink: Values, paper: Values) -> Values:
    """Return pictures (N, C, H, W): `ink` where `inside` (N, H, W) is 1, `paper` where it is 0."""
    share = inside[:, None]
    return np.asarray(ink[:, :, None, None] * share + paper[:, :, None, None] * (1 - share))


def shaded(rng: np.random.Generator, pictures: Values, strength: float, noise: float) -> Values:
    """Return pictures with light that falls off in some direction, and with noise, in 0…1."""
    count, _, size, _ = pictures.shape
    angle = np.asarray(rng.uniform(0, 2 * np.pi, count), np.float32)
    x, _ = turned(rng, count, size, 0, angle)
    light = x * (strength / size)
    speckle = rng.standard_normal(pictures.shape, np.float32) * np.float32(noise)
    return np.asarray(np.clip(pictures + light[:, None] + speckle, 0, 1))


def as_bytes(pictures: Values) -> NDArray[np.uint8]:
    """Return pictures in 0…1 as bytes, as a file would hold them."""
    return np.asarray(np.rint(pictures * 255), np.uint8)
