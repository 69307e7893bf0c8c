"""Arrays by name from any kind of file, put into the layers of a network that they fit."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, NamedTuple

from convsim.document.weights import Weights
from convsim.formats.errors import ArrayFileError
from convsim.formats.weights_reader import not_finite

if TYPE_CHECKING:
    from convsim.core.layers import Array, Shape
    from convsim.core.network import Network

MOST_LISTED = 5
_NUMBERED = re.compile(r"\d{2,}_(?P<name>.+)")


class Named(NamedTuple):
    """An array in a file.

    Attributes
    ----------
    name : str
        ``conv1.weight``, or ``01_conv1.weight`` as ``convsim forward`` writes it.
    shape : tuple of int
    load : function
        Returns the array as float32, and what it was converted from, if it was.
    """

    name: str
    shape: Shape
    load: Callable[[], tuple[Array, str]]


def fitted(
    arrays: Iterable[Named], network: Network, weights: Weights
) -> tuple[Weights, tuple[str, ...]]:
    """Return a network's weights with those that are given in their place, and what to know.

    Parameters
    ----------
    arrays : iterable of Named
    network : Network
    weights : Weights
        Layers that no array is for keep theirs.

    Raises
    ------
    ArrayFileError
        If no array belongs to the network, or one does not fit.
    """
    wanted = {
        f"{place.layer.name}.{key}": shape
        for place in network.places
        for key, shape in (place.param_shapes() or {}).items()
    }
    found: dict[str, dict[str, Array]] = {}
    notes: list[str] = []
    unknown: list[str] = []
    for named in arrays:
        name = _known(named.name, wanted)
        if not name:
            unknown.append(named.name)
            continue
        layer, _, key = name.rpartition(".")
        found.setdefault(layer, {})[key] = _loaded(named, wanted[name], notes)
    if not found:
        raise ArrayFileError(
            f"has no array for this network, which needs {_listed(list(wanted))}; "
            f"it holds {_listed(unknown)}"
        )
    left = [name for name in wanted if not _has(found, name)]
    if left:
        notes.append(f"left as they were, since the file has none: {_listed(left)}")
    if unknown:
        notes.append(f"left out, since the network has no such layer: {_listed(unknown)}")
    made = dict(weights.made)
    for index, layer_ in enumerate(network.layers):
        if layer_.name in found:
            made[layer_.name] = {**weights[index], **found[layer_.name]}
    return Weights(network, weights.seed, made, weights.numbers), tuple(notes)


def _known(name: str, wanted: dict[str, Shape]) -> str:
    """Return what an array is called in the network, or an empty text."""
    numbered = _NUMBERED.fullmatch(name)
    short = numbered["name"] if numbered else name
    return name if name in wanted else short if short in wanted else ""


def _loaded(named: Named, shape: Shape, notes: list[str]) -> Array:
    """Return an array as float32; what had to be done or is odd goes to the notes."""
    if named.shape != tuple(shape):
        raise ArrayFileError(f"{named.name} has the shape {named.shape}; {shape} is needed")
    array, was = named.load()
    if was:
        notes.append(f"{named.name} converted from {was} to float32")
    bad = not_finite(array)
    if bad:
        notes.append(f"{named.name}: {bad:,} of {array.size:,} values are not finite")
    return array


def _has(found: dict[str, dict[str, Array]], name: str) -> bool:
    layer, _, key = name.rpartition(".")
    return key in found.get(layer, {})


def _listed(names: list[str]) -> str:
    shown = ", ".join(name[:60] for name in names[:MOST_LISTED]) or "none"
    return shown + (f" and {len(names) - MOST_LISTED:,} more" if len(names) > MOST_LISTED else "")
