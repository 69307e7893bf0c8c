"""A contact sheet: small pictures in rows, as photographers print them, each with a word below."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from convsim.figures.colors import photo_pixels
from convsim.figures.sketch import MIDDLE, Sketch

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from convsim.figures.page import Page
    from convsim.figures.scene import Scene

MARGIN, GAP, WORD = 16.0, 8.0, 18.0


@dataclass(frozen=True, eq=False)
class Tile:
    """A picture (H, W, C), float32 in 0…1, and what stands below it; marked ones have a frame."""

    picture: NDArray[Any]
    word: str = ""
    marked: bool = False


def contact_sheet(rows: Sequence[Sequence[Tile]], page: Page, title: str) -> Scene:
    """Return all rows below each other, as large as the page has room for.

    A row that is too long is cut at the right; rows that find no room are left out.

    Parameters
    ----------
    rows : sequence of sequences of Tile
    page : Page
    title : str
        The figure in words, for those who do not see it.
    """
    sketch = Sketch(page)
    longest = max((len(row) for row in rows), default=1)
    words = [WORD if any(tile.word for tile in row) else 0.0 for row in rows]
    wide = (page.width - 2 * MARGIN + GAP) / longest - GAP
    high = (page.height - 2 * MARGIN + GAP - sum(words)) / max(len(rows), 1) - GAP
    side = max(min(wide, high, 120.0), 20.0)
    y = MARGIN
    for row, word in zip(rows, words, strict=True):
        if y + side + word > page.height:
            break
        x = MARGIN
        for tile in row:
            if x + side > page.width:
                break
            sketch.raster(x, y, side, side, photo_pixels(tile.picture))
            if tile.marked:
                sketch.rect(
                    x - 2, y - 2, side + 4, side + 4, stroke=sketch.theme.accent, stroke_width=2
                )
            if tile.word:
                middle = x + side / 2
                sketch.text(
                    middle, y + side + 9, tile.word, 11, sketch.theme.dim, MIDDLE, room=side
                )
            x += side + GAP
        y += side + GAP + word
    return sketch.scene(title)


def fitting(count: int, width: float, height: float) -> int:
    """Return how many of `count` pictures stand in a row so that they come out largest.

    One of the rows has words.
    """

    def side(columns: int) -> float:
        rows = -(-count // columns)
        wide = (width - 2 * MARGIN + GAP) / columns - GAP
        return min(wide, (height - 2 * MARGIN + GAP - WORD) / rows - GAP)

    return max(range(1, max(count, 1) + 1), key=side)
