"""Augmentation: pictures change a little, by chance that a seed repeats, and stay in 0…1."""

from __future__ import annotations

import numpy as np
import pytest

from convsim.data.sets import Augmentation, DataSetError
from convsim.data.sets.augment import bilinear


def batch(count=8, channels=3, size=9):
    return np.random.default_rng(0).random((count, channels, size, size), np.float32)


def changed(augmentation, pictures, seed=1):
    return augmentation(pictures, np.random.default_rng(seed))


def test_without_any_change_the_pictures_come_back_as_they_were():
    assert Augmentation().none
    pictures = batch()
    assert changed(Augmentation(), pictures) is pictures


def test_about_half_are_mirrored_and_nothing_else_happens():
    pictures = batch(200)
    out = changed(Augmentation(flip=True), pictures)
    same = (out == pictures).all(axis=(1, 2, 3))
    mirrored = (out == pictures[..., ::-1]).all(axis=(1, 2, 3))
    assert (same | mirrored).all()
    assert 70 < mirrored.sum() < 130


def test_a_shift_moves_whole_pixels_and_continues_the_edge():
    pictures = batch(40)
    out = changed(Augmentation(shift=2), pictures)
    padded = np.pad(pictures, ((0, 0), (0, 0), (2, 2), (2, 2)), "edge")
    for before, after in zip(padded, out, strict=True):
        windows = [before[:, r : r + 9, c : c + 9] for r in range(5) for c in range(5)]
        assert any(np.allclose(after, window, atol=1e-6) for window in windows)


def test_a_quarter_turn_is_exact():
    pictures = batch(1)
    rows, cols = np.mgrid[:9, :9].astype(np.float64)
    turned = bilinear(pictures, cols[None], 8 - rows[None])
    np.testing.assert_allclose(turned[0], np.rot90(pictures[0], 1, (1, 2)), atol=1e-6)


def test_between_two_pixels_lies_their_mean():
    pictures = np.array([[[[0.0, 1.0]]]], np.float32)
    assert bilinear(pictures, np.zeros((1, 1, 1)), np.full((1, 1, 1), 0.25))[0, 0, 0, 0] == 0.25


def test_noise_stays_within_bounds_and_leaves_the_original_alone():
    pictures = batch()
    before = pictures.copy()
    out = changed(Augmentation(flip=True, shift=1, rotate=20, noise=0.5), pictures)
    np.testing.assert_array_equal(pictures, before)
    assert out.dtype == np.float32
    assert out.min() >= 0
    assert out.max() <= 1


def test_the_seed_repeats_it():
    everything = Augmentation(flip=True, shift=1, rotate=20, noise=0.1)
    np.testing.assert_array_equal(changed(everything, batch()), changed(everything, batch()))
    assert not np.array_equal(changed(everything, batch()), changed(everything, batch(), seed=2))


@pytest.mark.parametrize("wrong", [{"shift": -1}, {"rotate": 181}, {"noise": 1.5}])
def test_what_is_out_of_bounds_is_refused_with_the_bounds(wrong):
    with pytest.raises(DataSetError, match="must be 0 to"):
        Augmentation(**wrong)
