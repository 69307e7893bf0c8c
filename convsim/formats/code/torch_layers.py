"""What makes each kind of layer in PyTorch: one function a kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

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
    LeakyReLU,
    LogSoftmax,
    MaxPool2d,
    ReLU,
    Residual,
    Sigmoid,
    Softmax,
    Tanh,
    WindowLayer,
)
from convsim.core.layers.base import ends
from convsim.formats.code.source import call, short

if TYPE_CHECKING:
    from convsim.core.geometry import Axis
    from convsim.core.layers import Layer, Shape
    from convsim.core.place import Place


@dataclass(frozen=True)
class Line:
    """The source that makes a layer, and the helper class that it needs, if any."""

    make: str
    helpers: tuple[str, ...] = ()


def _conv(layer: Conv2d, place: Place) -> Line:
    shape = _shape(place)
    rows, cols = layer.axes(shape)
    even = _even(rows, cols)
    padding = short((rows.before, cols.before)) if even else 0
    name = "nn.Conv2d" if even else "UnevenConv2d"
    make = call(
        name,
        shape[2],
        layer.filters,
        kernel_size=short(layer.kernel),
        stride=_unless(short(layer.stride), 1),
        padding=_unless(padding, 0),
        dilation=_unless(short(layer.dilation), 1),
        groups=_unless(layer.groups, 1),
        bias=_unless(layer.bias, True),
        edges=None if even else _edges(rows, cols),
    )
    return Line(make, () if even else (name,))


def _conv_transpose(layer: ConvTranspose2d, place: Place) -> Line:
    rows, cols = (ends(side) for side in layer.padding)
    even = rows[0] == rows[1] and cols[0] == cols[1]
    name = "nn.ConvTranspose2d" if even else "UnevenConvTranspose2d"
    make = call(
        name,
        _shape(place)[2],
        layer.filters,
        kernel_size=short(layer.kernel),
        stride=_unless(short(layer.stride), 1),
        padding=_unless(short((rows[0], cols[0])) if even else 0, 0),
        output_padding=_unless(short(layer.output_padding), 0),
        dilation=_unless(short(layer.dilation), 1),
        groups=_unless(layer.groups, 1),
        bias=_unless(layer.bias, True),
        edges=None if even else (*cols, *rows),
    )
    return Line(make, () if even else (name,))


def _max_pool(layer: MaxPool2d, place: Place) -> Line:
    rows, cols = layer.axes(_shape(place))
    if not _native(layer, rows, cols):
        edges = (cols.before, cols.after + cols.overhang, rows.before, rows.after + rows.overhang)
        make = call(
            "UnevenMaxPool2d",
            short(layer.kernel),
            stride=short(layer.stride),
            dilation=_unless(short(layer.dilation), 1),
            edges=edges,
        )
        return Line(make, ("UnevenMaxPool2d",))
    make = call(
        "nn.MaxPool2d",
        short(layer.kernel),
        stride=_unless(short(layer.stride), short(layer.kernel)),
        padding=_unless(short((rows.before, cols.before)), 0),
        dilation=_unless(short(layer.dilation), 1),
        ceil_mode=_unless(layer.policy is Policy.CEIL, False),
    )
    return Line(make)


def _average_pool(layer: AvgPool2d, place: Place) -> Line:
    rows, cols = layer.axes(_shape(place))
    if not _native(layer, rows, cols) or layer.dilation != (1, 1):
        make = call(
            "MeanPool2d",
            layer.kernel,
            layer.stride,
            layer.dilation,
            edges=_edges(rows, cols),
            over=(0, cols.overhang, 0, rows.overhang),
            counted=layer.count_padding,
        )
        return Line(make, ("MeanPool2d",))
    padded = rows.before or cols.before
    make = call(
        "nn.AvgPool2d",
        short(layer.kernel),
        stride=_unless(short(layer.stride), short(layer.kernel)),
        padding=_unless(short((rows.before, cols.before)), 0),
        ceil_mode=_unless(layer.policy is Policy.CEIL, False),
        count_include_pad=_unless(layer.count_padding or not padded, True),
    )
    return Line(make)


def _dense(layer: Dense, place: Place) -> Line:
    make = call("nn.Linear", _shape(place)[0], layer.units, bias=_unless(layer.bias, True))
    return Line(make)


def _batch_norm(layer: BatchNorm2d, place: Place) -> Line:
    shape = _shape(place)
    name = "nn.BatchNorm2d" if len(shape) == 3 else "nn.BatchNorm1d"
    make = call(
        name, shape[-1], eps=_unless(layer.eps, 1e-5), momentum=_unless(layer.momentum, 0.1)
    )
    return Line(make)


def _shape(place: Place) -> Shape:
    assert place.input_shape is not None
    return place.input_shape


def _even(rows: Axis, cols: Axis) -> bool:
    return rows.before == rows.after and cols.before == cols.after


def _native(layer: WindowLayer, rows: Axis, cols: Axis) -> bool:
    """Whether PyTorch's own pool takes this padding: the same on both sides, half the kernel."""
    half = all(
        axis.before <= size // 2 for axis, size in zip((rows, cols), layer.kernel, strict=True)
    )
    return _even(rows, cols) and half


def _edges(rows: Axis, cols: Axis) -> tuple[int, int, int, int]:
    """Return padding as PyTorch orders it: left, right, top, bottom."""
    return cols.before, cols.after, rows.before, rows.after


def _unless(value: object, default: object) -> object:
    """Return a setting, or None where it is the default, so that it is not written."""
    return None if value == default else value


LINES: Mapping[type[Layer], Callable[[Any, Place], Line]] = MappingProxyType(
    {
        Conv2d: _conv,
        ConvTranspose2d: _conv_transpose,
        MaxPool2d: _max_pool,
        AvgPool2d: _average_pool,
        GlobalAvgPool: lambda layer, place: Line("nn.AdaptiveAvgPool2d(1)"),
        GlobalMaxPool: lambda layer, place: Line("nn.AdaptiveMaxPool2d(1)"),
        Dense: _dense,
        Flatten: lambda layer, place: Line("nn.Flatten()"),
        ReLU: lambda layer, place: Line("nn.ReLU()"),
        LeakyReLU: lambda layer, place: Line(call("nn.LeakyReLU", layer.slope)),
        ELU: lambda layer, place: Line(call("nn.ELU", layer.alpha)),
        Sigmoid: lambda layer, place: Line("nn.Sigmoid()"),
        Tanh: lambda layer, place: Line("nn.Tanh()"),
        GELU: lambda layer, place: Line(
            call("nn.GELU", approximate="tanh" if layer.form == "tanh" else None)
        ),
        Softmax: lambda layer, place: Line("nn.Softmax(dim=1)"),
        LogSoftmax: lambda layer, place: Line("nn.LogSoftmax(dim=1)"),
        BatchNorm2d: _batch_norm,
        Dropout: lambda layer, place: Line(call("nn.Dropout", layer.rate)),
        Residual: lambda layer, place: Line("Sum()", ("Sum",)),
    }
)
"""By kind of layer; a test holds that it covers them all."""
