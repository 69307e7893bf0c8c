"""What convolution and pooling share: a window that slides over rows and columns."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING

from convsim.core.geometry import Axis, Policy, make_axis
from convsim.core.layers.base import Field, Layer, Pair, Shape, Sides, ends, need_maps
from convsim.core.record import record

if TYPE_CHECKING:
    from convsim.core.formula import Formula
    from convsim.core.layers.run import Array

KERNEL = Field("kernel", "pair", 1, 64)
STRIDE = Field("stride", "pair", 1, 64)
PADDING = Field("padding", "sides", 0, 64)
DILATION = Field("dilation", "pair", 1, 32)
POLICY = Field("policy", "choice", choices=(Policy.STRICT, Policy.FLOOR, Policy.SAME))
POOL_POLICY = Field("policy", "choice", choices=tuple(Policy))


@record
class SlidingLayer(Layer):
    """A layer whose every value is made of one window of its input maps."""

    @abstractmethod
    def axes(self, shape: Shape) -> tuple[Axis, Axis]:
        """Return the geometry of rows and columns, whether or not it fits."""

    def checked_axes(self, shape: Shape) -> tuple[Axis, Axis]:
        """Return the geometry, or raise GeometryError if it does not fit."""
        rows, cols = self.axes(shape)
        return rows.check("input height"), cols.check("input width")

    def axes_of(self, x: Array) -> tuple[Axis, Axis]:
        """Return the geometry for maps (H, C, W, N)."""
        return self.axes((x.shape[0], x.shape[2], x.shape[1]))

    def size_formulas(self, shape: Shape) -> tuple[Formula, ...]:
        """Return the formulas of output height and width."""
        rows, cols = self.axes(shape)
        return rows.formula("height"), cols.formula("width")


@record
class WindowLayer(SlidingLayer):
    """A layer with a window to choose; all settings are (rows, columns).

    The padding of rows, or of columns, may be (before, after) where both ends differ.
    """

    kernel: Pair
    stride: Pair
    padding: Sides
    dilation: Pair
    policy: Policy

    def __post_init__(self) -> None:
        """Check every field, and take a policy's plain text for the policy."""
        super().__post_init__()
        self.__dict__["policy"] = Policy(self.policy)

    @property
    def spacing(self) -> Pair:
        """Pixels between neighbouring taps (rows, columns); 1 means contiguous."""
        return self.dilation

    def axes(self, shape: Shape) -> tuple[Axis, Axis]:
        """Return the geometry of rows and columns, whether or not it fits."""
        height, width, _ = need_maps(self, shape)
        rows, cols = (
            make_axis(
                size,
                self.kernel[i],
                self.stride[i],
                ends(self.padding[i]),
                self.dilation[i],
                self.policy,
            )
            for i, size in enumerate((height, width))
        )
        return rows, cols
