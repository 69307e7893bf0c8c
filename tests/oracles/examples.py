"""At least one example of every kind of layer; a new kind needs a row here."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from convsim.core.geometry import Policy
from convsim.core.layers import (
    AvgPool2d,
    Conv2d,
    Dense,
    Flatten,
    Layer,
    MaxPool2d,
    ReLU,
    Shape,
    Softmax,
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
    ],
    MaxPool2d: [
        Example(MaxPool2d(2), (4, 6, 3), (2, 3, 3), MaxPool2d(3)),
        Example(MaxPool2d((3, 2), (2, 1), (1, 0)), (5, 4, 2), (3, 3, 2), MaxPool2d((3, 2))),
        Example(MaxPool2d(3, 2, policy=Policy.SAME), (6, 7, 2), (3, 4, 2), MaxPool2d(3, 2)),
        Example(MaxPool2d(2, policy=Policy.FLOOR), (5, 7, 1), (2, 3, 1), MaxPool2d(2, padding=1)),
    ],
    AvgPool2d: [
        Example(AvgPool2d(2), (4, 6, 3), (2, 3, 3), AvgPool2d(3)),
        Example(AvgPool2d((3, 2), (2, 1), (1, 0)), (5, 4, 2), (3, 3, 2), AvgPool2d((3, 2))),
        Example(AvgPool2d(3, 2, policy=Policy.SAME), (6, 7, 2), (3, 4, 2), AvgPool2d(3, 2)),
        Example(AvgPool2d(2, policy=Policy.FLOOR), (5, 7, 1), (2, 3, 1), AvgPool2d(2, padding=1)),
    ],
    ReLU: [
        Example(ReLU(), (4, 5, 3), (4, 5, 3), ReLU(name="other")),
        Example(ReLU(), (7,), (7,), ReLU(name="other")),
    ],
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
