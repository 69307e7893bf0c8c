"""Convolutions with few weights: a row of the output is a product, or two that lie far apart are.

A product is fast where its columns fill whole registers of 16 numbers.  The 55 columns of
AlexNet's first layer fill three and a half, and cost as much as 64.  So a band of rows is cut into
two strips that are lowered beside each other, as if they were two pictures: 110 columns of 112.
The price is that rows are lowered twice where strips meet.  :mod:`convsim.core.lowering` says what
lowering is.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from threading import local
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from convsim.core.blas import PRODUCT, evenly, share_freely, threads_for

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from convsim.core.geometry import Axis

BAND = 400 * 1024
"""Numbers of a band, lowered and multiplied: 1.6 MB in float32 (measured)."""
SMALL_MATRIX = 4096
"""Up to this many weights a product for each row of the output is faster than one of many rows."""
FEWEST = 16
"""Filters of a product that are worth it to split the product of a row (measured)."""
LANES = 16
"""Numbers of a register of AVX-512 in float32."""
COUNTS = (1, 2, 4)
"""How many strips there may be."""
LOWERED = 24
"""Multiply-adds that take as long as to lower one number (measured)."""
APART = 400_000
"""Multiply-adds that take as long as to take the sums of strips apart (measured)."""
LEAD = 2_200_000
"""Multiply-adds that a thread has done until another one that it has woken begins (measured)."""
KEPT = 8 * 1024 * 1024
"""Bytes of a thread's room that is kept: fresh pages of memory take as long as a product."""


class Band(NamedTuple):
    """Rows of an output that are worked out at once, in strips.

    Attributes
    ----------
    first : int
        The first row of the first strip.
    each : int
        Rows of a strip.
    step : int
        From the first row of a strip to that of the next; neighbours share rows where it is less
        than `each`, because the rows do not come out even.
    """

    first: int
    each: int
    step: int


class Strips(NamedTuple):
    """How a convolution is cut into products.

    Attributes
    ----------
    strips : int
        How many lie side by side.
    columns : int
        Columns of a product: those of all strips, and perhaps a few that nobody reads, to fill
        the last register.
    parts : int
        Into how many parts the filters are split.
    bands : tuple of Band
    """

    strips: int
    columns: int
    parts: int
    bands: tuple[Band, ...]


@lru_cache(maxsize=256)
def strips_for(
    high: int, kernel: int, stride: int, run: int, depth: int, filters: int, threads: int
) -> Strips | None:
    """Return the strips with which a convolution is done soonest; None if this is a slow way.

    Parameters
    ----------
    high : int
        Output rows.
    kernel, stride : int
        Kernel rows, and input rows from one output row to the next.
    run : int
        Output columns times pictures.
    depth : int
        Channels times kernel columns: numbers lowered for each row and column.
    filters, threads : int

    Examples
    --------
    The lecture's layer, and AlexNet's first:

    >>> strips_for(28, 5, 1, 28, 15, 6, 1)
    Strips(strips=1, columns=28, parts=1, bands=(Band(first=0, each=28, step=0),))
    >>> strips_for(55, 11, 4, 55, 33, 96, 2).bands
    (Band(first=0, each=15, step=14), Band(first=29, each=13, step=13))
    """
    weights = filters * kernel * depth

    def columns(count: int) -> int:
        missing = -count * run % LANES
        # More than half a register costs more than not to fill it.
        return count * run + (missing if count > 1 and missing <= LANES // 2 else 0)

    fast = [n for n in COUNTS if n <= high and parts_of(filters, weights * columns(n))]
    if not fast and weights > SMALL_MATRIX:
        return None
    count = cheapest(fast, high, kernel, stride, run, depth, filters, APART)
    wide = columns(count)
    # A row more of each strip takes so many numbers, and the first one those of its kernel.
    more = (stride * depth + filters) * wide
    fit = (BAND - kernel * depth * wide) // max(more, 1) + 1
    # Where bands meet rows are lowered twice: at most a quarter of a band's.
    fit = max(fit, 4 * (kernel - stride) // stride)
    # Cut at multiples of the strips; only of the last band the rows may not come out even.
    cuts = [
        (first * count, min(last * count, high))
        for first, last in evenly(-(-high // count), fit, threads)
    ]
    if len(cuts) == threads > 1 and count < COUNTS[-1]:
        # Whoever asks is at work while the others are still being woken.  Two strips may well
        # share a row: it is multiplied once.
        own = min(cuts[0][1] + LEAD // max(weights * run, 1), high - threads + 1)
        others = evenly(high - own, high, threads - 1)
        cuts = [(0, own), *((own + first, own + last) for first, last in others)]
    bands = tuple(Band(first, *_even(last - first, count)) for first, last in cuts)
    return Strips(count, wide, parts_of(filters, weights * wide) or 1, bands)


def _even(rows: int, count: int) -> tuple[int, int]:
    """Return rows of a strip and from one to the next, so that the last ends with the band."""
    each = -(-rows // count)
    while count > 1 and (rows - each) % (count - 1):
        each += 1
    return each, (rows - each) // max(count - 1, 1)


def cheapest(
    counts: Sequence[int],
    high: int,
    kernel: int,
    stride: int,
    run: int,
    depth: int,
    filters: int,
    apart: int = 0,
) -> int:
    """Return with which of so many strips all products and lowering cost least; 1 if with none.

    Parameters
    ----------
    counts : sequence of int
        What there is to choose from.
    high, kernel, stride, run, depth, filters
        As of `strips_for`.
    apart : int
        What it costs besides to have more than one.
    """

    def cost(count: int) -> int:
        """Count in multiply-adds."""
        each, _ = _even(high, count)
        multiplied = filters * kernel * each * (-(-count * run // LANES) * LANES)
        lowered = LOWERED * count * run * ((each - 1) * stride + kernel)
        return depth * (multiplied + lowered) + (apart if count > 1 else 0)

    return min(counts, key=cost, default=1)


def parts_of(filters: int, work: int) -> int:
    """Return into how many parts of the filters a product of so much work is split.

    Each has at most `PRODUCT` multiply-adds, and at least `FEWEST` filters unless it is whole;
    0 if there is no such way.
    """
    wanted = max(-(-work // PRODUCT), 1)
    most = max(filters // FEWEST, 1)
    return next((n for n in range(wanted, most + 1) if filters % n == 0), 0)


def multiply(
    planes: NDArray[Any],
    weight: NDArray[Any],
    bias: NDArray[Any] | None,
    rows: Axis,
    cols: Axis,
    y: NDArray[Any],
    *,
    relu: bool,
) -> bool:
    """Convolve in strips, and say whether that was done: not with dilated rows, or if it is slow.

    Parameters
    ----------
    planes : array (C, Hp, Wp, N), contiguous
        Padding included.
    weight : array (F, C, KH, KW)
    bias : array (F,) or None
    rows, cols : Axis
        Geometry of height and width.
    y : array (F, Ho, Wo·N)
        Where the convolution goes, or with `relu` its positive part.
    relu : bool

    Returns
    -------
    bool
    """
    filters, channels, kernel, wide = weight.shape
    high, run, depth = rows.count, cols.count * planes.shape[3], channels * wide
    if rows.dilation > 1:
        return False
    threads = threads_for(weight.size * high * run)
    strips = strips_for(high, kernel, rows.stride, run, depth, filters, threads)
    if not strips:
        return False
    count, columns, parts, bands = strips
    # Whichever keeps longer runs of numbers together: kernel columns, or channels.
    by_channel = wide > channels
    split = parts, filters // parts, columns
    # Axes: part, output row, filter of the part, (output column, picture).
    whole = y.reshape(parts, split[1], high, run).transpose(0, 2, 1, 3)

    def do(bands: Iterable[Band]) -> None:
        matrices = None
        for band in bands:
            taken = (band.each - 1) * rows.stride + kernel
            kept = band.each * filters * columns if count > 1 else 0
            numbers, sums = _room(y.dtype, taken * depth * columns, kept)
            lowered = numbers.reshape(taken, depth, columns)
            # First of all, and at once: another thread that is about to begin needs Python.
            shifted = _shifted(planes, band, taken, count, rows, cols, by_channel=by_channel)
            used = lowered[..., : count * run]
            np.copyto(used.reshape(shifted.shape, copy=False), shifted)
            if matrices is None:
                # Each thread for itself: to wait for another takes longer.
                # Axes: part, 1, filter, (kernel row, channel and kernel column).
                ordered = weight.transpose((0, 2, 1, 3) if by_channel else (0, 2, 3, 1))
                matrices = np.ascontiguousarray(ordered, y.dtype).reshape(parts, 1, split[1], -1)
            windows = _overlapping(lowered, band.each, kernel, rows.stride)
            if count == 1:
                part = slice(band.first, band.first + band.each)
                np.matmul(matrices, windows, out=whole[:, part])
                finish(y[:, part], None if bias is None else bias[:, None, None], relu=relu)
                continue
            # What nobody reads could still overflow.
            lowered[..., count * run :] = 0
            shared = band.each - band.step if count == 2 else 0
            # Axes: row of a strip, filter, (strip, output column, picture).
            by_row = sums.reshape(band.each, filters, columns)
            by_part = sums.reshape(band.each, *split).transpose(1, 0, 2, 3)
            _product(matrices, windows, by_part, shared, run)
            finish(by_row, None if bias is None else _rows(bias, y.dtype, columns), relu=relu)
            for n in range(count):
                first, start = shared if n else 0, band.first + n * band.step
                strip = by_row[first:, :, n * run : (n + 1) * run]
                np.copyto(y[:, start + first : start + band.each], strip.transpose(1, 0, 2))

    share_freely(do, bands, threads)
    return True


def finish(sums: NDArray[Any], bias: NDArray[Any] | None, *, relu: bool) -> None:
    """Add the bias to sums (…, n), and cut off what is negative, while they are in the cache."""
    if bias is not None:
        sums += bias
    if relu:
        # Whole rows, because NumPy compares rows faster than single numbers.
        np.maximum(sums, np.zeros(sums.shape[-1], sums.dtype), out=sums)


def _rows(bias: NDArray[Any], dtype: np.dtype[Any], columns: int) -> NDArray[Any]:
    """Return a bias for each of so many columns: NumPy adds rows faster than single numbers."""
    return np.repeat(bias.astype(dtype), columns).reshape(len(bias), columns)


def _shifted(
    planes: NDArray[Any],
    band: Band,
    taken: int,
    count: int,
    rows: Axis,
    cols: Axis,
    *,
    by_channel: bool,
) -> NDArray[Any]:
    """Return a view of what the strips of a band read, once for each kernel column.

    Returns
    -------
    array (taken, C, kernel columns, strips, Wo, N), or with kernel columns before channels
    """
    channels, tall, wide, batch = planes.shape
    item = planes.itemsize
    pixel, line = batch * item, wide * batch * item
    sizes, steps = (channels, cols.kernel), (tall * line, pixel * cols.dilation)
    if not by_channel:
        sizes, steps = sizes[::-1], steps[::-1]
    down = rows.stride * line
    view: NDArray[Any] = np.ndarray(
        (taken, *sizes, count, cols.count, batch),
        planes.dtype,
        planes,
        band.first * down,
        (line, *steps, band.step * down, pixel * cols.stride, item),
    )
    return view


def _product(
    matrices: NDArray[Any], windows: NDArray[Any], out: NDArray[Any], shared: int, run: int
) -> None:
    """Multiply windows (rows, depth, columns) with matrices, to out (parts, rows, F, columns).

    The first rows may be those that two strips share: only the first strip, `run` columns, gets
    them, and the other one 0.
    """
    np.matmul(matrices, windows[shared:], out=out[:, shared:])
    if shared:
        np.matmul(matrices, windows[:shared, :, :run], out=out[:, :shared, :, :run])
        out[:, :shared, :, run:] = 0


def _overlapping(lowered: NDArray[Any], each: int, kernel: int, stride: int) -> NDArray[Any]:
    """Return lowered rows (rows, depth, columns) as windows (each, kernel · depth, columns)."""
    _, depth, columns = lowered.shape
    row = depth * columns * lowered.itemsize
    windows: NDArray[Any] = np.ndarray(
        (each, kernel * depth, columns),
        lowered.dtype,
        lowered,
        0,
        (row * stride, columns * lowered.itemsize, lowered.itemsize),
    )
    return windows


class _Kept(local):
    """What each thread has used last."""

    room: NDArray[np.uint8] = np.empty(0, np.uint8)


_kept = _Kept()


def _room(dtype: np.dtype[Any], first: int, second: int) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return so many numbers each, of any value, for this thread until it asks again."""
    line = LANES * 4
    middle = -(-first * dtype.itemsize // line) * line
    end = middle + second * dtype.itemsize
    room = _kept.room
    if end > room.size:
        room = np.empty(end + line, np.uint8)
        # Where a register's numbers lie in one line of the cache, a product is 3 % faster.
        room = room[-room.ctypes.data % line :]
        if end <= KEPT:
            _kept.room = room
    return room[: first * dtype.itemsize].view(dtype), room[middle:end].view(dtype)
