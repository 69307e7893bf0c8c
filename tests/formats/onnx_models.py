"""ONNX files made piece by piece, to be read or to be refused."""

from __future__ import annotations

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper


def node(kind, inputs, outputs, name="", **settings):
    return helper.make_node(kind, inputs, outputs, name, **settings)


def constant(name, values, dtype=np.float32):
    return numpy_helper.from_array(np.asarray(values, dtype), name)


def model(nodes, constants=(), dims=("N", 1, 6, 6), out=None, opset=17, kind=TensorProto.FLOAT):
    """Return a model from "x" to what the last node gives, or to `out`."""
    result = out or nodes[-1].output[0]
    graph = helper.make_graph(
        nodes,
        "g",
        [helper.make_tensor_value_info("x", kind, dims)],
        [helper.make_tensor_value_info(result, kind, None)],
        list(constants),
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)])


def filters(count=2, channels=1, size=3, name="w"):
    values = np.random.default_rng(0).normal(0, 1, (count, channels, size, size))
    return constant(name, values)


def convolution(**settings):
    """Return a model of one convolution of 6×6 pictures with 3×3 filters."""
    return model([node("Conv", ["x", "w"], ["y"], "conv1", **settings)], [filters()])


def saved(folder, made, name="net.onnx"):
    path = folder / name
    path.write_bytes(made if isinstance(made, bytes) else made.SerializeToString())
    return path


def answer(made, x):
    """Return what onnxruntime gives."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    options.intra_op_num_threads = 1
    data = made if isinstance(made, bytes) else made.SerializeToString()
    session = onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"])
    return session.run(None, {session.get_inputs()[0].name: x})[0]


__all__ = ["answer", "constant", "convolution", "filters", "model", "node", "onnx", "saved"]
