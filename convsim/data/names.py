"""File names as they may be shown: a name is whatever somebody typed, or meant to confuse."""

from __future__ import annotations

import unicodedata

LONGEST = 80
"""Characters of a name that are shown; the middle of a longer one is left out."""

# Cc control characters (newline, escape), Cf invisible ones (those that turn the direction of
# text make "gpj.exe" look like "exe.jpg"), Cs half characters (bytes that are not UTF-8),
# Zl and Zp line ends.  The joiners inside emoji and Indic words are wanted, though.
HIDDEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}
JOINERS = "\u200c\u200d"


def shown_name(name: str) -> str:
    """Return `name` on one line, without tricks, and not too long.

    >>> shown_name("cat.png")
    'cat.png'
    """
    return plain(name, LONGEST) or "(no name)"


def plain(text: str, longest: int) -> str:
    """Return any text on one line, without tricks; the middle of a longer one is left out.

    >>> plain("one, two, three", 9)
    'one,…hree'
    """
    if len(text) > longest:
        half = (longest - 1) // 2
        text = f"{text[:half]}…{text[-half:]}"
    return "".join(
        "\ufffd" if unicodedata.category(sign) in HIDDEN and sign not in JOINERS else sign
        for sign in text
    )
