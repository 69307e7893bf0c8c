"""Every edit is a function from one document to the next; nothing is changed in place."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from convsim.core.errors import ParameterError
from convsim.core.layers import Conv2d, ConvTranspose2d, Dense
from convsim.core.step import Cursor, Inside
from convsim.document.planes import filter_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from convsim.core.fit import Fit
    from convsim.core.layers import Layer
    from convsim.core.network import Network
    from convsim.document.document import Document, Picture, View

EDITED = "edited"
"""The name of a filter whose weights somebody changed."""

_WITH_FILTERS = (Conv2d, ConvTranspose2d)
_LARGEST = float(np.finfo(np.float32).max)


def set_field(document: Document, index: int, name: str, value: Any) -> Document:
    """Return the document with one field of one layer changed.

    The network may not fit afterwards; weights whose shape did not change are kept.

    Raises
    ------
    LayerError
        If the value is out of the field's bounds.
    """
    changed = with_field(document.network.layers[index], name, value)
    return on_network(document, document.network.with_layer(index, changed))


def with_field(layer: Layer, name: str, value: Any) -> Layer:
    """Return a layer with one field changed; LayerError if the value is out of its bounds."""
    given = {f.name: getattr(layer, f.name) for f in fields(layer) if f.init}
    return type(layer)(**{**given, name: value})


def set_weight(document: Document, index: int, at: tuple[int, ...], value: float) -> Document:
    """Return the document with one weight changed; `at` indexes the weight array.

    Raises
    ------
    ParameterError
        If the value is not a finite float32, or there is no such weight.
    """
    return _set_number(document, index, "weight", at, value)


def set_bias(document: Document, index: int, filter_: int, value: float) -> Document:
    """Return the document with the bias of one filter or unit changed."""
    return _set_number(document, index, "bias", (filter_,), value)


def set_picture(
    document: Document, picture: Picture, image: NDArray[np.float32], fit: Fit | None = None
) -> Document:
    """Return the document on another picture in the place of the one that is shown.

    Parameters
    ----------
    picture : Picture
    image : array (H, W, C)
        The picture as the network reads it; if it has another size than the network's input, the
        network follows.
    fit : Fit, optional
        How it was brought to that size.
    """
    pictures = tuple(picture if p is document.picture else p for p in document.pictures)
    return _on_picture(document, picture, image, fit, pictures)


def add_picture(document: Document, picture: Picture, image: NDArray[np.float32]) -> Document:
    """Return the document on one more picture, beside those that it holds already."""
    at = document.pictures.index(document.picture) + 1
    pictures = (*document.pictures[:at], picture, *document.pictures[at:])
    return _on_picture(document, picture, image, None, pictures)


def show_picture(document: Document, index: int, image: NDArray[np.float32]) -> Document:
    """Return the document on another one of its pictures."""
    return _on_picture(document, document.pictures[index], image, None, document.pictures)


def remove_picture(document: Document, index: int) -> Document:
    """Return the document without one of the pictures that are not shown."""
    if document.pictures[index] is document.picture:
        raise ParameterError("the picture that is shown stays; show another one first")
    pictures = (*document.pictures[:index], *document.pictures[index + 1 :])
    return replace(document, pictures=pictures)


def _on_picture(
    document: Document,
    picture: Picture,
    image: NDArray[np.float32],
    fit: Fit | None,
    pictures: tuple[Picture, ...],
) -> Document:
    image.setflags(write=False)
    changed = replace(
        document, picture=picture, image=image, fit=fit or document.fit, pictures=pictures
    )
    if image.shape == document.network.input_shape:
        return changed
    return on_network(changed, document.network.with_input(image.shape))


def set_view(document: Document, **changes: Any) -> Document:
    """Return the document looked at in another way; see `View` for the names."""
    view: View = replace(document.view, **changes)
    return replace(document, view=view)


def select_layer(document: Document, index: int) -> Document:
    """Return the document with the cursor at the first position of another layer."""
    moved = document if index == document.cursor.layer else document.at(Cursor(index))
    return set_view(moved, on_input=False)


def on_network(document: Document, network: Network) -> Document:
    """Return the document on another network; weights whose shape did not change are kept."""
    names = dict(document.filter_names)
    old = {layer.name: layer for layer in document.network.layers}
    for layer in network.layers:
        if isinstance(layer, _WITH_FILTERS) and layer.name in names:
            names[layer.name] = names[layer.name][: layer.filters]
            before = old.get(layer.name)
            if isinstance(before, _WITH_FILTERS) and before.kernel != layer.kernel:
                del names[layer.name]
    changed = replace(
        document,
        network=network,
        weights=document.weights.for_network(network),
        filter_names=names,
        trained=document.trained and _computes_the_same(document.network, network),
        classes=_classes(document, network),
    )
    return changed.at(document.cursor, Inside.WRITE)


def _classes(document: Document, network: Network) -> tuple[str, ...]:
    """Return what the outputs still stand for: nothing, once there are more or fewer of them.

    While a layer does not fit, nobody knows how many there are, and the names wait.
    """
    before, after = _outputs(document.network), _outputs(network)
    same = after is None or after == (before or len(document.classes))
    return document.classes if same else ()


def _outputs(network: Network) -> int | None:
    """Return how many numbers come out of a network, None while a layer does not fit."""
    if network.bad_place is not None:
        return None
    return int(np.prod(network.output_shape))


def _computes_the_same(before: Network, after: Network) -> bool:
    """Whether two networks differ in nothing but names: weights trained for one suit the other."""
    if before.input_shape != after.input_shape:
        return False
    one, other = (
        [(type(layer), *(getattr(layer, spec.name) for spec in layer.fields)) for layer in layers]
        for layers in (before.layers, after.layers)
    )
    return one == other


def _set_number(
    document: Document, index: int, name: str, at: tuple[int, ...], value: float
) -> Document:
    layer = document.network.layers[index]
    number = np.float32(value) if abs(value) <= _LARGEST else np.float32(np.inf)
    if not np.isfinite(number):
        raise ParameterError(f"{layer.name}: a {name} must be a finite number; got {value}")
    params = dict(document.weights[index])
    if name not in params:
        raise ParameterError(f"{layer.name} has no {name}")
    array = np.array(params[name])
    if len(at) != array.ndim or not all(0 <= i < n for i, n in zip(at, array.shape, strict=True)):
        raise ParameterError(f"{layer.name}: no {name} at {at}; the shape is {array.shape}")
    array[at] = number
    params[name] = array
    names = dict(document.filter_names)
    if name == "weight" and layer.name in names and not isinstance(layer, Dense):
        own = list(names[layer.name])
        filter_ = filter_of(layer, array.shape, at)
        if filter_ < len(own):
            own[filter_] = EDITED
        names[layer.name] = tuple(own)
    units = (filter_of(layer, array.shape, at),) if name == "weight" else ()
    weights = document.weights.replaced(index, params, units)
    return replace(document, weights=weights, filter_names=names, trained=False)
