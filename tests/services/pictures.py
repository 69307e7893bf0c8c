"""Pictures and files for the tests of services."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from convsim.document import Picture

if TYPE_CHECKING:
    from pathlib import Path


def grey_picture(size: int = 40) -> Picture:
    """Return a grey ramp, so that another picture is easy to tell."""
    ramp = np.linspace(0, 255, size * size).astype(np.uint8).reshape(size, size, 1)
    return Picture("ramp", ramp)


def frame_count(path: Path | str, fps: float = 10) -> float:
    """Return the number of frames of an animation from the time that it takes.

    A GIF may hold several images a frame: some mend the colours of the one before.
    """
    milliseconds = 0
    with Image.open(path) as moving:
        for frame in range(int(getattr(moving, "n_frames", 1))):
            moving.seek(frame)
            moving.load()
            milliseconds += int(moving.info["duration"])
    return milliseconds * fps / 1000


def save_png(path, height=64, width=64):
    """Write a colourful PNG and return its path."""
    rows, cols = np.mgrid[0:height, 0:width]
    planes = [
        rows * 255 // max(height - 1, 1),
        cols * 255 // max(width - 1, 1),
        (rows * cols) % 256,
    ]
    Image.fromarray(np.stack(planes, axis=-1).astype(np.uint8)).save(path, "PNG")
    return path
