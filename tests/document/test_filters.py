"""Edits of whole filters change what they say and nothing else."""

from __future__ import annotations

import numpy as np
import pytest

from convsim.core.errors import ParameterError
from convsim.core.init import STARTS
from convsim.core.layers import Conv2d
from convsim.document.building import insert_layers
from convsim.document.filters import CHANGES, change_filter, put_kernel, start_anew
from convsim.document.named_kernels import LIBRARY, sobel_right
from convsim.services.opening import new_document


def planes(document, filter_=0):
    return document.weights[0]["weight"][filter_]


def test_a_named_kernel_takes_the_place_of_a_filter_and_gives_it_its_name(lecture):
    changed = put_kernel(lecture, 0, 2, sobel_right(5, 5), name="Sobel")
    for plane in planes(changed, 2):
        np.testing.assert_array_equal(plane, sobel_right(5, 5))
    np.testing.assert_array_equal(planes(changed, 1), planes(lecture, 1))
    assert changed.filter_name("conv1", 2) == "Sobel"
    assert changed.filter_name("conv1", 1) == "horizontal edges"
    assert not changed.weights[0]["weight"].flags.writeable


def test_one_plane_alone_can_change(lecture):
    changed = put_kernel(lecture, 0, 0, LIBRARY["box"](5, 5), name="mean", channel=1)
    np.testing.assert_allclose(planes(changed)[1], 0.04, rtol=1e-6)
    np.testing.assert_array_equal(planes(changed)[[0, 2]], planes(lecture)[[0, 2]])
    assert changed.filter_name("conv1", 0) == "edited"


@pytest.mark.parametrize(
    ("change", "wanted"),
    [
        ("mirror", [[2, 1], [4, 3]]),
        ("upend", [[3, 4], [1, 2]]),
        ("flip", [[4, 3], [2, 1]]),
        ("rotate", [[3, 1], [4, 2]]),
        ("symmetric", [[1.5, 1.5], [3.5, 3.5]]),
        ("sum-one", [[0.1, 0.2], [0.3, 0.4]]),
        ("sum-zero", [[-1.5, -0.5], [0.5, 1.5]]),
        ("negate", [[-1, -2], [-3, -4]]),
    ],
)
def test_each_change_does_what_it_is_called(change, wanted):
    document = insert_layers(new_document(), 0, [Conv2d(1, 2)])
    document = put_kernel(document, 0, 0, np.zeros((2, 2)))
    document = put_kernel(document, 0, 0, np.array([[1.0, 2], [3, 4]]), channel=1)
    changed = change_filter(document, 0, 0, change, channel=1)
    np.testing.assert_allclose(planes(changed)[1], wanted, rtol=1e-6)
    assert not planes(changed)[[0, 2]].any()


def test_turning_four_times_or_flipping_twice_changes_nothing(lecture):
    document = lecture
    for _ in range(4):
        document = change_filter(document, 0, 4, "rotate")
    np.testing.assert_array_equal(planes(document, 4), planes(lecture, 4))
    twice = change_filter(change_filter(lecture, 0, 0, "flip"), 0, 0, "flip")
    np.testing.assert_array_equal(planes(twice), planes(lecture))
    assert change_filter(lecture, 0, 2, "symmetric") is lecture


def test_a_change_that_cannot_be_is_refused_with_the_reason(lecture):
    with pytest.raises(ParameterError, match="sum to 0"):
        change_filter(lecture, 0, 0, "sum-one")
    document = insert_layers(new_document(), 0, [Conv2d(1, (3, 5))])
    with pytest.raises(ParameterError, match="3×5 cannot be turned"):
        change_filter(document, 0, 0, "rotate")
    assert set(CHANGES) >= {"flip"}


@pytest.mark.parametrize("start", STARTS)
def test_weights_that_begin_anew_have_the_variance_of_the_paper(start):
    document = insert_layers(new_document(), 0, [Conv2d(64, 7)])
    drawn = start_anew(document, 0, start, seed=5)
    reads, writes = 49 * 3, 49 * 64
    wanted = {
        "he-normal": 2 / reads,
        "he-uniform": 2 / reads,
        "xavier-normal": 2 / (reads + writes),
        "xavier-uniform": 2 / (reads + writes),
        "lecun-normal": 1 / reads,
        "lecun-uniform": 1 / reads,
        "orthogonal": 1 / reads,
        "zeros": 0,
    }
    assert drawn.weights[0]["weight"].var() == pytest.approx(wanted[start], rel=0.06)
    again = start_anew(document, 0, start, seed=5)
    np.testing.assert_array_equal(again.weights[0]["weight"], drawn.weights[0]["weight"])


def test_one_filter_begins_anew_and_the_others_stay(lecture):
    drawn = start_anew(lecture, 0, "he-normal", 1, filter_=3)
    same = [i for i in range(6) if np.array_equal(planes(drawn, i), planes(lecture, i))]
    assert same == [0, 1, 2, 4, 5]
    assert drawn.filter_name("conv1", 3) == "edited"
    assert start_anew(lecture, 0, "zeros", 1).filter_names == {}
