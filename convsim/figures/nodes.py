"""Which layers of a network share a block, and what is written below it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from convsim.core.layers import Flatten, Shape
from convsim.figures.parts import layer_title, shape_text
from convsim.figures.what import what_it_does

if TYPE_CHECKING:
    from convsim.core.network import Network
    from convsim.core.place import Place
    from convsim.figures.sketch import Sketch

MANY = 10
"""With more blocks than this, Flatten gets none of its own: it moves values, it makes none."""


@dataclass(frozen=True)
class Node:
    """The picture (no place) or a layer, with the layers behind it that work in place."""

    place: Place | None
    shape: Shape | None
    followers: tuple[Place, ...] = ()

    @property
    def index(self) -> int:
        """The layer's index, −1 for the picture."""
        return self.place.index if self.place is not None else -1

    def holds(self, layer: int) -> bool:
        """Whether a layer is drawn here."""
        return layer == self.index or any(p.index == layer for p in self.followers)


def nodes_of(network: Network) -> list[Node]:
    """Return the blocks of a network, the picture first."""
    nodes = _merged(network, keep_flatten=True)
    return nodes if len(nodes) <= MANY else _merged(network, keep_flatten=False)


def solid(shape: Shape) -> tuple[int, int, int]:
    """Return height, width, depth; a vector is as deep as it is long."""
    return (shape[0], shape[1], shape[2]) if len(shape) == 3 else (1, 1, shape[0])


Words = tuple[tuple[str, str], ...]
"""One line of a label: texts, each with its style (name, part, note, size, warn or faint)."""


def label(sketch: Sketch, node: Node, *, split: bool) -> list[Words]:
    """Return the lines below a block; `split` puts the followers on a line of their own."""
    lines: list[Words] = []
    place = node.place
    if place is None:
        lines.append(((sketch.say("input"), "name"),))
    else:
        title = layer_title(place.layer, sketch.page.labels)
        lines.append(((title, "faint" if place.waiting else "name"),))
    parts = tuple((f"+ {_follower(sketch, p)}", "part") for p in node.followers)
    if parts and not split:
        lines[0] += parts
    elif parts:
        lines.append(parts)
    if place is not None:
        style = "faint" if place.waiting else "note"
        what = what_it_does(sketch, place.layer, place.input_shape)
        lines += [((line, style),) for line in what]
    if node.shape is not None:
        lines.append(((shape_text(solid(node.shape)), "size"),))
    elif place is not None and place.waiting:
        lines.append(((sketch.say("waiting"), "faint"),))
    elif place is not None:
        lines.append(((sketch.say("does_not_fit"), "warn"),))
    return lines


def _merged(network: Network, *, keep_flatten: bool) -> list[Node]:
    nodes = [Node(None, network.input_shape)]
    for place in network.places:
        last = nodes[-1]
        own = keep_flatten and isinstance(place.layer, Flatten)
        if place.layer.in_place and place.error is None and not own:
            nodes[-1] = Node(last.place, last.shape, (*last.followers, place))
        else:
            nodes.append(Node(place, place.output_shape))
    return nodes


def _follower(sketch: Sketch, place: Place) -> str:
    kind = sketch.say(place.layer.kind)
    if isinstance(place.layer, Flatten) and place.output_shape is not None:
        return f"{kind} → {place.output_shape[0]:,}"
    return kind
