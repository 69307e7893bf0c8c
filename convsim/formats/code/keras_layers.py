"""What makes each kind of layer in Keras: one function a kind.

Keras has rows and columns before the channels, pads evenly or not at all, and knows neither ceil
mode nor a choice of what counts in a mean.  Where its own layers do not say exactly what ConvSim
computes, a small layer is written out (`convsim.formats.code.keras_parts`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

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
    LeakyReLU,
    LogSoftmax,
    MaxPool2d,
    ReLU,
    Residual,
    Sigmoid,
    Softmax,
    Tanh,
)
from convsim.core.layers.base import ends
from convsim.formats.code.source import call, short

if TYPE_CHECKING:
    from convsim.core.geometry import Axis
    from convsim.core.layers import Layer, Shape
    from convsim.core.place import Place


@dataclass(frozen=True)
class Step:
    """Source that makes a layer; ``name`` is added to the last call, and `before` comes first.

    Attributes
    ----------
    make : str
        A call that is not closed yet: its name is put in.
    before : str
        The same for a layer that pads or turns its input; empty if there is none.
    helpers : tuple of str
        Classes that it needs.
    """

    make: str
    before: str = ""
    helpers: tuple[str, ...] = ()


def _conv(layer: Conv2d, place: Place) -> Step:
    rows, cols = layer.axes(_shape(place))
    both = max(layer.stride) > 1 and max(layer.dilation) > 1
    make = call(
        "StridedConv2D" if both else "layers.Conv2D",
        layer.filters,
        short(layer.kernel),
        strides=_unless(short(layer.stride), 1) if not both else None,
        every=layer.stride if both else None,
        dilation_rate=_unless(short(layer.dilation), 1),
        groups=_unless(layer.groups, 1),
        use_bias=_unless(layer.bias, True),
    )
    edges = _edges(rows, cols)
    before = call("layers.ZeroPadding2D", edges) if edges != ((0, 0), (0, 0)) else ""
    return Step(make, before, ("StridedConv2D",) * both)


def _conv_transpose(layer: ConvTranspose2d, place: Place) -> Step:
    del place
    rows, cols = (ends(side) for side in layer.padding)
    make = call(
        "Spread2D",
        layer.filters,
        layer.kernel,
        stride=layer.stride,
        cut=(rows, cols),
        extra=_unless(layer.output_padding, (0, 0)),
        dilation=_unless(layer.dilation, (1, 1)),
        groups=_unless(layer.groups, 1),
        bias=_unless(layer.bias, True),
    )
    return Step(make, helpers=("Spread2D",))


def _max_pool(layer: MaxPool2d, place: Place) -> Step:
    rows, cols = layer.axes(_shape(place))
    if _plain(rows, cols):
        return Step(_pool("layers.MaxPooling2D", layer))
    make = call(
        "WindowMax",
        layer.kernel,
        layer.stride,
        layer.dilation,
        edges=_edges(rows, cols, over=True),
    )
    return Step(make, helpers=("Windows", "WindowMax"))


def _average_pool(layer: AvgPool2d, place: Place) -> Step:
    rows, cols = layer.axes(_shape(place))
    if _plain(rows, cols):
        return Step(_pool("layers.AveragePooling2D", layer))
    make = call(
        "WindowMean",
        layer.kernel,
        layer.stride,
        layer.dilation,
        edges=_edges(rows, cols, over=True),
        counted=_edges(rows, cols) if layer.count_padding else ((0, 0), (0, 0)),
    )
    return Step(make, helpers=("Windows", "WindowMean"))


def _pool(name: str, layer: MaxPool2d | AvgPool2d) -> str:
    same = layer.stride == layer.kernel
    return call(name, short(layer.kernel), strides=None if same else short(layer.stride))


def _flatten(layer: Flatten, place: Place) -> Step:
    del layer
    shape = _shape(place)
    if len(shape) == 3 and shape[2] > 1 and shape[:2] != (1, 1):
        return Step("layers.Flatten()", "layers.Permute((3, 1, 2))")
    return Step("layers.Flatten()")


def _leaky_relu(layer: LeakyReLU, place: Place) -> Step:
    del place
    if layer.slope >= 0:
        return Step(call("layers.LeakyReLU", negative_slope=float(layer.slope)))
    return Step(f"layers.Activation(lambda x: ops.where(x > 0, x, {layer.slope!r} * x))")


def _gelu(layer: GELU, place: Place) -> Step:
    del place
    if layer.form == "tanh":
        return Step("layers.Activation(lambda x: ops.gelu(x, approximate=True))")
    return Step("layers.Activation(lambda x: ops.gelu(x, approximate=False))")


def _batch_norm(layer: BatchNorm2d, place: Place) -> Step:
    del place
    # Keras' momentum is the share of the old statistics.
    momentum = round(1 - layer.momentum, 9)
    return Step(call("layers.BatchNormalization", momentum=momentum, epsilon=layer.eps))


def _shape(place: Place) -> Shape:
    assert place.input_shape is not None
    return place.input_shape


def _plain(rows: Axis, cols: Axis) -> bool:
    """Whether a pool neither pads, nor hangs over an edge, nor spreads its window."""
    edges = _edges(rows, cols, over=True)
    return edges == ((0, 0), (0, 0)) and rows.dilation == cols.dilation == 1


def _edges(rows: Axis, cols: Axis, *, over: bool = False) -> tuple[tuple[int, int], ...]:
    """Return padding as Keras orders it, with what the last window hangs over if asked for."""
    return tuple(
        (axis.before, axis.after + (axis.overhang if over else 0)) for axis in (rows, cols)
    )


def _unless(value: object, default: object) -> object:
    return None if value == default else value


STEPS: Mapping[type[Layer], Callable[[Any, Place], Step]] = MappingProxyType(
    {
        Conv2d: _conv,
        ConvTranspose2d: _conv_transpose,
        MaxPool2d: _max_pool,
        AvgPool2d: _average_pool,
        GlobalAvgPool: lambda layer, place: Step("layers.GlobalAveragePooling2D(keepdims=True)"),
        GlobalMaxPool: lambda layer, place: Step("layers.GlobalMaxPooling2D(keepdims=True)"),
        Dense: lambda layer, place: Step(
            call("layers.Dense", layer.units, use_bias=_unless(layer.bias, True))
        ),
        Flatten: _flatten,
        ReLU: lambda layer, place: Step("layers.ReLU()"),
        LeakyReLU: _leaky_relu,
        ELU: lambda layer, place: Step(call("layers.ELU", float(layer.alpha))),
        Sigmoid: lambda layer, place: Step('layers.Activation("sigmoid")'),
        Tanh: lambda layer, place: Step('layers.Activation("tanh")'),
        GELU: _gelu,
        Softmax: lambda layer, place: Step("layers.Softmax()"),
        LogSoftmax: lambda layer, place: Step('layers.Activation("log_softmax")'),
        BatchNorm2d: _batch_norm,
        Dropout: lambda layer, place: Step(call("layers.Dropout", layer.rate)),
        Residual: lambda layer, place: Step("layers.Add()"),
    }
)
"""By kind of layer; a test holds that it covers them all."""
