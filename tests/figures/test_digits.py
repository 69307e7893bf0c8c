"""Numbers as text: rounded as they are written, as long as they may be, never without a sign."""

from __future__ import annotations

import math
from decimal import ROUND_HALF_EVEN, Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convsim.figures import digits
from convsim.figures.filling import cell_letters, number_size
from convsim.figures.typography import text_width

FINITE = st.floats(-1e6, 1e6, allow_nan=False)


@given(FINITE, st.integers(0, 3))
def test_a_number_is_written_as_it_is_rounded(value, decimals):
    exact = Decimal(value).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_EVEN)
    assert digits.number(digits.text(value, decimals)) == exact
    assert not digits.text(value, decimals).startswith("−0") or exact != 0


@given(st.lists(FINITE, min_size=1, max_size=9))
def test_cells_are_rounded_as_decimals_are(values):
    for letters in (2, 3.4, 4.4, 6):
        for value, written in zip(
            values, digits.cell_texts(np.array(values), letters), strict=True
        ):
            if not written:
                continue
            if "e" in written:
                assert float(digits.number(written)) == pytest.approx(value, rel=0.5)
                continue
            places = len(written.partition(".")[2])
            if written not in ("0", ".0"):
                exact = Decimal(value).quantize(Decimal(1).scaleb(-places), ROUND_HALF_EVEN)
                assert digits.number(written) == exact


def test_cells_tell_what_is_too_small_to_write_from_nothing_and_sign_neither():
    assert digits.cell_texts(np.array([0.001, -0.001, 0.0, 0.5]), 3) == (".0", ".0", "0", ".50")
    assert digits.cell_texts(np.array([np.nan, 0.25]), 3) == ("", ".25")
    assert digits.cell_texts(np.array([123456.0, 1.5]), 3) == ("1e5", "2")
    assert digits.cell_texts(np.array([-123456.0, 1.5]), 3) == ("", "")


def test_cells_that_are_no_numbers_are_written_beside_powers_of_ten():
    odd = np.array([np.nan, 1e-5, np.inf])
    assert digits.cell_texts(odd, 4, faithful=True) == ("", "1e−5", "∞")
    assert digits.cell_texts(np.array([-np.inf, 12345.0]), 3) == ("−∞", "1e4")
    assert digits.cell_texts(np.array([-np.inf, 12345.0]), 1) == ("", "")


def test_whole_numbers_stay_whole():
    assert digits.cell_texts(np.array([3.0, -1.0, 0.0]), 3) == ("3", "−1", "0")
    assert digits.decimals_for([3.0, -2.0]) == 0
    assert digits.decimals_for([3.5, 200.0]) == 2
    assert digits.text(-0.0001, 3) == "0.000"
    assert digits.text(1234.5, 1, sign=True) == "+1,234.5"
    assert digits.text(math.inf, 1) == "∞"
    assert digits.text(-math.inf, 1) == "−∞"
    assert digits.text(math.nan, 1) == "–"


def test_texts_that_do_not_fit_become_shorter():
    values = np.array([0.123, -0.456])
    long = ("0.123", "−0.456")
    assert digits.fitting(long, values, 6) == long
    assert digits.fitting(long, values, 3.4) == (".12", "−.46")


@pytest.mark.parametrize("cell", [18, 20, 23, 24, 30, 44, 60, 96])
def test_what_fits_by_letters_fits_by_width(cell):
    """The rough count of letters never lets a text out of its cell."""
    grids = ([0.33, -0.07], [-1.25, 0.5], [12.0, -7.0], [123.4, 5.0])
    for values in grids:
        for text in digits.cell_texts(np.array(values), cell_letters(cell)):
            assert text_width(text, number_size(cell)) <= cell - 1


def test_a_cell_of_23_units_holds_a_sign_and_two_decimals():
    assert digits.cell_texts(np.array([-0.04, 0.22]), cell_letters(23)) == ("−.04", ".22")


def test_huge_numbers_have_a_power_of_ten():
    assert digits.text(3.2e38, 3) == "3.20e38"
    assert digits.text(-1.5e9, 0, sign=True) == "−1.50e9"
    assert digits.text(999_999_999.0, 0) == "999,999,999"
    assert digits.number("3.20e38") == digits.rounded(3.2e38, 3)
    assert digits.equals([1e38, 2e38], 3e38, 3) == "="
    assert digits.equals([1e38, 1.0], 1e38, 3) == "≈"


def test_a_factor_is_written_in_full_or_not_at_all():
    filter_ = np.array([-0.04, -0.07, 0.0, 0.004, 0.22])
    assert digits.cell_texts(filter_, 3.4, faithful=True) == ("−.04", "−.07", "0", ".00", ".22")
    assert digits.cell_texts(filter_, 3.3, faithful=True) == ("",) * 5
    assert digits.cell_texts(np.array([0.012, -0.004]), 4.4, faithful=True) == (".012", "−.004")
    assert digits.cell_texts(np.array([1e-5, 0.0]), 4, faithful=True) == ("1e−5", "0")
    assert digits.cell_texts(np.array([-1.5, 0.25]), 3.4, faithful=True) == ("−1.5", ".2")
    assert digits.cell_texts(np.array([-1.5, 0.02]), 3.4, faithful=True) == ("", "")


@given(
    st.floats(-1e10, 1e10) | st.integers(-(10**6), 10**6).map(lambda n: n / 64),
    st.integers(0, 4),
    st.booleans(),
)
def test_a_number_is_written_as_the_decimal_it_is_rounded_to(value, decimals, sign):
    """Ties too: 0.125 with two decimals is 0.12."""
    written = digits.text(value, decimals, sign=sign)
    number = digits.rounded(value, decimals)
    assert digits.number(written.removeprefix("+")) == number
    assert written.startswith("+") == (sign and number > 0)
    assert written.startswith(digits.MINUS) == (number < 0)
