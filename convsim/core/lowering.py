"""Convolution for whole batches at once, forward and backward, as few large matrix products.

Arrays are (height, channel, width, batch), float32 or float64, for these reasons, all measured:

1. NumPy loses its time with copies, not with products: im2col in any layout of PyTorch's, with
   its K·K copies in runs of one kernel row, was 2 to 7 times as slow as PyTorch.
2. Lowering along the width alone makes K copies, each in runs of width · batch numbers:
   ``lowered[row, kernel column, channel, output column · batch]``, or the channel first if there
   are few.
3. The K rows that belong to output row r then lie next to each other: they *are* the right operand
   of a product.  Windows of neighbouring rows overlap in memory and nothing more is copied ("MEC:
   memory-efficient convolution", Cho and Brand, 2017).  For that, height is outermost.
4. The batch is innermost because sums, comparisons and copies run along it, and a picture alone
   still lies in rows.
5. OpenBLAS multiplies up to a million multiply-adds without packing, 1.7 times as fast with few
   filters; a row of an output, or of some of its filters, is such a product, and rows side by
   side are where a row is short: :mod:`convsim.core.strips`.  Where there is no such way matrices
   take that of :mod:`convsim.core.window_bands`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import numpy as np

from convsim.core.geometry import Axis
from convsim.core.lazy import deferred
from convsim.core.strips import multiply

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

Float = TypeVar("Float", np.float32, np.float64)

# Read where rows do not suit: a start does without.
WindowBands = deferred(__name__, "window_bands", "WindowBands")


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
    x: NDArray[Float],
    weight: NDArray[Float],
    bias: NDArray[Float] | None,
    rows: Axis,
    cols: Axis,
    *,
    relu: bool = False,
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
    relu : bool
        Whether what is negative becomes 0.

    Returns
    -------
    array (Ho, F, Wo, N)
    """
    if weight.shape[1] != x.shape[1]:
        grouped = _convolve_groups(x, weight, bias, rows, cols)
        return np.maximum(grouped, 0, out=grouped) if relu else grouped
    filters = len(weight)
    batch = x.shape[3]
    planes = planes_of(x, rows, cols)
    y = np.empty((filters, rows.count, cols.count * batch), x.dtype)
    if not multiply(planes, weight, bias, rows, cols, y, relu=relu):
        WindowBands(planes, rows, cols, filters).multiply(weight, bias, y, relu=relu)
    return y.reshape(filters, rows.count, cols.count, batch).transpose(1, 0, 2, 3)


def planes_of(x: NDArray[Float], rows: Axis, cols: Axis) -> NDArray[Float]:
    """Return maps (H, C, W, N) with their padding as contiguous planes (C, Hp, Wp, N)."""
    return np.ascontiguousarray(pad(x, rows, cols).transpose(1, 0, 2, 3))


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
    down, across = _reversed(rows), _reversed(cols)
    if groups == 1 and down and across:
        # Without strides it is a convolution again: of dy, with the filters turned around.
        return convolve(dy, weight[:, :, ::-1, ::-1].transpose(1, 0, 2, 3), None, down, across)
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
    if shape[1] == x.shape[1]:
        flat = np.ascontiguousarray(dy.transpose(1, 0, 2, 3)).reshape(shape[0], rows.count, -1)
        bands = WindowBands(planes_of(x, rows, cols), rows, cols, shape[0])
        dw: NDArray[Float] = bands.correlate(flat)
        return dw
    channels = x.shape[1]
    dw = np.empty((shape[2] * shape[3], *shape[:2]), x.dtype)
    for tap, view in enumerate(tap_views(pad(x, rows, cols), rows, cols)):
        for seen, own in group_slices(channels // shape[1], channels, shape[0]):
            dw[tap, own] = np.tensordot(dy[:, own], view[:, seen], ((0, 2, 3), (0, 2, 3)))
    return dw.transpose(1, 2, 0).reshape(shape)


def _reversed(axis: Axis) -> Axis | None:
    """Return the way of the window that gives gradients back, or None if there is no such way."""
    before = axis.extent - 1 - axis.before
    after = axis.size + axis.extent - 1 - axis.count - before
    if axis.stride > 1 or before < 0 or after < 0:
        return None
    return Axis(axis.count, axis.kernel, 1, before, after, axis.dilation)


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
