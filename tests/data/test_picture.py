"""A picture is a value: its pixels have one of two kinds and cannot be changed."""

from __future__ import annotations

from dataclasses import FrozenInstanceError

import numpy as np
import pytest

from convsim.data import Picture


def test_a_picture_knows_its_size():
    picture = Picture("cat", np.zeros((4, 6, 3), np.uint8))
    assert (picture.height, picture.width, picture.channels) == (4, 6, 3)


def test_a_picture_cannot_be_changed():
    pixels = np.zeros((4, 6, 1), np.float32)
    picture = Picture("cat", pixels)
    assert not picture.pixels.flags.writeable
    with pytest.raises(FrozenInstanceError):
        picture.name = "dog"  # type: ignore[misc]
    # The array it was made from is still its owner's.
    assert pixels.flags.writeable


def test_two_pictures_are_the_same_only_if_they_are_one():
    # Comparing arrays gives an array, so equality would be a trap.
    pixels = np.zeros((4, 6, 1), np.uint8)
    assert Picture("cat", pixels) != Picture("cat", pixels)


@pytest.mark.parametrize("shape", [(4, 6), (4, 6, 2), (4, 6, 4), (0, 6, 3), (1, 4, 6, 3)])
def test_other_shapes_are_refused(shape):
    with pytest.raises(ValueError, match=r"must be \(height, width, 1 or 3\)"):
        Picture("cat", np.zeros(shape, np.uint8))


@pytest.mark.parametrize("dtype", [np.float64, np.uint16, bool])
def test_other_kinds_of_numbers_are_refused(dtype):
    with pytest.raises(ValueError, match="must be uint8 or float32"):
        Picture("cat", np.zeros((4, 6, 3), dtype))
