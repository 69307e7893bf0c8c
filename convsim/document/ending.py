"""An end for a network: layers, or units, so that it gives one score for each of its classes."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING

from convsim.core.layers import Dense, Flatten, GlobalAvgPool, Softmax
from convsim.document.building import insert_layers
from convsim.document.edits import set_field

if TYPE_CHECKING:
    from convsim.core.layers import Layer, Shape
    from convsim.document.document import Document

MOST_WEIGHTS = 4_000_000
"""Of a dense layer that is put behind all values; of larger maps the mean of each goes in."""


@dataclass(frozen=True, eq=False)
class Ending:
    """What a network lacks to tell so many classes apart.

    Attributes
    ----------
    shape : tuple of int
        What it gives out now.
    added : tuple of Layer
        The layers that would be put behind all others; empty if one gets more units.
    widened : str
        The name of the layer that would get as many units as there are classes.
    """

    shape: Shape
    added: tuple[Layer, ...] = ()
    widened: str = ""


def ending_for(document: Document, classes: int) -> Ending | None:
    """Return what the document's network lacks to tell so many classes apart, None if nothing.

    None too if a layer does not fit: that is to be mended first.
    """
    network = document.network
    if classes < 1 or not network.layers or network.bad_place is not None:
        return None
    shape = network.output_shape
    maps = len(shape) == 3 and shape[:2] != (1, 1)
    if not maps and prod(shape) >= classes:
        return None
    dense = [layer for layer in network.layers if isinstance(layer, Dense)]
    if not maps and dense:
        return Ending(shape, widened=dense[-1].name)
    flat: list[Layer] = [Flatten()] if len(shape) == 3 else []
    if maps and prod(shape) * classes > MOST_WEIGHTS:
        flat = [GlobalAvgPool(), *flat]
    return Ending(shape, (*flat, Dense(classes), Softmax()))


def with_ending(document: Document, classes: int) -> Document:
    """Return the document with that in its network; the cursor stays where it is."""
    found = ending_for(document, classes)
    if found is None:
        return document
    if found.widened:
        at = document.network.index(found.widened)
        return set_field(document, at, "units", classes).at(document.cursor, document.inside)
    changed = insert_layers(document, len(document.network.layers), found.added)
    return changed.at(document.cursor, document.inside)
