"""Which layers go together in one stage, and the stages of a network for chunks of one size."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from convsim.core.engine.conv import ConvStage
from convsim.core.engine.dense import DenseStage
from convsim.core.engine.plain import PlainStage
from convsim.core.engine.slabs import BAND
from convsim.core.layers import (
    BatchNorm2d,
    Conv2d,
    Dense,
    Dropout,
    Flatten,
    MaxPool2d,
    ReLU,
    Residual,
)

if TYPE_CHECKING:
    from numpy.typing import DTypeLike

    from convsim.core.engine.stage import Stage
    from convsim.core.layers import Array, Shape
    from convsim.core.network import Network

SPARSE = 2
"""Largest stride for which the gradient of a convolution's input is sought among zeros."""


@dataclass(frozen=True, slots=True)
class Group:
    """Layers `first` to `last` − 1, done by one stage: the first, and what of these follows it."""

    first: int
    last: int
    pool: MaxPool2d | None
    relu: bool


def suits(network: Network) -> bool:
    """Return whether the pictures of a batch can be learned from a few at a time.

    Not with batch norm, which looks at the whole batch; not with Dropout, whose chances come from
    one source in one order; and residual sums read two outputs, where stages read one.
    """
    whole = BatchNorm2d | Dropout | Residual
    return bool(network.layers) and not any(isinstance(layer, whole) for layer in network.layers)


def groups_of(network: Network, depth: int) -> list[Group]:
    """Return the stages of the first `depth` layers as groups of layers."""
    groups: list[Group] = []
    first = 0
    while first < depth:
        layer, last = network.layers[first], first + 1
        pool: MaxPool2d | None = None
        relu = False
        if _is_simple(network, first):
            while last < depth:
                follower = network.layers[last]
                if isinstance(follower, ReLU) and not relu:
                    relu = True
                elif (
                    isinstance(layer, Conv2d)
                    and isinstance(follower, MaxPool2d)
                    and pool is None
                    and _is_side_by_side(follower, network.places[last].input_shape)
                ):
                    pool = follower
                else:
                    break
                last += 1
        groups.append(Group(first, last, pool, relu))
        first = last
    return groups


def _is_simple(network: Network, index: int) -> bool:
    """Return whether a layer is a Dense, or a convolution for which `ConvStage` is the best way."""
    layer = network.layers[index]
    shape = network.places[index].input_shape
    if isinstance(layer, Dense):
        return True
    if not isinstance(layer, Conv2d) or shape is None or layer.groups != 1:
        return False
    for axis in layer.axes(shape):
        if axis.dilation != 1 or min(axis.before, axis.after) < 0:
            return False
        if index and (axis.stride > SPARSE or axis.before >= axis.kernel):
            return False
    return True


def _is_side_by_side(pool: MaxPool2d, shape: Shape | None) -> bool:
    """Return whether the windows of a pool neither overlap, nor leave gaps, nor read padding."""
    return shape is not None and all(
        axis.kernel == axis.stride
        and axis.dilation == 1
        and axis.before == 0
        and axis.count * axis.kernel <= axis.size
        for axis in pool.axes(shape)
    )


class Stages:
    """All stages of a network for one thread and chunks of one size.

    Parameters
    ----------
    network : Network
    depth : int
        How many of its layers.
    batch : int
        Pictures of a chunk.
    dtype : dtype
    shared : dict
        What the stages of all threads share; see `DenseStage`.
    whole : int
        Pictures of the batch.

    Attributes
    ----------
    pictures : array (H, C, W, N)
        Input of the first layer.
    scores, gradient : array
        Output of the last layer, and where its gradient is to be put.
    """

    def __init__(
        self,
        network: Network,
        depth: int,
        batch: int,
        dtype: DTypeLike,
        shared: dict[int, tuple[Array, Array]],
        whole: int,
    ) -> None:
        scratch = np.empty(BAND, dtype)
        shape = network.places[depth - 1].output_shape
        assert shape is not None
        self.scores = y = np.empty(inner_shape(shape, batch), dtype)
        self.gradient = dy = np.empty_like(y)
        stages: list[Stage] = []
        for group in reversed(groups_of(network, depth)):
            index = group.first
            layer, shape = network.layers[index], network.places[index].input_shape
            assert shape is not None
            if isinstance(layer, Flatten):
                y, dy = _as_maps(y, shape), _as_maps(dy, shape)
                continue
            stage: Stage
            first, relu = index == 0, group.relu
            if isinstance(layer, Dense):
                if index not in shared:
                    shared[index] = (
                        np.empty((shape[0], whole), dtype),
                        np.empty((layer.units, whole), dtype),
                    )
                stage = DenseStage(index, *shared[index], y, dy, relu=relu, first=first)
            elif isinstance(layer, Conv2d) and _is_simple(network, index):
                stage = ConvStage(
                    index, layer, shape, group.pool, y, dy, scratch, relu=relu, first=first
                )
            else:
                stage = PlainStage(index, layer, shape, y, dy)
            stages.insert(0, stage)
            y, dy = stage.x, stage.dx if stage.dx is not None else stage.x
        self.stages = stages
        self.pictures = y


def inner_shape(shape: Shape, batch: int) -> tuple[int, ...]:
    """Return (H, C, W, N) for maps (H, W, C), or (D, N) for a vector (D,)."""
    return (shape[0], shape[2], shape[1], batch) if len(shape) == 3 else (shape[0], batch)


def _as_maps(vectors: Array, shape: Shape) -> Array:
    """Return vectors (D, N) as the maps (H, C, W, N) that Flatten has laid out in a row: a view."""
    if len(shape) == 1:
        return vectors
    height, width, channels = shape
    return vectors.reshape(channels, height, width, -1).transpose(1, 0, 2, 3)
