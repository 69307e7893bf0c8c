"""A file name is shown on one line, whatever is in it."""

from __future__ import annotations

import pytest

from convsim.data.names import LONGEST, shown_name


@pytest.mark.parametrize("name", ["cat.png", "고양이.png", "👩‍👩‍👧.png", "Ä ö.gif", "क्‍ष.png"])
def test_an_honest_name_is_shown_as_it_is(name):
    assert shown_name(name) == name


@pytest.mark.parametrize(
    "sign",
    ["\n", "\x1b", "\0", "\u202e", "\u2066", "\u200b", "\ud800", "\u2028"],
    ids=["newline", "escape", "zero", "override", "isolate", "no width", "surrogate", "separator"],
)
def test_a_sign_that_hides_something_is_replaced(sign):
    shown = shown_name(f"a{sign}b.png")
    assert shown == "a\ufffdb.png"
    shown.encode()


def test_the_middle_of_a_long_name_is_left_out():
    shown = shown_name("a" * 300 + ".png")
    assert len(shown) <= LONGEST
    assert shown.startswith("aaa")
    assert shown.endswith("a.png")
    assert "…" in shown


def test_no_name_at_all_is_named():
    assert shown_name("") == "(no name)"
