"""Works out the tokens of a formula, as a reader with a pencil would: · and / before + and −."""

from __future__ import annotations

from fractions import Fraction
from math import ceil, floor
from typing import TYPE_CHECKING

from convsim.core.formula import Term

if TYPE_CHECKING:
    from collections.abc import Iterable

CLOSING = {"(": ")", "⌊": "⌋", "⌈": "⌉"}


def evaluate(tokens: Iterable[Term | str]) -> Fraction:
    """Return the exact value; a ValueError means that the tokens make no formula."""
    rest = list(tokens)
    value = _sum(rest)
    if rest:
        raise ValueError(f"left over: {rest}")
    return value


def _sum(rest: list[Term | str]) -> Fraction:
    value = _product(rest)
    while rest and rest[0] in ("+", "−"):
        value = value + _product(rest) if rest.pop(0) == "+" else value - _product(rest)
    return value


def _product(rest: list[Term | str]) -> Fraction:
    value = _factor(rest)
    while rest and rest[0] in ("·", "/"):
        value = value * _factor(rest) if rest.pop(0) == "·" else value / _factor(rest)
    return value


def _factor(rest: list[Term | str]) -> Fraction:
    if not rest:
        raise ValueError("a number is missing at the end")
    token = rest.pop(0)
    if isinstance(token, Term):
        return Fraction(token.value)
    if token.isdigit():
        return Fraction(token)
    if token not in CLOSING:
        raise ValueError(f"{token!r} is where a number belongs")
    value = _sum(rest)
    if not rest or rest.pop(0) != CLOSING[token]:
        raise ValueError(f"{token!r} is never closed")
    return {"(": value, "⌊": Fraction(floor(value)), "⌈": Fraction(ceil(value))}[token]
