"""A document is a picture, a network, its weights, and where the reader stands in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field, replace
from typing import TYPE_CHECKING

from convsim.core.errors import ConvSimError
from convsim.core.fit import Fit
from convsim.core.layers import Flatten
from convsim.core.place import Place
from convsim.core.record import record
from convsim.core.step import Cursor, Frame, Inside, Walk, frame_at, inside_steps, walk_of
from convsim.core.trace import Trace
from convsim.document.extras import Extras

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from convsim.core.layers import Array, Layer
    from convsim.core.network import Network
    from convsim.document.example import Example
    from convsim.document.progress import Progress
    from convsim.document.runs import Runs
    from convsim.document.weights import Weights

Crop = tuple[int, int, int, int]
"""Top, left, height and width in pixels of the picture as opened."""


NOTHING: Layer = Flatten(name="nothing")
"""Stands for the layer of a document that has none; nothing is ever worked out with it."""


@record(eq=False)
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
    crop : (int, int, int, int), optional
        Top, left, height, width of the part that the network reads; None for all of it.
    off : tuple of int
        Channels of the network's input that are switched off, that is, filled with zeros.
    """

    name: str
    pixels: Array
    notes: tuple[str, ...] = ()
    crop: Crop | None = None
    off: tuple[int, ...] = ()


@record
class View:
    """What is looked at; never part of what undo or "modified" is about.

    Attributes
    ----------
    tab : str
        ``overview``, ``step``, ``maps``, ``counts`` or ``train``.
    overview, maps : str
        The figure that those tabs show: volumes, tiles, sweep or padding; maps or filters.
    plane : int
        Input channel whose kernel plane the inspector shows, and the first that the stage shows.
    on_input : bool
        Whether the picture, not a layer, is selected in the list.
    folded : set of str
        Blocks that the list shows as one card, each by the name of its first layer.
    """

    tab: str = "step"
    overview: str = "volumes"
    maps: str = "maps"
    plane: int = 0
    on_input: bool = False
    folded: frozenset[str] = frozenset()


@record()
class Familiar:
    """When a picture counts as one like those that the network learnt from.

    Attributes
    ----------
    least : float
        Energy (log of the sum of exp of all scores) that it has at least; see
        `convsim.core.familiar`.
    kept : float
        Share of pictures held back that have it.
    """

    least: float
    kept: float


@record(eq=False)
class Document:
    """One immutable value; every edit makes another one.

    Attributes
    ----------
    network : Network
        May hold a layer that does not fit, or no layer at all.
    weights : Weights
    picture : Picture
        The one that is shown.
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
        Whether all weights come from training, and for this network.
    pictures : tuple of Picture
        All pictures to switch between, in order; the one that is shown is among them.
    classes : tuple of str
        What the outputs stand for, if the network was trained to tell classes apart.
    familiar : Familiar or None
        When a picture counts as one of the classes; only of use while it is trained.
    progress : Progress or None
        Where the training stands that made the weights, if it can go on.
    examples : tuple of Example
        Pictures that a person labelled, to learn from.
    runs : Runs or None
        How earlier trainings went, to compare others with; None if none was ever kept.
    extras : Extras
        What its file holds that this version does not know.
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
    pictures: tuple[Picture, ...] = ()
    classes: tuple[str, ...] = ()
    familiar: Familiar | None = None
    progress: Progress | None = None
    examples: tuple[Example, ...] = ()
    runs: Runs | None = None
    extras: Extras = field(default_factory=Extras)

    def __post_init__(self) -> None:
        """Count the picture that is shown among all pictures."""
        if not any(picture is self.picture for picture in self.pictures):
            self.__dict__["pictures"] = (*self.pictures, self.picture)

    @property
    def empty(self) -> bool:
        """Whether the network has no layer yet."""
        return not self.network.layers

    @property
    def place(self) -> Place:
        """The layer that the cursor is in, where it stands; `NOTHING` in an empty network."""
        if self.empty:
            return Place(0, NOTHING, self.network.input_shape, None)
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

    def is_random(self, index: int, unit: int | None = None) -> bool:
        """Return whether a filter's weights, or all of a layer's, are random: nobody chose them."""
        return not self.trained and self.weights.is_random(index, unit)

    def random_units(self, index: int) -> int:
        """Return how many of a layer's filters or units have weights that nobody chose."""
        return 0 if self.trained else self.weights.random_units(index)

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
        if self.empty:
            raise ConvSimError("this network has no layer yet")
        if place.error is not None:
            raise place.error
        if place.input_shape is None:
            self.network.check()
            raise ConvSimError(f"{place.layer.name} has no input")
        return trace.once((self.network, self.weights, self.cursor), lambda: self._frame(trace))

    def _frame(self, trace: Trace) -> Frame:
        i = self.cursor.layer
        x, *skip = trace.inputs(i)
        return frame_at(self.layer, self.weights[i], x, self.cursor, self.follower, *skip)

    def inside_steps(self) -> tuple[Inside, ...]:
        """Return the inner steps of the cursor's layer, in order."""
        return inside_steps(self.layer, self.follower)

    def at(self, cursor: Cursor, inside: Inside = Inside.WRITE) -> Document:
        """Return the document with the window elsewhere, clamped to positions that exist."""
        layer = max(min(cursor.layer, len(self.network.layers) - 1), 0)
        cursor = cursor._replace(layer=layer)
        shape = None if self.empty else self.network.places[layer].output_shape
        cursor = walk_of(shape).clamped(cursor) if shape else Cursor(layer)
        plane = self.view.plane
        if layer != self.cursor.layer:
            plane = 0
        return replace(self, cursor=cursor, inside=inside, view=replace(self.view, plane=plane))
