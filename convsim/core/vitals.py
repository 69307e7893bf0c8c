"""How a network is while it learns: how its weights are spread, how strong the pull on them is.

Three numbers tell most of what goes wrong.  The size of the gradient in each layer: one that
dwindles from the last layer to the first means that the first ones do not learn.  The size of a
step compared with the weights, which is usually near a thousandth: much more tears down, much less
takes for ever.  And the units behind a ReLU that are 0 whatever the picture: they are dead and
learn no more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING

import numpy as np

from convsim.core.layers import ReLU
from convsim.core.network import check_pictures, to_inner

if TYPE_CHECKING:
    from convsim.core.layers import Array, Params
    from convsim.core.network import Network

BINS = 31
SAMPLE = 8192
"""Values of a layer that a histogram is made of; of more of them, evenly chosen ones."""


@dataclass(frozen=True, eq=False)
class Histogram:
    """How values are spread.

    Attributes
    ----------
    counts : array (BINS,)
        int64: values in bins of equal width from −end to end.
    end : float
        The largest magnitude; 0 if all values are 0.
    """

    counts: Array
    end: float

    @classmethod
    def of(cls, values: Array) -> Histogram:
        """Return how the values of an array of any shape are spread."""
        flat = values.reshape(-1)[:: max(1, values.size // SAMPLE)]
        end = float(np.abs(flat).max()) if flat.size else 0.0
        if not (np.isfinite(end) and end):
            counts = np.zeros(BINS, np.int64)
            counts[BINS // 2] = flat.size
            return cls(counts, 0.0)
        place = ((flat + end) * (BINS / (2 * end))).astype(np.int64)
        return cls(np.bincount(np.minimum(place, BINS - 1), minlength=BINS), end)


@dataclass(frozen=True, eq=False)
class LayerVitals:
    """One layer with weights, at one step.

    Attributes
    ----------
    layer : int
        Its place in the network.
    weights, gradients : Histogram
    gradient : float
        Root of the mean square of its gradient.
    ratio : float
        Length of the step divided by that of the weights.
    """

    layer: int
    weights: Histogram
    gradients: Histogram
    gradient: float
    ratio: float


@dataclass(frozen=True, eq=False)
class Vitals:
    """All layers with weights, at one step."""

    step: int
    layers: tuple[LayerVitals, ...]


def vitals(
    step: int, before: Sequence[Params], after: Sequence[Params], gradients: Sequence[Params]
) -> Vitals:
    """Return how a step went.

    Parameters
    ----------
    step : int
    before, after, gradients : sequences of mappings
        One a layer: weights before and after it, and the gradient that it followed.
    """
    found = []
    for index, own in enumerate(gradients):
        if "weight" not in own:
            continue
        gradient, old, new = own["weight"], before[index]["weight"], after[index]["weight"]
        found.append(
            LayerVitals(
                index,
                Histogram.of(new),
                Histogram.of(gradient),
                length(gradient) / sqrt(gradient.size),
                length(new - old) / max(length(old), 1e-30),
            )
        )
    return Vitals(step, tuple(found))


def length(values: Array) -> float:
    """Return the root of the sum of squares."""
    flat = values.reshape(-1)
    return sqrt(float(flat @ flat))


@dataclass(frozen=True, slots=True)
class Dead:
    """Units behind a ReLU, or whole maps, that are 0 for every picture.

    Attributes
    ----------
    layer : int
        The ReLU's place in the network.
    count, all : int
        Dead ones, and all.
    """

    layer: int
    count: int
    all: int


Alive = tuple[tuple[int, "Array"], ...]
"""For each ReLU its place in the network, and for each of its units or maps whether it is alive."""


def alive_units(network: Network, params: Sequence[Params], x: Array) -> Alive:
    """Return which units are not 0 for at least one of some pictures, for each ReLU.

    Parameters
    ----------
    network : Network
    params : sequence of mappings
        One a layer.
    x : array (N, C, H, W)
    """
    check_pictures(x, network.input_shape)
    last = max((i for i, layer in enumerate(network.layers) if isinstance(layer, ReLU)), default=-1)
    outputs = [to_inner(x, network.input_shape)]
    found = []
    for index in range(last + 1):
        layer = network.layers[index]
        inputs = [outputs[source + 1] for source in network.sources(index)]
        y = layer.forward(params[index], *inputs)
        outputs.append(y)
        if isinstance(layer, ReLU):
            # Maps lie as (H, C, W, N), vectors as (D, N).
            units = y.any(axis=(0, 2, 3)) if y.ndim == 4 else y.any(axis=1)
            found.append((index, np.asarray(units)))
    return tuple(found)


def dead_units(parts: Sequence[Alive]) -> tuple[Dead, ...]:
    """Return how many units are 0 for every picture, from what is alive in each part of them.

    There should be enough pictures to tell a dead unit from one that is only seldom wanted.
    """
    found = []
    for same in zip(*parts, strict=True):
        alive = np.logical_or.reduce([units for _, units in same])
        dead = int(alive.size - np.count_nonzero(alive))
        found.append(Dead(same[0][0], dead, int(alive.size)))
    return tuple(found)
