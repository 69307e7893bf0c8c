"""Reading JSON that nobody vouches for: what is doubtful is refused, with the path to it.

JSON as Python reads it allows more than the standard: NaN, a key twice, numbers of a million
digits.  Each of these means that two programs would understand the same file differently.
"""

from __future__ import annotations

import codecs
import json
import re
from collections import Counter
from math import isfinite
from typing import Any, NoReturn

from convsim.formats.errors import ManifestError

DEEPEST = 64
"""Levels of lists and objects; a project has five."""
MOST_HOLDERS = 200_000
"""Lists and objects: making a million of them takes seconds, and a project has some thousand."""
DIGITS = 20
"""Digits of a whole number."""
HALF = re.compile(r"\\u[dD][89a-fA-F]")
LONE = re.compile("[\ud800-\udfff]")
"""Python joins two halves that belong together; what is left over is alone."""
MARKS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


class _Flaw:
    """Stands in the tree where something doubtful was read."""

    def __init__(self, what: str) -> None:
        self.what = what


class _Hooks:
    """Called by the parser for every number and object; they put a flaw in the place of some."""

    def __init__(self) -> None:
        self.flaws: list[_Flaw] = []

    def whole(self, digits: str) -> int | _Flaw:
        if len(digits.lstrip("-")) > DIGITS:
            return self._flaw(f"is a number of {len(digits):,} digits; up to {DIGITS} can be read")
        return int(digits)

    def broken(self, digits: str) -> float | _Flaw:
        value = float(digits)
        return value if isfinite(value) else self.constant(digits)

    def constant(self, word: str) -> _Flaw:
        return self._flaw(f"is {word[:DIGITS]}; it must be a finite number")

    def entries(self, pairs: list[tuple[str, Any]]) -> dict[str, Any] | _Flaw:
        made = dict(pairs)
        if len(made) == len(pairs):
            return made
        counts = Counter(name for name, _ in pairs)
        twice = next(name for name, times in counts.items() if times > 1)
        return self._flaw(f"has the key {twice[:60]!r} twice; one of them must go")

    def _flaw(self, what: str) -> _Flaw:
        self.flaws.append(_Flaw(what))
        return self.flaws[-1]


def parse(data: bytes) -> Any:
    """Return what JSON text means; see `parse_mended`."""
    return parse_mended(data)[0]


def parse_mended(data: bytes) -> tuple[Any, bool]:
    """Return what JSON text means, and whether half characters in it were replaced.

    Parameters
    ----------
    data : bytes
        UTF-8 without a byte order mark.

    Returns
    -------
    dict, list, str, int, float, bool or None
    bool
        A half character becomes a sign that shows that something was there.

    Raises
    ------
    ManifestError
        Starting with the path, such as ``$.layers[2].stride``, where there is one.
    """
    text = _text(data)
    count = text.count("[") + text.count("{")
    if count > MOST_HOLDERS:
        raise ManifestError(
            f"holds {count:,} lists and objects; up to {MOST_HOLDERS:,} can be read"
        )
    hooks = _Hooks()
    try:
        tree = json.loads(
            text,
            object_pairs_hook=hooks.entries,
            parse_int=hooks.whole,
            parse_float=hooks.broken,
            parse_constant=hooks.constant,
        )
    except RecursionError as problem:
        raise ManifestError(f"is nested more than {DEEPEST} deep") from problem
    except json.JSONDecodeError as problem:
        raise ManifestError(
            f"is not JSON: {problem.msg} in line {problem.lineno:,}, column {problem.colno:,}"
        ) from problem
    if hooks.flaws:
        _report(tree)
    _check_depth(tree)
    # Whole characters are written so too: only then it has to be looked for.
    return _mended(tree) if HALF.search(text) else (tree, False)


def _text(data: bytes) -> str:
    if data.startswith(MARKS) or b"\0" in data[:4]:
        raise ManifestError("is UTF-16 or starts with a byte order mark; plain UTF-8 is needed")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as problem:
        raise ManifestError(f"is not UTF-8 at byte {problem.start:,}") from problem


def encode(tree: Any, indent: int | None = None) -> bytes:
    """Return JSON text in UTF-8; the same for the same tree.

    Half characters, which no UTF-8 can hold, become question marks.
    """
    marks = (",", ": " if indent else ":")
    text = json.dumps(tree, ensure_ascii=False, allow_nan=False, indent=indent, separators=marks)
    return text.encode("utf-8", "replace")


def _mended(value: Any) -> tuple[Any, bool]:
    """Return a tree with no half characters in it, and whether there were any."""
    if isinstance(value, str):
        whole = LONE.sub("\ufffd", value)
        return whole, whole != value
    if isinstance(value, list):
        items = [_mended(item) for item in value]
        return [item for item, _ in items], any(changed for _, changed in items)
    if isinstance(value, dict):
        pairs = [(_mended(name), _mended(item)) for name, item in value.items()]
        made = {name: item for (name, _), (item, _) in pairs}
        if len(made) < len(pairs):
            raise ManifestError("has a key twice once half characters are replaced")
        return made, any(of_name or of_item for (_, of_name), (_, of_item) in pairs)
    return value, False


def _check_depth(tree: Any) -> None:
    level, depth = [tree], 0
    while level:
        depth += 1
        if depth > DEEPEST:
            raise ManifestError(f"is nested more than {DEEPEST} deep")
        below: list[Any] = []
        for value in level:
            if isinstance(value, dict):
                below.extend(value.values())
            elif isinstance(value, list):
                below.extend(value)
        level = below


def _report(tree: Any) -> NoReturn:
    """Raise the error for the first flaw in the tree, with the path to it."""
    todo: list[tuple[str, Any]] = [("$", tree)]
    while True:
        # The tree holds one: what was inside a flaw has gone with it.
        path, value = todo.pop()
        if isinstance(value, _Flaw):
            raise ManifestError(f"{path} {value.what}")
        if isinstance(value, dict):
            todo += reversed([(f"{path}.{name[:60]}", child) for name, child in value.items()])
        elif isinstance(value, list):
            todo += reversed([(f"{path}[{index}]", child) for index, child in enumerate(value)])
