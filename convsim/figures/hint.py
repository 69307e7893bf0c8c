"""A page that says in one sentence why it is empty and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convsim.figures.sketch import MIDDLE, Sketch
from convsim.figures.typography import wrapped

if TYPE_CHECKING:
    from convsim.figures.page import Page
    from convsim.figures.scene import Scene


def hint(text: str, page: Page) -> Scene:
    """Return a page with a sentence in its middle."""
    sketch = Sketch(page)
    lines = wrapped(text, 14, page.width * 0.7)
    top = page.height / 2 - 10 * (len(lines) - 1)
    for i, line in enumerate(lines):
        sketch.text(page.width / 2, top + 20 * i, line, 14, page.theme.dim, MIDDLE)
    return sketch.scene(text)
