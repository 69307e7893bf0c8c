"""What a layer does, in the few words that stand beside it in a drawing."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from convsim.core.geometry import Policy
from convsim.core.layers import (
    AvgPool2d,
    Conv2d,
    Dense,
    Flatten,
    Layer,
    MaxPool2d,
    Pair,
    ReLU,
    Shape,
    Softmax,
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


def what_it_does(sketch: Sketch, layer: Layer, shape: Shape | None) -> tuple[str, ...]:
    """Return one or two short lines: what there is, and how it moves.

    Parameters
    ----------
    shape : tuple of int or None
        What goes in, if that is known; the depth of a filter comes from it.
    """
    return _LINES[type(layer)](sketch, layer, shape)


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


def moves(sketch: Sketch, layer: WindowLayer) -> str:
    """Return how the window goes: stride 2, padding 1."""
    words = [sketch.say("stride_n", n=pair_text(layer.stride))]
    if layer.policy is Policy.SAME:
        words.append(sketch.say("padding_same"))
    elif any(layer.padding):
        words.append(sketch.say("padding_n", n=pair_text(layer.padding)))
    if layer.spacing != (1, 1):
        words.append(sketch.say("dilation_n", n=pair_text(layer.spacing)))
    return ", ".join(words)


def _conv(sketch: Sketch, layer: Conv2d, shape: Shape | None) -> tuple[str, ...]:
    depth = (shape[2],) if shape and len(shape) == 3 else ()
    size = shape_text((*layer.kernel, *depth))
    return sketch.say("filters_of", n=layer.filters, size=size), moves(sketch, layer)


def _pool(sketch: Sketch, layer: MaxPool2d | AvgPool2d, shape: Shape | None) -> tuple[str, ...]:
    del shape
    return shape_text(layer.kernel), moves(sketch, layer)


def _dense(sketch: Sketch, layer: Dense, shape: Shape | None) -> tuple[str, ...]:
    del shape
    return (sketch.say("units_n", n=f"{layer.units:,}"),)


def _fixed(key: str) -> Callable[..., tuple[str, ...]]:
    def line(sketch: Sketch, layer: Layer, shape: Shape | None) -> tuple[str, ...]:
        del layer, shape
        return (sketch.say(key),)

    return line


# Each function takes its own class of layer; the key says which.
_LINES: dict[type[Layer], Callable[[Sketch, Any, Shape | None], tuple[str, ...]]] = {
    Conv2d: _conv,
    MaxPool2d: _pool,
    AvgPool2d: _pool,
    Dense: _dense,
    ReLU: _fixed("relu_does"),
    Flatten: _fixed("flatten_does"),
    Softmax: _fixed("softmax_does"),
}
