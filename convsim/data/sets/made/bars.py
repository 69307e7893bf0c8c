"""Stripes at ten angles, as Hubel and Wiesel showed them: the class is the way they run.

Width, place, colours and contrast are left to chance, so that only the direction tells.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from convsim.data.sets.made.canvas import mixed, shaded, turned, two_colours

if TYPE_CHECKING:
    from numpy.typing import NDArray

ANGLES = tuple(range(0, 180, 18))
CLASSES = tuple(f"{angle}°" for angle in ANGLES)
"""Counter-clockwise from lying flat."""
SLACK = 4.0
"""Degrees by which a stripe may miss its angle."""


def draw(
    rng: np.random.Generator, labels: NDArray[np.int64], size: int, channels: int
) -> NDArray[np.float32]:
    """Return one picture for each label, (N, C, H, W) in 0…1."""
    count = len(labels)
    degrees = np.array(ANGLES)[labels] + rng.uniform(-SLACK, SLACK, count)
    angle = np.deg2rad(degrees).astype(np.float32)
    _, y = turned(rng, count, size, size / 4, angle)
    period = rng.uniform(5.0, 12.0, count).astype(np.float32)[:, None, None]
    sharp = rng.uniform(0.5, 2.0, count).astype(np.float32)[:, None, None]
    wave = np.clip(0.5 + sharp * np.cos(2 * np.pi * y / period), 0, 1).astype(np.float32)
    ink, paper = two_colours(rng, count, channels, 0.2, lighter=False)
    return shaded(rng, mixed(wave, ink, paper), 0.3, 0.08)
