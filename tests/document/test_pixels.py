"""What is done to pixels: each function does what it is called, and leaves its input alone."""

from __future__ import annotations

import numpy as np
import pytest

from convsim.document.pixels import CHANGES, noisy, painted, rotated, shifted, turned

IMAGE = np.asarray(np.arange(24).reshape(4, 6, 1) / 24, np.float32)
IMAGE.setflags(write=False)


@pytest.mark.parametrize("name", CHANGES)
@pytest.mark.parametrize("shape", [(4, 6, 1), (6, 4, 3), (1, 1, 3), (5, 5, 1)])
def test_every_change_keeps_shape_type_and_range(name, shape):
    image = np.random.default_rng(0).random(shape, np.float32)
    image.setflags(write=False)
    changed = CHANGES[name](image)
    assert changed.shape == shape
    assert changed.dtype == np.float32
    assert changed.min() >= 0
    assert changed.max() <= 1
    assert changed.flags.c_contiguous


def test_a_shift_moves_pixels_and_brings_black_in():
    moved = shifted(IMAGE, 1, -2)
    np.testing.assert_array_equal(moved[1:, :4], IMAGE[:3, 2:])
    assert not moved[0].any()
    assert not moved[:, 4:].any()
    assert not shifted(IMAGE, 4, 0).any()
    np.testing.assert_array_equal(shifted(shifted(IMAGE, 0, 1), 0, -1)[:, :5], IMAGE[:, :5])


def test_four_quarter_turns_of_a_square_change_nothing():
    image = np.random.default_rng(1).random((5, 5, 3), np.float32)
    np.testing.assert_array_equal(turned(image)[0], image[::-1, 0])
    np.testing.assert_array_equal(turned(turned(turned(turned(image)))), image)


def test_of_a_picture_that_is_no_square_the_middle_turns():
    turn = turned(IMAGE)
    assert not turn[:, [0, 5]].any()
    np.testing.assert_array_equal(turn[:, 1:5, 0], np.rot90(IMAGE[:, 1:5, 0], -1))


def test_noise_has_the_deviation_asked_for_and_repeats_with_its_seed():
    grey = np.full((200, 200, 1), 0.5, np.float32)
    assert noisy(grey, 0.1, 3).std() == pytest.approx(0.1, rel=0.02)
    np.testing.assert_array_equal(noisy(grey, 0.1, 3), noisy(grey, 0.1, 3))


def test_the_brush_paints_just_its_pixels():
    image = painted(np.zeros((3, 3, 3), np.float32), [(0, 1), (2, 2)], (1.0, 0.5, 0.0))
    assert np.argwhere(image.any(axis=2)).tolist() == [[0, 1], [2, 2]]
    assert image[2, 2].tolist() == [1.0, 0.5, 0.0]


@pytest.mark.parametrize("degrees", [0, 90, 180, 270, 360, -90, 450])
def test_turning_by_quarters_moves_whole_pixels(degrees):
    image = np.random.default_rng(2).random((5, 5, 3), np.float32)
    quarters = degrees // 90 % 4
    np.testing.assert_array_equal(rotated(image, degrees), np.rot90(image, -quarters))


def test_turning_by_any_angle_is_clockwise_about_the_middle():
    image = np.zeros((21, 21, 1), np.float32)
    image[10, 14:19] = 1  # to the right of the middle
    turn = rotated(image, 45)[..., 0]
    rows, cols = np.nonzero(turn > 0.3)
    assert (rows > 10).all(), "clockwise, the right goes down"
    assert (rows == cols).all()
    assert turn.sum() == pytest.approx(image.sum(), rel=0.2)


def test_a_small_angle_there_and_back_is_nearly_nothing():
    y, x = np.mgrid[:33, :33] / 8
    smooth = np.asarray((np.sin(y) * np.cos(x) + 1)[..., None] / 2, np.float32)
    back = rotated(rotated(smooth, 7.5), -7.5)
    np.testing.assert_allclose(back[8:-8, 8:-8], smooth[8:-8, 8:-8], atol=0.01)


def test_what_is_turned_in_from_outside_is_black_and_a_wide_picture_keeps_its_shape():
    white = np.ones((6, 12, 3), np.float32)
    turn = rotated(white, 30)
    assert turn.shape == white.shape
    assert turn[0, 0].max() < 0.5
    assert turn[3, 6].min() == pytest.approx(1)
    assert turn.max() <= 1
