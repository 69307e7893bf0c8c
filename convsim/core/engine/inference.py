"""What a network says to pictures, by stages whose buffers are kept from one call to the next.

Only for small networks: their time goes into making views and arrays, not into arithmetic.  The
stages are the same that training uses, so the numbers differ from those of the layers, one by
one, at most in the last bits.  A call borrows the stages from a shelf and puts them back, so that
two threads never have the same, and what is returned is nobody's buffer.
"""

from __future__ import annotations

import threading
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from convsim.core.blas import share_out, threads_for
from convsim.core.engine.build import ForwardStages
from convsim.core.engine.chunks import chunk_of, cuts_of, work_of
from convsim.core.engine.groups import suits

if TYPE_CHECKING:
    from collections.abc import Sequence

    from convsim.core.layers import Array, Params, Shape
    from convsim.core.place import Stack

SMALL = 40_000_000
"""Multiply-adds for one picture up to which the stages are worth their room."""
SHELF = 4
"""How many sets of stages are kept."""


class _Set(NamedTuple):
    """Stages on the shelf, and what they are for."""

    network: Stack
    size: int
    dtype: np.dtype[np.generic]
    stages: ForwardStages


_shelf: list[_Set] = []
_lock = threading.Lock()


def is_small(network: Stack) -> bool:
    """Return whether `forward_by_stages` is for this network, which must be without errors."""
    return suits(network) and work_of(network, len(network.places)) <= SMALL


def forward_by_stages(network: Stack, params: Sequence[Params], x: Array) -> Array:
    """Return the last layer's output.

    Parameters
    ----------
    network : Network
        One that `is_small`.
    params : sequence of mappings
        One a layer, of x's dtype, checked.
    x : array (N, C, H, W)
        At least one picture, checked.

    Returns
    -------
    array (N, C, H, W) or (N, D)
        Contiguous, and the caller's own.
    """
    depth = len(network.places)
    out = np.empty((len(x), *_outer(network.places[-1].output_shape or ())), x.dtype)
    if len(x) == 1:
        _say(network, params, x, out, 1, (slice(0, 1),))
        return out
    # Maps have to be turned from batch-innermost to batch-outermost, which costs more than what
    # several pictures at a time save.
    most = 1 if out.ndim == 4 else chunk_of(network, depth, x.itemsize)
    threads = threads_for(len(x) * work_of(network, depth))
    cuts = cuts_of(len(x), threads, most)
    size = max(high - low for low, high in pairwise(cuts))

    def do(parts: Sequence[slice]) -> None:
        _say(network, params, x, out, size, parts)

    share_out(do, [slice(low, high) for low, high in pairwise(cuts)], threads)
    return out


def _say(
    network: Stack,
    params: Sequence[Params],
    x: Array,
    out: Array,
    size: int,
    parts: Sequence[slice],
) -> None:
    """Write the outputs for some parts of a batch, none longer than `size`."""
    used = _borrow(network, size, x.dtype)
    pictures, scores = used.stages.pictures, used.stages.scores
    order = (3, 1, 0, 2) if scores.ndim == 4 else (1, 0)
    for stage in used.stages.stages:
        stage.take(params[stage.index])
    for part in parts:
        count = part.stop - part.start
        pictures[..., :count] = x[part].transpose(2, 1, 3, 0)
        for stage in used.stages.stages:
            stage.forward()
        out[part] = scores[..., :count].transpose(order)
    with _lock:
        # The last used comes first, and what is too much goes.
        _shelf.insert(0, used)
        del _shelf[SHELF:]


def _outer(shape: Shape) -> Shape:
    """Return (C, H, W) for maps (H, W, C), or (D,) for a vector (D,)."""
    return (shape[2], shape[0], shape[1]) if len(shape) == 3 else shape


def _borrow(network: Stack, size: int, dtype: np.dtype[np.generic]) -> _Set:
    """Take stages from the shelf, or make them."""
    with _lock:
        for place, found in enumerate(_shelf):
            if found.network is network and found.size == size and found.dtype == dtype:
                return _shelf.pop(place)
    return _Set(network, size, dtype, ForwardStages(network, len(network.places), size, dtype))
