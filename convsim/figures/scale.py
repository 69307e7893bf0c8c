"""The colour scale of signed values, with what its ends mean and where zero is."""

from __future__ import annotations

import numpy as np

from convsim.figures import digits
from convsim.figures.colors import signed_pixels
from convsim.figures.sketch import END, MIDDLE, Sketch
from convsim.figures.typography import text_width

LENGTH = 110.0
THICK = 9.0
SIZE = 11.0


def _ends(low: float, high: float) -> tuple[str, str]:
    decimals = digits.decimals_for([high])
    return digits.text(low, decimals), digits.text(high, decimals)


def scale_width(low: float, high: float) -> float:
    """Return the room that the scale takes with the numbers at its ends."""
    left, right = _ends(low, high)
    return text_width(left, SIZE) * (low < 0) + text_width(right, SIZE) + LENGTH + 14


def draw_scale(sketch: Sketch, right: float, y: float, low: float, high: float) -> None:
    """Draw the scale so that it ends at `right`, its bar's middle at `y`.

    Parameters
    ----------
    low, high : float
        Its ends; low is −high, or 0 where nothing is negative.
    """
    theme = sketch.theme
    first, last = _ends(low, high)
    sketch.text(right, y, last, SIZE, theme.dim, END)
    end = right - text_width(last, SIZE) - 7
    start = end - LENGTH
    values = np.linspace(low, high, 61)[None]
    sketch.raster(start, y - THICK / 2, LENGTH, THICK, signed_pixels(values, high, theme))
    zero = start + LENGTH * (-low / (high - low))
    sketch.line(zero, y - THICK / 2 - 3, zero, y + THICK / 2 + 3, theme.dim)
    sketch.text(zero, y + THICK / 2 + 10, "0", 10, theme.dim, MIDDLE)
    if low < 0:
        sketch.text(start - 7, y, first, SIZE, theme.dim, END)
