"""BatchNormalization as it is at inference: with the means and variances of its training."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convsim.core.layers import BatchNorm2d
from convsim.formats.onnx.settings import integer, real

if TYPE_CHECKING:
    from convsim.formats.onnx.model import Node
    from convsim.formats.onnx.reading import Reading

PARTS = ("weight", "bias", "running_mean", "running_var")


def batch_normalization(node: Node, reading: Reading) -> None:
    """Read (x − mean)/√(variance + epsilon) · weight + bias, channel by channel."""
    reading.follow(node)
    opset = reading.plan.opset
    training = integer(node, "training_mode", 0) if opset >= 14 else 0
    if opset < 7:
        training = not integer(node, "is_test", 0)
    if training:
        reading.refuse(node, "it is in training mode; export the network for inference")
    if opset < 9 and not integer(node, "spatial", 1):
        reading.refuse(node, "it normalises every place by itself (spatial is 0)")
    weights = {}
    for index, part in enumerate(PARTS, 1):
        found = reading.constant(node, index, part)
        if found is None:
            reading.refuse(node, f"its {part} is missing")
        weights[part] = found
    # ONNX states the share of the old statistics, ConvSim, as PyTorch, that of the new.
    momentum = round(1 - real(node, "momentum", 0.9), 6)
    eps = float(f"{real(node, 'epsilon', 1e-5):.7g}")
    reading.add(node, BatchNorm2d(momentum=min(max(momentum, 0.0), 1.0), eps=eps), weights)
