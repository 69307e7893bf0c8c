"""MaxPool, AveragePool and the two pools over whole maps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convsim.core.geometry import Policy
from convsim.core.layers import AvgPool2d, GlobalAvgPool, GlobalMaxPool, MaxPool2d
from convsim.formats.onnx.operators.conv import padding
from convsim.formats.onnx.settings import Window, integer, window

if TYPE_CHECKING:
    from convsim.core.layers import Sides
    from convsim.formats.onnx.model import Node
    from convsim.formats.onnx.reading import Reading


def max_pool(node: Node, reading: Reading) -> None:
    """Read the largest value of each window."""
    reading.follow(node)
    found = window(node, reading, None)
    edges, policy = _rounding(node, found)
    layer = MaxPool2d(found.kernel, found.stride, edges, found.dilation, policy=policy)
    reading.add(node, layer)


def average_pool(node: Node, reading: Reading) -> None:
    """Read the mean of each window, with or without the zeros of the padding."""
    reading.follow(node)
    found = window(node, reading, None)
    edges, policy = _rounding(node, found)
    counted = bool(integer(node, "count_include_pad", 0))
    if counted and policy is Policy.SAME:  # "same" never counts zeros; its edges, spelt out, do
        policy = Policy.FLOOR
    layer = AvgPool2d(
        found.kernel,
        found.stride,
        edges,
        found.dilation,
        policy=policy,
        count_include_pad=counted,
    )
    reading.add(node, layer)


def global_average_pool(node: Node, reading: Reading) -> None:
    """Read the mean of each map."""
    reading.follow(node)
    reading.add(node, GlobalAvgPool())


def global_max_pool(node: Node, reading: Reading) -> None:
    """Read the largest value of each map."""
    reading.follow(node)
    reading.add(node, GlobalMaxPool())


def _rounding(node: Node, found: Window) -> tuple[Sides, Policy]:
    if found.same:
        return padding(found), Policy.SAME
    return padding(found), Policy.CEIL if integer(node, "ceil_mode", 0) else Policy.FLOOR
