"""Writing a network as ONNX, for onnxruntime, PyTorch and every other program that reads it.

Pictures are (N, C, H, W) with any number N of them; nodes have the names of the layers and
weights those of PyTorch: ``conv1.weight``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np

from convsim import __version__
from convsim.formats.errors import ExportError
from convsim.formats.files import replacing
from convsim.formats.onnx.operations import OPERATIONS, OPSET

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from convsim.core.layers import Params, Shape
    from convsim.core.network import Network

IR_VERSION = 8
"""The version of the file format that belongs to opset 17."""
BATCH = "N"
MOST_BYTES = 2**31 - 1
"""Bytes of the largest protobuf file."""


def export_onnx(path: Path, network: Network, weights: Sequence[Params], title: str = "") -> None:
    """Write a network with its weights to a file, whole or not at all; see `write_onnx`."""
    with replacing(path) as file:
        write_onnx(file, network, weights, title or path.stem)


def write_onnx(
    file: BinaryIO, network: Network, weights: Sequence[Params], title: str = ""
) -> None:
    """Write a network with its weights.

    Parameters
    ----------
    file : binary file
    network : Network
    weights : sequence of mappings
        One a layer, float32; those that do not exist yet are made.
    title : str
        What the network is called.

    Raises
    ------
    ConvSimError
        If a layer does not fit, there is none, or the file would be larger than 2 GiB.
    """
    import onnx
    from onnx import TensorProto, helper

    network.check()
    if not network.layers:
        raise ExportError("a network without layers cannot be written as ONNX; add a layer first")
    numbers = sum(int(np.prod(s)) for sizes in network.param_shapes for s in sizes.values())
    if numbers * 4 > MOST_BYTES - 1_000_000:
        raise ExportError(
            f"{numbers:,} weights do not fit into one ONNX file, which holds 2 GiB; "
            "choose a smaller network"
        )
    values = _names(network)
    opset = OPSET
    nodes, constants = [], []
    for place, name in zip(network.places, values[1:], strict=True):
        layer = place.layer
        operation = OPERATIONS[type(layer)](layer, place)
        opset = max(opset, operation.opset)
        inputs = [values[source + 1] for source in layer.sources(place.index)]
        params = dict(network.checked_params(place.index, weights[place.index]))
        singles = {key: np.float32(number) for key, number in operation.numbers.items()}
        for key, array in (params | singles).items():
            inputs.append(f"{layer.name}.{key}")
            constants.append(_tensor(inputs[-1], array))
        nodes.append(
            helper.make_node(operation.kind, inputs, [name], layer.name, **operation.attributes)
        )
    graph = helper.make_graph(
        nodes,
        title or "network",
        [helper.make_tensor_value_info(values[0], TensorProto.FLOAT, _dims(network.input_shape))],
        [helper.make_tensor_value_info(values[-1], TensorProto.FLOAT, _dims(network.output_shape))],
        constants,
    )
    model: Any = helper.make_model(
        graph,
        opset_imports=[helper.make_opsetid("", opset)],
        producer_name="ConvSim",
        producer_version=__version__,
        ir_version=IR_VERSION if opset == OPSET else min(10, onnx.IR_VERSION),
    )
    del constants
    file.write(model.SerializeToString())


def _tensor(name: str, array: Any) -> Any:
    from onnx import TensorProto

    raw = np.ascontiguousarray(array, "<f4").tobytes()
    return TensorProto(name=name, dims=np.shape(array), data_type=TensorProto.FLOAT, raw_data=raw)


def _dims(shape: Shape) -> list[int | str]:
    return [BATCH, shape[2], shape[0], shape[1]] if len(shape) == 3 else [BATCH, *shape]


def _names(network: Network) -> list[str]:
    """Return a name for the input and for what each layer gives, none like that of a weight."""
    taken = {
        f"{layer.name}.{key}"
        for layer, sizes in zip(network.layers, network.param_shapes, strict=True)
        for key in sizes
    }
    names: list[str] = []
    for wish in ("input", *(layer.name for layer in network.layers)):
        name = wish
        while name in taken:
            name += "'"
        taken.add(name)
        names.append(name)
    return names
