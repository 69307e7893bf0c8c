"""Filters that mean something: what the first layer of the lecture looks for."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Kernel = NDArray[np.float64]

_SMOOTH = np.array([1.0, 2.0, 3.0, 2.0, 1.0]) / 9.0
_SLOPE = np.array([-1.0, -2.0, 0.0, 2.0, 1.0]) / 3.0


def vertical_edges() -> Kernel:
    """Return a 5×5 Sobel filter that answers where it gets brighter to the right."""
    return np.outer(_SMOOTH, _SLOPE)


def horizontal_edges() -> Kernel:
    """Return a 5×5 Sobel filter that answers where it gets brighter downward."""
    return np.outer(_SLOPE, _SMOOTH)


def blur() -> Kernel:
    """Return a 5×5 bell that averages its surroundings; its weights sum to 1."""
    return np.outer(_SMOOTH, _SMOOTH)


def detail() -> Kernel:
    """Return a 5×5 filter of the pixel itself less its surroundings; its weights sum to 0."""
    kernel = -blur()
    kernel[2, 2] += 1.0
    return kernel


def diagonal() -> Kernel:
    """Return a 3×3 filter of whole numbers that answers to a diagonal stroke."""
    return 2.0 * np.eye(3) - np.ones((3, 3))


def _grey(kernel: Kernel) -> Kernel:
    """Return the same kernel on all three colours: (3, 5, 5)."""
    return np.stack([kernel, kernel, kernel])


def _colours(red: float, green: float, blue: float) -> Kernel:
    """Return a blur that weighs the three colours: (3, 5, 5)."""
    return np.stack([red * blur(), green * blur(), blue * blur()])


LECTURE_FILTERS: tuple[tuple[str, Kernel], ...] = (
    ("vertical edges", _grey(vertical_edges())),
    ("horizontal edges", _grey(horizontal_edges())),
    ("blur", _grey(blur())),
    ("detail", _grey(detail())),
    ("red − green", _colours(2.0, -2.0, 0.0)),
    ("blue − yellow", _colours(-1.0, -1.0, 2.0)),
)
"""Name and (3, 5, 5) weights of the lecture's six first filters."""
