"""Convolution and pooling for whole batches at once, as few large matrix products.

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
    from numpy.typing import NDArray

    from convsim.core.geometry import Axis

Float = TypeVar("Float", np.float32, np.float64)

LONG_ROW = 128
"""From this many output values a row, one product a row beats one large product (measured)."""
SMALL_MATRIX = 4096
"""Up to this many weights the filters stay in the fastest cache, and a product a row wins too."""


def pad(x: NDArray[Float], rows: Axis, cols: Axis, value: float = 0.0) -> NDArray[Float]:
    """Return x (H, C, W, N) with the axes' padding of `value` around height and width."""
    if not (rows.before or rows.after or cols.before or cols.after):
        return x
    height, channels, width, batch = x.shape
    planes = np.full((channels, rows.padded, cols.padded, batch), value, x.dtype)
    out = planes.transpose(1, 0, 2, 3)
    out[rows.before : rows.before + height, :, cols.before : cols.before + width] = x
    return out


def convolve(
    x: NDArray[Float], weight: NDArray[Float], bias: NDArray[Float] | None, rows: Axis, cols: Axis
) -> NDArray[Float]:
    """Slide every filter over every picture.

    Parameters
    ----------
    x : array (H, C, W, N)
        Input.
    weight : array (F, C, KH, KW)
        Filters; as in every framework this is a cross-correlation, the filter is not flipped.
    bias : array (F,) or None
        Added to each filter's sums.
    rows, cols : Axis
        Geometry of height and width.

    Returns
    -------
    array (Ho, F, Wo, N)
    """
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


def max_pool(x: NDArray[Float], rows: Axis, cols: Axis) -> NDArray[Float]:
    """Return the largest value of each window: (H, C, W, N) to (Ho, C, Wo, N).

    Padding counts as minus infinity, so it never wins.
    """
    x = pad(x, rows, cols, -np.inf)
    taps = _taps(x, rows, cols)
    out: NDArray[Float] = taps[0].copy("K")
    for tap in taps[1:]:
        np.maximum(out, tap, out=out)
    return out


def avg_pool(
    x: NDArray[Float], rows: Axis, cols: Axis, *, count_padding: bool = True
) -> NDArray[Float]:
    """Return the mean of each window: (H, C, W, N) to (Ho, C, Wo, N).

    With `count_padding` zeros of the padding count as values (PyTorch's default); without,
    each window is divided by the number of real pixels in it.
    """
    taps = _taps(pad(x, rows, cols), rows, cols)
    out: NDArray[Float] = taps[0].copy("K")
    for tap in taps[1:]:
        out += tap
    if count_padding:
        out /= x.dtype.type(rows.kernel * cols.kernel)
    else:
        out /= np.outer(real_taps(rows), real_taps(cols))[:, None, :, None].astype(x.dtype)
    return out


def real_taps(axis: Axis) -> NDArray[np.int64]:
    """Return how many taps of each position lie on the picture and not on the padding."""
    first = np.arange(axis.count) * axis.stride - axis.before
    taps = first[:, None] + np.arange(axis.kernel) * axis.dilation
    real: NDArray[np.int64] = np.count_nonzero((taps >= 0) & (taps < axis.size), axis=1)
    return real


def _taps(x: NDArray[Float], rows: Axis, cols: Axis) -> list[NDArray[Float]]:
    """Return one strided view a tap, each (Ho, C, Wo, N)."""
    high = (rows.count - 1) * rows.stride + 1
    broad = (cols.count - 1) * cols.stride + 1
    return [
        x[i : i + high : rows.stride, :, j : j + broad : cols.stride]
        for i in range(0, rows.extent, rows.dilation)
        for j in range(0, cols.extent, cols.dilation)
    ]
