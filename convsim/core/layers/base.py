"""What every layer is: fields with bounds, shapes, weights, and a pure forward.

Shapes are (height, width, channels) for maps and (values,) for vectors.  Arrays inside the core
are (height, channel, width, batch) for maps and (values, batch) for vectors: the batch is
innermost because that keeps runs long (see :mod:`convsim.core.lowering`).  Weights keep the
standard layouts, (filters, channels, kernel height, kernel width) and (outputs, inputs).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import field
from math import prod
from typing import Any, ClassVar, Literal

import numpy as np

from convsim.core.errors import LayerError
from convsim.core.formula import Formula, Term, product
from convsim.core.init import HE_NORMAL, Start
from convsim.core.layers.run import Array, Backward, Run
from convsim.core.record import record

Shape = tuple[int, ...]
Pair = tuple[int, int]
Side = int | Pair
"""One number for both ends of an axis, or (before, after)."""
Sides = tuple[Side, Side]
"""Rows and columns, each one number or (before, after)."""
Params = Mapping[str, Array]
"""Weights of one layer by name: ``weight`` and, if it has one, ``bias``; batch norm has more."""

BYTES = 4
"""Bytes of one float32."""


@record
class Field:
    """One setting of a layer: what it is called and what it may be.

    Attributes
    ----------
    name : str
        The attribute of the layer.
    kind : {"count", "pair", "sides", "number", "switch", "choice"}
        A whole number; one for rows and one for columns; the same where each may be
        (before, after); any number; on/off; or one of `choices`.
    low, high : float
        Bounds of a number, both included; whole for whole numbers.
    choices : tuple of str
        Values of a choice.
    """

    name: str
    kind: Literal["count", "pair", "sides", "number", "switch", "choice"]
    low: float = 0
    high: float = 0
    choices: tuple[str, ...] = ()

    def check(self, value: object, layer: str) -> None:
        """Raise LayerError unless `value` is of the kind and within the bounds."""
        where = f"{layer}: {self.name}"
        if self.kind == "switch":
            if not isinstance(value, bool):
                raise LayerError(f"{where} must be true or false; got {value!r}")
        elif self.kind == "choice":
            if value not in self.choices:
                raise LayerError(f"{where} must be one of {', '.join(self.choices)}; got {value!r}")
        elif self.kind == "number":
            self._check_number(where, value, "a number", (int, float, np.integer, np.floating))
        else:
            for number in self._parts(where, value):
                self._check_number(where, number, "a whole number", (int, np.integer))

    def _parts(self, where: str, value: object) -> Iterator[object]:
        """Yield the whole numbers that a count, a pair or sides consist of."""
        if self.kind == "count" or not isinstance(value, tuple):
            yield value
            return
        if len(value) != 2:
            form = "one number or (rows, columns)"
            if self.kind == "sides":
                form = "one number, or (rows, columns), each one number or (before, after)"
            raise LayerError(f"{where} must be {form}; got {value!r}")
        for part in value:
            if self.kind == "sides" and isinstance(part, tuple) and len(part) == 2:
                yield from part
            else:
                yield part

    def _check_number(self, where: str, value: Any, what: str, types: tuple[type, ...]) -> None:
        if isinstance(value, bool) or not isinstance(value, types):
            raise LayerError(f"{where} must be {what}; got {value!r}")
        number: Any = value
        if not self.low <= number <= self.high:
            raise LayerError(f"{where} must be {self.low} to {self.high}; got {value}")


def pair(value: int | Pair) -> Pair:
    """Return (rows, columns) of a number that stands for both, or of the pair itself."""
    if isinstance(value, tuple):
        return value
    return (value, value)


def sides(value: Side | Sides) -> Sides:
    """Return (rows, columns) of padding; (before, after) that agree become one number.

    Examples
    --------
    >>> sides(2), sides((1, 2)), sides(((1, 1), (0, 2)))
    ((2, 2), (1, 2), (1, (0, 2)))
    """
    if not isinstance(value, tuple):
        return value, value
    # Anything else is left as it is, for the field to refuse.
    found: Any = tuple(_side(side) for side in value)
    return found  # type: ignore[no-any-return]


def _side(value: Any) -> Any:
    if isinstance(value, tuple) and len(value) == 2 and value[0] == value[1]:
        # Equal alone is not the same: True would pass for 1.
        return value[0] if type(value[0]) is type(value[1]) else value
    return value


def ends(side: Side) -> Pair:
    """Return (before, after) of one side."""
    return side if isinstance(side, tuple) else (side, side)


@record
class Layer(ABC):
    """A piece of mathematics with frozen fields; it knows shapes and numbers, not pictures.

    Attributes
    ----------
    name : str
        Unique within a network, which numbers unnamed layers: ``conv1``, ``relu1``, ``conv2``.
    """

    name: str = field(default="", kw_only=True)

    kind: ClassVar[str]
    """The type as it is written in files and names: ``conv``."""
    fields: ClassVar[tuple[Field, ...]] = ()
    in_place: ClassVar[bool] = False
    """Whether frameworks overwrite the input, so that it needs no memory of its own: every layer
    that makes one value of one value, batch norm and the sum of a residual block included."""
    trained: ClassVar[tuple[str, ...]] = ("weight", "bias")
    """Names of the parameters that training changes by their gradient; not running statistics."""

    def __post_init__(self) -> None:
        """Check every field against its bounds."""
        for spec in self.fields:
            value = getattr(self, spec.name)
            spec.check(value, self.name or self.kind)
            if spec.kind == "number":
                self.__dict__[spec.name] = float(value)

    @abstractmethod
    def output_shape(self, shape: Shape) -> Shape:
        """Return the shape that comes out when `shape` goes in.

        Raises
        ------
        GeometryError
            If a window does not fit.
        LayerError
            If the layer cannot take this kind of shape.
        """

    @abstractmethod
    def forward(self, params: Params, x: Array) -> Array:
        """Return the output for x, (H, C, W, N) or (D, N); pure, of x's dtype."""

    @abstractmethod
    def learn(self, params: Params, x: Array, run: Run) -> tuple[Array, Backward]:
        """Return the output as training computes it, and how gradients go back.

        Pure but for `run`, which lends random numbers and buffers and collects statistics.

        Returns
        -------
        y : array
            As `forward` returns it; different only for Dropout and batch norm.
        backward : function
            From dL/dy to (dL/dx, gradients), the gradients keyed like the trained parameters and
            of their shapes.  Its result may share memory with dL/dy and must not be written to.
            It is good until the layer learns again with the same `run`.
        """

    def sources(self, index: int) -> tuple[int, ...]:
        """Return whose outputs the layer at `index` reads, as indices; −1 is the picture.

        All of them are given to `forward`, `learn` and `output_shape` in this order; dL/dx is the
        same for each.
        """
        return (index - 1,)

    def param_shapes(self, shape: Shape) -> dict[str, Shape]:
        """Return the shape of each parameter for this input shape; empty without weights."""
        del shape
        return {}

    def init(
        self, rng: np.random.Generator, shape: Shape, start: Start = HE_NORMAL
    ) -> dict[str, Array]:
        """Return fresh float32 parameters: weights that begin as `start` says, and zero biases."""
        made: dict[str, Array] = {}
        for name, size in self.param_shapes(shape).items():
            if name == "bias":
                made[name] = np.zeros(size, np.float32)
            else:
                made[name] = start.draw(rng, size, *self.fans(shape))
        return made

    def fans(self, shape: Shape) -> tuple[int, int]:
        """Return fan-in and fan-out: products in one output value, and of one input value."""
        size = self.param_shapes(shape)["weight"]
        return prod(size[1:]), size[0] * prod(size[2:])

    def multiply_adds(self, shape: Shape) -> Formula:
        """Return the multiply-adds for one picture, without biases."""
        del shape
        return Formula("multiply_adds", ("0",), 0)

    def formula(self, shape: Shape) -> tuple[Formula, ...]:
        """Return all formulas of this layer with the numbers of this input shape.

        In this order, where they apply: height, width, weights, biases, multiply_adds, memory.
        """
        return (*self.size_formulas(shape), *self.count_formulas(shape))

    def size_formulas(self, shape: Shape) -> tuple[Formula, ...]:
        """Return the formulas of the output size; also for a size that does not fit."""
        del shape
        return ()

    def count_formulas(self, shape: Shape, *, fits: bool = True) -> tuple[Formula, ...]:
        """Return the formulas of weights, biases and, if it fits, multiply-adds and memory."""
        sizes = self.param_shapes(shape)
        biases = product("biases", Term("K", prod(sizes["bias"]) if "bias" in sizes else 0))
        known = (self.weight_formula(shape), biases)
        return (*known, self.multiply_adds(shape), self.memory(shape)) if fits else known

    def weight_formula(self, shape: Shape) -> Formula:
        """Return the number of weights without biases."""
        del shape
        return Formula("weights", ("0",), 0)

    def memory(self, shape: Shape) -> Formula:
        """Return the bytes of this layer's float32 activations for one picture."""
        if self.in_place:
            return Formula("memory", ("0",), 0)
        terms = (Term(s, v) for s, v in zip("HWC", self.output_shape(shape), strict=False))
        return product("memory", Term("bytes", BYTES), *terms)


def need_maps(layer: Layer, shape: Shape) -> tuple[int, int, int]:
    """Return (height, width, channels), or raise LayerError for a vector."""
    if len(shape) != 3:
        raise LayerError(
            f"{layer.name or layer.kind} needs maps (height × width × channels); "
            f"received a vector of {shape[0]}; put it before Flatten"
        )
    return shape[0], shape[1], shape[2]


def channel_axis(x: Array) -> int:
    """Return the axis of channels of (H, C, W, N), or of values of (D, N)."""
    return 0 if x.ndim == 2 else 1


def need_vector(layer: Layer, shape: Shape) -> int:
    """Return the length, or raise LayerError for maps."""
    if len(shape) != 1:
        size = "×".join(map(str, shape))
        raise LayerError(
            f"{layer.name or layer.kind} needs a vector; received maps of {size}; "
            "put Flatten before it"
        )
    return shape[0]
