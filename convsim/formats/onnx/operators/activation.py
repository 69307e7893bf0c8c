"""Operators that look at each value by itself, and the two kinds of Softmax."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convsim.core.layers import (
    ELU,
    GELU,
    LeakyReLU,
    LogSoftmax,
    ReLU,
    Sigmoid,
    Softmax,
    Tanh,
)
from convsim.formats.onnx.settings import axis_of, real, text

if TYPE_CHECKING:
    from collections.abc import Callable

    from convsim.core.layers import Layer
    from convsim.formats.onnx.model import Node
    from convsim.formats.onnx.reading import Reading


def relu(node: Node, reading: Reading) -> None:
    """Read max(0, x)."""
    reading.follow(node)
    reading.add(node, ReLU())


def leaky_relu(node: Node, reading: Reading) -> None:
    """Read ReLU with a slope for negative values."""
    reading.follow(node)
    reading.add(node, LeakyReLU(_tidy(real(node, "alpha", 0.01))))


def elu(node: Node, reading: Reading) -> None:
    """Read ELU: negative values bend towards −alpha."""
    reading.follow(node)
    reading.add(node, ELU(_tidy(real(node, "alpha", 1.0))))


def sigmoid(node: Node, reading: Reading) -> None:
    """Read 1/(1 + exp(−x))."""
    reading.follow(node)
    reading.add(node, Sigmoid())


def tanh(node: Node, reading: Reading) -> None:
    """Read the hyperbolic tangent."""
    reading.follow(node)
    reading.add(node, Tanh())


def gelu(node: Node, reading: Reading) -> None:
    """Read GELU, exact or with the tanh that stands for it."""
    reading.follow(node)
    form = text(node, "approximate", "none")
    if form not in ("none", "tanh"):
        reading.refuse(node, f"approximate is {form!r}; none and tanh can be read")
    reading.add(node, GELU("tanh" if form == "tanh" else "exact"))


def softmax(node: Node, reading: Reading) -> None:
    """Read Softmax over values or channels."""
    _over_channels(node, reading, Softmax)


def log_softmax(node: Node, reading: Reading) -> None:
    """Read the logarithm of Softmax over values or channels."""
    _over_channels(node, reading, LogSoftmax)


def _over_channels(node: Node, reading: Reading, layer: Callable[[], Layer]) -> None:
    reading.follow(node)
    maps = len(reading.shape) == 3
    modern = reading.plan.opset >= 13
    axis = axis_of(node, 4 if maps else 2, -1 if modern else 1)
    # Before opset 13 the axes from `axis` on were taken as one.
    together = not modern and maps and reading.shape[:2] != (1, 1)
    if axis != 1 or together:
        what = "channels, rows and columns together" if axis == 1 else f"axis {axis}"
        reading.refuse(node, f"it is over {what}; over the channels (axis 1) it can be read")
    reading.add(node, layer())


def _tidy(value: float) -> float:
    """Return 0.01 for what 0.01 becomes as a float32."""
    return float(f"{value:.7g}")
