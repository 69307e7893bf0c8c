"""Frames of layers with a window: convolutions both ways, and pools."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from convsim.core.layers import AvgPool2d, GlobalAvgPool
from convsim.core.step.frames import ConvFrame, Numbers, PoolFrame, Span, SpreadFrame

if TYPE_CHECKING:
    from collections.abc import Sequence

    from convsim.core.geometry import Axis
    from convsim.core.layers import Array, Conv2d, ConvTranspose2d, GlobalPool, Params, Pool2d
    from convsim.core.step.cursor import Cursor


def conv_frame(layer: Conv2d, params: Params, x: Array, cursor: Cursor) -> ConvFrame:
    """Return the window under the filter, its products and their sums."""
    axes = layer.axes((x.shape[1], x.shape[2], x.shape[0]))
    rows, cols = _spans(axes, cursor)
    kernel = params["weight"][cursor.filter].astype(np.float64)
    depth = len(kernel)
    first = cursor.filter // (layer.filters // layer.groups) * depth
    patch = _patch(x[first : first + depth], rows, cols, 0.0)
    products, sums, total, bias = _summed(patch, kernel, params, cursor)
    return ConvFrame(
        cursor, total + bias, None, rows, cols, patch, kernel, products, sums, total, bias, first
    )


def spread_frame(layer: ConvTranspose2d, params: Params, x: Array, cursor: Cursor) -> SpreadFrame:
    """Return the input values that land on an output value, and the taps that bring them."""
    axes = layer.axes((x.shape[1], x.shape[2], x.shape[0]))
    (rows, tap_rows), (cols, tap_cols) = (
        _landing(axis, place, size)
        for axis, place, size in zip(axes, cursor[2:], x.shape[1:], strict=True)
    )
    depth, own = x.shape[0] // layer.groups, layer.filters // layer.groups
    first = cursor.filter // own * depth
    weight = params["weight"][first : first + depth, cursor.filter % own].astype(np.float64)
    kernel = weight[:, np.array(tap_rows, int)[:, None], np.array(tap_cols, int)]
    patch = _patch(x[first : first + depth], rows, cols, 0.0)
    products, sums, total, bias = _summed(patch, kernel, params, cursor)
    return SpreadFrame(
        cursor,
        total + bias,
        None,
        rows,
        cols,
        patch,
        kernel,
        products,
        sums,
        total,
        bias,
        first,
        tap_rows,
        tap_cols,
    )


def pool_frame(layer: Pool2d | GlobalPool, params: Params, x: Array, cursor: Cursor) -> PoolFrame:
    """Return the values of one window, and the maximum's place or the mean's divisor."""
    del params
    axes = layer.axes((x.shape[1], x.shape[2], x.shape[0]))
    rows, cols = _spans(axes, cursor)
    channel = x[cursor.filter : cursor.filter + 1]
    if isinstance(layer, AvgPool2d | GlobalAvgPool):
        counted = isinstance(layer, AvgPool2d) and layer.count_padding
        patch = _patch(channel, rows, cols, 0.0 if counted else np.nan)[0]
        # What hangs over the padding is no value, whether or not the padding counts.
        for axis, span, side in zip(axes, (rows, cols), (patch, patch.T), strict=True):
            side[np.array(span.taps) >= axis.edge] = np.nan
        real = int(np.count_nonzero(~np.isnan(patch)))
        total, divisor = float(np.nansum(patch)), max(real, 1)
        return PoolFrame(cursor, total / divisor, None, rows, cols, patch, None, divisor, total)
    patch = _patch(channel, rows, cols, np.nan)[0]
    if np.isnan(patch).all():
        return PoolFrame(cursor, -np.inf, None, rows, cols, patch, (0, 0), 1, -np.inf)
    best = int(np.argmax(patch == np.nanmax(patch)))
    switch = (best // patch.shape[1], best % patch.shape[1])
    value = float(patch[switch])
    return PoolFrame(cursor, value, None, rows, cols, patch, switch, 1, value)


def _summed(
    patch: Numbers, kernel: Numbers, params: Params, cursor: Cursor
) -> tuple[Numbers, Numbers, float, float]:
    """Return the products, the sum of each channel, the sum of all, and the bias."""
    products = patch * kernel
    sums = products.sum(axis=(1, 2))
    bias = float(params["bias"][cursor.filter]) if "bias" in params else 0.0
    return products, sums, float(sums.sum()), bias


def _landing(axis: Axis, place: int, size: int) -> tuple[Span, range]:
    """Return the input pixels that land on an output pixel, upward, and their taps, downward."""
    pixels = axis.readers(place)
    taps = [(place - axis.start(pixel)) // axis.dilation for pixel in pixels]
    return Span(_evenly(pixels), size), _evenly(taps)


def _evenly(numbers: Sequence[int]) -> range:
    """Return the range of evenly spaced numbers."""
    if len(numbers) < 2:
        return range(numbers[0], numbers[0] + 1) if numbers else range(0)
    gap = numbers[1] - numbers[0]
    return range(numbers[0], numbers[-1] + gap, gap)


def _patch(x: Array, rows: Span, cols: Span, fill: float) -> Numbers:
    """Return (C, taps, taps) of x (C, H, W), `fill` where a tap lies outside."""
    r, c = np.array(rows.taps, int), np.array(cols.taps, int)
    inside = ((r >= 0) & (r < rows.size))[:, None] & ((c >= 0) & (c < cols.size))
    values = x[:, r.clip(0, rows.size - 1)[:, None], c.clip(0, cols.size - 1)].astype(np.float64)
    values[:, ~inside] = fill
    return values


def _spans(axes: tuple[Axis, Axis], cursor: Cursor) -> tuple[Span, Span]:
    rows, cols = axes
    return Span(rows.taps(cursor.row), rows.size), Span(cols.taps(cursor.col), cols.size)
