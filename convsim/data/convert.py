"""From Pillow's many kinds of pixels to two: 8-bit values, and floating point in 0..1.

Pictures are stored as grey, as colours, as numbers of a palette, with ink instead of light,
with a transparency, with 1 to 32 bits a value.  A network sees grey or red, green and blue.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from convsim.data.errors import FlawError, Reason
from convsim.data.notes import Conversion, Note, note

if TYPE_CHECKING:
    from numpy.typing import NDArray

TWELVE_BITS, SIXTEEN_BITS = 4095, 65535
"""The values that stand for white."""


def to_array(
    image: Image.Image, raw: str, notes: list[Note]
) -> NDArray[np.uint8] | NDArray[np.float32]:
    """Return the pixels of a loaded picture, and note down what was done to them.

    Parameters
    ----------
    image : Image
        A picture of any mode, already loaded.
    raw : str
        Pillow's name for how the values were stored, such as ``"RGB;16B"``; empty if unknown.
    notes : list of Note
        Each conversion is added at the end.

    Returns
    -------
    NDArray, shape (height, width, 1 or 3)
        uint8 in 0..255, or float32 in 0..1.

    Raises
    ------
    FlawError
        With `Reason.NOT_FINITE`.
    """
    if image.mode == "F":
        return _from_float(np.asarray(image, dtype=np.float32), notes)
    if image.mode.startswith("I"):
        return _from_integers(image, raw, notes)
    if ";16" in raw:
        notes.append(note(Conversion.SIXTEEN_TO_EIGHT))
    image = _to_grey_or_colour(image, notes)
    return np.array(image, dtype=np.uint8).reshape(image.height, image.width, -1)


def _to_grey_or_colour(image: Image.Image, notes: list[Note]) -> Image.Image:
    grey = image.mode in ("1", "L", "LA", "La")
    if image.mode in ("P", "PA"):
        palette = np.array(image.getpalette() or (), np.uint8).reshape(-1, 3)
        # GIF knows nothing but palettes; one of greys is how it stores a grey picture.
        grey = bool((palette == palette[:, :1]).all())
        if not grey:
            notes.append(note(Conversion.PALETTE, colours=len(palette)))
    if image.has_transparency_data:
        image = _over_white(image, notes)
    if grey:
        return image.convert("L")
    if image.mode in ("CMYK", "YCbCr", "HSV", "LAB"):
        notes.append(note(Conversion.COLOURS, model=image.mode))
    return image.convert("RGB")


def _over_white(image: Image.Image, notes: list[Note]) -> Image.Image:
    image = image.convert("LA" if image.mode == "La" else "RGBA").convert("RGBA")
    alpha = image.getchannel("A")
    # An alpha channel that hides nothing is not worth a word.
    if alpha.getextrema() != (255, 255):
        notes.append(note(Conversion.ALPHA))
    white = Image.new("RGB", image.size, "white")
    white.paste(image, mask=alpha)
    return white


def _from_integers(image: Image.Image, raw: str, notes: list[Note]) -> NDArray[np.float32]:
    values = np.asarray(image)
    signed = "S" in raw
    if image.mode.startswith("I;16") or (raw.startswith("I;16") and not signed):
        bits, scale = (12, TWELVE_BITS) if raw.startswith("I;12") else (16, SIXTEEN_BITS)
        notes.append(note(Conversion.SCALED, bits=bits, scale=scale))
        pixels = values.astype(np.float32)
        pixels /= np.float32(scale)
        return pixels[..., None]
    if raw.startswith("I;32") and not signed:
        # Pillow keeps 32 bits as if they were signed: the upper half comes back negative.
        values = values.view(np.uint32)
    return _from_range(values, notes)


def _from_float(values: NDArray[np.float32], notes: list[Note]) -> NDArray[np.float32]:
    finite = np.isfinite(values)
    count = int(values.size - np.count_nonzero(finite))
    if count == values.size:
        raise FlawError(Reason.NOT_FINITE, total=count)
    if count:
        notes.append(note(Conversion.NOT_FINITE, count=count, total=values.size))
        low = values.min(where=finite, initial=np.inf)
        high = values.max(where=finite, initial=-np.inf)
        values = np.nan_to_num(values, nan=low, posinf=high, neginf=low)
    return _from_range(values, notes)


def _from_range(
    values: NDArray[np.floating] | NDArray[np.integer], notes: list[Note]
) -> NDArray[np.float32]:
    low, high = float(values.min()), float(values.max())
    if low >= 0 and high <= 1:
        notes.append(note(Conversion.UNIT_RANGE, low=low, high=high))
        return values.astype(np.float32)[..., None]
    if low == high:
        shown = min(max(low, 0.0), 1.0)
        notes.append(note(Conversion.CONSTANT, low=low, shown=shown))
        return np.full((*values.shape, 1), shown, np.float32)
    notes.append(note(Conversion.RANGE, low=low, high=high))
    # In double precision: the span of single ones may be too large for single precision.
    pixels = values.astype(np.float64)
    pixels -= low
    pixels /= high - low
    return pixels.astype(np.float32)[..., None]
