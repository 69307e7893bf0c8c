"""A document is a picture, a network, its weights, and where the reader stands in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from convsim.core.errors import ConvSimError
from convsim.core.fit import Fit
from convsim.core.step import Cursor, Frame, Inside, Walk, frame_at, inside_steps, walk_of
from convsim.core.trace import Trace

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from convsim.core.layers import Array, Layer
    from convsim.core.network import Network, Place
    from convsim.document.weights import Weights


@dataclass(frozen=True, eq=False)
class Picture:
    """What was opened, before it is cut to the network's input.

    Attributes
    ----------
    name : str
        Shown to people: ``cat.png``.
    pixels : array (H, W, C)
        uint8 or float32 in 0…1, one or three channels, read-only.
    notes : tuple of str
        What had to be converted, one sentence each.
    """

    name: str
    pixels: Array
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class View:
    """What is looked at; never part of what undo or "modified" is about.

    Attributes
    ----------
    tab : str
        ``overview``, ``step``, ``maps`` or ``counts``.
    overview, maps : str
        The figure that those tabs show: volumes, tiles, sweep or padding; maps or filters.
    plane : int
        Input channel whose kernel plane the inspector shows, and the first that the stage shows.
    on_input : bool
        Whether the picture, not a layer, is selected in the list.
    """

    tab: str = "step"
    overview: str = "volumes"
    maps: str = "maps"
    plane: int = 0
    on_input: bool = False


@dataclass(frozen=True, eq=False)
class Document:
    """One immutable value; every edit makes another one.

    Attributes
    ----------
    network : Network
        May hold a layer that does not fit.
    weights : Weights
    picture : Picture
    image : array (H, W, C)
        float32 in 0…1, the picture as the network reads it, read-only.
    fit : Fit
        How the picture was brought to the input's size.
    cursor : Cursor
        Where the window stands.
    inside : Inside
        How much of that position has been worked out.
    view : View
    preset : str
        Name of the preset it began as.
    filter_names : mapping from layer name to names
        Names of filters that mean something.
    trained : bool
        Whether the weights come from training.
    """

    network: Network
    weights: Weights
    picture: Picture
    image: NDArray[np.float32]
    fit: Fit = Fit.CROP
    cursor: Cursor = field(default_factory=Cursor)
    inside: Inside = Inside.WRITE
    view: View = View()
    preset: str = ""
    filter_names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    trained: bool = False

    @property
    def place(self) -> Place:
        """The layer that the cursor is in, where it stands."""
        return self.network.places[self.cursor.layer]

    @property
    def layer(self) -> Layer:
        """The layer that the cursor is in."""
        return self.place.layer

    @property
    def follower(self) -> Layer | None:
        """The layer after the cursor's."""
        after = self.cursor.layer + 1
        return self.network.layers[after] if after < len(self.network.layers) else None

    @property
    def walk(self) -> Walk | None:
        """The order of the positions of the cursor's layer; None if it does not fit."""
        shape = self.place.output_shape
        return walk_of(shape) if shape else None

    def filter_name(self, layer: str, index: int) -> str:
        """Return the name of a filter, or an empty text."""
        names = self.filter_names.get(layer, ())
        return names[index] if index < len(names) else ""

    def new_trace(self) -> Trace:
        """Return a trace of this document with nothing worked out yet."""
        return Trace(self.network, self.weights, self.image)

    def frame(self, trace: Trace) -> Frame:
        """Return the frame at the cursor.

        Raises
        ------
        ConvSimError
            If the layer does not fit or waits for one that does not.
        """
        place = self.place
        if place.error is not None:
            raise place.error
        if place.input_shape is None:
            self.network.check()
            raise ConvSimError(f"{place.layer.name} has no input")
        i = self.cursor.layer
        return frame_at(place.layer, self.weights[i], trace.input(i), self.cursor, self.follower)

    def inside_steps(self) -> tuple[Inside, ...]:
        """Return the inner steps of the cursor's layer, in order."""
        return inside_steps(self.layer, self.follower)

    def at(self, cursor: Cursor, inside: Inside = Inside.WRITE) -> Document:
        """Return the document with the window elsewhere, clamped to positions that exist."""
        layer = min(max(cursor.layer, 0), len(self.network.layers) - 1)
        cursor = cursor._replace(layer=layer)
        shape = self.network.places[layer].output_shape
        cursor = walk_of(shape).clamped(cursor) if shape else Cursor(layer)
        plane = self.view.plane
        if layer != self.cursor.layer:
            plane = 0
        return replace(self, cursor=cursor, inside=inside, view=replace(self.view, plane=plane))
