"""The network as lectures draw it: every layer's output is a block, its sizes on the edges."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from convsim.core.layers import WindowLayer
from convsim.figures.blocks import draw_block, draw_ghost
from convsim.figures.captions import footnote, heading, paragraph, paragraph_height, sizes_of
from convsim.figures.chain import LINE, Chain, Slot, arrange, number_size, scale_of
from convsim.figures.colors import photo_pixels
from convsim.figures.nodes import nodes_of, solid
from convsim.figures.parts import Box, error_text, layer_title
from convsim.figures.scene import Area, Color, Scene
from convsim.figures.sketch import END, MIDDLE, START, Sketch
from convsim.figures.typography import text_width

if TYPE_CHECKING:
    from convsim.core.trace import Trace
    from convsim.document.document import Document
    from convsim.figures.page import Page


def volumes(document: Document, trace: Trace, page: Page) -> Scene:
    """Return the network as a row of blocks; needs no weights and no activations."""
    del trace
    sketch = Sketch(page)
    nodes = nodes_of(document.network)
    title = _title(sketch, document)
    box = heading(sketch, title)
    bad = document.network.bad_place
    if bad is not None and bad.error is not None:
        text = error_text(bad, page.labels)
        size = sizes_of(page).body
        high = paragraph_height(text, size, box.width)
        foot = Box(box.x, box.bottom - high, box.width, high)
        paragraph(sketch, foot, text, size, page.theme.warn)
        box = Box(box.x, box.y, box.width, box.height - high - 8)
    box = footnote(sketch, box, _note(sketch, document, exact=scale_of(nodes).exact))
    chain = arrange(sketch, nodes, box)
    for row, slots in enumerate(chain.rows):
        for slot in slots:
            _draw_slot(sketch, document, chain, slot)
        for before, after in itertools.pairwise(slots):
            _draw_link(sketch, document, chain, before, after)
        _draw_wrap(sketch, chain, row, box)
    return sketch.scene(title)


def _title(sketch: Sketch, document: Document) -> str:
    bad = document.network.bad_place
    if bad is None:
        return sketch.say("volumes_title")
    return sketch.say("volumes_title_bad", name=layer_title(bad.layer, sketch.page.labels))


def _note(sketch: Sketch, document: Document, *, exact: bool) -> str:
    note = sketch.say("volumes_note" if exact else "volumes_note_power")
    if any(
        isinstance(one, WindowLayer) and one.spacing != (1, 1) for one in document.network.layers
    ):
        note += " " + sketch.say("dilation_note")
    return note


def _draw_slot(sketch: Sketch, document: Document, chain: Chain, slot: Slot) -> None:
    theme, node, room = sketch.theme, slot.node, slot.room
    pad = min(chain.size * 0.5, 6.0)
    card = Box(room.x - pad, room.y - pad, room.width + 2 * pad, room.height + 2 * pad)
    chosen = node.index < 0 if document.view.on_input else node.holds(document.cursor.layer)
    if chosen:
        sketch.rect(card.x, card.y, card.width, card.height, theme.accent_soft, radius=8)
    sketch.area(Area("layer", card.x, card.y, card.width, card.height, layer=node.index))
    if node.shape is None:
        waits = node.place is not None and node.place.waiting
        draw_ghost(sketch, slot.block, theme.faint if waits else theme.warn)
    else:
        stroke = theme.accent if chosen else None
        # A picture of two or of more than three channels has no colours of its own.
        is_picture = node.place is None and node.shape[2] in (1, 3)
        picture = photo_pixels(document.image) if is_picture else None
        depth = node.shape[2] if len(node.shape) == 3 else 1
        draw_block(
            sketch,
            slot.block,
            slices=depth,
            stroke=stroke,
            stroke_width=1.6 if chosen else 1.0,
            picture=picture,
        )
        _draw_sizes(sketch, chain, slot)
    _draw_label(sketch, document, chain, slot)


def _draw_sizes(sketch: Sketch, chain: Chain, slot: Slot) -> None:
    """Write height, width and depth on the edges; of a vector only its length."""
    assert slot.node.shape is not None
    block, ink = slot.block, sketch.theme.dim
    size = number_size(chain.size)
    high, wide, deep = solid(slot.node.shape)
    x, y = block.x + block.width + block.run / 2 + 3, block.bottom - block.rise / 2 + size * 0.6
    sketch.text(x, y, f"{deep:,}", size, ink, START)
    if len(slot.node.shape) == 3:
        # Below the middle: lines from the window before arrive above it.
        sketch.text(block.x - 4, block.y + block.height * 0.72, f"{high:,}", size, ink, END)
        below = block.bottom + size * 0.75
        sketch.text(block.x + block.width / 2, below, f"{wide:,}", size, ink, MIDDLE)


def _draw_label(sketch: Sketch, document: Document, chain: Chain, slot: Slot) -> None:
    theme, size = sketch.theme, chain.size
    styles: dict[str, Color] = {
        "name": theme.ink,
        "part": theme.dim,
        "note": theme.dim,
        "size": theme.ink,
        "warn": theme.warn,
        "faint": theme.faint,
    }
    followers = iter(slot.node.followers)
    for i, words in enumerate(slot.lines):
        y = slot.label_top + (i + 0.5) * size * LINE
        widths = [text_width(text, size, bold=style == "name") for text, style in words]
        space = size * 0.25
        x = slot.room.middle[0] - (sum(widths) + space * (len(words) - 1)) / 2
        for (text, style), width in zip(words, widths, strict=True):
            ink, bold = styles[style], style == "name"
            if style == "part":
                place = next(followers)
                ink = theme.faint if place.waiting else ink
                if place.index == document.cursor.layer and not document.view.on_input:
                    ink = theme.accent
                high = size * LINE
                sketch.area(Area("layer", x, y - high / 2, width, high, layer=place.index))
            sketch.text(x, y, text, size, ink, bold=bold)
            x += width + space


def _draw_link(sketch: Sketch, document: Document, chain: Chain, before: Slot, after: Slot) -> None:
    """Join two blocks: a window and the cell that it makes, or an arrow."""
    place = after.node.place
    if place is None:
        return
    layer, a, b = place.layer, before.block, after.block
    theme = sketch.theme
    if isinstance(layer, WindowLayer) and place.input_shape and place.output_shape:
        rows, cols = layer.axes(place.input_shape)
        tap = a.width / cols.size
        seen = min(tap * cols.extent, a.height / rows.size * rows.extent)
        if seen >= 3 and min(a.width, a.height) >= 28 and b.x - a.right > 6:
            current = document.cursor.layer == place.index and not document.view.on_input
            row, col = int(rows.count * 0.34), int(cols.count * 0.5)
            if current:
                row, col = document.cursor.row, document.cursor.col
            window = _inside(
                Box(
                    a.x + cols.start(col) * tap,
                    a.y + rows.start(row) * a.height / rows.size,
                    cols.extent * tap,
                    rows.extent * a.height / rows.size,
                ),
                Box(a.x, a.y, a.width, a.height),
            )
            wide, high = b.width / cols.count, b.height / rows.count
            cell = Box(b.x + col * wide, b.y + row * high, wide, high)
            color = theme.accent if current else theme.dim
            _draw_pyramid(sketch, window, cell, color, on_picture=before.node.place is None)
            return
    y = (a.y + a.bottom) / 2
    start, end = _reach(chain, before) + 4, b.x - 4
    if place.output_shape and len(place.output_shape) == 3:
        end -= text_width(f"{place.output_shape[0]:,}", number_size(chain.size)) + 3
    middle, half = (start + end) / 2, min((end - start) / 2, 12.0)
    if half >= 3.5:
        ink = theme.faint if place.output_shape is None else theme.dim
        _arrow(sketch, middle - half, middle + half, y, ink)


def _reach(chain: Chain, slot: Slot) -> float:
    """Return how far a block and the number on its depth go to the right."""
    block, shape = slot.block, slot.node.shape
    if shape is None or len(shape) == 3:
        return block.right
    number = text_width(f"{shape[0]:,}", number_size(chain.size))
    return max(block.right, block.x + block.width + block.run / 2 + 3 + number)


def _inside(box: Box, frame: Box) -> Box:
    """Return the part of a box that lies in a frame: a window may begin in the padding."""
    x, y = max(box.x, frame.x), max(box.y, frame.y)
    return Box(x, y, min(box.right, frame.right) - x, min(box.bottom, frame.bottom) - y)


def _draw_pyramid(
    sketch: Sketch, window: Box, cell: Box, color: Color, *, on_picture: bool
) -> None:
    x, y = cell.middle
    tint: Color = (*color[:3], 26)
    corners = [
        (window.x, window.y),
        (window.right, window.y),
        (window.right, window.bottom),
        (window.x, window.bottom),
    ]
    sketch.polygon([corners[0], corners[1], (x, y), corners[2], corners[3]], tint)
    if on_picture:
        sketch.rect(window.x, window.y, window.width, window.height, None, (255, 255, 255), 2.6)
    for corner in corners:
        sketch.line(*corner, x, y, (*color[:3], 190), 0.8)
    sketch.rect(window.x, window.y, window.width, window.height, None, color, 1.4)
    side = max(min(cell.width, cell.height), 4.0)
    sketch.rect(x - side / 2, y - side / 2, side, side, color)


def _arrow(sketch: Sketch, x1: float, x2: float, y: float, color: Color) -> None:
    head = 5.0
    sketch.line(x1, y, x2 - head, y, color, 1.2)
    sketch.polygon([(x2 - head, y - 3.2), (x2, y), (x2 - head, y + 3.2)], color)


def _draw_wrap(sketch: Sketch, chain: Chain, row: int, box: Box) -> None:
    """Draw where a row goes on in the next one."""
    slots = chain.rows[row]
    size = chain.size
    if row + 1 < len(chain.rows):
        y = (slots[-1].block.y + slots[-1].block.bottom) / 2
        _arrow(sketch, box.right - size * 1.2, box.right, y, sketch.theme.dim)
    if row:
        y = (slots[0].block.y + slots[0].block.bottom) / 2
        _arrow(sketch, box.x, box.x + size * 1.2, y, sketch.theme.dim)
