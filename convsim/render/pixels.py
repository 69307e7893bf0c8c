"""Arrays become images in which every pixel of the array is a sharp-edged rectangle.

An image is made at the size at which it is shown, column by column, instead of letting Qt or a
viewer stretch it.  So its cells end exactly where a frame drawn around them ends, and nothing
that interpolates can blur them.
"""

from __future__ import annotations

import math
from functools import lru_cache
from io import BytesIO
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage

Pixels = NDArray[np.uint8]

DENSITY = 4
"""Pixels a unit at which a raster is embedded in SVG and PDF: 288 dots an inch on a slide."""

LARGEST = 2400
"""Most pixels a side of an embedded raster, unless it comes with more."""


HALF = 0.5 + 1e-6
"""Just over a half: the same edge, computed in two ways, must not fall on two sides of a half."""


def snap(value: float) -> int:
    """Round a position in device pixels to a pixel edge, a half always upward."""
    return math.floor(value + HALF)


@lru_cache(maxsize=512)
def spread(
    start: float, step: float, count: int, gap: int, low: int, high: int
) -> tuple[int, NDArray[np.intp]]:
    """Return which of `count` cells each device pixel along one axis belongs to.

    Parameters
    ----------
    start, step : float
        Where cell 0 begins and how far it is from cell to cell, in device pixels.
    gap : int
        Pixels left free between cells; they belong to cell number `count`, which is empty.
    low, high : int
        Pixels outside these bounds are left out.

    Returns
    -------
    first : int
        The device pixel of the first entry.
    cells : (pixels,) intp
        One cell number a pixel.
    """
    edges = np.floor(start + step * np.arange(count + 1) + HALF).astype(np.intp)
    cells = np.repeat(np.arange(count), np.diff(edges))
    if gap:
        before, after = gap // 2, gap - gap // 2
        offsets = np.arange(edges[0], edges[-1])
        cells[(offsets - edges[cells] < before) | (edges[cells + 1] - offsets <= after)] = count
    first = max(int(edges[0]), low)
    return first, cells[first - edges[0] : max(high - edges[0], 0)]


def middles(start: float, step: float, count: int) -> list[float]:
    """Return the middle of each cell along one axis, after snapping, in device pixels."""
    edges = (snap(start + step * i) for i in range(count + 1))
    return [(low + high) / 2 for low, high in pairwise(edges)]


def packed(pixels: Pixels, spare: int = 0) -> NDArray[np.uint32]:
    """Return (rows, columns) uint32, as Qt stores opaque or straight-alpha colours.

    `spare` adds that many empty (transparent) rows and columns at the end.
    """
    rows, cols, planes = pixels.shape
    bytes_ = np.zeros((rows + spare, cols + spare, 4), np.uint8)
    bytes_[:rows, :cols, 2::-1] = pixels[..., :3]  # blue first: all our platforms are little-endian
    bytes_[:rows, :cols, 3] = pixels[..., 3] if planes == 4 else 255
    return bytes_.view(np.uint32)[..., 0]


def image_of(
    values: NDArray[np.uint32], kind: QImage.Format = QImage.Format.Format_ARGB32
) -> QImage:
    """Return an image that borrows the memory of a C-contiguous array: keep the array alive."""
    height, width = values.shape
    return QImage(values.data, width, height, 4 * width, kind)


def scaled(pixels: Pixels, width: int, height: int) -> QImage:
    """Return a photograph scaled to a size in device pixels, averaging what it shrinks."""
    values = packed(pixels)
    return image_of(values).scaled(
        width,
        height,
        Qt.AspectRatioMode.IgnoreAspectRatio,
        Qt.TransformationMode.SmoothTransformation,
    )


def scaled_once(pixels: Pixels, width: int, height: int) -> QImage:
    """Return what `scaled` returns, kept for the next frame on the screen."""
    return _kept(_SameArray(pixels), width, height)


class _SameArray:
    """An array as the key of a cache: equal only to itself, as arrays in a scene never change."""

    __slots__ = ("pixels",)

    def __init__(self, pixels: Pixels) -> None:
        self.pixels = pixels

    def __hash__(self) -> int:
        return id(self.pixels)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _SameArray) and other.pixels is self.pixels


@lru_cache(maxsize=8)
def _kept(array: _SameArray, width: int, height: int) -> QImage:
    return scaled(array.pixels, width, height)


def enlarged(pixels: Pixels, width: float, height: float) -> Pixels:
    """Return the pixels repeated so often that interpolation cannot blur them visibly.

    Parameters
    ----------
    pixels : (rows, columns, 3 or 4) uint8
    width, height : float
        The size at which they are shown, in units.
    """
    for axis, size in ((0, height), (1, width)):
        count = pixels.shape[axis]
        times = math.ceil(min(DENSITY * size, LARGEST) / count)
        pixels = np.repeat(pixels, max(times, 1), axis=axis)
    return pixels


def png_bytes(pixels: Pixels) -> bytes:
    """Return an array as a PNG file."""
    from PIL import Image  # here: nothing is written while the window opens

    file = BytesIO()
    Image.fromarray(pixels).save(file, "PNG", compress_level=9)
    return file.getvalue()
