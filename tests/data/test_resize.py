"""A picture of any size becomes the input of a network, in 0..1."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convsim.data import Fit, open_picture, prepare
from convsim.services import resources
from tests.data import pictures


def test_at_the_right_size_every_value_is_divided_by_255_and_nothing_else():
    pixels = np.arange(256 * 3, dtype=np.uint32).astype(np.uint8).reshape(16, 16, 3)
    for fit in Fit:
        np.testing.assert_array_equal(
            prepare(pixels, 16, 16, 3, fit), pixels.astype(np.float32) / np.float32(255)
        )


def test_at_the_right_size_floats_stay_as_they_are():
    pixels = np.linspace(0, 1, 30, dtype=np.float32).reshape(5, 6, 1)
    np.testing.assert_array_equal(prepare(pixels, 5, 6, 1), pixels)


def test_the_result_is_its_own_and_nothing_can_write_into_it():
    pixels = pictures.photograph().astype(np.float32) / 255
    result = prepare(pixels, 12, 16, 3)
    assert not np.shares_memory(result, pixels)
    assert pixels.flags.writeable
    assert not result.flags.writeable
    assert result.flags.c_contiguous


def test_grey_is_the_luma_of_bt_601():
    primaries = np.eye(3, dtype=np.uint8) * 255
    result = prepare(primaries[None], 1, 3, 1)
    np.testing.assert_allclose(result[0, :, 0], [0.299, 0.587, 0.114], atol=1 / 255)
    exact = prepare(np.eye(3, dtype=np.float32)[None], 1, 3, 1)
    np.testing.assert_allclose(exact[0, :, 0], [0.299, 0.587, 0.114], rtol=1e-6)


def test_white_is_one_in_grey_too():
    assert (prepare(np.full((3, 3, 3), 255, np.uint8), 3, 3, 1) == 1).all()
    assert (prepare(np.ones((3, 3, 3), np.float32), 3, 3, 1) == 1).all()


def test_a_grey_picture_has_three_equal_channels_if_three_are_asked_for():
    grey = pictures.photograph()[..., :1]
    result = prepare(grey, 12, 16, 3)
    for channel in range(3):
        np.testing.assert_array_equal(result[..., channel], prepare(grey, 12, 16, 1)[..., 0])


# What does not have the proportions of the input. The picture is twice as wide as high:
# black, then red, green and blue columns, then black.


@pytest.fixture
def flag():
    pixels = np.zeros((40, 80, 3), np.uint8)
    for channel in range(3):
        pixels[:, 25 + 10 * channel : 35 + 10 * channel, channel] = 255
    return pixels


def test_crop_keeps_the_middle(flag):
    np.testing.assert_array_equal(
        prepare(flag, 40, 40, 3, Fit.CROP), flag[:, 20:60].astype(np.float32) / np.float32(255)
    )
    np.testing.assert_array_equal(
        prepare(flag.swapaxes(0, 1), 40, 40, 3, Fit.CROP),
        flag[:, 20:60].swapaxes(0, 1).astype(np.float32) / np.float32(255),
    )


def test_crop_is_what_happens_unless_told_otherwise(flag):
    np.testing.assert_array_equal(prepare(flag, 8, 8, 3), prepare(flag, 8, 8, 3, Fit.CROP))


def test_fit_shows_all_of_it_between_black_bars(flag):
    white = np.full_like(flag, 255)
    result = prepare(white, 8, 8, 3, Fit.FIT)
    np.testing.assert_array_equal(result[:, 0, 0], [0, 0, 1, 1, 1, 1, 0, 0])
    np.testing.assert_array_equal(result[2:6], np.ones((4, 8, 3)))


def test_stretch_fills_the_input_with_all_of_it(flag):
    result = prepare(flag, 40, 40, 3, Fit.STRETCH)
    expected = flag.reshape(40, 40, 2, 3).mean(axis=2) / 255
    # Hamming's weights reach a little over a pixel's own two.
    np.testing.assert_allclose(result, expected, atol=0.35)
    assert (result[:, 0] == 0).all()


@pytest.mark.parametrize("fit", Fit)
def test_a_mirrored_picture_gives_a_mirrored_input(flag, fit):
    photograph = pictures.photograph(40, 80)
    np.testing.assert_allclose(
        prepare(photograph[:, ::-1], 9, 13, 3, fit),
        prepare(photograph, 9, 13, 3, fit)[:, ::-1],
        atol=1.01 / 255,
    )


# Smaller and larger


def test_a_fine_pattern_becomes_its_mean_not_a_false_coarse_one():
    y, x = np.ogrid[:300, :300]
    fine = (((y + x) % 2) * 255).astype(np.uint8)[..., None]
    result = prepare(fine, 32, 32, 1)
    assert np.abs(result - 0.5).max() < 0.02


def test_an_edge_keeps_its_values_on_both_sides():
    # With Lanczos there would be darker and lighter halos, which an edge filter would find.
    step = np.full((300, 300, 1), 64, np.uint8)
    step[:, 150:] = 192
    result = np.rint(prepare(step, 31, 31, 1)[0, :, 0] * 255)
    assert result.min() == 64
    assert result.max() == 192
    assert (np.diff(result) >= 0).all()


def test_enlarging_is_smooth_and_stays_in_range():
    step = np.array([[0, 0, 255, 255]], np.uint8)[..., None]
    result = prepare(step, 32, 32, 1, Fit.STRETCH)[0, :, 0]
    assert result.min() == 0
    assert result.max() == 1
    assert len(np.unique(result)) > 8


def test_floats_that_overshoot_are_clipped():
    step = np.array([[0, 0, 1, 1]], np.float32)[..., None]
    result = prepare(step, 32, 32, 1, Fit.STRETCH)
    assert result.min() == 0
    assert result.max() == 1


def test_floats_and_whole_numbers_agree_to_a_rounding():
    pixels = pictures.photograph(100, 100)
    floats = pixels.astype(np.float32) / np.float32(255)
    np.testing.assert_allclose(
        prepare(floats, 32, 32, 3), prepare(pixels, 32, 32, 3), atol=1.5 / 255
    )


def test_every_value_of_an_8_bit_picture_is_a_255th():
    result = prepare(pictures.photograph(100, 100), 32, 32, 3)
    steps = np.rint(result * np.float32(255)).astype(np.float32)
    np.testing.assert_array_equal(result, steps / np.float32(255))


def test_the_cat_has_the_same_numbers_on_every_machine():
    cat = prepare(open_picture(resources.image("cat.png")).pixels, 32, 32, 3)
    levels = np.rint(cat * 255).astype(np.uint8)
    assert hashlib.sha256(levels.tobytes()).hexdigest()[:16] == "c384bbf8de5b4609"


@pytest.mark.timeout(20)
@pytest.mark.parametrize("fit", Fit)
@pytest.mark.parametrize("shape", [(1_000_000, 1, 1), (1, 1_000_000, 1)])
def test_a_picture_one_pixel_wide_does_not_fill_the_memory(shape, fit):
    result = prepare(np.full(shape, 255, np.uint8), 227, 227, 1, fit)
    assert result.shape == (227, 227, 1)
    assert result.max() == 1


@settings(max_examples=80, deadline=None)
@given(
    rows=st.integers(1, 70),
    columns=st.integers(1, 70),
    height=st.integers(1, 70),
    width=st.integers(1, 70),
    channels=st.sampled_from([1, 3]),
    wanted=st.sampled_from([1, 3]),
    fit=st.sampled_from(Fit),
    dtype=st.sampled_from([np.uint8, np.float32]),
    seed=st.integers(0, 9),
)
def test_any_size_to_any_size(rows, columns, height, width, channels, wanted, fit, dtype, seed):
    rng = np.random.default_rng(seed)
    levels = rng.integers(0, 256, (rows, columns, channels))
    pixels = (levels if dtype is np.uint8 else levels / 255).astype(dtype)
    result = prepare(pixels, height, width, wanted, fit)
    assert result.shape == (height, width, wanted)
    assert result.dtype == np.float32
    assert result.min() >= 0
    assert result.max() <= 1
    np.testing.assert_array_equal(result, prepare(pixels, height, width, wanted, fit))


@settings(max_examples=40, deadline=None)
@given(
    rows=st.integers(1, 70),
    columns=st.integers(1, 70),
    height=st.integers(1, 70),
    width=st.integers(1, 70),
    fit=st.sampled_from([Fit.CROP, Fit.STRETCH]),
    level=st.integers(0, 255),
)
def test_a_plain_picture_stays_plain(rows, columns, height, width, fit, level):
    plain = np.full((rows, columns, 1), level, np.uint8)
    assert (prepare(plain, height, width, 1, fit) == np.float32(level) / np.float32(255)).all()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((np.zeros((4, 4), np.uint8), 2, 2, 3), r"received \(4, 4\)"),
        ((np.zeros((4, 4, 4), np.uint8), 2, 2, 3), r"received \(4, 4, 4\)"),
        ((np.zeros((0, 4, 3), np.uint8), 2, 2, 3), r"received \(0, 4, 3\)"),
        ((np.zeros((4, 4, 3)), 2, 2, 3), "received float64"),
        ((np.zeros((4, 4, 3), np.uint8), 0, 2, 3), "received 0×2"),
        ((np.zeros((4, 4, 3), np.uint8), 2, 2, 2), "received 2"),
    ],
)
def test_arguments_that_make_no_sense(arguments, words):
    with pytest.raises(ValueError, match=words):
        prepare(*arguments)
