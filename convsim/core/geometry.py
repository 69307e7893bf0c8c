"""Where a sliding window may stand, how often, and which pixels it never reads.

This is the only place in ConvSim that knows the size formula: every label, every walk of the
window and every shaded pixel is derived from :class:`Axis`.  Rows and columns are two independent
axes with the same arithmetic.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache
from math import ceil, floor
from typing import TYPE_CHECKING

import numpy as np

from convsim.core.errors import DoesNotFitError, KernelTooLargeError
from convsim.core.formula import Formula, Term
from convsim.core.record import record

if TYPE_CHECKING:
    from numpy.typing import NDArray


class Policy(StrEnum):
    """What happens when the stride does not divide the way of the window."""

    STRICT = "strict"
    """It is an error; nothing is rounded silently."""
    FLOOR = "floor"
    """The last, incomplete position is left out, as PyTorch and Caffe do."""
    SAME = "same"
    """TensorFlow's "same": ⌈N/S⌉ positions, the odd zero goes right and bottom."""
    CEIL = "ceil"
    """One more, incomplete position, if it begins inside the input or the padding before it: the
    ceil mode of pools in PyTorch and ONNX.  What hangs over the edge is no value."""


@record
class Axis:
    """A window of `kernel` taps sliding along `size` pixels.

    Attributes
    ----------
    size : int
        Pixels along this axis.
    kernel : int
        Taps of the window.
    stride : int
        Pixels from one position to the next.
    before, after : int
        Zeros added at the low and the high end.  A transposed convolution may leave some pixels
        at the high end unread: then `after` is negative.
    dilation : int
        Pixels from one tap to the next; 1 means contiguous (CS231n's notes call that 0).
    policy : Policy
        Whether a remainder is an error; under `SAME` the padding fields are already the ones
        that TensorFlow would choose (see :func:`make_axis`).

    Examples
    --------
    >>> make_axis(7, 3, stride=2).count
    3
    >>> make_axis(7, 3, stride=3).quotient
    Fraction(7, 3)
    """

    size: int
    kernel: int
    stride: int = 1
    before: int = 0
    after: int = 0
    dilation: int = 1
    policy: Policy = Policy.STRICT

    @property
    def extent(self) -> int:
        """Pixels from the first to the last tap, both counted: dilation·(kernel − 1) + 1."""
        return self.dilation * (self.kernel - 1) + 1

    @property
    def edge(self) -> int:
        """The pixel behind the padding at the high end: pixels from here on are no values."""
        return self.size + self.after

    @property
    def overhang(self) -> int:
        """Pixels by which the last window hangs over the padding; only under `Policy.CEIL`."""
        if self.policy is not Policy.CEIL or not self.count:
            return 0
        return max(self.start(self.count - 1) + self.extent - self.edge, 0)

    @property
    def padded(self) -> int:
        """All pixels that windows slide over: the input, both paddings, and the overhang."""
        return self.before + self.edge + self.overhang

    @property
    def span(self) -> int:
        """Pixels the window can travel; negative if it does not fit at all."""
        return self.before + self.edge - self.extent

    @property
    def quotient(self) -> Fraction:
        """(N + P − F)/S + 1, exactly; whole only if the stride fits."""
        return Fraction(self.span, self.stride) + 1

    @property
    def fits(self) -> bool:
        """Whether the last window ends exactly at the (padded) edge."""
        return self.span >= 0 and self.span % self.stride == 0

    @property
    def count(self) -> int:
        """Number of positions, 0 if the window is too large."""
        span = self.span
        if self.policy is Policy.CEIL:
            whole = -(-span // self.stride) + 1
            return max(whole - 1 if self.begins_outside else whole, 0)
        return span // self.stride + 1 if span >= 0 else 0

    @property
    def begins_outside(self) -> bool:
        """Whether rounding up would make a window begin behind the input; it is left out."""
        return -(-self.span // self.stride) * self.stride >= self.size + self.before

    def check(self, what: str = "input") -> Axis:
        """Return self if a network may use it.

        Raises
        ------
        KernelTooLargeError
            If the window is larger than the padded input and no policy helps.
        DoesNotFitError
            If there is a remainder and the policy is strict.
        """
        if self.count < 1:
            step = self.stride if self.policy is Policy.STRICT else 1
            raise KernelTooLargeError(self.size, self.extent, self.before, self.after, what, step)
        if self.policy is Policy.STRICT and not self.fits:
            raise DoesNotFitError(
                self.size, self.extent, self.stride, self.before, self.after, self.fitting_strides()
            )
        return self

    def start(self, position: int) -> int:
        """Return the first pixel of a position; negative inside the padding."""
        return position * self.stride - self.before

    def taps(self, position: int) -> range:
        """Return the pixels a position reads; those outside 0…size−1 are padding."""
        first = self.start(position)
        return range(first, first + self.extent, self.dilation)

    def readers(self, pixel: int) -> tuple[int, ...]:
        """Return the positions whose window reads a pixel, in order."""
        positions = (
            (pixel + self.before - tap * self.dilation) / self.stride for tap in range(self.kernel)
        )
        return tuple(sorted(int(p) for p in positions if p.is_integer() and 0 <= p < self.count))

    def reads(self) -> NDArray[np.int64]:
        """Return how many positions read each pixel: shape (size,), 0 where no window gets."""
        counts = np.zeros(self.size, np.int64)
        for tap in range(self.kernel):
            pixels = np.arange(self.count) * self.stride - self.before + tap * self.dilation
            inside = pixels[(pixels >= 0) & (pixels < self.size)]
            counts[inside] += 1
        return counts

    def formula(self, key: str) -> Formula:
        """Return the size formula with this axis' numbers."""
        size, stride = Term("N", self.size), Term("S", self.stride)
        if self.policy is Policy.SAME:
            return Formula(key, ("⌈", size, "/", stride, "⌉"), self.count)
        kernel: tuple[Term | str, ...] = (Term("F", self.kernel),)
        if self.dilation != 1:
            kernel = (
                "(",
                Term("D", self.dilation),
                "·",
                "(",
                *kernel,
                "−",
                "1",
                ")",
                "+",
                "1",
                ")",
            )
        padding: tuple[Term | str, ...] = ("2", "·", Term("P", self.before))
        if self.before != self.after:
            padding = (Term("P₁", self.before), "+", Term("P₂", self.after))
        ratio: tuple[Term | str, ...] = ("(", size, "+", *padding, "−", *kernel, ")", "/", stride)
        if self.policy is Policy.FLOOR and not self.fits:
            return Formula(key, ("⌊", *ratio, "⌋", "+", "1"), floor(self.quotient))
        if self.policy is Policy.CEIL and (not self.fits or self.begins_outside):
            less = ("−", "1") if self.begins_outside else ()
            result = ceil(self.quotient) - bool(less)
            return Formula(key, ("⌈", *ratio, "⌉", "+", "1", *less), result)
        return Formula(key, (*ratio, "+", "1"), self.quotient)

    def fitting_strides(self) -> tuple[int, ...]:
        """Return every stride that ends exactly at the edge; only 1 if the window cannot move."""
        if self.span < 0:
            return ()
        return tuple(s for s in range(1, max(self.span, 1) + 1) if self.span % s == 0)

    def fitting_paddings(self, most: int = 3) -> tuple[int, ...]:
        """Return the smallest equal paddings below the extent of the window that fit."""
        fits = (
            p
            for p in range(self.extent)
            if (way := self.size + 2 * p - self.extent) >= 0 and way % self.stride == 0
        )
        return tuple(p for p, _ in zip(fits, range(most), strict=False))

    def fitting_kernels(self, most: int = 3) -> tuple[int, ...]:
        """Return the kernels nearest to this one that fit, in ascending order."""
        room = self.before + self.edge
        fits = [
            k
            for k in range(1, room + 1)
            if (way := room - self.dilation * (k - 1) - 1) >= 0 and way % self.stride == 0
        ]
        nearest = sorted(fits, key=lambda k: (abs(k - self.kernel), k))[:most]
        return tuple(sorted(nearest))


@lru_cache(maxsize=1024)
def make_axis(
    size: int,
    kernel: int,
    stride: int = 1,
    padding: int | tuple[int, int] = 0,
    dilation: int = 1,
    policy: Policy = Policy.STRICT,
) -> Axis:
    """Return the axis, with the padding that the policy asks for.

    Parameters
    ----------
    size, kernel, stride, dilation : int
        See :class:`Axis`.
    padding : int or (int, int)
        Zeros on each side, or before and after; ignored under `Policy.SAME`, which chooses its own:
        total = max((⌈N/S⌉ − 1)·S + F − N, 0), the smaller half before.
    policy : Policy
        What to do with a remainder.
    """
    before, after = padding if isinstance(padding, tuple) else (padding, padding)
    if policy is Policy.SAME:
        extent = dilation * (kernel - 1) + 1
        total = max((-(-size // stride) - 1) * stride + extent - size, 0)
        before, after = total // 2, total - total // 2
    return Axis(size, kernel, stride, before, after, dilation, policy)


def reads_map(rows: Axis, cols: Axis) -> NDArray[np.int64]:
    """Return how many windows read each pixel: shape (height, width), 0 where none gets."""
    return np.outer(rows.reads(), cols.reads())


@record
class ReceptiveField:
    """What one neuron sees of the picture along one axis.

    `size` pixels wide, `jump` pixels from one neuron to the next, and neuron 0 begins at pixel
    `start` (negative in the padding).
    """

    size: int = 1
    jump: int = 1
    start: int = 0


def receptive_field(axes: Iterable[Axis]) -> ReceptiveField:
    """Return the receptive field through a stack of windows, first layer first.

    Notes
    -----
    size += (extent − 1)·jump; start −= padding·jump; jump *= stride
    (Dumoulin and Visin, "A guide to convolution arithmetic", 2016).
    """
    size, jump, start = 1, 1, 0
    for axis in axes:
        size += (axis.extent - 1) * jump
        start -= axis.before * jump
        jump *= axis.stride
    return ReceptiveField(size, jump, start)
