"""Which layers go together in one stage."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convsim.core.layers import BatchNorm2d, Conv2d, Dense, Dropout, MaxPool2d, ReLU, Residual
from convsim.core.record import record

if TYPE_CHECKING:
    from convsim.core.layers import Shape
    from convsim.core.place import Stack

SPARSE = 2
"""Largest stride for which the gradient of a convolution's input is sought among zeros."""


@record
class Group:
    """Layers `first` to `last` − 1, done by one stage: the first, and what of these follows it."""

    first: int
    last: int
    pool: MaxPool2d | None
    relu: bool


def suits(network: Stack) -> bool:
    """Return whether the pictures of a batch can be learned from a few at a time.

    Not with batch norm, which looks at the whole batch; not with Dropout, whose chances come from
    one source in one order; and residual sums read two outputs, where stages read one.
    """
    whole = BatchNorm2d | Dropout | Residual
    return bool(network.places) and not any(isinstance(p.layer, whole) for p in network.places)


def groups_of(network: Stack, depth: int) -> list[Group]:
    """Return the stages of the first `depth` layers as groups of layers."""
    groups: list[Group] = []
    first = 0
    while first < depth:
        layer, last = network.places[first].layer, first + 1
        pool: MaxPool2d | None = None
        relu = False
        if is_simple(network, first):
            while last < depth:
                follower = network.places[last].layer
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


def is_simple(network: Stack, index: int) -> bool:
    """Return whether a layer is a Dense, or a convolution for which `ConvStage` is the best way."""
    layer = network.places[index].layer
    shape = network.places[index].input_shape
    if isinstance(layer, Dense):
        return True
    if not isinstance(layer, Conv2d) or shape is None or layer.groups != 1:
        return False
    for axis in layer.axes(shape):
        if axis.dilation != 1 or min(axis.before, axis.after) < 0:
            return False
        if index and (axis.stride > SPARSE or max(axis.before, axis.after) >= axis.kernel):
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
