"""Is this picture like those a network learnt from?  A network that must choose always chooses.

Softmax gives shares of 1 whatever is shown: a network of digits calls a cat an 8.  How large the
scores are as a whole tells more: for pictures like those learnt from some score is large, for
others all are small.  Their "energy" in one number is log Σ exp(score), the logarithm of what
softmax divides by.  The least energy of familiar pictures is measured on pictures that were held
back.  Source: Liu, Wang, Owens, Li, "Energy-based out-of-distribution detection", 2020, equation
4 at temperature 1, with the sign turned.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from convsim.core.backprop import score_network
from convsim.core.examples import as_examples
from convsim.core.losses import CrossEntropy

if TYPE_CHECKING:
    from collections.abc import Sequence

    from convsim.core.examples import Examples
    from convsim.core.layers import Array, Params
    from convsim.core.network import Network

KEPT = 0.98
"""Share of the pictures held back that are to count as familiar."""


def energies(scores: Array) -> Array:
    """Return log Σ exp(score) over the first axis: scores (K, …) to (…), float64.

    >>> energies(np.log(np.array([[1.0], [3.0]]))).round(4)
    array([1.3863])
    """
    wide = np.asarray(scores, np.float64)
    top = wide.max(axis=0)
    return np.asarray(top + np.log(np.exp(wide - top).sum(axis=0)))


def energies_of(
    network: Network,
    params: Sequence[Params],
    data: Examples | tuple[Array, Array],
    batch: int = 256,
) -> Array:
    """Return the energy of every example, (N,) float64, in the order of the data."""
    head = score_network(network, CrossEntropy())
    found = [
        energies(head.forward(params, pictures).reshape(len(pictures), -1).T)
        for pictures, _ in as_examples(data).batches(batch)
    ]
    return np.concatenate(found) if found else np.zeros(0)


def least_energy(energy: Array, kept: float = KEPT) -> float:
    """Return the energy that the share `kept` of pictures held back, (N,), reach at least."""
    return float(np.quantile(energy, 1 - kept))
