"""One activation map in the colour of its filter, with number and name below."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convsim.figures.filling import number_grid
from convsim.figures.scene import Area
from convsim.figures.sketch import MIDDLE, Sketch
from convsim.figures.typography import fitted_size, text_width

if TYPE_CHECKING:
    from convsim.core.layers import Array
    from convsim.core.trace import Trace
    from convsim.document.document import Document
    from convsim.figures.colors import Pixels
    from convsim.figures.parts import Box

LABEL = 18.0
"""Room for the words below a map."""
NUMBERED_CELL = 26.0
MOST_BETWEEN = 40.0
"""Room between two columns of maps or filters at most: what is further apart falls apart."""


def run_with(chosen: int, shown: int, count: int) -> int:
    """Return the first of the `shown` of `count` maps or filters among which the chosen one is."""
    return max(min(chosen // shown * shown, count - shown), 0) if shown else 0


def run_text(sketch: Sketch, begin: int, shown: int, count: int) -> str:
    """Return which are shown of more than fit: the first 54 of 96, or 43–96 of 96."""
    if not begin:
        return sketch.say("first_of", n=f"{shown:,}", total=f"{count:,}")
    return sketch.say(
        "run_of", first=f"{begin + 1:,}", last=f"{begin + shown:,}", total=f"{count:,}"
    )


def spread(room: float, count: int, width: float, gap: float) -> tuple[float, float]:
    """Return where the first of `count` columns begins and from one to the next.

    What is left of the room goes between the columns first, then to both sides of them.
    """
    if count > 1:
        free = (room - count * width) / (count - 1)
        gap = max(gap, min(free, max(gap, MOST_BETWEEN)))
    return max(0.0, (room - count * width - (count - 1) * gap) / 2), width + gap


def draw_map(
    sketch: Sketch,
    place: Box,
    document: Document,
    trace: Trace,
    index: int,
    pixels: Pixels,
    *,
    named: bool,
    room: float = 0.0,
    numbers: Array | None = None,
) -> None:
    """Draw one map in its filter's colour, the chosen one thicker, with number and name below.

    The name may take `room` units, if that is more than the map's width.  In large cells stand
    `numbers`, or the map's own.
    """
    theme, cursor = sketch.theme, document.cursor
    rows, cols = pixels.shape[:2]
    cell = place.width / cols
    if cell >= NUMBERED_CELL:
        values = trace.output(cursor.layer)[index] if numbers is None else numbers
        number_grid(sketch, place.x, place.y, cell, values, pixels)
    else:
        sketch.raster(place.x, place.y, place.width, place.height, pixels, smooth=cell < 1)
    chosen = index == cursor.filter
    stroke = 3.0 if chosen else 1.4 if place.width >= 24 else 1.0
    color = theme.filter_color(index)
    out = stroke / 2
    sketch.rect(
        place.x - out,
        place.y - out,
        place.width + stroke,
        place.height + stroke,
        None,
        color,
        stroke,
    )
    if named:
        name = document.filter_name(document.layer.name, index)
        text = f"{index + 1}  {name}" if name else str(index + 1)
        room = max(room, place.width + 10)
        size = fitted_size(text, 11.5, room / 1.03, least=10.5)
        if text_width(text, size, bold=chosen) > room:
            text, size = str(index + 1), 11.5
        ink = theme.ink if chosen else theme.dim
        sketch.text(place.middle[0], place.bottom + 12, text, size, ink, MIDDLE, bold=chosen)
    sketch.area(
        Area(
            "map",
            place.x,
            place.y,
            place.width,
            place.height,
            rows,
            cols,
            layer=cursor.layer,
            filter=index,
        )
    )
