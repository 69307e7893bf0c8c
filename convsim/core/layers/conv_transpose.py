"""A transposed convolution: every input value is spread over the output by the filter."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, ClassVar

from convsim.core.errors import LayerError
from convsim.core.formula import Formula, Term, product
from convsim.core.layers.base import (
    Field,
    Layer,
    Pair,
    Params,
    Shape,
    Side,
    Sides,
    ends,
    need_maps,
    pair,
    sides,
)
from convsim.core.layers.conv import BIAS, FILTERS, GROUPS, group_channels
from convsim.core.layers.window import DILATION, KERNEL, PADDING, STRIDE
from convsim.core.lowering import convolve, convolve_dw, convolve_dx
from convsim.core.record import record
from convsim.core.transposed import transposed_axis, transposed_formula

if TYPE_CHECKING:
    from convsim.core.geometry import Axis
    from convsim.core.layers.run import Array, Backward, Run


@record
class ConvTranspose2d(Layer):
    """Each input value times a filter is added to the output, `stride` pixels after the last one.

    It is the gradient of a convolution with the same settings, and makes maps larger.  Seen from
    the output: the value at one place is w·x + b over the few input values that land on it.

    Parameters
    ----------
    filters : int
        Number of output channels.
    kernel, stride, dilation : int or (int, int)
        For rows and columns; one number stands for both.
    padding : int or (rows, columns)
        Pixels cut off around the output; rows and columns are each a number for both ends or
        (before, after).
    output_padding : int or (int, int)
        Pixels added to the output at the bottom and right; less than stride or dilation.
    groups : int
        The channels are shared out to so many groups, and each filter sees only those of its own.
    bias : bool
        Whether each filter adds a number of its own.
    name : str
        Unique in its network; numbered by the network if empty.

    Examples
    --------
    >>> ConvTranspose2d(3, 4, stride=2, padding=1).output_shape((8, 8, 16))
    (16, 16, 3)
    >>> ConvTranspose2d(3, 4, stride=2).param_shapes((8, 8, 16))
    {'weight': (16, 3, 4, 4), 'bias': (3,)}
    """

    filters: int
    kernel: Pair
    stride: Pair
    padding: Sides
    output_padding: Pair
    dilation: Pair
    groups: int
    bias: bool

    kind: ClassVar[str] = "convtranspose"
    fields: ClassVar[tuple[Field, ...]] = (
        FILTERS,
        KERNEL,
        STRIDE,
        PADDING,
        Field("output_padding", "pair", 0, 63),
        DILATION,
        GROUPS,
        BIAS,
    )

    def __init__(
        self,
        filters: int,
        kernel: int | Pair,
        stride: int | Pair = 1,
        padding: Side | Sides = 0,
        output_padding: int | Pair = 0,
        dilation: int | Pair = 1,
        groups: int = 1,
        *,
        bias: bool = True,
        name: str = "",
    ) -> None:
        self.__dict__.update(
            name=name,
            filters=filters,
            kernel=pair(kernel),
            stride=pair(stride),
            padding=sides(padding),
            output_padding=pair(output_padding),
            dilation=pair(dilation),
            groups=groups,
            bias=bias,
        )
        self.__post_init__()

    def axes(self, shape: Shape) -> tuple[Axis, Axis]:
        """Return the geometry of rows and columns along the output (see `core.transposed`).

        Raises
        ------
        GeometryError
            If nothing is left of the output.
        """
        height, width, _ = need_maps(self, shape)
        rows, cols = (
            transposed_axis(size, *self._settings(i)) for i, size in enumerate((height, width))
        )
        return rows, cols

    def _settings(self, i: int) -> tuple[int, int, Pair, int, int]:
        extra = self.output_padding[i]
        return self.kernel[i], self.stride[i], ends(self.padding[i]), extra, self.dilation[i]

    def output_shape(self, shape: Shape) -> Shape:
        """Return (output height, output width, filters)."""
        self.depth(shape)
        for extra, stride, dilation in zip(
            self.output_padding, self.stride, self.dilation, strict=True
        ):
            if extra >= max(stride, dilation):
                raise LayerError(
                    f"{self.name or self.kind}: output padding must be less than the stride "
                    f"{stride} or the dilation {dilation}; got {extra}"
                )
        rows, cols = self.axes(shape)
        return rows.size, cols.size, self.filters

    def depth(self, shape: Shape) -> int:
        """Return how many channels a filter sees: those of its group."""
        return group_channels(self, self.groups, need_maps(self, shape)[2], self.filters)

    def param_shapes(self, shape: Shape) -> dict[str, Shape]:
        """Return ``weight`` (channels, filters, kernel height, width) and ``bias`` (filters,).

        The filters are those of one group, as in PyTorch and ONNX.
        """
        self.depth(shape)
        own = self.filters // self.groups
        sizes: dict[str, Shape] = {"weight": (shape[2], own, *self.kernel)}
        if self.bias:
            sizes["bias"] = (self.filters,)
        return sizes

    def fans(self, shape: Shape) -> tuple[int, int]:
        """Return fan-in and fan-out: products in one output value, and of one input value.

        With a stride S only one tap of S·S lands on an output value.
        """
        taps = prod(self.kernel)
        landing = max(taps // prod(self.stride), 1)
        return self.depth(shape) * landing, self.filters // self.groups * taps

    def forward(self, params: Params, x: Array) -> Array:
        """Return the maps: (H, C, W, N) to (Ho, filters, Wo, N)."""
        y = convolve_dx(x, params["weight"], *self._axes_of(x), self.groups)
        if "bias" in params:
            y += params["bias"][:, None, None]
        return y

    def learn(self, params: Params, x: Array, run: Run) -> tuple[Array, Backward]:
        """Return the maps; the gradient of the input is an ordinary convolution of dL/dy."""
        del run
        rows, cols = self._axes_of(x)
        weight = params["weight"]

        def backward(dy: Array) -> tuple[Array, dict[str, Array]]:
            grads = {"weight": convolve_dw(dy, x, weight.shape, rows, cols)}
            if "bias" in params:
                grads["bias"] = dy.sum(axis=(0, 2, 3))
            return convolve(dy, weight, None, rows, cols), grads

        return self.forward(params, x), backward

    def _axes_of(self, x: Array) -> tuple[Axis, Axis]:
        return self.axes((x.shape[0], x.shape[2], x.shape[1]))

    def size_formulas(self, shape: Shape) -> tuple[Formula, ...]:
        """Return the formulas of output height and width."""
        height, width, _ = need_maps(self, shape)
        return (
            transposed_formula("height", height, *self._settings(0)),
            transposed_formula("width", width, *self._settings(1)),
        )

    def weight_formula(self, shape: Shape) -> Formula:
        """Return kernel width · kernel height · channels · filters of a group."""
        self.depth(shape)
        return product(
            "weights",
            Term("Fw", self.kernel[1]),
            Term("Fh", self.kernel[0]),
            Term("C", shape[2]),
            Term("K", self.filters // self.groups),
        )

    def multiply_adds(self, shape: Shape) -> Formula:
        """Return input values · products of each: taps · filters of a group.

        Products that the padding cuts off count, as those with zeros of the padding do in a
        convolution.
        """
        height, width, channels = need_maps(self, shape)
        return product(
            "multiply_adds",
            Term("H", height),
            Term("W", width),
            Term("C", channels),
            Term("Fw", self.kernel[1]),
            Term("Fh", self.kernel[0]),
            Term("K", self.filters // self.groups),
        )
