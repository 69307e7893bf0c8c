"""Words for people, translated here and only here: labels of figures, sentences about a step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from convsim.core.step import (
    ConvFrame,
    DenseFrame,
    FlattenFrame,
    Frame,
    Inside,
    PointFrame,
    PoolFrame,
    SoftmaxFrame,
    Span,
)
from convsim.figures import digits
from convsim.figures.labels import ENGLISH, Labels
from convsim.figures.parts import layer_title, source_title

if TYPE_CHECKING:
    from convsim.document import Document


def tr(text: str) -> str:
    """Return a text in the reader's language."""
    return QCoreApplication.translate("words", text)


def figure_labels() -> Labels:
    """Return the words of figures in the reader's language."""
    return {key: QCoreApplication.translate("figures", text) for key, text in ENGLISH.items()}


def inside_names(kind: str = "conv") -> dict[Inside, str]:
    """Return the names of the inner steps of a kind of layer."""
    names = {
        Inside.PRODUCTS: tr("products"),
        Inside.CHANNEL_SUMS: tr("sums"),
        Inside.TOTAL: tr("total"),
        Inside.BIAS: tr("bias"),
        Inside.ACTIVATION: tr("ReLU"),
        Inside.WRITE: tr("write"),
    }
    own = {
        "maxpool": {Inside.PRODUCTS: tr("window"), Inside.TOTAL: tr("maximum")},
        "avgpool": {Inside.PRODUCTS: tr("window"), Inside.TOTAL: tr("sum")},
        "softmax": {Inside.PRODUCTS: tr("exponentials"), Inside.WRITE: tr("share")},
    }
    return {**names, **own.get(kind, {})}


def step_sentence(document: Document, frame: Frame, labels: Labels) -> str:
    """Return one sentence that says what this step does."""
    where = _where(document, labels)
    final = frame.value if frame.activation is None else frame.activation
    if isinstance(frame, ConvFrame):
        return f"{where}: {_conv(document, frame, labels, final)}"
    if isinstance(frame, PoolFrame):
        kind = tr("maximum") if frame.switch is not None else tr("mean")
        read = tr("reads {window} and writes their {kind}, {value}")
        return f"{where}: " + read.format(
            window=_window(frame.rows, frame.cols), kind=kind, value=_number(frame.value)
        )
    if isinstance(frame, PointFrame):
        text = tr("max(0, {source}) is {value}")
        filled = text.format(source=_number(frame.source), value=_number(frame.value))
        return f"{where}: {filled}"
    if isinstance(frame, DenseFrame):
        text = tr("adds up {n} products and the bias {bias}, and writes {value}")
        bias, value = _number(frame.bias), _number(final)
        return f"{where}: " + text.format(n=f"{frame.products.size:,}", bias=bias, value=value)
    if isinstance(frame, FlattenFrame):
        channel, row, col = frame.source
        text = tr("is the value {value} of map {n} at row {row}, column {col}")
        value = _number(frame.value)
        return f"{where}: " + text.format(value=value, n=channel + 1, row=row, col=col)
    assert isinstance(frame, SoftmaxFrame)
    text = tr("its share of all {n} exponentials is {value}")
    return f"{where}: " + text.format(n=frame.scores.size, value=_number(frame.value))


def _where(document: Document, labels: Labels) -> str:
    cursor, walk = document.cursor, document.walk
    name = layer_title(document.layer, labels)
    if walk is not None and not walk.is_map:
        return tr("{layer}, unit {n}").format(layer=name, n=cursor.filter + 1)
    text = tr("{layer}, filter {n} at row {row}, column {col}")
    return text.format(layer=name, n=cursor.filter + 1, row=cursor.row, col=cursor.col)


def _conv(document: Document, frame: ConvFrame, labels: Labels, final: float) -> str:
    source = source_title(document, labels)
    inside = document.inside
    if inside is Inside.PRODUCTS:
        text = tr("multiplies the {n} values under the window with the {n} weights of the filter")
        return text.format(n=frame.products.size)
    if inside is Inside.CHANNEL_SUMS:
        return tr("adds up the products of each of {n} channels").format(n=len(frame.channel_sums))
    if inside is Inside.TOTAL:
        return tr("all products together are {value}").format(value=_number(frame.total))
    if inside is Inside.BIAS:
        text = tr("with the bias {bias} that is {value}")
        return text.format(bias=_number(frame.bias), value=_number(frame.value))
    if inside is Inside.ACTIVATION:
        text = tr("ReLU makes {value} of {source}")
        return text.format(value=_number(final), source=_number(frame.value))
    text = tr("reads {window} of {source} and writes {value}")
    window = _window(frame.rows, frame.cols)
    return text.format(window=window, source=source, value=_number(final))


def _window(rows: Span, cols: Span) -> str:
    text = tr("rows {r0}–{r1}, columns {c0}–{c1}")
    if min(rows.first, cols.first) < 0:
        # A dash beside a minus could not be read.
        text = tr("rows {r0} to {r1}, columns {c0} to {c1}")
    return text.format(r0=_signed(rows.first), r1=rows.last, c0=_signed(cols.first), c1=cols.last)


def _signed(value: int) -> str:
    return f"−{-value}" if value < 0 else str(value)


def _number(value: float) -> str:
    return digits.text(value, digits.decimals_for([value]))
