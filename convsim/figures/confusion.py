"""The confusion matrix: which classes a network takes for which."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

from convsim.figures.colors import inks, mixed
from convsim.figures.sketch import END, MIDDLE, Sketch
from convsim.figures.typography import fitted_size, text_width

if TYPE_CHECKING:
    from collections.abc import Sequence

    from convsim.core.evaluate import Evaluation
    from convsim.figures.page import Page
    from convsim.figures.scene import Scene

MARGIN = 18.0
NAME = 12.0
READABLE = 10.0
"""Size below which the names of columns become hard to read."""
LINE = 12.0
"""From one line of them to the next."""
MOST_LINES = 3
FEW = 340.0
"""Side of a matrix in the window that has few classes."""


Which = Literal["title", "all", "held"]


def confusion(
    result: Evaluation, classes: Sequence[str], page: Page, which: Which = "title"
) -> Scene:
    """Return the matrix: a row for each true class, a column for what it was taken for.

    Parameters
    ----------
    result : Evaluation
        With counts (K, K); classes beyond those that have a name are shown if they occur.
    classes : sequence of str
    page : Page
    which : str
        What it was tried on: ``title`` for test pictures, ``all`` for those learnt from as well,
        ``held`` for those that were set aside.
    """
    sketch = Sketch(page)
    theme = sketch.theme
    counts = result.confusion
    used = np.flatnonzero(counts.sum(axis=0) + counts.sum(axis=1))
    size = max(len(classes), int(used[-1]) + 1 if used.size else 1)
    counts = counts[:size, :size]
    names = [classes[i] if i < len(classes) else str(i + 1) for i in range(size)]
    room = min(max(text_width(name, NAME) for name in names), 150.0, page.width * 0.25)
    left, top = MARGIN + room + 26, MARGIN + 34
    # Few classes get large cells, so that they do not fill a corner only.
    most = page.height if page.titled else max(44.0, FEW / size)

    def side() -> float:
        return min((page.width - left - MARGIN) / size, (page.height - top - MARGIN) / size, most)

    # Names that are wider than their column stand in lines, by turns.
    longest_name = max(text_width(name, READABLE) for name in names)
    lines = min(int(np.ceil(longest_name / max(side() - 4, 1))), MOST_LINES)
    top += (lines - 1) * LINE
    cell = side()
    # Alone on a page it is as large as can be, and in the middle.
    start = MARGIN + (page.width - left - MARGIN - cell * size) / 2 * page.titled
    left += start - MARGIN
    right = int(counts.trace())
    title = sketch.say(f"confusion_{which}", right=f"{right:,}", count=f"{result.count:,}")
    share = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    fills = np.empty((size, size, 3), np.uint8)
    for row in range(size):
        for col in range(size):
            strong = theme.accent if row == col else theme.warn
            # The square root shows single mistakes too.
            fills[row, col] = mixed(theme.panel, strong, float(share[row, col]) ** 0.5)[:3]
    texts = tuple(str(n) if n and cell >= 16 else "" for n in counts.ravel().tolist())
    small = min(cell * 0.42, max(13.0, min(cell * 0.2, 22.0)))
    longest = max((text_width(text, small) for text in texts), default=0.0)
    small *= min(1.0, (cell - 3) / longest) if longest else 1.0
    sketch.cells(left, top, cell, fills, texts, tuple(inks(fills, theme)), small, 1.0)
    sketch.rect(left, top, cell * size, cell * size, None, theme.line)
    middle = left + cell * size / 2
    sketch.text(middle, MARGIN - 2, sketch.say("taken_for"), 12, theme.dim, MIDDLE)
    sketch.text(start, MARGIN - 2, sketch.say("true_class"), 12, theme.dim)
    step = 1 if cell >= 11 else int(np.ceil(11 / cell))
    # All of one size, as far as they can be read so.
    columns = max(READABLE, min(fitted_size(n, NAME, cell * step * lines - 4) for n in names))
    for i in range(0, size, step):
        at = (i + 0.5) * cell
        name = names[i]
        sketch.text(
            left - 8, top + at, name, min(NAME, max(cell, 8)), theme.ink, END, room=room, least=9
        )
        # Of a name that is cut, so much must be left that it says something.
        wide = cell * step * lines - 4
        if text_width(name, 8.0) <= wide or wide >= 40:
            y = top - 12 - i // step % lines * LINE
            sketch.text(left + at, y, name, columns, theme.ink, MIDDLE, room=wide, least=8)
    return sketch.scene(title)
