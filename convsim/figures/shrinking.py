"""What becomes of a size over many layers: squares that shrink, or that padding keeps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from convsim.core.geometry import Axis, Policy, make_axis
from convsim.figures.blocks import mixed
from convsim.figures.parts import Box, shape_text
from convsim.figures.sketch import MIDDLE, Sketch
from convsim.figures.typography import fitted_size

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from convsim.figures.scene import Color

SHOWN = 6
"""Squares in a row, the input among them."""
Axes = tuple[Axis, Axis]


@dataclass(frozen=True)
class Row:
    """Sizes over layers that all have the same window and the same padding.

    Attributes
    ----------
    layers : tuple of int
        After how many layers, beginning with 0.
    sizes : tuple of (int, int)
        Rows and columns after that many.
    axes : (Axis, Axis)
        The first layer's, at stride 1.
    """

    layers: tuple[int, ...]
    sizes: tuple[tuple[int, int], ...]
    axes: Axes


def close_axis(axis: Axis, padding: int) -> Axis:
    """Return the axis at stride 1 with a padding of its own."""
    return make_axis(axis.size, axis.kernel, 1, padding, axis.dilation)


def keeping_axis(axis: Axis) -> Axis:
    """Return the axis at stride 1 with the zeros that keep its size, equal on both sides if it can.

    >>> keeping_axis(make_axis(32, 5)).before
    2
    """
    for padding in range(axis.extent):
        kept = close_axis(axis, padding)
        if kept.count == axis.size:
            return kept
    return make_axis(axis.size, axis.kernel, 1, 0, axis.dilation, Policy.SAME)


def rows_of(axes: Axes) -> tuple[Row, Row]:
    """Return the sizes without padding and with the padding that keeps them."""
    bare = (close_axis(axes[0], 0), close_axis(axes[1], 0))
    kept = (keeping_axis(axes[0]), keeping_axis(axes[1]))
    step = _step(bare)
    return _row(bare, step), _row(kept, step)


def padding_text(axis: Axis) -> str:
    """Return the zeros of an axis: 2, or 0 + 1 where both sides differ."""
    return str(axis.before) if axis.before == axis.after else f"{axis.before} + {axis.after}"


def unit_of(box: Box, row: Row, size: float) -> float:
    """Return the largest side of a pixel with which a row and its numbers fit into a box."""
    across = box.width / SHOWN * 0.76 / _most(row, 1)
    return max(min(across, (box.height - size * 2.9) / _most(row, 0)), 0.0)


def draw_row(
    sketch: Sketch,
    box: Box,
    row: Row,
    unit: float,
    size: float,
    picture: NDArray[np.uint8] | None,
) -> None:
    """Draw the squares of a row, the numbers below them, and what was lost or added around them.

    Parameters
    ----------
    unit : float
        Side of a pixel.
    size : float
        Em height of the numbers.
    picture : array (H, W, 3), optional
        Shown in the first square.
    """
    theme = sketch.theme
    first = row.sizes[0]
    pitch = box.width / SHOWN
    tall, wide = unit * first[0], unit * first[1]
    ring = max(unit * max(axis.before for axis in row.axes), 2.5 if _padded(row) else 0.0)
    middle = box.y + unit * _most(row, 0) / 2
    for i, (layers, (high, broad)) in enumerate(zip(row.layers, row.sizes, strict=True)):
        x = box.x + pitch * i + pitch * 0.4
        outer = Box(x - wide / 2, middle - tall / 2, wide, tall)
        inner = Box(x - unit * broad / 2, middle - unit * high / 2, unit * broad, unit * high)
        last = i == len(row.sizes) - 1
        if _padded(row) and not last:
            _draw_ring(sketch, inner, ring)
        elif inner.width < outer.width or inner.height < outer.height:
            sketch.hatch(outer.x, outer.y, outer.width, outer.height, 6, _lost(sketch))
            sketch.rect(
                outer.x, outer.y, outer.width, outer.height, None, _lost(sketch), 1, 0, (3, 3)
            )
        sketch.rect(inner.x, inner.y, inner.width, inner.height, theme.panel)
        if i == 0 and picture is not None:
            smooth = picture.shape[1] > inner.width
            sketch.raster(inner.x, inner.y, inner.width, inner.height, picture, smooth=smooth)
        sketch.rect(inner.x, inner.y, inner.width, inner.height, None, theme.dim, 1)
        y = middle + unit * _most(row, 0) / 2 + size * 0.85
        number = str(high) if high == broad else shape_text((high, broad))
        sketch.text(x, y, number, size, None, MIDDLE, bold=True, room=pitch - 4)
        words = _after(sketch, layers)
        small = fitted_size(words, size * 0.86, pitch - 4)
        sketch.text(x, y + size * 1.25, words, small, theme.dim, MIDDLE)
        if not last:
            end = x + pitch - wide / 2 - ring - 3
            start = x + wide / 2 + ring + 3
            if end - start >= 7:
                _arrow(
                    sketch,
                    max(start, (start + end) / 2 - 9),
                    min(end, (start + end) / 2 + 9),
                    middle,
                )


def _arrow(sketch: Sketch, x1: float, x2: float, y: float) -> None:
    ink = sketch.theme.dim
    sketch.line(x1, y, x2 - 4, y, ink, 1.2)
    sketch.polygon([(x2 - 4.5, y - 2.8), (x2, y), (x2 - 4.5, y + 2.8)], ink)


def _after(sketch: Sketch, layers: int) -> str:
    if layers == 0:
        return sketch.say("input_size")
    return sketch.say("after_one") if layers == 1 else sketch.say("after_layers", n=layers)


def _draw_ring(sketch: Sketch, inner: Box, ring: float) -> None:
    x, y, w, h = inner.x - ring, inner.y - ring, inner.width + 2 * ring, inner.height + 2 * ring
    ink = mixed(sketch.theme.line, sketch.theme.dim, 0.5)
    sketch.rect(x, y, w, h, sketch.theme.panel)
    sketch.hatch(x, y, w, h, 4, ink)
    sketch.rect(x, y, w, h, None, ink, 1)


def _lost(sketch: Sketch) -> Color:
    return mixed(sketch.theme.warn_soft, sketch.theme.warn, 0.45)


def _padded(row: Row) -> bool:
    return any(axis.before or axis.after for axis in row.axes)


def _most(row: Row, which: int) -> float:
    """Return the pixels along rows (0) or columns (1) of the largest square with its zeros."""
    axis = row.axes[which]
    return axis.size + 2 * max(axis.before, axis.after)


def _step(axes: Axes) -> int:
    """Return after how many layers each to show a size, so that one sees it shrink."""
    axis = max(axes, key=lambda a: a.size)
    loss = axis.size - axis.count
    if loss <= 0:
        return 1
    wanted = 0.55 * axis.size / (loss * (SHOWN - 1))
    return max((step for step in (1, 2, 5, 10, 20, 50, 100) if step <= wanted), default=1)


def _row(axes: Axes, step: int) -> Row:
    """Return the sizes of every `step`-th layer, as long as the window fits."""
    layers, sizes = [0], [(axes[0].size, axes[1].size)]
    now, done = axes, 0
    while len(sizes) < SHOWN:
        counts = (now[0].count, now[1].count)
        if min(counts) < 1:
            break
        done += 1
        if done % step == 0:
            layers.append(done)
            sizes.append(counts)
        now = (_next(now[0]), _next(now[1]))
    return Row(tuple(layers), tuple(sizes), axes)


def _next(axis: Axis) -> Axis:
    return Axis(axis.count, axis.kernel, 1, axis.before, axis.after, axis.dilation)
