"""All weights of a network; those nobody has looked at yet are not made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import count
from typing import TYPE_CHECKING, overload

import numpy as np

from convsim.core.capacity import array_bytes, check_room
from convsim.core.layers import Array, ConvTranspose2d, Params
from convsim.document.planes import unit_count

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
    chosen : mapping from layer name to filters or units, optional
        Which of them somebody chose or trained, counted from 0; all of those in `made` if it is
        not given.  The others are random.
    """

    def __init__(
        self,
        network: Network,
        seed: int = 0,
        made: Mapping[str, Params] | None = None,
        numbers: Mapping[str, int] | None = None,
        chosen: Mapping[str, frozenset[int]] | None = None,
    ) -> None:
        self._network = network
        self.seed = seed
        self._made: dict[str, Params] = {}
        names = [layer.name for layer in network.layers]
        free = count(max(numbers.values(), default=-1) + 1 if numbers else 0)
        kept = numbers or {}
        self.numbers = {name: kept[name] if name in kept else next(free) for name in names}
        self.chosen: dict[str, frozenset[int]] = {}
        for place in network.places:
            params = (made or {}).get(place.layer.name)
            if params is not None:
                wanted = place.param_shapes()
                if wanted is None or wanted == {k: v.shape for k, v in params.items()}:
                    name = place.layer.name
                    self._made[name] = frozen(params)
                    everything = frozenset(range(unit_count(place.layer, params)))
                    known = everything if chosen is None else chosen.get(name, _NOBODY)
                    self.chosen[name] = known & everything

    def __len__(self) -> int:
        """Return the number of layers."""
        return len(self._network.layers)

    @overload
    def __getitem__(self, index: int) -> Params: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Params]: ...
    def __getitem__(self, index: int | slice) -> Params | Sequence[Params]:
        """Return the parameters of a layer, made now if they have to be.

        Raises
        ------
        TooLargeError
            If there is no room for them; nothing has been allocated then.
        """
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        if not -len(self) <= index < len(self):
            raise IndexError(index)
        name = self._network.layers[index].name
        params = self._made.get(name)
        if params is None:
            number = self.numbers[name]
            check_room(array_bytes(self._network.param_shapes[index].values()))
            fresh = frozen(self._network.init_layer(index % len(self), self.seed, number))
            # Two threads may ask at once: both get the one that came first.
            params = self._made.setdefault(name, fresh)
        return params

    @property
    def made(self) -> Mapping[str, Params]:
        """What exists so far, by layer name."""
        return dict(self._made)

    def is_random(self, index: int, unit: int | None = None) -> bool:
        """Return whether a filter's or unit's weights come from the seed: nobody chose them.

        Without `unit` it is about the whole layer.  A layer without weights is not random.
        """
        place = self._network.places[index]
        if len((place.param_shapes() or {}).get("weight", ())) < 2:
            return False
        chosen = self.chosen.get(place.layer.name, _NOBODY)
        return not chosen if unit is None else unit not in chosen

    def random_units(self, index: int) -> int:
        """Return how many filters or units have weights from the seed."""
        place = self._network.places[index]
        if place.output_shape is None or len((place.param_shapes() or {}).get("weight", ())) < 2:
            return 0
        return place.output_shape[-1] - len(self.chosen.get(place.layer.name, _NOBODY))

    def for_network(self, network: Network) -> Weights:
        """Return the weights for a changed network.

        Layers whose parameter shapes did not change keep theirs.  Where only the number of
        filters or channels changed, those that both have are kept and the others are new.
        """
        carried: dict[str, Params] = {}
        chosen = dict(self.chosen)
        fresh = Weights(network, self.seed, numbers=self.numbers)
        for index, place in enumerate(network.places):
            old = self._made.get(place.layer.name)
            if old is None:
                continue
            wanted = place.param_shapes()
            if wanted is None or wanted == {k: v.shape for k, v in old.items()}:
                carried[place.layer.name] = old
            elif _same_window(old, wanted):
                # Where the channels are: see `convsim.document.planes`.
                channels = 0 if isinstance(place.layer, ConvTranspose2d) else 1
                if (
                    old["weight"].ndim > 1
                    and wanted["weight"][channels] > old["weight"].shape[channels]
                ):
                    # With a channel more, a part of every filter is random.
                    chosen[place.layer.name] = _NOBODY
                carried[place.layer.name] = {
                    k: _overlapped(old[k], v) if k in old else v for k, v in fresh[index].items()
                }
        return Weights(network, self.seed, carried, fresh.numbers, chosen)

    def renamed(self, network: Network, names: Mapping[str, str]) -> Weights:
        """Return the weights of a network whose layers go by other names: old name to new."""
        made = {names.get(name, name): params for name, params in self._made.items()}
        numbers = {names.get(name, name): number for name, number in self.numbers.items()}
        chosen = {names.get(name, name): units for name, units in self.chosen.items()}
        return Weights(network, self.seed, made, numbers, chosen)

    def replaced(self, index: int, params: Params, units: Iterable[int] | None = None) -> Weights:
        """Return the weights with those of one layer replaced.

        Parameters
        ----------
        index : int
        params : mapping of arrays
        units : iterable of int, optional
            The filters or units that somebody chose by this; all of them if it is not given.
        """
        layer = self._network.layers[index]
        name = layer.name
        new = frozenset(range(unit_count(layer, params)) if units is None else units)
        chosen = {**self.chosen, name: self.chosen.get(name, _NOBODY) | new}
        made = {**self._made, name: frozen(params)}
        return Weights(self._network, self.seed, made, self.numbers, chosen)

    def with_made(self, made: Mapping[str, Params]) -> Weights:
        """Return the weights with those of several layers, by name, replaced."""
        new = {
            layer.name: frozenset(range(unit_count(layer, made[layer.name])))
            for layer in self._network.layers
            if layer.name in made
        }
        both, chosen = {**self._made, **made}, {**self.chosen, **new}
        return Weights(self._network, self.seed, both, self.numbers, chosen)

    def with_chosen(self, some: Mapping[str, Iterable[int]]) -> Weights:
        """Return the weights with other filters or units chosen in some layers, by name."""
        new = {name: frozenset(units) for name, units in some.items()}
        both = {**self.chosen, **new}
        return Weights(self._network, self.seed, self._made, self.numbers, both)

    def chosen_in_part(self) -> dict[str, list[int]]:
        """Return the chosen filters or units of layers that have others, or only others."""
        found = {
            layer.name: (self.chosen.get(layer.name, _NOBODY), self._made[layer.name], layer)
            for layer in self._network.layers
            if layer.name in self._made
        }
        return {
            name: sorted(chosen)
            for name, (chosen, params, layer) in found.items()
            if len(chosen) < unit_count(layer, params)
        }


_NOBODY: frozenset[int] = frozenset()


def frozen(params: Params) -> Params:
    """Return the parameters with arrays that cannot be written to."""
    for array in params.values():
        array.setflags(write=False)
    return params


def _same_window(old: Params, wanted: Mapping[str, tuple[int, ...]]) -> bool:
    """Whether only filters and channels changed, not the kernel: other sizes mean other filters."""
    if "weight" not in old or "weight" not in wanted:
        return False
    if len(wanted["weight"]) == 1:
        # A batch norm: one number a channel.
        return old["weight"].ndim == 1
    return len(wanted["weight"]) == 4 and old["weight"].shape[2:] == wanted["weight"][2:]


def _overlapped(old: Array, new: Array) -> Array:
    both = tuple(slice(0, min(a, b)) for a, b in zip(old.shape, new.shape, strict=True))
    out = np.array(new)
    out[both] = old[both]
    return out
