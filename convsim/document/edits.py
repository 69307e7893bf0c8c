"""Every edit is a function from one document to the next; nothing is changed in place."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from convsim.core.errors import ParameterError
from convsim.core.layers import Conv2d, Dense
from convsim.core.step import Cursor, Inside

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from convsim.core.fit import Fit
    from convsim.core.network import Network
    from convsim.document.document import Document, Picture, View

EDITED = "edited"
"""The name of a filter whose weights somebody changed."""

_LARGEST = float(np.finfo(np.float32).max)


def set_field(document: Document, index: int, name: str, value: Any) -> Document:
    """Return the document with one field of one layer changed.

    The network may not fit afterwards; weights whose shape did not change are kept.

    Raises
    ------
    LayerError
        If the value is out of the field's bounds.
    """
    layer = document.network.layers[index]
    given = {f.name: getattr(layer, f.name) for f in fields(layer) if f.init}
    changed = type(layer)(**{**given, name: value})
    return _on_network(document, document.network.with_layer(index, changed))


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
    """Return the document on another picture; `image` is the picture as the network reads it.

    If `image` has another size than the network's input, the network follows.
    """
    image.setflags(write=False)
    changed = replace(document, picture=picture, image=image, fit=fit or document.fit)
    if image.shape == document.network.input_shape:
        return changed
    return _on_network(changed, document.network.with_input(image.shape))


def set_view(document: Document, **changes: Any) -> Document:
    """Return the document looked at in another way; see `View` for the names."""
    view: View = replace(document.view, **changes)
    return replace(document, view=view)


def select_layer(document: Document, index: int) -> Document:
    """Return the document with the cursor at the first position of another layer."""
    moved = document if index == document.cursor.layer else document.at(Cursor(index))
    return set_view(moved, on_input=False)


def _on_network(document: Document, network: Network) -> Document:
    names = dict(document.filter_names)
    for layer in network.layers:
        if isinstance(layer, Conv2d) and layer.name in names:
            names[layer.name] = names[layer.name][: layer.filters]
            old = document.network.layers[document.network.index(layer.name)]
            if isinstance(old, Conv2d) and old.kernel != layer.kernel:
                del names[layer.name]
    changed = replace(
        document,
        network=network,
        weights=document.weights.for_network(network),
        filter_names=names,
        trained=document.trained and network.input_shape == document.network.input_shape,
    )
    return changed.at(document.cursor, Inside.WRITE)


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
        if at[0] < len(own):
            own[at[0]] = EDITED
        names[layer.name] = tuple(own)
    return replace(document, weights=document.weights.replaced(index, params), filter_names=names)
