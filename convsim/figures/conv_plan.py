"""Where the parts of a convolution's stage go, so that its numbers can be read at any size."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from convsim.core.record import record
from convsim.figures.columns import HEAD, row_above
from convsim.figures.filling import NUMBER_CELL
from convsim.figures.parts import Box


@record
class Metrics:
    """Room for the channel's name, for × and =, and for the sum of a channel."""

    label: float = 16.0
    operator: float = 19.0
    sum: float = 60.0

    def around(self) -> float:
        """Return the width of a row of grids without the grids."""
        return self.label + 2 * self.operator + self.sum


NARROW = Metrics(13.0, 14.0, 56.0)
SMALLEST_PICTURE = 84.0
LEAST_GAP = 9.0
"""Room between the grids of two channels, at least."""


@record
class Plan:
    """One arrangement.

    Attributes
    ----------
    kind : str
        ``beside``: input, grids, output in a row; ``stacked``: grids below; ``flank``: input
        above output on the left, grids on the right with the value below them; ``around``: input
        on the left, grids above output on the right.
    source, grids, output : Box
    words : Box or None
        The place of the value if it is not beside or below the output.
    cell : float
        Side of a cell of the grids.
    channels : int
        How many channels have grids.
    gap : float
        Room between the grids of two channels.
    metrics : Metrics
    least : float
        Side of a cell that holds the numbers.
    """

    kind: Literal["beside", "stacked", "flank", "around"]
    source: Box
    grids: Box
    output: Box
    words: Box | None
    cell: float
    channels: int
    gap: float
    metrics: Metrics
    least: float = NUMBER_CELL

    @property
    def worth(self) -> float:
        """How well it can be read: numbers first, then pictures; 1 is well."""
        picture = min(self.source.width, self.source.height - HEAD, self.output.height - HEAD)
        numbers = min(self.cell / self.least, 1.0)
        return 0.62 * numbers + 0.38 * min(max(picture, 0.0) / SMALLEST_PICTURE, 1.0)


def plan(area: Box, tall: int, wide: int, channels: int, least: float = NUMBER_CELL) -> Plan:
    """Return the arrangement for a kernel of `tall` × `wide` that can be read best.

    Side by side with up to three channels, else with one; else the grids get a row of their own.
    """
    metrics = Metrics() if area.width >= 640 else NARROW
    shown = min(3, channels)
    plans = [_beside(area, tall, wide, n, metrics) for n in sorted({shown, 1}, reverse=True)]
    if shown == 1 and area.width >= 1.3 * area.height:
        plans.insert(0, _around(area, tall, wide, metrics))
    plans.append(_stacked(area, tall, wide, metrics, least))
    plans.append(_flank(area, tall, wide, metrics))
    plans = [replace(one, least=least) for one in plans]
    # The first of equals: the order above is the order of preference.
    return max(plans, key=lambda one: round(one.worth, 2))


def only_grids(area: Box, tall: int, wide: int, channels: int, least: float = NUMBER_CELL) -> Plan:
    """Return the arrangement that gives all room to the grids of up to three channels."""
    metrics = Metrics() if area.width >= 560 else NARROW
    across = (area.width - metrics.around()) / (3 * wide)
    for count in sorted({min(3, channels), 1}, reverse=True):
        down = (area.height - HEAD - (count - 1) * LEAST_GAP) / (count * tall)
        cell = _cell(min(across, down), 72)
        if cell >= least:
            break
    gap = _gap(area.height - HEAD, cell * tall, count)
    nothing = Box(area.x, area.y, 0, 0)
    return Plan("beside", nothing, area, nothing, None, cell, count, gap, metrics)


def _around(area: Box, tall: int, wide: int, metrics: Metrics) -> Plan:
    """Return a large input on the left, on the right the grids above the output."""
    gap = max(20.0, area.width * 0.03)
    left = min(area.height - HEAD - 18, area.width * 0.4)
    x, middle = area.x + left + gap, area.width - left - gap
    cell = _cell(
        min((middle - metrics.around()) / (3 * wide), (area.height * 0.52 - HEAD) / tall), 64
    )
    high = HEAD + cell * tall
    low = area.height - high - 18
    side = min(low - HEAD, middle * 0.55)
    y = area.y + high + 18
    return Plan(
        "around",
        Box(area.x, area.y, left, area.height),
        Box(x, area.y, middle, high),
        Box(x, y, side, low),
        Box(x + side + 16, y + HEAD, middle - side - 16, low - HEAD),
        cell,
        1,
        12.0,
        metrics,
    )


def _beside(area: Box, tall: int, wide: int, channels: int, metrics: Metrics) -> Plan:
    left = min(max(area.width * 0.237, 120.0), area.height * 0.86, 460.0)
    right = min(max(area.width * 0.17, 128.0), area.height * 0.8, 330.0)
    gap = max(14.0, area.width * 0.018)
    middle = area.width - left - right - 2 * gap
    across = (middle - metrics.around()) / (3 * wide)
    down = (area.height - HEAD - (channels - 1) * LEAST_GAP) / (channels * tall)
    cell = _cell(min(across, down), 72)
    return Plan(
        "beside",
        Box(area.x, area.y, left, area.height),
        Box(area.x + left + gap, area.y, middle, area.height),
        Box(area.right - right, area.y, right, area.height),
        None,
        cell,
        channels,
        _gap(area.height - HEAD, cell * tall, channels),
        metrics,
    )


def _stacked(area: Box, tall: int, wide: int, metrics: Metrics, least: float) -> Plan:
    across = (area.width - metrics.around()) / (3 * wide)
    # Numbers may take a little more than half of the height, but not for their size alone.
    readable = min((area.height * 0.6 - HEAD) / tall, least)
    down = max((area.height * 0.46 - HEAD) / tall, readable)
    cell = _cell(min(across, down), 48)
    lower = HEAD + cell * tall + 4
    upper = area.height - lower - 12
    source, output, words = row_above(Box(area.x, area.y, area.width, upper))
    return Plan(
        "stacked",
        source,
        Box(area.x, area.y + upper + 12, area.width, lower),
        output,
        words,
        cell,
        1,
        12.0,
        metrics,
    )


def _flank(area: Box, tall: int, wide: int, metrics: Metrics) -> Plan:
    half = (area.height - 8) / 2
    left = min(area.width * 0.24, max(half - HEAD, 60.0))
    left = max(left, 96.0)
    middle = area.width - left - 20
    cell = _cell(
        min((middle - metrics.around()) / (3 * wide), (area.height - HEAD - 44) / tall), 40
    )
    x, high = area.x + left + 20, HEAD + cell * tall + 8
    return Plan(
        "flank",
        Box(area.x, area.y, left, half),
        Box(x, area.y, middle, high),
        Box(area.x, area.y + half + 8, left, half),
        Box(x + metrics.label, area.y + high + 4, middle - metrics.label, area.height - high - 4),
        cell,
        1,
        12.0,
        metrics,
    )


def _cell(room: float, most: float) -> float:
    return float(int(max(min(room, most), 2.0)))


def _gap(height: float, block: float, channels: int) -> float:
    """Return the room between blocks: what is left over, but never so much that they fall apart."""
    if channels == 1:
        return 12.0
    return max(LEAST_GAP, min((height - channels * block) / (channels - 1), 0.34 * block))
