"""What the command line says: results on standard output, everything else on standard error.

A terminal may be unable to show ×, − or →.  Such signs are then written with letters that every
terminal has, instead of stopping the program.
"""

from __future__ import annotations

import codecs
import os
import sys
import unicodedata
from collections.abc import Sequence
from contextlib import suppress
from io import StringIO, TextIOWrapper
from pathlib import Path
from typing import TextIO

from convsim.data.names import HIDDEN, JOINERS, shown_name

PROGRAM = "convsim"
FALLBACK = "convsim.plain"
PLAIN = {
    "×": "x",
    "−": "-",
    "–": "-",
    "→": "->",
    "…": "...",
    "·": "*",
    "⌊": "floor(",
    "⌋": ")",
    "⌈": "ceil(",
    "⌉": ")",
    "₁": "1",
    "₂": "2",
    "Σ": "sum",
    "’": "'",
    "—": "-",
}
"""Signs of formulas, and how they are written where there is only ASCII."""


def prepare_streams() -> None:
    """Make sure that neither a sign nor a closed stream can stop the program."""
    codecs.register_error(FALLBACK, _plainer)
    # Python has no object for a stream that was closed before it began.
    if sys.stdout is None:
        sys.stdout = StringIO()
    if sys.stderr is None:
        sys.stderr = StringIO()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors=FALLBACK)


def say(text: str) -> None:
    """Write a line of the result."""
    sys.stdout.write(text + "\n")


def warn(text: str) -> None:
    """Write one line that is not part of the result: a conversion, or why something failed."""
    # What came before on the other stream belongs before it on a screen that shows both.
    with suppress(OSError):
        sys.stdout.flush()
    sys.stderr.write(f"{PROGRAM}: {one_line(text)}\n")


def one_line(text: str) -> str:
    """Return a text without line ends and other signs that could change what a terminal shows.

    Signs that turn the direction of text are among them, joiners inside emoji and words are not.
    """
    return "".join(
        "\ufffd" if unicodedata.category(sign) in HIDDEN and sign not in JOINERS else sign
        for sign in text
    )


def located(text: str, arguments: Sequence[str]) -> str:
    """Return a message about a file with the path that was typed, and not its name alone.

    >>> located("a.png: is empty", ["--image", "pictures/a.png"])
    'pictures/a.png: is empty'
    """
    for argument in arguments:
        path = Path(argument)
        if path.name != argument and text.startswith(f"{shown_name(path.name)}: "):
            return f"{path}{text[len(shown_name(path.name)) :]}"
    return text


def shows_unicode(stream: TextIO) -> bool:
    """Return whether every sign can be written to a stream."""
    return (stream.encoding or "").lower().replace("_", "-").startswith("utf")


def settle() -> None:
    """Let what cannot be written go nowhere: the reader has left, or the disk is full.

    Python would complain about it once more when it ends.
    """
    try:
        sys.stdout.flush()
    except OSError:
        with suppress(OSError, ValueError):
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, sys.stdout.fileno())
            os.close(nowhere)


def _plainer(problem: UnicodeError) -> tuple[str | bytes, int]:
    if not isinstance(problem, UnicodeEncodeError):
        raise problem
    sign = problem.object[problem.start]
    if "\udc80" <= sign <= "\udcff":
        # A byte of a file name that is no text: written as it was, so that the name can be used.
        return bytes([ord(sign) - 0xDC00]), problem.start + 1
    return PLAIN.get(sign, "?"), problem.start + 1
