"""Words for what does not fit: the sum with its numbers, what is lost, and what is offered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from convsim.core.errors import KernelTooLargeError
from convsim.core.geometry import Axis, Policy
from convsim.figures.labels import say
from convsim.figures.parts import shape_text
from convsim.ui.layer_words import field_title, value_text
from convsim.ui.offers import Offer, axes_of, bad_axes, short_formula, unread
from convsim.ui.words import figure_labels

if TYPE_CHECKING:
    from convsim.core.place import Place

translate = QCoreApplication.translate


def size_lines(place: Place) -> list[str]:
    """Return the size formulas that do not come out, one a line, with the user's numbers."""
    axes, bad = axes_of(place), bad_axes(place)
    if axes is None:
        return []
    names = (translate("offers", "Height"), translate("offers", "Width"))
    texts = [str(short_formula(axis, "size")) for axis in axes]
    if all(bad) and texts[0] == texts[1]:
        return [texts[0]]
    return [f"{name}: {text}" for name, text, wrong in zip(names, texts, bad, strict=True) if wrong]


def lost_sentence(place: Place) -> str:
    """Return which pixels no window would read if the rest were simply left out."""
    axes = axes_of(place)
    if axes is None or place.error is None or isinstance(place.error, KernelTooLargeError):
        return ""
    rows, cols = (len(unread(axis)) for axis in axes)
    if not rows and not cols:
        return translate("offers", "Left out, only zeros of the padding would never be read.")
    text = translate("offers", "Rounded down, {lost} of {height}×{width} would never be read.")
    return text.format(lost=_lines(rows, cols), height=axes[0].size, width=axes[1].size)


def offer_text(offer: Offer, place: Place) -> str:
    """Return what a button says beside the name of its row."""
    if offer.field == "input":
        return shape_text(offer.value[:2])
    if offer.field == "before":
        return say(figure_labels(), offer.value)
    if offer.field == "move":
        return translate("offers", "put it before Flatten")
    if offer.value == Policy.FLOOR:
        return _leave_out(place)
    if offer.value == Policy.SAME:
        return translate("offers", "add zeros (“same”)")
    return value_text(offer.field, offer.value)


def offer_name(offer: Offer, place: Place) -> str:
    """Return the whole change in words: stride 2."""
    if offer.field == "before":
        text = translate("offers", "put {layer} before it")
        return text.format(layer=offer_text(offer, place))
    if offer.field in ("policy", "move"):
        return offer_text(offer, place)
    if offer.field == "input":
        return translate("offers", "input {size}").format(size=offer_text(offer, place))
    return f"{field_title(offer.field).lower()} {offer_text(offer, place)}"


def _leave_out(place: Place) -> str:
    axes = axes_of(place)
    assert axes is not None
    rows, cols = (_last(axis) for axis in axes)
    if not rows and not cols:
        return translate("offers", "leave the last position out")
    if rows == cols == 1:
        return translate("offers", "leave the last row and column out")
    if rows and cols:
        text = translate("offers", "leave the last {rows} rows and {cols} columns out")
    elif rows:
        text = translate("offers", "leave the last {rows} rows out")
        text = translate("offers", "leave the last row out") if rows == 1 else text
    else:
        text = translate("offers", "leave the last {cols} columns out")
        text = translate("offers", "leave the last column out") if cols == 1 else text
    return text.format(rows=rows, cols=cols)


def _last(axis: Axis) -> int:
    """Return how many pixels at the end no window reads."""
    last = axis.taps(axis.count - 1)[-1] if axis.count else -1
    return max(axis.size - 1 - last, 0)


def _lines(rows: int, cols: int) -> str:
    parts = []
    if rows:
        text = translate("offers", "1 row") if rows == 1 else translate("offers", "{n} rows")
        parts.append(text.format(n=rows))
    if cols:
        text = translate("offers", "1 column") if cols == 1 else translate("offers", "{n} columns")
        parts.append(text.format(n=cols))
    return translate("offers", " and ").join(parts)
