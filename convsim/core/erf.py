"""The error function, which NumPy does not have: how much of a bell lies near its middle.

Source: W. J. Cody, "Rational Chebyshev approximations for the error function", Mathematics of
Computation 23 (1969), 631–637; the coefficients are those of his program CALERF.
"""

from __future__ import annotations

from math import pi, sqrt
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

# erf x = x · P(x²)/Q(x²) up to 0.46875; highest power first.
_A = (
    1.85777706184603153e-1,
    3.16112374387056560,
    1.13864154151050156e2,
    3.77485237685302021e2,
    3.20937758913846947e3,
)
_B = (
    1.0,
    2.36012909523441209e1,
    2.44024637934444173e2,
    1.28261652607737228e3,
    2.84423683343917062e3,
)
# erfc x = e^(−x²) · P(x)/Q(x) up to 4.
_C = (
    2.15311535474403846e-8,
    5.64188496988670089e-1,
    8.88314979438837594,
    6.61191906371416295e1,
    2.98635138197400131e2,
    8.81952221241769090e2,
    1.71204761263407058e3,
    2.05107837782607147e3,
    1.23033935479799725e3,
)
_D = (
    1.0,
    1.57449261107098347e1,
    1.17693950891312499e2,
    5.37181101862009858e2,
    1.62138957456669019e3,
    3.29079923573345963e3,
    4.36261909014324716e3,
    3.43936767414372164e3,
    1.23033935480374942e3,
)
# erfc x = e^(−x²)/x · (1/√π − P(1/x²)/(x²·Q(1/x²))) beyond.
_P = (
    1.63153871373020978e-2,
    3.05326634961232344e-1,
    3.60344899949804439e-1,
    1.25781726111229246e-1,
    1.60837851487422766e-2,
    6.58749161529837803e-4,
)
_Q = (
    1.0,
    2.56852019228982242,
    1.87295284992346725,
    5.27905102951428412e-1,
    6.05183413124413191e-2,
    2.33520497626869185e-3,
)
_LAST = 26.6
"""From here on erfc is smaller than the smallest normal float64."""


def erf(x: NDArray[Any]) -> NDArray[Any]:
    """Return 2/√π · ∫₀ˣ e^(−t²) dt for each value, of x's shape and dtype, to its last digits.

    Examples
    --------
    >>> float(erf(np.array(0.5)))
    0.5204998778130465
    """
    wide = np.asarray(x, np.float64)
    size = np.abs(wide)
    y = np.where(size <= 0.46875, _near(wide), np.copysign(1 - _tail(size), wide))
    return y.astype(x.dtype)


def erfc(x: NDArray[Any]) -> NDArray[Any]:
    """Return 1 − erf x for each value, without losing digits where it is small."""
    wide = np.asarray(x, np.float64)
    size = np.abs(wide)
    tail = _tail(size)
    y = np.where(size <= 0.46875, 1 - _near(wide), np.where(wide < 0, 2 - tail, tail))
    return y.astype(x.dtype)


def normal_cdf(x: NDArray[Any]) -> NDArray[Any]:
    """Return Φ(x), the chance that a standard normal number is smaller than each value of x."""
    wide = np.asarray(x, np.float64)
    return (erfc(wide * -sqrt(0.5)) / 2).astype(x.dtype)


def _near(x: NDArray[np.float64]) -> NDArray[np.float64]:
    near = np.clip(x, -0.5, 0.5)
    square = near * near
    return near * _ratio(_A, _B, square)


def _tail(size: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return erfc of values that are at least 0.46875; others give something, not erfc."""
    middle = np.clip(size, 0.46875, 4)
    far = np.clip(size, 4, _LAST)
    inverse = 1 / (far * far)
    beyond = (1 / sqrt(pi) - inverse * _ratio(_P, _Q, inverse)) / far
    factor = np.where(size <= 4, _ratio(_C, _D, middle), beyond)
    # e^(−x²) in two factors: x² itself would lose the digits that the power needs.
    cut = np.clip(size, 0, _LAST)
    coarse = np.trunc(cut * 16) / 16
    power = np.exp(-coarse * coarse) * np.exp(-(cut - coarse) * (cut + coarse))
    y: NDArray[np.float64] = np.where(size >= _LAST, 0.0, power * factor)
    return np.where(np.isnan(size), np.nan, y)


def _ratio(
    above: Sequence[float], below: Sequence[float], x: NDArray[np.float64]
) -> NDArray[np.float64]:
    return np.asarray(np.polyval(above, x) / np.polyval(below, x))
