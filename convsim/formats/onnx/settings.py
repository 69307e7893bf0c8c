"""The settings of a node: read by name, of the kind that belongs there, or their default."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from convsim.core.geometry import Policy, make_axis
from convsim.formats.onnx.errors import OnnxError

if TYPE_CHECKING:
    from convsim.core.layers import Pair
    from convsim.formats.onnx.model import Node
    from convsim.formats.onnx.reading import Reading


def integer(node: Node, name: str, default: int) -> int:
    """Return a setting that is a whole number."""
    value = node.attributes.get(name, default)
    if not isinstance(value, int):
        raise OnnxError(f"{node}: {name} must be a whole number")
    return value


def real(node: Node, name: str, default: float) -> float:
    """Return a setting that is a number."""
    value = node.attributes.get(name, default)
    if not isinstance(value, int | float):
        raise OnnxError(f"{node}: {name} must be a number")
    return float(value)


def text(node: Node, name: str, default: str) -> str:
    """Return a setting that is a word."""
    value = node.attributes.get(name, default.encode())
    if not isinstance(value, bytes):
        raise OnnxError(f"{node}: {name} must be a word")
    return value.decode("utf-8", "replace")


def integers(node: Node, name: str) -> tuple[int, ...] | None:
    """Return a setting that is a list of whole numbers; None if it is not there."""
    value = node.attributes.get(name)
    if value is None:
        return None
    if not isinstance(value, tuple) or not all(isinstance(n, int) for n in value):
        raise OnnxError(f"{node}: {name} must be a list of whole numbers")
    return tuple(n for n in value if isinstance(n, int))


def axis_of(node: Node, rank: int, default: int) -> int:
    """Return the setting ``axis``, counted from the front."""
    axis = integer(node, "axis", default)
    if not -rank <= axis <= rank:
        raise OnnxError(f"{node}: axis must be {-rank} to {rank}; got {axis}")
    return axis + rank if axis < 0 else axis


def two(node: Node, reading: Reading, name: str) -> Pair:
    """Return a setting for rows and columns; (1, 1) if it is not there."""
    value = integers(node, name)
    if value is None:
        return 1, 1
    if len(value) != 2:
        reading.refuse(node, f"{name} has {len(value)} values; pictures have rows and columns")
    return value[0], value[1]


@dataclass(frozen=True, slots=True)
class Window:
    """How a window slides: the settings that convolution and pooling share.

    Attributes
    ----------
    kernel, stride, dilation : (int, int)
        Rows and columns.
    edges : (int, int, int, int)
        Padding above, left, below, right.
    same : bool
        Whether the padding is TensorFlow's "same", which `edges` is then for this size only.
    """

    kernel: Pair
    stride: Pair
    dilation: Pair
    edges: tuple[int, int, int, int]
    same: bool


def window(node: Node, reading: Reading, kernel: tuple[int, ...] | None) -> Window:
    """Return how the window of a node slides over the maps so far.

    Parameters
    ----------
    node : Node
    reading : Reading
    kernel : tuple of int, optional
        From the weights; where there are none, from the setting ``kernel_shape``.
    """
    shape = reading.shape
    if len(shape) != 3:
        reading.refuse(node, "it needs maps, and is given a vector")
    stated = integers(node, "kernel_shape")
    kernel = kernel or stated
    if kernel is None or len(kernel) != 2:
        reading.refuse(node, f"its kernel has {len(kernel or ())} sides; ConvSim's have two")
    if stated is not None and stated != kernel:
        reading.refuse(node, f"kernel_shape {stated} is not that of its weights, {kernel}")
    tall, wide = kernel
    stride, dilation = two(node, reading, "strides"), two(node, reading, "dilations")
    if min(tall, wide, *stride, *dilation) < 1:
        reading.refuse(node, "kernel_shape, strides and dilations must be 1 or more")
    mode = text(node, "auto_pad", "NOTSET") or "NOTSET"
    edges = integers(node, "pads") or (0, 0, 0, 0)
    if len(edges) != 4 or min(edges) < 0:
        reading.refuse(node, f"pads must be four numbers, none below 0; got {edges}")
    if mode == "VALID":
        edges = (0, 0, 0, 0)
    elif mode.startswith("SAME"):
        rows = make_axis(shape[0], tall, stride[0], 0, dilation[0], Policy.SAME)
        cols = make_axis(shape[1], wide, stride[1], 0, dilation[1], Policy.SAME)
        edges = (rows.before, cols.before, rows.after, cols.after)
        if mode == "SAME_LOWER":  # the odd zero comes first
            edges = (rows.after, cols.after, rows.before, cols.before)
    elif mode != "NOTSET":
        reading.refuse(node, f"auto_pad is {mode!r}")
    top, left, bottom, right = edges
    return Window((tall, wide), stride, dilation, (top, left, bottom, right), mode == "SAME_UPPER")
