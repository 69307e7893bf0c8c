"""Where the weights of one filter lie: a layer keeps all of its filters in one array.

A convolution has (filters, channels, rows, columns).  A transposed one, which is a convolution
backwards, has (channels, filters of a group, rows, columns), as PyTorch has it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from convsim.core.layers import ConvTranspose2d

if TYPE_CHECKING:
    from convsim.core.layers import Array, Layer, Params, Shape

Index = tuple[slice | int, ...]


def filter_index(layer: Layer, shape: Shape, filter_: int) -> Index:
    """Return what the weight array is indexed by to get one filter: (channels, rows, columns).

    Parameters
    ----------
    layer : Layer
    shape : tuple of int
        Of the weight array.
    filter_ : int
        Counted from 0.
    """
    if not isinstance(layer, ConvTranspose2d):
        return (filter_,)
    own, inputs = shape[1], shape[0] // layer.groups
    group = filter_ // own
    return slice(group * inputs, (group + 1) * inputs), filter_ % own


def cell_index(layer: Layer, shape: Shape, at: tuple[int, int, int, int]) -> tuple[int, ...]:
    """Return where (filter, plane, row, column) lies in the weight array."""
    filter_, plane, row, col = at
    where = filter_index(layer, shape, filter_)
    if len(where) == 1:
        return filter_, plane, row, col
    channels, own = where
    assert isinstance(channels, slice)
    assert isinstance(own, int)
    return channels.start + plane, own, row, col


def filter_of(layer: Layer, shape: Shape, at: tuple[int, ...]) -> int:
    """Return the filter or unit that a place of the weight array belongs to."""
    if not isinstance(layer, ConvTranspose2d):
        return at[0]
    return at[0] // (shape[0] // layer.groups) * shape[1] + at[1]


def filter_bank(layer: Layer, weight: Array) -> Array:
    """Return all filters, one after the other: (filters, channels, rows, columns)."""
    if not isinstance(layer, ConvTranspose2d):
        return weight
    count = weight.shape[1] * layer.groups
    return np.stack([weight[filter_index(layer, weight.shape, i)] for i in range(count)])


def unit_count(layer: Layer, params: Params) -> int:
    """Return the number of filters or units that have weights."""
    if "weight" not in params:
        return 0
    if isinstance(layer, ConvTranspose2d):
        return int(params["weight"].shape[1]) * layer.groups
    return len(params["weight"])
