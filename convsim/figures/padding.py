"""Why pictures are padded with zeros: sizes stay, and the edge can be seen."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from convsim.core.geometry import Axis, make_axis
from convsim.core.layers import Conv2d, WindowLayer
from convsim.core.step import Cursor
from convsim.figures.captions import footnote, heading, paragraph, paragraph_height, sizes_of
from convsim.figures.colors import inks, photo_pixels
from convsim.figures.digits import cell_texts
from convsim.figures.hint import hint
from convsim.figures.parts import Box, layer_title, shape_text, window_box, window_mark
from convsim.figures.scene import Area, Scene
from convsim.figures.shrinking import (
    Row,
    draw_row,
    keeping_axis,
    padding_text,
    rows_of,
    unit_of,
)
from convsim.figures.sketch import MIDDLE, Sketch
from convsim.figures.typography import text_width
from convsim.figures.what import window_place

if TYPE_CHECKING:
    from convsim.core.place import Place
    from convsim.core.trace import Trace
    from convsim.document.document import Document
    from convsim.figures.page import Page

USUAL = (3, 5, 7)
"""Kernels of the rule that everybody learns."""
SMALL = 14
"""Up to so many padded pixels a side, every one is drawn with its number."""


def padding(document: Document, trace: Trace, page: Page) -> Scene:
    """Return what padding does to the layer that is looked at; needs no activations."""
    del trace
    sketch = Sketch(page)
    place = _place(document)
    if place is None:
        return hint(sketch.say("no_window"), page)
    layer = place.layer
    assert isinstance(layer, WindowLayer)
    assert place.input_shape is not None
    axes = layer.axes(place.input_shape)
    title = sketch.say("padding_title", kernel=shape_text(layer.kernel))
    box = heading(sketch, title)
    note = sketch.say("padding_why")
    if layer.spacing != (1, 1):
        note += " " + sketch.say("dilation_note")
    box = footnote(sketch, box, note)
    box = _draw_rule(sketch, box, axes[0])
    beside = box.width > box.height * 1.75
    if beside:
        gap = max(box.width * 0.04, 16.0)
        right = min(box.width * 0.32, box.height)
        left = Box(box.x, box.y, box.width - right - gap, box.height)
        grid = Box(box.right - right, box.y, right, box.height)
    else:
        upper = box.height * (0.56 if box.height > 300 else 0.68)
        left = Box(box.x, box.y, box.width, upper)
        grid = Box(box.x, box.y + upper + 6, box.width, box.height - upper - 6)
    _draw_rows(sketch, left, document, place, rows_of(axes))
    _draw_input(sketch, grid, document, place, axes, below=beside)
    return sketch.scene(title)


def _place(document: Document) -> Place | None:
    """Return the convolution that is looked at, or whatever has a window if there is none."""
    place = window_place(document)
    if place is None or isinstance(place.layer, Conv2d):
        return place
    convs = [
        p
        for p in document.network.places
        if isinstance(p.layer, Conv2d) and p.input_shape and len(p.input_shape) == 3
    ]
    before = [p for p in convs if p.index <= document.cursor.layer]
    return before[-1] if before else next(iter(convs), place)


def _draw_rule(sketch: Sketch, box: Box, axis: Axis) -> Box:
    """Write which padding keeps the size at the foot of the box; return what is left above."""
    theme, size = sketch.theme, sizes_of(sketch.page)
    kernels = sorted({*USUAL, axis.extent})
    text = sketch.say("padding_rule")
    pairs: list[tuple[str, bool]] = []
    for kernel in kernels:
        kept = keeping_axis(make_axis(kernel, kernel))
        pairs.append((f"{kernel} → {padding_text(kept)}", kernel == axis.extent))
    chips = [text_width(pair, size.body, bold=True) + size.body * 1.3 for pair, _ in pairs]
    inline = text_width(text, size.body) + 14 + sum(chips) + 8 * len(chips) <= box.width
    lines = paragraph_height(text, size.body, box.width)
    even = axis.extent % 2 == 0
    chip_high = size.body * 1.7
    high = (chip_high if inline else lines + chip_high + 4) + (size.small * 1.5 if even else 0)
    y = box.bottom - high
    if inline:
        sketch.text(box.x, y + chip_high / 2, text, size.body)
        x = box.x + text_width(text, size.body) + 14
    else:
        y = paragraph(sketch, Box(box.x, y, box.width, 0), text, size.body, theme.ink) + 4
        x = box.x
    for (pair, chosen), wide in zip(pairs, chips, strict=True):
        fill, line = (theme.accent_soft, theme.accent) if chosen else (theme.panel, theme.line)
        sketch.rect(x, y, wide, chip_high, fill, line, 1, chip_high / 2)
        ink = theme.accent if chosen else theme.ink
        sketch.text(x + wide / 2, y + chip_high / 2, pair, size.body, ink, MIDDLE, bold=chosen)
        x += wide + 8
    if even:
        note = sketch.say("padding_even")
        sketch.text(box.x, box.bottom - size.small * 0.6, note, size.small, theme.dim)
    return Box(box.x, box.y, box.width, box.height - high - 12)


def _draw_rows(
    sketch: Sketch, box: Box, document: Document, place: Place, rows: tuple[Row, Row]
) -> None:
    theme, size = sketch.theme, sizes_of(sketch.page)
    colored = place.index == 0 and document.image.shape[2] in (1, 3)
    picture = photo_pixels(document.image) if colored else None
    heads = (
        sketch.say("without_padding"),
        sketch.say("with_padding", n=padding_text(rows[1].axes[0])),
    )
    gap = 12.0
    high = (box.height - gap) / 2
    drawings: list[Box] = []
    for i, (row, head) in enumerate(zip(rows, heads, strict=True)):
        y = box.y + i * (high + gap)
        sketch.text(box.x, y + size.body * 0.7, head, size.body, bold=True)
        formula = f"{sketch.say('each_layer')} {row.axes[0].formula('height')}"
        start = box.x + text_width(head, size.body, bold=True) + size.body
        if start + text_width(formula, size.small) <= box.right:
            sketch.text(start, y + size.body * 0.7, formula, size.small, theme.dim)
            top = y + size.body * 1.4 + 6
        else:
            room = Box(box.x, y + size.body * 1.4, box.width, 0)
            top = paragraph(sketch, room, formula, size.small) + 4
        drawings.append(Box(box.x, top, box.width, y + high - top))
    # One scale for both rows, so that equal sizes look equal.
    scale = min(unit_of(b, row, size.body) for b, row in zip(drawings, rows, strict=True))
    for drawing, row in zip(drawings, rows, strict=True):
        draw_row(sketch, drawing, row, scale, size.body, picture)


def _draw_input(
    sketch: Sketch,
    box: Box,
    document: Document,
    place: Place,
    axes: tuple[Axis, Axis],
    *,
    below: bool,
) -> None:
    """Draw the input with its zeros around; with those that keep the size if the layer has none.

    `below` puts the words above and below the drawing, else they stand to its right.
    """
    theme, size = sketch.theme, sizes_of(sketch.page)
    name = layer_title(place.layer, sketch.page.labels)
    own = any(axis.before or axis.after for axis in axes)
    shown = axes if own else (keeping_axis(axes[0]), keeping_axis(axes[1]))
    key = "padded_input" if own else "padded_would"
    caption = sketch.say(key, name=name, n=padding_text(shown[0]))
    lines = [(sketch.say("this_layer", name=name, formula=axes[0].formula("height")), theme.ink)]
    if place.error is not None:
        lines[0] = (lines[0][0], theme.warn)
    if not own:
        axis = replace(shown[0], stride=axes[0].stride)
        with_it = sketch.say(
            "this_layer",
            name=sketch.say("with_padding", n=padding_text(axis)),
            formula=axis.formula("height"),
        )
        # The zeros that keep the size at stride 1 may leave a remainder at the layer's own.
        lines.append(
            (with_it, theme.ink)
            if axis.fits
            else (f"{with_it}, {sketch.say('not_whole')}", theme.warn)
        )
    cursor = Cursor(place.index)
    if own and document.cursor.layer == place.index:
        cursor = document.cursor
    if below:
        y = paragraph(sketch, box, caption, size.small) + 5
        foot = sum(paragraph_height(text, size.small, box.width) for text, _ in lines)
        room = Box(box.x, y, box.width, box.bottom - y - foot - 6)
        whole = _draw_padded(sketch, room, document, place, shown, cursor)
        y = whole.bottom + 6
        for text, ink in lines:
            y = paragraph(sketch, Box(box.x, y, box.width, 0), text, size.small, ink)
        return
    whole = _draw_padded(
        sketch, Box(box.x, box.y, box.width * 0.6, box.height), document, place, shown, cursor
    )
    x = whole.right + 16
    y = paragraph(sketch, Box(x, box.y, box.right - x, 0), caption, size.small) + 6
    for text, ink in lines:
        y = paragraph(sketch, Box(x, y, box.right - x, 0), text, size.small, ink)


def _draw_padded(
    sketch: Sketch,
    room: Box,
    document: Document,
    place: Place,
    axes: tuple[Axis, Axis],
    cursor: Cursor,
) -> Box:
    theme = sketch.theme
    rows, cols = axes
    cell = min(room.width / cols.padded, room.height / rows.padded)
    whole = Box(room.x, room.y, cell * cols.padded, cell * rows.padded)
    inner = Box(
        whole.x + cell * cols.before,
        whole.y + cell * rows.before,
        cell * cols.size,
        cell * rows.size,
    )
    sketch.rect(whole.x, whole.y, whole.width, whole.height, theme.panel)
    sketch.hatch(whole.x, whole.y, whole.width, whole.height)
    is_picture = place.index == 0 and document.image.shape[2] in (1, 3)
    pixels = photo_pixels(document.image)
    if not is_picture:
        pixels = np.empty((rows.size, cols.size, 3), np.uint8)
        pixels[:] = theme.zero[:3]
    if max(rows.padded, cols.padded) <= SMALL and cell >= 11:
        em = max(min(cell * 0.44, 12.0), 8.0)
        grey = is_picture and document.image.shape[2] == 1
        texts = cell_texts(document.image[..., 0], int(cell / (em * 0.62))) if grey else ()
        sketch.cells(
            inner.x, inner.y, cell, pixels, texts, inks(pixels, theme) if texts else (), em
        )
        _draw_zeros(sketch, whole, rows, cols, cell, em)
    else:
        smooth = pixels.shape[1] > inner.width
        sketch.raster(inner.x, inner.y, inner.width, inner.height, pixels, smooth=smooth)
    sketch.rect(inner.x, inner.y, inner.width, inner.height, None, theme.faint)
    sketch.rect(whole.x, whole.y, whole.width, whole.height, None, theme.faint)
    if min(rows.count, cols.count) > 0:
        mark = window_box(whole, axes, cursor)
        window_mark(sketch, mark, theme.filter_color(cursor.filter))
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
            place.index - 1,
        )
    )
    return whole


def _draw_zeros(sketch: Sketch, whole: Box, rows: Axis, cols: Axis, cell: float, em: float) -> None:
    """Write the zeros of the padding into their cells."""
    for row in range(-rows.before, rows.size + rows.after):
        for col in range(-cols.before, cols.size + cols.after):
            if 0 <= row < rows.size and 0 <= col < cols.size:
                continue
            x = whole.x + cell * (col + cols.before + 0.5)
            y = whole.y + cell * (row + rows.before + 0.5)
            sketch.text(x, y, "0", em, sketch.theme.dim, MIDDLE)
