"""A library of kernels that have a name: what they answer to is known before they are tried.

Every function returns one plane (rows, columns) of float64.  Kernels that are 3×3 by nature lie in
the middle of larger ones.  Correlation is meant, as in every framework: a Sobel filter "to the
right" answers where it gets brighter to the right.
"""

from __future__ import annotations

from collections.abc import Callable
from math import comb
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from convsim.core.errors import LayerError

Plane = NDArray[np.float64]


def identity(rows: int, cols: int) -> Plane:
    """Return the kernel that leaves a picture as it is: one in the middle."""
    plane = np.zeros((rows, cols))
    plane[(rows - 1) // 2, (cols - 1) // 2] = 1.0
    return plane


def box(rows: int, cols: int) -> Plane:
    """Return the mean of the window: every weight 1/(rows·columns)."""
    return np.full((rows, cols), 1.0 / (rows * cols))


def gaussian(rows: int, cols: int) -> Plane:
    """Return a bell from binomial coefficients; its weights sum to 1.

    Examples
    --------
    >>> (16 * gaussian(3, 3)).astype(int).tolist()
    [[1, 2, 1], [2, 4, 2], [1, 2, 1]]
    """
    plane = np.outer(_binomial(rows), _binomial(cols))
    return np.asarray(plane / plane.sum())


def sobel_right(rows: int, cols: int) -> Plane:
    """Return Sobel's filter for what gets brighter to the right.

    Examples
    --------
    >>> sobel_right(3, 3).astype(int).tolist()
    [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]
    """
    _need(rows, cols, "Sobel")
    return np.outer(_binomial(rows), np.convolve(_binomial(cols - 2), [-1.0, 0.0, 1.0]))


def sobel_down(rows: int, cols: int) -> Plane:
    """Return Sobel's filter for what gets brighter downward."""
    return sobel_right(cols, rows).T


def prewitt_right(rows: int, cols: int) -> Plane:
    """Return Prewitt's filter for what gets brighter to the right: columns of −1, 0 and 1."""
    _need(rows, cols, "Prewitt")
    return np.outer(np.ones(rows), np.sign(np.arange(cols) - (cols - 1) / 2))


def prewitt_down(rows: int, cols: int) -> Plane:
    """Return Prewitt's filter for what gets brighter downward."""
    return prewitt_right(cols, rows).T


def laplacian(rows: int, cols: int) -> Plane:
    """Return the second derivative: the four neighbours less four times the middle."""
    return _embedded([[0, 1, 0], [1, -4, 1], [0, 1, 0]], rows, cols, "Laplacian")


def sharpen(rows: int, cols: int) -> Plane:
    """Return the picture less its Laplacian; its weights sum to 1."""
    return _embedded([[0, -1, 0], [-1, 5, -1], [0, -1, 0]], rows, cols, "sharpen")


def emboss(rows: int, cols: int) -> Plane:
    """Return light from the upper left; its weights sum to 1."""
    return _embedded([[-2, -1, 0], [-1, 1, 1], [0, 1, 2]], rows, cols, "emboss")


def gabor(rows: int, cols: int, angle: float) -> Plane:
    """Return stripes under a bell, as cells of the visual cortex answer to them.

    Parameters
    ----------
    rows, cols : int
    angle : float
        Degrees counter-clockwise from lying flat that the stripes run along: 90 stands upright.

    Notes
    -----
    exp(−(u² + v²)/2σ²)·cos(2πv/λ), v across the stripes, with λ = 0.8 of the smaller side and
    σ = 0.56 λ (one octave of bandwidth; Daugman, 1985); the mean is taken off and the weights'
    absolute values sum to 1, so that a flat picture gives 0.
    """
    _need(rows, cols, "Gabor")
    y, x = np.mgrid[:rows, :cols].astype(np.float64)
    y, x = y - (rows - 1) / 2, x - (cols - 1) / 2
    turn = np.deg2rad(angle % 180)
    across = x * np.round(np.sin(turn), 12) + y * np.round(np.cos(turn), 12)
    length = 0.8 * min(rows, cols)
    bell = np.exp(-(x**2 + y**2) / (2 * (0.56 * length) ** 2))
    plane = np.asarray(bell * np.cos(2 * np.pi * across / length))
    plane -= bell * plane.sum() / bell.sum()
    return np.asarray(plane / np.abs(plane).sum())


LIBRARY: MappingProxyType[str, Callable[[int, int], Plane]] = MappingProxyType(
    {
        "identity": identity,
        "box": box,
        "gaussian": gaussian,
        "sobel-right": sobel_right,
        "sobel-down": sobel_down,
        "prewitt-right": prewitt_right,
        "prewitt-down": prewitt_down,
        "laplacian": laplacian,
        "sharpen": sharpen,
        "emboss": emboss,
    }
)
"""Every kernel without a setting of its own, by name, in the order of the menu."""


def _binomial(n: int) -> Plane:
    return np.array([float(comb(n - 1, k)) for k in range(n)])


def _embedded(core: list[list[int]], rows: int, cols: int, name: str) -> Plane:
    _need(rows, cols, name)
    plane = np.zeros((rows, cols))
    top, left = (rows - 3) // 2, (cols - 3) // 2
    plane[top : top + 3, left : left + 3] = core
    return plane


def _need(rows: int, cols: int, name: str) -> None:
    if rows < 3 or cols < 3:
        raise LayerError(f"{name} needs a kernel of at least 3×3; this one is {rows}×{cols}")
