"""Training curves: loss and accuracy, of what is learnt from and of what was set aside."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from convsim.figures.colors import mixed
from convsim.figures.parts import Box
from convsim.figures.scene import Color, Group, Polygon, Shape
from convsim.figures.sketch import END, MIDDLE, Sketch
from convsim.figures.typography import text_width

if TYPE_CHECKING:
    from collections.abc import Sequence

    from convsim.core.history import History, Point
    from convsim.figures.page import Page
    from convsim.figures.scene import Scene

SMOOTH = 0.9
"""How much of the mean before stays in the bold line."""
MARGIN = 18.0


def curves(history: History, batches: int, epochs: int, page: Page) -> Scene:
    """Return both curves side by side, or one above the other on a page as high as wide.

    Parameters
    ----------
    history : History
    batches : int
        Batches in an epoch: the axis counts epochs.
    epochs : int
        Where the axis ends, unless there are more.
    page : Page
    """
    sketch = Sketch(page)
    end = max(epochs, math.ceil(history.steps / batches)) * batches
    top = 8.0
    wide, high = page.width - 2 * MARGIN, page.height - top - MARGIN
    if page.width > 1.2 * page.height:
        half = (wide - MARGIN) / 2
        boxes = [Box(MARGIN + i * (half + MARGIN), top, half, high) for i in range(2)]
    else:
        half = (high - MARGIN) / 2
        boxes = [Box(MARGIN, top + i * (half + MARGIN), wide, half) for i in range(2)]
    losses = [point.loss for point in (*history.learnt, *history.held)]
    _draw(sketch, boxes[0], "loss", history, end, batches, axis_end(_most(losses)))
    _draw(sketch, boxes[1], "accuracy", history, end, batches, 1.0)
    last = history.learnt[-1] if history.learnt else None
    title = sketch.say(
        "curves_title",
        loss=f"{last.loss:.3f}" if last else "–",
        accuracy=f"{last.accuracy:.1%}" if last else "–",
        steps=f"{history.steps:,}",
    )
    return sketch.scene(title)


def smoothed(values: Sequence[float]) -> list[float]:
    """Return running means, weighted so that early ones are not drawn towards zero."""
    mean, weight, means = 0.0, 0.0, []
    for value in values:
        mean = SMOOTH * mean + (1 - SMOOTH) * value
        weight = SMOOTH * weight + (1 - SMOOTH)
        means.append(mean / weight)
    return means


def _most(losses: list[float]) -> float:
    """Return where the loss's axis should end: a few outliers may lie above it."""
    if not losses:
        return 1.0
    ordered = sorted(losses)
    return max(ordered[int(0.98 * (len(ordered) - 1))], 1e-3)


def axis_end(top: float) -> float:
    """Return the next round number, with as little empty above as can be: the loss's axis."""
    power = 10.0 ** math.floor(math.log10(top))
    steps = (1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)
    return next(step * power for step in steps if step * power >= top * 0.999)


def _draw(
    sketch: Sketch, box: Box, what: str, history: History, end: int, batches: int, high: float
) -> None:
    """Draw one curve in a card."""
    theme = sketch.theme
    learnt, held = theme.accent, theme.filter_color(5)
    sketch.text(box.x, box.y + 12, sketch.say(what), 14, theme.ink, bold=True)
    # Narrow, the legend has a line of its own.
    legend = 0.0 if box.width > 300 else 20.0
    below = 28 + legend
    card = Box(box.x, box.y + below, box.width, box.height - below)
    sketch.rect(card.x, card.y, card.width, card.height, theme.panel, theme.line, 1, 8)
    inner = Box(card.x + 52, card.y + 14, card.width - 66, card.height - 42)
    for part in (0.0, 0.5, 1.0):
        y = inner.bottom - part * inner.height
        sketch.line(inner.x, y, inner.right, y, theme.line)
        mark = f"{part:.0%}" if what == "accuracy" else f"{part * high:.3g}"
        sketch.text(inner.x - 6, y, mark, 11, theme.dim, END)
    total = end // batches
    apart = max(1, math.ceil(total / max(inner.width / 34, 1)))
    for epoch in range(0, total + 1, apart):
        x = inner.x + epoch * batches / end * inner.width
        sketch.text(x, inner.bottom + 14, str(epoch), 11, theme.dim, MIDDLE)
    sketch.text(inner.x - 6, inner.bottom + 14, sketch.say("epochs"), 11, theme.dim, END)
    seen = [_value(point, what) for point in history.learnt]
    at = [point.step for point in history.learnt]
    lines: list[Shape] = []
    _add(lines, inner, at, seen, end, high, mixed(learnt, theme.panel, 0.7), 1.0)
    _add(lines, inner, at, smoothed(seen), end, high, learnt, 2.0)
    checks = [_value(point, what) for point in history.held]
    _add(lines, inner, [point.step for point in history.held], checks, end, high, held, 2.0)
    clip = (inner.x, card.y + 2, inner.width, card.height - 4)
    sketch.add(Group(tuple(lines), what, clip=clip))
    for step, value in zip((p.step for p in history.held), checks, strict=True):
        x, y = _place(inner, step, value, end, high)
        sketch.rect(x - 3.5, y - 3.5, 7, 7, held, theme.panel, 1, 3.5)
    ends = [("learnt_from", learnt, smoothed(seen)), ("set_aside", held, checks)]
    right = box.right
    for key, color, values in reversed(ends):
        if values:
            number = f"{values[-1]:.1%}" if what == "accuracy" else f"{values[-1]:.3f}"
            text = f"{sketch.say(key)} {number}" if box.width > 210 else number
            sketch.text(right, box.y + 12 + legend, text, 12, theme.ink, END)
            right -= text_width(text, 12) + 8
            sketch.rect(right - 8, box.y + 8 + legend, 8, 8, color, None, 0, 4)
            right -= 20


def _value(point: Point, what: str) -> float:
    return point.loss if what == "loss" else point.accuracy


def _place(inner: Box, step: int, value: float, end: int, high: float) -> tuple[float, float]:
    share = min(max(value / high, 0.0), 1.1)
    return inner.x + step / end * inner.width, inner.bottom - share * inner.height


def _add(
    lines: list[Shape],
    inner: Box,
    at: list[int],
    values: Sequence[float],
    end: int,
    high: float,
    color: Color,
    width: float,
) -> None:
    points = [_place(inner, step, v, end, high) for step, v in zip(at, values, strict=True)]
    if len(points) > 1:
        lines.append(Polygon(tuple(points), None, color, width, True))
