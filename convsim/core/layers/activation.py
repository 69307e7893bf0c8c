"""Layers that look at each value by itself: a curve says what comes out for what goes in."""

from __future__ import annotations

from abc import abstractmethod
from math import pi, sqrt
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from convsim.core.layers.base import Field, Layer, Params, Shape
from convsim.core.record import record

if TYPE_CHECKING:
    from convsim.core.layers.run import Array, Backward, Run


def _normal_cdf(x: Array) -> Array:
    # Read for the first GELU: a start does without.
    from convsim.core.erf import normal_cdf

    return normal_cdf(x)


@record
class Activation(Layer):
    """What all of them share: a function of one value and its derivative; no weights."""

    in_place: ClassVar[bool] = True

    @abstractmethod
    def curve(self, x: Array) -> Array:
        """Return what comes out for each value of x, of the same shape and dtype."""

    @abstractmethod
    def rise(self, x: Array, y: Array) -> Array:
        """Return the derivative at each value of x; `y` is the curve there."""

    def output_shape(self, shape: Shape) -> Shape:
        """Return the same shape."""
        return shape

    def forward(self, params: Params, x: Array) -> Array:
        """Return the curve at every value of x."""
        del params
        return self.curve(x)

    def learn(self, params: Params, x: Array, run: Run) -> tuple[Array, Backward]:
        """Return the curve at every value; gradients are multiplied by its derivative."""
        del params, run
        y = self.curve(x)
        return y, lambda dy: (np.asarray(dy * self.rise(x, y)), {})


@record
class ReLU(Activation):
    """max(0, x): negative values become zero, the others stay.

    The derivative at 0 is taken as 0, as in PyTorch.
    """

    kind: ClassVar[str] = "relu"

    def curve(self, x: Array) -> Array:
        """Return max(0, x)."""
        return np.asarray(np.maximum(x, x.dtype.type(0)))

    def rise(self, x: Array, y: Array) -> Array:
        """Return 1 where x is positive, else 0."""
        del y
        return np.asarray(x > 0)


@record
class LeakyReLU(Activation):
    """x where it is positive, else `slope` times x: negative values shrink but stay.

    Source: Maas et al., "Rectifier nonlinearities improve neural network acoustic models", 2013.
    """

    slope: float = 0.01

    kind: ClassVar[str] = "leakyrelu"
    fields: ClassVar[tuple[Field, ...]] = (Field("slope", "number", -10, 10),)

    def curve(self, x: Array) -> Array:
        """Return x where it is positive, else slope · x."""
        y: Array = np.where(x > 0, x, x * x.dtype.type(self.slope))
        return y

    def rise(self, x: Array, y: Array) -> Array:
        """Return 1 where x is positive, else the slope."""
        del y
        rise: Array = np.where(x > 0, x.dtype.type(1), x.dtype.type(self.slope))
        return rise


@record
class ELU(Activation):
    """x where it is positive, else `alpha` · (eˣ − 1): negative values level off at −alpha.

    Source: Clevert et al., "Fast and accurate deep network learning by exponential linear units",
    2015.
    """

    alpha: float = 1.0

    kind: ClassVar[str] = "elu"
    fields: ClassVar[tuple[Field, ...]] = (Field("alpha", "number", 0, 100),)

    def curve(self, x: Array) -> Array:
        """Return x where it is positive, else alpha · (eˣ − 1)."""
        low = np.expm1(np.minimum(x, x.dtype.type(0))) * x.dtype.type(self.alpha)
        y: Array = np.where(x > 0, x, low)
        return y

    def rise(self, x: Array, y: Array) -> Array:
        """Return 1 where x is positive, else alpha · eˣ."""
        rise: Array = np.where(x > 0, x.dtype.type(1), y + x.dtype.type(self.alpha))
        return rise


@record
class Sigmoid(Activation):
    """The logistic curve 1 / (1 + e⁻ˣ): every value becomes one between 0 and 1."""

    kind: ClassVar[str] = "sigmoid"

    def curve(self, x: Array) -> Array:
        """Return 1 / (1 + e⁻ˣ), written so that no power overflows."""
        power = np.exp(-np.abs(x))
        return np.asarray(np.where(x < 0, power, x.dtype.type(1)) / (1 + power))

    def rise(self, x: Array, y: Array) -> Array:
        """Return y · (1 − y)."""
        del x
        return np.asarray(y * (1 - y))


@record
class Tanh(Activation):
    """tanh x: every value becomes one between −1 and 1."""

    kind: ClassVar[str] = "tanh"

    def curve(self, x: Array) -> Array:
        """Return tanh x."""
        return np.asarray(np.tanh(x))

    def rise(self, x: Array, y: Array) -> Array:
        """Return 1 − y²."""
        del x
        return np.asarray(1 - y * y)


@record
class GELU(Activation):
    """x · Φ(x), each value times the chance that a normal number is smaller.

    Source: Hendrycks and Gimpel, "Gaussian error linear units", 2016.

    Parameters
    ----------
    form : {"exact", "tanh"}
        Φ by the error function, or the paper's x · ½(1 + tanh(√(2/π)·(x + 0.044715·x³))).
    """

    form: str = "exact"

    kind: ClassVar[str] = "gelu"
    fields: ClassVar[tuple[Field, ...]] = (Field("form", "choice", choices=("exact", "tanh")),)

    def curve(self, x: Array) -> Array:
        """Return x · Φ(x)."""
        return np.asarray(x * (_normal_cdf(x) if self.form == "exact" else (1 + self._tanh(x)) / 2))

    def rise(self, x: Array, y: Array) -> Array:
        """Return Φ(x) + x · φ(x), or the derivative of the approximation."""
        del y
        if self.form == "exact":
            density = np.exp(-x * x / 2) * x.dtype.type(1 / sqrt(2 * pi))
            return np.asarray(_normal_cdf(x) + x * density)
        tanh = self._tanh(x)
        inner = x.dtype.type(sqrt(2 / pi)) * (1 + x.dtype.type(3 * 0.044715) * x * x)
        return np.asarray((1 + tanh) / 2 + x * (1 - tanh * tanh) * inner / 2)

    @staticmethod
    def _tanh(x: Array) -> Array:
        inner = x + x.dtype.type(0.044715) * x * x * x
        return np.asarray(np.tanh(x.dtype.type(sqrt(2 / pi)) * inner))
