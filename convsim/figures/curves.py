"""Training curves: loss and accuracy, of what is learnt from and of what was set aside."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from convsim.core.history import MOST
from convsim.figures.colors import mixed
from convsim.figures.parts import Box
from convsim.figures.scene import Color, Group, Polygon, Shape
from convsim.figures.sketch import END, MIDDLE, Sketch
from convsim.figures.typography import fitted_size, text_width

if TYPE_CHECKING:
    from collections.abc import Sequence

    from convsim.core.history import History, Mark, Point
    from convsim.figures.page import Page
    from convsim.figures.scene import Scene

SMOOTH = 0.9
"""How much of the mean before stays in the bold line."""
MARGIN = 18.0
LOW = 150.0
"""Height of a chart below which it does without the names of other runs."""


@dataclass(frozen=True)
class OtherRun:
    """A run that was kept, to be compared with.

    Attributes
    ----------
    name : str
    history : History
    color : int
        Number of its colour, as filters have them.
    """

    name: str
    history: History
    color: int


def curves(
    history: History,
    epochs: int,
    page: Page,
    *,
    others: Sequence[OtherRun] = (),
    smooth: float = SMOOTH,
) -> Scene:
    """Return both curves side by side, or one above the other on a page as high as wide.

    Parameters
    ----------
    history : History
    epochs : int
        Where the axis ends, unless there are more.
    page : Page
    others : sequence of OtherRun
        Drawn below it, each in its colour: bold what was learnt from, thin what was set aside.
    smooth : float
        How much of the mean before stays in the bold line, from 0 (none) to below 1.
    """
    sketch = Sketch(page)
    every = [history, *(one.history for one in others)]
    end = max(epochs, *(math.ceil(one.passed - 1e-9) for one in every))
    top = 8.0
    wide, high = page.width - 2 * MARGIN, page.height - top - MARGIN
    if page.width > 1.2 * page.height:
        half = (wide - MARGIN) / 2
        boxes = [Box(MARGIN + i * (half + MARGIN), top, half, high) for i in range(2)]
    else:
        half = (high - MARGIN) / 2
        boxes = [Box(MARGIN, top + i * (half + MARGIN), wide, half) for i in range(2)]
    losses = [point.loss for one in every for point in (*one.learnt, *one.held)]
    for box, what, highest in (
        (boxes[0], "loss", axis_end(_most(losses))),
        (boxes[1], "accuracy", 1.0),
    ):
        _Chart(sketch, box, what, end, highest, smooth).draw(history, others)
    last = history.learnt[-1] if history.learnt else None
    title = sketch.say(
        "curves_title",
        loss=f"{last.loss:.3f}" if last else "–",
        accuracy=f"{last.accuracy:.1%}" if last else "–",
        steps=f"{history.steps:,}",
    )
    words = [_words(sketch, mark) for mark in history.marks]
    return sketch.scene("; ".join([title, *words]))


def smoothed(
    values: Sequence[float], smooth: float = SMOOTH, spans: Sequence[float] | None = None
) -> list[float]:
    """Return running means, weighted so that early ones are not drawn towards zero.

    Parameters
    ----------
    values : sequence of float
    smooth : float
        How much of the mean before stays after a value of span 1.
    spans : sequence of float, optional
        How long each value stands; 1 unless given.  A value of span 2 counts as two equal ones.
    """
    mean, weight, means = 0.0, 0.0, []
    for i, value in enumerate(values):
        stays = smooth if spans is None else smooth ** spans[i]
        mean = stays * mean + (1 - stays) * value
        weight = stays * weight + (1 - stays)
        means.append(mean / weight)
    return means


def lengths(points: Sequence[Point]) -> list[float]:
    """Return how long each point stands, in batches, or in `MOST`-ths of a longer run.

    How many points there are depends on how fast the computer was.  The bold line does not: two
    runs that went alike are drawn alike, and in a short run it does not lag behind.
    """
    unit = max(1.0, points[-1].step / MOST) if points else 1.0
    steps = [0, *(point.step for point in points)]
    # A resumed run may begin a point on the step where the one before ended.
    return [max(after - before, 1) / unit for before, after in pairwise(steps)]


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


def round_step(least: float) -> int:
    """Return the smallest of 1, 2, 5, 10, 20, 50 … that is at least so large: epochs of an axis."""
    power = 1
    while True:
        for step in (power, 2 * power, 5 * power):
            if step >= least:
                return step
        power *= 10


class _Chart:
    """One of the two curves in a card."""

    def __init__(
        self, sketch: Sketch, box: Box, what: str, end: int, high: float, smooth: float
    ) -> None:
        self.sketch, self.box, self.what = sketch, box, what
        self.end, self.high, self.smooth = end, high, smooth
        # Narrow, the legend has a line of its own.
        self.legend = 0.0 if box.width > 300 else 20.0

    def draw(self, history: History, others: Sequence[OtherRun]) -> None:
        """Draw everything."""
        sketch, box, theme = self.sketch, self.box, self.sketch.theme
        sketch.text(box.x, box.y + 12, sketch.say(self.what), 14, theme.ink, bold=True)
        # On a low page the curves come first: the window names kept runs below them as well.
        told = others if box.height - 28 - self.legend >= LOW or sketch.page.titled else ()
        below = 28 + self.legend + (20.0 if told else 0.0)
        self.card = Box(box.x, box.y + below, box.width, box.height - below)
        card = self.card
        sketch.rect(card.x, card.y, card.width, card.height, theme.panel, theme.line, 1, 8)
        self.inner = Box(card.x + 52, card.y + 14, card.width - 66, card.height - 42)
        self._axes()
        lines: list[Shape] = []
        for one in others:
            self._other(lines, one)
        color = theme.filter_color(5)
        seen = [self._value(point) for point in history.learnt]
        at = [point.passed for point in history.learnt]
        bold = smoothed(seen, self.smooth, lengths(history.learnt))
        self._add(lines, at, seen, mixed(theme.accent, theme.panel, 0.55), 1.0)
        self._add(lines, at, bold, theme.accent, 2.0)
        checks = [self._value(point) for point in history.held]
        held_at = [point.passed for point in history.held]
        self._add(lines, held_at, checks, color, 2.0)
        clip = (self.inner.x, card.y + 2, self.inner.width, card.height - 4)
        sketch.add(Group(tuple(lines), self.what, clip=clip))
        for one in others:
            # Its last number, which stands beside its name.
            for point in one.history.held[-1:]:
                self._dot(point.passed, self._value(point), theme.filter_color(one.color))
        for passed, value in zip(held_at, checks, strict=True):
            self._dot(passed, value, color)
        self._marks(history.marks)
        ends = [("learnt_from", theme.accent, bold), ("set_aside", color, checks)]
        named = [(sketch.say(key), ink, values) for key, ink, values in ends]
        left = self._ends(named, self.legend)
        if self.smooth > 0 and len(seen) > 1:
            self._thin(box.right if self.legend else left)
        if told:
            self._kept(told)

    def _axes(self) -> None:
        sketch, inner, theme = self.sketch, self.inner, self.sketch.theme
        # On a low page numbers must not run over each other.
        parts = (0.0, 0.5, 1.0) if inner.height >= 30 else (0.0, 1.0)
        for part in parts if inner.height >= 14 else (1.0,):
            y = inner.bottom - part * inner.height
            sketch.line(inner.x, y, inner.right, y, theme.line)
            mark = f"{part:.0%}" if self.what == "accuracy" else f"{part * self.high:.3g}"
            sketch.text(inner.x - 6, y, mark, 11, theme.dim, END)
        apart = round_step(self.end / max(inner.width / 34, 1))
        for epoch in range(0, self.end + 1, apart):
            x = inner.x + epoch / self.end * inner.width
            sketch.text(x, inner.bottom + 14, str(epoch), 11, theme.dim, MIDDLE)
        sketch.text(inner.x - 6, inner.bottom + 14, sketch.say("epochs"), 11, theme.dim, END)

    def _other(self, lines: list[Shape], one: OtherRun) -> None:
        color = self.sketch.theme.filter_color(one.color)
        learnt, held = one.history.learnt, one.history.held
        seen = [self._value(point) for point in learnt]
        values = smoothed(seen, self.smooth, lengths(learnt))
        self._add(lines, [point.passed for point in learnt], values, color, 2.0)
        checks = [self._value(point) for point in held]
        self._add(lines, [point.passed for point in held], checks, color, 1.0)

    def _kept(self, told: Sequence[OtherRun]) -> None:
        """Write what kept runs came to, and on what: where their curves end is another number."""
        sketch, theme, down = self.sketch, self.sketch.theme, self.legend + 20.0
        held = all(one.history.held for one in told)
        kept = []
        for one in told:
            points = one.history.held if held else one.history.learnt
            values = [self._value(point) for point in points]
            ends = values if held else smoothed(values, self.smooth, lengths(points))
            kept.append((one.name, theme.filter_color(one.color), ends[-1:] or [math.nan]))
        right = self._ends(kept, down) + 8
        words = sketch.say("set_aside" if held else "learnt_from") + ":"
        if right - text_width(words, 11) >= self.box.x:
            sketch.text(right, self.box.y + 12 + down, words, 11, theme.dim, END)

    def _marks(self, marks: Sequence[Mark]) -> None:
        """Draw a line where a setting was changed, with words beside it, one below the other."""
        sketch, inner, theme = self.sketch, self.inner, self.sketch.theme
        rows = max(int(inner.height / 14) - 1, 1)
        for i, mark in enumerate(marks):
            x = inner.x + min(mark.passed / self.end, 1.0) * inner.width
            sketch.line(x, inner.y - 6, x, inner.bottom, theme.dim, 1.0, (3.0, 3.0))
            text = _words(sketch, mark)
            left = x - inner.x > inner.width / 2
            room = (x - inner.x if left else inner.right - x) - 8
            size = fitted_size(text, 11, room, least=9)
            wide = text_width(text, size) + 6
            # Loss falls and accuracy rises: where it was changed, the curve is seldom there.
            down = i % rows * 14
            y = inner.bottom - 9 - down if self.what == "accuracy" else inner.y + 2 + down
            start = x - 4 - wide if left else x + 4
            # A pale ground: the words stay legible where a curve runs behind them.
            sketch.rect(start, y - 7, wide, 14, theme.panel)
            sketch.text(start + 3, y, text, size, theme.ink)

    def _thin(self, end: float) -> None:
        """Say beside the title what the thin line is, if there is room up to `end`."""
        sketch, box = self.sketch, self.box
        title, words = sketch.say(self.what), sketch.say("thin_line")
        x = box.x + text_width(title, 14, bold=True) + 10
        if x + text_width(words, 11) <= end:
            sketch.text(x, box.y + 12, words, 11, sketch.theme.dim)

    def _ends(self, ends: list[tuple[str, Color, list[float]]], down: float) -> float:
        """Write the legend with the last values, from the right; return where it begins."""
        sketch, box, theme = self.sketch, self.box, self.sketch.theme
        right = box.right
        for name, color, values in reversed(ends):
            if not values:
                continue
            number = f"{values[-1]:.1%}" if self.what == "accuracy" else f"{values[-1]:.3f}"
            text = f"{name} {number}" if box.width > 210 else number
            if right - text_width(text, 12) - 16 < box.x:
                break
            sketch.text(right, box.y + 12 + down, text, 12, theme.ink, END)
            right -= text_width(text, 12) + 8
            sketch.rect(right - 8, box.y + 8 + down, 8, 8, color, None, 0, 4)
            right -= 20
        return right

    def _value(self, point: Point) -> float:
        return point.loss if self.what == "loss" else point.accuracy

    def _place(self, passed: float, value: float) -> tuple[float, float]:
        inner, share = self.inner, min(max(value / self.high, 0.0), 1.1)
        return inner.x + passed / self.end * inner.width, inner.bottom - share * inner.height

    def _dot(self, passed: float, value: float, color: Color) -> None:
        x, y = self._place(passed, value)
        self.sketch.rect(x - 3.5, y - 3.5, 7, 7, color, self.sketch.theme.panel, 1, 3.5)

    def _add(
        self,
        lines: list[Shape],
        at: list[float],
        values: Sequence[float],
        color: Color,
        width: float,
    ) -> None:
        points = [self._place(x, v) for x, v in zip(at, values, strict=True)]
        if len(points) > 1:
            lines.append(Polygon(tuple(points), None, color, width, True))


def _words(sketch: Sketch, mark: Mark) -> str:
    return sketch.say(f"mark_{mark.what}", before=mark.before, after=mark.after)
