"""One line of arithmetic under the stage: numbers in fixed slots, the current one lit."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from convsim.core.record import record
from convsim.core.step import Inside
from convsim.figures import digits
from convsim.figures.sketch import MIDDLE, START, Sketch
from convsim.figures.typography import text_width

if TYPE_CHECKING:
    from convsim.core.step import Frame
    from convsim.document.document import Document
    from convsim.figures.parts import Box

SIZE = 15.0
"""Em height where there is room."""
SMALL = 11.0
"""Below this size the line is broken into two."""
PADDING = 16.0


@record
class Part:
    """One piece of the line; a value that is not `known` yet shows dots, an `active` one is lit.

    Notes explain, signs connect, numbers go in, terms are whole expressions, values come out.
    """

    text: str
    kind: Literal["note", "sign", "number", "term", "value"]
    known: bool = True
    active: bool = False


def signed_terms(values: Sequence[float], decimals: int, known: bool, inside: Inside) -> list[Part]:
    """Return a − b + c as parts, lit while the channel sums are what is worked out."""
    parts: list[Part] = []
    for i, value in enumerate(values):
        written = digits.text(value, decimals)
        if i:
            parts.append(Part("−" if written.startswith("−") else "+", "sign"))
            written = written.removeprefix("−")
        parts.append(Part(written, "number", known, inside is Inside.CHANNEL_SUMS))
    return parts


def value_part(value: float, decimals: int, inside: Inside, step: Inside) -> Part:
    """Return a result that is worked out, and lit, at one inner step."""
    return Part(digits.text(value, decimals), "value", inside >= step, inside is step)


def bias_parts(sketch: Sketch, document: Document, bias: float, decimals: int) -> list[Part]:
    """Return + bias, or that the layer has none: no zero that nobody could find."""
    if not getattr(document.layer, "bias", True):
        return [Part(sketch.say("no_bias"), "note")]
    return [
        Part("+ " + sketch.say("bias"), "note"),
        Part(digits.text(bias, decimals), "number"),
    ]


def after_parts(sketch: Sketch, document: Document, frame: Frame, decimals: int) -> list[Part]:
    """Return → ReLU → value, or nothing where no activation follows."""
    if frame.activation is None or document.follower is None:
        return []
    value = value_part(frame.activation, decimals, document.inside, Inside.ACTIVATION)
    name = sketch.say(document.follower.kind)
    return [Part("→", "sign"), Part(name, "note"), Part("→", "sign"), value]


def readable(width: float, parts: Sequence[Part]) -> bool:
    """Return whether the parts can be read on one line of a bar."""
    return _one_line(width, parts, ()) >= SMALL


def bar_height(width: float, left: Sequence[Part], right: Sequence[Part] = ()) -> float:
    """Return how tall the bar must be: one line, or two where one would be too small to read."""
    return 42.0 if not right or _one_line(width, left, right) >= SMALL else 66.0


def draw_equation(
    sketch: Sketch, bar: Box, left: Sequence[Part], right: Sequence[Part] = ()
) -> None:
    """Draw the parts into the bar, the first ones from the left, the others to the right end.

    Where that would be too small to read, the others go on a line of their own.
    """
    theme = sketch.theme
    sketch.rect(bar.x, bar.y, bar.width, bar.height, theme.panel, theme.line, 1, 8)
    x, middle = bar.x + PADDING, bar.middle[1]
    size = _one_line(bar.width, left, right)
    if not right or size >= SMALL:
        _draw(sketch, x, middle, left, size)
        _draw(sketch, bar.right - PADDING - _length(right, size), middle, right, size)
        return
    size = min(_fitting(bar.width, _length(line, SIZE)) for line in (left, right))
    _draw(sketch, x, middle - bar.height * 0.2, left, size)
    _draw(sketch, x, middle + bar.height * 0.2, right, size)


def _one_line(width: float, left: Sequence[Part], right: Sequence[Part]) -> float:
    return _fitting(width, _length(left, SIZE) + _length(right, SIZE) + (16 if right else 0))


def _fitting(width: float, length: float) -> float:
    """Return the size at which parts of this length at full size fit into a bar."""
    room = width - 2 * PADDING
    return SIZE if length <= room else max(SIZE * room / length, 8.0)


def _length(parts: Sequence[Part], size: float) -> float:
    return sum(_slot(part, size) for part in parts)


def _slot(part: Part, size: float) -> float:
    """Return the room of a part: numbers of one length always take the same."""
    if part.kind in ("number", "value"):
        text = part.text
        count = max(len(text.lstrip("−+")) - text.count(".") - text.count(","), 4)
        return _number_slot(count, size, part.kind == "value")
    full = part.kind != "note"
    return text_width(part.text, size if full else size * 0.86) + size * 0.55


@lru_cache(maxsize=256)
def _number_slot(digits: int, size: float, bold: bool) -> float:
    return text_width("−" + "0" * digits + ".", size, bold=bold) + size * 0.5


def _draw(sketch: Sketch, x: float, y: float, parts: Sequence[Part], size: float) -> None:
    theme = sketch.theme
    for part in parts:
        room = _slot(part, size)
        middle = x + room / 2
        if part.active:
            width, height = room - 2, size * 1.7
            sketch.rect(
                x + 1, y - height / 2, width, height, theme.accent_soft, theme.accent, 1.2, 6
            )
        ink = theme.accent if part.active else theme.ink
        if part.kind == "note":
            sketch.text(middle, y, part.text, size * 0.86, theme.dim, MIDDLE)
        elif part.kind == "sign":
            sketch.text(middle, y, part.text, size, theme.dim, MIDDLE)
        elif not part.known:
            sketch.text(middle, y, "…", size, theme.faint, MIDDLE)
        elif part.kind == "term":
            sketch.text(x + size * 0.275, y, part.text, size, ink, START)
        else:
            sketch.text(middle, y, part.text, size, ink, MIDDLE, bold=part.kind == "value")
        x += room
