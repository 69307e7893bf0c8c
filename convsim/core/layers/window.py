"""What convolution and pooling share: a window that slides over rows and columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from convsim.core.geometry import Axis, Policy, make_axis
from convsim.core.layers.base import Field, Layer, Pair, Shape, need_maps

if TYPE_CHECKING:
    from convsim.core.formula import Formula

KERNEL = Field("kernel", "pair", 1, 64)
STRIDE = Field("stride", "pair", 1, 64)
PADDING = Field("padding", "pair", 0, 64)
DILATION = Field("dilation", "pair", 1, 32)
POLICY = Field("policy", "choice", choices=tuple(Policy))


@dataclass(frozen=True)
class WindowLayer(Layer):
    """A layer that slides a window; `kernel`, `stride` and `padding` are (rows, columns)."""

    kernel: Pair
    stride: Pair
    padding: Pair
    policy: Policy

    def __post_init__(self) -> None:
        """Check every field, and take a policy's plain text for the policy."""
        super().__post_init__()
        self.__dict__["policy"] = Policy(self.policy)

    @property
    def spacing(self) -> Pair:
        """Pixels between neighbouring taps (rows, columns); 1 means contiguous."""
        return (1, 1)

    def axes(self, shape: Shape) -> tuple[Axis, Axis]:
        """Return the geometry of rows and columns, whether or not it fits."""
        height, width, _ = need_maps(self, shape)
        (tall, wide), (down, right), (above, left) = self.kernel, self.stride, self.padding
        spread = self.spacing
        return (
            make_axis(height, tall, down, above, spread[0], self.policy),
            make_axis(width, wide, right, left, spread[1], self.policy),
        )

    def checked_axes(self, shape: Shape) -> tuple[Axis, Axis]:
        """Return the geometry, or raise GeometryError if it does not fit."""
        rows, cols = self.axes(shape)
        return rows.check("input height"), cols.check("input width")

    def size_formulas(self, shape: Shape) -> tuple[Formula, ...]:
        """Return the formulas of output height and width."""
        rows, cols = self.axes(shape)
        return rows.formula("height"), cols.formula("width")
