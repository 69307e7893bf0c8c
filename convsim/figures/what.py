"""What a layer does, in the few words that stand beside it in a drawing."""

from __future__ import annotations

from collections.abc import Callable
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
    Layer,
    LeakyReLU,
    LogSoftmax,
    MaxPool2d,
    Pair,
    ReLU,
    Residual,
    Shape,
    Side,
    Sides,
    Sigmoid,
    Softmax,
    Tanh,
    UnknownLayer,
    WindowLayer,
)
from convsim.figures.parts import shape_text

if TYPE_CHECKING:
    from convsim.core.place import Place
    from convsim.document.document import Document
    from convsim.figures.sketch import Sketch


def pair_text(pair: Pair) -> str:
    """Return one number where rows and columns agree, else both: 2 or 1×2."""
    return str(pair[0]) if pair[0] == pair[1] else shape_text(pair)


def sides_text(sides: Sides) -> str:
    """Return padding: 2, or 1×2, or (0+1)×2 where both ends of an axis differ."""
    if all(isinstance(side, int) for side in sides) or sides[0] == sides[1]:
        rows, cols = (_side_text(side) for side in sides)
        return rows if rows == cols else f"{rows}×{cols}"
    return "×".join(f"({text})" if "+" in text else text for text in map(_side_text, sides))


def _side_text(side: Side) -> str:
    return f"{side[0]}+{side[1]}" if isinstance(side, tuple) else str(side)


def what_it_does(sketch: Sketch, layer: Layer, shape: Shape | None) -> tuple[str, ...]:
    """Return one or two short lines: what there is, and how it moves.

    Parameters
    ----------
    shape : tuple of int or None
        What goes in, if that is known; the depth of a filter comes from it.
    """
    if isinstance(layer, UnknownLayer):
        return (layer.original,)
    return WHAT[type(layer)](sketch, layer, shape)


def window_place(document: Document) -> Place | None:
    """Return the layer with a window that the reader looks at: the cursor's, or the one before it.

    None if no layer has a window over maps whose size is known.
    """
    places = [
        place
        for place in document.network.places
        if isinstance(place.layer, WindowLayer)
        and place.input_shape
        and len(place.input_shape) == 3
    ]
    before = [place for place in places if place.index <= document.cursor.layer]
    return before[-1] if before else next(iter(places), None)


def moves(sketch: Sketch, layer: WindowLayer | ConvTranspose2d) -> str:
    """Return how the window goes: stride 2, padding 1."""
    words = [sketch.say("stride_n", n=pair_text(layer.stride))]
    if isinstance(layer, WindowLayer) and layer.policy is Policy.SAME:
        words.append(sketch.say("padding_same"))
    elif any(layer.padding):
        words.append(sketch.say("padding_n", n=sides_text(layer.padding)))
    if layer.dilation != (1, 1):
        words.append(sketch.say("dilation_n", n=pair_text(layer.dilation)))
    if isinstance(layer, ConvTranspose2d) and any(layer.output_padding):
        words.append(sketch.say("output_padding_n", n=pair_text(layer.output_padding)))
    if isinstance(layer, Conv2d | ConvTranspose2d) and layer.groups > 1:
        words.append(sketch.say("groups_n", n=layer.groups))
    return ", ".join(words)


def _conv(sketch: Sketch, layer: Conv2d | ConvTranspose2d, shape: Shape | None) -> tuple[str, ...]:
    known = shape and len(shape) == 3 and not shape[2] % layer.groups
    depth = (shape[2] // layer.groups,) if shape and known else ()
    size = shape_text((*layer.kernel, *depth))
    return sketch.say("filters_of", n=layer.filters, size=size), moves(sketch, layer)


def _pool(sketch: Sketch, layer: MaxPool2d | AvgPool2d, shape: Shape | None) -> tuple[str, ...]:
    del shape
    return shape_text(layer.kernel), moves(sketch, layer)


def _numbers(key: str, *names: str) -> Callable[..., tuple[str, ...]]:
    """Return a line with numbers of the layer's fields in it."""

    def line(sketch: Sketch, layer: Layer, shape: Shape | None) -> tuple[str, ...]:
        del shape
        values = {name: f"{getattr(layer, name):g}".replace("-", "−") for name in names}
        return (sketch.say(key, **values),)

    return line


def _residual(sketch: Sketch, layer: Residual, shape: Shape | None) -> tuple[str, ...]:
    del shape
    key = "residual_does" if layer.span > 1 else "residual_one_does"
    return (sketch.say(key, n=layer.span),)


def _dense(sketch: Sketch, layer: Dense, shape: Shape | None) -> tuple[str, ...]:
    del shape
    return (sketch.say("units_n", n=f"{layer.units:,}"),)


def _fixed(key: str) -> Callable[..., tuple[str, ...]]:
    def line(sketch: Sketch, layer: Layer, shape: Shape | None) -> tuple[str, ...]:
        del layer, shape
        return (sketch.say(key),)

    return line


# Each function takes its own class of layer; the key says which.
WHAT: dict[type[Layer], Callable[[Sketch, Any, Shape | None], tuple[str, ...]]] = {
    Conv2d: _conv,
    MaxPool2d: _pool,
    AvgPool2d: _pool,
    Dense: _dense,
    ConvTranspose2d: _conv,
    GlobalMaxPool: _fixed("globalpool_does"),
    GlobalAvgPool: _fixed("globalpool_does"),
    ReLU: _fixed("relu_does"),
    LeakyReLU: _numbers("leakyrelu_does", "slope"),
    ELU: _numbers("elu_does", "alpha"),
    Sigmoid: _fixed("sigmoid_does"),
    Tanh: _fixed("tanh_does"),
    GELU: _fixed("gelu_does"),
    BatchNorm2d: _fixed("batchnorm_does"),
    Dropout: _numbers("dropout_does", "rate"),
    Residual: _residual,
    Flatten: _fixed("flatten_does"),
    Softmax: _fixed("softmax_does"),
    LogSoftmax: _fixed("logsoftmax_does"),
}
"""The words of each kind of layer: (sketch, layer, shape that goes in)."""
