"""What a large network says to pictures, layer by layer; no output is kept longer than needed.

Here the time goes into arithmetic, and stages would keep too much memory.  Still, a ReLU after a
convolution costs less while the sums are in the cache.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from convsim.core.layers import Conv2d, ReLU

if TYPE_CHECKING:
    from collections.abc import Sequence

    from convsim.core.layers import Array, Params
    from convsim.core.place import Stack


def is_row(network: Stack) -> bool:
    """Return whether each layer reads the output of the one before it, and of no other."""
    return all(p.layer.sources(p.index) == (p.index - 1,) for p in network.places)


def forward_in_a_row(network: Stack, params: Sequence[Params], x: Array) -> Array:
    """Return the last layer's output, (H, C, W, N) or (D, N).

    Parameters
    ----------
    network : Network
        One that `is_row`.
    params : sequence of mappings
        One a layer, checked.
    x : array (H, C, W, N)
    """
    layers = [place.layer for place in network.places]
    done = False
    for layer, follower, own in zip(layers, [*layers[1:], None], params, strict=True):
        if done:
            done = False
        elif isinstance(layer, Conv2d) and isinstance(follower, ReLU):
            x, done = layer.forward(own, x, relu=True), True
        else:
            x = layer.forward(own, x)
    return x
