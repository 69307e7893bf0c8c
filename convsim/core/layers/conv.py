"""A convolutional layer: the same small filters tried at every place of the picture."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import ClassVar

from convsim.core.formula import Formula, Term, product
from convsim.core.geometry import Policy
from convsim.core.layers.base import Array, Field, Pair, Params, Shape, need_maps, pair
from convsim.core.layers.window import DILATION, KERNEL, PADDING, POLICY, STRIDE, WindowLayer
from convsim.core.lowering import convolve


@dataclass(frozen=True, init=False)
class Conv2d(WindowLayer):
    """`filters` filters of kernel height × width × all input channels, one map each.

    The value at one place is w·x + b over the window (a cross-correlation, as in every framework).

    Parameters
    ----------
    filters : int
        Number of filters, and so of output channels.
    kernel, stride, padding, dilation : int or (int, int)
        For rows and columns; one number stands for both.  Dilation 1 means contiguous.
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
    """

    filters: int
    dilation: Pair
    bias: bool

    kind: ClassVar[str] = "conv"
    fields: ClassVar[tuple[Field, ...]] = (
        Field("filters", "count", 1, 4096),
        KERNEL,
        STRIDE,
        PADDING,
        DILATION,
        Field("bias", "switch"),
        POLICY,
    )

    def __init__(
        self,
        filters: int,
        kernel: int | Pair,
        stride: int | Pair = 1,
        padding: int | Pair = 0,
        dilation: int | Pair = 1,
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
            padding=pair(padding),
            dilation=pair(dilation),
            bias=bias,
            policy=policy,
        )
        self.__post_init__()

    @property
    def spacing(self) -> Pair:
        """Pixels between neighbouring taps (rows, columns)."""
        return self.dilation

    def output_shape(self, shape: Shape) -> Shape:
        """Return (output height, output width, filters)."""
        rows, cols = self.checked_axes(shape)
        return rows.count, cols.count, self.filters

    def param_shapes(self, shape: Shape) -> dict[str, Shape]:
        """Return ``weight`` (filters, channels, kernel height, width) and ``bias`` (filters,)."""
        channels = need_maps(self, shape)[2]
        sizes: dict[str, Shape] = {"weight": (self.filters, channels, *self.kernel)}
        if self.bias:
            sizes["bias"] = (self.filters,)
        return sizes

    def forward(self, params: Params, x: Array) -> Array:
        """Return the maps: (H, C, W, N) to (Ho, filters, Wo, N)."""
        rows, cols = self.axes((x.shape[0], x.shape[2], x.shape[1]))
        return convolve(x, params["weight"], params.get("bias"), rows, cols)

    def weight_formula(self, shape: Shape) -> Formula:
        """Return kernel width · kernel height · channels · filters."""
        return product(
            "weights",
            Term("Fw", self.kernel[1]),
            Term("Fh", self.kernel[0]),
            Term("C", need_maps(self, shape)[2]),
            Term("K", self.filters),
        )

    def multiply_adds(self, shape: Shape) -> Formula:
        """Return positions · filters · values of a window."""
        high, broad, filters = self.output_shape(shape)
        per_value = prod(self.kernel) * shape[2]
        return product(
            "multiply_adds",
            Term("H", high),
            Term("W", broad),
            Term("K", filters),
            Term("Fw·Fh·C", per_value),
        )
