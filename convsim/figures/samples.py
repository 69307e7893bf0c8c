"""A few pictures of each class of a data set, with the class's name and how many there are."""

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

MARGIN = 18.0
NARROWEST = 36.0
WIDEST = 76.0
WORDS = 38.0


@dataclass(frozen=True, eq=False)
class Sample:
    """A class.

    Attributes
    ----------
    name : str
    count : int
        Pictures of it.
    pictures : sequence of array (H, W, C)
        A few of them, float32 in 0…1.
    """

    name: str
    count: int
    pictures: Sequence[NDArray[Any]]


def samples(classes: Sequence[Sample], page: Page) -> Scene:
    """Return a column a class; those that find no room are counted."""
    sketch = Sketch(page)
    room = page.width - 2 * MARGIN
    most = max(int(room / NARROWEST), 1)
    shown = list(classes) if len(classes) <= most else list(classes[: most - 1])
    pitch = min(room / (len(shown) + (len(shown) < len(classes))), WIDEST)
    # On a low page the names stay, and the pictures are smaller.
    pitch = min(pitch, max(page.height - (MARGIN if page.titled else 4.0) - WORDS, 24.0))
    side = pitch - 6
    top = MARGIN if page.titled else 4.0
    rows = max(int((page.height - top - WORDS + 4) / pitch), 1)
    for i, one in enumerate(shown):
        x = MARGIN + i * pitch
        for row, picture in enumerate(one.pictures[:rows]):
            sketch.raster(x, top + row * pitch, side, side, photo_pixels(picture))
        y = top + min(rows, max(len(one.pictures), 1)) * pitch
        middle, ink = x + side / 2, sketch.theme.ink
        sketch.text(middle, y + 6, one.name, 12, ink, MIDDLE, bold=True, room=side + 2, least=9)
        sketch.text(x + side / 2, y + 22, f"{one.count:,}", 11, sketch.theme.dim, MIDDLE)
    if len(shown) < len(classes):
        x = MARGIN + len(shown) * pitch
        text = f"+{len(classes) - len(shown):,}"
        sketch.text(x + side / 2, 4 + side / 2, text, 13, sketch.theme.dim, MIDDLE)
    names = ", ".join(f"{one.name}: {one.count:,}" for one in classes)
    return sketch.scene(names)
