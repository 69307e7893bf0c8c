"""The stage of batch norm: one value is centred, divided, scaled and shifted, in numbers."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from convsim.core.formula import plain_text
from convsim.core.step import Inside, NormFrame
from convsim.figures import digits
from convsim.figures.columns import HEAD
from convsim.figures.equation import Part, after_parts, value_part
from convsim.figures.sketch import END, MIDDLE, START
from convsim.figures.stage_point import draw_around
from convsim.figures.typography import text_width

if TYPE_CHECKING:
    from convsim.core.trace import Trace
    from convsim.document.document import Document
    from convsim.figures.parts import Box
    from convsim.figures.sketch import Sketch

ROW = 62.0
"""Largest height of a row of the card."""
TERMS, SIZE = 13.0, 15.0
"""Em heights of the terms and of what comes out."""


def draw_norm(
    sketch: Sketch, area: Box, document: Document, trace: Trace, frame: NormFrame
) -> None:
    """Draw the whole stage of batch norm into `area`."""
    decimals = norm_decimals(frame)
    parts = norm_parts(sketch, document, frame)
    where = draw_around(sketch, area, document, trace, frame, parts, decimals, ())
    _draw_card(sketch, where.middle, document, frame, decimals)


def norm_decimals(frame: NormFrame) -> int:
    """Return the decimals of all numbers of a frame."""
    return digits.decimals_for(
        [
            frame.source,
            frame.mean,
            frame.centred,
            frame.deviation,
            frame.normal,
            frame.scale,
            frame.shift,
            frame.value,
        ]
    )


def norm_parts(sketch: Sketch, document: Document, frame: NormFrame) -> list[Part]:
    """Return the line below: normalised · scale + shift = value."""
    decimals, inside = norm_decimals(frame), document.inside
    shift = digits.text(frame.shift, decimals)
    equals = _signs(frame, decimals)[2]
    return [
        value_part(frame.normal, decimals, inside, Inside.NORMALISE),
        Part("·", "sign"),
        Part(digits.text(frame.scale, decimals), "number"),
        Part("−" if shift.startswith("−") else "+", "sign"),
        Part(shift.removeprefix("−"), "number"),
        Part(equals, "sign"),
        value_part(frame.value, decimals, inside, Inside.SCALE),
        *after_parts(sketch, document, frame, decimals),
    ]


def _signs(frame: NormFrame, decimals: int) -> tuple[str, str, str]:
    """Return = or ≈ for each of the three parts: whether it holds for the numbers as written."""
    centred, normal, variance, scale, shift, value = (
        digits.rounded(number, decimals)
        for number in (
            frame.centred,
            frame.normal,
            frame.variance,
            frame.scale,
            frame.shift,
            frame.value,
        )
    )
    over = centred * centred == normal * normal * (variance + Decimal(repr(frame.eps)))
    return (
        digits.equals((frame.source, -frame.mean), frame.centred, decimals),
        "=" if over else "≈",
        "=" if normal * scale + shift == value else "≈",
    )


def _draw_card(
    sketch: Sketch, box: Box, document: Document, frame: NormFrame, decimals: int
) -> None:
    """Draw the three parts of the work as rows: what is done, its numbers, what comes out."""
    theme, inside = sketch.theme, document.inside

    def number(value: float) -> str:
        return digits.text(value, decimals)

    head = sketch.say("running", n=document.cursor.filter + 1)
    sketch.text(box.middle[0], box.y + 10, head, 12.5, theme.dim, MIDDLE, room=box.width)
    root = f"√({digits.text(frame.variance, decimals)} + {plain_text(frame.eps)})"
    signs = _signs(frame, decimals)
    rows = (
        (
            Inside.CENTRE,
            sketch.say("centred"),
            f"{number(frame.source)} − {_bracketed(number(frame.mean))}",
            frame.centred,
        ),
        (
            Inside.NORMALISE,
            sketch.say("normalised"),
            f"{number(frame.centred)} / {root}",
            frame.normal,
        ),
        (
            Inside.SCALE,
            sketch.say("scaled"),
            f"{number(frame.normal)} · {_bracketed(number(frame.scale))} + "
            f"{_bracketed(number(frame.shift))}",
            frame.value,
        ),
    )
    pitch = min((box.height - HEAD - 8) / (len(rows) + 1), ROW)
    width = min(box.width, 380.0)
    x, y = box.x + (box.width - width) / 2, box.y + HEAD
    high = pitch * len(rows)
    sketch.rect(x, y, width, high, theme.panel, theme.line, 1, 8)
    for i, (step, words, work, value) in enumerate(rows):
        top = y + i * pitch
        known, active = inside >= step, inside is step
        if active:
            sketch.rect(
                x + 3, top + 3, width - 6, pitch - 6, theme.accent_soft, theme.accent, 1.2, 6
            )
        elif i:
            sketch.line(x + 10, top, x + width - 10, top, theme.line)
        ink = theme.accent if active else theme.ink
        written = number(value) if known else "…"
        used = text_width(f"{signs[i]} {number(value)}", SIZE, bold=True) + 16
        # Side by side, or the number above its terms where the card is narrow.
        wide = text_width(work, TERMS) + used + 24 <= width
        terms = f"{work} {signs[i]}" if wide else work
        written = written if wide or not known else f"{signs[i]} {written}"
        middle = top + pitch * (0.68 if wide else 0.3)
        color = ink if known else theme.faint
        sketch.text(x + width - 12, middle, written, SIZE, color, END, bold=True)
        above = width - 24 - (0 if wide else used)
        sketch.text(x + 12, top + pitch * 0.3, words, 11, theme.dim, START, room=above)
        room = width - 24 - (used if wide else 0)
        sketch.text(x + 12, top + pitch * 0.68, terms, TERMS, theme.ink, START, room=room)
    facts = (
        ("mean_is", frame.mean),
        ("variance_is", frame.variance),
        ("scale_is", frame.scale),
        ("shift_is", frame.shift),
    )
    side = width / len(facts)
    for i, (key, value) in enumerate(facts):
        middle = x + (i + 0.5) * side
        sketch.text(middle, y + high + 16, sketch.say(key), 11, theme.dim, MIDDLE, room=side - 4)
        sketch.text(middle, y + high + 34, number(value), 13, theme.ink, MIDDLE, room=side - 4)


def _bracketed(written: str) -> str:
    return f"({written})" if written.startswith("−") else written
