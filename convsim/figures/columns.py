"""The places that every stage has: what is read, what is done with it, what is written."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from convsim.core.layers import Activation, Dense, Dropout, LogSoftmax, Softmax
from convsim.core.record import record
from convsim.core.step import Inside
from convsim.document.verdict import unfamiliar
from convsim.figures.parts import (
    Box,
    activation_after,
    draw_output,
    draw_source,
    map_pixels,
    scale_end,
    shape_text,
    source_pixels,
    source_shape,
    source_title,
    window_box,
    window_mark,
)
from convsim.figures.typography import fitted_size, text_width, wrapped

if TYPE_CHECKING:
    from convsim.core.geometry import Axis
    from convsim.core.trace import Trace
    from convsim.document.document import Document
    from convsim.figures.scene import Color
    from convsim.figures.sketch import Sketch

HEAD = 26.0
"""Room of a heading above what it names."""
WORDS = 84.0
"""Room of position, value and a note of two lines."""
HEADING = 12.5
READABLE = 11.0
LONGEST_NAME = 12
"""Letters of a class's name before a bar."""


@record
class Columns:
    """Three places; the words about the value lie below the output, or have a place themselves."""

    source: Box
    middle: Box
    output: Box
    words: Box | None


def columns(area: Box) -> Columns:
    """Return three columns, or two above one where the area is not wide enough."""
    if area.width >= 500 and area.width >= 1.25 * area.height:
        side = min(area.width * 0.36, max(area.height - HEAD - 20, 90.0))
        gap = max(20.0, area.width * 0.026)
        if area.height - side - HEAD - 20 > 0.26 * area.height:
            return _around(area, gap)
        last = min(area.width * 0.28, max(area.height - HEAD - WORDS, 120.0))
        middle = area.width - side - last - 2 * gap
        return Columns(
            Box(area.x, area.y, side, area.height),
            Box(area.x + side + gap, area.y, middle, area.height),
            Box(area.right - last, area.y, last, area.height),
            None,
        )
    upper = area.height * 0.54
    source, output, words = row_above(Box(area.x, area.y, area.width, upper))
    below = Box(area.x, area.y + upper + 12, area.width, area.height - upper - 12)
    return Columns(source, below, output, words)


def _around(area: Box, gap: float) -> Columns:
    """Return a large source on the left, and the others one above the other on the right."""
    side = min(area.width * 0.52, area.height - HEAD - 20)
    rest = Box(area.x + side + gap, area.y, area.width - side - gap, area.height)
    upper = area.height * 0.54
    low = Box(rest.x, area.y + upper + 12, rest.width, area.height - upper - 12)
    across = min(low.height - HEAD, low.width - 16 - 110)
    top = low.y + HEAD
    return Columns(
        Box(area.x, area.y, side, area.height),
        Box(rest.x, area.y, rest.width, upper),
        Box(low.x, low.y, across, low.height),
        Box(low.x + across + 16, top, low.width - across - 16, low.bottom - top),
    )


def row_above(area: Box) -> tuple[Box, Box, Box]:
    """Return places for two pictures of one size and for words, side by side."""
    side = min(area.height - HEAD, (area.width - 32 - 104) / 2)
    pitch = side + 16
    source = Box(area.x, area.y, side, area.height)
    output = Box(area.x + pitch, area.y, side, area.height)
    top = area.y + HEAD
    words = Box(area.x + 2 * pitch, top, area.width - 2 * pitch, area.bottom - top)
    return source, output, words


def predictions(document: Document, layer: int) -> bool:
    """Whether a layer shows the network's predictions.

    Those are what the last dense layer says; an activation, Dropout or Softmax after it only
    passes them on.
    """
    layers = document.network.layers
    first = len(layers)
    while first and isinstance(layers[first - 1], Activation | Dropout | Softmax | LogSoftmax):
        first -= 1
    passed_on = layers[first:]
    if first and isinstance(layers[first - 1], Dense):
        first -= 1
    elif not any(isinstance(one, Softmax | LogSoftmax) for one in passed_on):
        return False
    return layer >= first


def untrained_predictions(document: Document, layer: int) -> bool:
    """Whether a layer shows the network's predictions, and nothing has taught them to be right."""
    return not document.trained and predictions(document, layer)


def remark(document: Document, trace: Trace, layer: int) -> str:
    """Return the label of what is to be said of a layer's predictions; mostly empty."""
    if untrained_predictions(document, layer):
        return "untrained"
    return "no_class" if predictions(document, layer) and unfamiliar(document, trace) else ""


def unit_label(document: Document, layer: int, unit: int) -> str:
    """Return the name of a unit's class where predictions are shown, else its number from 1."""
    if unit < len(document.classes) and predictions(document, layer):
        name = document.classes[unit]
        return name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - 1] + "…"
    return str(unit + 1)


def after_words(sketch: Sketch, after: Activation) -> str:
    """Return "after ReLU", or whichever activation it is."""
    return sketch.say("after", name=sketch.say(after.kind))


def before_words(sketch: Sketch, after: Activation) -> str:
    """Return "before ReLU", or whichever activation follows."""
    return sketch.say("before", name=sketch.say(after.kind))


def heading(
    sketch: Sketch,
    box: Box,
    *titles: str,
    said: str = "",
    color: Color | None = None,
) -> None:
    """Write the first title that can be read in the box's width, with a remark after it.

    Parameters
    ----------
    said : str
        The label of the remark: ``untrained``, say.
    """
    word = sketch.say(said) if said else ""
    tail = 8 + text_width(word, HEADING, bold=True) if word else 0.0
    title, size = titles[-1], HEADING
    for title in titles:
        share = box.width / (text_width(title, HEADING) + tail)
        size = HEADING * min(share, 1.0)
        if size >= READABLE:
            break
    y = box.y + 10
    sketch.text(box.x, y, title, size, color or sketch.theme.dim, bold=color is not None)
    if word:
        x = box.x + text_width(title, size) + 8 * size / HEADING
        sketch.text(x, y, word, size, sketch.theme.warn, bold=True)


def draw_words(
    sketch: Sketch, box: Box, place: str, value: str, known: bool, notes: Sequence[str] = ()
) -> None:
    """Write where the value lies, the value itself, large, and what there is to say about it."""
    theme = sketch.theme
    ink = theme.ink if known else theme.faint
    sketch.text(box.x, box.y + 7, place, 12, theme.dim, room=box.width)
    if box.height < 50:
        x = box.x + text_width(place, 12) + 12
        sketch.text(x, box.y + 7, value if known else "…", 18, ink, bold=True, room=box.right - x)
        y = box.y + 28
    else:
        size = fitted_size(value, 25, box.width)
        sketch.text(box.x, box.y + 31, value if known else "…", size, ink, bold=True)
        y = box.y + 54
    for note in notes:
        lines = wrapped(note, 11, box.width)
        if y + 15 * (len(lines) - 1) + 5 > box.bottom:
            return
        for line in lines:
            sketch.text(box.x, y, line, 11, theme.dim, room=box.width)
            y += 15
        y += 4


def draw_source_column(
    sketch: Sketch, box: Box, document: Document, trace: Trace, axes: tuple[Axis, Axis]
) -> Box:
    """Draw the map that the cursor's channel is read from, with the window; return its place."""
    cursor, shape = document.cursor, source_shape(document)
    title = source_title(document, sketch.page.labels)
    heading(sketch, box, f"{title}  {shape_text(shape)}", title)
    many = shape[2] > 1
    picture = Box(box.x, box.y + HEAD, box.width, box.height - HEAD - (18 if many else 0))
    values = trace.input(cursor.layer)[cursor.filter]
    if cursor.layer == 0 and not many:
        pixels = source_pixels(document, trace, 0, sketch)
    else:
        pixels = map_pixels(trace, cursor.layer - 1, cursor.filter, sketch.theme)
    channel = cursor.filter if many else -1
    whole = draw_source(sketch, picture, document, pixels, axes, values, channel=channel)
    if many:
        text = sketch.say("channel_of", n=cursor.filter + 1, total=shape[2])
        sketch.text(box.x, whole.bottom + 12, text, 11, sketch.theme.dim, room=box.width)
    seen = window_box(whole, axes, cursor)
    # A window of one small pixel would be lost under its own frame.
    grow = max(0.0, (9.0 - seen.width) / 2), max(0.0, (9.0 - seen.height) / 2)
    mark = Box(
        seen.x - grow[0], seen.y - grow[1], seen.width + 2 * grow[0], seen.height + 2 * grow[1]
    )
    window_mark(sketch, mark, sketch.theme.filter_color(cursor.filter))
    return whole


def draw_map_column(
    sketch: Sketch,
    box: Box,
    document: Document,
    trace: Trace,
    value: str,
    notes: Sequence[str] = (),
    *,
    words: Box | None = None,
) -> Box:
    """Draw the map that is being filled, and the value that is written.

    Parameters
    ----------
    value : str
        As it is written; dots until the whole step is done.
    notes : sequence of str
    words : Box, optional
        Where the words stand if not below the map.

    Returns
    -------
    Box
        Where the map lies.
    """
    cursor = document.cursor
    after = activation_after(document)
    raw = trace.output(cursor.layer)[cursor.filter]
    title = sketch.say("map_of", n=cursor.filter + 1, total=trace.output(cursor.layer).shape[0])
    titles = (f"{title}, {after_words(sketch, after)}", title) if after else (title,)
    heading(sketch, box, *titles)
    below = 0.0 if words else WORDS
    picture = Box(box.x, box.y + HEAD, box.width, max(box.height - HEAD - below, 40.0))
    end = scale_end(trace, cursor.layer, after=after)
    pixels = map_pixels(trace, cursor.layer, cursor.filter, sketch.theme, after=after)
    values = after.curve(raw) if after else raw
    place = draw_output(sketch, picture, document, values, end, pixels)
    color = sketch.theme.filter_color(cursor.filter)
    sketch.rect(place.x, place.y, place.width, place.height, None, color, 1.6)
    if words is None:
        top = place.bottom + 9
        words = Box(box.x, top, box.width, box.bottom - top)
    where = sketch.say("row_col", row=cursor.row, col=cursor.col)
    if after and box.width / text_width(titles[0], HEADING) * HEADING < READABLE:
        where = f"{where}, {after_words(sketch, after)}"
    draw_words(sketch, words, where, value, document.inside is Inside.WRITE, notes)
    return place
