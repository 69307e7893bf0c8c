"""Edits of whole filters: a named kernel, a turn, a start anew, one grid over another."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from convsim.core.errors import ParameterError
from convsim.core.init import STARTS
from convsim.document.edits import EDITED
from convsim.document.planes import filter_index, unit_count

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from convsim.core.layers import Array
    from convsim.document.document import Document

Change = Callable[["NDArray[np.float64]"], "NDArray[np.float64]"]
"""From the planes of a filter (channels, rows, columns) to other ones of the same shape."""


def _rotated(planes: NDArray[np.float64]) -> NDArray[np.float64]:
    if planes.shape[1] != planes.shape[2]:
        raise ParameterError(
            f"a kernel of {planes.shape[1]}×{planes.shape[2]} cannot be turned by 90° and keep its "
            "shape; one as high as wide can, or turn by 180°"
        )
    return np.rot90(planes, axes=(2, 1))


def _normalised(planes: NDArray[np.float64]) -> NDArray[np.float64]:
    total = float(planes.sum())
    if abs(total) < 1e-6 * max(float(np.abs(planes).sum()), 1e-30):
        raise ParameterError("these weights sum to 0, which no factor makes 1")
    return planes / total


CHANGES: MappingProxyType[str, Change] = MappingProxyType(
    {
        "rotate": _rotated,
        "mirror": lambda planes: planes[:, :, ::-1],
        "upend": lambda planes: planes[:, ::-1],
        "flip": lambda planes: planes[:, ::-1, ::-1],
        "symmetric": lambda planes: (planes + planes[:, :, ::-1]) / 2,
        "sum-one": _normalised,
        "sum-zero": lambda planes: planes - planes.mean(),
        "negate": lambda planes: -planes,
    }
)
"""What can be done to a filter, by name; ``flip`` makes a true convolution of a correlation."""


def put_kernel(
    document: Document,
    index: int,
    filter_: int,
    plane: NDArray[np.float64],
    *,
    name: str = "",
    channel: int | None = None,
) -> Document:
    """Return the document with a kernel in the place of a filter's weights.

    Parameters
    ----------
    index, filter_ : int
        Layer and filter.
    plane : array (rows, columns)
        As large as the layer's kernel.
    name : str
        What the filter is called from now on; nothing if only one plane changes.
    channel : int, optional
        The one plane that changes; by default all do.
    """
    weights = np.array(_planes(document, index, filter_), np.float64)
    weights[slice(None) if channel is None else channel] = plane
    return _with_filter(document, index, filter_, weights, name if channel is None else EDITED)


def change_filter(
    document: Document, index: int, filter_: int, change: str, channel: int | None = None
) -> Document:
    """Return the document with one of `CHANGES` made to a filter, or to one of its planes.

    Raises
    ------
    ParameterError
        If this cannot be done to these weights.
    """
    old = np.asarray(_planes(document, index, filter_), np.float64)
    new = np.array(old)
    part = slice(None) if channel is None else slice(channel, channel + 1)
    new[part] = CHANGES[change](old[part])
    if np.array_equal(new, old):
        return document
    return _with_filter(document, index, filter_, new, EDITED)


def start_anew(
    document: Document, index: int, start: str, seed: int, filter_: int | None = None
) -> Document:
    """Return the document with random weights in a layer, or in one filter; biases become 0.

    Parameters
    ----------
    index : int
    start : str
        A key of `convsim.core.init.STARTS`.
    seed : int
        The same seed gives the same weights.
    filter_ : int, optional
        The filter; by default all of them.
    """
    params = {name: np.array(array) for name, array in document.weights[index].items()}
    weight = params["weight"]
    place = document.network.places[index]
    assert place.input_shape is not None  # a layer with weights knows what it reads
    some = range(unit_count(place.layer, params)) if filter_ is None else (filter_,)
    where = [filter_index(place.layer, weight.shape, i) for i in some]
    drawn = STARTS[start].draw(
        np.random.default_rng(seed),
        (len(where), *weight[where[0]].shape),
        *place.layer.fans(place.input_shape),
    )
    for one, values in zip(where, drawn, strict=True):
        weight[one] = values
    if "bias" in params:
        params["bias"][list(some)] = 0
    layer = place.layer.name
    names = dict(document.filter_names)
    if filter_ is None:
        names.pop(layer, None)
    elif layer in names:
        own = list(names[layer])
        own[filter_ : filter_ + 1] = [EDITED] if filter_ < len(own) else []
        names[layer] = tuple(own)
    weights = document.weights.replaced(index, params, () if filter_ is None else (filter_,))
    return replace(document, weights=weights, filter_names=names, trained=False)


def _planes(document: Document, index: int, filter_: int) -> Array:
    """Return the weights of one filter: (channels, rows, columns)."""
    weight = document.weights[index]["weight"]
    return weight[filter_index(document.network.layers[index], weight.shape, filter_)]


def _with_filter(
    document: Document, index: int, filter_: int, planes: Array, name: str
) -> Document:
    """Return the document with the weights (channels, rows, columns) of one filter replaced."""
    layer = document.network.layers[index].name
    params = {key: np.array(array) for key, array in document.weights[index].items()}
    numbers = planes.astype(np.float32)
    if not np.isfinite(numbers).all():
        raise ParameterError(f"{layer}: a weight must be a finite number")
    weight = params["weight"]
    weight[filter_index(document.network.layers[index], weight.shape, filter_)] = numbers
    names = dict(document.filter_names)
    own = list(names.get(layer, ()))
    if name and (own or name != EDITED):
        own += [""] * (filter_ + 1 - len(own))
        own[filter_] = name
        names[layer] = tuple(own)
    weights = document.weights.replaced(index, params, (filter_,))
    return replace(document, weights=weights, filter_names=names, trained=False)
