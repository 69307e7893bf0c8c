"""One step without its surroundings: what is multiplied, the sums, and the line of arithmetic."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convsim.core.step import ConvFrame, PoolFrame
from convsim.figures.captions import heading
from convsim.figures.conv_grids import draw_grids, sum_parts
from convsim.figures.conv_plan import only_grids
from convsim.figures.equation import Part, bar_height, draw_equation
from convsim.figures.parts import Box
from convsim.figures.sketch import Sketch
from convsim.figures.stage import step, step_title
from convsim.figures.stage_pool import draw_values, pool_parts
from convsim.figures.zoomed import planned, zoomed

if TYPE_CHECKING:
    from convsim.core.trace import Trace
    from convsim.document.document import Document
    from convsim.figures.page import Page
    from convsim.figures.scene import Scene


def products(document: Document, trace: Trace, page: Page) -> Scene:
    """Return window × filter = products with their sums, as large as the page allows.

    A pool shows its window; every other layer its whole step.
    """
    frame = document.frame(trace)
    if not isinstance(frame, ConvFrame | PoolFrame):
        return step(document, trace, page)
    whole, page = page, planned(page)
    sketch = Sketch(page)
    title = step_title(document, page)
    box = heading(sketch, title)
    if isinstance(frame, ConvFrame):
        parts = sum_parts(sketch, document, frame, box.width)
        body = _above_line(sketch, box, *parts)
        channels, tall, wide = frame.kernel.shape
        where = only_grids(body, tall, wide, channels)
        draw_grids(sketch, where, document, frame)
    else:
        parts = pool_parts(sketch, document, frame, box.width)
        body = _above_line(sketch, box, *parts)
        draw_values(sketch, body, document, trace, frame)
    return zoomed(sketch.scene(title), whole)


def _above_line(sketch: Sketch, box: Box, left: list[Part], right: list[Part]) -> Box:
    """Draw the line of arithmetic at the foot of a box; return what is left above it."""
    high = bar_height(box.width, left, right)
    draw_equation(sketch, Box(box.x, box.bottom - high, box.width, high), left, right)
    return Box(box.x, box.y, box.width, box.height - high - 14)
