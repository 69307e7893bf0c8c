"""What ConvSim says when something cannot be done: the errors, drawn as a tree.

::

    ConvSimError                 anything a person can mend
    ├── GeometryError            windows and sizes
    │   ├── KernelTooLargeError  the window is larger than what it slides over
    │   └── DoesNotFitError      the last window would hang over the edge
    ├── LayerError               a field of a layer, or a shape it cannot take
    ├── ParameterError           weights of the wrong name, shape or kind
    ├── CursorError              a position that does not exist
    ├── TrainingError            training cannot start, or go on
    │   ├── LabelError           labels that the network cannot learn
    │   └── DivergedError        the loss is no longer a number
    ├── ImageError               a picture that cannot be read
    ├── ArrayFileError           arrays in a file that are not those needed
    ├── ProjectError             a project file that cannot be opened
    └── ExportError              a file that cannot be written

Every message says what was received, where, and what would work.  The facts are
attributes too, so that the window can say them in another language.
"""

from __future__ import annotations

from fractions import Fraction
from math import isfinite

from convsim.core.formula import number_text


class ConvSimError(Exception):
    """Base of every error a person can mend; its text is one clear line."""


class GeometryError(ConvSimError):
    """Windows and sizes that cannot be."""


class KernelTooLargeError(GeometryError):
    """The window is larger than the padded input.

    Attributes
    ----------
    size, kernel, before, after : int
        Input size, extent of the (dilated) kernel, and padding on both sides of the axis.
    padding : int
        The smallest equal padding on both sides that makes it fit.
    stride : int or None
        The stride that this takes; None if the stride can stay as it is.

    Parameters
    ----------
    step : int
        The stride that has to divide the way of the window; 1 if a remainder is allowed.
    """

    def __init__(
        self, size: int, kernel: int, before: int, after: int, what: str = "input", step: int = 1
    ) -> None:
        self.size, self.kernel, self.before, self.after = size, kernel, before, after
        self.padding = -(-(kernel - size) // 2)
        self.stride: int | None = None
        # The window has one pixel to go, or none; each further padding adds two.
        if (size + 2 * self.padding - kernel) % step:
            if step % 2:
                self.padding += step // 2
            else:
                self.stride = 1
        padded = f" with padding {before}" if before == after else f" with padding {before}+{after}"
        change = " with stride 1" if self.stride else ""
        super().__init__(
            f"kernel of {kernel} is larger than the {what} of {size}{padded}; "
            f"padding {self.padding}{change} makes it fit"
        )


class DoesNotFitError(GeometryError):
    """The stride does not divide the way the window has to go.

    Attributes
    ----------
    size, kernel, stride, before, after : int
        The axis that does not fit; `kernel` is the extent with dilation.
    quotient : Fraction
        (size + before + after − kernel)/stride + 1, exactly.
    strides : tuple of int
        Every stride that fits.
    """

    def __init__(
        self,
        size: int,
        kernel: int,
        stride: int,
        before: int,
        after: int,
        strides: tuple[int, ...],
    ) -> None:
        self.size, self.kernel, self.stride = size, kernel, stride
        self.before, self.after, self.strides = before, after, strides
        span = size + before + after - kernel
        self.quotient = Fraction(span, stride) + 1
        pad = "" if before == after == 0 else f"+{before}+{after}"
        fitting = ", ".join(str(s) for s in strides)
        super().__init__(
            f"({size}{pad}−{kernel})/{stride}+1 = {number_text(self.quotient)} "
            f"is not a whole number: stride {stride} does not fit; strides that fit: {fitting}"
        )


class LayerError(ConvSimError):
    """A field of a layer is out of its bounds, or the layer cannot take this shape."""


class ParameterError(ConvSimError):
    """Weights whose name, shape or kind is not what the layer needs."""


class CursorError(ConvSimError):
    """A layer, filter, row or column that does not exist."""


class TrainingError(ConvSimError):
    """Training cannot start with these settings or data, or cannot go on."""


class LabelError(TrainingError):
    """Labels that the network cannot learn: out of range, or all the same."""


class DivergedError(TrainingError):
    """The loss, or a weight, became infinite or not a number: the steps were too large.

    Attributes
    ----------
    step : int
        The step, counted from 1, that gave it.
    loss : float
        That step's loss: inf or nan, or a number if it was the weights that were lost.
    rate : float
        The learning rate in use.
    suggestion : float
        A rate to try instead, ten times smaller.
    """

    def __init__(self, step: int, loss: float, rate: float) -> None:
        self.step, self.loss, self.rate = step, loss, rate
        self.suggestion = rate / 10
        what = "weights became infinite" if isfinite(loss) else f"loss became {loss}"
        super().__init__(
            f"the {what} at step {step} with learning rate {rate:g}; the last good weights are "
            f"kept: try a rate of {self.suggestion:g}"
        )
