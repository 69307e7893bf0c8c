"""The curve of an activation with the point of one value on it: what goes in, what comes out."""

from __future__ import annotations

import math

import numpy as np

from convsim.core.layers import Activation, LeakyReLU, ReLU
from convsim.figures import digits
from convsim.figures.columns import HEAD
from convsim.figures.parts import Box
from convsim.figures.scene import Color, Polygon
from convsim.figures.sketch import END, MIDDLE, START, Sketch
from convsim.figures.typography import text_width
from convsim.figures.what import what_it_does

TICK = 11.0
VALUE = 13.0
POINTS = 97
"""Of a bent curve; odd, so that 0 is one of them."""


def nice_end(top: float) -> float:
    """Return the next 1, 2 or 5 times a power of ten: the end of an axis."""
    if not math.isfinite(top) or top <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(top))
    return next(step * power for step in (1.0, 2.0, 5.0, 10.0) if step * power >= top * 0.999)


def draw_curve(
    sketch: Sketch,
    box: Box,
    layer: Activation,
    source: float,
    top: float,
    color: Color,
    decimals: int,
    *,
    known: bool,
    active: bool,
) -> None:
    """Draw a curve with axes from −end to end and the point of `source` on it.

    Parameters
    ----------
    layer : Activation
        Whose curve it is.
    top : float
        The largest magnitude that can occur; the axes end at the next round number.
    color : Color
        Of the point.
    decimals : int
        Of the numbers at the axes.
    known, active : bool
        Whether what comes out has been worked out, and whether that is happening now.
    """
    theme = sketch.theme
    does = what_it_does(sketch, layer, None)[0]
    sketch.text(box.middle[0], box.y + 10, does, 12.5, theme.dim, MIDDLE, room=box.width)
    height = box.height - HEAD
    width = min(box.width, height * 1.7)
    height = min(height, width * 0.86)
    card = Box(box.x + (box.width - width) / 2, box.y + HEAD, width, height)
    sketch.rect(card.x, card.y, card.width, card.height, theme.panel, theme.line, 1, 8)
    end = nice_end(top)
    bent = not isinstance(layer, ReLU | LeakyReLU)
    xs = np.linspace(-end, end, POINTS if bent else 3)
    ys = layer.curve(xs)
    low, high = min(float(ys.min()), 0.0), float(ys.max())
    half, rise = card.width / 2 - 26, card.height - 26 - 20
    scale = rise / (high - low)
    zero_x, zero_y = card.middle[0], card.bottom - 26 + low * scale
    # What overflowed lies at the end of the axis; its number says ∞ or –.
    at = 0.0 if math.isnan(source) else min(max(source, -end), end)
    out = float(layer.curve(np.array([at]))[0])
    x, y = zero_x + at / end * half, zero_y - out * scale
    sketch.line(card.x + 14, zero_y, card.right - 14, zero_y, theme.faint)
    sketch.line(zero_x, card.y + 12, zero_x, card.bottom - 20, theme.faint)
    curve = tuple(
        (zero_x + a / end * half, zero_y - b * scale)
        for a, b in zip(xs.tolist(), ys.tolist(), strict=True)
    )
    sketch.add(Polygon(curve, None, theme.dim, 2.5, True))
    written = digits.text(source, decimals)
    room = text_width(written, VALUE, bold=True) / 2 + 6
    middle_x = min(max(x, card.x + room), card.right - room)
    if low < 0:
        # The other axis and the curve go on beside this number: it stands clear of them.
        middle_x = max(middle_x, zero_x + room) if at >= 0 else min(middle_x, zero_x - room)
    # What comes out stands on the other side of its axis than the point.
    left = x >= zero_x or (low == 0 and out == 0)
    side, anchor = (zero_x - 7, END) if left else (zero_x + 7, START)
    risen = abs(zero_y - y) > 1
    height = y if out > 0 else max(y, zero_y + 12) if low < 0 else zero_y - 12
    result = digits.text(float(layer.curve(np.array([source]))[0]), decimals)
    result = "0" if out == 0 else result
    for value in (-end, 0.0, end):
        middle = zero_x + value / end * half
        # Where the curve goes on below the axis, 0 moves aside for the other axis.
        middle += 9.0 if value == 0 and low < 0 else 0.0
        tick = _tick(value)
        if value == 0 and known and anchor is START and 0 <= height - zero_y < 28:
            continue
        along = _beside(zero_y, low, value)
        reach = 7 + text_width(result, VALUE, bold=True) + 8 + text_width(tick, TICK) / 2
        near = value * (zero_x - x) > 0 and abs(middle - zero_x) < reach
        if known and near and abs(height - along) < 14:
            # What comes out stands there.
            along = 2 * zero_y - along
        if abs(middle - middle_x) > room + text_width(tick, TICK) / 2:
            sketch.text(middle, along, tick, TICK, theme.dim, MIDDLE)
    beside = _beside(zero_y, low, at)
    sketch.text(middle_x, beside, written, VALUE, theme.ink, MIDDLE, bold=True)
    for value in (high, low):
        place = zero_y - value * scale
        beyond, where = (zero_x - 7, END) if value > 0 else (zero_x + 7, START)
        taken = known and where is anchor and abs(place - height) < 14
        if abs(place - zero_y) > 24 and not taken:
            sketch.text(beyond, place, _tick(value), TICK, theme.dim, where)
    if not known:
        # The value waits on its axis; what comes out is not known yet.
        _draw_point(sketch, x, zero_y, theme.faint)
        return
    ink = theme.accent if active else theme.ink
    if risen:
        sketch.line(x, zero_y, x, y, theme.faint, 1, (3, 3))
        sketch.line(x, y, zero_x, y, theme.faint, 1, (3, 3))
    sketch.text(side, height, result, VALUE, ink, anchor, bold=True)
    _draw_point(sketch, x, y, theme.accent if active else color)


def _beside(axis: float, low: float, value: float) -> float:
    """Return the y of a number along the axis: below it, or above where the curve is below."""
    return axis - 14 if low < 0 and value < 0 else axis + 14


def _draw_point(sketch: Sketch, x: float, y: float, color: Color, radius: float = 5.5) -> None:
    for r, fill in ((radius + 2, sketch.theme.panel), (radius, color)):
        sketch.rect(x - r, y - r, 2 * r, 2 * r, fill, None, 0, r)


def _tick(value: float) -> str:
    return f"{value:,.3g}".replace("-", "−")
