"""The stages of a network for chunks of one size, with buffers that join them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from convsim.core.engine.conv import ConvForward, ConvStage, strips_of
from convsim.core.engine.dense import DenseForward, DenseStage, Seen
from convsim.core.engine.groups import groups_of, is_simple
from convsim.core.engine.plain import PlainForward, PlainStage
from convsim.core.engine.windows import BAND, EDGE, Room
from convsim.core.layers import Conv2d, Dense, Flatten

if TYPE_CHECKING:
    from numpy.typing import DTypeLike

    from convsim.core.engine.stage import Forward, Stage
    from convsim.core.layers import Array, Shape
    from convsim.core.place import Stack


class ForwardStages:
    """All stages of a network for one thread and chunks of one size.

    Parameters
    ----------
    network : Stack
        One that `suits`.
    depth : int
        How many of its layers.
    batch : int
        Pictures of a chunk.
    dtype : dtype

    Attributes
    ----------
    stages : list of Forward
        In order.
    pictures : array (H, C, W, N)
        Input of the first layer.
    scores : array
        Output of the last layer.
    """

    def __init__(self, network: Stack, depth: int, batch: int, dtype: DTypeLike) -> None:
        room = Room(np.empty(BAND, dtype), EDGE)
        self.scores = y = np.empty(output_shape(network, depth, batch), dtype)
        self.stages: list[Forward] = []
        for group in reversed(groups_of(network, depth)):
            layer, shape = network.places[group.first].layer, input_shape(network, group.first)
            if isinstance(layer, Flatten):
                y = _as_maps(y, shape)
                continue
            if isinstance(layer, Conv2d) and is_simple(network, group.first):
                strips = strips_of(group, layer, shape) if batch == 1 else 1
                stage: Forward = ConvForward(group, layer, shape, y, room, strips)
            else:
                x = np.empty(inner_shape(shape, batch), dtype)
                if isinstance(layer, Dense):
                    stage = DenseForward(group, x, y)
                else:
                    stage = PlainForward(group.first, layer, x, y)
            self.stages.insert(0, stage)
            y = stage.x
        self.pictures = y


class LearningStages:
    """All stages of a network that learns, for one thread and chunks of one size.

    Parameters
    ----------
    network, depth, batch
        See `ForwardStages`.
    room, back : Room
        The thread's, of the dtype of everything; and that of whoever takes gradients back to the
        inputs, which may be the same if no other thread is at work meanwhile.
    shared : dict
        By layer, the sums that the thread's stages for chunks of all sizes share.
    count : int
        Pictures that the thread sees of a batch.

    Attributes
    ----------
    stages : list of Stage
    pictures, scores
        See `ForwardStages`.
    gradient : array
        Where the gradient of the scores is to be put.
    """

    def __init__(
        self,
        network: Stack,
        depth: int,
        batch: int,
        room: Room,
        back: Room,
        shared: dict[int, Any],
        count: int,
    ) -> None:
        dtype = room.numbers.dtype
        self.scores = y = np.empty(output_shape(network, depth, batch), dtype)
        self.gradient = dy = np.empty_like(y)
        self.stages: list[Stage] = []
        for group in reversed(groups_of(network, depth)):
            index = group.first
            layer, shape = network.places[index].layer, input_shape(network, index)
            if isinstance(layer, Flatten):
                y, dy = _as_maps(y, shape), _as_maps(dy, shape)
                continue
            if isinstance(layer, Dense):
                if index not in shared:
                    shared[index] = Seen(shape[0], layer.units, count, dtype)
                stage: Stage = DenseStage(group, shared[index], y, dy)
            elif isinstance(layer, Conv2d) and is_simple(network, index):
                if index not in shared:
                    size = shape[2] * layer.kernel[0] * layer.kernel[1]
                    shared[index] = np.zeros((size + 1, layer.filters), dtype)
                stage = ConvStage(
                    group, layer, shape, y, dy, room, back, shared[index], alone=count == batch
                )
            else:
                x = np.empty(inner_shape(shape, batch), dtype)
                stage = PlainStage(index, layer, x, y, dy, shared.setdefault(index, {}))
            self.stages.insert(0, stage)
            # Only of the first stage nobody wants dL/dx.
            y, dy = stage.x, stage.x if stage.dx is None else stage.dx
        self.pictures = y


def input_shape(network: Stack, index: int) -> Shape:
    """Return the shape that goes into a layer of a network without errors."""
    shape = network.places[index].input_shape
    assert shape is not None
    return shape


def output_shape(network: Stack, depth: int, batch: int) -> tuple[int, ...]:
    """Return the shape, (H, C, W, N) or (D, N), of what comes out of the first `depth` layers."""
    shape = network.places[depth - 1].output_shape
    assert shape is not None
    return inner_shape(shape, batch)


def inner_shape(shape: Shape, batch: int) -> tuple[int, ...]:
    """Return (H, C, W, N) for maps (H, W, C), or (D, N) for a vector (D,)."""
    return (shape[0], shape[2], shape[1], batch) if len(shape) == 3 else (shape[0], batch)


def _as_maps(vectors: Array, shape: Shape) -> Array:
    """Return vectors (D, N) as the maps (H, C, W, N) that Flatten has laid out in a row: a view."""
    if len(shape) == 1:
        return vectors
    height, width, channels = shape
    return vectors.reshape(channels, height, width, -1).transpose(1, 0, 2, 3)
