"""A network as a chain of blocks: which layers share a block, what is written below, where it goes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import log

from convsim.core.layers import Flatten, Shape
from convsim.core.network import Network, Place
from convsim.figures.blocks import RISE, RUN, Block
from convsim.figures.parts import Box, layer_title, shape_text
from convsim.figures.sketch import Sketch
from convsim.figures.typography import text_width
from convsim.figures.what import what_it_does

MANY = 10
"""With more blocks than this, Flatten gets none of its own: it moves values, it makes none."""
LINE = 1.32
"""From one line of a label to the next, in ems."""
WRAP = 1.9
"""Room at both ends of a row for the arrow to the next one, in ems."""
TURN = 0.92
"""What a further row must be worth: one row reads best."""
DEEP = 0.62
"""The deepest block, in sides of the largest one."""


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


@dataclass(frozen=True)
class Scale:
    """How long a side or a depth is drawn, as a share of the longest side.

    Lengths are to scale where the sizes are alike; else a power of them, so that 7 beside 224 and
    3 beside 4096 can still be seen.
    """

    longest: int
    deepest: int
    side_power: float
    depth_power: float

    @property
    def exact(self) -> bool:
        """Whether heights and widths are to scale."""
        return self.side_power == 1.0

    def shares(self, shape: Shape) -> tuple[float, float, float]:
        """Return height, width and depth as shares of the longest side."""
        high, wide, deep = solid(shape)
        return (
            max((high / self.longest) ** self.side_power, 0.05),
            max((wide / self.longest) ** self.side_power, 0.05),
            max((deep / self.deepest) ** self.depth_power, 0.05) * DEEP,
        )


def scale_of(nodes: Sequence[Node]) -> Scale:
    """Return the scale for all blocks of a figure."""
    shapes = [solid(node.shape) for node in nodes if node.shape is not None]
    sides = [side for shape in shapes for side in shape[:2]]
    shortest = min((side for side in sides if side > 1), default=1)
    depths = [shape[2] for shape in shapes]
    deepest = max(*depths, 16)
    return Scale(
        max(sides),
        deepest,
        _power(shortest / max(sides), 0.2),
        _power(min(depths) / deepest, 0.08),
    )


@dataclass(frozen=True)
class Slot:
    """A block, the lines below it, and the room of both."""

    node: Node
    block: Block
    lines: tuple[Words, ...]
    room: Box
    label_top: float


@dataclass(frozen=True)
class Chain:
    """Blocks in one or more rows, with labels of one size."""

    rows: tuple[tuple[Slot, ...], ...]
    size: float
    scale: Scale


def arrange(sketch: Sketch, nodes: Sequence[Node], box: Box) -> Chain:
    """Return the arrangement in which both blocks and labels are as large as the box allows."""
    scale = scale_of(nodes)
    best: tuple[float, int, float, float, bool] = (-1.0, 1, 7.0, 1.0, False)
    largest = min(max(box.height / 42, 11.0), 14.0)
    for split in (False, True):
        widths = [max(map(_width, label(sketch, n, split=split))) for n in nodes]
        lines = max(len(label(sketch, n, split=split)) for n in nodes)
        for count in range(1, min(len(nodes), 6) + 1):
            for step in range(8):
                size = max(largest - step, 7.0)
                unit = _largest_unit(nodes, widths, lines, box, count, size, scale)
                score = min(unit / max(150, box.height * 0.3), 1.0) ** 0.7 * min(size / 12, 1.0) ** 1.4
                score *= TURN ** (count - 1)
                if score > best[0]:
                    best = (score, count, size, unit, split)
    _, count, size, unit, split = best
    return _placed(sketch, nodes, box, count, size, unit, split=split, scale=scale)


def number_size(size: float) -> float:
    """Return the em height of the numbers on the edges beside labels of `size`."""
    return max(size - 1.0, 7.0)


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


def _power(ratio: float, least: float) -> float:
    """Return the power of at most 1 that keeps the smallest share visible."""
    return 1.0 if ratio >= least else log(least) / log(ratio)


def _width(words: Words) -> float:
    """Return the width of a line of a label at an em height of 1."""
    bold = {"name"}
    spaces = 0.25 * (len(words) - 1)
    return spaces + sum(text_width(text, 1.0, bold=style in bold) for text, style in words)


def _shares(node: Node, nodes: Sequence[Node], scale: Scale) -> tuple[float, float, float]:
    """Return the shares of a block; one that does not exist is as large as the one before it."""
    if node.shape is not None:
        return scale.shares(node.shape)
    known = [n.shape for n in nodes[: nodes.index(node)] if n.shape is not None]
    high, wide, deep = scale.shares(known[-1])
    return high * 0.8, wide * 0.8, deep


def _parts(count: int, rows: int) -> list[range]:
    """Return which blocks stand in which row: as even as possible, the first rows longer."""
    per, more = divmod(count, rows)
    starts = [i * per + min(i, more) for i in range(rows + 1)]
    return [range(a, b) for a, b in zip(starts, starts[1:], strict=False)]


def _margins(node: Node, size: float, run: float) -> tuple[float, float]:
    """Return the room left and right of the front face: numbers on the edges, and the back."""
    if node.shape is None:
        return 4.0, run + 4.0
    high, _, deep = solid(node.shape)
    number = number_size(size)
    left = text_width(str(high), number) + 5 if len(node.shape) == 3 else 2.0
    return left, max(run, run / 2 + 4 + text_width(str(deep), number))


def _cells(
    nodes: Sequence[Node],
    widths: Sequence[float],
    part: range,
    size: float,
    unit: float,
    scale: Scale,
) -> list[float]:
    """Return how much room each block of a row needs from left to right."""
    rooms: list[float] = []
    for i in part:
        _, wide, deep = _shares(nodes[i], nodes, scale)
        left, right = _margins(nodes[i], size, deep * unit * RUN)
        rooms.append(max(widths[i] * size, left + wide * unit + right))
    return rooms


def _largest_unit(
    nodes: Sequence[Node],
    widths: Sequence[float],
    lines: int,
    box: Box,
    rows: int,
    size: float,
    scale: Scale,
) -> float:
    """Return the longest side, in units, with which everything fits; 0 if the labels do not."""
    room = box.height / rows - lines * size * LINE - number_size(size) * 1.3 - 14
    tallest = max(high + deep * RISE for high, _, deep in (_shares(n, nodes, scale) for n in nodes))
    high = max(room / tallest, 0.0)
    low = 0.0
    parts = _parts(len(nodes), rows)
    gap = size * 1.1

    def fits(unit: float) -> bool:
        for part in parts:
            needed = sum(_cells(nodes, widths, part, size, unit, scale)) + gap * (len(part) - 1)
            if needed + (2 * WRAP * size if rows > 1 else 0) > box.width:
                return False
        return True

    if fits(high):
        return high
    for _ in range(12):
        middle = (low + high) / 2
        low, high = (middle, high) if fits(middle) else (low, middle)
    return low


def _placed(
    sketch: Sketch,
    nodes: Sequence[Node],
    box: Box,
    count: int,
    size: float,
    unit: float,
    *,
    split: bool,
    scale: Scale,
) -> Chain:
    labels = [tuple(label(sketch, n, split=split)) for n in nodes]
    widths = [max(map(_width, lines)) for lines in labels]
    rows: list[tuple[Slot, ...]] = []
    high = box.height / count
    for row, part in enumerate(_parts(len(nodes), count)):
        rooms = _cells(nodes, widths, part, size, unit, scale)
        sides = WRAP * size if count > 1 else 0.0
        spare = box.width - 2 * sides - sum(rooms)
        gap = min(spare / max(len(rooms) - 1, 1), 110.0) if len(rooms) > 1 else 0.0
        # A wrapped chain reads like text: its rows begin at the left.
        used = sum(rooms) + gap * (len(rooms) - 1)
        x = box.x + sides + (0.0 if count > 1 else (box.width - used) / 2)
        shares = [_shares(nodes[i], nodes, scale) for i in part]
        tall = max(h + d * RISE for h, _, d in shares) * unit
        lines = max(len(labels[i]) for i in part)
        below = number_size(size) * 1.3 + 6
        total = tall + below + lines * size * LINE
        top = box.y + row * high + max((high - total) / 2, 0.0)
        slots: list[Slot] = []
        for i, room, (h, w, d) in zip(part, rooms, shares, strict=True):
            deep = d * unit
            left, right = _margins(nodes[i], size, deep * RUN)
            start = x + (room - left - w * unit - right) / 2 + left
            face = top + (tall - h * unit - deep * RISE) / 2 + deep * RISE
            block = Block(start, face, w * unit, h * unit, deep)
            slots.append(
                Slot(nodes[i], block, labels[i], Box(x, top, room, total), top + tall + below)
            )
            x += room + gap
        rows.append(tuple(slots))
    return Chain(tuple(rows), size, scale)
