"""A network is an input shape and layers in a row; from these every other shape follows.

A network may hold a layer that does not fit: its place then carries the error, and the layers
after it wait.  Asking such a network for numbers raises that error.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cached_property

import numpy as np

from convsim.core.engine.inference import forward_by_stages, is_small
from convsim.core.errors import ConvSimError, LayerError, ParameterError
from convsim.core.init import HE_NORMAL, Start
from convsim.core.layers import Array, Field, Layer, Params, Shape
from convsim.core.place import Place
from convsim.core.record import record
from convsim.core.summary import Summary

INPUT_FIELD = Field("input size", "count", 1, 4096)


@record
class Network:
    """Layers applied one after the other.

    Parameters
    ----------
    input_shape : (int, int, int)
        Height, width, channels of the picture.
    layers : sequence of Layer
        Unnamed ones are named by kind and number: ``conv1``.

    Examples
    --------
    >>> from convsim.core import layers
    >>> net = Network((32, 32, 3), [layers.Conv2d(6, 5), layers.ReLU(), layers.Conv2d(10, 5)])
    >>> [place.output_shape for place in net.places]
    [(28, 28, 6), (28, 28, 6), (24, 24, 10)]
    """

    input_shape: Shape
    layers: tuple[Layer, ...]

    def __init__(self, input_shape: Sequence[int], layers: Iterable[Layer]) -> None:
        shape = tuple(input_shape)
        if len(shape) != 3:
            raise LayerError(f"input must be (height, width, channels); got {shape}")
        for size in shape:
            INPUT_FIELD.check(size, "network")
        self.__dict__.update(input_shape=shape, layers=_named(tuple(layers)))

    @cached_property
    def places(self) -> tuple[Place, ...]:
        """Each layer with its shapes, or with why it has none."""
        places: list[Place] = []
        # The picture's shape comes last, where index −1 finds it.
        shapes: list[Shape | None] = [None] * len(self.layers) + [self.input_shape]
        for index, layer in enumerate(self.layers):
            given, error = shapes[index - 1], None
            if given is not None:
                try:
                    sources = [shapes[i] for i in self.sources(index)]
                    shapes[index] = layer.output_shape(*(s for s in sources if s is not None))
                except ConvSimError as problem:
                    error = problem
            places.append(Place(index, layer, given, shapes[index], error))
        return tuple(places)

    def sources(self, index: int) -> tuple[int, ...]:
        """Return whose outputs a layer reads, as indices of layers; −1 is the picture.

        Raises
        ------
        LayerError
            If it reads over more layers than there are before it.
        """
        layer = self.layers[index]
        found = layer.sources(index)
        if min(found) < -1:
            raise LayerError(
                f"{layer.name} adds what went into the {index - 1 - min(found)} layers before it; "
                f"there are {index}"
            )
        return found

    @cached_property
    def param_shapes(self) -> tuple[dict[str, Shape], ...]:
        """The shapes of each layer's parameters; none while they are not known."""
        return tuple(place.param_shapes() or {} for place in self.places)

    @property
    def output_shape(self) -> Shape:
        """Shape of the last layer's output; raises the error of a layer that does not fit."""
        self.check()
        shape = self.places[-1].output_shape if self.places else self.input_shape
        assert shape is not None
        return shape

    @cached_property
    def bad_place(self) -> Place | None:
        """The first layer that does not fit, if there is one."""
        return next((p for p in self.places if p.error is not None), None)

    def check(self) -> None:
        """Raise the error of the first layer that does not fit."""
        bad = self.bad_place
        if bad is not None and bad.error is not None:
            raise bad.error

    def index(self, name: str) -> int:
        """Return the index of the layer called `name`.

        Raises
        ------
        LayerError
            If there is none; the message lists the names there are.
        """
        for i, layer in enumerate(self.layers):
            if layer.name == name:
                return i
        names = ", ".join(layer.name for layer in self.layers)
        raise LayerError(f"no layer is called {name!r}; this network has {names}")

    def init_layer(
        self, index: int, seed: int, number: int | None = None, start: Start = HE_NORMAL
    ) -> Params:
        """Return fresh parameters of one layer; the same whichever layers were made before.

        `number` chooses the random numbers; the layer's index does unless it is given.
        """
        place = self.places[index]
        if place.input_shape is None or place.param_shapes() is None:
            return {}
        rng = np.random.default_rng([seed, index if number is None else number])
        return place.layer.init(rng, place.input_shape, start)

    def init(self, seed: int = 0, start: Start = HE_NORMAL) -> tuple[Params, ...]:
        """Return fresh parameters of every layer, float32.

        Parameters
        ----------
        seed : int
            The same seed gives the same weights.
        start : Start
            How weights begin, such as ``init.Xavier()``; He's normal distribution by default.
        """
        self.check()
        return tuple(self.init_layer(i, seed, start=start) for i in range(len(self.layers)))

    def forward(self, params: Sequence[Params], x: Array) -> Array:
        """Return the last layer's output for a batch.

        Parameters
        ----------
        params : sequence of mappings
            One a layer, as `init` returns them.
        x : array (N, C, H, W)
            Pictures, float32 or float64.

        Returns
        -------
        array (N, C, H, W) or (N, D)
            Of the dtype of x.
        """
        if not self.layers:
            return x
        if not len(x) or not self._is_small:
            return self._forward_large(params, x)
        check_pictures(x, self.input_shape)
        dtype = x.dtype
        for index in self._learning:
            for array in self.checked_params(index, params[index]).values():
                if array.dtype != dtype:
                    return self.forward_all(params, x)[-1]
        return forward_by_stages(self, params, x)

    def _forward_large(self, params: Sequence[Params], x: Array) -> Array:
        """Return what `forward_all` returns last; keep nothing else, if nothing else is needed."""
        from convsim.core.engine.large import forward_in_a_row, is_row

        self.check()
        if not is_row(self):
            return self.forward_all(params, x)[-1]
        checked = [self.checked_params(i, params[i]) for i in range(len(self.layers))]
        return from_inner(forward_in_a_row(self, checked, to_inner(x, self.input_shape)))

    @cached_property
    def _learning(self) -> tuple[int, ...]:
        """The layers that have parameters: only theirs are looked at for each picture."""
        return tuple(index for index, shapes in enumerate(self.param_shapes) if shapes)

    @cached_property
    def _is_small(self) -> bool:
        self.check()
        return is_small(self)

    def forward_all(self, params: Sequence[Params], x: Array) -> list[Array]:
        """Return every layer's output for a batch, each (N, C, H, W) or (N, D)."""
        self.check()
        inner = [to_inner(x, self.input_shape)]
        for index, layer in enumerate(self.layers):
            own = self.checked_params(index, params[index])
            inner.append(layer.forward(own, *(inner[i + 1] for i in self.sources(index))))
        return [from_inner(y) for y in inner[1:]]

    def checked_params(self, index: int, params: Params) -> Params:
        """Return `params` if names and shapes are what the layer needs, else ParameterError."""
        wanted = self.param_shapes[index]
        if params.keys() != wanted.keys() or any(params[n].shape != wanted[n] for n in wanted):
            found = {name: array.shape for name, array in params.items()}
            name = self.layers[index].name
            raise ParameterError(f"{name} needs {wanted}; received {found}")
        return params

    def summary(self) -> Summary:
        """Return sizes, weights, multiply-adds and memory of every layer; it prints as a table."""
        return Summary(self)

    def with_layer(self, index: int, layer: Layer) -> Network:
        """Return the network with one layer replaced."""
        layers = list(self.layers)
        layers[index] = layer
        return Network(self.input_shape, layers)

    def with_input(self, shape: Shape) -> Network:
        """Return the network on another input shape."""
        return Network(shape, self.layers)


def to_inner(x: Array, shape: Shape) -> Array:
    """Return pictures (N, C, H, W) as the core's (H, C, W, N), checked against (H, W, C).

    A single picture is not copied.

    Raises
    ------
    ParameterError
        If the shape is not (N, C, H, W) of this network or the dtype is not a float.
    """
    check_pictures(x, shape)
    return np.ascontiguousarray(x.transpose(1, 2, 3, 0)).transpose(1, 0, 2, 3)


def check_pictures(x: Array, shape: Shape) -> None:
    """Raise ParameterError unless x is a float array (N, C, H, W) for the shape (H, W, C)."""
    height, width, channels = shape
    if x.ndim != 4 or x.shape[1:] != (channels, height, width):
        raise ParameterError(
            f"input must be (N, {channels}, {height}, {width}), that is (N, C, H, W); "
            f"received {x.shape}"
        )
    if x.dtype not in (np.float32, np.float64):
        raise ParameterError(f"input must be float32 or float64; received {x.dtype}")


def from_inner(x: Array) -> Array:
    """Return the core's (H, C, W, N) or (D, N) as (N, C, H, W) or (N, D), a view."""
    return x.transpose(3, 1, 0, 2) if x.ndim == 4 else x.T


def _named(layers: tuple[Layer, ...]) -> tuple[Layer, ...]:
    taken = Counter(layer.name for layer in layers if layer.name)
    double = [name for name, times in taken.items() if times > 1]
    if double:
        raise LayerError(f"two layers are called {double[0]!r}; names must differ")
    numbers: Counter[str] = Counter()
    out: list[Layer] = []
    for layer in layers:
        name = layer.name
        while not name:
            stem = "pool" if layer.kind.endswith("pool") else layer.kind
            numbers[stem] += 1
            candidate = f"{stem}{numbers[stem]}"
            name = "" if candidate in taken else candidate
        out.append(layer if layer.name else replace(layer, name=name))
    return tuple(out)
