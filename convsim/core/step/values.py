"""Frames of layers without a window: one value, a row of values, or two values added."""

from __future__ import annotations

from math import log, prod, sqrt
from typing import TYPE_CHECKING

import numpy as np

from convsim.core.errors import CursorError
from convsim.core.layers import LogSoftmax
from convsim.core.step.frames import (
    DenseFrame,
    FlattenFrame,
    NormFrame,
    PointFrame,
    ResidualFrame,
    SoftmaxFrame,
)

if TYPE_CHECKING:
    from convsim.core.layers import (
        Activation,
        Array,
        BatchNorm2d,
        Dense,
        Dropout,
        Flatten,
        Params,
        Residual,
        Softmax,
    )
    from convsim.core.step.cursor import Cursor


def curve_at(layer: Activation, value: float) -> float:
    """Return what an activation makes of one value."""
    return float(layer.curve(np.array([value]))[0])


def point_frame(layer: Activation, params: Params, x: Array, cursor: Cursor) -> PointFrame:
    """Return one value and what its curve makes of it."""
    del params
    source = _value(x, cursor)
    return PointFrame(cursor, curve_at(layer, source), None, source)


def dropout_frame(layer: Dropout, params: Params, x: Array, cursor: Cursor) -> PointFrame:
    """Return one value, which passes through."""
    del layer, params
    source = _value(x, cursor)
    return PointFrame(cursor, source, None, source)


def norm_frame(layer: BatchNorm2d, params: Params, x: Array, cursor: Cursor) -> NormFrame:
    """Return one value and what each part of batch norm makes of it."""
    names = ("running_mean", "running_var", "weight", "bias")
    mean, variance, scale, shift = (float(params[name][cursor.filter]) for name in names)
    source = _value(x, cursor)
    centred, deviation = source - mean, sqrt(variance + layer.eps)
    normal = centred / deviation
    value = normal * scale + shift
    return NormFrame(
        cursor,
        value,
        None,
        source,
        mean,
        variance,
        layer.eps,
        centred,
        deviation,
        normal,
        scale,
        shift,
    )


def residual_frame(
    layer: Residual, params: Params, x: Array, cursor: Cursor, skip: Array | None = None
) -> ResidualFrame:
    """Return the two values that are added."""
    del params
    if skip is None:
        raise CursorError(f"{layer.name} adds two arrays; a frame of it needs both")
    body, block = _value(x, cursor), _value(skip, cursor)
    return ResidualFrame(cursor, body + block, None, body, block)


def dense_frame(layer: Dense, params: Params, x: Array, cursor: Cursor) -> DenseFrame:
    """Return all inputs, their weights and products, and what they add up to."""
    del layer
    inputs = x.astype(np.float64)
    weights = params["weight"][cursor.filter].astype(np.float64)
    products = inputs * weights
    total = float(products.sum())
    bias = float(params["bias"][cursor.filter]) if "bias" in params else 0.0
    return DenseFrame(cursor, total + bias, None, inputs, weights, products, total, bias)


def flatten_frame(layer: Flatten, params: Params, x: Array, cursor: Cursor) -> FlattenFrame:
    """Return one value and where it comes from."""
    del layer, params
    if x.ndim == 1:
        return FlattenFrame(cursor, float(x[cursor.filter]), None, (cursor.filter, 0, 0))
    channel, rest = divmod(cursor.filter, prod(x.shape[1:]))
    row, col = divmod(rest, x.shape[2])
    return FlattenFrame(cursor, float(x[channel, row, col]), None, (channel, row, col))


def softmax_frame(
    layer: Softmax | LogSoftmax, params: Params, x: Array, cursor: Cursor
) -> SoftmaxFrame:
    """Return all scores, their exponentials, and the share of one, or its logarithm."""
    del params
    scores = (x if x.ndim == 1 else x[:, cursor.row, cursor.col]).astype(np.float64)
    largest = float(scores.max())
    powers = np.exp(scores - largest)
    share = float(powers[cursor.filter] / powers.sum())
    value = share
    if isinstance(layer, LogSoftmax):
        value = float(scores[cursor.filter]) - largest - log(powers.sum())
    return SoftmaxFrame(cursor, value, None, scores, powers, largest, cursor.filter, share)


def _value(x: Array, cursor: Cursor) -> float:
    return float(x[cursor.filter] if x.ndim == 1 else x[cursor.filter, cursor.row, cursor.col])
