"""Pictures drawn by a formula have the numbers that the formula says."""

from __future__ import annotations

import numpy as np
import pytest

from convsim.data import bar, checkerboard, edge, ramp


def test_a_lying_bar_fills_the_middle_rows():
    picture = bar(7, 5, 0)
    np.testing.assert_array_equal(picture.pixels[:, 0, 0], [0, 0, 1, 1, 1, 0, 0])
    assert (picture.pixels == picture.pixels[:, :1]).all()
    assert picture.name == "bar 0°"


def test_a_standing_bar_is_a_lying_one_turned():
    np.testing.assert_array_equal(
        bar(7, 5, 90).pixels[..., 0], bar(5, 7, 0).pixels[..., 0].swapaxes(0, 1)
    )


def test_45_degrees_rises_to_the_right():
    pixels = bar(9, 9, 45, thickness=1).pixels[..., 0]
    assert pixels[0, 8] == pixels[8, 0] == 1
    assert pixels[0, 0] == pixels[8, 8] == 0


@pytest.mark.parametrize("angle", [0, 30, 45, 90, 135, 179])
def test_half_a_turn_changes_nothing(angle):
    np.testing.assert_array_equal(bar(9, 9, angle).pixels, bar(9, 9, angle + 180).pixels)


def test_an_edge_goes_from_black_to_white_in_the_middle():
    np.testing.assert_array_equal(edge(1, 6).pixels[0, :, 0], [0, 0, 0, 1, 1, 1])
    np.testing.assert_array_equal(edge(1, 5).pixels[0, :, 0], [0, 0, 1, 1, 1])


def test_a_ramp_goes_from_black_to_white_evenly():
    np.testing.assert_array_equal(ramp(1, 5).pixels[0, :, 0], [0, 0.25, 0.5, 0.75, 1])


def test_a_checkerboard_starts_black():
    np.testing.assert_array_equal(
        checkerboard(3, 4, 2).pixels[..., 0], [[0, 0, 1, 1], [0, 0, 1, 1], [1, 1, 0, 0]]
    )


@pytest.mark.parametrize("picture", [bar(5, 4, 10), edge(5, 4), ramp(5, 4), checkerboard(5, 4)])
def test_all_are_grey_floats_in_range(picture):
    assert picture.pixels.shape == (5, 4, 1)
    assert picture.pixels.dtype == np.float32
    assert not picture.pixels.flags.writeable
    assert picture.pixels.min() >= 0
    assert picture.pixels.max() <= 1
