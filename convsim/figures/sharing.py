"""What a convolution saves because all positions share one set of weights."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from convsim.core.counts import Comparison, compare
from convsim.core.formula import number_text
from convsim.figures.captions import PITCH, paragraph, paragraph_height
from convsim.figures.parts import Box, layer_title
from convsim.figures.typography import fitted_size

if TYPE_CHECKING:
    from convsim.core.place import Place
    from convsim.document.document import Document
    from convsim.figures.sketch import Sketch

Items = list[tuple[str, str]]
"""A number and what it stands for."""
NARROW = 520.0
"""Below this width the numbers stand below each other."""


def compared_place(document: Document) -> tuple[Place, Comparison] | None:
    """Return the convolution to explain: the cursor's, else the one before it, else the first."""
    found = [(p, c) for p in document.network.places if (c := compare(p)) is not None]
    before = [pair for pair in found if pair[0].index <= document.cursor.layer]
    return before[-1] if before else next(iter(found), None)


def sharing_height(sketch: Sketch, document: Document, room: float, size: float) -> float:
    """Return how high `draw_sharing` will be; 0 if there is no convolution."""
    pair = compared_place(document)
    if pair is None:
        return 0.0
    items = _items(sketch, pair[1])
    if room < NARROW:
        return size * PITCH * (1 + len(items)) + size * 0.4
    inner = (room - 2 * size) / 3 - size * 1.6
    words = max(paragraph_height(text, max(size * 0.88, 7.0), inner) for _, text in items)
    return size * 1.7 + size * 2.4 + words + size * 0.9


def draw_sharing(sketch: Sketch, box: Box, document: Document, size: float) -> None:
    """Draw the weights of a convolution as they are, without sharing, and fully connected."""
    pair = compared_place(document)
    if pair is None:
        return
    theme = sketch.theme
    place, comparison = pair
    items = _items(sketch, comparison)
    head = sketch.say("sharing_head", name=layer_title(place.layer, sketch.page.labels))
    if box.width < NARROW:
        y = paragraph(sketch, box, head, size)
        for number, words in items:
            sketch.text(box.x, y + size * PITCH / 2, f"{number}  {words}", size, room=box.width)
            y += size * PITCH
        return
    sketch.text(box.x, box.y + size * 0.8, head, size, theme.dim)
    gap = size
    width = (box.width - 2 * gap) / 3
    top = box.y + size * 1.7
    pad = size * 0.8
    high = sharing_height(sketch, document, box.width, size) - size * 1.7
    for i, (number, words) in enumerate(items):
        x = box.x + i * (width + gap)
        chosen = i == 0
        fill, edge = (theme.accent_soft, theme.accent) if chosen else (theme.panel, theme.line)
        sketch.rect(x, top, width, high, fill, edge, 1, 6)
        ink = theme.accent if chosen else theme.ink
        big = fitted_size(number, size * 1.6, width - 2 * pad)
        sketch.text(x + pad, top + size * 1.4, number, big, ink, bold=True)
        room = Box(x + pad, top + size * 2.4, width - 2 * pad, 0)
        paragraph(sketch, room, words, max(size * 0.88, 7.0))


MANY = 100
"""From here on a number of times is told without decimals."""


def _items(sketch: Sketch, comparison: Comparison) -> Items:
    def times(number: int) -> str:
        exact = Fraction(number, comparison.shared)
        if exact.denominator == 1 or exact < MANY:
            return number_text(exact)
        return f"≈ {round(exact):,}"

    unshared, connected = comparison.unshared, comparison.connected
    return [
        (number_text(comparison.shared), sketch.say("sharing_shared")),
        (number_text(unshared), sketch.say("sharing_unshared", n=times(unshared))),
        (number_text(connected), sketch.say("sharing_connected", n=times(connected))),
    ]
