"""The stage of Softmax: scores become exponentials, and each exponential its share of their sum."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np

from convsim.core.layers import LogSoftmax
from convsim.core.step import Inside, SoftmaxFrame
from convsim.figures import digits
from convsim.figures.bars import LOWEST, Bar, draw_bars, row_height
from convsim.figures.columns import HEAD, heading, remark, unit_label
from convsim.figures.equation import Part, after_parts, bar_height, draw_equation, value_part
from convsim.figures.parts import Box, source_title

if TYPE_CHECKING:
    from convsim.core.trace import Trace
    from convsim.document.document import Document
    from convsim.figures.sketch import Sketch

TOP = 10
"""Of many classes so many are shown, and the chosen one."""
DECIMALS = 3


def draw_softmax(
    sketch: Sketch, area: Box, document: Document, trace: Trace, frame: SoftmaxFrame
) -> None:
    """Draw the whole stage of Softmax into `area`: three columns of bars, row by row."""
    left, right = softmax_parts(sketch, document, frame)
    high = bar_height(area.width, left, right)
    body = Box(area.x, area.y, area.width, area.height - high - 12)
    gap = max(14.0, area.width * 0.03)
    width = (body.width - 2 * gap) / 3
    boxes = [
        Box(body.x + i * (width + gap), body.y + HEAD, width, body.height - HEAD) for i in range(3)
    ]
    shown, rest = shown_classes(frame, boxes[0].height)
    _draw_heads(sketch, boxes, document, trace)
    rows = len(shown) + (2 if rest else 1)
    pitch = row_height(boxes[0], rows)
    boxes = [Box(box.x, box.y, box.width, pitch * rows) for box in boxes]
    _draw_scores(sketch, boxes[0], document, frame, shown, rest)
    _draw_powers(sketch, boxes[1], document, frame, shown, rest)
    _draw_shares(sketch, boxes[2], document, frame, shown, rest)
    draw_equation(sketch, Box(area.x, area.bottom - high, area.width, high), left, right)


def shown_classes(frame: SoftmaxFrame, height: float) -> tuple[list[int], int]:
    """Return the classes that have a row, and how many have none.

    All in their order if there is room; else the ones with the highest scores, best first, and
    the chosen one.
    """
    count, room = frame.scores.size, int(height / LOWEST)
    if count <= min(room - 1, 2 * TOP):
        return list(range(count)), 0
    best = np.argsort(-frame.scores, kind="stable")[: max(min(TOP, room - 3), 1)].tolist()
    if frame.place not in best:
        best.append(frame.place)
    return best, count - len(best)


def share_decimals(frame: SoftmaxFrame) -> int:
    """Return decimals that tell the largest shares apart."""
    best = float((frame.powers / frame.powers.sum()).max())
    return DECIMALS if best >= 0.1 else 4 if best >= 0.01 else 5


def softmax_parts(
    sketch: Sketch, document: Document, frame: SoftmaxFrame
) -> tuple[list[Part], list[Part]]:
    """Return the line below: e^(score − max) = power, and power / Σ = share."""
    inside, places = document.inside, share_decimals(frame)
    score, power = float(frame.scores[frame.place]), float(frame.powers[frame.place])
    total = float(frame.powers.sum())
    top = digits.text(abs(frame.largest), DECIMALS)
    sign = "+" if frame.largest < 0 else "−"
    left = [
        Part(f"e^({digits.text(score, DECIMALS)} {sign} {top})", "term"),
        Part("=" if score == frame.largest else "≈", "sign"),
        value_part(power, DECIMALS, inside, Inside.PRODUCTS),
    ]
    written = digits.rounded(total, DECIMALS)
    exact = digits.rounded(power, DECIMALS) / written if written else Decimal(0)
    right = [
        Part(digits.text(power, DECIMALS), "number"),
        Part("/", "sign"),
        value_part(total, DECIMALS, inside, Inside.TOTAL),
        Part("=" if exact == digits.rounded(frame.share, places) else "≈", "sign"),
        Part(digits.text(frame.share, places), "value", inside > Inside.TOTAL),
        *_log_parts(sketch, document, frame),
        *after_parts(sketch, document, frame, places),
    ]
    return left, right


def _log_parts(sketch: Sketch, document: Document, frame: SoftmaxFrame) -> list[Part]:
    """Return what LogSoftmax does at last: the logarithm of the share."""
    if not isinstance(document.layer, LogSoftmax):
        return []
    value = Part(digits.text(frame.value, DECIMALS), "value", document.inside > Inside.TOTAL)
    return [Part("→", "sign"), Part(sketch.say("logarithm"), "note"), Part("→", "sign"), value]


def _draw_heads(sketch: Sketch, boxes: list[Box], document: Document, trace: Trace) -> None:
    source = source_title(document, sketch.page.labels)
    scores = sketch.say("scores")
    heads = (
        (f"{source}: {scores.lower()}", scores),
        (sketch.say("powers"),),
        (sketch.say("shares" if isinstance(document.layer, LogSoftmax) else "predictions"),),
    )
    said = remark(document, trace, document.cursor.layer)
    for i, (box, titles) in enumerate(zip(boxes, heads, strict=True)):
        above = Box(box.x, box.y - HEAD, box.width, HEAD)
        heading(sketch, above, *titles, said=said if i == 2 else "")


def _draw_scores(
    sketch: Sketch,
    box: Box,
    document: Document,
    frame: SoftmaxFrame,
    shown: list[int],
    rest: int,
) -> None:
    scores = [float(frame.scores[i]) for i in shown]
    bars = [
        Bar(
            unit_label(document, document.cursor.layer, i),
            v,
            digits.text(v, DECIMALS),
            chosen=i == frame.place,
        )
        for i, v in zip(shown, scores, strict=True)
    ]
    pitch = row_height(box, len(shown) + (2 if rest else 1))
    place = Box(box.x, box.y, box.width, pitch * len(shown))
    draw_bars(sketch, place, bars, min(scores), max(scores))
    if rest:
        text = sketch.say("more_classes", n=f"{rest:,}")
        y = place.bottom + pitch / 2
        sketch.text(box.x + 6, y, text, 11, sketch.theme.dim, room=box.width - 12)


def _draw_powers(
    sketch: Sketch,
    box: Box,
    document: Document,
    frame: SoftmaxFrame,
    shown: list[int],
    rest: int,
) -> None:
    inside, total = document.inside, float(frame.powers.sum())
    terms = [float(frame.powers[i]) for i in shown]
    bars = [
        Bar(
            "",
            v,
            digits.text(v, DECIMALS),
            chosen=i == frame.place,
            active=i == frame.place and inside is Inside.PRODUCTS,
        )
        for i, v in zip(shown, terms, strict=True)
    ]
    if rest:
        other = total - sum(terms)
        terms.append(other)
        bars.append(Bar("", 0.0, digits.text(other, DECIMALS)))
    sign = digits.equals(terms, total, DECIMALS)
    bars.append(
        Bar(
            "",
            0.0,
            f"Σ {sign} {digits.text(total, DECIMALS)}",
            known=inside >= Inside.TOTAL,
            active=inside is Inside.TOTAL,
        )
    )
    draw_bars(sketch, box, bars, 0.0, 1.0)


def _draw_shares(
    sketch: Sketch,
    box: Box,
    document: Document,
    frame: SoftmaxFrame,
    shown: list[int],
    rest: int,
) -> None:
    known, places = document.inside > Inside.TOTAL, share_decimals(frame)
    shares = frame.powers / frame.powers.sum()
    cursor = document.cursor
    walk = document.walk
    name = "output" if walk is not None and walk.is_map else "unit"
    terms = [float(shares[i]) for i in shown]
    bars = [
        Bar(
            unit_label(document, cursor.layer, i) if box.width >= 150 else "",
            v,
            digits.text(v, places),
            known,
            chosen=i == frame.place,
            area=name,
            unit=i,
        )
        for i, v in zip(shown, terms, strict=True)
    ]
    if rest:
        other = 1.0 - sum(terms)
        terms.append(other)
        bars.append(Bar("", 0.0, digits.text(other, places), known))
    sign = digits.equals(terms, 1.0, places)
    bars.append(Bar("", 0.0, f"Σ {sign} {digits.text(1.0, places)}", known))
    at = (cursor.row, cursor.col)
    draw_bars(sketch, box, bars, 0.0, float(shares.max()), layer=cursor.layer, at=at)
