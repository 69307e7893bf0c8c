"""Building a network: layers are put in, taken out, moved, copied and renamed.

Every edit is a function from one document to the next.  Weights of layers whose shape did not
change are kept, and a residual layer goes on spanning the layers that it spanned.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from convsim.core.errors import LayerError
from convsim.core.network import Network
from convsim.core.step import Cursor, Inside
from convsim.document.edits import on_network, with_field
from convsim.document.weights import Weights

if TYPE_CHECKING:
    from convsim.core.layers import Layer, Params
    from convsim.document.document import Document

LONGEST_NAME = 40
"""Characters of a layer's name."""
MOST_LAYERS = 500
"""Layers of a network that the list can still be used with."""
_FORBIDDEN = re.compile(r"[./\\=\[\]\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069]")
_NUMBERED = re.compile(r"[a-z]+\d+")


def insert_layers(
    document: Document,
    at: int,
    layers: Sequence[Layer],
    params: Sequence[Params] | None = None,
) -> Document:
    """Return the document with layers put in before place `at`, the cursor on the first of them.

    Parameters
    ----------
    at : int
        0 puts them before all others, the number of layers behind them.
    layers : sequence of Layer
        Names that are taken, or empty, are replaced by new ones.
    params : sequence of mappings, optional
        Their weights; those whose shape does not fit there are made anew.

    Raises
    ------
    LayerError
        If the network would have more than `MOST_LAYERS` layers.
    """
    old = document.network.layers
    if len(old) + len(layers) > MOST_LAYERS:
        raise LayerError(
            f"a network has at most {MOST_LAYERS} layers; these would be {len(old) + len(layers)}"
        )
    at = min(max(at, 0), len(old))
    fresh = _named_apart(layers, {layer.name for layer in old})
    network = _arranged(document.network, [*old[:at], *fresh, *old[at:]], set())
    made = {}
    for place, given in zip(network.places[at : at + len(fresh)], params or (), strict=False):
        if given:
            made[place.layer.name] = given
    changed = _built(document, network)
    if made:
        changed = replace(changed, weights=changed.weights.with_made(made))
    return _standing(changed, at)


def remove_layers(document: Document, indices: Iterable[int]) -> Document:
    """Return the document without some layers; a residual layer goes with the whole of its body."""
    gone = set(indices)
    for index, layer in enumerate(document.network.layers):
        if layer.kind == "residual" and set(_body(document.network, index)) <= gone:
            gone.add(index)
    if not gone:
        return document
    kept = [one for i, one in enumerate(document.network.layers) if i not in gone]
    here = document.cursor.layer
    after = here - sum(1 for i in gone if i < here)
    changed = _built(document, _arranged(document.network, kept, set()))
    return _standing(changed, min(after, len(kept) - 1), keep=here not in gone)


def move_layers(document: Document, indices: Iterable[int], gap: int) -> Document:
    """Return the document with some layers moved, in their order, into the gap before `gap`.

    Gaps are counted in the network as it was: 0 is before all layers.
    """
    layers = document.network.layers
    moved = sorted(set(indices))
    chosen = [layers[i] for i in moved]
    before = [one for i, one in enumerate(layers[:gap]) if i not in moved]
    behind = [one for i, one in enumerate(layers[gap:], gap) if i not in moved]
    arranged = [*before, *chosen, *behind]
    if [one.name for one in arranged] == [one.name for one in layers]:
        return document
    name = document.layer.name
    network = _arranged(document.network, arranged, {one.name for one in chosen})
    return _standing(_built(document, network), network.index(name), keep=True)


def duplicate_layers(document: Document, indices: Iterable[int]) -> Document:
    """Return the document with copies of some layers, weights included, behind the last of them."""
    chosen = sorted(set(indices))
    if not chosen:
        return document
    layers = [document.network.layers[i] for i in chosen]
    made, numbers = document.weights.made, dict(document.weights.numbers)
    params = [made.get(layer.name, {}) for layer in layers]
    at = chosen[-1] + 1
    changed = insert_layers(document, at, layers, params)
    copies = changed.network.layers[at : at + len(layers)]
    # Weights nobody has seen are not made for this: the copy gets the same random numbers.
    for layer, copy in zip(layers, copies, strict=True):
        numbers[copy.name] = numbers[layer.name]
    known = dict(changed.weights.chosen)
    for layer, copy in zip(layers, copies, strict=True):
        known[copy.name] = document.weights.chosen.get(layer.name, frozenset())
    weights = Weights(changed.network, document.weights.seed, changed.weights.made, numbers, known)
    return replace(changed, weights=weights)


def rename_layer(document: Document, index: int, name: str) -> Document:
    """Return the document with another name for one layer.

    Raises
    ------
    LayerError
        If the name is empty, too long, taken, or holds what files and commands could not read.
    """
    old = document.network.layers[index]
    name = " ".join(name.split())
    if name == old.name:
        return document
    if not name or len(name) > LONGEST_NAME:
        raise LayerError(f"a name has 1 to {LONGEST_NAME} characters; received {len(name)}")
    if _FORBIDDEN.search(name) or not name.isprintable():
        raise LayerError(f"a name holds none of . / \\ = [ ]; received {name!r}")
    if any(layer.name == name for layer in document.network.layers):
        raise LayerError(f"another layer is called {name!r}; names must differ")
    network = document.network.with_layer(index, replace(old, name=name))
    names = {(name if key == old.name else key): v for key, v in document.filter_names.items()}
    return replace(
        document,
        network=network,
        weights=document.weights.renamed(network, {old.name: name}),
        filter_names=names,
    )


def renewed(before: Document, after: Document) -> tuple[str, ...]:
    """Return the layers of both documents whose weights are new because their shape changed."""
    places = {place.layer.name: place for place in before.network.places}
    out = []
    for place in after.network.places:
        name = place.layer.name
        if name not in places:
            continue
        made = before.weights.made.get(name)
        old = {k: v.shape for k, v in made.items()} if made else places[name].param_shapes()
        new = place.param_shapes()
        if old and new and new.items() - old.items():
            out.append(name)
    return tuple(out)


def _built(document: Document, network: Network) -> Document:
    """Return the document on a network with other layers: it is no longer the preset it was."""
    changed = on_network(document, network)
    known = {layer.name for layer in network.layers}
    names = {name: value for name, value in changed.filter_names.items() if name in known}
    return replace(changed, preset="", filter_names=names)


def _standing(document: Document, index: int, *, keep: bool = False) -> Document:
    """Return the document with the cursor in a layer; in an empty network on the picture."""
    empty = document.empty
    view = replace(document.view, on_input=empty or (keep and document.view.on_input))
    document = replace(document, view=view)
    cursor = document.cursor._replace(layer=index) if keep else Cursor(max(index, 0))
    return document.at(cursor, document.inside if keep else Inside.WRITE)


def _named_apart(layers: Sequence[Layer], taken: set[str]) -> list[Layer]:
    """Return the layers with names that nobody has; numbered ones are numbered by the network."""
    taken = set(taken)
    out: list[Layer] = []
    for layer in layers:
        name = layer.name
        if name in taken:
            name = "" if _NUMBERED.fullmatch(name) else _next_name(name, taken)
        if name:
            taken.add(name)
        out.append(layer if name == layer.name else replace(layer, name=name))
    return out


def _next_name(name: str, taken: set[str]) -> str:
    stem = re.sub(r" \d+$", "", name)[: LONGEST_NAME - 4]
    return next(made for n in range(2, 10_000) if (made := f"{stem} {n}") not in taken)


def _body(network: Network, index: int) -> range:
    """Return the places that the residual layer at `index` spans."""
    span: int = getattr(network.layers[index], "span", 0)
    return range(max(index - span, 0), index)


def _arranged(network: Network, layers: Sequence[Layer], moved: set[str]) -> Network:
    """Return a network of other layers, in which every residual layer spans what it spanned."""
    made = Network(network.input_shape, layers)
    where: Mapping[str, int] = {layer.name: i for i, layer in enumerate(made.layers)}
    out = list(made.layers)
    for index, layer in enumerate(network.layers):
        at = where.get(layer.name)
        if layer.kind != "residual" or at is None:
            continue
        body = [network.layers[i].name for i in _body(network, index)]
        # What was dragged out of the body alone is no longer part of it.
        stayed = [name for name in body if layer.name in moved or name not in moved]
        before = [where[name] for name in stayed if where.get(name, at) < at]
        span = at - min(before) if before else min(len(body), at)
        if span and span != getattr(layer, "span", span):
            out[at] = with_field(layer, "span", span)
    return Network(network.input_shape, out)
