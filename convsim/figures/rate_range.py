"""The loss against the learning rate: from far too small to far too large."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from convsim.core.formula import plain_text
from convsim.figures.captions import heading
from convsim.figures.colors import mixed
from convsim.figures.curves import axis_end
from convsim.figures.parts import Box
from convsim.figures.scene import Group, Polygon, Shape
from convsim.figures.sketch import END, MIDDLE, START, Sketch

if TYPE_CHECKING:
    from collections.abc import Sequence

    from convsim.figures.page import Page
    from convsim.figures.scene import Scene

TOP = 1.6
"""So many times the loss at the start, the axis ends: above lies what diverges."""


def rate_curve(
    rates: Sequence[float],
    losses: Sequence[float],
    smooth: Sequence[float],
    offered: float | None,
    page: Page,
) -> Scene:
    """Return the loss of each batch and their running mean over a logarithmic axis of rates.

    Parameters
    ----------
    rates, losses, smooth : sequences of float
        One entry a batch.
    offered : float or None
        The rate that is marked.
    page : Page
    """
    sketch = Sketch(page)
    theme = page.theme
    if offered is None:
        title = sketch.say("rate_none")
    else:
        title = sketch.say("rate_title", rate=plain_text(offered))
    box = heading(sketch, title)
    if not page.titled:
        sketch.text(box.x, box.y + 10, title, 13, theme.ink, room=box.width)
        box = Box(box.x, box.y + 28, box.width, box.height - 28)
    sketch.rect(box.x, box.y, box.width, box.height, theme.panel, theme.line, 1, 8)
    inner = Box(box.x + 58, box.y + 16, box.width - 78, box.height - 62)
    if not rates:
        return sketch.scene(title)
    low, high = math.floor(math.log10(min(rates)) + 1e-9), math.ceil(math.log10(max(rates)) - 1e-9)
    high = max(high, low + 1)
    start = sum(smooth[:10]) / len(smooth[:10])
    top = axis_end(max(TOP * start, 1e-6))

    def place(rate: float, loss: float) -> tuple[float, float]:
        across = (math.log10(rate) - low) / (high - low)
        return (
            inner.x + across * inner.width,
            inner.bottom - min(loss / top, 1.2) * inner.height,
        )

    for part in (0.0, 0.5, 1.0):
        y = inner.bottom - part * inner.height
        sketch.line(inner.x, y, inner.right, y, theme.line)
        sketch.text(inner.x - 8, y, f"{part * top:.3g}", 11, theme.dim, END)
    for power in range(low, high + 1):
        x = place(10.0**power, 0.0)[0]
        sketch.line(x, inner.bottom, x, inner.bottom + 4, theme.line)
        sketch.text(x, inner.bottom + 14, plain_text(10.0**power), 11, theme.dim, MIDDLE)
    middle = inner.x + inner.width / 2
    sketch.text(middle, inner.bottom + 32, sketch.say("rate_axis"), 11.5, theme.dim, MIDDLE)
    sketch.text(inner.x + 6, inner.y + 8, sketch.say("loss"), 11, theme.dim)
    lines: list[Shape] = []
    for values, color, width in (
        (losses, mixed(theme.accent, theme.panel, 0.7), 1.0),
        (smooth, theme.accent, 2.0),
    ):
        points = tuple(place(rate, loss) for rate, loss in zip(rates, values, strict=True))
        if len(points) > 1:
            lines.append(Polygon(points, None, color, width, True))
    clip = (inner.x, box.y + 2, inner.width, box.height - 4)
    sketch.add(Group(tuple(lines), "loss", clip=clip))
    if offered is not None:
        _mark(sketch, inner, place(offered, 0.0)[0], plain_text(offered))
    return sketch.scene(title)


def _mark(sketch: Sketch, inner: Box, x: float, text: str) -> None:
    """Draw a line with words beside it, on the side that has room."""
    theme = sketch.theme
    sketch.line(x, inner.y, x, inner.bottom, theme.filter_color(5), 2.0, (4.0, 3.0))
    left = x > inner.x + inner.width / 2
    at = x - 6 if left else x + 6
    sketch.text(at, inner.y + 6, text, 13, theme.ink, END if left else START, bold=True)
