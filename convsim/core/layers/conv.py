"""A convolutional layer: the same small filters tried at every place of the picture."""

from __future__ import annotations

from math import gcd, prod
from typing import TYPE_CHECKING, ClassVar

from convsim.core.errors import LayerError
from convsim.core.formula import Formula, Term, product
from convsim.core.geometry import Policy
from convsim.core.layers.base import (
    Field,
    Layer,
    Pair,
    Params,
    Shape,
    Side,
    Sides,
    need_maps,
    pair,
    sides,
)
from convsim.core.layers.window import DILATION, KERNEL, PADDING, POLICY, STRIDE, WindowLayer
from convsim.core.lowering import convolve, convolve_dw, convolve_dx
from convsim.core.record import record

if TYPE_CHECKING:
    from convsim.core.layers.run import Array, Backward, Run

FILTERS = Field("filters", "count", 1, 4096)
GROUPS = Field("groups", "count", 1, 4096)
BIAS = Field("bias", "switch")


def group_channels(layer: Layer, groups: int, channels: int, filters: int) -> int:
    """Return the input channels of one group, or raise LayerError if groups leave a remainder."""
    if channels % groups or filters % groups:
        both = gcd(channels, filters)
        fitting = ", ".join(str(n) for n in range(1, both + 1) if both % n == 0)
        raise LayerError(
            f"{layer.name or layer.kind}: {groups} groups do not share out {channels} channels and "
            f"{filters} filters evenly; groups that do: {fitting}"
        )
    return channels // groups


@record
class Conv2d(WindowLayer):
    """`filters` filters of kernel height × width × all input channels, one map each.

    The value at one place is w·x + b over the window (a cross-correlation, as in every framework).

    Parameters
    ----------
    filters : int
        Number of filters, and so of output channels.
    kernel, stride, dilation : int or (int, int)
        For rows and columns; one number stands for both.  Dilation 1 means contiguous.
    padding : int or (rows, columns)
        Zeros around the input.  Rows and columns are each a number for both ends, or
        (before, after) where these differ: ``padding=((0, 1), 2)`` adds one row below, none
        above, and two columns left and right.
    groups : int
        The channels are shared out to so many groups, and each filter sees only those of its own
        group.  As many groups as channels make the convolution depthwise.
    bias : bool
        Whether each filter adds a number of its own.
    policy : Policy
        What to do when the stride leaves a remainder.
    name : str
        Unique in its network; numbered by the network if empty.

    Examples
    --------
    >>> Conv2d(6, 5).output_shape((32, 32, 3))
    (28, 28, 6)
    >>> Conv2d(6, 5).param_shapes((32, 32, 3))
    {'weight': (6, 3, 5, 5), 'bias': (6,)}
    >>> Conv2d(6, 3, groups=3).param_shapes((32, 32, 3))["weight"]
    (6, 1, 3, 3)
    """

    filters: int
    groups: int
    bias: bool

    kind: ClassVar[str] = "conv"
    fields: ClassVar[tuple[Field, ...]] = (
        FILTERS,
        KERNEL,
        STRIDE,
        PADDING,
        DILATION,
        GROUPS,
        BIAS,
        POLICY,
    )

    def __init__(
        self,
        filters: int,
        kernel: int | Pair,
        stride: int | Pair = 1,
        padding: Side | Sides = 0,
        dilation: int | Pair = 1,
        groups: int = 1,
        *,
        bias: bool = True,
        policy: Policy = Policy.STRICT,
        name: str = "",
    ) -> None:
        self.__dict__.update(
            name=name,
            filters=filters,
            kernel=pair(kernel),
            stride=pair(stride),
            padding=sides(padding),
            dilation=pair(dilation),
            groups=groups,
            bias=bias,
            policy=policy,
        )
        self.__post_init__()

    def output_shape(self, shape: Shape) -> Shape:
        """Return (output height, output width, filters)."""
        rows, cols = self.checked_axes(shape)
        self.depth(shape)
        return rows.count, cols.count, self.filters

    def depth(self, shape: Shape) -> int:
        """Return how many channels a filter sees: those of its group."""
        return group_channels(self, self.groups, need_maps(self, shape)[2], self.filters)

    def param_shapes(self, shape: Shape) -> dict[str, Shape]:
        """Return ``weight`` (filters, channels, kernel height, width) and ``bias`` (filters,).

        The channels are those of one group.
        """
        sizes: dict[str, Shape] = {"weight": (self.filters, self.depth(shape), *self.kernel)}
        if self.bias:
            sizes["bias"] = (self.filters,)
        return sizes

    def forward(self, params: Params, x: Array, *, relu: bool = False) -> Array:
        """Return the maps, (H, C, W, N) to (Ho, filters, Wo, N), or with `relu` what follows."""
        return convolve(x, params["weight"], params.get("bias"), *self.axes_of(x), relu=relu)

    def learn(self, params: Params, x: Array, run: Run) -> tuple[Array, Backward]:
        """Return the maps; gradients of the input, the filters and the biases."""
        del run
        rows, cols = self.axes_of(x)
        weight = params["weight"]

        def backward(dy: Array) -> tuple[Array, dict[str, Array]]:
            grads = {"weight": convolve_dw(x, dy, weight.shape, rows, cols)}
            if "bias" in params:
                grads["bias"] = dy.sum(axis=(0, 2, 3))
            return convolve_dx(dy, weight, rows, cols, self.groups), grads

        return self.forward(params, x), backward

    def weight_formula(self, shape: Shape) -> Formula:
        """Return kernel width · kernel height · channels of a group · filters."""
        return product(
            "weights",
            Term("Fw", self.kernel[1]),
            Term("Fh", self.kernel[0]),
            Term("C", self.depth(shape)),
            Term("K", self.filters),
        )

    def multiply_adds(self, shape: Shape) -> Formula:
        """Return positions · filters · values of a window."""
        high, broad, filters = self.output_shape(shape)
        per_value = prod(self.kernel) * self.depth(shape)
        return product(
            "multiply_adds",
            Term("H", high),
            Term("W", broad),
            Term("K", filters),
            Term("Fw·Fh·C", per_value),
        )
