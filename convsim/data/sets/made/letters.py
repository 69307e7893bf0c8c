"""Latin and Hangul letters of the program's own font, large and small, turned and shifted."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from convsim.data.sets.augment import bilinear
from convsim.data.sets.made.canvas import mixed, shaded, turned, two_colours

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

CLASSES = ("A", "B", "C", "D", "E", "가", "나", "다", "라", "마")
LARGE = 64
"""Side of the pictures that the letters are drawn in once, before they are made smaller."""
TURN = 15.0
"""Degrees by which a letter may lean either way."""


def draw(
    rng: np.random.Generator,
    labels: NDArray[np.int64],
    size: int,
    channels: int,
    fonts: tuple[Path, ...],
) -> NDArray[np.float32]:
    """Return one picture for each label, (N, C, H, W) in 0…1; each in one of the fonts."""
    count = len(labels)
    glyphs = _glyphs(fonts)
    angle = np.deg2rad(rng.uniform(-TURN, TURN, count)).astype(np.float32)
    x, y = turned(rng, count, size, 0.12 * size, angle)
    # Pixels of the large drawing for one of the small picture.
    scale = (LARGE / (size * rng.uniform(0.75, 1.15, count))).astype(np.float32)[:, None, None]
    drawn = glyphs[rng.integers(0, len(fonts), count), labels][:, None]
    middle = (LARGE - 1) / 2
    letter = _outside_is_empty(drawn, middle - y * scale, middle + x * scale)
    ink, paper = two_colours(rng, count, channels, 0.3, lighter=True)
    return shaded(rng, mixed(letter, ink, paper), 0.3, 0.04)


def _outside_is_empty(
    drawn: NDArray[np.float32], rows: NDArray[np.float32], cols: NDArray[np.float32]
) -> NDArray[np.float32]:
    # The rim of the large drawings is empty, and `bilinear` continues the rim outwards.
    return bilinear(drawn, rows.astype(np.float64), cols.astype(np.float64))[:, 0]


@lru_cache(maxsize=2)
def _glyphs(fonts: tuple[Path, ...]) -> NDArray[np.float32]:
    """Return every letter in every font, (fonts, letters, LARGE, LARGE), 1 is ink."""
    out = np.zeros((len(fonts), len(CLASSES), LARGE, LARGE), np.float32)
    for f, path in enumerate(fonts):
        font = ImageFont.truetype(str(path), round(0.8 * LARGE))
        for c, letter in enumerate(CLASSES):
            image = Image.new("L", (LARGE, LARGE))
            ImageDraw.Draw(image).text((LARGE / 2, LARGE / 2), letter, 255, font, "mm")
            out[f, c] = np.asarray(image, np.float32) / 255
    return out
