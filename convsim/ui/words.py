"""Words for people, translated here and only here: labels of figures, sentences about a step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from convsim.core.layers import (
    Activation,
    GlobalMaxPool,
    GlobalPool,
    LogSoftmax,
    MaxPool2d,
    Pool2d,
    Softmax,
)
from convsim.core.step import (
    Inside,
)
from convsim.figures.labels import ENGLISH, Labels
from convsim.figures.parts import layer_title

if TYPE_CHECKING:
    from convsim.core.layers import Layer
    from convsim.document import Document


def tr(text: str) -> str:
    """Return a text in the reader's language."""
    return QCoreApplication.translate("words", text)


def figure_labels() -> Labels:
    """Return the words of figures in the reader's language."""
    return {key: QCoreApplication.translate("figures", text) for key, text in ENGLISH.items()}


def title_of(layer: Layer) -> str:
    """Return what a layer is called everywhere: Conv 1 for ``conv1``."""
    return layer_title(layer, figure_labels())


def inside_names(document: Document, labels: Labels) -> dict[Inside, str]:
    """Return the names of the inner steps of the document's layer."""
    layer, follower = document.layer, document.follower
    names = {
        Inside.PRODUCTS: tr("products"),
        Inside.CHANNEL_SUMS: tr("sums"),
        Inside.TOTAL: tr("total"),
        Inside.BIAS: tr("bias"),
        Inside.CENTRE: tr("centre"),
        Inside.NORMALISE: tr("divide"),
        Inside.SCALE: tr("scale"),
        Inside.ACTIVATION: labels["relu"],
        Inside.WRITE: tr("write"),
    }
    if isinstance(layer, Pool2d | GlobalPool):
        largest = isinstance(layer, MaxPool2d | GlobalMaxPool)
        names[Inside.PRODUCTS] = tr("window")
        names[Inside.TOTAL] = tr("maximum") if largest else tr("sum")
    if isinstance(layer, Softmax | LogSoftmax):
        names[Inside.PRODUCTS] = tr("exponentials")
        names[Inside.WRITE] = tr("share") if isinstance(layer, Softmax) else tr("logarithm")
    curve = layer if isinstance(layer, Activation) else follower
    if isinstance(curve, Activation):
        names[Inside.ACTIVATION] = labels[curve.kind]
    return names
