"""Convolution for whole batches at once, forward and backward, as few large matrix products.

Arrays are (height, channel, width, batch), float32 or float64.  In memory they lie plane by plane,
channel first, as one picture does in every framework; the batch is innermost.  A picture is
lowered along its width only: one copy, in long runs, gives
``lowered[row, channel, kernel column, output column · batch]``.  The K rows that belong to
output row r then lie next to each other, so they *are* the right operand of a matrix product;
the windows of neighbouring output rows overlap in memory and no further copy is made (the idea of
"MEC: memory-efficient convolution", Cho and Brand, 2017).  It saves K of the K·K copies of the
textbook im2col, and those copies, not the product, are what NumPy loses its time with.  Where
rows are so short that a product for each would starve (late layers, one picture), the overlapping
view is copied once and multiplied once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from convsim.core.geometry import Axis

Float = TypeVar("Float", np.float32, np.float64)

LONG_ROW = 128
"""From this many output values a row, one product a row beats one large product (measured)."""
SMALL_MATRIX = 4096
"""Up to this many weights the filters stay in the fastest cache, and a product a row wins too."""


def pad(x: NDArray[Float], rows: Axis, cols: Axis, value: float = 0.0) -> NDArray[Float]:
    """Return x (H, C, W, N) with the axes' padding of `value` around height and width.

    Where an axis has a negative padding after, so many pixels are cut off.
    """
    if rows.before == cols.before == 0 and (rows.padded, cols.padded) == (rows.size, cols.size):
        return x
    _, channels, _, batch = x.shape
    planes = np.full((channels, rows.padded, cols.padded, batch), value, x.dtype)
    out = planes.transpose(1, 0, 2, 3)
    inner = unpad(out, rows, cols)
    inner[...] = x[: inner.shape[0], :, : inner.shape[2]]
    return out


def unpad(x: NDArray[Float], rows: Axis, cols: Axis) -> NDArray[Float]:
    """Return the view of padded maps that is the input, as far as the padded maps have it."""
    return x[rows.before : rows.before + rows.size, :, cols.before : cols.before + cols.size]


def tap_views(x: NDArray[Float], rows: Axis, cols: Axis) -> Iterator[NDArray[Float]]:
    """Yield, tap by tap of the window, the pixels of padded maps it meets: (Ho, C, Wo, N) views.

    Tap by tap the window's positions meet different pixels, so a view can be added to in place.
    """
    high = (rows.count - 1) * rows.stride + 1
    broad = (cols.count - 1) * cols.stride + 1
    for i in range(0, rows.extent, rows.dilation):
        for j in range(0, cols.extent, cols.dilation):
            yield x[i : i + high : rows.stride, :, j : j + broad : cols.stride]


def convolve(
    x: NDArray[Float], weight: NDArray[Float], bias: NDArray[Float] | None, rows: Axis, cols: Axis
) -> NDArray[Float]:
    """Slide every filter over every picture.

    Parameters
    ----------
    x : array (H, C, W, N)
        Input.
    weight : array (F, C/G, KH, KW)
        Filters; as in every framework this is a cross-correlation, the filter is not flipped.
        Fewer channels than x has make groups: the first F/G filters see the first C/G channels,
        and so on.
    bias : array (F,) or None
        Added to each filter's sums.
    rows, cols : Axis
        Geometry of height and width.

    Returns
    -------
    array (Ho, F, Wo, N)
    """
    if weight.shape[1] != x.shape[1]:
        return _convolve_groups(x, weight, bias, rows, cols)
    filters, channels, tall, wide = weight.shape
    batch = x.shape[3]
    high, broad = rows.count, cols.count
    planes = np.ascontiguousarray(pad(x, rows, cols).transpose(1, 0, 2, 3))
    item = x.itemsize
    pixel = batch * item
    line = cols.padded * pixel
    # Axes: row, channel, kernel column, output column, picture.
    shifted: NDArray[Float] = np.ndarray(
        (rows.padded, channels, wide, broad, batch),
        x.dtype,
        planes,
        0,
        (line, rows.padded * line, pixel * cols.dilation, pixel * cols.stride, item),
    )
    lowered = shifted.copy()
    run = broad * batch
    depth = channels * wide
    slab = depth * run * item
    by_row = np.ascontiguousarray(weight.transpose(0, 2, 1, 3), x.dtype)
    matrix = by_row.reshape(filters, tall * depth)
    y: NDArray[Float]
    if rows.dilation == 1 and (run >= LONG_ROW or matrix.size <= SMALL_MATRIX):
        # Axes: output row, (kernel row, channel, kernel column), (output column, picture).
        slabs: NDArray[Float] = np.ndarray(
            (high, tall * depth, run),
            x.dtype,
            lowered,
            0,
            (slab * rows.stride, run * item, item),
        )
        y = np.empty((filters, high, run), x.dtype)
        np.matmul(matrix, slabs, out=y.transpose(1, 0, 2))
    else:
        # Axes: kernel row, (channel, kernel column), output row, (output column, picture).
        windows: NDArray[Float] = np.ndarray(
            (tall, depth, high, run),
            x.dtype,
            lowered,
            0,
            (slab * rows.dilation, run * item, slab * rows.stride, item),
        )
        y = matrix @ windows.reshape(tall * depth, high * run)
    y = y.reshape(filters, high * run)
    if bias is not None:
        y += bias[:, None]
    return y.reshape(filters, high, broad, batch).transpose(1, 0, 2, 3)


def convolve_dx(
    dy: NDArray[Float], weight: NDArray[Float], rows: Axis, cols: Axis, groups: int = 1
) -> NDArray[Float]:
    """Return dL/dx of `convolve`: each output's gradient, spread over what its window has read.

    A transposed convolution of `dy` is the same thing, before its bias.

    Parameters
    ----------
    dy : array (Ho, F, Wo, N)
    weight : array (F, C/groups, KH, KW)
    rows, cols : Axis
        Geometry of the convolution.
    groups : int

    Returns
    -------
    array (H, C, W, N)
        0 where no window has read.
    """
    channels, batch = weight.shape[1] * groups, dy.shape[3]
    # Where the last pixels are cut off from the convolution, they are not cut off from x.
    tall = max(rows.padded, rows.before + rows.size)
    wide = max(cols.padded, cols.before + cols.size)
    dx = np.zeros((channels, tall, wide, batch), dy.dtype).transpose(1, 0, 2, 3)
    taps = weight.astype(dy.dtype, copy=False).reshape(*weight.shape[:2], -1)
    for tap, view in enumerate(tap_views(dx, rows, cols)):
        for seen, own in group_slices(groups, channels, len(weight)):
            spread = np.tensordot(taps[own, :, tap], dy[:, own], (0, 1))
            view[:, seen] += spread.transpose(1, 0, 2, 3)
    return unpad(dx, rows, cols)


def convolve_dw(
    x: NDArray[Float], dy: NDArray[Float], shape: tuple[int, ...], rows: Axis, cols: Axis
) -> NDArray[Float]:
    """Return dL/dweight of `convolve`: each output's gradient times what its window has read.

    Parameters
    ----------
    x : array (H, C, W, N)
    dy : array (Ho, F, Wo, N)
    shape : (F, C/G, KH, KW)
        Of the filters; fewer channels than x has make groups.
    rows, cols : Axis
        Geometry of the convolution.

    Returns
    -------
    array (F, C/G, KH, KW)
    """
    channels = x.shape[1]
    dw = np.empty((shape[2] * shape[3], *shape[:2]), x.dtype)
    for tap, view in enumerate(tap_views(pad(x, rows, cols), rows, cols)):
        for seen, own in group_slices(channels // shape[1], channels, shape[0]):
            dw[tap, own] = np.tensordot(dy[:, own], view[:, seen], ((0, 2, 3), (0, 2, 3)))
    return dw.transpose(1, 2, 0).reshape(shape)


def group_slices(groups: int, channels: int, filters: int) -> Iterator[tuple[slice, slice]]:
    """Yield the channels and the filters of each group."""
    seen, own = channels // groups, filters // groups
    for g in range(groups):
        yield slice(g * seen, (g + 1) * seen), slice(g * own, (g + 1) * own)


def _convolve_groups(
    x: NDArray[Float], weight: NDArray[Float], bias: NDArray[Float] | None, rows: Axis, cols: Axis
) -> NDArray[Float]:
    """Convolve each group of channels with its own filters."""
    filters, depth = weight.shape[:2]
    channels, batch = x.shape[1], x.shape[3]
    y = np.empty((filters, rows.count, cols.count, batch), x.dtype).transpose(1, 0, 2, 3)
    if depth == 1:
        # One channel a filter: products value by value, no matrix has anything to multiply.
        y[...] = 0.0 if bias is None else bias[:, None, None]
        taps = weight.astype(x.dtype, copy=False).reshape(filters, -1)
        each = np.arange(filters) // (filters // channels)
        for tap, view in enumerate(tap_views(pad(x, rows, cols), rows, cols)):
            y += view[:, each] * taps[:, tap, None, None]
        return y
    for seen, own in group_slices(channels // depth, channels, filters):
        some = None if bias is None else bias[own]
        y[:, own] = convolve(x[:, seen], weight[own], some, rows, cols)
    return y
