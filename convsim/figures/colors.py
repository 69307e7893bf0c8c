"""Numbers become colours: grey at zero, blue below, orange above."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from convsim.figures.scene import Color
    from convsim.figures.theme import Theme

Pixels = NDArray[np.uint8]
_STEPS = 511
_LUMINANCE = np.array([0.2126, 0.7152, 0.0722])
_LINEAR = np.array(
    [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in np.arange(256) / 255]
)
"""Light of each of the 256 levels of sRGB."""
_INKS: tuple[Color, ...] = ((255, 255, 255), (0, 0, 0), (24, 26, 30))
"""Text on dark cells, on those of middle light, where only black will do, and on light ones."""


def largest(values: NDArray[Any]) -> float:
    """Return the largest finite magnitude, or 1 where all is zero: the end of the colour scale."""
    finite = values[np.isfinite(values)]
    top = float(np.abs(finite).max()) if finite.size else 0.0
    return top or 1.0


def signed_pixels(values: NDArray[Any], top: float, theme: Theme) -> Pixels:
    """Return colours (…, 3) for values between −top and top; not-a-number is the paper's colour."""
    return _look_up(values, top, _ramp(theme.negative, theme.zero, theme.positive), theme)


def tint_pixels(values: NDArray[Any], color: Color, theme: Theme) -> Pixels:
    """Return colours (…, 3) from the panel's colour at 0 to a tint of `color` at 1."""
    pale = np.array(theme.panel[:3], np.float32)
    strong = np.array(color[:3], np.float32)
    share = np.clip(np.asarray(values, np.float32), 0, 1)[..., None] * 0.78 + 0.08
    return np.rint(pale + (strong - pale) * share).astype(np.uint8)


def photo_pixels(image: NDArray[Any]) -> Pixels:
    """Return a picture (H, W, 1 or 3) in 0…1 as (H, W, 3) uint8; of other channels the first."""
    image = image if image.shape[2] in (1, 3) else image[..., :1]
    pixels = np.rint(np.clip(image, 0, 1) * 255).astype(np.uint8)
    return np.ascontiguousarray(np.broadcast_to(pixels, (*pixels.shape[:2], 3)))


def channel_pixels(values: NDArray[Any], channel: int) -> Pixels:
    """Return one colour of a picture, (H, W) in 0…1, from black to red, green or blue."""
    out = np.zeros((*values.shape, 3), np.uint8)
    out[..., channel] = np.rint(np.clip(values, 0, 1) * 255)
    return out


def inks(pixels: Pixels, theme: Theme) -> tuple[Color, ...]:
    """Return for each cell, row by row, a text colour of contrast 4.5 or more (WCAG 2) on it."""
    del theme
    light = _LINEAR[pixels.reshape(-1, 3)] @ _LUMINANCE
    # White is read up to a luminance of 1.05/4.5 − 0.05, near black from 4.5·0.0603 − 0.05 on.
    which = (light > 0.1833).astype(np.int8) + (light > 0.2215)
    return tuple([_INKS[i] for i in which.tolist()])


def mixed(color: Color, other: Color, share: float) -> Color:
    """Return a colour with a share, 0 to 1, of another one in it."""
    red, green, blue = (
        round(a + (b - a) * share) for a, b in zip(color[:3], other[:3], strict=True)
    )
    return red, green, blue


@lru_cache(maxsize=64)
def filter_ink(theme: Theme, index: int) -> Color:
    """Return a filter's colour for words: with as much ink in it as a contrast of 4.5 takes."""
    color = theme.filter_color(index)
    shades = (mixed(color, theme.ink, share / 20) for share in range(20))
    return next((s for s in shades if _contrast(s, theme.paper) >= 4.5), theme.ink)


def _contrast(one: Color, two: Color) -> float:
    """Return the contrast of two colours, 1 to 21 (WCAG 2)."""
    low, high = sorted(float(_LINEAR[list(color[:3])] @ _LUMINANCE) for color in (one, two))
    return (high + 0.05) / (low + 0.05)


PLANES: tuple[Color, ...] = ((222, 60, 60), (38, 160, 70), (60, 110, 230))
"""Tints of the red, green and blue plane of a picture."""


def _ramp(low: Color, middle: Color, high: Color) -> Pixels:
    key = (low, middle, high)
    if key not in _RAMPS:
        stops = [np.array(c[:3], np.float32) for c in key]
        at = np.linspace(-1, 1, _STEPS, dtype=np.float32)[:, None]
        side = np.where(at < 0, stops[0] - stops[1], stops[2] - stops[1])
        _RAMPS[key] = np.rint(stops[1] + side * np.abs(at)).astype(np.uint8)
    return _RAMPS[key]


_RAMPS: dict[tuple[Color, Color, Color], Pixels] = {}


def _look_up(values: NDArray[Any], top: float, ramp: Pixels, theme: Theme) -> Pixels:
    scaled = np.asarray(values, np.float32) / np.float32(top)
    missing = np.isnan(scaled)
    some = bool(missing.any())
    if some:
        scaled[missing] = 0
    inside = np.minimum(np.maximum(scaled, np.float32(-1)), np.float32(1))
    index = np.rint((inside + np.float32(1)) * np.float32((_STEPS - 1) / 2)).astype(np.intp)
    pixels: Pixels = ramp.take(index, axis=0)
    if some:
        pixels[missing] = theme.paper[:3]
    return pixels
