"""Where the blocks of a network go: one row or several, with labels that can be read."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from math import log
from typing import TYPE_CHECKING

from convsim.figures.blocks import RISE, RUN, Block
from convsim.figures.nodes import Node, Words, label, solid
from convsim.figures.parts import Box
from convsim.figures.typography import text_width

if TYPE_CHECKING:
    from convsim.core.layers import Shape
    from convsim.figures.sketch import Sketch

LINE = 1.32
"""From one line of a label to the next, in ems."""
WRAP = 1.9
"""Room at both ends of a row for the arrow to the next one, in ems."""
TURN = 0.92
"""What a further row must be worth: one row reads best."""
DEEP = 0.62
"""The deepest block, in sides of the largest one."""


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


@dataclass(frozen=True)
class _Measure:
    """What a block needs: its shares of the unit, and widths of texts in ems."""

    high: float
    wide: float
    deep: float
    label: float
    lines: int
    left: float
    right: float

    def margins(self, size: float, unit: float) -> tuple[float, float]:
        """Return the room left and right of the front face: numbers on the edges, and the back."""
        number, run = number_size(size), self.deep * unit * RUN
        return self.left * number + 4, max(run, run / 2 + 4 + self.right * number)

    def room(self, size: float, unit: float) -> float:
        """Return how wide block and label are together."""
        return max(self.label * size, sum(self.margins(size, unit)) + self.wide * unit)


def arrange(sketch: Sketch, nodes: Sequence[Node], box: Box) -> Chain:
    """Return the arrangement in which both blocks and labels are as large as the box allows."""
    scale = scale_of(nodes)
    shares = _shares(nodes, scale)
    best: tuple[float, int, float, float, bool] = (-1.0, 1, 7.0, 1.0, False)
    largest = min(max(box.height / 42, 11.0), 14.0)
    for split in (False, True):
        measures = _measures(sketch, nodes, shares, split=split)
        for count in range(1, min(len(nodes), 6) + 1):
            for step in range(8):
                size = max(largest - step, 7.0)
                unit = _largest_unit(measures, box, count, size)
                score = min(unit / max(150, box.height * 0.3), 1.0) ** 0.7
                score *= min(size / 12, 1.0) ** 1.4 * TURN ** (count - 1)
                if score > best[0]:
                    best = (score, count, size, unit, split)
    _, count, size, unit, split = best
    labels = [tuple(label(sketch, node, split=split)) for node in nodes]
    measures = _measures(sketch, nodes, shares, split=split)
    rows = [
        _placed_row(
            nodes, labels, measures, part, Box(box.x, y, box.width, high), size, unit, count
        )
        for part, y, high in _row_boxes(len(nodes), count, box)
    ]
    return Chain(tuple(rows), size)


def number_size(size: float) -> float:
    """Return the em height of the numbers on the edges beside labels of `size`."""
    return max(size - 1.0, 7.0)


def _power(ratio: float, least: float) -> float:
    """Return the power of at most 1 that keeps the smallest share visible."""
    return 1.0 if ratio >= least else log(least) / log(ratio)


def _width(words: Words) -> float:
    """Return the width of a line of a label at an em height of 1."""
    bold = {"name"}
    spaces = 0.25 * (len(words) - 1)
    return spaces + sum(text_width(text, 1.0, bold=style in bold) for text, style in words)


def _shares(nodes: Sequence[Node], scale: Scale) -> list[tuple[float, float, float]]:
    """Return the shares of all blocks; a missing one is a little smaller than the last."""
    known = [node.shape for node in nodes if node.shape is not None]
    high, wide, deep = scale.shares(known[-1])
    ghost = high * 0.8, wide * 0.8, deep
    return [ghost if node.shape is None else scale.shares(node.shape) for node in nodes]


def _measures(
    sketch: Sketch, nodes: Sequence[Node], shares: list[tuple[float, float, float]], *, split: bool
) -> list[_Measure]:
    measures: list[_Measure] = []
    for node, (high, wide, deep) in zip(nodes, shares, strict=True):
        lines = label(sketch, node, split=split)
        left = right = 0.0
        if node.shape is not None:
            numbers = [text_width(f"{number:,}", 1.0) for number in solid(node.shape)]
            left, right = numbers[0] if len(node.shape) == 3 else 0.0, numbers[2]
        widest = max(map(_width, lines))
        measures.append(_Measure(high, wide, deep, widest, len(lines), left, right))
    return measures


def _parts(count: int, rows: int) -> list[range]:
    """Return which blocks stand in which row: as even as possible, the first rows longer."""
    per, more = divmod(count, rows)
    starts = [i * per + min(i, more) for i in range(rows + 1)]
    return [range(a, b) for a, b in itertools.pairwise(starts)]


def _row_boxes(count: int, rows: int, box: Box) -> list[tuple[range, float, float]]:
    """Return for each row which blocks stand in it, its y and its height."""
    high = box.height / rows
    return [(part, box.y + i * high, high) for i, part in enumerate(_parts(count, rows))]


def _largest_unit(measures: Sequence[_Measure], box: Box, rows: int, size: float) -> float:
    """Return the longest side, in units, with which everything fits; 0 if the labels do not."""
    lines = max(m.lines for m in measures)
    room = box.height / rows - lines * size * LINE - number_size(size) * 1.3 - 14
    low, high = 0.0, max(room / max(m.high + m.deep * RISE for m in measures), 0.0)
    parts = _parts(len(measures), rows)
    gap = size * 1.1
    ends = 2 * WRAP * size if rows > 1 else 0.0

    def fits(unit: float) -> bool:
        rooms = [m.room(size, unit) for m in measures]
        longest = max(sum(rooms[p.start : p.stop]) + gap * (len(p) - 1) for p in parts)
        return longest + ends <= box.width

    if fits(high):
        return high
    for _ in range(10):
        middle = (low + high) / 2
        low, high = (middle, high) if fits(middle) else (low, middle)
    return low


def _placed_row(
    nodes: Sequence[Node],
    labels: Sequence[tuple[Words, ...]],
    measures: Sequence[_Measure],
    part: range,
    box: Box,
    size: float,
    unit: float,
    rows: int,
) -> tuple[Slot, ...]:
    """Return the blocks of one row, with their middles on one line and their labels on another."""
    rooms = [measures[i].room(size, unit) for i in part]
    ends = WRAP * size if rows > 1 else 0.0
    spare = box.width - 2 * ends - sum(rooms)
    gap = min(spare / max(len(rooms) - 1, 1), 110.0) if len(rooms) > 1 else 0.0
    used = sum(rooms) + gap * (len(rooms) - 1)
    # A wrapped chain reads like text: its rows begin at the left.
    x = box.x + (ends if rows > 1 else (box.width - used) / 2)
    tall = max(measures[i].high + measures[i].deep * RISE for i in part) * unit
    below = number_size(size) * 1.3 + 6
    total = tall + below + max(len(labels[i]) for i in part) * size * LINE
    top = box.y + max((box.height - total) / 2, 0.0)
    slots: list[Slot] = []
    for i, room in zip(part, rooms, strict=True):
        m = measures[i]
        high, wide, deep = m.high * unit, m.wide * unit, m.deep * unit
        left, right = m.margins(size, unit)
        start = x + (room - left - wide - right) / 2 + left
        face = top + (tall - high - deep * RISE) / 2 + deep * RISE
        block = Block(start, face, wide, high, deep)
        slots.append(Slot(nodes[i], block, labels[i], Box(x, top, room, total), top + tall + below))
        x += room + gap
    return tuple(slots)
