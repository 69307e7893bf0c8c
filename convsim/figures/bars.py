"""A few numbers below each other, each with a bar from zero: scores, shares, units."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from convsim.core.record import record
from convsim.figures.colors import mixed
from convsim.figures.scene import Area
from convsim.figures.sketch import END, Sketch
from convsim.figures.typography import text_width

if TYPE_CHECKING:
    from convsim.figures.parts import Box

TALLEST = 36.0
LOWEST = 13.0
"""Rows below this height cannot be read."""


@record
class Bar:
    """One row.

    Attributes
    ----------
    label : str
        What stands before the bar; may be empty.
    value : float
    text : str
        The value as it is written.
    known : bool
        Whether the value has been worked out; else dots stand for it.
    chosen, active : bool
        Whether it is the current one, and whether it is worked out just now.
    area : str
        Name of the area that a click finds; none if empty.
    unit : int
        The unit that it stands for, −1 for none.
    """

    label: str
    value: float
    text: str
    known: bool = True
    chosen: bool = False
    active: bool = False
    area: str = ""
    unit: int = -1


def row_height(box: Box, count: int) -> float:
    """Return the height of a row when `count` share the box."""
    return min(box.height / max(count, 1), TALLEST)


def draw_bars(
    sketch: Sketch,
    box: Box,
    bars: Sequence[Bar],
    low: float,
    high: float,
    *,
    layer: int = -1,
    at: tuple[int, int] = (0, 0),
) -> None:
    """Draw the rows from the top of the box.

    Parameters
    ----------
    low, high : float
        The values at the ends of the bars; zero lies between them.
    layer : int
        The layer whose values they are.
    at : (int, int)
        Row and column of the areas.
    """
    theme = sketch.theme
    pitch = row_height(box, len(bars))
    size = min(max(pitch * 0.56, 10.0), 14.0)
    names = max((text_width(bar.label, size, bold=bar.chosen) for bar in bars), default=0.0)
    left = box.x + (names + 12 if names else 5)
    numbers = max((text_width(bar.text, size, bold=True) for bar in bars), default=0.0)
    right = box.right - numbers - 12
    # A network may overflow; its bars are then left out, its numbers say ∞ or –.
    low = min(low, 0.0) if math.isfinite(low) else 0.0
    high = max(high, 0.0) if math.isfinite(high) else 0.0
    span = (high - low) or 1.0
    zero = left + (right - left) * -low / span
    for i, bar in enumerate(bars):
        y = box.y + i * pitch
        middle = y + pitch / 2
        if bar.chosen or bar.active:
            edge = theme.accent if bar.active else None
            sketch.rect(
                box.x,
                y + 0.5,
                box.width,
                pitch - 1,
                theme.accent_soft,
                edge,
                1.2,
                min(6, pitch / 3),
            )
        ink = theme.accent if bar.active else theme.ink
        if bar.label:
            name = theme.ink if bar.chosen else theme.dim
            sketch.text(left - 7, middle, bar.label, size, name, END, bold=bar.chosen)
        if not bar.known:
            sketch.text(box.right - 6, middle, "…", size, theme.faint, END)
        else:
            sketch.text(box.right - 6, middle, bar.text, size, ink, END, bold=bar.chosen)
            share = min(max(bar.value, low), high) / span * (right - left)
            thick = max(pitch * 0.52, 3.0)
            fill = theme.negative if bar.value < 0 else theme.positive
            if not bar.chosen and any(one.chosen for one in bars):
                fill = mixed(fill, theme.panel, 0.45)
            if right - left > 8 and abs(share) > 0.2 and math.isfinite(bar.value):
                x = min(zero, zero + share)
                sketch.rect(x, middle - thick / 2, abs(share), thick, fill)
        if bar.area:
            sketch.area(
                Area(bar.area, box.x, y, box.width, pitch, 1, 1, at[0], at[1], layer, bar.unit)
            )
    if right - left > 8:
        bottom = box.y + pitch * len(bars)
        sketch.line(zero, box.y, zero, bottom, theme.faint)
