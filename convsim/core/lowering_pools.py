"""Pooling for whole batches at once, forward and backward: tap by tap over all windows.

Arrays are (height, channel, width, batch), as in :mod:`convsim.core.lowering`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from convsim.core.blas import evenly, share_freely, threads_for
from convsim.core.lowering import Float, pad, tap_views, unpad

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from convsim.core.geometry import Axis

PASS = 40
"""Multiply-adds that take as long as pooling a number (measured)."""

BAND = 160 * 1024
"""Numbers of a band of maps: 640 kB in float32, of a second cache of 1 MB."""


def max_pool(x: NDArray[Float], rows: Axis, cols: Axis) -> NDArray[Float]:
    """Return the largest value of each window: (H, C, W, N) to (Ho, C, Wo, N).

    Padding counts as minus infinity, so it never wins.
    """
    x = pad(x, rows, cols, -np.inf)
    high, broad = (rows.count - 1) * rows.stride + 1, (cols.count - 1) * cols.stride + 1
    out = np.empty_like(x, shape=(rows.count, x.shape[1], cols.count, x.shape[3]))

    def do(parts: Iterable[tuple[int, int]]) -> None:
        for first, last in parts:
            part = x[:, first:last]
            # Down each column of the windows first: those runs are long.
            tops = _largest([part[i : i + high : rows.stride] for i in _taps(rows)])
            sides = [tops[:, :, j : j + broad : cols.stride] for j in _taps(cols)]
            _largest(sides, out[:, first:last])

    threads = threads_for(x.size * PASS)
    channels = x.shape[1]
    share_freely(do, evenly(channels, BAND * channels // max(x.size, 1), threads), threads)
    return out


def _taps(axis: Axis) -> range:
    return range(0, axis.extent, axis.dilation)


def _largest(parts: list[NDArray[Float]], out: NDArray[Float] | None = None) -> NDArray[Float]:
    """Return the largest of the parts, value by value; written to `out` if it is given."""
    first, *others = parts
    out = np.maximum(first, others[0] if others else first, out=out)
    for part in others[1:]:
        np.maximum(out, part, out=out)
    return out


def max_pool_dx(
    x: NDArray[Float], y: NDArray[Float], dy: NDArray[Float], rows: Axis, cols: Axis
) -> NDArray[Float]:
    """Return dL/dx of `max_pool`: the gradient goes to the first maximum of each window.

    Parameters
    ----------
    x : array (H, C, W, N)
    y, dy : array (Ho, C, Wo, N)
        The maxima and their gradients.
    rows, cols : Axis

    Returns
    -------
    array (H, C, W, N)
    """
    # No number equals nan, so padding is never taken for a maximum, whatever the maximum is.
    padded = pad(x, rows, cols, np.nan)
    dx = _zeros_like(padded)
    waiting = np.ones(y.shape, np.bool_)
    for tap, spread in zip(tap_views(padded, rows, cols), tap_views(dx, rows, cols), strict=True):
        hit = (tap == y) & waiting
        waiting &= ~hit
        spread += dy * hit
    return unpad(dx, rows, cols)


def avg_pool(
    x: NDArray[Float], rows: Axis, cols: Axis, *, count_padding: bool = True
) -> NDArray[Float]:
    """Return the mean of each window: (H, C, W, N) to (Ho, C, Wo, N).

    With `count_padding` zeros of the padding count as values (PyTorch's default); without,
    each window is divided by the number of real pixels in it.
    """
    taps = tap_views(pad(x, rows, cols), rows, cols)
    out: NDArray[Float] = next(taps).copy("K")
    for tap in taps:
        out += tap
    out /= divisors(rows, cols, count_padding=count_padding)[:, None, :, None].astype(x.dtype)
    return out


def avg_pool_dx(
    dy: NDArray[Float], rows: Axis, cols: Axis, *, count_padding: bool = True
) -> NDArray[Float]:
    """Return dL/dx of `avg_pool`, (H, C, W, N): each value gets its share of dy (Ho, C, Wo, N)."""
    height, width = rows.padded, cols.padded
    dx = np.zeros((dy.shape[1], height, width, dy.shape[3]), dy.dtype).transpose(1, 0, 2, 3)
    share: NDArray[Float] = (
        dy / divisors(rows, cols, count_padding=count_padding).astype(dy.dtype)[:, None, :, None]
    )
    for spread in tap_views(dx, rows, cols):
        spread += share
    return unpad(dx, rows, cols)


def divisors(rows: Axis, cols: Axis, *, count_padding: bool) -> NDArray[np.int64]:
    """Return by how many values each window's sum is divided: shape (Ho, Wo), at least 1."""
    down, across = (counted_taps(axis, padding=count_padding) for axis in (rows, cols))
    return np.maximum(np.outer(down, across), 1)


def counted_taps(axis: Axis, *, padding: bool) -> NDArray[np.int64]:
    """Return how many taps of each position lie on the picture, or on its padding too.

    What hangs over the padding (ceil mode) is counted by nobody.
    """
    first = np.arange(axis.count) * axis.stride - axis.before
    taps = first[:, None] + np.arange(axis.kernel) * axis.dilation
    low, high = (-axis.before, axis.edge) if padding else (0, axis.size)
    counted: NDArray[np.int64] = np.count_nonzero((taps >= low) & (taps < high), axis=1)
    return counted


def _zeros_like(x: NDArray[Float]) -> NDArray[Float]:
    """Return zeros of the shape of x (H, C, W, N) that lie plane by plane."""
    height, channels, width, batch = x.shape
    return np.zeros((channels, height, width, batch), x.dtype).transpose(1, 0, 2, 3)
