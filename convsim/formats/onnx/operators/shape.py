"""Flatten, Reshape, Identity, Dropout and Constant: what changes no number."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING

from convsim.core.layers import Dropout, Flatten
from convsim.formats.onnx.errors import OnnxError
from convsim.formats.onnx.model import Tensor
from convsim.formats.onnx.settings import axis_of, integer, integers, real

if TYPE_CHECKING:
    from convsim.formats.onnx.model import Node
    from convsim.formats.onnx.reading import Reading

CONSTANTS = ("value", "value_float", "value_floats", "value_int", "value_ints")


def flatten(node: Node, reading: Reading) -> None:
    """Read maps laid out in a row, channel by channel."""
    reading.follow(node)
    rank = 4 if len(reading.shape) == 3 else 2
    if axis_of(node, rank, 1) != 1:
        reading.refuse(node, "each picture can be laid out in a row (axis 1)")
    reading.add(node, Flatten())


def reshape(node: Node, reading: Reading) -> None:
    """Read a change of shape, if it lays out each picture in a row or changes nothing."""
    reading.follow(node)
    shape = reading.whole_numbers(node, 1, "shape")
    if shape is None:
        shape = integers(node, "shape")
    if shape is None:
        reading.refuse(node, "it has no shape")
    count = prod(reading.shape)
    given = len(reading.shape) == 3
    full = (reading.shape[2], *reading.shape[:2]) if given else reading.shape
    sizes = list(shape[1:])
    if not integer(node, "allowzero", 0):
        sizes = [full[i] if n == 0 and i < len(full) else n for i, n in enumerate(sizes)]
    if sizes.count(-1) == 1 and shape[0] != -1:
        rest = prod(n for n in sizes if n != -1)
        sizes = [count // rest if n == -1 and rest > 0 else n for n in sizes]
    first = shape[0] if shape else 0
    whole = first in (0, -1) or first == reading.batch
    if whole and tuple(sizes) == full:
        reading.passes(node)
    elif whole and sizes == [count]:
        reading.add(node, Flatten())
    else:
        reading.refuse(
            node, f"it makes {list(shape)}; each picture can be laid out in a row, as [0, -1] does"
        )


def identity(node: Node, reading: Reading) -> None:
    """Read a second name for a value."""
    name = node.inputs[0] if node.inputs else ""
    if name in reading.constants:
        reading.constants[node.outputs[0]] = reading.constants[name]
    elif name in reading.places:
        reading.places[node.outputs[0]] = reading.places[name]
    else:
        reading.refuse(node, "it has no input")


def dropout(node: Node, reading: Reading) -> None:
    """Read Dropout, which lets everything pass unless a network is being trained."""
    reading.follow(node)
    ratio = real(node, "ratio", 0.5)
    given = reading.constant(node, 1, "ratio")
    if given is not None:
        if prod(given.dims) != 1:
            reading.refuse(node, "its ratio must be one number")
        ratio = float(given.read().reshape(-1)[0])
    training = any(reading.whole_numbers(node, 2, "training mode") or ())
    if reading.plan.opset < 7:
        training = not integer(node, "is_test", 0)
    if training and ratio:
        reading.refuse(node, "it is in training mode and would leave out values at random")
    reading.add(node, Dropout(round(ratio, 6)))


def constant(node: Node, reading: Reading) -> None:
    """Read a constant that is a node of its own."""
    for name in CONSTANTS:
        value = node.attributes.get(name)
        if value is not None:
            if isinstance(value, Tensor):
                value = Tensor(node.outputs[0], value.dims, value.kind, value.data)
            reading.constants[node.outputs[0]] = value
            return
    if node.holds_graph or not node.outputs:
        raise OnnxError(f"{node} gives nothing")
    reading.refuse(node, f"it holds {', '.join(node.attributes) or 'nothing'}; numbers can be read")
