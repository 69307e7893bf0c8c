"""Paint a scene and look at its pixels."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtGui import QColor, QImage, QPainter

from convsim.figures.scene import Scene, Shape
from convsim.render.painter import paint

if TYPE_CHECKING:
    from numpy.typing import NDArray

WHITE = (255, 255, 255)
RED = (200, 0, 0)
BLACK = (0, 0, 0)


def seen(image: QImage) -> NDArray[np.uint8]:
    """Return (rows, columns, 3) uint8."""
    flat = image.convertToFormat(QImage.Format.Format_RGB32)
    data = np.frombuffer(flat.constBits(), np.uint8).reshape(flat.height(), flat.width(), 4)
    return data[..., 2::-1].copy()


def painted(
    *shapes: Shape,
    scale: float = 1.0,
    side: float = 100.0,
    at: tuple[float, float] = (0.0, 0.0),
    ratio: float = 1.0,
    clip: tuple[float, float, float, float] | None = None,
    outlines: bool = False,
) -> NDArray[np.uint8]:
    """Paint shapes on white; `ratio` is the device pixel ratio of the image."""
    pixels = round(side * scale * ratio)
    image = QImage(pixels, pixels, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(ratio)
    image.fill(QColor(*WHITE))
    painter = QPainter(image)
    painter.translate(*at)
    paint(Scene(side, side, shapes), painter, scale=scale, clip=clip, outlines=outlines)
    painter.end()
    return seen(image)


def where(pixels: NDArray[np.uint8], color: tuple[int, int, int]) -> NDArray[np.bool_]:
    """Return which pixels have exactly a colour."""
    return (pixels == np.array(color, np.uint8)).all(axis=-1)


def box_of(mask: NDArray[np.bool_]) -> tuple[int, int, int, int]:
    """Return left, top, right and bottom (one past the last) of what is marked."""
    rows, cols = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    return int(cols[0]), int(rows[0]), int(cols[-1]) + 1, int(rows[-1]) + 1


def ink_box(pixels: NDArray[np.uint8]) -> tuple[int, int, int, int]:
    """Return the box of all that is not white."""
    return box_of((pixels != 255).any(axis=-1))


def difference(
    one: NDArray[np.uint8], other: NDArray[np.uint8], block: int = 6
) -> NDArray[np.float64]:
    """Return how far two pictures are apart in blocks, 0 to 255.

    Renderers agree on what is where, but not on which half of a pixel an edge falls.
    """
    rows, cols = (n // block * block for n in one.shape[:2])
    off = one[:rows, :cols].astype(np.float64) - other[:rows, :cols]
    blocks = off.reshape(rows // block, block, cols // block, block, 3)
    return np.abs(blocks.mean(axis=(1, 3))).max(axis=-1)
