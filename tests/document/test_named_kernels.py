"""The library of kernels: each answers to what it is called, at every size."""

from __future__ import annotations

import numpy as np
import pytest

from convsim.core.errors import LayerError
from convsim.document.named_kernels import LIBRARY, gabor

SIZES = [(3, 3), (5, 5), (7, 7), (4, 4), (3, 7), (11, 11)]
EDGES = {
    "sobel-right": (0, 1),
    "prewitt-right": (0, 1),
    "sobel-down": (1, 0),
    "prewitt-down": (1, 0),
}


def ramp(size, down, right):
    rows, cols = size
    return down * np.arange(rows)[:, None] + right * np.arange(cols)[None]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", LIBRARY)
def test_a_kernel_is_as_large_as_asked_and_leaves_a_flat_picture_flat(name, size):
    plane = LIBRARY[name](*size)
    assert plane.shape == size
    wanted = 0 if name in EDGES or name == "laplacian" else 1
    assert plane.sum() == pytest.approx(wanted, abs=1e-12)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", EDGES)
def test_an_edge_filter_answers_to_its_own_direction_alone(name, size):
    down, right = EDGES[name]
    plane = LIBRARY[name](*size)
    assert np.sum(plane * ramp(size, down, right)) > 0
    assert np.sum(plane * ramp(size, right, down)) == pytest.approx(0, abs=1e-9)


def test_the_textbook_kernels_are_those_of_the_textbook():
    assert LIBRARY["sobel-right"](3, 3).tolist() == [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]
    assert LIBRARY["prewitt-down"](3, 3).tolist() == [[-1, -1, -1], [0, 0, 0], [1, 1, 1]]
    assert LIBRARY["laplacian"](3, 3).tolist() == [[0, 1, 0], [1, -4, 1], [0, 1, 0]]
    assert LIBRARY["sharpen"](3, 3).tolist() == [[0, -1, 0], [-1, 5, -1], [0, -1, 0]]
    assert (256 * LIBRARY["gaussian"](5, 5))[2].tolist() == [6, 24, 36, 24, 6]
    assert LIBRARY["identity"](5, 5)[2, 2] == 1


def bar(size, angle):
    y, x = np.mgrid[:size, :size] - (size - 1) / 2
    turn = np.deg2rad(angle)
    return np.clip(2 - np.abs(x * np.sin(turn) + y * np.cos(turn)), 0, 1)


@pytest.mark.parametrize("angle", [0, 30, 45, 90, 120, 135])
def test_of_all_bars_a_gabor_filter_answers_most_to_the_one_at_its_angle(angle):
    plane = gabor(11, 11, angle)
    answers = {other: np.sum(plane * bar(11, other)) for other in range(0, 180, 15)}
    assert max(answers, key=lambda other: answers[other]) == angle
    assert plane.sum() == pytest.approx(0, abs=1e-12)
    assert np.abs(plane).sum() == pytest.approx(1)


@pytest.mark.parametrize("name", ["sobel-right", "prewitt-down", "laplacian", "emboss"])
def test_a_kernel_that_is_too_small_is_refused_with_the_size(name):
    with pytest.raises(LayerError, match="at least 3×3; this one is"):
        LIBRARY[name](3, 2)
