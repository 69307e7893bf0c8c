"""A formula with the user's own numbers in it, kept as terms so that it can be shown anywhere."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction

from convsim.core.record import record


@record
class Term:
    """One quantity: the letter of the textbook and the number it stands for here."""

    symbol: str
    value: int | Fraction

    def number(self) -> str:
        """Return the number as people write it: 1,966 or 2.33."""
        return number_text(self.value)


@record
class Formula:
    """What is computed, out of which terms, and what comes out.

    Attributes
    ----------
    key : str
        What it gives: ``height``, ``width``, ``weights``, ``biases``, ``multiply_adds``,
        ``memory``.
    tokens : tuple of Term or str
        Terms and operators in reading order; ``( ) + − · / ⌊ ⌋ ⌈ ⌉ max`` are operators.
    result : int or Fraction
        The exact value.
    """

    key: str
    tokens: tuple[Term | str, ...]
    result: int | Fraction

    def symbols(self) -> str:
        """Return the textbook form, such as ``(N + 2·P − F)/S + 1``."""
        return _join(t.symbol if isinstance(t, Term) else t for t in self.tokens)

    def numbers(self) -> str:
        """Return the form with numbers, such as ``(32 + 2·0 − 5)/1 + 1``."""
        return _join(t.number() if isinstance(t, Term) else t for t in self.tokens)

    def __str__(self) -> str:
        """Return the numbers and the result, such as ``(7 + 2·0 − 3)/3 + 1 = 2.33…``.

        A single number stands for itself: ``6``, not ``6 = 6``.
        """
        result = number_text(self.result)
        return result if len(self.tokens) == 1 else f"{self.numbers()} = {result}"


def number_text(value: float | Fraction) -> str:
    """Return a number as people write it: thousands grouped, a true minus, at most two decimals.

    Digits that had to be left out are marked: 2.33….

    Examples
    --------
    >>> number_text(Fraction(7, 3))
    '2.33…'
    >>> number_text(-1966)
    '−1,966'
    """
    exact = Fraction(value)
    if exact.denominator == 1:
        text = f"{int(exact):,}"
    else:
        cut = int(abs(exact) * 100)
        more = "" if abs(exact) * 100 == cut else "…"
        sign = "-" if exact < 0 else ""
        text = f"{sign}{cut // 100:,}.{cut % 100:02d}".rstrip("0" if not more else "") + more
    return text.replace("-", "−")


def plain_text(value: float) -> str:
    """Return a number in six digits that mean something, and without a power of ten.

    Examples
    --------
    >>> plain_text(0.00001), plain_text(0.1 * 3), plain_text(2e6)
    ('0.00001', '0.3', '2000000')
    """
    return f"{Decimal(f'{value:.6g}'):f}"


def _join(parts: Iterable[str]) -> str:
    spaced = {"+", "−", "="}
    return "".join(f" {p} " if p in spaced else p for p in parts).strip()


def product(key: str, *terms: Term) -> Formula:
    """Return the formula a·b·c… with its value, an int."""
    tokens: list[Term | str] = []
    result = 1
    for term in terms:
        tokens += ["·", term] if tokens else [term]
        result *= int(term.value)
    return Formula(key, tuple(tokens), result)
