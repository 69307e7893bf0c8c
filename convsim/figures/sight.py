"""What a neuron sees of the picture: its receptive field through every layer before it."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import prod
from typing import TYPE_CHECKING

from convsim.core.layers import ConvTranspose2d, Dense, Flatten, SlidingLayer, WindowLayer

if TYPE_CHECKING:
    from convsim.core.network import Network
    from convsim.core.place import Place
    from convsim.document.document import Document


@dataclass(frozen=True)
class Sight:
    """The receptive field of one neuron.

    Attributes
    ----------
    top, left : int
        First row and column of the picture; negative in the padding.
    rows, cols : int
        Its size in pixels.
    jump : (Fraction, Fraction)
        How much further the field of the next neuron begins; (0, 0) where all see everything.
    before, after : (int, int)
        How far the fields of the first and the last neuron reach out of the picture.
    """

    top: int
    left: int
    rows: int
    cols: int
    jump: tuple[Fraction, Fraction]
    before: tuple[int, int]
    after: tuple[int, int]

    @property
    def bottom(self) -> int:
        """Last row."""
        return self.top + self.rows - 1

    @property
    def right(self) -> int:
        """Last column."""
        return self.left + self.cols - 1


def sight_of(document: Document) -> Sight:
    """Return what the neuron at the cursor sees of the picture.

    Behind a dense layer that is everything; a value of a flattened row sees what it saw before.
    """
    network, cursor = document.network, document.cursor
    last, at = cursor.layer, (cursor.row, cursor.col)
    for place in network.places[: cursor.layer + 1]:
        assert place.input_shape is not None
        if isinstance(place.layer, Dense):
            high, wide, _ = network.input_shape
            return Sight(0, 0, high, wide, (Fraction(0), Fraction(0)), (0, 0), (0, 0))
        if isinstance(place.layer, Flatten) and len(place.input_shape) == 3:
            last = place.index - 1
            at = divmod(cursor.filter % prod(place.input_shape[:2]), place.input_shape[1])
    shape = network.places[last].output_shape if last >= 0 else network.input_shape
    assert shape is not None
    fields = [_seen(network, last, axis, at[axis]) for axis in (0, 1)]
    ends = [
        (_seen(network, last, axis, 0)[0], _seen(network, last, axis, shape[axis] - 1)[1])
        for axis in (0, 1)
    ]
    (top, bottom), (left, right) = fields
    return Sight(
        top,
        left,
        bottom - top + 1,
        right - left + 1,
        (_jump(network, last, 0), _jump(network, last, 1)),
        (max(0, -ends[0][0]), max(0, -ends[1][0])),
        (
            max(0, ends[0][1] + 1 - network.input_shape[0]),
            max(0, ends[1][1] + 1 - network.input_shape[1]),
        ),
    )


def _seen(network: Network, layer: int, axis: int, place: int) -> tuple[int, int]:
    """Return the first and the last pixel of the picture that a place of a layer sees.

    Followed backward from layer to layer; a residual sum sees what both of its inputs see.
    """
    seen = {layer: (place, place)}
    for index in range(layer, -1, -1):
        if index in seen:
            field = _read(network.places[index], axis, *seen[index])
            for source in network.sources(index):
                known = seen.get(source, field)
                seen[source] = (min(known[0], field[0]), max(known[1], field[1]))
    return seen[-1]


def _read(place: Place, axis: int, first: int, last: int) -> tuple[int, int]:
    """Return the first and the last place of its input that a stretch of a layer's output reads."""
    layer, shape = place.layer, place.input_shape
    if shape is None or len(shape) != 3:
        return first, last
    if isinstance(layer, SlidingLayer):
        way = layer.axes(shape)[axis]
        return way.start(first), way.start(last) + way.extent - 1
    if isinstance(layer, ConvTranspose2d):
        way = layer.axes(shape)[axis]
        low = -((way.extent - 1 - way.before - first) // way.stride)
        return low, max((last + way.before) // way.stride, low)
    return first, last


def _jump(network: Network, layer: int, axis: int) -> Fraction:
    """Return how far apart the fields of neighbours are: windows stride on, transposed ones back.

    A residual sum leaves it alone, because both of its inputs have the same size.
    """
    jump = Fraction(1)
    for one in network.layers[: layer + 1]:
        if isinstance(one, WindowLayer):
            jump *= one.stride[axis]
        elif isinstance(one, ConvTranspose2d):
            jump /= one.stride[axis]
    return jump
