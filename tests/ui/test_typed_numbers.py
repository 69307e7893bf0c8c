"""What people type and paste is understood, or refused; it is never half understood."""

from __future__ import annotations

import numpy as np
import pytest

from convsim.ui.typed_numbers import exact_text, parse_grid, parse_number, stepped_number


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0.01", 0.01),
        ("0,01", 0.01),
        (".5", 0.5),
        ("5.", 5.0),
        ("−0,25", -0.25),
        ("-3", -3.0),
        ("+7", 7.0),
        (" 1e-3 ", 0.001),
        ("1/9", 1 / 9),
        ("-1/8", -0.125),
    ],
)
def test_numbers_as_people_type_them(text, value):
    assert parse_number(text) == pytest.approx(value)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "-",
        "abc",
        "1.2.3",
        "1,000.5",
        "0x10",
        "1_0",
        "nan",
        "inf",
        "٣",
        "1/0",
        "1/2/3",
        "1 2",
    ],
)
def test_what_is_no_number_is_refused(text):
    assert parse_number(text) is None


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("1\t2\n3\t4", [[1, 2], [3, 4]]),
        ("0,5\t1\r\n-2\t3\r\n", [[0.5, 1], [-2, 3]]),
        ("1 0 -1\n2 0 -2\n1 0 -1", [[1, 0, -1], [2, 0, -2], [1, 0, -1]]),
        ("1, 0, -1\n2, 0, -2", [[1, 0, -1], [2, 0, -2]]),
        ("1,0,-1", [[1, 0, -1]]),
        ("0,5;1,5", [[0.5, 1.5]]),
        ("[[1, 0], [0, 1]]", [[1, 0], [0, 1]]),
        ("[[1. 0.]\n [0. 1.]]", [[1, 0], [0, 1]]),
        ("3", [[3]]),
        ("0,25", [[0.25]]),
    ],
)
def test_grids_from_other_programs(text, rows):
    grid = parse_grid(text)
    assert grid is not None
    assert grid.tolist() == rows


@pytest.mark.parametrize("text", ["", "\n\n", "1\t2\n3", "1\tx", "a b", "1,000.5", "[]"])
def test_what_is_no_grid_is_refused(text):
    assert parse_grid(text) is None


@pytest.mark.parametrize("value", [0.1, -1 / 3, 1e-7, 3e38, 16777216.0, 0.0, -0.0, 1234567.8])
def test_exact_text_gives_the_same_float32_back(value):
    parsed = parse_number(exact_text(value))
    assert parsed is not None
    assert np.float32(parsed) == np.float32(value)


def test_steps_add_no_noise():
    value = 0.0
    for _ in range(100):
        value = float(np.float32(stepped_number(value, 1, 0.01)))
    assert exact_text(value) == "1"
    assert exact_text(stepped_number(-0.03, 3, 0.01)) == "0"
