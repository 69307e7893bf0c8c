"""What would make a layer fit: every offer has been tried on the layer before it is made."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import partial
from math import prod
from typing import TYPE_CHECKING, Any

from convsim.core.errors import ConvSimError, LayerError
from convsim.core.formula import Formula, Term
from convsim.core.geometry import Axis, Policy
from convsim.core.layers import Conv2d, Layer, Shape, WindowLayer
from convsim.core.network import INPUT_FIELD, Network
from convsim.document.edits import with_field

if TYPE_CHECKING:
    from convsim.core.place import Place

MOST = 3
"""Paddings and kernels offered; strides are few, so all of them are."""
_FAR = 32
"""Pixels by which pictures are tried to be smaller or larger."""
_MANY = 64
"""As far as paddings and kernels are searched: the largest that a layer takes."""
Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Offer:
    """One change that makes a layer fit.

    Attributes
    ----------
    field : str
        The field of the layer that changes; ``input`` for the size of the picture, ``before`` for
        a layer that is put in, ``move`` for another place of this one.
    value : object
        Its new value; the kind of the layer put in; the place in front of which it goes.
    output : tuple of int
        The shape that then comes out.
    """

    field: str
    value: Any
    output: Shape


def axes_of(place: Place) -> tuple[Axis, Axis] | None:
    """Return the geometry of rows and columns, or None if this layer slides no window here."""
    if not isinstance(place.layer, WindowLayer) or place.input_shape is None:
        return None
    try:
        return place.layer.axes(place.input_shape)
    except LayerError:
        return None


def bad_axes(place: Place) -> tuple[bool, bool]:
    """Return whether rows and columns do not fit."""
    axes = axes_of(place)
    if axes is None or place.error is None:
        return False, False
    rows, cols = (_fails(axis) for axis in axes)
    return rows, cols


def unread(axis: Axis) -> tuple[int, ...]:
    """Return the pixels that no whole position of the window reads."""
    return tuple(i for i, times in enumerate(axis.reads().tolist()) if times == 0)


def short_formula(axis: Axis, key: str) -> Formula:
    """Return the size formula without the padding where there is none: (7 − 3)/3 + 1."""
    whole = axis.formula(key)
    if axis.before or axis.after or axis.policy is Policy.SAME:
        return whole
    tokens = list(whole.tokens)
    at = next(i for i, t in enumerate(tokens) if isinstance(t, Term) and t.symbol == "P")
    # Sign, two and dot stand before the zero.
    del tokens[at - 3 : at + 1]
    return replace(whole, tokens=tuple(tokens))


def offers(place: Place, network: Network | None = None) -> tuple[Offer, ...]:
    """Return what would make a layer fit: strides, paddings, kernels, policies, input sizes.

    Nothing is offered to a layer that fits or waits.

    Parameters
    ----------
    place : Place
    network : Network, optional
        Where it stands; with it a picture of another size, and another place, are offered too.
    """
    axes = axes_of(place)
    layer = place.layer
    if place.error is None or place.input_shape is None:
        return ()
    if axes is None or not isinstance(layer, WindowLayer):
        return _other_input(place, network)
    if not any(bad_axes(place)):
        return tuple(_groups(place))
    found = [
        *_pairs(place, axes, "stride", Axis.fitting_strides, most=_MANY),
        *_pairs(place, axes, "padding", lambda axis: axis.fitting_paddings(_MANY)),
        *_pairs(place, axes, "kernel", lambda axis: axis.fitting_kernels(_MANY)),
    ]
    if isinstance(layer, Conv2d) and layer.dilation != (1, 1):
        found += _tried(place, "dilation", [(1, 1)])
    others = [policy for policy in (Policy.FLOOR, Policy.SAME) if policy is not layer.policy]
    found += _tried(place, "policy", others)
    if place.index == 0:
        found += _input_sizes(place, axes)
    elif network is not None:
        found += _pictures(place, network)
    return tuple(found)


def _other_input(place: Place, network: Network | None) -> tuple[Offer, ...]:
    """Return what gives a layer the kind of input that it reads: a row of values, or maps."""
    shape = place.input_shape
    assert shape is not None
    if len(shape) == 3:
        output = _output(lambda: place.layer, (prod(shape),))
        return (Offer("before", "flatten", output),) if output is not None else ()
    if network is None:
        return ()
    for earlier in reversed(network.places[: place.index]):
        given = earlier.input_shape
        if earlier.layer.kind == "flatten" and given is not None:
            output = _output(lambda: place.layer, given)
            return (Offer("move", earlier.index, output),) if output is not None else ()
    return ()


def _groups(place: Place) -> list[Offer]:
    """Return the numbers of groups that share out channels and filters evenly."""
    layer, shape = place.layer, place.input_shape
    if shape is None or not hasattr(layer, "groups"):
        return []
    fitting = [n for n in range(1, shape[2] + 1) if shape[2] % n == 0]
    return _tried(place, "groups", fitting)


def _pictures(place: Place, network: Network) -> list[Offer]:
    """Return the nearest smaller and larger picture on which everything up to a layer fits."""
    rows, cols = bad_axes(place)
    height, width, channels = network.input_shape
    layers = network.layers[: place.index + 1]
    made = []
    for sign in (-1, 1):
        for by in range(1, _FAR + 1):
            shape = (height + sign * by * rows, width + sign * by * cols, channels)
            if not all(INPUT_FIELD.low <= size <= INPUT_FIELD.high for size in shape):
                break
            tried = Network(shape, layers)
            output = tried.places[-1].output_shape
            if output is not None:
                made.append(Offer("input", shape, output))
                break
    return made


def _pairs(
    place: Place,
    axes: tuple[Axis, Axis],
    field: str,
    fitting: Callable[[Axis], tuple[int, ...]],
    most: int = MOST,
) -> list[Offer]:
    """Return pairs of which both numbers fit, the same for both directions where that can be."""
    whole: tuple[Any, Any] = getattr(place.layer, field)
    # Of a padding that differs from side to side, the middle.
    old: Pair = tuple(v if isinstance(v, int) else sum(v) // 2 for v in whole)  # type: ignore[assignment]
    rows, cols = ([v for v in fitting(axis) if v <= _MANY] for axis in axes)
    if old[0] == old[1]:
        both = _nearest((v for v in rows if v in cols and v != whole[0]), old[0], most)
        square = _tried(place, field, [(v, v) for v in both])
        if square:
            return square
    # Only what does not fit has to change.
    kept = [not _fails(axis) for axis in axes]
    tall = [whole[0]] if kept[0] else _nearest(rows, old[0], most)
    wide = [whole[1]] if kept[1] else _nearest(cols, old[1], most)
    longest = max(len(tall), len(wide)) if tall and wide else 0
    pairs = [(tall[min(i, len(tall) - 1)], wide[min(i, len(wide) - 1)]) for i in range(longest)]
    return _tried(place, field, [pair for pair in pairs if pair != whole])


def _fails(axis: Axis) -> bool:
    return axis.span < 0 or (axis.policy is Policy.STRICT and not axis.fits)


def _nearest(values: Iterable[int], to: int, most: int) -> list[int]:
    """Return those nearest to a number, in ascending order."""
    return sorted(sorted(values, key=lambda v: (abs(v - to), v))[:most])


def _tried(place: Place, field: str, values: Iterable[Any]) -> list[Offer]:
    """Return an offer for each value with which the layer really fits."""
    made = []
    for value in values:
        output = _output(partial(with_field, place.layer, field, value), place.input_shape)
        if output is not None:
            made.append(Offer(field, value, output))
    return made


def _input_sizes(place: Place, axes: tuple[Axis, Axis]) -> list[Offer]:
    """Return the nearest smaller and larger picture on which the first layer fits."""
    assert place.input_shape is not None
    channels = place.input_shape[2]
    made = []
    for larger in (False, True):
        high, broad = (_size(axis, larger=larger) for axis in axes)
        shape = (high, broad, channels)
        fine = all(INPUT_FIELD.low <= size <= INPUT_FIELD.high for size in shape)
        output = _output(lambda: place.layer, shape) if fine else None
        if output is not None:
            made.append(Offer("input", shape, output))
    return made


def _size(axis: Axis, *, larger: bool) -> int:
    """Return the nearest size that fits; the size itself if it does."""
    if axis.span < 0:
        return axis.size - axis.span if larger else 0
    rest = axis.span % axis.stride
    if not _fails(axis) or rest == 0:
        return axis.size
    return axis.size + axis.stride - rest if larger else axis.size - rest


def _output(made: Callable[[], Layer], shape: Shape | None) -> Shape | None:
    if shape is None:
        return None
    try:
        return made().output_shape(shape)
    except ConvSimError:
        return None
