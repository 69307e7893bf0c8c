"""What stands on a layer's card below its name: its settings in a few words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from convsim.core.geometry import Policy
from convsim.core.layers import (
    ELU,
    GELU,
    AvgPool2d,
    BatchNorm2d,
    Conv2d,
    ConvTranspose2d,
    Dense,
    Dropout,
    Flatten,
    GlobalAvgPool,
    GlobalMaxPool,
    Layer,
    LeakyReLU,
    LogSoftmax,
    MaxPool2d,
    Pool2d,
    ReLU,
    Residual,
    Sigmoid,
    Softmax,
    Tanh,
)
from convsim.figures.what import pair_text, sides_text
from convsim.ui.words import tr


def layer_detail(layer: Layer) -> str:
    """Return in a few words what a layer does."""
    return DETAILS[type(layer)](layer)


def _conv(layer: Conv2d | ConvTranspose2d) -> str:
    same = isinstance(layer, Conv2d) and layer.policy is Policy.SAME
    padding = "same" if same else sides_text(layer.padding)
    size = f"{layer.kernel[0]}×{layer.kernel[1]}"
    text = tr("{n} of {k}, stride {s}, pad {p}").format(
        n=layer.filters, k=size, s=pair_text(layer.stride), p=padding
    )
    if layer.dilation != (1, 1):
        text += tr(", dilation {d}").format(d=pair_text(layer.dilation))
    if layer.groups > 1:
        text += tr(", {n} groups").format(n=layer.groups)
    return _glued(text)


def _pool(layer: Pool2d) -> str:
    size = f"{layer.kernel[0]}×{layer.kernel[1]}"
    padding = "same" if layer.policy is Policy.SAME else sides_text(layer.padding)
    text = tr("{k}, stride {s}, pad {p}").format(k=size, s=pair_text(layer.stride), p=padding)
    return _glued(text)


def _glued(text: str) -> str:
    """Return a text whose lines break at its commas only, so that no number stands alone."""
    return ", ".join(part.replace(" ", "\u00a0") for part in text.split(", "))


def _leaky(layer: LeakyReLU) -> str:
    return tr("x, or {slope}·x below 0").format(slope=_number(layer.slope))


def _elu(layer: ELU) -> str:
    return tr("x, or {alpha}·(eˣ − 1) below 0").format(alpha=_number(layer.alpha))


def _gelu(layer: GELU) -> str:
    return "x · Φ(x)" if layer.form == "exact" else tr("x · Φ(x), by tanh")


def _norm(layer: BatchNorm2d) -> str:
    return tr("mean 0, variance 1, scaled")


def _dropout(layer: Dropout) -> str:
    return tr("in training drops {rate}").format(rate=_number(layer.rate))


def _residual(layer: Residual) -> str:
    if layer.span == 1:
        return tr("+ input of 1 layer")
    return tr("+ input of {n} layers").format(n=layer.span)


def _dense(layer: Dense) -> str:
    return tr("{n} units, each reads everything").format(n=f"{layer.units:,}")


def _number(value: float) -> str:
    return f"{value:g}".replace("-", "−")


# Each function takes its own class of layer; the key says which.
DETAILS: dict[type[Layer], Callable[[Any], str]] = {
    Conv2d: _conv,
    ConvTranspose2d: _conv,
    ReLU: lambda layer: "max(0, x)",
    LeakyReLU: _leaky,
    ELU: _elu,
    Sigmoid: lambda layer: "1 / (1 + e⁻ˣ)",
    Tanh: lambda layer: "tanh x",
    GELU: _gelu,
    MaxPool2d: _pool,
    AvgPool2d: _pool,
    GlobalMaxPool: lambda layer: tr("the largest of each map"),
    GlobalAvgPool: lambda layer: tr("the mean of each map"),
    BatchNorm2d: _norm,
    Dropout: _dropout,
    Residual: _residual,
    Flatten: lambda layer: tr("all values in one row"),
    Dense: _dense,
    Softmax: lambda layer: tr("shares that sum to 1"),
    LogSoftmax: lambda layer: tr("logarithms of shares"),
}
"""The words of each kind of layer."""
