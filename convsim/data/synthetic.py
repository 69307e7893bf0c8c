"""Pictures that are drawn by a formula: the plainest things a filter can be shown.

Hubel and Wiesel showed bars of light at many angles, and some cells answered to one angle
only.  `bar` draws such a stimulus; the others make an edge, a shade and a pattern.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from convsim.data.picture import Picture

if TYPE_CHECKING:
    from numpy.typing import NDArray


def bar(height: int, width: int, angle: float, thickness: float = 3.0) -> Picture:
    """Return a white bar through the middle of a black picture.

    Parameters
    ----------
    height, width : int
        Size in pixels.
    angle : float
        Degrees counter-clockwise from lying flat: 0 lies, 45 rises to the right, 90 stands.
    thickness : float
        Width of the bar in pixels; its edges are smoothed over one pixel.

    Returns
    -------
    Picture
        Float32, shape (height, width, 1).
    """
    y, x = _centred(height, width)
    # Exact at the quarter turns, where sine and cosine are off by a rounding.
    turn = np.deg2rad(angle % 180)
    distance = np.abs(x * np.round(np.sin(turn), 12) + y * np.round(np.cos(turn), 12))
    return _picture(f"bar {angle:g}°", np.clip(thickness / 2 + 0.5 - distance, 0, 1))


def edge(height: int, width: int) -> Picture:
    """Return a picture that is black on the left half and white on the right.

    Parameters
    ----------
    height, width : int
        Size in pixels; the middle column of an odd width is white.

    Returns
    -------
    Picture
        Float32, shape (height, width, 1).
    """
    _, x = _centred(height, width)
    return _picture("edge", np.broadcast_to(x >= 0, (height, width)))


def ramp(height: int, width: int) -> Picture:
    """Return a picture that goes from black on the left to white on the right.

    Parameters
    ----------
    height, width : int
        Size in pixels.

    Returns
    -------
    Picture
        Float32, shape (height, width, 1); column c is c / (width − 1).
    """
    return _picture("gradient", np.broadcast_to(np.linspace(0, 1, width), (height, width)))


def checkerboard(height: int, width: int, square: int = 4) -> Picture:
    """Return black and white squares, black at the upper left.

    Parameters
    ----------
    height, width : int
        Size in pixels.
    square : int
        Side of one square in pixels.

    Returns
    -------
    Picture
        Float32, shape (height, width, 1).
    """
    y, x = np.ogrid[:height, :width]
    return _picture("checkerboard", (y // square + x // square) % 2)


def dot(height: int, width: int, radius: float = 2.0) -> Picture:
    """Return a white dot in the middle of a black picture.

    Parameters
    ----------
    height, width : int
        Size in pixels.
    radius : float
        In pixels; the rim is smoothed over one pixel.

    Returns
    -------
    Picture
        Float32, shape (height, width, 1).
    """
    y, x = _centred(height, width)
    return _picture("dot", np.clip(radius + 0.5 - np.hypot(x, y), 0, 1))


def _centred(height: int, width: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    # Distances of pixel centres from the middle of the picture; y grows downward.
    y, x = np.ogrid[:height, :width]
    return y - (height - 1) / 2, x - (width - 1) / 2


def _picture(name: str, values: NDArray[np.generic]) -> Picture:
    return Picture(name, np.ascontiguousarray(values, dtype=np.float32)[..., None])
