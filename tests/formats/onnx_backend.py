"""ConvSim as a backend of the onnx package's own tests: what its cases need to become pictures.

Every number is computed by the core, from a file that the reader read.  The adapter only lays the
data out as a batch of pictures or vectors, which the cases, made for arrays of any shape, do not
always do, and says in the comments where it does.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np
import onnx
from onnx import AttributeProto, ModelProto, NodeProto, helper, numpy_helper
from onnx.backend.base import Backend, BackendRep

from convsim.core.layers import Flatten
from convsim.formats.onnx.reader import import_bytes

ELEMENTWISE = ("Relu", "LeakyRelu", "Elu", "Sigmoid", "Tanh", "Gelu", "Dropout", "Identity")


@dataclass
class Case:
    """A model, the data that goes in, and the shape of what comes out where it is not ours."""

    model: ModelProto
    data: Any
    shape: tuple[int, ...] | None = None
    back: int | None = None
    """The axis that was moved to the channels, to be moved back."""


class ConvSimRep(BackendRep):
    """One model, ready to run."""

    def __init__(self, model: ModelProto) -> None:
        self._model = model

    def run(self, inputs, **kwargs):
        case = _bound(self._model, list(inputs))
        return [_computed(_as_pictures(case))]


class ConvSimBackend(Backend):
    """What `onnx.backend.test.BackendTest` asks for."""

    @classmethod
    def prepare(cls, model, device="CPU", **kwargs):
        return ConvSimRep(model)

    @classmethod
    def supports_device(cls, device):
        return device == "CPU"


def _computed(case: Case) -> Any:
    dims = case.model.graph.input[0].type.tensor_type.shape
    del dims.dim[:]
    for size in case.data.shape:
        dims.dim.add().dim_value = size
    read = import_bytes(case.model.SerializeToString())
    network, x = read.network, case.data
    if x.ndim == 2:  # the reader makes a picture of a vector and lays it out in a row
        assert isinstance(network.layers[0], Flatten)
        x = x.reshape(len(x), 1, 1, -1)
    y = network.forward([read.params.get(layer.name, {}) for layer in network.layers], x)
    if case.back is not None:
        assert case.shape is not None
        others = case.shape[: case.back] + case.shape[case.back + 1 :]
        return np.moveaxis(y.reshape(y.shape[1], *others), 0, case.back)
    return y if case.shape is None else y.reshape(case.shape)


def _bound(model: ModelProto, inputs: list[Any]) -> Case:
    """Make constants of all inputs but the first: a network has one input."""
    copy = ModelProto()
    copy.CopyFrom(model)
    given = {c.name for c in copy.graph.initializer}
    names = [v.name for v in copy.graph.input if v.name not in given]
    for name, value in list(zip(names, inputs, strict=True))[1:]:
        copy.graph.initializer.append(numpy_helper.from_array(value, name))
    first = next(v for v in copy.graph.input if v.name == names[0])
    first = type(first).FromString(first.SerializeToString())
    del copy.graph.input[:]
    copy.graph.input.append(first)
    return Case(copy, inputs[0])


def _as_pictures(case: Case) -> Case:
    """Lay the data out as (N, C, H, W) or (N, D), as the operator of the case allows."""
    kind = case.model.graph.node[-1].op_type
    shape = case.data.shape
    if kind in ELEMENTWISE and len(shape) not in (2, 4):
        # Each value stands by itself.
        return Case(case.model, case.data.reshape(1, 1, 1, -1), shape)
    if kind in ("Softmax", "LogSoftmax"):
        return _softmax(case)
    if kind == "BatchNormalization" and len(shape) > 2:
        # Each channel stands by itself, however its places are arranged.
        return Case(case.model, case.data.reshape(*shape[:2], -1, shape[-1]), shape)
    if kind == "Flatten":
        return _flatten(case)
    if kind == "Reshape" and len(shape) == 3:
        return Case(case.model, case.data.reshape(shape[0], 1, *shape[1:]))
    if kind == "Gemm":
        node = case.model.graph.node[-1]
        if _setting(node, "transA", 0):
            # The data turned, so that its rows are the pictures.
            _set(node, "transA", 0)
            return Case(case.model, np.ascontiguousarray(case.data.T))
    if kind == "Add":
        return _add(case)
    return case


def _softmax(case: Case) -> Case:
    node, shape = case.model.graph.node[-1], case.data.shape
    modern = case.model.opset_import[0].version >= 13
    axis = _setting(node, "axis", -1 if modern else 1) % len(shape)
    _set(node, "axis", 1)
    if not modern:
        # Then, all axes from this one on were one.
        rows = prod(shape[:axis])
        return Case(case.model, case.data.reshape(rows, -1), shape)
    if len(shape) == 2 and axis == 1:
        return case
    moved = np.moveaxis(case.data, axis, 0)[None]
    moved = np.ascontiguousarray(moved.reshape(*moved.shape, *(1,) * (4 - moved.ndim)))
    return Case(case.model, moved, shape, back=axis)


def _flatten(case: Case) -> Case:
    node, shape = case.model.graph.node[-1], case.data.shape
    axis = _setting(node, "axis", 1)
    axis += len(shape) if axis < 0 else 0
    _set(node, "axis", 1)
    # The axes before this one count the pictures, those from it on make up a picture.
    inside = (1, 1, *shape[axis:])[-2:]
    return Case(case.model, case.data.reshape(prod(shape[:axis]), -1, *inside))


def _add(case: Case) -> Case:
    """Make the sum of two arrays the sum of a residual block.

    Its body is a dense layer whose weights are zero and whose biases are the second array.
    """
    graph = case.model.graph
    constants = {c.name: numpy_helper.to_array(c) for c in graph.initializer}
    for node in graph.node[:-1]:
        constants[node.output[0]] = numpy_helper.to_array(node.attribute[0].t)
    (other,) = (constants[name] for name in graph.node[-1].input if name in constants)
    broadcast = _setting(graph.node[-1], "axis", None)
    if broadcast is not None:  # until opset 7 an axis said where the shapes meet
        other = other.reshape(other.shape + (1,) * (case.data.ndim - broadcast - other.ndim))
    x, other = np.broadcast_arrays(case.data, other)
    assert x.dtype == other.dtype
    assert x.dtype.kind == "f"
    size = x.size
    nodes = [
        helper.make_node("Gemm", ["x", "body.weight", "body.bias"], ["y"], transB=1),
        helper.make_node("Add", ["x", "y"], ["sum"]),
    ]
    new = helper.make_graph(
        nodes,
        "sum",
        [helper.make_tensor_value_info("x", 1, (1, size))],
        [helper.make_tensor_value_info("sum", 1, (1, size))],
        [
            numpy_helper.from_array(np.zeros((size, size), np.float32), "body.weight"),
            numpy_helper.from_array(other.astype(np.float32).reshape(-1), "body.bias"),
        ],
    )
    model = helper.make_model(new, opset_imports=[helper.make_opsetid("", 17)])
    return Case(model, np.ascontiguousarray(x).reshape(1, size), x.shape)


def _setting(node: NodeProto, name: str, default: Any) -> Any:
    found = [onnx.helper.get_attribute_value(a) for a in node.attribute if a.name == name]
    return found[0] if found else default


def _set(node: NodeProto, name: str, value: int) -> None:
    kept = [a for a in node.attribute if a.name != name]
    del node.attribute[:]
    node.attribute.extend([*kept, AttributeProto(name=name, i=value, type=AttributeProto.INT)])
