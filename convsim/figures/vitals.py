"""Inside a network that learns: how weights and gradients are spread, and how large steps are."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from convsim.core.formula import plain_text
from convsim.core.layers import ReLU
from convsim.figures.captions import heading
from convsim.figures.colors import mixed
from convsim.figures.parts import Box, layer_title
from convsim.figures.scene import Polygon
from convsim.figures.sketch import END, Sketch
from convsim.figures.typography import text_width

if TYPE_CHECKING:
    from collections.abc import Sequence

    from convsim.core.network import Network
    from convsim.core.vitals import Dead, Histogram, LayerVitals, Vitals
    from convsim.figures.page import Page
    from convsim.figures.scene import Color, Scene

NAME = 84.0
GAP = 14.0
HEAD = 34.0
FOOT = 22.0
"""For the line that explains the steps."""
TALLEST = 78.0
LEAST = 26.0
WORDY = 36.0
"""Height from which the ends of an axis are written below it."""
GRADIENTS = (1e-8, 1.0)
RATIOS = (1e-8, 1.0)
"""Ends of the logarithmic scales."""
USUAL = (2e-4, 5e-3)
"""Between these a step is usually about right, compared with the weights."""


def inside(vitals: Vitals, dead: Sequence[Dead], network: Network, page: Page) -> Scene:
    """Return a row for each layer with weights; those that find no room are counted.

    Parameters
    ----------
    vitals : Vitals
    dead : sequence of Dead
        Of the ReLUs behind the layers, as far as they were counted.
    network : Network
    page : Page
    """
    sketch = Sketch(page)
    theme = page.theme
    title = sketch.say("vitals_title", step=f"{vitals.step:,}")
    box = heading(sketch, title)
    low, high = (plain_text(end) for end in USUAL)
    words = sketch.say("vitals_usual", low=low, high=high)
    more = f"{sketch.say('vitals_rms')}; {words}"
    words = more if text_width(more, 11.5) <= box.width else words
    sketch.text(box.x, box.bottom - 8, words, 11.5, theme.dim, room=box.width)
    box = Box(box.x, box.y, box.width, box.height - FOOT)
    rows = vitals.layers
    most = max(int((box.height - HEAD) / LEAST), 1)
    shown = rows if len(rows) <= most else rows[:most]
    pitch = min((box.height - HEAD) / max(len(shown), 1), TALLEST)
    width = (box.width - NAME - 4 * GAP) / 4.6
    columns = [box.x + NAME + i * (width + GAP) for i in range(5)]
    keys = ("vitals_weights", "vitals_gradients", "vitals_size", "vitals_ratio", "vitals_dead")
    for x, key in zip(columns, keys, strict=True):
        room = width if key != "vitals_dead" else width * 0.6
        sketch.text(x, box.y + 10, sketch.say(key), 12, theme.dim, room=room)
    for i, one in enumerate(shown):
        row = Box(box.x, box.y + HEAD + i * pitch, box.width, pitch - 8)
        name = layer_title(network.layers[one.layer], page.labels)
        sketch.text(row.x, row.middle[1], name, 13, theme.ink, bold=True, room=NAME - 8)
        _histogram(sketch, Box(columns[0], row.y, width, row.height), one.weights, theme.accent)
        _histogram(
            sketch, Box(columns[1], row.y, width, row.height), one.gradients, theme.filter_color(5)
        )
        _scale(sketch, Box(columns[2], row.y, width, row.height), one.gradient, GRADIENTS)
        _scale(sketch, Box(columns[3], row.y, width, row.height), one.ratio, RATIOS, USUAL)
        _dead(sketch, columns[4], row, one, dead, network)
    if len(shown) < len(rows):
        text = sketch.say("first_of", n=len(shown), total=len(rows))
        sketch.text(box.right, box.y + 10, text, 12, theme.dim, END)
    return sketch.scene(title)


def _histogram(sketch: Sketch, box: Box, one: Histogram, color: Color) -> None:
    """Draw counts as a skyline, with the ends of its axis below if there is room."""
    theme = sketch.theme
    words = 14.0 if box.height >= WORDY else 0.0
    base, high = box.bottom - words, box.height - words
    most, count = max(int(one.counts.max()), 1), len(one.counts)
    step = box.width / count
    points = [(box.x, base)]
    for i, n in enumerate(one.counts.tolist()):
        y = base - n / most * high
        points += [(box.x + i * step, y), (box.x + (i + 1) * step, y)]
    points.append((box.right, base))
    sketch.add(Polygon(tuple(points), mixed(color, theme.paper, 0.35), None))
    sketch.line(box.x, base, box.right, base, theme.line)
    middle = box.x + box.width / 2
    sketch.line(middle, base, middle, base - high, theme.line)
    if words:
        end = _short(one.end)
        sketch.text(box.x, box.bottom - 5, f"−{end}", 10.5, theme.dim)
        sketch.text(box.right, box.bottom - 5, end, 10.5, theme.dim, END)


def _scale(
    sketch: Sketch,
    box: Box,
    value: float,
    ends: tuple[float, float],
    usual: tuple[float, float] | None = None,
) -> None:
    """Draw a value as a dot on a logarithmic scale, with what is usual tinted."""
    theme = sketch.theme
    y = box.y + box.height * 0.62

    def place(number: float) -> float:
        low, high = (math.log10(end) for end in ends)
        share = (math.log10(max(number, 1e-300)) - low) / (high - low)
        return box.x + min(max(share, 0.0), 1.0) * box.width

    sketch.line(box.x, y, box.right, y, theme.line, 2.0)
    good = True
    if usual is not None:
        left, right = (place(end) for end in usual)
        sketch.rect(left, y - 3, right - left, 6, mixed(theme.accent, theme.paper, 0.7), None, 0, 3)
        # Smaller ones are usual too, at the end of a schedule that goes down to 0.
        good = value <= usual[1]
    color = theme.accent if good else theme.warn
    if math.isfinite(value):
        sketch.rect(place(value) - 4, y - 4, 8, 8, color, theme.paper, 1, 4)
    sketch.text(box.x, y - 14, _short(value), 12, theme.ink)
    if box.height >= WORDY:
        sketch.text(box.x, box.bottom - 5, _short(ends[0]), 10.5, theme.dim)
        sketch.text(box.right, box.bottom - 5, _short(ends[1]), 10.5, theme.dim, END)


def _dead(
    sketch: Sketch, x: float, row: Box, one: LayerVitals, dead: Sequence[Dead], network: Network
) -> None:
    """Write how many units of the ReLU behind a layer are dead."""
    after = _relu_after(network, one.layer)
    found = next((each for each in dead if each.layer == after), None)
    if found is None:
        return
    text = sketch.say("vitals_dead_of", n=f"{found.count:,}", all=f"{found.all:,}")
    many = 2 * found.count > found.all
    color = sketch.theme.warn if many else sketch.theme.ink
    room = row.right - x
    sketch.text(x, row.middle[1], text, 12, color, bold=many, room=room)


def _relu_after(network: Network, index: int) -> int:
    """Return the place of the ReLU behind a layer and before the next with weights, or −1."""
    for i in range(index + 1, len(network.layers)):
        if isinstance(network.layers[i], ReLU):
            return i
        if "weight" in network.param_shapes[i] and network.layers[i].kind != "batchnorm":
            break
    return -1


def _short(value: float) -> str:
    """Return a number in few characters: 0.031, 0.00004, 4e−7."""
    if not math.isfinite(value):
        return "–"
    if value and not 1e-3 <= abs(value) < 1e4:
        if 1e-5 <= abs(value) < 1e-3:
            return plain_text(float(f"{value:.0e}")).replace("-", "−")
        mantissa, power = f"{value:.0e}".split("e")
        return f"{mantissa}e{int(power)}".replace("-", "−")
    return f"{value:.2g}"
