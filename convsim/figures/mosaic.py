"""All maps of a layer side by side in one raster, with one of them and one of its cells marked."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from convsim.figures.colors import Pixels, signed_pixels
from convsim.figures.memo import remembered
from convsim.figures.parts import Box, scale_end
from convsim.figures.scene import Area

if TYPE_CHECKING:
    from convsim.core.trace import Trace
    from convsim.figures.sketch import Sketch
    from convsim.figures.theme import Theme

LARGEST_CELL = 30.0


@lru_cache(maxsize=64)
def tiling(count: int, tall: int, wide: int, width: float, height: float) -> tuple[int, int, float]:
    """Return rows and columns of tiles and the side of a cell, with one cell between tiles."""
    best = (1, 1, 0.0)
    for cols in range(1, count + 1):
        rows = -(-count // cols)
        cell = min(width / ((wide + 1) * cols - 1), height / ((tall + 1) * rows - 1))
        if cell > best[2]:
            best = (rows, cols, cell)
    return best[0], best[1], min(best[2], LARGEST_CELL)


def draw_mosaic(
    sketch: Sketch, box: Box, trace: Trace, layer: int, mark: tuple[int, int, int]
) -> None:
    """Draw all maps of a layer; `mark` is (channel, row, column) of the value to light up."""
    channels, tall, wide = trace.output(layer).shape
    rows, cols, cell = tiling(channels, tall, wide, box.width, box.height)
    theme = sketch.theme

    def pixels() -> Pixels:
        return _pixels(trace, layer, rows, cols, theme)

    shown = remembered(trace, ("mosaic", layer, rows, cols, theme), pixels)
    sketch.raster(
        box.x,
        box.y,
        cell * shown.shape[1],
        cell * shown.shape[0],
        shown,
        smooth=cell < 1,
    )
    for channel in range(channels):
        down, across = divmod(channel, cols)
        x, y = box.x + across * (wide + 1) * cell, box.y + down * (tall + 1) * cell
        sketch.area(
            Area("input", x, y, wide * cell, tall * cell, tall, wide, layer=layer, filter=channel)
        )
        if channel == mark[0]:
            color = theme.filter_color(channel)
            sketch.rect(x - 1, y - 1, wide * cell + 2, tall * cell + 2, None, color, 2.4)
            side = max(cell, 7.0)
            left = x + (mark[2] + 0.5) * cell - side / 2
            top = y + (mark[1] + 0.5) * cell - side / 2
            sketch.rect(left, top, side, side, None, (255, 255, 255), 3.6)
            sketch.rect(left, top, side, side, None, (24, 26, 30), 1.6)


def _pixels(trace: Trace, layer: int, rows: int, cols: int, theme: Theme) -> Pixels:
    """Return the mosaic, (…, …, 4): transparent between the maps."""
    values = trace.output(layer)
    channels, tall, wide = values.shape
    out = np.zeros((rows * cols, tall + 1, wide + 1, 4), np.uint8)
    out[:channels, :tall, :wide, :3] = signed_pixels(values, scale_end(trace, layer), theme)
    out[:channels, :tall, :wide, 3] = 255
    out = out.reshape(rows, cols, tall + 1, wide + 1, 4).swapaxes(1, 2)
    return out.reshape(rows * (tall + 1), cols * (wide + 1), 4)[:-1, :-1]
