"""One step without its surroundings: what is multiplied, the sums, and the line of arithmetic."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from convsim.core.step import ConvFrame, PoolFrame
from convsim.figures.captions import heading
from convsim.figures.columns import HEAD
from convsim.figures.conv_grids import draw_grids, missing_note, number_cell, rest_note, sum_parts
from convsim.figures.conv_plan import only_grids
from convsim.figures.equation import Part, bar_height, draw_equation
from convsim.figures.parts import Box
from convsim.figures.sketch import MIDDLE, Sketch
from convsim.figures.stage import step, step_title
from convsim.figures.stage_pool import draw_values, pool_parts
from convsim.figures.stage_spread import draw_nothing
from convsim.figures.typography import wrapped
from convsim.figures.zoomed import planned, zoomed

if TYPE_CHECKING:
    from convsim.core.trace import Trace
    from convsim.document.document import Document
    from convsim.figures.page import Page
    from convsim.figures.scene import Scene

NOTE = 11.5
PITCH = 16.0
"""From one line of the note to the next."""


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
        if not frame.products.size:
            draw_nothing(sketch, body, document)
            return zoomed(sketch.scene(title), whole)
        where = only_grids(body, tall, wide, channels, number_cell(document, frame))
        notes = (
            *rest_note(sketch, document, where.channels),
            *missing_note(sketch, frame, where.cell),
        )
        used = HEAD + where.channels * (where.cell * tall + where.gap) - where.gap
        lines = [line for note in notes for line in wrapped(note, NOTE, body.width)]
        free = max(body.height - used - (14 + PITCH * len(lines) if lines else 0), 0.0)
        grids = replace(where.grids, y=where.grids.y + free / 2)
        draw_grids(sketch, replace(where, grids=grids), document, frame)
        for i, line in enumerate(lines):
            y = grids.y + used + 14 + PITCH * i
            sketch.text(body.middle[0], y, line, NOTE, page.theme.dim, MIDDLE)
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
