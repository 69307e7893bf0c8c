"""What each kind of layer is called in ONNX: one function a kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
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
    Pool2d,
    ReLU,
    Residual,
    Sigmoid,
    Softmax,
    Tanh,
    WindowLayer,
    ends,
)
from convsim.formats.errors import ExportError

if TYPE_CHECKING:
    from convsim.core.layers import Layer, Pair
    from convsim.core.place import Place

OPSET = 17
"""The version of ONNX's list that is written unless a layer needs a newer one: widely read."""


@dataclass(frozen=True)
class Operation:
    """One node.

    Attributes
    ----------
    kind : str
        The operator.
    attributes : mapping
        Its settings.
    opset : int
        The first version of the list that has it so.
    numbers : mapping from name to number
        Inputs after the parameters that are one number each.
    """

    kind: str
    attributes: Mapping[str, Any] = field(default_factory=dict)
    opset: int = OPSET
    numbers: Mapping[str, float] = field(default_factory=dict)


def _window(layer: WindowLayer, place: Place) -> dict[str, Any]:
    """Return the settings of a sliding window; "same" is written as the padding it means here."""
    assert place.input_shape is not None
    rows, cols = layer.axes(place.input_shape)
    settings: dict[str, Any] = {"kernel_shape": layer.kernel, "strides": layer.stride}
    settings["pads"] = (rows.before, cols.before, rows.after, cols.after)
    if layer.dilation != (1, 1):
        settings["dilations"] = layer.dilation
    return settings


def _conv(layer: Conv2d, place: Place) -> Operation:
    return Operation("Conv", {**_window(layer, place), "group": layer.groups})


def _conv_transpose(layer: ConvTranspose2d, place: Place) -> Operation:
    del place
    axes = [
        _cut(layer, ends(side), extra, stride)
        for side, extra, stride in zip(
            layer.padding, layer.output_padding, layer.stride, strict=True
        )
    ]
    settings: dict[str, Any] = {
        "kernel_shape": layer.kernel,
        "strides": layer.stride,
        "pads": (axes[0][0], axes[1][0], axes[0][1], axes[1][1]),
        "dilations": layer.dilation,
        "group": layer.groups,
        "output_padding": (axes[0][2], axes[1][2]),
    }
    return Operation("ConvTranspose", settings)


def _cut(layer: ConvTranspose2d, side: Pair, extra: int, stride: int) -> tuple[int, int, int]:
    """Return what is cut off before and after, and what is added after.

    Programs that read ONNX take no more added pixels than the stride has; the others are left
    where they were instead of being cut off first.
    """
    before, after = side
    less = min(after, extra) if extra >= stride else 0
    if extra - less >= stride:
        raise ExportError(
            f"{layer.name}: an output padding of {extra} cannot be written, since programs that "
            f"read ONNX want less than the stride, {stride}; choose a smaller one"
        )
    return before, after - less, extra - less


def _pool(layer: Pool2d, place: Place) -> dict[str, Any]:
    """Return the settings of a pool.

    Not every reader leaves out a last window that begins behind the input, as ceil mode has it.
    The padding that only such a window would read is not written, so that they all do.
    """
    settings = _window(layer, place)
    assert place.input_shape is not None
    axes = layer.axes(place.input_shape)
    for axis in axes:
        if max(axis.before, axis.after) >= axis.kernel:
            raise ExportError(
                f"{layer.name}: a pool whose padding, {max(axis.before, axis.after)}, is not "
                f"smaller than its kernel, {axis.kernel}, cannot be written: programs that read "
                "ONNX refuse it; choose a smaller padding"
            )
    if layer.policy is Policy.CEIL and any(axis.overhang for axis in axes):
        after = (
            axis.after if axis.overhang else max(axis.after - axis.span % axis.stride, 0)
            for axis in axes
        )
        settings["pads"] = (*settings["pads"][:2], *after)
        settings["ceil_mode"] = 1
    return settings


def _max_pool(layer: MaxPool2d, place: Place) -> Operation:
    return Operation("MaxPool", _pool(layer, place))


def _average_pool(layer: AvgPool2d, place: Place) -> Operation:
    settings = {**_pool(layer, place), "count_include_pad": int(layer.count_padding)}
    return Operation("AveragePool", settings, 19 if layer.dilation != (1, 1) else OPSET)


def _batch_norm(layer: BatchNorm2d, place: Place) -> Operation:
    del place
    settings = {"epsilon": float(layer.eps), "momentum": 1.0 - layer.momentum}
    return Operation("BatchNormalization", settings)


def _plain(kind: str, **settings: object) -> Callable[[Any, Place], Operation]:
    return lambda layer, place: Operation(kind, settings)


OPERATIONS: Mapping[type[Layer], Callable[[Any, Place], Operation]] = MappingProxyType(
    {
        Conv2d: _conv,
        ConvTranspose2d: _conv_transpose,
        MaxPool2d: _max_pool,
        AvgPool2d: _average_pool,
        GlobalAvgPool: _plain("GlobalAveragePool"),
        GlobalMaxPool: _plain("GlobalMaxPool"),
        Dense: _plain("Gemm", transB=1),
        Flatten: _plain("Flatten", axis=1),
        ReLU: _plain("Relu"),
        LeakyReLU: lambda layer, place: Operation("LeakyRelu", {"alpha": float(layer.slope)}),
        ELU: lambda layer, place: Operation("Elu", {"alpha": float(layer.alpha)}),
        Sigmoid: _plain("Sigmoid"),
        Tanh: _plain("Tanh"),
        GELU: lambda layer, place: Operation(
            "Gelu", {"approximate": "tanh" if layer.form == "tanh" else "none"}, 20
        ),
        Softmax: _plain("Softmax", axis=1),
        LogSoftmax: _plain("LogSoftmax", axis=1),
        BatchNorm2d: _batch_norm,
        Dropout: lambda layer, place: Operation("Dropout", numbers={"ratio": layer.rate}),
        Residual: _plain("Add"),
    }
)
"""By kind of layer; a test holds that it covers them all."""
