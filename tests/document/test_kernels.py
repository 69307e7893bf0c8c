"""The filters of the first layer answer to what they are called."""

from __future__ import annotations

import numpy as np
import pytest

from convsim.document.kernels import (
    LECTURE_FILTERS,
    blur,
    detail,
    diagonal,
    horizontal_edges,
    vertical_edges,
)

FILTERS = dict(LECTURE_FILTERS)
RISING = np.tile(np.arange(5.0), (5, 1))
"""Brighter to the right."""
FLAT = np.ones((5, 5))


def answer(name: str, red: np.ndarray, green: np.ndarray, blue: np.ndarray) -> float:
    """Return the filter's sum over a patch of three colours."""
    return float(np.sum(FILTERS[name] * np.stack([red, green, blue])))


def test_six_filters_of_three_colours():
    assert len(LECTURE_FILTERS) == len(FILTERS) == 6
    assert all(kernel.shape == (3, 5, 5) for kernel in FILTERS.values())


def test_edges_answer_to_slopes_in_their_own_direction_only():
    assert np.sum(vertical_edges() * RISING) > 0
    assert np.sum(vertical_edges() * RISING.T) == pytest.approx(0)
    assert np.sum(horizontal_edges() * RISING.T) > 0
    assert np.sum(horizontal_edges() * RISING) == pytest.approx(0)
    np.testing.assert_array_equal(vertical_edges().T, horizontal_edges())


def test_what_looks_for_differences_does_not_answer_to_an_even_area():
    for kernel in (vertical_edges(), horizontal_edges(), detail()):
        assert kernel.sum() == pytest.approx(0)
    for name in ("vertical edges", "horizontal edges", "detail"):
        assert answer(name, FLAT, FLAT, FLAT) == pytest.approx(0)


def test_a_blur_keeps_the_brightness():
    assert blur().sum() == pytest.approx(1)
    assert (blur() > 0).all()
    assert blur()[2, 2] == blur().max()


def test_detail_answers_to_a_dot():
    dot = np.zeros((5, 5))
    dot[2, 2] = 1
    assert answer("detail", dot, dot, dot) > 0


def test_colours_answer_to_their_colour_and_not_to_grey():
    zero = np.zeros((5, 5))
    assert answer("red − green", FLAT, zero, zero) > 0 > answer("red − green", zero, FLAT, zero)
    assert answer("blue − yellow", zero, zero, FLAT) > 0 > answer("blue − yellow", FLAT, FLAT, zero)
    for name in ("red − green", "blue − yellow"):
        assert answer(name, FLAT, FLAT, FLAT) == pytest.approx(0)


def test_the_diagonal_answers_to_its_stroke():
    assert np.sum(diagonal() * np.eye(3)) == 3
    assert np.sum(diagonal() * np.eye(3)[::-1]) == -1
    assert (diagonal() % 1 == 0).all()
