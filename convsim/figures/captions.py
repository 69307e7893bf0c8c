"""Titles, explaining sentences and margins: what every overview figure begins with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convsim.core.record import record
from convsim.figures.parts import Box
from convsim.figures.sketch import MIDDLE, START, Sketch
from convsim.figures.typography import wrapped

if TYPE_CHECKING:
    from convsim.figures.page import Page
    from convsim.figures.scene import Anchor, Color

PITCH = 1.4
"""From one line of a paragraph to the next, in ems."""


@record
class Sizes:
    """The three sizes of text on a page, em heights in units."""

    title: float
    body: float
    small: float


def sizes_of(page: Page) -> Sizes:
    """Return text sizes that suit the page: those of a slide, a little smaller on small pages."""
    scale = min(max(min(page.width / 960, page.height / 540), 0.85), 1.15)
    return Sizes(17 * min(scale, 1.0), 13 * scale, 11.5 * scale)


def heading(sketch: Sketch, title: str) -> Box:
    """Write the title if the page wants one; return the page inside its margins, below it."""
    page = sketch.page
    margin = 28.0 if page.titled and page.width >= 800 else 18.0
    room = page.width - 2 * margin
    top = margin - 4
    if page.titled:
        size = sizes_of(page).title
        for line in wrapped(title, size * 1.03, room):
            sketch.text(margin, top + size / 2, line, size, bold=True, room=room)
            top += size * 1.25
        top += 10
    return Box(margin, top, room, page.height - top - margin + 4)


def paragraph(
    sketch: Sketch,
    box: Box,
    text: str,
    size: float,
    color: Color | None = None,
    anchor: Anchor = START,
) -> float:
    """Write a text over as many lines as it needs from the top of `box`; return where it ends."""
    x = box.x if anchor is START else box.middle[0] if anchor is MIDDLE else box.right
    y = box.y
    for line in wrapped(text, size, box.width):
        middle = y + size * PITCH / 2
        sketch.text(x, middle, line, size, color or sketch.theme.dim, anchor, room=box.width)
        y += size * PITCH
    return y


def paragraph_height(text: str, size: float, room: float) -> float:
    """Return how high `paragraph` will be."""
    return len(wrapped(text, size, room)) * size * PITCH


def footnote(sketch: Sketch, box: Box, text: str, color: Color | None = None) -> Box:
    """Write a small note at the foot of a box; return the box without it."""
    size = sizes_of(sketch.page).small
    high = paragraph_height(text, size, box.width)
    paragraph(sketch, Box(box.x, box.bottom - high, box.width, high), text, size, color)
    return Box(box.x, box.y, box.width, box.height - high - 8)
