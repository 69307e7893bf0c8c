"""Refuses a Python that is too old, in words that an old Python can read."""

import shutil
import sys

NEEDED = (3, 11)
NEWER = ("python3.14", "python3.13", "python3.12", "python3.11")


def refusal(version: "tuple[int, int]") -> str:
    """Return what to tell a person whose Python is too old, or "" if it is new enough."""
    if version >= NEEDED:
        return ""
    text = f"Python {NEEDED[0]}.{NEEDED[1]} or newer is needed; found {version[0]}.{version[1]}."
    for name in NEWER:
        if shutil.which(name):
            return text + f" You may have one: try {name} instead of python3."
    return text


def refuse() -> None:
    """Leave the program, with a sentence, if this Python is too old."""
    text = refusal((sys.version_info[0], sys.version_info[1]))
    if text:
        sys.exit(text)
