"""From a picture of any size to the input of a network: height × width × channels in 0..1.

Making a photograph smaller is itself a convolution: each new pixel is a weighted mean of old
ones.  The weights matter here.  Sharper ones (Lanczos) have negative parts that draw halos
along edges, and an edge filter would find those halos; Hamming's are never negative.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from convsim.core.fit import Fit

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PIL import Image

    Plane = NDArray[np.generic]

BAR = 0
"""Black, for the bars of `Fit.FIT`: the value that zero padding has."""

LUMA = np.array([0.299, 0.587, 0.114], np.float32)
"""How bright red, green and blue look (ITU-R BT.601); Pillow uses the same for 8 bits."""


def prepare(
    pixels: NDArray[np.uint8] | NDArray[np.float32],
    height: int,
    width: int,
    channels: int,
    fit: Fit = Fit.CROP,
) -> NDArray[np.float32]:
    """Return `pixels` at the size of an input, in 0..1.

    A uint8 picture stays in whole numbers until the last step, so every value is exactly
    k ÷ 255 and the same on every machine; at the right size already, nothing but that happens.

    Parameters
    ----------
    pixels : NDArray, shape (rows, columns, 1 or 3)
        uint8 in 0..255, or float32 in 0..1; as in `Picture.pixels`.
    height, width : int
        Size of the result, at least 1.
    channels : int
        1: grey, by the luma of ITU-R BT.601; 3: red, green, blue, all equal for a grey picture.
    fit : Fit
        What to do when the proportions differ.

    Returns
    -------
    NDArray of float32, shape (height, width, channels)
        In 0..1, read-only.

    Raises
    ------
    ValueError
        A size below 1, a number of channels other than 1 and 3, or pixels of another kind.
    """
    _check(pixels, height, width, channels)
    planes = [np.ascontiguousarray(pixels[..., index]) for index in range(pixels.shape[2])]
    sized = np.stack([_resize(plane, height, width, fit) for plane in planes], axis=-1)
    if channels < sized.shape[2]:
        sized = _grey(sized)
    result = sized.astype(np.float32)
    if pixels.dtype == np.uint8:
        result /= np.float32(255)
    if channels > result.shape[2]:
        result = np.repeat(result, channels, axis=2)
    np.clip(result, 0, 1, out=result)
    result.setflags(write=False)
    return result


def _check(pixels: Plane, height: int, width: int, channels: int) -> None:
    if pixels.ndim != 3 or pixels.shape[2] not in (1, 3) or 0 in pixels.shape:
        raise ValueError(f"pixels must be (height, width, 1 or 3); received {pixels.shape}")
    if pixels.dtype not in (np.uint8, np.float32):
        raise ValueError(f"pixels must be uint8 or float32; received {pixels.dtype}")
    if height < 1 or width < 1:
        raise ValueError(f"an input has at least 1×1 pixels; received {height}×{width}")
    if channels not in (1, 3):
        raise ValueError(f"an input has 1 or 3 channels; received {channels}")


def _resize(plane: Plane, height: int, width: int, fit: Fit) -> Plane:
    rows, columns = plane.shape
    if (rows, columns) == (height, width):
        return plane
    used_rows, used_columns = float(rows), float(columns)
    inner_height, inner_width = height, width
    if fit is Fit.CROP:
        # Old pixels for one new pixel, the same in both directions.
        scale = min(rows / height, columns / width)
        used_rows, used_columns = min(rows, scale * height), min(columns, scale * width)
    elif fit is Fit.FIT:
        scale = max(rows / height, columns / width)
        inner_height = min(height, max(1, round(rows / scale)))
        inner_width = min(width, max(1, round(columns / scale)))

    # One direction at a time: a stretched picture may shrink in one and grow in the other.
    # First the one that leaves less to do: a picture of 1×1,000,000 must not grow to 32 of these.
    from PIL import Image  # here: a picture of the right size needs no Pillow

    image = Image.fromarray(plane)
    if inner_width * rows <= inner_height * columns:
        image = _resize_rows(
            _resize_columns(image, used_columns, inner_width), used_rows, inner_height
        )
    else:
        image = _resize_columns(
            _resize_rows(image, used_rows, inner_height), used_columns, inner_width
        )
    inner = np.asarray(image)
    if inner.shape == (height, width):
        return inner
    framed = np.full((height, width), BAR, plane.dtype)
    top, left = (height - inner_height) // 2, (width - inner_width) // 2
    framed[top : top + inner_height, left : left + inner_width] = inner
    return framed


def _resize_columns(image: Image.Image, used: float, new: int) -> Image.Image:
    margin = (image.width - used) / 2
    box = (margin, 0, image.width - margin, image.height)
    return image.resize((new, image.height), _filter(used, new), box)


def _resize_rows(image: Image.Image, used: float, new: int) -> Image.Image:
    margin = (image.height - used) / 2
    box = (0, margin, image.width, image.height - margin)
    return image.resize((image.width, new), _filter(used, new), box)


def _filter(old: float, new: int) -> Image.Resampling:
    """Return the weights of a mean.

    For shrinking Hamming's, which average all old pixels under a new one, without halos and nearly
    as sharp.  For enlarging bicubic ones: smooth, as photographs are; what overshoots is clipped.
    """
    from PIL.Image import Resampling

    return Resampling.HAMMING if old >= new else Resampling.BICUBIC


def _grey(pixels: Plane) -> Plane:
    if pixels.dtype == np.uint8:
        from PIL import Image

        return np.asarray(Image.fromarray(pixels).convert("L"))[..., None]
    return np.asarray(pixels.astype(np.float32) @ LUMA)[..., None]
