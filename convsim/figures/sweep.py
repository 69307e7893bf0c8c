"""How a window sweeps over its input: all its positions, what a stride skips, what does not fit."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from convsim.core.formula import Term, number_text, product
from convsim.core.geometry import make_axis, reads_map
from convsim.core.layers import WindowLayer
from convsim.core.step import Cursor
from convsim.figures.captions import footnote, heading, paragraph, paragraph_height, sizes_of
from convsim.figures.hint import hint
from convsim.figures.parts import Box, layer_title, shape_text
from convsim.figures.scene import Color, Scene
from convsim.figures.sketch import Sketch
from convsim.figures.sweep_positions import (
    MOST_MINIATURES,
    draw_miniatures,
    draw_output,
    draw_staircase,
)
from convsim.figures.sweep_reads import Sweep, draw_legend, draw_reads
from convsim.figures.what import moves, pair_text, window_place

if TYPE_CHECKING:
    from convsim.core.place import Place
    from convsim.core.trace import Trace
    from convsim.document.document import Document
    from convsim.figures.page import Page

Lines = list[tuple[str, Color]]
"""Lines of a card, each with its colour; the first is its heading."""


def sweep(document: Document, trace: Trace, page: Page) -> Scene:
    """Return the positions of the window of the layer that is looked at; needs no activations."""
    del trace
    place = window_place(document)
    if place is None:
        return hint(Sketch(page).say("no_window"), page)
    return _scene(document, place, page)


def sweep_instead(document: Document, trace: Trace, page: Page) -> Scene:
    """Return the sweep in place of a figure that a layer without values cannot have, and say so."""
    del trace
    bad, sketch = document.network.bad_place, Sketch(page)
    here = layer_title(document.layer, page.labels)
    if bad is None or bad.index == document.cursor.layer:
        note = sketch.say("instead", name=here)
    else:
        note = sketch.say("instead_waiting", name=here, bad=layer_title(bad.layer, page.labels))
    place = window_place(document) if bad is None else bad
    if place is None or not isinstance(place.layer, WindowLayer):
        return hint(note.partition(". ")[0] + ".", page)
    return _scene(document, place, page, note)


def sweep_drawings(document: Document, page: Page) -> Scene | None:
    """Return the drawings of the sweep alone, for where the rest is said beside them.

    None if the layer that does not fit has no window.
    """
    place = document.network.bad_place
    if place is None or not isinstance(place.layer, WindowLayer):
        return None
    return _scene(document, place, page, cards=False)


def _scene(
    document: Document, place: Place, page: Page, note: str = "", *, cards: bool = True
) -> Scene:
    sketch = Sketch(page)
    layer = place.layer
    assert isinstance(layer, WindowLayer)
    assert place.input_shape is not None
    rows, cols = layer.axes(place.input_shape)
    cursor = document.cursor if document.cursor.layer == place.index else Cursor(place.index)
    state = Sweep(rows, cols, cursor, place.output_shape is not None)
    name = layer_title(layer, page.labels)
    title = sketch.say(
        "sweep_title" if place.output_shape is not None else "sweep_title_bad",
        name=name,
        kernel=shape_text(layer.kernel),
        moves=moves(sketch, layer),
        size=shape_text(place.input_shape[:2]),
    )
    box = heading(sketch, title)
    if note:
        size = sizes_of(page).body
        used = paragraph(sketch, box, note, size, sketch.theme.warn) + 6 - box.y
        box = Box(box.x, box.y + used, box.width, box.height - used)
    if layer.spacing != (1, 1):
        box = footnote(sketch, box, sketch.say("dilation_note"))
    panels = _panels(sketch, place, state)
    lines = _cards(sketch, place, layer, state) if cards else []
    if box.width > box.height * 1.35 or not cards:
        _in_a_row(sketch, box, panels, lines, state)
    else:
        _in_a_square(sketch, box, panels, lines, state)
    return sketch.scene(title)


Panel = tuple[str, Callable[[Box, float], float]]
"""A caption, and what draws below it: from a box and the side of a cell to where it ends."""


def _panels(sketch: Sketch, place: Place, state: Sweep) -> list[Panel]:
    rows, cols = state.rows, state.cols
    positions = rows.count * cols.count
    size = sizes_of(sketch.page).small
    reads = reads_map(rows, cols)

    def read(box: Box, cell: float) -> float:
        draw_reads(sketch, box, state, cell)
        y = box.y + cell * state.total(rows) + size * 1.2
        draw_legend(sketch, box.x, y, box.width, reads, size)
        return y + size * 0.6

    def stand(box: Box, cell: float) -> float:
        high = Box(box.x, box.y, box.width, min(box.height, cell * state.total(rows)))
        return (draw_miniatures if few else draw_staircase)(sketch, high, state).bottom

    few = positions <= MOST_MINIATURES
    key = "sweep_all" if few else "sweep_row"
    number = positions if few else cols.count
    more = (rows.count + state.extra(rows)) * (cols.count + state.extra(cols)) - positions
    if (not few and state.extra(cols)) or (few and more):
        key = f"{key}_bad" if number else "sweep_none"
    if few and number == 1:
        key = f"{key}_one"
    if place.output_shape is None:
        sides = (number_text(max(axis.quotient, Fraction(0))) for axis in (rows, cols))
        out = "sweep_no_output" if min(rows.span, cols.span) >= 0 else "sweep_nothing"
        last = sketch.say(out, size="×".join(sides))
    else:
        last = sketch.say("sweep_output", size=shape_text(place.output_shape[:2]))
    return [
        (sketch.say("sweep_reads", size=shape_text((rows.size, cols.size))), read),
        (sketch.say(key, n=f"{number:,}", more=more), stand),
        (last, lambda box, cell: draw_output(sketch, box, state, cell).bottom),
    ]


def _cards(sketch: Sketch, place: Place, layer: WindowLayer, state: Sweep) -> list[Lines]:
    return [
        _size_card(sketch, place, layer, state),
        _stride_card(sketch, layer, state),
        _reads_card(sketch, state),
    ]


def _size_card(sketch: Sketch, place: Place, layer: WindowLayer, state: Sweep) -> Lines:
    theme = sketch.theme
    lines: Lines = [(sketch.say("size_head"), theme.dim)]
    assert place.input_shape is not None
    high, wide = layer.size_formulas(place.input_shape)
    same = (high.tokens, high.result) == (wide.tokens, wide.result)
    pairs = [("", high)] if same else [("height_is", high), ("width_is", wide)]
    for key, formula in pairs:
        text = sketch.say(key, formula=formula) if key else str(formula)
        whole = state.fits or (formula.result.denominator == 1 and formula.result > 0)
        lines.append((text, theme.ink if whole else theme.warn))
    if state.fits:
        if not (state.rows.fits and state.cols.fits):
            lines.append((sketch.say("remainder_left"), theme.dim))
        return lines
    axis = next((a for a in (state.rows, state.cols) if not a.fits), None)
    if axis is None:
        # The window fits; groups that do not share out the channels are said elsewhere.
        return lines
    if axis.span < 0:
        lines.append((sketch.say("too_large"), theme.warn))
    else:
        lines[-1] = (f"{lines[-1][0]}, {sketch.say('not_whole')}", theme.warn)
    for key, values in (
        ("fit_strides", axis.fitting_strides()),
        ("fit_paddings", axis.fitting_paddings()),
        ("fit_kernels", axis.fitting_kernels()),
    ):
        if values:
            shown = ", ".join(map(str, values[:6])) + (", …" if len(values) > 6 else "")
            lines.append((sketch.say(key, n=shown), theme.ink))
    return lines


def _stride_card(sketch: Sketch, layer: WindowLayer, state: Sweep) -> Lines:
    theme = sketch.theme
    lines: Lines = [(sketch.say("stride_head"), theme.dim)]
    close = [
        make_axis(axis.size, axis.kernel, 1, layer.padding[i], axis.dilation, axis.policy)
        for i, axis in enumerate((state.rows, state.cols))
    ]
    for stride, axes in (((1, 1), close), (layer.stride, [state.rows, state.cols])):
        words = pair_text(stride)
        if axes[0].span < 0 or axes[1].span < 0 or (stride == layer.stride and not state.fits):
            line = (sketch.say("stride_bad", stride=words), theme.warn)
        else:
            formula = product("positions", Term("H", axes[0].count), Term("W", axes[1].count))
            key = "stride_position" if formula.result == 1 else "stride_positions"
            line = (sketch.say(key, stride=words, formula=formula), theme.ink)
        if line not in lines:
            lines.append(line)
    return lines


def _reads_card(sketch: Sketch, state: Sweep) -> Lines:
    theme = sketch.theme
    reads = reads_map(state.rows, state.cols)
    never, once = (int(np.count_nonzero(reads == n)) for n in (0, 1))
    total, most = f"{reads.size:,}", int(reads.max())
    lines: Lines = [(sketch.say("reads_head"), theme.dim)]
    if never:
        lines.append((sketch.say("reads_never", n=f"{never:,}", total=total), theme.warn))
    else:
        lines.append((sketch.say("reads_all", total=total), theme.ink))
    words = [sketch.say("reads_once", n=f"{once:,}")] if once else []
    if most > 1:
        words.append(sketch.say("reads_most", n=most))
    if words:
        lines.append((", ".join(words), theme.ink))
    return lines


def _card_height(sketch: Sketch, lines: Lines, room: float, body: float) -> float:
    small = sizes_of(sketch.page).small
    high = sum(paragraph_height(text, body, room) for text, _ in lines[1:])
    return paragraph_height(lines[0][0], small, room) + high


def _draw_card(sketch: Sketch, box: Box, lines: Lines, body: float) -> float:
    small, y = sizes_of(sketch.page).small, box.y
    for i, (text, color) in enumerate(lines):
        y = paragraph(sketch, Box(box.x, y, box.width, 0), text, body if i else small, color)
    return y


def _draw_panels(
    sketch: Sketch, boxes: list[Box], panels: list[Panel], cell: float, head: float
) -> float:
    """Draw each panel into its box, all with cells of one size; return where the last one ends."""
    size, ends = sizes_of(sketch.page).small, []
    for box, (caption, draw) in zip(boxes, panels, strict=True):
        paragraph(sketch, box, caption, size)
        ends.append(draw(Box(box.x, box.y + head, box.width, box.height - head), cell))
    return max(ends)


def _head(sketch: Sketch, boxes: list[Box], panels: list[Panel]) -> float:
    """Return the height of the highest caption, with the gap below it."""
    size = sizes_of(sketch.page).small
    pairs = zip(boxes, panels, strict=True)
    return max(paragraph_height(caption, size, box.width) for box, (caption, _) in pairs) + 5


def _in_a_row(
    sketch: Sketch, box: Box, panels: list[Panel], cards: list[Lines], state: Sweep
) -> None:
    """Three drawings side by side, each with a card below it."""
    gap = max(box.width * 0.035, 14.0)
    room = box.width - 2 * gap
    # Input and output share the size of their cells, so the room goes by what they have to show.
    wide = float(state.total(state.cols))
    last = max(
        room * float(state.shown(state.cols)) / (2 * wide + float(state.shown(state.cols))), 0
    )
    last = min(max(last, room * 0.25), room * 0.34)
    first = (room - last) / 2
    xs = (box.x, box.x + first + gap, box.right - last)
    columns = [Box(x, box.y, w, box.height) for x, w in zip(xs, (first, first, last), strict=True)]
    body = sizes_of(sketch.page).body
    pairs = zip(cards, columns, strict=False)
    heights = (_card_height(sketch, card, column.width, body) for card, column in pairs)
    below = max(heights, default=0.0)
    head = _head(sketch, columns, panels)
    legend = sizes_of(sketch.page).small * 1.9
    high = box.height - head - below - legend - 12
    cell = state.input_cell(Box(0, 0, first, high))
    shown = max(float(state.shown(state.cols)), 1.0)
    cell = min(cell, last / shown)
    drawn = [Box(b.x, b.y, b.width, head + high) for b in columns]
    y = _draw_panels(sketch, drawn, panels, cell, head) + 14
    for column, card in zip(columns, cards, strict=False):
        _draw_card(sketch, Box(column.x, y, column.width, below), card, body)


def _in_a_square(
    sketch: Sketch, box: Box, panels: list[Panel], cards: list[Lines], state: Sweep
) -> None:
    """Two drawings above, one below, and beside it the cards."""
    gap = 14.0
    room = (box.width - gap) / 2
    sizes, half = sizes_of(sketch.page), (box.height - gap) / 2
    needed, body = 0.0, sizes.body
    for body in (sizes.body, sizes.small):
        needed = sum(_card_height(sketch, card, room, body) + 5 for card in cards)
        if needed <= half:
            break
    high = box.height - gap - max(half, needed)
    right, low = box.x + room + gap, box.y + high + gap
    places = ((box.x, box.y), (right, box.y), (box.x, low))
    boxes = [Box(x, y, room, high) for x, y in places]
    head = _head(sketch, boxes, panels)
    legend = sizes_of(sketch.page).small * 1.9
    cell = state.input_cell(Box(0, 0, room, high - head - legend))
    _draw_panels(sketch, boxes, panels, cell, head)
    y = low
    for card in cards:
        y = _draw_card(sketch, Box(right, y, room, high), card, body) + 5
