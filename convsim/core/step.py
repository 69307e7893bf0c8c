"""One number at a time: where a step stands, and everything that goes into the value it writes.

A :class:`Cursor` names one output value of one layer.  :func:`frame_at` derives from it the frame:
which inputs are read, what they are multiplied with, how the sum comes about.  Frames are computed
directly, in float64, and never stored.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import IntEnum
from math import prod
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from convsim.core.errors import CursorError
from convsim.core.layers import (
    Array,
    AvgPool2d,
    Conv2d,
    Dense,
    Flatten,
    Layer,
    MaxPool2d,
    Params,
    Pool2d,
    ReLU,
    Shape,
    Softmax,
)

if TYPE_CHECKING:
    from convsim.core.geometry import Axis

Numbers = NDArray[np.float64]


class Cursor(NamedTuple):
    """A position: layer, filter (or channel, or unit), row, column, all counted from 0.

    People see filters counted from 1.  The values of a vector are its units: row and column 0.
    """

    layer: int = 0
    filter: int = 0
    row: int = 0
    col: int = 0


class Inside(IntEnum):
    """How much of one position has been worked out; `WRITE` is the whole step."""

    PRODUCTS = 0
    CHANNEL_SUMS = 1
    TOTAL = 2
    BIAS = 3
    ACTIVATION = 4
    WRITE = 5


@dataclass(frozen=True, slots=True)
class Walk:
    """The order in which a layer's values are written: row by row, filter by filter.

    Attributes
    ----------
    filters, rows, cols : int
        Extent of the output; a vector of D values counts as D filters of 1×1.
    """

    filters: int
    rows: int
    cols: int

    @property
    def positions(self) -> int:
        """Places of the window for one filter, or units of a vector."""
        return self.rows * self.cols if self.is_map else self.filters

    @property
    def is_map(self) -> bool:
        """Whether there are rows and columns to walk."""
        return self.rows * self.cols > 1

    @property
    def total(self) -> int:
        """All values of the layer."""
        return self.filters * self.rows * self.cols

    def position(self, cursor: Cursor) -> int:
        """Return the place within the filter, from 0 (for vectors: the unit)."""
        return cursor.row * self.cols + cursor.col if self.is_map else cursor.filter

    def at_position(self, cursor: Cursor, position: int) -> Cursor:
        """Return the cursor moved to a place within its filter, clamped to those there are."""
        position = min(max(position, 0), self.positions - 1)
        if not self.is_map:
            return cursor._replace(filter=position, row=0, col=0)
        return cursor._replace(row=position // self.cols, col=position % self.cols)

    def moved(self, cursor: Cursor, by: int) -> Cursor:
        """Return the cursor `by` values on, over filter borders; it stops at both ends."""
        flat = (cursor.filter * self.rows + cursor.row) * self.cols + cursor.col
        flat = min(max(flat + by, 0), self.total - 1)
        rest, col = divmod(flat, self.cols)
        filter_, row = divmod(rest, self.rows)
        return Cursor(cursor.layer, filter_, row, col)

    def clamped(self, cursor: Cursor) -> Cursor:
        """Return the nearest cursor that exists."""
        return Cursor(
            cursor.layer,
            min(max(cursor.filter, 0), self.filters - 1),
            min(max(cursor.row, 0), self.rows - 1),
            min(max(cursor.col, 0), self.cols - 1),
        )


def walk_of(shape: Shape) -> Walk:
    """Return the walk over an output of this shape, (H, W, C) or (D,)."""
    return Walk(shape[2], shape[0], shape[1]) if len(shape) == 3 else Walk(shape[0], 1, 1)


@dataclass(frozen=True, slots=True)
class Span:
    """The pixels that one position reads along one axis; some may lie in the padding."""

    taps: range
    size: int

    @property
    def first(self) -> int:
        """First pixel, negative in the padding."""
        return self.taps.start

    @property
    def last(self) -> int:
        """Last pixel, `size` or more in the padding."""
        return self.taps[-1]

    @property
    def extent(self) -> int:
        """Pixels from first to last, both counted."""
        return self.last - self.first + 1


@dataclass(frozen=True, eq=False, slots=True)
class Frame:
    """What every step has: the value that is written, and where.

    Attributes
    ----------
    cursor : Cursor
    value : float
        The layer's own output at the cursor (before a following ReLU).
    activation : float or None
        The value after the elementwise layer that follows, if one does.
    """

    cursor: Cursor
    value: float
    activation: float | None


@dataclass(frozen=True, eq=False, slots=True)
class ConvFrame(Frame):
    """One filter at one place: products, their sums, the bias.

    `patch`, `kernel` and `products` are (channels, kernel height, kernel width), `channel_sums`
    (channels,), `total` the sum of all products, `bias` 0 if the layer has none; float64.
    """

    rows: Span
    cols: Span
    patch: Numbers
    kernel: Numbers
    products: Numbers
    channel_sums: Numbers
    total: float
    bias: float


@dataclass(frozen=True, eq=False, slots=True)
class PoolFrame(Frame):
    """One window of one channel; `patch` is (kernel height, width), NaN where padding is ignored.

    `switch` is the (row, column) in the patch of the maximum, the first one; None for a mean.
    `divisor` is what a mean divides by, 1 for a maximum.
    """

    rows: Span
    cols: Span
    patch: Numbers
    switch: tuple[int, int] | None
    divisor: int
    total: float


@dataclass(frozen=True, eq=False, slots=True)
class PointFrame(Frame):
    """One value through a function of one value, such as ReLU."""

    source: float


@dataclass(frozen=True, eq=False, slots=True)
class DenseFrame(Frame):
    """One unit: `inputs`, `weights` and `products` are (D,); `total` is their sum."""

    inputs: Numbers
    weights: Numbers
    products: Numbers
    total: float
    bias: float


@dataclass(frozen=True, eq=False, slots=True)
class FlattenFrame(Frame):
    """One value on its way from (filter, row, column) of the maps to a place in the row."""

    source: tuple[int, int, int]


@dataclass(frozen=True, eq=False, slots=True)
class SoftmaxFrame(Frame):
    """One share: `scores` are all inputs (D,), `powers` their exponentials, of which it is a part.

    `largest` is subtracted from each score before the exponential, so that nothing overflows.
    """

    scores: Numbers
    powers: Numbers
    largest: float
    place: int


def frame_at(
    layer: Layer, params: Params, x: Array, cursor: Cursor, follower: Layer | None = None
) -> Frame:
    """Return the frame of one position.

    Parameters
    ----------
    layer : Layer
        The layer that writes.
    params : mapping
        Its parameters.
    x : array (C, H, W) or (D,)
        Its input for one picture.
    cursor : Cursor
        The value that is written; its layer field is not looked at.
    follower : Layer, optional
        The next layer; if it is a ReLU, the frame says what becomes of the value there.

    Raises
    ------
    CursorError
        If there is no such filter, row or column.
    """
    shape = layer.output_shape((x.shape[1], x.shape[2], x.shape[0]) if x.ndim == 3 else x.shape)
    walk = walk_of(shape)
    if walk.clamped(cursor) != cursor:
        raise CursorError(
            f"{layer.name} has filters 1–{walk.filters}, rows 0–{walk.rows - 1}, "
            f"columns 0–{walk.cols - 1}; received filter {cursor.filter + 1}, "
            f"row {cursor.row}, column {cursor.col}"
        )
    frame = _FRAMES[type(layer)](layer, params, x, cursor)
    if isinstance(follower, ReLU):
        return replace(frame, activation=max(frame.value, 0.0))
    return frame


def inside_steps(layer: Layer, follower: Layer | None = None) -> tuple[Inside, ...]:
    """Return the inner steps of a layer's positions, in order; `WRITE` is always the last."""
    steps: tuple[Inside, ...] = (Inside.WRITE,)
    if isinstance(follower, ReLU) or isinstance(layer, ReLU):
        steps = (Inside.ACTIVATION, *steps)
    if isinstance(layer, Conv2d):
        return (Inside.PRODUCTS, Inside.CHANNEL_SUMS, Inside.TOTAL, Inside.BIAS, *steps)
    if isinstance(layer, Dense):
        return (Inside.PRODUCTS, Inside.TOTAL, Inside.BIAS, *steps)
    if isinstance(layer, Pool2d | Softmax):
        return (Inside.PRODUCTS, Inside.TOTAL, *steps)
    return steps


def _patch(x: Array, rows: Span, cols: Span, fill: float) -> Numbers:
    """Return (C, taps, taps) of x (C, H, W), `fill` where a tap lies outside."""
    r, c = np.array(rows.taps), np.array(cols.taps)
    inside = ((r >= 0) & (r < rows.size))[:, None] & ((c >= 0) & (c < cols.size))
    values = x[:, r.clip(0, rows.size - 1)[:, None], c.clip(0, cols.size - 1)].astype(np.float64)
    values[:, ~inside] = fill
    return values


def _spans(axes: tuple[Axis, Axis], cursor: Cursor) -> tuple[Span, Span]:
    rows, cols = axes
    return Span(rows.taps(cursor.row), rows.size), Span(cols.taps(cursor.col), cols.size)


def _conv(layer: Conv2d, params: Params, x: Array, cursor: Cursor) -> ConvFrame:
    rows, cols = _spans(layer.axes((x.shape[1], x.shape[2], x.shape[0])), cursor)
    patch = _patch(x, rows, cols, 0.0)
    kernel = params["weight"][cursor.filter].astype(np.float64)
    products = patch * kernel
    sums = products.sum(axis=(1, 2))
    total = float(sums.sum())
    bias = float(params["bias"][cursor.filter]) if "bias" in params else 0.0
    return ConvFrame(
        cursor, total + bias, None, rows, cols, patch, kernel, products, sums, total, bias
    )


def _pool(layer: Pool2d, params: Params, x: Array, cursor: Cursor) -> PoolFrame:
    del params
    rows, cols = _spans(layer.axes((x.shape[1], x.shape[2], x.shape[0])), cursor)
    channel = x[cursor.filter : cursor.filter + 1]
    if isinstance(layer, AvgPool2d):
        patch = _patch(channel, rows, cols, 0.0 if layer.count_padding else np.nan)[0]
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


def _value(x: Array, cursor: Cursor) -> float:
    return float(x[cursor.filter] if x.ndim == 1 else x[cursor.filter, cursor.row, cursor.col])


def _relu(layer: ReLU, params: Params, x: Array, cursor: Cursor) -> PointFrame:
    del layer, params
    source = _value(x, cursor)
    return PointFrame(cursor, max(source, 0.0), None, source)


def _dense(layer: Dense, params: Params, x: Array, cursor: Cursor) -> DenseFrame:
    del layer
    inputs = x.astype(np.float64)
    weights = params["weight"][cursor.filter].astype(np.float64)
    products = inputs * weights
    total = float(products.sum())
    bias = float(params["bias"][cursor.filter]) if "bias" in params else 0.0
    return DenseFrame(cursor, total + bias, None, inputs, weights, products, total, bias)


def _flatten(layer: Flatten, params: Params, x: Array, cursor: Cursor) -> FlattenFrame:
    del layer, params
    if x.ndim == 1:
        return FlattenFrame(cursor, float(x[cursor.filter]), None, (cursor.filter, 0, 0))
    channel, rest = divmod(cursor.filter, prod(x.shape[1:]))
    row, col = divmod(rest, x.shape[2])
    return FlattenFrame(cursor, float(x[channel, row, col]), None, (channel, row, col))


def _softmax(layer: Softmax, params: Params, x: Array, cursor: Cursor) -> SoftmaxFrame:
    del layer, params
    scores = (x if x.ndim == 1 else x[:, cursor.row, cursor.col]).astype(np.float64)
    largest = float(scores.max())
    powers = np.exp(scores - largest)
    share = float(powers[cursor.filter] / powers.sum())
    return SoftmaxFrame(cursor, share, None, scores, powers, largest, cursor.filter)


# Each function takes its own class of layer; the key says which, so the value may be untyped.
_FRAMES: dict[type[Layer], Callable[..., Frame]] = {
    Conv2d: _conv,
    MaxPool2d: _pool,
    AvgPool2d: _pool,
    ReLU: _relu,
    Dense: _dense,
    Flatten: _flatten,
    Softmax: _softmax,
}
