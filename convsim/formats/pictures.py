"""Pictures as parts of a project: PNG where that loses nothing, else the numbers themselves."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import numpy as np

from convsim import data as pictures
from convsim.data.resize import prepare
from convsim.formats.errors import ProjectError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from convsim.core.fit import Fit
    from convsim.core.layers import Array
    from convsim.document import Picture

WHITE = 255
EFFORT = 3
"""Of zlib's nine: half the time of the usual six, and about a tenth more bytes."""


def network_input(picture: Picture, shape: tuple[int, ...], fit: Fit) -> NDArray[np.float32]:
    """Return a picture as the network reads it: its part, at the size, without what is off.

    Parameters
    ----------
    picture : Picture
    shape : (int, int, int)
        Height, width and channels.
    fit : Fit

    Returns
    -------
    array (H, W, C)
        float32 in 0…1, read-only.
    """
    height, width, channels = shape
    pixels = picture.pixels
    if picture.crop is not None:
        top, left, high, broad = picture.crop
        pixels = pixels[top : top + high, left : left + broad]
    image = prepare(pixels, height, width, channels, fit)
    off = [channel for channel in picture.off if channel < channels]
    if off:
        image = np.array(image)
        image[..., off] = 0
        image.setflags(write=False)
    return image


def png_bytes(pixels: Array) -> bytes:
    """Return uint8 pixels (H, W, 1 or 3) as a PNG file."""
    from PIL import Image  # here: opening the window needs no Pillow

    image = Image.fromarray(pixels[..., 0] if pixels.shape[2] == 1 else pixels)
    buffer = io.BytesIO()
    image.save(buffer, "PNG", compress_level=EFFORT)
    return buffer.getvalue()


def as_bytes_of_png(image: Array) -> Array | None:
    """Return an input (H, W, C) as uint8 if every value is exactly k ÷ 255, else None."""
    if image.shape[2] not in (1, 3):
        return None
    with np.errstate(invalid="ignore"):
        whole = np.rint(image * np.float32(WHITE)).clip(0, WHITE).astype(np.uint8)
    exact = np.array_equal(_values(whole).view(np.uint32), np.asarray(image).view(np.uint32))
    return whole if exact else None


def from_png(data: bytes, name: str) -> Array:
    """Return the pixels of a PNG file, uint8 (H, W, 1 or 3), read-only.

    Raises
    ------
    ImageError
        If it is no picture.
    ProjectError
        If it is one of another kind than a project holds.
    """
    from convsim.data.formats import png

    if not png.matches(data):
        raise ProjectError(f"{name}: is not a PNG picture")
    pixels = pictures.decode(data, name).pixels
    if pixels.dtype != np.uint8:
        raise ProjectError(f"{name}: has {pixels.dtype} values; a project holds 8-bit PNG")
    return pixels


def input_from_png(pixels: Array) -> NDArray[np.float32]:
    """Return uint8 pixels as the network's input: k ÷ 255, read-only."""
    image = _values(pixels)
    image.setflags(write=False)
    return image


def size_of_png(data: bytes) -> int:
    """Return how many bytes a PNG file unpacks to, at most; 0 if its header is damaged."""
    if len(data) < 24:
        return 0
    return 3 * int.from_bytes(data[16:20], "big") * int.from_bytes(data[20:24], "big")


def _values(pixels: Array) -> NDArray[np.float32]:
    values = pixels.astype(np.float32)
    values /= np.float32(WHITE)
    return values
