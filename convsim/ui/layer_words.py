"""Words about layers and their settings, translated here: titles, hints, values, what is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from convsim.core.errors import ConvSimError, DoesNotFitError, KernelTooLargeError
from convsim.core.formula import number_text
from convsim.core.geometry import Policy
from convsim.core.layers import (
    Dense,
    WindowLayer,
)
from convsim.figures.parts import error_text, shape_text
from convsim.figures.what import sides_text
from convsim.ui.words import figure_labels

if TYPE_CHECKING:
    from convsim.core.place import Place

translate = QCoreApplication.translate


def kind_sentences() -> dict[str, str]:
    """Return what each kind of layer does, in one sentence."""
    return {
        "conv": translate("layers", "Each filter writes one map."),
        "convtranspose": translate("layers", "Each value is spread over the output by a filter."),
        "relu": translate("layers", "Negative values become zero."),
        "leakyrelu": translate("layers", "Negative values shrink, but stay."),
        "elu": translate("layers", "Negative values level off."),
        "sigmoid": translate("layers", "Every value becomes one between 0 and 1."),
        "tanh": translate("layers", "Every value becomes one between −1 and 1."),
        "gelu": translate("layers", "Small and negative values fade out smoothly."),
        "maxpool": translate("layers", "Keeps each window’s largest value."),
        "avgpool": translate("layers", "Keeps each window’s mean."),
        "globalmaxpool": translate("layers", "Keeps each map’s largest value."),
        "globalavgpool": translate("layers", "Keeps each map’s mean."),
        "batchnorm": translate("layers", "Gives each channel mean 0 and variance 1, then scales."),
        "dropout": translate("layers", "In training leaves out values at random."),
        "residual": translate("layers", "Adds what went into the layers before it."),
        "flatten": translate("layers", "Lays all maps out in one row."),
        "dense": translate("layers", "Every unit weighs every input value."),
        "softmax": translate("layers", "Makes shares that add up to 1."),
        "logsoftmax": translate("layers", "Makes natural logarithms of shares."),
    }


def kind_formulas() -> dict[str, str]:
    """Return the formula of each kind of layer, as the palette shows it."""
    window = "(N + 2·P − F)/S + 1"
    return {
        "conv": window,
        "relu": "max(0, x)",
        "maxpool": window,
        "avgpool": window,
        "flatten": "H·W·C",
        "dense": "Σ w·x + b",
        "softmax": "eˣ / Σ eˣ",
        "convtranspose": "(N − 1)·S − 2·P + F",
        "leakyrelu": "max(a·x, x)",
        "elu": "x, or a·(eˣ − 1)",
        "sigmoid": "1 / (1 + e⁻ˣ)",
        "tanh": "tanh x",
        "gelu": "x · Φ(x)",
        "globalmaxpool": "H×W → 1×1",
        "globalavgpool": "H×W → 1×1",
        "batchnorm": "γ·(x − μ)/√(σ² + ε) + β",
        "dropout": "x, or 0",
        "residual": "f(x) + x",
        "logsoftmax": "x − ln Σ eˣ",
    }


def block_words(name: str) -> tuple[str, str]:
    """Return the title of a block of layers and what it is for, in one sentence."""
    words = {
        "conv-relu-pool": (
            translate("layers", "Conv – ReLU – pool"),
            translate("layers", "Filters, then half the size: the step of every first network."),
        ),
        "residual": (
            translate("layers", "Residual block"),
            translate("layers", "Two convolutions whose result is added to what went in."),
        ),
    }
    return words[name]


def field_title(name: str) -> str:
    """Return the name of a setting."""
    titles = {
        "filters": translate("layers", "Filters"),
        "kernel": translate("layers", "Kernel"),
        "stride": translate("layers", "Stride"),
        "padding": translate("layers", "Padding"),
        "dilation": translate("layers", "Dilation"),
        "bias": translate("layers", "Bias"),
        "units": translate("layers", "Units"),
        "policy": translate("layers", "If it does not fit"),
        "groups": translate("layers", "Groups"),
        "output_padding": translate("layers", "Output padding"),
        "count_include_pad": translate("layers", "Count padding"),
        "slope": translate("layers", "Slope below 0"),
        "alpha": translate("layers", "Alpha"),
        "form": translate("layers", "Formula"),
        "momentum": translate("layers", "Momentum"),
        "eps": translate("layers", "Epsilon"),
        "rate": translate("layers", "Rate"),
        "span": translate("layers", "Layers in the body"),
    }
    return titles.get(name, name.replace("_", " ").capitalize())


def edit_title(name: str) -> str:
    """Return the name of a setting as edits mention it: Policy of conv1 strict → same."""
    return translate("layers", "Policy") if name == "policy" else field_title(name)


def field_hint(name: str) -> str:
    """Return one sentence about a setting, or an empty text."""
    hints = {
        "filters": translate("layers", "One activation map for each filter"),
        "kernel": translate("layers", "Rows × columns of the window; 3×5 can be typed too"),
        "stride": translate("layers", "Pixels from one position to the next"),
        "padding": translate("layers", "Zeros around the input, on each side"),
        "dilation": translate("layers", "Pixels from tap to tap; 1 means contiguous"),
        "bias": translate("layers", "A number of its own added by each filter or unit"),
        "units": translate("layers", "Values that come out"),
        "groups": translate("layers", "Channels are shared out to so many groups of filters"),
        "output_padding": translate("layers", "Pixels added at the bottom and right"),
        "count_include_pad": translate("layers", "Zeros of the padding count as values"),
        "slope": translate("layers", "What negative values are multiplied with"),
        "alpha": translate("layers", "Negative values level off at minus this"),
        "momentum": translate("layers", "Share of a new batch in the running statistics"),
        "eps": translate("layers", "Added to the variance, against a division by zero"),
        "rate": translate("layers", "Share of values left out in training"),
        "span": translate("layers", "How many layers before this one it bridges"),
    }
    return hints.get(name, "")


def choice_words(value: str) -> tuple[str, str]:
    """Return the name of a choice and what it means in one line."""
    words = {
        Policy.STRICT.value: (
            translate("layers", "strict"),
            translate("layers", "A remainder is an error."),
        ),
        Policy.FLOOR.value: (
            translate("layers", "floor"),
            translate("layers", "The last position is left out."),
        ),
        Policy.SAME.value: (
            translate("layers", "same"),
            translate("layers", "Zeros until ⌈N/S⌉ positions fit."),
        ),
        Policy.CEIL.value: (
            translate("layers", "ceil"),
            translate("layers", "The last window hangs over."),
        ),
        "exact": (
            translate("layers", "exact"),
            translate("layers", "x · Φ(x), by the error function."),
        ),
        "tanh": (
            translate("layers", "tanh"),
            translate("layers", "An approximation by tanh."),
        ),
    }
    return words.get(value, (value, ""))


def value_text(name: str, value: object) -> str:
    """Return a setting's value as people write it: 5×5 for a kernel, 2 for a stride of 2 and 2.

    Examples
    --------
    >>> value_text("kernel", (5, 5)), value_text("stride", (2, 2)), value_text("stride", (1, 2))
    ('5×5', '2', '1×2')
    """
    if name == "padding" and isinstance(value, tuple):
        return sides_text(value)
    if isinstance(value, float):
        return f"{value:g}".replace("-", "−")
    if isinstance(value, tuple):
        one = value[0] == value[1] and name != "kernel"
        return str(value[0]) if one else f"{value[0]}×{value[1]}"
    if isinstance(value, bool):
        return translate("layers", "on") if value else translate("layers", "off")
    return f"{value:,}" if isinstance(value, int) else choice_words(str(value))[0]


def same_padding(place: Place) -> str:
    """Return how many zeros "same" adds to a layer, or an empty text."""
    layer = place.layer
    shape = place.input_shape
    if not isinstance(layer, WindowLayer) or layer.policy is not Policy.SAME:
        return ""
    if shape is None or len(shape) != 3:
        return ""
    rows, cols = ((axis.before, axis.after) for axis in layer.axes(shape))
    if rows == cols:
        text = translate("layers", "“same” adds {before} before, {after} after")
        return text.format(before=rows[0], after=rows[1])
    text = translate("layers", "“same” adds {r0} + {r1} rows, {c0} + {c1} columns")
    return text.replace(" + ", "\u00a0+\u00a0").format(
        r0=rows[0], r1=rows[1], c0=cols[0], c1=cols[1]
    )


def error_sentence(place: Place) -> str:
    """Return why a layer does not fit, or an empty text."""
    error, layer, shape = place.error, place.layer, place.input_shape
    if error is None:
        return ""
    if isinstance(error, KernelTooLargeError):
        padded = error.size + error.before + error.after
        text = translate("layers", "The window of {kernel} is larger than the input of {size}.")
        if padded != error.size:
            text = translate(
                "layers", "The window of {kernel} is larger than the padded input of {size}."
            )
        return text.format(kernel=error.kernel, size=padded)
    if isinstance(error, DoesNotFitError):
        text = translate("layers", "{count} positions at stride {stride}: not a whole number.")
        return text.format(count=number_text(error.quotient), stride=error.stride)
    if isinstance(layer, Dense) and shape is not None and len(shape) == 3:
        text = translate(
            "layers",
            "It reads one row of values, but receives maps of {shape}: put Flatten before.",
        )
        return text.format(shape=shape_text(shape))
    if isinstance(layer, WindowLayer) and shape is not None and len(shape) == 1:
        text = translate(
            "layers",
            "It slides over maps, but receives a row of {n} values: put it before Flatten.",
        )
        return text.format(n=f"{shape[0]:,}")
    return error_text(place, figure_labels())


def problem_text(problem: ConvSimError) -> str:
    """Return an error's sentence, beginning with a capital."""
    text = str(problem)
    return text[:1].upper() + text[1:]


def bounds_text(title: str, low: float, high: float, received: str, *, whole: bool = True) -> str:
    """Return why a number that was typed is not taken."""
    text = translate("layers", "{title} is a number from {low} to {high}; received “{received}”.")
    if whole:
        text = translate(
            "layers", "{title} is a whole number from {low} to {high}; received “{received}”."
        )
    return text.format(
        title=title, low=number_words(low), high=number_words(high), received=received[:20]
    )


def number_words(value: float) -> str:
    """Return a bound as people write it: 4,096 or 0.99."""
    return f"{value:,g}" if abs(value) < 1e5 else f"{value:,.0f}"
