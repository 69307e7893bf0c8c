"""A formula shows the textbook's letters, the user's numbers, and one exact result."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from fractions import Fraction

import pytest

from convsim.core.formula import Formula, Term, number_text, product
from tests.oracles.evaluate import evaluate

WAY: tuple[Term | str, ...] = (Term("N", 7), "+", "2", "·", Term("P", 0), "−", Term("F", 3))
SIZE = Formula("height", ("(", *WAY, ")", "/", Term("S", 3), "+", "1"), Fraction(7, 3))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (7, "7"),
        (999, "999"),
        (1966, "1,966"),
        (-1966, "−1,966"),
        (105_705_600, "105,705,600"),
        (Fraction(9, 2), "4.5"),
        (Fraction(-9, 2), "−4.5"),
        (Fraction(1, 4), "0.25"),
        (Fraction(11, 10), "1.1"),
        (Fraction(7, 3), "2.33…"),
        (Fraction(-7, 3), "−2.33…"),
        (Fraction(-1, 3), "−0.33…"),
        (Fraction(10_001, 1000), "10.00…"),
        (Fraction(24_680, 3), "8,226.66…"),
        (2.5, "2.5"),
        (3.0, "3"),
    ],
)
def test_a_number_is_written_as_people_write_it(value, text):
    assert number_text(value) == text


def test_a_formula_reads_with_letters_with_numbers_and_with_its_result():
    assert SIZE.symbols() == "(N + 2·P − F)/S + 1"
    assert SIZE.numbers() == "(7 + 2·0 − 3)/3 + 1"
    assert str(SIZE) == "(7 + 2·0 − 3)/3 + 1 = 2.33…"


def test_a_product_multiplies_its_terms():
    formula = product("weights", Term("Fw", 5), Term("Fh", 5), Term("C", 3), Term("K", 1000))
    assert formula.symbols() == "Fw·Fh·C·K"
    assert str(formula) == "5·5·3·1,000 = 75,000"
    assert formula.result == 75_000
    assert type(formula.result) is int


def test_formulas_are_values():
    assert Term("N", 7) == Term("N", 7) != Term("N", 8)
    assert hash(SIZE) == hash(Formula(SIZE.key, SIZE.tokens, SIZE.result))
    with pytest.raises(FrozenInstanceError):
        SIZE.result = 3  # type: ignore[misc]


@pytest.mark.parametrize(
    ("tokens", "value"),
    [
        (SIZE.tokens, Fraction(7, 3)),
        (("2", "+", "3", "·", "4"), 14),
        (("9", "−", "3", "−", "2"), 4),
        (("8", "/", "4", "/", "2"), 1),
        (("⌈", "7", "/", "2", "⌉", "·", "⌊", "7", "/", "2", "⌋"), 12),
        (("(", "2", "+", "3", ")", "·", "4"), 20),
    ],
)
def test_the_pencil_of_these_tests_follows_the_usual_rules(tokens, value):
    assert evaluate(tokens) == value


@pytest.mark.parametrize(
    "tokens", [(), ("1", "+"), ("(", "1"), ("(", "1", "⌋"), ("1", "2"), ("·", "1"), (")",)]
)
def test_the_pencil_of_these_tests_refuses_what_is_no_formula(tokens):
    with pytest.raises(ValueError, match=r".+"):
        evaluate(tokens)
