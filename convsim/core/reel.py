"""Weights at moments of a training, in bounded memory: so that one can see how they came about.

When there are too many, every second one is given up and from then on only every second one more
is taken: the moments stay evenly apart, from the first to the newest.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from convsim.core.layers import Array, Params

MOST = 240
"""Moments; more than a slider can tell apart."""
ROOM = 128 << 20
"""Bytes for all of them together."""
SHARE = 16
"""At least so many moments must find room: of a larger network only its first layers are kept."""


@dataclass(frozen=True, eq=False)
class Moment:
    """One moment.

    Attributes
    ----------
    step : int
        Batches seen.
    passed : float
        Epochs that are over, with the part of the one it stands in.
    loss, accuracy : float
        Of the batches just before; nan where there were none.
    params : tuple of mappings
        One a layer, read-only; empty for the layers at the end that find no room.
    """

    step: int
    passed: float
    loss: float
    accuracy: float
    params: tuple[Params, ...]

    @property
    def size(self) -> int:
        """Bytes."""
        return sum(array.nbytes for own in self.params for array in own.values())


@dataclass(frozen=True, eq=False)
class Reel:
    """The moments of one training.

    Attributes
    ----------
    moments : tuple of Moment
        By step; the last one is the newest there was, whether its turn had come or not.
    every : int
        Every how many snapshots one is kept.
    offered : int
        Snapshots seen.
    room : int
        Bytes for all together.
    cut : bool
        Whether layers at the end found no room.
    """

    moments: tuple[Moment, ...] = ()
    every: int = 1
    offered: int = 0
    room: int = ROOM
    cut: bool = False

    @property
    def size(self) -> int:
        """Bytes of all moments."""
        return sum(moment.size for moment in self.moments)

    @property
    def layers(self) -> int:
        """How many layers, from the first, are kept."""
        if not self.moments:
            return 0
        params = self.moments[0].params
        return max((i + 1 for i, own in enumerate(params) if own), default=0)

    def with_moment(self, moment: Moment) -> Reel:
        """Return the reel with a newer moment, thinned out if there is no room for it."""
        if self.moments and moment.step <= self.moments[-1].step:
            return self
        whole = moment.size
        moment = replace(moment, params=first_layers(moment.params, self.room // SHARE))
        kept = self.moments
        # The newest is only there for the time being, unless its turn had come.
        if len(kept) > 1 and (self.offered - 1) % self.every:
            kept = kept[:-1]
        reel = replace(
            self, moments=(*kept, moment), offered=self.offered + 1, cut=moment.size < whole
        )
        size = moment.size * len(reel.moments)
        if len(reel.moments) <= MOST and size <= self.room:
            return reel
        *before, newest = reel.moments
        return replace(reel, moments=(*before[::2], newest), every=2 * self.every)


def first_layers(params: Sequence[Params], room: int) -> tuple[Params, ...]:
    """Return the parameters of the first layers, as far as they find room; all, if all do."""
    sizes = [sum(array.nbytes for array in own.values()) for own in params]
    if sum(sizes) <= room:
        return tuple(params)
    found: list[Params] = []
    for own, size in zip(params, sizes, strict=True):
        room -= size
        # Copies: a part of a vector would keep all of it in memory.
        found.append({name: _copy(array) for name, array in own.items()} if room >= 0 else {})
        if room < 0:
            break
    return (*found, *({} for _ in range(len(params) - len(found))))


def _copy(array: Array) -> Array:
    fresh = array.copy()
    fresh.setflags(write=False)
    return fresh
