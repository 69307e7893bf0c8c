"""The error function agrees with the C library's to the last digits."""

from __future__ import annotations

import math

import numpy as np
import pytest

from convsim.core.erf import erf, erfc, normal_cdf

EVERYWHERE = np.concatenate([np.linspace(-7, 7, 40_001), [0.46875, -0.46875, 4.0, -4.0, 0.0]])


def exact(function, x):
    return np.array([function(v) for v in x.tolist()])


def test_erf_is_exact_to_two_units_in_the_last_place():
    wanted = exact(math.erf, EVERYWHERE)
    np.testing.assert_allclose(erf(EVERYWHERE), wanted, rtol=5e-16, atol=1e-300)


def test_erfc_keeps_its_digits_where_it_is_small():
    x = np.linspace(-6, 26, 20_001)
    np.testing.assert_allclose(erfc(x), exact(math.erfc, x), rtol=2e-15)


def test_float32_is_rounded_from_float64():
    x = EVERYWHERE.astype(np.float32)
    assert erf(x).dtype == np.float32
    np.testing.assert_array_equal(erf(x), exact(math.erf, x).astype(np.float32))


def test_the_ends():
    x = np.array([-np.inf, np.inf, np.nan, -100.0, 100.0, -0.0])
    np.testing.assert_array_equal(erf(x), [-1, 1, np.nan, -1, 1, 0])
    np.testing.assert_array_equal(erfc(x), [2, 0, np.nan, 2, 0, 1])
    assert np.signbit(erf(x)[-1])


@pytest.mark.parametrize(("x", "share"), [(0.0, 0.5), (1.959963984540054, 0.975), (-8.0, 6.22e-16)])
def test_the_share_of_a_bell_below_a_value(x, share):
    assert float(normal_cdf(np.array(x))) == pytest.approx(share, rel=1e-3)
