"""One line of arithmetic under the stage: numbers in slots that do not jump, the current one lit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from convsim.core.step import Inside
from convsim.figures import digits
from convsim.figures.parts import Box
from convsim.figures.sketch import MIDDLE, Sketch
from convsim.figures.typography import text_width


@dataclass(frozen=True)
class Part:
    """One piece of the line; a value that is not `known` yet shows dots, an `active` one is lit."""

    text: str
    kind: Literal["note", "sign", "number", "value"]
    known: bool = True
    active: bool = False


def signed_terms(
    values: Sequence[float], decimals: int, known: bool, inside: Inside
) -> list[Part]:
    """Return a − b + c as parts, lit while the channel sums are what is worked out."""
    parts: list[Part] = []
    for i, value in enumerate(values):
        written = digits.text(value, decimals)
        if i:
            parts.append(Part("−" if written.startswith("−") else "+", "sign"))
            written = written.removeprefix("−")
        parts.append(Part(written, "number", known, inside is Inside.CHANNEL_SUMS))
    return parts


def draw_equation(
    sketch: Sketch, bar: Box, left: Sequence[Part], right: Sequence[Part] = ()
) -> None:
    """Draw the parts into the bar, the first ones from the left, the others to the right end."""
    theme = sketch.theme
    sketch.rect(bar.x, bar.y, bar.width, bar.height, theme.panel, theme.line, 1, 8)
    room = bar.width - 32
    parts = [*left, *right]
    size = 15.0
    total = sum(_slot(part, size) for part in parts) + (16 if right else 0)
    if total > room:
        size = max(size * room / total, 8.0)
    _draw(sketch, bar.x + 16, bar.middle[1], left, size)
    width = sum(_slot(part, size) for part in right)
    _draw(sketch, bar.right - 16 - width, bar.middle[1], right, size)


def _slot(part: Part, size: float) -> float:
    """Return the room of a part: numbers of one length always take the same."""
    if part.kind in ("number", "value"):
        widest = "−" + "0" * len(part.text.lstrip("−+").replace(".", "").replace(",", "")) + "."
        return text_width(widest, size, bold=part.kind == "value") + size * 0.5
    return text_width(part.text, size if part.kind == "sign" else size * 0.86) + size * 0.55


def _draw(sketch: Sketch, x: float, y: float, parts: Sequence[Part], size: float) -> None:
    theme = sketch.theme
    for part in parts:
        room = _slot(part, size)
        middle = x + room / 2
        if part.active:
            sketch.rect(
                x + 1, y - size * 0.85, room - 2, size * 1.7, theme.accent_soft, theme.accent, 1.2, 6
            )
        if part.kind == "note":
            sketch.text(middle, y, part.text, size * 0.86, theme.dim, MIDDLE)
        elif part.kind == "sign":
            sketch.text(middle, y, part.text, size, theme.dim, MIDDLE)
        elif not part.known:
            sketch.text(middle, y, "…", size, theme.faint, MIDDLE)
        else:
            ink = theme.accent if part.active else theme.ink
            bold = part.kind == "value"
            sketch.text(middle, y, part.text, size, ink, MIDDLE, bold=bold)
        x += room
