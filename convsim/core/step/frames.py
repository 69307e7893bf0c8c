"""A frame holds everything that goes into the value that a step writes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from convsim.core.record import record

if TYPE_CHECKING:
    from convsim.core.step.cursor import Cursor

Numbers = NDArray[np.float64]


@record
class Span:
    """The pixels that one position reads along one axis; some may lie in the padding."""

    taps: range
    size: int

    @property
    def first(self) -> int:
        """First pixel, negative in the padding."""
        return self.taps.start

    @property
    def last(self) -> int:
        """Last pixel, `size` or more in the padding; before the first if there is none."""
        return self.taps[-1] if self.taps else self.taps.start - 1

    @property
    def extent(self) -> int:
        """Pixels from first to last, both counted."""
        return self.last - self.first + 1


@record(eq=False)
class Frame:
    """What every step has: the value that is written, and where.

    Attributes
    ----------
    cursor : Cursor
    value : float
        The layer's own output at the cursor (before a following ReLU).
    activation : float or None
        The value after the elementwise layer that follows, if one does.
    """

    cursor: Cursor
    value: float
    activation: float | None


@record(eq=False)
class ConvFrame(Frame):
    """One filter at one place: products, their sums, the bias.

    `patch`, `kernel` and `products` are (channels, kernel height, kernel width), `channel_sums`
    (channels,), `total` the sum of all products, `bias` 0 if the layer has none; float64.  The
    channels are those that the filter sees, the input's from `first` on: all, or its group's.
    """

    rows: Span
    cols: Span
    patch: Numbers
    kernel: Numbers
    products: Numbers
    channel_sums: Numbers
    total: float
    bias: float
    first: int


@record(eq=False)
class SpreadFrame(ConvFrame):
    """One output value of a transposed convolution: the input values that land on it.

    `rows` and `cols` are those input values' places, upward; `tap_rows` and `tap_cols` are the
    taps of the filter that bring each of them here, downward; `kernel` holds their weights in
    this order.  Where no input value lands, both are empty.
    """

    tap_rows: range
    tap_cols: range


@record(eq=False)
class PoolFrame(Frame):
    """One window of one channel; `patch` is (kernel height, width), NaN where padding is ignored.

    `switch` is the (row, column) in the patch of the maximum, the first one; None for a mean.
    `divisor` is what a mean divides by, 1 for a maximum.
    """

    rows: Span
    cols: Span
    patch: Numbers
    switch: tuple[int, int] | None
    divisor: int
    total: float


@record(eq=False)
class PointFrame(Frame):
    """One value through a function of one value: an activation, or Dropout, which passes it on."""

    source: float


@record(eq=False)
class NormFrame(Frame):
    """One value through batch norm at inference: centred, divided, scaled and shifted.

    `centred` is source − mean, `deviation` √(variance + eps), `normal` their quotient.
    """

    source: float
    mean: float
    variance: float
    eps: float
    centred: float
    deviation: float
    normal: float
    scale: float
    shift: float


@record(eq=False)
class ResidualFrame(Frame):
    """Two values at the same place, added: what came out of the body, and the block's input."""

    body: float
    skip: float


@record(eq=False)
class DenseFrame(Frame):
    """One unit: `inputs`, `weights` and `products` are (D,); `total` is their sum."""

    inputs: Numbers
    weights: Numbers
    products: Numbers
    total: float
    bias: float


@record(eq=False)
class FlattenFrame(Frame):
    """One value on its way from (filter, row, column) of the maps to a place in the row."""

    source: tuple[int, int, int]


@record(eq=False)
class SoftmaxFrame(Frame):
    """One share: `scores` are all inputs (D,), `powers` their exponentials, of which it is a part.

    `largest` is subtracted from each score before the exponential, so that nothing overflows.
    `share` is the part, which LogSoftmax writes as its logarithm.
    """

    scores: Numbers
    powers: Numbers
    largest: float
    place: int
    share: float
