"""One ONNX operator at a time, worked out by onnxruntime."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

if TYPE_CHECKING:
    from collections.abc import Mapping

OPSET = 13
FORMAT = 8
"""Versions of the operators and of the file that every onnxruntime in use can read."""


def run(
    operator: str,
    x: np.ndarray,
    params: Mapping[str, np.ndarray] | None = None,
    **attributes: Any,
) -> np.ndarray:
    """Return what the operator makes of x and its parameters, in that order; all float32."""
    params = params or {}
    node = helper.make_node(operator, ["x", *params], ["y"], **attributes)
    graph = helper.make_graph(
        [node],
        operator,
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, x.shape)],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, None)],
        [numpy_helper.from_array(array, name) for name, array in params.items()],
    )
    model = helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=FORMAT
    )
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(
        model.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )
    (y,) = session.run(None, {"x": np.ascontiguousarray(x)})
    return np.asarray(y)
