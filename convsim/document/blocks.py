"""Blocks: layers that are spoken of as one, such as a residual body or conv–ReLU–pool."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convsim.core.layers import Pool2d, WindowLayer
from convsim.core.record import record

if TYPE_CHECKING:
    from convsim.core.network import Network


@record
class Block:
    """Neighbouring layers that the list can show as one card.

    Attributes
    ----------
    start, stop : int
        The first layer and the one behind the last.
    kind : str
        ``residual``, a body and what adds it to its input, or ``group``, convolutions up to the
        next pooling.
    """

    start: int
    stop: int
    kind: str

    def __contains__(self, index: int) -> bool:
        """Whether a layer is part of the block."""
        return self.start <= index < self.stop


def blocks_of(network: Network) -> tuple[Block, ...]:
    """Return the blocks of a network in order; they do not overlap.

    Examples
    --------
    >>> from convsim.core.layers import Conv2d, Dense, Flatten, MaxPool2d, ReLU
    >>> from convsim.core.network import Network
    >>> body = [Conv2d(6, 5), ReLU(), MaxPool2d(2), Flatten(), Dense(10)]
    >>> blocks_of(Network((28, 28, 1), body))
    (Block(start=0, stop=3, kind='group'),)
    """
    residual = [
        Block(max(i - getattr(layer, "span", 0), 0), i + 1, "residual")
        for i, layer in enumerate(network.layers)
        if layer.kind == "residual"
    ]
    # Of bodies in each other the outer one is the block.
    outer = [b for b in residual if not any(b != o and _inside(b, o) for o in residual)]
    taken = {i for block in outer for i in range(block.start, block.stop)}
    return tuple(sorted([*outer, *_groups(network, taken)], key=lambda block: block.start))


def _groups(network: Network, taken: set[int]) -> list[Block]:
    """Return each run from a convolution to the pooling that ends it."""
    found, start = [], None
    for index, layer in enumerate(network.layers):
        maps = network.places[index].output_shape
        if index in taken or (maps is not None and len(maps) != 3) or layer.kind == "flatten":
            start = None
        elif isinstance(layer, Pool2d):
            if start is not None:
                found.append(Block(start, index + 1, "group"))
            start = None
        elif start is None and isinstance(layer, WindowLayer):
            start = index
    return found


def _inside(block: Block, other: Block) -> bool:
    return other.start <= block.start and block.stop <= other.stop
