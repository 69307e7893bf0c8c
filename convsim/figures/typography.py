"""How wide a text will be, near enough to lay out a page before any font is loaded."""

from __future__ import annotations

from functools import lru_cache

# Advance widths of Pretendard Regular with tabular figures, in hundredths of the em.
_GROUPS = {
    20: "'",
    22: "ijl",
    25: " ,.:;·!I",
    32: "|",
    34: "/\\()[]f{}",
    36: "rt",
    40: '"⌊⌋⌈⌉²³_-^',
    48: "*`–?",
    50: "sxz",
    53: "JkLcvyaρ",
    56: "euFhnEo",
    59: "gpqZbdµPΣ#",
    62: "$&0123456789RSTXBK+<=>Y~×÷−≈≤≥",
    65: "AV",
    70: "CDGHU",
    74: "NOQ…w",
    85: "mM%@",
    92: "→W—",
}
_WIDTHS = {letter: hundredths / 100 for hundredths, group in _GROUPS.items() for letter in group}
_OTHER = 0.95
"""Hangul and whatever is not in the table: wider than it probably is."""
_BOLD = 1.03


def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """Return the width of a line in units at an em height of `size`; if unsure, a little more."""
    width = _ems(text) * size
    return width * _BOLD if bold else width


def most_width(text: str, size: float, *, bold: bool = False) -> float:
    """Return a width that no line is wider than, whatever font its other letters come from."""
    unknown = sum(letter not in _WIDTHS for letter in text)
    return text_width(text, size, bold=bold) + unknown * size * 1.2


@lru_cache(maxsize=4096)
def _ems(text: str) -> float:
    return sum(_WIDTHS.get(letter, _OTHER) for letter in text)


def fitted_size(text: str, size: float, room: float, *, least: float = 7.0) -> float:
    """Return the largest em height up to `size` at which the text fits into `room` units."""
    width = text_width(text, size)
    return size if width <= room else max(least, size * room / width)


def shortened(text: str, size: float, room: float) -> str:
    """Return the text if it fits into `room` units at an em height, else without its middle.

    Names that do not fit often differ at their end only.

    >>> shortened("one, two, three", 10, 45)
    'one…ree'
    """
    kept, short = len(text), text
    # What was made to fit may be wider by what is rounded.
    while kept and text_width(short, size) > room + 1e-6:
        kept -= 1
        short = f"{text[: (kept + 1) // 2].rstrip()}…{text[len(text) - kept // 2 :].lstrip()}"
    return short if kept else ""


def wrapped(text: str, size: float, room: float) -> list[str]:
    """Return the text broken between words into lines that fit into `room` units."""
    lines = [""]
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and text_width(longer, size) > room:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines
