"""What a step does, in one sentence for screen readers and notes, in the reader's language."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from convsim.core.layers import Activation, Dropout, LogSoftmax, ReLU
from convsim.core.step import (
    ConvFrame,
    DenseFrame,
    FlattenFrame,
    Frame,
    Inside,
    NormFrame,
    PointFrame,
    PoolFrame,
    ResidualFrame,
    SoftmaxFrame,
    Span,
    SpreadFrame,
)
from convsim.figures import digits
from convsim.figures.columns import unit_label
from convsim.figures.parts import layer_title, source_title
from convsim.ui.words import tr

if TYPE_CHECKING:
    from convsim.document import Document
    from convsim.figures.labels import Labels


def step_sentence(document: Document, frame: Frame, labels: Labels) -> str:
    """Return one sentence that says what this step does, and nothing that is still to be found."""
    inside = document.inside
    if inside is Inside.ACTIVATION and not isinstance(document.layer, Activation):
        said = _activated(document, frame, labels)
    else:
        said = SENTENCES[type(frame)](document, frame, labels)
        said += _then(document, frame, labels) if inside is Inside.WRITE else ""
    return f"{_where(document, frame, labels)}: {said}"


def _where(document: Document, frame: Frame, labels: Labels) -> str:
    cursor, shape = document.cursor, document.place.output_shape
    name, n = layer_title(document.layer, labels), cursor.filter + 1
    if shape is not None and len(shape) == 1:
        label = unit_label(document, cursor.layer, cursor.filter)
        text = tr("{layer}, unit {n} (class “{label}”)")
        if label == str(n):
            text = tr("{layer}, unit {n}")
        return text.format(layer=name, n=n, label=label)
    # Only a convolution has filters: a pool or a ReLU works on maps that others wrote.
    text = tr("{layer}, map {n} at row {row}, column {col}")
    if isinstance(frame, ConvFrame):
        text = tr("{layer}, filter {n} at row {row}, column {col}")
    return text.format(layer=name, n=n, row=cursor.row, col=cursor.col)


def _pool(document: Document, frame: PoolFrame, labels: Labels) -> str:
    if document.inside is Inside.PRODUCTS:
        return tr("reads {window}").format(window=_window(frame.rows, frame.cols))
    kind = tr("maximum") if frame.switch is not None else tr("mean")
    read = tr("reads {window} and writes their {kind}, {value}")
    window = _window(frame.rows, frame.cols)
    return read.format(window=window, kind=kind, value=_number(frame.value))


def _point(document: Document, frame: PointFrame, labels: Labels) -> str:
    source, value, layer = _number(frame.source), _number(frame.value), document.layer
    text = tr("{name} makes {value} of {source}")
    if isinstance(layer, Dropout):
        text = tr("{value} passes through; only training leaves values out")
    elif isinstance(layer, ReLU):
        text = tr("max(0, {source}) is {value}")
    return text.format(name=labels[layer.kind], source=source, value=value)


def _norm(document: Document, frame: NormFrame, labels: Labels) -> str:
    text = tr("{source} less {mean}, over {deviation}, times {scale}, plus {shift}, is {value}")
    if document.inside is Inside.CENTRE:
        text = tr("{source} less the mean {mean} is {centred}")
    elif document.inside is Inside.NORMALISE:
        text = tr("{centred} divided by {deviation}, the root of variance and ε, is {normal}")
    elif document.inside is Inside.SCALE:
        text = tr("{normal} times {scale}, plus {shift}, is {value}")
    return text.format(
        source=_number(frame.source),
        mean=_number(frame.mean),
        deviation=_number(frame.deviation),
        scale=_number(frame.scale),
        shift=_number(frame.shift),
        centred=_number(frame.centred),
        normal=_number(frame.normal),
        value=_number(frame.value),
    )


def _residual(document: Document, frame: ResidualFrame, labels: Labels) -> str:
    text = tr("{body} from the body and {skip} from before the block add up to {value}")
    body, skip = _number(frame.body), _number(frame.skip)
    return text.format(body=body, skip=skip, value=_number(frame.value))


def _dense(document: Document, frame: DenseFrame, labels: Labels) -> str:
    if document.inside in (Inside.TOTAL, Inside.BIAS):
        return _summed(document, frame)
    text = tr("adds up {n} products and the bias {bias}, and writes {value}")
    if document.inside is Inside.PRODUCTS:
        text = tr("multiplies the {n} values with the {n} weights of the unit")
    bias, value = _number(frame.bias), _number(frame.value)
    return text.format(n=f"{frame.products.size:,}", bias=bias, value=value)


def _flatten(document: Document, frame: FlattenFrame, labels: Labels) -> str:
    channel, row, col = frame.source
    text = tr("is the value {value} of map {n} at row {row}, column {col}")
    return text.format(value=_number(frame.value), n=channel + 1, row=row, col=col)


def _softmax(document: Document, frame: SoftmaxFrame, labels: Labels) -> str:
    if document.inside is Inside.PRODUCTS:
        text = tr("e to its score {score}, less the largest, {largest}, is {power}")
        score, power = float(frame.scores[frame.place]), float(frame.powers[frame.place])
        return text.format(
            score=_number(score), largest=_number(frame.largest), power=_number(power)
        )
    if document.inside is Inside.TOTAL:
        text = tr("all {n} exponentials together are {total}")
        return text.format(n=frame.scores.size, total=_number(float(frame.powers.sum())))
    text = tr("its share of all {n} exponentials is {value}")
    value = _number(frame.share)
    if isinstance(document.layer, LogSoftmax):
        text = tr("the natural logarithm of its share of all {n} exponentials is {value}")
        value = _number(frame.value)
    return text.format(n=frame.scores.size, value=value)


def _conv(document: Document, frame: ConvFrame, labels: Labels) -> str:
    source = source_title(document, labels)
    inside = document.inside
    if inside is Inside.PRODUCTS:
        text = tr("multiplies the {n} values under the window with the {n} weights of the filter")
        return text.format(n=frame.products.size)
    if inside is Inside.CHANNEL_SUMS:
        if len(frame.channel_sums) == 1:
            return tr("adds up the products of the one channel")
        return tr("adds up the products of each of {n} channels").format(n=len(frame.channel_sums))
    if inside in (Inside.TOTAL, Inside.BIAS):
        return _summed(document, frame)
    text = tr("reads {window} of {source} and writes {value}")
    window = _window(frame.rows, frame.cols)
    return text.format(window=window, source=source, value=_number(frame.value))


def _summed(document: Document, frame: ConvFrame | DenseFrame) -> str:
    if document.inside is Inside.TOTAL:
        return tr("all products together are {value}").format(value=_number(frame.total))
    text = tr("with the bias {bias} that is {value}")
    return text.format(bias=_number(frame.bias), value=_number(frame.value))


def _activated(document: Document, frame: Frame, labels: Labels) -> str:
    name = labels[document.follower.kind] if document.follower is not None else ""
    text = tr("{name} makes {value} of {source}")
    return text.format(name=name, value=_number(_final(frame)), source=_number(frame.value))


def _then(document: Document, frame: Frame, labels: Labels) -> str:
    """Return what the activation behind the layer makes of the value, if it changes it."""
    if document.follower is None or frame.activation in (None, frame.value):
        return ""
    name = labels[document.follower.kind]
    return tr("; {name} makes {value} of it").format(name=name, value=_number(_final(frame)))


def _spread(document: Document, frame: SpreadFrame, labels: Labels) -> str:
    if not frame.products.size:
        return tr("no input value lands here: the bias {value} is left").format(
            value=_number(frame.value)
        )
    if document.inside is not Inside.WRITE:
        return _conv(document, frame, labels)
    text = tr("{window} of {source} land here, and write {value}")
    source = source_title(document, labels)
    return text.format(
        window=_window(frame.rows, frame.cols), source=source, value=_number(frame.value)
    )


def _final(frame: Frame) -> float:
    """Return the value after the activation that follows, if one does."""
    return frame.value if frame.activation is None else frame.activation


def _window(rows: Span, cols: Span) -> str:
    # A dash beside a minus could not be read.
    between = tr("{first} to {last}") if min(rows.first, cols.first) < 0 else tr("{first}–{last}")
    text = tr("rows {rows}, columns {cols}")
    return text.format(rows=_extent(rows, between), cols=_extent(cols, between))


def _extent(span: Span, between: str) -> str:
    """Return the first and the last pixel; where taps stand apart the second tells how far."""
    if len(span.taps) < 2 or span.taps.step == 1:
        return between.format(first=digits.text(span.first, 0), last=digits.text(span.last, 0))
    shown = [digits.text(tap, 0) for tap in span.taps]
    return ", ".join(shown) if len(shown) < 4 else f"{shown[0]}, {shown[1]} … {shown[-1]}"


def _number(value: float) -> str:
    return digits.text(value, digits.decimals_for([value]))


# Each function takes its own class of frame; the key says which.
SENTENCES: dict[type[Frame], Callable[[Document, Any, Labels], str]] = {
    ConvFrame: _conv,
    SpreadFrame: _spread,
    PoolFrame: _pool,
    PointFrame: _point,
    NormFrame: _norm,
    ResidualFrame: _residual,
    DenseFrame: _dense,
    FlattenFrame: _flatten,
    SoftmaxFrame: _softmax,
}
"""The sentence of each kind of frame, without where it stands."""
