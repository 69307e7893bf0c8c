"""Pooling layers: one number for each small window, the largest or the mean; no weights."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from convsim.core.geometry import Policy
from convsim.core.layers.base import (
    Field,
    Pair,
    Params,
    Shape,
    Side,
    Sides,
    pair,
    sides,
)
from convsim.core.layers.window import (
    DILATION,
    KERNEL,
    PADDING,
    POOL_POLICY,
    STRIDE,
    WindowLayer,
)
from convsim.core.lowering_pools import avg_pool, avg_pool_dx, max_pool, max_pool_dx
from convsim.core.record import record

if TYPE_CHECKING:
    from convsim.core.layers.run import Array, Backward, Run


@record
class Pool2d(WindowLayer):
    """What both pools share; the stride is the kernel unless given."""

    fields: ClassVar[tuple[Field, ...]] = (KERNEL, STRIDE, PADDING, DILATION, POOL_POLICY)

    def output_shape(self, shape: Shape) -> Shape:
        """Return (output height, output width, channels)."""
        rows, cols = self.checked_axes(shape)
        return rows.count, cols.count, shape[2]


@record
class MaxPool2d(Pool2d):
    """The largest value of each window, channel by channel; padding never wins.

    Parameters
    ----------
    kernel, stride, dilation : int or (int, int)
        For rows and columns; one number stands for both.
    padding : int or (rows, columns)
        Each a number for both ends or (before, after): ``padding=((0, 1), (0, 1))``.
    policy : Policy
        What to do when the stride leaves a remainder.
    name : str
        Unique in its network; numbered by the network if empty.

    Examples
    --------
    >>> MaxPool2d(2).output_shape((28, 28, 6))
    (14, 14, 6)
    """

    kind: ClassVar[str] = "maxpool"

    def __init__(
        self,
        kernel: int | Pair,
        stride: int | Pair | None = None,
        padding: Side | Sides = 0,
        dilation: int | Pair = 1,
        *,
        policy: Policy = Policy.STRICT,
        name: str = "",
    ) -> None:
        self.__dict__.update(
            name=name,
            kernel=pair(kernel),
            stride=pair(kernel if stride is None else stride),
            padding=sides(padding),
            dilation=pair(dilation),
            policy=policy,
        )
        self.__post_init__()

    def forward(self, params: Params, x: Array) -> Array:
        """Return the maxima: (H, C, W, N) to (Ho, C, Wo, N)."""
        del params
        return max_pool(x, *self.axes_of(x))

    def learn(self, params: Params, x: Array, run: Run) -> tuple[Array, Backward]:
        """Return the maxima; the gradient goes to the first maximum of each window."""
        del run
        y = self.forward(params, x)
        return y, lambda dy: (max_pool_dx(x, y, dy, *self.axes_of(x)), {})


@record
class AvgPool2d(Pool2d):
    """The mean of each window, channel by channel.

    Parameters
    ----------
    kernel, stride, dilation : int or (int, int)
        For rows and columns; one number stands for both.
    padding : int or (rows, columns)
        Each a number for both ends or (before, after): ``padding=((0, 1), (0, 1))``.
    policy : Policy
        What to do when the stride leaves a remainder.
    count_include_pad : bool
        Whether zeros of the padding count as values, as in PyTorch; never under the policy
        "same", where TensorFlow divides by the number of real pixels.  What hangs over the
        padding under the policy "ceil" is never counted.
    name : str
        Unique in its network; numbered by the network if empty.
    """

    count_include_pad: bool

    kind: ClassVar[str] = "avgpool"
    fields: ClassVar[tuple[Field, ...]] = (
        *Pool2d.fields,
        Field("count_include_pad", "switch"),
    )

    def __init__(
        self,
        kernel: int | Pair,
        stride: int | Pair | None = None,
        padding: Side | Sides = 0,
        dilation: int | Pair = 1,
        *,
        policy: Policy = Policy.STRICT,
        count_include_pad: bool = True,
        name: str = "",
    ) -> None:
        self.__dict__.update(
            name=name,
            kernel=pair(kernel),
            stride=pair(kernel if stride is None else stride),
            padding=sides(padding),
            dilation=pair(dilation),
            policy=policy,
            count_include_pad=count_include_pad,
        )
        self.__post_init__()

    @property
    def count_padding(self) -> bool:
        """Whether padded zeros count in the mean."""
        return self.count_include_pad and self.policy is not Policy.SAME

    def forward(self, params: Params, x: Array) -> Array:
        """Return the means: (H, C, W, N) to (Ho, C, Wo, N)."""
        del params
        return avg_pool(x, *self.axes_of(x), count_padding=self.count_padding)

    def learn(self, params: Params, x: Array, run: Run) -> tuple[Array, Backward]:
        """Return the means; each value of a window gets its share of the gradient."""
        del run
        count = self.count_padding
        return self.forward(params, x), lambda dy: (
            avg_pool_dx(dy, *self.axes_of(x), count_padding=count),
            {},
        )
