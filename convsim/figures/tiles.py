"""The picture cut into the parts that the neurons of a layer see: each part is one input."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from convsim.core.geometry import Axis, ReceptiveField, receptive_field
from convsim.core.layers import WindowLayer
from convsim.core.step import Cursor
from convsim.figures.blocks import mixed
from convsim.figures.captions import footnote, heading, paragraph, paragraph_height, sizes_of
from convsim.figures.colors import Pixels, photo_pixels
from convsim.figures.hint import hint
from convsim.figures.parts import Box, error_text, layer_title, shape_text, window_mark
from convsim.figures.scene import Area, Scene
from convsim.figures.sketch import END, MIDDLE, Sketch
from convsim.figures.typography import text_width
from convsim.figures.what import window_place

if TYPE_CHECKING:
    from convsim.core.place import Place
    from convsim.core.trace import Trace
    from convsim.document.document import Document
    from convsim.figures.page import Page

MOST = 8
"""Parts along one side, so that each can be seen."""
WHITE = (255, 255, 255)


@dataclass(frozen=True)
class Line:
    """The parts along rows or columns: what each sees of the picture, and which are drawn.

    Attributes
    ----------
    field : ReceptiveField
    count : int
        Positions there are.
    step : int
        One in so many is drawn.
    size : int
        Pixels of the picture.
    """

    field: ReceptiveField
    count: int
    step: int
    size: int

    @property
    def shown(self) -> range:
        """The positions that are drawn."""
        return range(0, self.count, self.step)

    def part(self, position: int) -> range:
        """Return the pixels from the first to the last that a position sees."""
        first = self.field.start + position * self.field.jump
        return range(first, first + self.field.size)

    @property
    def canvas(self) -> range:
        """The pixels from the first to the last that any position sees, and the whole picture."""
        last = self.part(max(self.count - 1, 0)).stop
        return range(min(self.field.start, 0), max(last, self.size))

    @property
    def shared(self) -> int:
        """Pixels that a part has in common with the next one."""
        return max(self.part(0).stop - self.part(1).start, 0)

    @property
    def apart(self) -> bool:
        """Whether the drawn parts do not overlap."""
        return self.field.size <= self.field.jump * self.step


def tiles(document: Document, trace: Trace, page: Page) -> Scene:
    """Return the picture and its parts for the layer that is looked at; needs no activations."""
    del trace
    sketch = Sketch(page)
    place = window_place(document)
    if place is None:
        return hint(sketch.say("no_window"), page)
    name = layer_title(place.layer, page.labels)
    title = sketch.say("tiles_title", name=name)
    rows, cols = lines_of(document, place)
    box = heading(sketch, title)
    if place.error is not None:
        box = footnote(sketch, box, error_text(place, page.labels), page.theme.warn)
    size = sizes_of(page)
    words = _words(sketch, document, place, rows, cols)
    high = paragraph_height(words, size.body, box.width)
    body = Box(box.x, box.y, box.width, box.height - high - 10)
    gap = max(body.width * 0.05, 16.0)
    left = (body.width - gap) * 0.45
    pixels = _picture(document)
    picture = Box(body.x, body.y, left, body.height)
    parts = Box(body.x + left + gap, body.y, body.width - left - gap, body.height)
    cursor = Cursor(place.index)
    if document.cursor.layer == place.index:
        cursor = document.cursor
    head = max(
        paragraph_height(text, size.small, b.width)
        for b, text in (
            (picture, _picture_head(sketch, rows, cols)),
            (parts, _head(sketch, rows, cols)),
        )
    )
    paragraph(sketch, picture, _picture_head(sketch, rows, cols), size.small)
    paragraph(sketch, parts, _head(sketch, rows, cols), size.small)
    ends = [
        _draw_picture(sketch, _below(picture, head), pixels, rows, cols, cursor),
        _draw_parts(sketch, _below(parts, head), pixels, rows, cols, cursor),
    ]
    y = min(max(ends) + 12, box.bottom - high)
    paragraph(sketch, Box(box.x, y, box.width, high), words, size.body, page.theme.ink)
    return sketch.scene(title)


def lines_of(document: Document, place: Place) -> tuple[Line, Line]:
    """Return the parts along rows and along columns that the neurons of a layer see."""
    stack: list[tuple[Axis, Axis]] = [
        p.layer.axes(p.input_shape)
        for p in document.network.places[: place.index + 1]
        if isinstance(p.layer, WindowLayer) and p.input_shape is not None
    ]
    sizes = document.network.input_shape[:2]
    lines: list[Line] = []
    for i in range(2):
        field = receptive_field(axes[i] for axes in stack)
        count = stack[-1][i].count
        lines.append(Line(field, count, _step(field, count), sizes[i]))
    return lines[0], lines[1]


def _step(field: ReceptiveField, count: int) -> int:
    """Return which positions to draw: all, or one in so many, if possible without overlap."""
    if count <= MOST:
        return 1
    step = -(-count // MOST)
    clear = -(-field.size // field.jump)
    return clear if clear > step and -(-count // clear) >= 4 else step


def _picture(document: Document) -> Pixels:
    image = document.image
    return photo_pixels(image if image.shape[2] in (1, 3) else image[..., :1])


def _below(box: Box, head: float) -> Box:
    return Box(box.x, box.y + head + 5, box.width, box.height - head - 5)


def _picture_head(sketch: Sketch, rows: Line, cols: Line) -> str:
    size = sketch.say("tiles_picture", size=shape_text((rows.size, cols.size)))
    return f"{size}, {sketch.say('tiles_windows', n=len(rows.shown) * len(cols.shown))}"


def _head(sketch: Sketch, rows: Line, cols: Line) -> str:
    total = f"{rows.count * cols.count:,}"
    if rows.step == cols.step == 1:
        return sketch.say("tiles_all", rows=rows.count, cols=cols.count, n=total)
    if rows.step == cols.step:
        n = len(rows.shown) * len(cols.shown)
        return sketch.say("tiles_one_in", step=rows.step, n=n, total=total)
    return sketch.say(
        "tiles_some",
        rows=rows.step,
        cols=cols.step,
        n=len(rows.shown) * len(cols.shown),
        total=total,
    )


def _words(sketch: Sketch, document: Document, place: Place, rows: Line, cols: Line) -> str:
    fields = rows.field, cols.field
    jumps = sorted({field.jump for field in fields})
    words = [
        sketch.say(
            "tiles_part",
            name=layer_title(place.layer, sketch.page.labels),
            size=shape_text((rows.field.size, cols.field.size)),
            jump="/".join(map(str, jumps)),
        )
    ]
    if cols.count > 1:
        shared = cols.shared
        words.append(
            sketch.say("tiles_shared", n=shared, total=cols.field.size)
            if shared
            else sketch.say("tiles_apart")
        )
    if rows.canvas != range(rows.size) or cols.canvas != range(cols.size):
        words.append(sketch.say("tiles_zeros"))
    del document
    layer = place.layer
    if isinstance(layer, WindowLayer) and layer.spacing != (1, 1):
        words.append(sketch.say("dilation_note"))
    return " ".join(words)


def _draw_picture(
    sketch: Sketch, box: Box, pixels: Pixels, rows: Line, cols: Line, cursor: Cursor
) -> float:
    """Draw the picture with the outlines, or the middles, of the parts; return where it ends."""
    theme = sketch.theme
    down, across = rows.canvas, cols.canvas
    cell = min(box.width / len(across), box.height / len(down))
    whole = Box(box.x, box.y, cell * len(across), cell * len(down))
    x0, y0 = whole.x - across.start * cell, whole.y - down.start * cell
    if len(down) > rows.size or len(across) > cols.size:
        sketch.rect(whole.x, whole.y, whole.width, whole.height, _zeros(sketch))
    wide, high = cell * cols.size, cell * rows.size
    sketch.raster(x0, y0, wide, high, pixels, smooth=cols.size > wide)
    sketch.rect(whole.x, whole.y, whole.width, whole.height, None, theme.faint)
    outlined = rows.apart and cols.apart
    for row in rows.shown:
        for col in cols.shown:
            a, b = rows.part(row), cols.part(col)
            part = Box(x0 + b.start * cell, y0 + a.start * cell, len(b) * cell, len(a) * cell)
            if outlined:
                # A dark line below the white one, so that it is seen on white pixels too.
                sketch.rect(part.x, part.y, part.width, part.height, None, (0, 0, 0, 90), 2.4)
                sketch.rect(part.x, part.y, part.width, part.height, None, WHITE, 1)
            else:
                x, y = part.middle
                sketch.rect(x - 2, y - 2, 4, 4, WHITE, theme.ink, 0.75, 2)
    if rows.count and cols.count:
        a, b = rows.part(cursor.row), cols.part(cursor.col)
        mark = Box(x0 + b.start * cell, y0 + a.start * cell, len(b) * cell, len(a) * cell)
        window_mark(sketch, mark, theme.filter_color(cursor.filter), 2.0)
    return whole.bottom


def _draw_parts(
    sketch: Sketch, box: Box, pixels: Pixels, rows: Line, cols: Line, cursor: Cursor
) -> float:
    """Draw every chosen part by itself, arranged as on the picture; return where they end."""
    theme, size = sketch.theme, sizes_of(sketch.page).small * 0.85
    if not rows.count or not cols.count:
        return box.y
    left = text_width(str(rows.shown[-1]), size) + 6
    top = size * 1.3
    high, wide = rows.field.size, cols.field.size
    unit = min(
        (box.width - left) / (len(cols.shown) * wide), (box.height - top) / (len(rows.shown) * high)
    )
    unit = min(unit, 90.0 / max(high, wide))
    step_x, step_y = unit * wide, unit * high
    gap = min(max(min(step_x, step_y) * 0.12, 2.0), 8.0)
    tall, broad = step_y - gap, step_x - gap
    canvas = _padded(sketch, pixels, rows, cols)
    color = theme.filter_color(cursor.filter)
    for i, row in enumerate(rows.shown):
        y = box.y + top + i * step_y
        sketch.text(box.x + left - 6, y + tall / 2, str(row), size, theme.dim, END)
        for j, col in enumerate(cols.shown):
            x = box.x + left + j * step_x
            if i == 0 and text_width(str(col), size) <= step_x - 2:
                sketch.text(x + broad / 2, box.y + top / 2 - 2, str(col), size, theme.dim, MIDDLE)
            a, b = rows.part(row), cols.part(col)
            r, c = a.start - rows.canvas.start, b.start - cols.canvas.start
            sketch.raster(x, y, broad, tall, canvas[r : r + len(a), c : c + len(b)])
            if (row, col) == (cursor.row, cursor.col):
                sketch.rect(x - 1, y - 1, broad + 2, tall + 2, None, color, 2.4)
            sketch.area(
                Area(
                    "output",
                    x,
                    y,
                    broad,
                    tall,
                    row0=row,
                    col0=col,
                    layer=cursor.layer,
                    filter=cursor.filter,
                )
            )
    return box.y + top + len(rows.shown) * step_y - gap


def _padded(sketch: Sketch, pixels: Pixels, rows: Line, cols: Line) -> Pixels:
    canvas = np.empty((len(rows.canvas), len(cols.canvas), 3), np.uint8)
    canvas[:] = _zeros(sketch)[:3]
    top, left = -rows.canvas.start, -cols.canvas.start
    canvas[top : top + rows.size, left : left + cols.size] = pixels
    return canvas


def _zeros(sketch: Sketch) -> tuple[int, int, int]:
    r, g, b = mixed(sketch.theme.line, sketch.theme.dim, 0.25)[:3]
    return r, g, b
