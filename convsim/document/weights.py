"""All weights of a network; those nobody has looked at yet are not made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import count
from typing import TYPE_CHECKING, overload

import numpy as np

from convsim.core.layers import Array, Params

if TYPE_CHECKING:
    from convsim.core.network import Network


class Weights(Sequence[Params]):
    """Parameters by layer, read-only, each made from the seed when first asked for.

    VGG-16 has 138 million of them: its sizes and counts are on screen long before its weights
    exist.  Which layer is asked for first makes no difference to the numbers.

    Parameters
    ----------
    network : Network
    seed : int
    made : mapping from layer name to parameters
        Those that exist already; kept only where name and shapes still fit the network.
    numbers : mapping from layer name to int
        Which random numbers a layer gets, so that a layer that is moved stays as it is; by
        default a layer's place.
    """

    def __init__(
        self,
        network: Network,
        seed: int = 0,
        made: Mapping[str, Params] | None = None,
        numbers: Mapping[str, int] | None = None,
    ) -> None:
        self._network = network
        self.seed = seed
        self._made: dict[str, Params] = {}
        names = [layer.name for layer in network.layers]
        free = count(max(numbers.values(), default=-1) + 1 if numbers else 0)
        kept = numbers or {}
        self.numbers = {name: kept[name] if name in kept else next(free) for name in names}
        for place in network.places:
            params = (made or {}).get(place.layer.name)
            if params is not None:
                wanted = place.param_shapes()
                if wanted is None or wanted == {k: v.shape for k, v in params.items()}:
                    self._made[place.layer.name] = frozen(params)

    def __len__(self) -> int:
        """Return the number of layers."""
        return len(self._network.layers)

    @overload
    def __getitem__(self, index: int) -> Params: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Params]: ...
    def __getitem__(self, index: int | slice) -> Params | Sequence[Params]:
        """Return the parameters of a layer, made now if they have to be."""
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        if not -len(self) <= index < len(self):
            raise IndexError(index)
        name = self._network.layers[index].name
        params = self._made.get(name)
        if params is None:
            number = self.numbers[name]
            fresh = frozen(self._network.init_layer(index % len(self), self.seed, number))
            # Two threads may ask at once: both get the one that came first.
            params = self._made.setdefault(name, fresh)
        return params

    @property
    def made(self) -> Mapping[str, Params]:
        """What exists so far, by layer name."""
        return dict(self._made)

    def for_network(self, network: Network) -> Weights:
        """Return the weights for a changed network.

        Layers whose parameter shapes did not change keep theirs.  Where only the number of
        filters or channels changed, those that both have are kept and the others are new.
        """
        carried: dict[str, Params] = {}
        fresh = Weights(network, self.seed, numbers=self.numbers)
        for index, place in enumerate(network.places):
            old = self._made.get(place.layer.name)
            if old is None:
                continue
            wanted = place.param_shapes()
            if wanted is None or wanted == {k: v.shape for k, v in old.items()}:
                carried[place.layer.name] = old
            elif _same_window(old, wanted):
                carried[place.layer.name] = {
                    k: _overlapped(old[k], v) if k in old else v for k, v in fresh[index].items()
                }
        return Weights(network, self.seed, carried, fresh.numbers)

    def renamed(self, network: Network, names: Mapping[str, str]) -> Weights:
        """Return the weights of a network whose layers go by other names: old name to new."""
        made = {names.get(name, name): params for name, params in self._made.items()}
        numbers = {names.get(name, name): number for name, number in self.numbers.items()}
        return Weights(network, self.seed, made, numbers)

    def replaced(self, index: int, params: Params) -> Weights:
        """Return the weights with those of one layer replaced."""
        made = dict(self._made)
        made[self._network.layers[index].name] = frozen(params)
        return Weights(self._network, self.seed, made, self.numbers)

    def with_made(self, made: Mapping[str, Params]) -> Weights:
        """Return the weights with those of several layers, by name, replaced."""
        return Weights(self._network, self.seed, {**self._made, **made}, self.numbers)


def frozen(params: Params) -> Params:
    """Return the parameters with arrays that cannot be written to."""
    for array in params.values():
        array.setflags(write=False)
    return params


def _same_window(old: Params, wanted: Mapping[str, tuple[int, ...]]) -> bool:
    """Whether only filters and channels changed, not the kernel: other sizes mean other filters."""
    if "weight" not in old or "weight" not in wanted:
        return False
    return len(wanted["weight"]) == 4 and old["weight"].shape[2:] == wanted["weight"][2:]


def _overlapped(old: Array, new: Array) -> Array:
    both = tuple(slice(0, min(a, b)) for a, b in zip(old.shape, new.shape, strict=True))
    out = np.array(new)
    out[both] = old[both]
    return out
