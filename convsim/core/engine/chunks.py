"""How many pictures at a time: few enough for the caches, enough for long runs."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from convsim.core.place import Stack

CHUNK_BYTES = 3_600_000
"""Activations of a chunk, for which training is fastest (measured): with their gradients and
lowered bands most of them stay in the caches, and runs are still long."""
CHUNK = 32
"""Most pictures in a chunk."""


def work_of(network: Stack, depth: int) -> int:
    """Return the multiply-adds of one picture through the first `depth` layers, forward."""
    places = network.places[:depth]
    return sum(int(p.layer.multiply_adds(p.input_shape).result) for p in places if p.input_shape)


def chunk_of(network: Stack, depth: int, item: int) -> int:
    """Return how many pictures at a time stay in the caches."""
    sizes = (p.output_shape for p in network.places[:depth] if not p.layer.in_place)
    one = item * sum(prod(size) for size in sizes if size)
    return min(max(CHUNK_BYTES // max(one, 1), 1), CHUNK)


def cuts_of(batch: int, threads: int, most: int) -> list[int]:
    """Return where a batch is cut into chunks of about `most` pictures, 0 and `batch` included.

    There is the same number of chunks for each thread, and if it can be they are of one size.

    Examples
    --------
    >>> cuts_of(16, 2, 32), cuts_of(20, 1, 8)
    ([0, 8, 16], [0, 5, 10, 15, 20])
    """
    fewest = min(-(-batch // (most * threads)) * threads, batch)
    even = (n for n in range(fewest, 2 * fewest + 1, threads) if batch % n == 0)
    count = next(even, fewest)
    return [batch * i // count for i in range(count + 1)]
