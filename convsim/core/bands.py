"""A large convolution done in bands of rows, so that it can be stopped and needs less room at once.

A picture of 4096×4096 takes seconds in one layer; whoever changes a setting meanwhile should not
have to wait for a result that nobody wants any more.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from convsim.core.geometry import Axis, Policy
from convsim.core.lowering import convolve

if TYPE_CHECKING:
    from convsim.core.layers import Array, Conv2d, Params

BAND = 1_000_000_000
"""Multiply-adds of a band, about 50 ms; a convolution of two bands or less is done at once."""


def band_rows(layer: Conv2d, x: Array) -> int:
    """Return how many output rows go into a band for x (H, C, W, N); 0 if all go at once."""
    rows, cols = layer.axes_of(x)
    depth = x.shape[1] // layer.groups * rows.kernel * cols.kernel
    row = cols.count * layer.filters * depth * x.shape[3]
    return 0 if row * rows.count <= 2 * BAND else max(BAND // row, 1)


def forward_in_bands(
    layer: Conv2d, params: Params, x: Array, band: int, stop: Callable[[], bool]
) -> Array | None:
    """Return the maps as `layer.forward` does, or None if `stop` said so between two bands.

    Parameters
    ----------
    layer : Conv2d
    params : mapping
    x : array (H, C, W, N)
    band : int
        Output rows of a band, at least 1.
    stop : function

    Returns
    -------
    array (Ho, F, Wo, N) or None
    """
    rows, cols = layer.axes_of(x)
    planes = np.empty((layer.filters, rows.count, cols.count, x.shape[3]), x.dtype)
    out: Array = planes.transpose(1, 0, 2, 3)
    for first in range(0, rows.count, band):
        if stop():
            return None
        last = min(first + band, rows.count)
        part, low, high = _band(rows, first, last)
        out[first:last] = convolve(x[low:high], params["weight"], params.get("bias"), part, cols)
    return out


def _band(rows: Axis, first: int, last: int) -> tuple[Axis, int, int]:
    """Return the geometry of positions `first` to `last` − 1, and the input rows they read."""
    begin = first * rows.stride - rows.before
    end = (last - 1) * rows.stride - rows.before + rows.extent
    low, high = min(max(begin, 0), rows.size), max(min(end, rows.size), 0)
    high = max(high, low)
    part = Axis(
        high - low,
        rows.kernel,
        rows.stride,
        # Where a band reads padding alone, all of it lies on one side.
        end - begin - (high - low) if high == low else low - begin,
        0 if high == low else end - high,
        rows.dilation,
        Policy.FLOOR,
    )
    return part, low, high
