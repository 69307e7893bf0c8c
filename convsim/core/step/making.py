"""From a cursor to its frame: the one list of which function makes the frame of which layer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from convsim.core.errors import CursorError
from convsim.core.layers import (
    ELU,
    GELU,
    Activation,
    AvgPool2d,
    BatchNorm2d,
    Conv2d,
    ConvTranspose2d,
    Dense,
    Dropout,
    Flatten,
    GlobalAvgPool,
    GlobalMaxPool,
    GlobalPool,
    LeakyReLU,
    LogSoftmax,
    MaxPool2d,
    Pool2d,
    ReLU,
    Residual,
    Sigmoid,
    Softmax,
    Tanh,
)
from convsim.core.step.cursor import Inside, walk_of
from convsim.core.step.values import (
    curve_at,
    dense_frame,
    dropout_frame,
    flatten_frame,
    norm_frame,
    point_frame,
    residual_frame,
    softmax_frame,
)
from convsim.core.step.windows import conv_frame, pool_frame, spread_frame

if TYPE_CHECKING:
    from convsim.core.layers import Array, Layer, Params
    from convsim.core.step.cursor import Cursor
    from convsim.core.step.frames import Frame


def frame_at(
    layer: Layer,
    params: Params,
    x: Array,
    cursor: Cursor,
    follower: Layer | None = None,
    skip: Array | None = None,
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
        The next layer; if it is an activation, the frame says what becomes of the value there.
    skip : array of the shape of x, optional
        The other input of a residual sum.

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
    inputs = (x,) if skip is None else (x, skip)
    # What overflows, or is no number to begin with, is shown as such.
    with np.errstate(all="ignore"):
        frame = FRAMES[type(layer)](layer, params, inputs[0], cursor, *inputs[1:])
        if isinstance(follower, Activation):
            return replace(frame, activation=curve_at(follower, frame.value))
    return frame


def inside_steps(layer: Layer, follower: Layer | None = None) -> tuple[Inside, ...]:
    """Return the inner steps of a layer's positions, in order; `WRITE` is always the last."""
    steps: tuple[Inside, ...] = (Inside.WRITE,)
    if isinstance(follower, Activation) or isinstance(layer, Activation):
        steps = (Inside.ACTIVATION, *steps)
    if isinstance(layer, Conv2d | ConvTranspose2d):
        return (Inside.PRODUCTS, Inside.CHANNEL_SUMS, Inside.TOTAL, Inside.BIAS, *steps)
    if isinstance(layer, Dense):
        return (Inside.PRODUCTS, Inside.TOTAL, Inside.BIAS, *steps)
    if isinstance(layer, BatchNorm2d):
        return (Inside.CENTRE, Inside.NORMALISE, Inside.SCALE, *steps)
    if isinstance(layer, Pool2d | GlobalPool | Softmax | LogSoftmax):
        return (Inside.PRODUCTS, Inside.TOTAL, *steps)
    if isinstance(layer, Residual):
        return (Inside.TOTAL, *steps)
    return steps


# Each function takes its own class of layer; the key says which, so the value may be untyped.
FRAMES: dict[type[Layer], Callable[..., Frame]] = {
    Conv2d: conv_frame,
    ConvTranspose2d: spread_frame,
    ReLU: point_frame,
    LeakyReLU: point_frame,
    ELU: point_frame,
    Sigmoid: point_frame,
    Tanh: point_frame,
    GELU: point_frame,
    MaxPool2d: pool_frame,
    AvgPool2d: pool_frame,
    GlobalMaxPool: pool_frame,
    GlobalAvgPool: pool_frame,
    BatchNorm2d: norm_frame,
    Dropout: dropout_frame,
    Residual: residual_frame,
    Flatten: flatten_frame,
    Dense: dense_frame,
    Softmax: softmax_frame,
    LogSoftmax: softmax_frame,
}
"""What makes the frame of each kind of layer."""
