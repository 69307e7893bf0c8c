"""Pieces that several figures share: names, a map with a window over it, a map being filled."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from convsim.core.layers import Activation, Layer, Shape
from convsim.core.record import record
from convsim.core.step import Cursor, Inside
from convsim.figures import digits
from convsim.figures.colors import Pixels, inks, largest, photo_pixels, signed_pixels
from convsim.figures.filling import cell_letters, draw_filling, number_size, shows_numbers
from convsim.figures.labels import Labels, say
from convsim.figures.memo import remembered
from convsim.figures.scene import Area, Color
from convsim.figures.trail import draw_trail, draw_unread

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from convsim.core.geometry import Axis
    from convsim.core.place import Place
    from convsim.core.trace import Trace
    from convsim.document.document import Document
    from convsim.figures.sketch import Sketch
    from convsim.figures.theme import Theme


@record
class Box:
    """A place on the page."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """The x of the right edge."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """The y of the lower edge."""
        return self.y + self.height

    @property
    def middle(self) -> tuple[float, float]:
        """The point in the middle."""
        return self.x + self.width / 2, self.y + self.height / 2


def shape_text(shape: Shape | None) -> str:
    """Return a shape as people write it: 28×28×6 or 9,216; a question mark while it is unknown."""
    return "×".join(f"{size:,}" for size in shape) if shape else "?"


def layer_title(layer: Layer, labels: Labels) -> str:
    """Return the name of a layer for people: Conv 1 for ``conv1``; a name of one's own as it is."""
    match = re.fullmatch(r"[a-z]+?(\d+)", layer.name)
    return f"{say(labels, layer.kind)} {match[1]}" if match else layer.name


def error_text(place: Place, labels: Labels) -> str:
    """Return why a layer does not fit, as a sentence that calls the layer what its card does."""
    text, name = str(place.error or ""), place.layer.name
    if name and text.startswith((f"{name} ", f"{name}:")):
        return layer_title(place.layer, labels) + text.removeprefix(name)
    return text[:1].upper() + text[1:]


def source_title(document: Document, labels: Labels) -> str:
    """Return the name of what the cursor's layer reads."""
    index = document.cursor.layer
    if index == 0:
        return say(labels, "input")
    return layer_title(document.network.layers[index - 1], labels)


def source_shape(document: Document) -> Shape:
    """Return the shape of what the cursor's layer reads."""
    shape = document.place.input_shape
    return shape if shape is not None else ()


def channel_name(document: Document, channel: int) -> str:
    """Return R, G or B for the channels of a colour picture, else the channel's number from 1."""
    if document.cursor.layer == 0 and document.network.input_shape[2] == 3:
        return "RGB"[channel]
    return str(channel + 1)


def source_pixels(document: Document, trace: Trace, channel: int, sketch: Sketch) -> Pixels:
    """Return the cursor's layer's input as colours: the picture itself, or one map of it."""
    index = document.cursor.layer
    if index == 0 and document.network.input_shape[2] in (1, 3):
        return remembered(trace, "photo", lambda: photo_pixels(trace.image))
    return map_pixels(trace, index - 1, channel, sketch.theme)


def activation_after(document: Document) -> Activation | None:
    """Return the activation behind the cursor's layer, whose maps are shown as it leaves them."""
    follower = document.follower
    return follower if isinstance(follower, Activation) else None


def scale_end(trace: Trace, layer: int, *, after: Activation | None = None) -> float:
    """Return the value at the end of the colour scale of all maps of a layer; −1 is the picture."""
    key = ("end", layer, after)

    def end() -> float:
        values = trace.output(layer)
        return largest(after.curve(values) if after else values)

    return remembered(trace, key, end)


def share_scale(trace: Trace, layer: int, end: float) -> None:
    """Let the maps of a layer have the colour scale of others that they are compared with."""
    remembered(trace, ("end", layer, None), lambda: end)


def map_pixels(
    trace: Trace, layer: int, channel: int, theme: Theme, *, after: Activation | None = None
) -> Pixels:
    """Return one map of a layer as colours (H, W, 3), on the scale of all maps of the layer."""

    def pixels() -> Pixels:
        values = trace.output(layer)[channel]
        shown = after.curve(values) if after else values
        return signed_pixels(shown, scale_end(trace, layer, after=after), theme)

    return remembered(trace, ("map", layer, channel, theme, after), pixels)


def written_maps(document: Document, trace: Trace) -> NDArray[Any]:
    """Return what the cursor's layer writes, after a following activation: (C, H, W) or (D,)."""
    values = trace.output(document.cursor.layer)
    after = activation_after(document)
    return after.curve(values) if after else values


def fit_cell(box: Box, rows: int, cols: int) -> float:
    """Return the side of a cell so that rows × cols fill the box; in whole units if it is large."""
    cell = min(box.width / cols, box.height / rows)
    return float(int(cell)) if cell >= 6 else cell


def window_mark(sketch: Sketch, box: Box, color: Color, width: float = 2.2) -> None:
    """Draw the frame of a window so that it stands out on any picture."""
    sketch.rect(box.x, box.y, box.width, box.height, None, (255, 255, 255), width + 2.4)
    sketch.rect(box.x, box.y, box.width, box.height, None, color, width)


def draw_source(
    sketch: Sketch,
    box: Box,
    document: Document,
    pixels: Pixels,
    axes: tuple[Axis, Axis],
    values: NDArray[Any] | None = None,
    *,
    trail: bool = True,
    channel: int = -1,
) -> Box:
    """Draw what is read, with padding hatched, what was visited tinted, and the window over it.

    Parameters
    ----------
    sketch : Sketch
    box : Box
        Where it may be at most; it starts at the top left.
    document : Document
    pixels : array (H, W, 3)
    axes : (Axis, Axis)
        Rows and columns of the window.
    values : array (H, W), optional
        Written into the cells where they are large enough.
    trail : bool
        Whether to tint what earlier positions have read.
    channel : int
        Which channel of several is drawn; −1 for the picture, or where there is only one.

    Returns
    -------
    Box
        Where the padded input lies.
    """
    rows, cols = axes
    cell = fit_cell(box, rows.padded, cols.padded)
    whole = Box(box.x, box.y, cell * cols.padded, cell * rows.padded)
    inner = Box(
        whole.x + cell * cols.before,
        whole.y + cell * rows.before,
        cell * cols.size,
        cell * rows.size,
    )
    color = sketch.theme.filter_color(document.cursor.filter)
    if whole != inner:
        sketch.rect(whole.x, whole.y, whole.width, whole.height, sketch.theme.panel)
        sketch.hatch(whole.x, whole.y, whole.width, whole.height)
        sketch.rect(whole.x, whole.y, whole.width, whole.height, None, sketch.theme.faint, 1)
    if values is not None and shows_numbers(cell, values):
        texts, ink = digits.cell_texts(values, cell_letters(cell)), inks(pixels, sketch.theme)
        sketch.cells(inner.x, inner.y, cell, pixels, texts, ink, number_size(cell, texts))
    else:
        sketch.raster(inner.x, inner.y, inner.width, inner.height, pixels, smooth=cell < 1)
    sketch.rect(inner.x, inner.y, inner.width, inner.height, None, sketch.theme.line)
    place = (inner.x, inner.y, inner.width, inner.height)
    if trail and document.walk is not None:
        draw_trail(sketch, place, document.cursor, axes, color)
    draw_unread(sketch, place, axes)
    sketch.area(
        Area(
            "input",
            whole.x,
            whole.y,
            whole.width,
            whole.height,
            rows.padded,
            cols.padded,
            -rows.before,
            -cols.before,
            document.cursor.layer - 1,
            channel,
        )
    )
    return whole


def window_box(whole: Box, axes: tuple[Axis, Axis], cursor: Cursor) -> Box:
    """Return where the window at the cursor lies on a padded input drawn at `whole`."""
    rows, cols = axes
    cell = whole.width / cols.padded
    return Box(
        whole.x + cell * (cols.start(cursor.col) + cols.before),
        whole.y + cell * (rows.start(cursor.row) + rows.before),
        cell * cols.extent,
        cell * rows.extent,
    )


def draw_window(sketch: Sketch, whole: Box, axes: tuple[Axis, Axis], cursor: Cursor) -> Box:
    """Draw the window at the cursor, and its taps where dilation leaves gaps; return its box."""
    rows, cols = axes
    box = window_box(whole, axes, cursor)
    color = sketch.theme.filter_color(cursor.filter)
    if rows.dilation > 1 or cols.dilation > 1:
        cell = whole.width / cols.padded
        for i in range(rows.kernel):
            for j in range(cols.kernel):
                x, y = box.x + cell * j * cols.dilation, box.y + cell * i * rows.dilation
                sketch.rect(x, y, cell, cell, (*color[:3], 110), color, 1)
    window_mark(sketch, box, color)
    return box


def draw_output(
    sketch: Sketch,
    box: Box,
    document: Document,
    values: NDArray[Any],
    top: float,
    pixels: Pixels | None = None,
) -> Box:
    """Draw one map as far as the cursor has written it; the rest says that it waits.

    Parameters
    ----------
    values : array (H, W)
        The whole map.
    top : float
        The value at the end of the colour scale.
    pixels : array (H, W, 3), optional
        Its colours, if they are known already.

    Returns
    -------
    Box
        Where the map lies.
    """
    cursor = document.cursor
    rows, cols = values.shape
    cell = fit_cell(box, rows, cols)
    place = Box(box.x, box.y, cell * cols, cell * rows)
    if pixels is None:
        pixels = signed_pixels(values, top, sketch.theme)
    current = cursor.row * cols + cursor.col
    written = document.inside is Inside.WRITE
    draw_filling(sketch, place.x, place.y, cell, values, pixels, current, written=written)
    sketch.area(
        Area(
            "output",
            place.x,
            place.y,
            place.width,
            place.height,
            rows,
            cols,
            layer=cursor.layer,
            filter=cursor.filter,
        )
    )
    return place
