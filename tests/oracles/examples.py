"""At least one example of every kind of layer; a new kind needs a row here."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from convsim.core.geometry import Policy
from convsim.core.layers import (
    ELU,
    GELU,
    Array,
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
    Params,
    ReLU,
    Residual,
    Shape,
    Sigmoid,
    Softmax,
    Tanh,
)

if TYPE_CHECKING:
    from collections.abc import Sequence


class Example(NamedTuple):
    """A layer, a shape it takes and the one that comes out, and another layer of its kind."""

    layer: Layer
    shape: Shape
    output: Shape
    other: Layer

    def __str__(self) -> str:
        """Return what a failing test is called."""
        return f"{self.layer.kind}-{'x'.join(map(str, self.shape))}-to-{self.output}"


def of_any_shape(layer: Layer, other: Layer) -> list[Example]:
    """Return examples of a layer that gives the shape it takes, maps or a vector."""
    return [Example(layer, shape, shape, other) for shape in ((4, 5, 3), (7,))]


EXAMPLES: dict[type[Layer], Sequence[Example]] = {
    Conv2d: [
        Example(Conv2d(6, 5), (8, 9, 3), (4, 5, 6), Conv2d(7, 5)),
        Example(Conv2d(1, 1), (3, 4, 1), (3, 4, 1), Conv2d(1, 1, bias=False)),
        Example(Conv2d(2, 3, bias=False), (3, 3, 4), (1, 1, 2), Conv2d(2, 3)),
        Example(Conv2d(4, (3, 2), (2, 3), (1, 2), (1, 2)), (7, 8, 2), (4, 4, 4), Conv2d(4, (2, 3))),
        Example(
            Conv2d(3, 3, 2, dilation=2, policy=Policy.FLOOR),
            (8, 11, 2),
            (2, 4, 3),
            Conv2d(3, 3, 2, dilation=2),
        ),
        Example(
            Conv2d(3, (4, 3), (3, 2), policy=Policy.SAME),
            (8, 9, 2),
            (3, 5, 3),
            Conv2d(3, (4, 3), (3, 2), policy=Policy.FLOOR),
        ),
        # Short rows and many weights, alone and in a batch: the lowering works in another way.
        Example(Conv2d(40, 3), (5, 6, 16), (3, 4, 40), Conv2d(40, 3, 2)),
        Example(
            Conv2d(2, 3, 2, ((0, 1), (2, 1))), (6, 6, 2), (3, 4, 2), Conv2d(2, 3, 2, (0, (1, 2)))
        ),
        # Groups, depthwise, and depthwise with two filters a channel.
        Example(Conv2d(4, 3, groups=2), (5, 6, 6), (3, 4, 4), Conv2d(4, 3, groups=1)),
        Example(Conv2d(3, 3, padding=1, groups=3), (4, 5, 3), (4, 5, 3), Conv2d(3, 3, groups=3)),
        Example(
            Conv2d(6, (2, 3), (1, 2), dilation=(2, 1), groups=3),
            (5, 7, 3),
            (3, 3, 6),
            Conv2d(6, (2, 3), (1, 2), groups=3),
        ),
    ],
    ConvTranspose2d: [
        Example(ConvTranspose2d(3, 3), (4, 5, 2), (6, 7, 3), ConvTranspose2d(3, 2)),
        Example(ConvTranspose2d(2, 4, 2, 1), (3, 4, 3), (6, 8, 2), ConvTranspose2d(2, 4, 2)),
        Example(
            ConvTranspose2d(4, (3, 2), (2, 3), (1, 0), (1, 2), (1, 2), 2, bias=False),
            (3, 4, 6),
            (6, 14, 4),
            ConvTranspose2d(4, (3, 2), (2, 3), (1, 0), (1, 2), (1, 2), 2),
        ),
        Example(
            ConvTranspose2d(3, 3, 2, ((0, 1), (2, 0)), groups=3),
            (3, 3, 3),
            (6, 5, 3),
            ConvTranspose2d(3, 3, 2, ((0, 1), (2, 0))),
        ),
        # Some output pixels are reached by no tap: the stride is larger than the kernel.
        Example(
            ConvTranspose2d(2, 1, 3, 0, 2, 3), (2, 2, 1), (6, 6, 2), ConvTranspose2d(2, 1, 3, 0, 1)
        ),
    ],
    MaxPool2d: [
        Example(MaxPool2d(2), (4, 6, 3), (2, 3, 3), MaxPool2d(3)),
        Example(MaxPool2d((3, 2), (2, 1), (1, 0)), (5, 4, 2), (3, 3, 2), MaxPool2d((3, 2))),
        Example(MaxPool2d(3, 2, policy=Policy.SAME), (6, 7, 2), (3, 4, 2), MaxPool2d(3, 2)),
        Example(MaxPool2d(2, policy=Policy.FLOOR), (5, 7, 1), (2, 3, 1), MaxPool2d(2, padding=1)),
        Example(MaxPool2d(2, policy=Policy.CEIL), (5, 7, 1), (3, 4, 1), MaxPool2d(2, padding=1)),
        Example(
            MaxPool2d(2, 1, ((0, 1), 0), (2, 1)), (5, 4, 2), (4, 3, 2), MaxPool2d(2, 1, 0, (2, 1))
        ),
    ],
    AvgPool2d: [
        Example(AvgPool2d(2), (4, 6, 3), (2, 3, 3), AvgPool2d(3)),
        Example(AvgPool2d((3, 2), (2, 1), (1, 0)), (5, 4, 2), (3, 3, 2), AvgPool2d((3, 2))),
        Example(AvgPool2d(3, 2, policy=Policy.SAME), (6, 7, 2), (3, 4, 2), AvgPool2d(3, 2)),
        Example(AvgPool2d(2, policy=Policy.FLOOR), (5, 7, 1), (2, 3, 1), AvgPool2d(2, padding=1)),
        Example(
            AvgPool2d(3, 2, 1, policy=Policy.CEIL), (6, 5, 1), (4, 3, 1), AvgPool2d(3, padding=1)
        ),
        Example(
            AvgPool2d(3, 2, ((0, 1), 1), count_include_pad=False),
            (6, 5, 2),
            (3, 3, 2),
            AvgPool2d(3, 2, ((0, 1), 1)),
        ),
        Example(AvgPool2d(2, 1, dilation=2), (4, 5, 2), (2, 3, 2), AvgPool2d(2, 1)),
    ],
    GlobalMaxPool: [
        Example(GlobalMaxPool(), (4, 5, 3), (1, 1, 3), GlobalMaxPool(name="other")),
        Example(GlobalMaxPool(), (1, 1, 2), (1, 1, 2), GlobalMaxPool(name="other")),
    ],
    GlobalAvgPool: [
        Example(GlobalAvgPool(), (4, 5, 3), (1, 1, 3), GlobalAvgPool(name="other")),
        Example(GlobalAvgPool(), (1, 1, 2), (1, 1, 2), GlobalAvgPool(name="other")),
    ],
    ReLU: of_any_shape(ReLU(), ReLU(name="other")),
    LeakyReLU: of_any_shape(LeakyReLU(), LeakyReLU(0.2)),
    ELU: of_any_shape(ELU(), ELU(0.5)),
    Sigmoid: of_any_shape(Sigmoid(), Sigmoid(name="other")),
    Tanh: of_any_shape(Tanh(), Tanh(name="other")),
    GELU: [*of_any_shape(GELU(), GELU("tanh")), *of_any_shape(GELU("tanh"), GELU())],
    BatchNorm2d: of_any_shape(BatchNorm2d(), BatchNorm2d(0.5)),
    Dropout: of_any_shape(Dropout(0.3), Dropout()),
    Residual: of_any_shape(Residual(2), Residual(3)),
    LogSoftmax: of_any_shape(LogSoftmax(), LogSoftmax(name="other")),
    Flatten: [
        Example(Flatten(), (4, 5, 3), (60,), Flatten(name="other")),
        Example(Flatten(), (1, 1, 3), (3,), Flatten(name="other")),
        Example(Flatten(), (7,), (7,), Flatten(name="other")),
    ],
    Dense: [
        Example(Dense(5), (7,), (5,), Dense(6)),
        Example(Dense(1, bias=False), (4,), (1,), Dense(1)),
    ],
    Softmax: [
        Example(Softmax(), (6,), (6,), Softmax(name="other")),
        Example(Softmax(), (3, 4, 5), (3, 4, 5), Softmax(name="other")),
    ],
}

ROWS = [example for examples in EXAMPLES.values() for example in examples]

REFUSED: dict[type[Layer], tuple[Shape, str]] = {
    Conv2d: (
        (5,),
        "conv needs maps (height × width × channels); received a vector of 5; "
        "put it before Flatten",
    ),
    ConvTranspose2d: (
        (5,),
        "convtranspose needs maps (height × width × channels); received a vector of 5; "
        "put it before Flatten",
    ),
    GlobalMaxPool: (
        (5,),
        "globalmaxpool needs maps (height × width × channels); received a vector of 5; "
        "put it before Flatten",
    ),
    GlobalAvgPool: (
        (5,),
        "globalavgpool needs maps (height × width × channels); received a vector of 5; "
        "put it before Flatten",
    ),
    MaxPool2d: (
        (5,),
        "maxpool needs maps (height × width × channels); received a vector of 5; "
        "put it before Flatten",
    ),
    AvgPool2d: (
        (5,),
        "avgpool needs maps (height × width × channels); received a vector of 5; "
        "put it before Flatten",
    ),
    Dense: ((4, 5, 2), "dense needs a vector; received maps of 4×5×2; put Flatten before it"),
}
"""A kind of shape that the layer cannot take, and what it says; the others take every shape."""


def settings_of(layer: Layer) -> dict[str, Any]:
    """Return the value of every field, by name."""
    return {spec.name: getattr(layer, spec.name) for spec in layer.fields}


def changed(layer: Layer, **settings: Any) -> Any:
    """Return the layer with other settings, which may be anything."""
    return replace(layer, **settings)


def applied(layer: Layer, params: Params, x: Array) -> Array:
    """Return the layer's output; a residual sum adds x, reversed, to x."""
    return layer.forward(params, *inputs_of(layer, x))


def inputs_of(layer: Layer, x: Array) -> list[Array]:
    """Return what a layer reads: x, and for a second input x reversed along rows or values."""
    return [x, x[::-1]][: len(layer.sources(0))]
