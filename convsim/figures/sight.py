"""What a neuron sees of the picture: its receptive field through every layer before it."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING

from convsim.core.geometry import Axis, ReceptiveField, receptive_field
from convsim.core.layers import Dense, Flatten, WindowLayer

if TYPE_CHECKING:
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
    jump : (int, int)
        How much further the field of the next neuron begins; (0, 0) where all see everything.
    before, after : (int, int)
        How far the fields of the first and the last neuron reach out of the picture.
    """

    top: int
    left: int
    rows: int
    cols: int
    jump: tuple[int, int]
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
    row, col = cursor.row, cursor.col
    axes: list[tuple[Axis, Axis]] = []
    for place in network.places[: cursor.layer + 1]:
        assert place.input_shape is not None
        if isinstance(place.layer, WindowLayer):
            axes.append(place.layer.axes(place.input_shape))
        elif isinstance(place.layer, Flatten) and len(place.input_shape) == 3:
            row, col = divmod(cursor.filter % prod(place.input_shape[:2]), place.input_shape[1])
        elif isinstance(place.layer, Dense):
            high, wide, _ = network.input_shape
            return Sight(0, 0, high, wide, (0, 0), (0, 0), (0, 0))
    down, across = (_along([pair[i] for pair in axes], network.input_shape[i]) for i in (0, 1))
    return Sight(
        down[0].start + row * down[0].jump,
        across[0].start + col * across[0].jump,
        down[0].size,
        across[0].size,
        (down[0].jump, across[0].jump),
        (down[1], across[1]),
        (down[2], across[2]),
    )


def _along(axes: list[Axis], size: int) -> tuple[ReceptiveField, int, int]:
    """Return the field along one axis, and how far fields reach out at both ends."""
    field = receptive_field(axes)
    count = axes[-1].count if axes else size
    last = field.start + (count - 1) * field.jump + field.size
    return field, max(0, -field.start), max(0, last - size)
