"""Gemm, MatMul and Add: a matrix product with a bias becomes a dense layer."""

from __future__ import annotations

from dataclasses import replace
from math import prod
from typing import TYPE_CHECKING

import numpy as np

from convsim.core.layers import Conv2d, ConvTranspose2d, Dense, Residual
from convsim.formats.onnx.settings import integer, real

if TYPE_CHECKING:
    from convsim.formats.onnx.model import Node
    from convsim.formats.onnx.reading import Reading, Weight


def gemm(node: Node, reading: Reading) -> None:
    """Read alpha·x·B + beta·C, where x is the vector so far."""
    reading.follow(node)
    if integer(node, "transA", 0):
        reading.refuse(node, "transA would mix the pictures of a batch")
    alpha, beta = real(node, "alpha", 1.0), real(node, "beta", 1.0)
    matrix = reading.constant(node, 1, "matrix")
    if matrix is None or len(matrix.dims) != 2:
        reading.refuse(node, "its matrix must have rows and columns")
    weight = _scaled(matrix, alpha) if integer(node, "transB", 0) else _turned(matrix, alpha)
    units = weight.dims[0]
    bias = reading.constant(node, 2, "bias")
    weights = {"weight": weight}
    if bias is not None and beta:
        weights["bias"] = _bias(node, reading, _scaled(bias, beta), units)
    reading.add(node, Dense(units, bias="bias" in weights), weights)


def matmul(node: Node, reading: Reading) -> None:
    """Read x·B, where x is the vector so far; a bias may follow as Add."""
    reading.follow(node)
    matrix = reading.constant(node, 1, "matrix")
    if matrix is None or len(matrix.dims) != 2 or len(reading.shape) != 1:
        reading.refuse(node, "a vector times a matrix can be read")
    weight = _turned(matrix, 1.0)
    reading.add(node, Dense(weight.dims[0], bias=False), {"weight": weight})


def add(node: Node, reading: Reading) -> None:
    """Read a sum: of two values a residual block, of a value and a constant a bias."""
    if len(node.inputs) != 2:
        reading.refuse(node, f"it adds {len(node.inputs)} values; two can be added")
    places = [reading.places.get(name) for name in node.inputs]
    if None in places:
        _add_bias(node, reading, 1 if places[1] is None else 0)
        return
    first, last = sorted(place for place in places if place is not None)
    if first == last:
        reading.refuse(node, "it adds a value to itself")
    reading.follow(node, places.index(last))
    reading.add(node, Residual(span=last - first))


def _add_bias(node: Node, reading: Reading, which: int) -> None:
    """Give the layer before a bias; exact, since that is what its bias means."""
    reading.follow(node, 1 - which)
    bias = reading.constant(node, which, "number")
    layer = reading.layers[-1] if reading.layers else None
    alone = reading.plan.uses[node.inputs[1 - which]] == 1
    if (
        bias is None
        or not isinstance(layer, Dense | Conv2d | ConvTranspose2d)
        or layer.bias
        or not alone
    ):
        reading.refuse(node, "a constant can be added to what Conv or MatMul gave, as its bias")
    channels = reading.shape[-1]
    if len(reading.shape) == 3:
        if len(bias.dims) > 1 or "axis" not in node.attributes:  # since opset 7: from the right
            bias = _trimmed(node, reading, bias)
        elif integer(node, "axis", 1) != 1:
            reading.refuse(node, "it adds along another axis than the channels")
    reading.weights[-1]["bias"] = _bias(node, reading, bias, channels)
    reading.layers[-1] = replace(layer, bias=True)
    reading.passes(node)


def _trimmed(node: Node, reading: Reading, bias: Weight) -> Weight:
    """Return (…, C, 1, 1) as (…, C)."""
    if prod(bias.dims) == 1:
        return bias.then((), lambda values: values.reshape(()))
    if bias.dims[-2:] != (1, 1):
        reading.refuse(node, "the constant it adds differs from place to place")
    dims = bias.dims[:-2]
    return bias.then(dims, lambda values: values.reshape(dims))


def _bias(node: Node, reading: Reading, bias: Weight, units: int) -> Weight:
    """Return a bias that may be one number, (K,) or (1, K) as (K,)."""
    if prod(bias.dims) != (bias.dims[-1] if bias.dims else 1):
        reading.refuse(node, "its bias differs from picture to picture")
    if prod(bias.dims) not in (1, units):
        reading.refuse(node, f"it has {units} outputs and {prod(bias.dims)} biases")
    return bias.then((units,), lambda values: np.broadcast_to(values.reshape(-1), (units,)))


def _scaled(weight: Weight, factor: float) -> Weight:
    if factor == 1.0:
        return weight
    return weight.then(weight.dims, lambda values: values * np.float32(factor))


def _turned(weight: Weight, factor: float) -> Weight:
    return _scaled(weight, factor).then((weight.dims[1], weight.dims[0]), np.transpose)
