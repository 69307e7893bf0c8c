"""Pooling layers: one number for each small window, the largest or the mean; no weights."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from convsim.core.geometry import Policy
from convsim.core.layers.base import Array, Field, Pair, Params, Shape, pair
from convsim.core.layers.window import KERNEL, PADDING, POLICY, STRIDE, WindowLayer
from convsim.core.lowering import avg_pool, max_pool


@dataclass(frozen=True, init=False)
class Pool2d(WindowLayer):
    """What both pools share; the stride is the kernel unless given.

    Parameters
    ----------
    kernel, stride, padding : int or (int, int)
        For rows and columns; one number stands for both.
    policy : Policy
        What to do when the stride leaves a remainder.
    name : str
        Unique in its network; numbered by the network if empty.
    """

    fields: ClassVar[tuple[Field, ...]] = (KERNEL, STRIDE, PADDING, POLICY)

    def __init__(
        self,
        kernel: int | Pair,
        stride: int | Pair | None = None,
        padding: int | Pair = 0,
        *,
        policy: Policy = Policy.STRICT,
        name: str = "",
    ) -> None:
        self.__dict__.update(
            name=name,
            kernel=pair(kernel),
            stride=pair(kernel if stride is None else stride),
            padding=pair(padding),
            policy=policy,
        )
        self.__post_init__()

    def output_shape(self, shape: Shape) -> Shape:
        """Return (output height, output width, channels)."""
        rows, cols = self.checked_axes(shape)
        return rows.count, cols.count, shape[2]


@dataclass(frozen=True, init=False)
class MaxPool2d(Pool2d):
    """The largest value of each window, channel by channel; padding never wins.

    Examples
    --------
    >>> MaxPool2d(2).output_shape((28, 28, 6))
    (14, 14, 6)
    """

    kind: ClassVar[str] = "maxpool"

    def forward(self, params: Params, x: Array) -> Array:
        """Return the maxima: (H, C, W, N) to (Ho, C, Wo, N)."""
        del params
        return max_pool(x, *self.axes((x.shape[0], x.shape[2], x.shape[1])))


@dataclass(frozen=True, init=False)
class AvgPool2d(Pool2d):
    """The mean of each window, channel by channel.

    Zeros of the padding count as values, as in PyTorch, except under the policy "same", where
    TensorFlow divides by the number of real pixels.
    """

    kind: ClassVar[str] = "avgpool"

    @property
    def count_padding(self) -> bool:
        """Whether padded zeros count in the mean."""
        return self.policy is not Policy.SAME

    def forward(self, params: Params, x: Array) -> Array:
        """Return the means: (H, C, W, N) to (Ho, C, Wo, N)."""
        del params
        rows, cols = self.axes((x.shape[0], x.shape[2], x.shape[1]))
        return avg_pool(x, rows, cols, count_padding=self.count_padding)
