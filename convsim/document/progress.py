"""Where a training of the document's network stands, so that it can go on another day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from convsim.core.checkpoint import Checkpoint
from convsim.core.flat import slots_of
from convsim.core.history import History

if TYPE_CHECKING:
    from collections.abc import Sequence

    from convsim.core.layers import Array, Params
    from convsim.core.network import Network

Setting = str | int | float | bool | None


@dataclass(frozen=True, eq=False)
class Progress:
    """All that a training needs to go on as if it had never stopped, and how it went so far.

    Attributes
    ----------
    data : str
        The name of a data set that comes along, or the path of another.
    pictures : int
        How many were learnt from in an epoch: another number tells that the data has changed.
    validation : float
        The share of each class that was set aside.
    settings : mapping
        How to train, by the words of `convsim.services.recipes.Choices`.
    augmentation : mapping
        What may happen to a picture, by the words of `convsim.data.sets.Augmentation`.
    memory : mapping of array (P,)
        What the optimizer remembers of each trainable weight, float32.
    seed, step, epoch, position : int
    rng : array (6,)
        As in `Checkpoint`.
    history : History
        The curves up to there.
    params : tuple of mappings or None
        The weights at that step; None if they are those of the document.
    """

    data: str
    pictures: int
    validation: float
    settings: Mapping[str, Setting]
    augmentation: Mapping[str, Setting]
    memory: Mapping[str, Array]
    seed: int
    step: int
    epoch: int
    position: int
    rng: Array
    history: History = field(default_factory=History)
    params: tuple[Params, ...] | None = None

    def fits(self, network: Network) -> bool:
        """Return whether it is about a network with as many trainable weights as this one."""
        if network.bad_place is not None:
            return False
        slots = slots_of(network)
        count = slots[-1].stop if slots else 0
        return count > 0 and all(vector.shape == (count,) for vector in self.memory.values())

    def checkpoint(self, weights: Sequence[Params]) -> Checkpoint:
        """Return what a training goes on from; `weights` are those of the document."""
        params = tuple(weights) if self.params is None else self.params
        return Checkpoint(
            params, self.memory, self.seed, self.step, self.epoch, self.position, self.rng
        )
