"""Numbers as people type them: 0.01 or 0,01, a true minus, 1/9, a grid copied from elsewhere."""

from __future__ import annotations

import math
import re
from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

FLOAT_MAX = float(np.finfo(np.float32).max)
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,3})?", re.ASCII)
_MINUS = str.maketrans({"−": "-", "–": "-", "\u00a0": " "})


def parse_number(text: str) -> float | None:
    """Return the number that a text stands for, or None if it is not one.

    A comma is a decimal comma; one fraction bar may divide two numbers.

    Examples
    --------
    >>> parse_number("−0,25"), parse_number("1/8"), parse_number("a lot")
    (-0.25, 0.125, None)
    """
    above, bar, below = text.translate(_MINUS).strip().partition("/")
    top = _plain(above)
    if top is None or not bar:
        return top
    bottom = _plain(below)
    return top / bottom if bottom else None


def parse_grid(text: str) -> NDArray[np.float64] | None:
    r"""Return the rows and columns of numbers in a text, or None if it is not a grid.

    Lines are rows. Numbers are separated by tabs, semicolons, spaces, or commas with no digit
    group they could belong to; brackets, as Python writes lists, are passed over.

    Examples
    --------
    >>> parse_grid("0,5\t1\n2\t3").tolist()
    [[0.5, 1.0], [2.0, 3.0]]
    >>> parse_grid("[[1, 0, -1], [2, 0, -2]]").shape
    (2, 3)
    """
    split = re.split(r"[\r\n\]]+", text.replace("[", " "))
    lines = [line for line in split if line.strip(" ,;\t")]
    rows = [[parse_number(part) for part in _parts(line)] for line in lines]
    if not rows or len({len(row) for row in rows}) != 1:
        return None
    values = [[v for v in row if v is not None] for row in rows]
    whole = all(len(known) == len(row) for known, row in zip(values, rows, strict=True))
    return np.array(values, np.float64) if whole else None


def exact_text(value: float) -> str:
    """Return a float32 with just as many digits as tell it from its neighbours.

    Examples
    --------
    >>> exact_text(-1 / 3), exact_text(0.1), exact_text(2.0), exact_text(1e-7)
    ('−0.33333334', '0.1', '2', '1e−07')
    """
    number = np.float32(value)
    if number == 0:
        return "0"
    if np.isfinite(number) and not 9.99e-6 <= abs(number) < 1e7:
        text = np.format_float_scientific(number, unique=True, trim="-")
    else:
        text = np.format_float_positional(number, unique=True, trim="-")
    return text.replace("-", "−")


def short_text(value: float) -> str:
    """Return a number to be read, not edited: at most four digits that mean something.

    Examples
    --------
    >>> short_text(-2 / 27), short_text(0.25), short_text(1234.5)
    ('−0.07407', '0.25', '1,234')
    """
    exact = exact_text(value)
    if not np.isfinite(value) or "e" in exact:
        return f"{value:.4g}".replace("-", "−")
    decimals = max(3 - math.floor(math.log10(abs(value))), 0) if value else 0
    text = f"{value:,.{decimals}f}".replace("-", "−")
    return text.rstrip("0").rstrip(".") if "." in text else text


def stepped_number(value: float, steps: int, size: float) -> float:
    """Return a float32 some steps on, without the noise that binary fractions add.

    Examples
    --------
    >>> stepped_number(0.1, 2, 0.01)
    0.12
    """
    exact = Decimal(exact_text(value).replace("−", "-"))
    return float(exact + steps * Decimal(str(size)))


def _plain(text: str) -> float | None:
    text = text.strip().lower()
    if "." not in text and text.count(",") == 1:
        text = text.replace(",", ".")
    return float(text) if _NUMBER.fullmatch(text) else None


def _parts(line: str) -> list[str]:
    line = line.strip(" ,")
    if "\t" in line:
        return line.strip("\t").split("\t")
    if ";" in line:
        return line.split(";")
    if re.search(r"[^\s,]\s+[^\s,]|,\s", line):
        return [part for part in re.split(r",?\s+", line) if part]
    grouped = re.fullmatch(r"[+-]?\d{1,3}(,\d{3})+(\.\d*)?", line)
    several = line.count(",") > 1 or "." in line
    return line.split(",") if several and not grouped else [line]
