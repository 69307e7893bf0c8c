"""A checkpoint holds all that training needs to go on later as if it had never stopped.

It is a set of plain arrays, so any format for arrays can store it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from convsim.core.errors import TrainingError

if TYPE_CHECKING:
    from convsim.core.layers import Array, Params
    from convsim.core.network import Network

COUNTS = ("seed", "step", "epoch", "position")


@dataclass(frozen=True, eq=False)
class Checkpoint:
    """Where training stands between two batches.

    Attributes
    ----------
    params : tuple of mappings
        One a layer, running statistics included, read-only.
    memory : mapping of arrays
        What the optimizer remembers, by its own words.
    seed, step, epoch, position : int
        The seed of the run; steps taken; the epoch, counted from 0; examples seen of it.
    rng : array (6,)
        uint64: state of the random numbers that Dropout draws (PCG64: two words of state, two of
        increment, and what is left of the last 64 bits).
    """

    params: tuple[Params, ...]
    memory: Mapping[str, Array]
    seed: int
    step: int
    epoch: int
    position: int
    rng: Array

    def arrays(self, network: Network) -> dict[str, Array]:
        """Return everything as arrays by name: ``conv1.weight``, ``optimizer.mean``, ``rng``."""
        named = {
            f"{layer.name}.{name}": array
            for layer, params in zip(network.layers, self.params, strict=True)
            for name, array in params.items()
        }
        named.update((f"optimizer.{name}", array) for name, array in self.memory.items())
        counts = np.array([getattr(self, name) for name in COUNTS], np.int64)
        return {**named, "rng": self.rng, "counts": counts}

    @classmethod
    def from_arrays(cls, network: Network, arrays: Mapping[str, Array]) -> Checkpoint:
        """Return the checkpoint whose `arrays` these are.

        Raises
        ------
        TrainingError
            If an array is missing.
        ParameterError
            If one has another shape than the network needs.
        """
        wanted = [
            *(
                f"{layer.name}.{name}"
                for layer, shapes in zip(network.layers, network.param_shapes, strict=True)
                for name in shapes
            ),
            "rng",
            "counts",
        ]
        missing = [name for name in wanted if name not in arrays]
        if missing:
            raise TrainingError(f"the checkpoint has no {missing[0]!r}; it needs {wanted}")
        params = tuple(
            network.checked_params(i, {name: arrays[f"{layer.name}.{name}"] for name in shapes})
            for i, (layer, shapes) in enumerate(
                zip(network.layers, network.param_shapes, strict=True)
            )
        )
        start = "optimizer."
        memory = {k.removeprefix(start): v for k, v in arrays.items() if k.startswith(start)}
        numbers = dict(zip(COUNTS, map(int, arrays["counts"]), strict=True))
        return cls(params, memory, rng=arrays["rng"], **numbers)


def rng_words(rng: np.random.Generator) -> Array:
    """Return the state of a PCG64 generator as (6,) uint64."""
    state = rng.bit_generator.state
    low = (1 << 64) - 1
    whole, step = state["state"]["state"], state["state"]["inc"]
    words = (whole >> 64, whole & low, step >> 64, step & low, state["has_uint32"])
    return np.array([*words, state["uinteger"]], np.uint64)


def rng_from_words(words: Array) -> np.random.Generator:
    """Return the generator that `rng_words` described."""
    high, low, step_high, step_low, has, left = (int(word) for word in words)
    bits = np.random.PCG64(0)
    bits.state = {
        "bit_generator": "PCG64",
        "state": {"state": high << 64 | low, "inc": step_high << 64 | step_low},
        "has_uint32": has,
        "uinteger": left,
    }
    return np.random.Generator(bits)
