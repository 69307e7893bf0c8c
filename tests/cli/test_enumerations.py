"""Enumerations made the short way are Python's own in all that can be asked of them."""

from __future__ import annotations

import contextlib
import copy
import enum
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from convsim.cli import enumerations
from convsim.cli.enumerations import short_enumerations

ROOT = Path(__file__).parents[2]
KINDS = (enum.Enum, enum.IntEnum, enum.Flag, enum.IntFlag)
NAMES = {
    "plain": [("Left", 0), ("Right", 1), ("Both", 2)],
    "with aliases": [("None_", 0), ("Zero", 0), ("One", 1), ("First", 1)],
    "out of order": [("Four", 4), ("One", 1), ("Two", 2)],
    "masks": [("No", 0), ("A", 1), ("B", 2), ("AB", 3), ("C", 8), ("Mask", 15)],
    "negative": [("Least", -1), ("One", 1)],
    "one": [("Only", 7)],
    "none": [],
}

ALL_OF_QT = """
import contextlib, enum, hashlib, json
from convsim.cli.enumerations import short_enumerations
from tests.cli.test_enumerations import told
with contextlib.ExitStack() as during:
    if SHORT:
        during.enter_context(short_enumerations())
    from PySide6 import QtCore, QtGui, QtWidgets
    answers = {}
    for module in (QtCore, QtGui, QtWidgets):
        for name in dir(module):
            held = getattr(module, name)
            inside = list(vars(held).values()) if isinstance(held, type) else []
            for made in (held, *inside):
                if isinstance(made, enum.EnumType):
                    answers[f"{made.__module__}.{made.__qualname__}"] = told(made)
print(json.dumps(answers))
"""


def make(kind: Any, names: object, **how: Any) -> Any:
    """Return an enumeration that is made as PySide makes them."""
    return kind("Made", names, module=__name__, **how)


def told(made: Any) -> list[object]:
    """Return all that can be asked of an enumeration and its members, as text."""
    inner = ("_member_names_", "_flag_mask_", "_singles_mask_", "_all_bits_", "_boundary_")
    answers: list[object] = [
        made.__name__,
        made.__doc__,
        made.__module__,
        made.__qualname__,
        [base.__name__ for base in made.__mro__],
        sorted(key for key in vars(made) if key not in made.__members__),
        [str(getattr(made, key, None)) for key in inner],
        [str(member) for member in made],
        len(made),
    ]
    for name, member in made.__members__.items():
        same = [getattr(made, name), made[name], made(member.value), copy.deepcopy(member)]
        answers += [
            (name, member.name, member.value, repr(member), str(member), f"{member}"),
            [one is member for one in same],
            (type(member) is made, member in made, sorted(vars(member)), bool(member)),
            hash(member) == hash(made(member.value)),
        ]
    if issubclass(made, enum.Flag):
        members = list(made.__members__.values())
        for one in members[:5]:
            for other in members[-5:]:
                answers.append([outcome(one, other, way) for way in range(5)])
    return answers


def outcome(one: enum.Flag, other: enum.Flag, way: int) -> str:
    """Return what flags give together, or why not."""
    try:
        made = (one | other, one & other, one ^ other, ~one, list(one | other))[way]
    except ValueError as problem:
        return repr(problem)
    return repr(made)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("names", NAMES.values(), ids=NAMES)
def test_it_is_what_python_makes(kind: Any, names: list[tuple[str, int]]) -> None:
    usual = make(kind, names, boundary=enum.KEEP)
    with short_enumerations():
        short = make(kind, names, boundary=enum.KEEP)
    assert told(short) == told(usual)


def test_all_of_qt_is_the_same() -> None:
    answers = []
    for short in (False, True):
        program = ALL_OF_QT.replace("SHORT", str(short))
        run = subprocess.run(
            [sys.executable, "-c", program],
            capture_output=True,
            text=True,
            check=True,
            cwd=ROOT,
            env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        )
        answers.append(json.loads(run.stdout))
    usual, short = answers
    assert len(usual) > 600
    assert short.keys() == usual.keys()
    assert [name for name in usual if short[name] != usual[name]] == []


def test_a_member_is_taken_apart_and_put_together_as_itself() -> None:
    with short_enumerations():
        made = make(enum.Enum, [("Left", 0), ("Right", 1)])
    rebuild, given = made.Right.__reduce_ex__(2)
    assert rebuild(*given) is made.Right


@pytest.mark.parametrize(
    "names",
    [
        "LEFT RIGHT",
        ["LEFT", "RIGHT"],
        {"LEFT": "l"},
        [("LEFT", "l")],
        [("_own_", 1)],
        [("", 1)],
        [("LEFT", 1), ("LEFT", 2)],
        [("name", 1), ("LEFT", 2)],
        [("value", 1), ("LEFT", 2)],
        [("mro", 1)],
    ],
)
def test_what_is_no_list_of_numbers_is_left_to_python(names: object) -> None:
    def answers() -> list[object] | str:
        try:
            return told(make(enum.Enum, names))
        except (ValueError, TypeError) as problem:
            return str(problem)

    usual = answers()
    with short_enumerations():
        assert answers() == usual


def test_afterwards_python_makes_them_again() -> None:
    usual = enum.EnumType._create_  # type: ignore[attr-defined]
    with contextlib.suppress(RuntimeError), short_enumerations():
        assert enum.EnumType._create_ is not usual  # type: ignore[attr-defined]
        raise RuntimeError
    assert enum.EnumType._create_ is usual  # type: ignore[attr-defined]


def test_a_python_that_nobody_has_tried_goes_its_own_way(monkeypatch: pytest.MonkeyPatch) -> None:
    usual = enum.EnumType._create_  # type: ignore[attr-defined]
    monkeypatch.setattr(enumerations, "NEWEST", (3, 10))
    with short_enumerations():
        assert enum.EnumType._create_ is usual  # type: ignore[attr-defined]


def test_a_python_without_a_short_way_goes_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    usual = enum.EnumType._create_  # type: ignore[attr-defined]
    monkeypatch.delattr(enum, "_simple_enum")
    with short_enumerations():
        assert enum.EnumType._create_ is usual  # type: ignore[attr-defined]
