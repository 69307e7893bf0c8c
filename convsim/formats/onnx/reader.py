"""Opening a network that another program wrote, such as one that was trained in PyTorch.

The file is understood from the outside in: its parts, then which nodes make the network, then
each as a layer that fits on the one before.  Only when all of that is right are the weights read.
What cannot be computed exactly is refused by name; nothing is approximated.
"""

from __future__ import annotations

import io
import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

import numpy as np

from convsim.core.errors import ConvSimError
from convsim.core.layers import Flatten
from convsim.core.network import Network
from convsim.data.names import shown_name
from convsim.formats.onnx.errors import OnnxError
from convsim.formats.onnx.graph import plan_of
from convsim.formats.onnx.model import read_model
from convsim.formats.onnx.operators import CONVERTERS
from convsim.formats.onnx.reading import Reading, input_shape
from convsim.formats.onnx.tensors import MOST_BYTES
from convsim.formats.onnx.wire import Wire

if TYPE_CHECKING:
    from pathlib import Path

    from convsim.core.layers import Params


@dataclass(frozen=True, eq=False)
class Imported:
    """What was read.

    Attributes
    ----------
    network : Network
    params : mapping from layer name to parameters
        float32; only layers that have some.
    notes : tuple of str
        What a person should know, one sentence each.
    """

    network: Network
    params: Mapping[str, Params]
    notes: tuple[str, ...] = ()


def import_onnx(path: Path, shape: tuple[int, int, int] | None = None) -> Imported:
    """Return the network in an ONNX file, with its weights.

    Parameters
    ----------
    path : Path
    shape : (int, int, int), optional
        Height, width and channels of the picture, for a file that leaves them open.

    Raises
    ------
    SizeNeededError
        If the file leaves the size open and `shape` is not given.
    UnsupportedError
        If it is a network that ConvSim cannot compute exactly; the text lists the nodes.
    OnnxError
        If the file is damaged or too large.  The text begins with the name of the file.
    """
    name = shown_name(path.name or str(path))
    try:
        status = os.stat(path)
        if not stat.S_ISREG(status.st_mode):
            raise OnnxError("is not a file; give the .onnx file itself")
        if status.st_size > MOST_BYTES:
            raise OnnxError(
                f"has {status.st_size / 1e6:,.0f} MB; up to {MOST_BYTES / 1e6:,.0f} MB can be read"
            )
        with open(path, "rb") as file:
            return _import(file, status.st_size, shape)
    except OnnxError as problem:
        problem.args = (f"{name}: {problem}",)
        raise
    except (FileNotFoundError, NotADirectoryError) as problem:
        raise OnnxError(f"{name}: there is no such file; check the name") from problem
    except OSError as problem:
        reason = problem.strerror or "no reason given"
        raise OnnxError(f"{name}: cannot be read ({reason})") from problem
    except MemoryError as problem:
        raise OnnxError(f"{name}: there is not enough memory for its weights") from problem


def import_bytes(data: bytes, shape: tuple[int, int, int] | None = None) -> Imported:
    """Return the network that the bytes of an ONNX file hold; see `import_onnx`."""
    return _import(io.BytesIO(data), len(data), shape)


def _import(file: BinaryIO, size: int, wanted: tuple[int, int, int] | None) -> Imported:
    if not size:
        raise OnnxError("is empty (0 bytes); export it again")
    wire = Wire(file, size)
    model = read_model(wire)
    plan = plan_of(model, CONVERTERS)
    shape, batch, vector = input_shape(plan, wanted)
    # Checks the bounds of the input before anything is computed with them.
    Network(shape, ())
    reading = Reading(wire, model, plan, [shape], batch)
    reading.constants.update(model.constants)
    reading.places[plan.source.name] = 0
    notes = []
    if vector:
        reading.layers.append(Flatten())
        reading.weights.append({})
        reading.shapes.append(Flatten().output_shape(shape))
        reading.places[plan.source.name] = 1
        notes.append(
            f"the input {plan.source.name!r} is a vector; it is read from a picture of "
            f"{'×'.join(map(str, shape))} and laid out in a row"
        )
    for node in plan.nodes:
        if not node.outputs or not node.outputs[0]:
            raise OnnxError(f"{node} gives nothing")
        try:
            CONVERTERS[node.kind](node, reading)
        except OnnxError:
            raise
        except ConvSimError as problem:
            raise OnnxError(f"{node} cannot be read: {problem}") from problem
    if reading.places.get(plan.result) != len(reading.layers):
        raise OnnxError(f"its output {plan.result!r} is not the end of the network")
    network = Network(shape, reading.layers)
    network.check()
    params = {}
    for layer, weights in zip(network.layers, reading.weights, strict=True):
        if weights:
            params[layer.name] = {key: weight.read() for key, weight in weights.items()}
            notes += _not_finite(layer.name, params[layer.name])
    return Imported(network, params, tuple(notes))


def _not_finite(name: str, params: Params) -> list[str]:
    values = sum(array.size for array in params.values())
    bad = values - sum(int(np.isfinite(array).sum()) for array in params.values())
    return [f"{name}: {bad:,} of {values:,} weights are not finite"] if bad else []
