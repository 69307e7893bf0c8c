"""Numbers as a figure writes them, so that what is written adds up or says that it does not."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from decimal import ROUND_HALF_EVEN, Context, Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

MINUS = "−"
HUGE = 1e9
"""From here on a number is written with a power of ten: 1.23e9."""
# Weights may be anything that a float32 can hold: 39 digits, and more when they are multiplied.
_WIDE = Context(prec=400, rounding=ROUND_HALF_EVEN)


def rounded(value: float, decimals: int) -> Decimal:
    """Return the value rounded to a number of decimals, exactly as it will be written."""
    exact = Decimal(value) if math.isfinite(value) else Decimal(0)
    if abs(exact) >= HUGE:
        return Decimal(f"{exact:.2e}")
    return exact.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_EVEN)


def text(value: float, decimals: int, *, sign: bool = False) -> str:
    """Return the value with a true minus, and with a plus if `sign`; never “−0.00”."""
    if not math.isfinite(value):
        return {True: "∞", False: MINUS + "∞"}[value > 0] if not math.isnan(value) else "–"
    if abs(value) < HUGE / 10:
        # Formatting rounds the exact binary value half to even, as `rounded` does, and is ten
        # times faster.
        written = f"{value:{'+' if sign else ''},.{decimals}f}"
        if not written.strip("+-0."):
            return written.lstrip("+-")
        return written.replace("-", MINUS)
    number = rounded(value, decimals)
    if number == 0:
        return f"{abs(number):.{decimals}f}"
    plus = "+" if sign and number > 0 else ""
    if abs(number) >= HUGE:
        return plus + f"{number:.2e}".replace("e+", "e").replace("-", MINUS)
    return plus + f"{number:,.{decimals}f}".replace("-", MINUS)


def decimals_for(values: Iterable[float], most: int = 3) -> int:
    """Return how many decimals to write: none if all are whole, 3 below 10, then fewer."""
    known = [abs(v) for v in values if math.isfinite(v)]
    if all(v == round(v) for v in known):
        return 0
    top = max(known)
    for decimals, limit in ((most, 10.0), (2, 1000.0), (1, 10000.0)):
        if top < limit:
            return min(decimals, most)
    return 0


def equals(terms: Iterable[float], total: float, decimals: int) -> str:
    """Return “=” if the terms as written add up to the total as written, else “≈”."""
    added = Decimal(0)
    for term in terms:
        added = _WIDE.add(added, rounded(term, decimals))
    return "=" if added == rounded(total, decimals) else "≈"


def cell_texts(values: NDArray[Any], room: float, *, faithful: bool = False) -> tuple[str, ...]:
    """Return a short text for each value of a grid, row by row.

    All cells get the same number of decimals, at most two, as many as fit.  A zero before the
    point is left out where that saves a decimal: ``−.33``.  Not-a-number gives an empty text, and
    so do all values if one of them cannot be written at all.

    Parameters
    ----------
    values : array
    room : float
        That of a cell in widths of a digit; a point takes less than half of that.
    faithful : bool
        Whether the texts are the factors of a product: then there are at least two decimals, or
        more where all values are small, and fewer only from 1 on.  What is zero only because it
        is rounded is written as ``.00``.
    """
    # From step to step most grids keep their numbers: a kernel as long as its filter is shown.
    return _cell_texts(np.asarray(values, np.float64).tobytes(), room, faithful)


@lru_cache(maxsize=256)
def _cell_texts(values: bytes, room: float, faithful: bool) -> tuple[str, ...]:
    flat: list[float] = np.frombuffer(values, np.float64).tolist()
    return _faithful(flat, room) if faithful else _short(flat, room)


def _short(flat: Sequence[float], room: float) -> tuple[str, ...]:
    whole = all(v.is_integer() for v in flat if math.isfinite(v))
    best: tuple[str, ...] = ()
    for decimals in (0,) if whole else (2, 1, 0):
        best = tuple([_cell(v, decimals) for v in flat])
        if all(letters(t) <= room for t in best):
            return best
    powers = [t if letters(t) <= room else _power(v) for t, v in zip(best, flat, strict=True)]
    # Where not even that fits, the colours have to do.
    return tuple(powers if all(letters(t) <= room for t in powers) else [""] * len(powers))


def letters_needed(values: NDArray[Any]) -> float:
    """Return the room that a cell needs for the values to be written in full, as `cell_texts`."""
    return max((letters(text) for text in cell_texts(values, math.inf, faithful=True)), default=0.0)


def _faithful(flat: Sequence[float], room: float) -> tuple[str, ...]:
    known = [abs(v) for v in flat if math.isfinite(v)]
    top = max(known, default=0.0)
    if all(v.is_integer() for v in known):
        return _short(flat, room)
    if top < 0.0005:
        texts = tuple([_power(v) if v else "0" for v in flat])
        return texts if all(letters(t) <= room for t in texts) else ("",) * len(flat)
    most = 4 if top < 0.005 else 3 if top < 0.05 else 2
    for decimals in range(most, 1 if top < 1 else 0 if top < 10 else -1, -1):
        texts = tuple([_rounded_cell(v, decimals) for v in flat])
        lost = any(v and t in ("0", ".0") for v, t in zip(flat, texts, strict=True))
        if not lost and all(letters(t) <= room for t in texts):
            return texts
    return ("",) * len(flat)


def _rounded_cell(value: float, decimals: int) -> str:
    """Return the text of a cell, with all decimals where it is zero because it is rounded."""
    written = _cell(value, decimals)
    return "." + "0" * decimals if value and written == ".0" else written


def fitting(texts: Sequence[str], values: NDArray[Any], room: float) -> tuple[str, ...]:
    """Return the texts if each of them fits, else shorter ones as `cell_texts` makes them."""
    if all(letters(text) <= room for text in texts):
        return tuple(texts)
    return cell_texts(values, room)


def cells_exact(left: Sequence[str], right: Sequence[str], products: Sequence[str]) -> bool:
    """Return whether every written product is the product of what is written left and right."""
    return all(
        number(a) * number(b) == number(c)
        for a, b, c in zip(left, right, products, strict=True)
        if a and b
    )


def number(written: str) -> Decimal:
    """Return the number that a text of this module stands for."""
    return Decimal(written.replace(MINUS, "-").replace(",", "") or "0")


def _cell(value: float, decimals: int) -> str:
    if math.isnan(value):
        return ""
    if math.isinf(value):
        return text(value, 0)
    # As in `text`: a stage writes hundreds of cells at every step.
    written = f"{value:.{decimals}f}".replace("-", MINUS)
    if not written.strip("−0."):
        # ".0" says that something too small to write is there; "0" that nothing is. Neither has
        # a sign: what is written is zero.
        return ".0" if decimals and value else "0"
    if decimals and written.startswith(("0.", "−0.")):
        written = written.replace("0.", ".", 1)
    return written


def letters(written: str) -> float:
    """Return the width of a text in digits: a point takes less than half of one."""
    return len(written) - 0.6 if "." in written else len(written)


def _power(value: float) -> str:
    """Return a number that is too long for its cell as digit and power of ten: 3e4."""
    if not math.isfinite(value):
        return _cell(value, 0)
    digit, _, power = f"{value:.0e}".partition("e")
    return f"{digit}e{int(power)}".replace("-", MINUS)
