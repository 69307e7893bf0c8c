"""The start picture: the stored arrays are the photograph that lies beside them."""

from __future__ import annotations

import numpy as np

from convsim.data import open_picture, prepare
from convsim.services import opening, resources
from convsim.services.start_picture import SMALL, cat, small_cat


def test_the_stored_pixels_are_those_of_the_png():
    read = opening.read_picture(resources.find("images", "cat.png"))
    stored = cat()
    assert (stored.name, stored.notes) == (read.name, read.notes)
    np.testing.assert_array_equal(stored.pixels, read.pixels)
    assert stored.pixels.dtype == np.uint8
    assert not stored.pixels.flags.writeable


def test_the_stored_input_is_what_the_photograph_is_cut_to():
    pixels = open_picture(resources.find("images", "cat.png")).pixels
    np.testing.assert_array_equal(small_cat() / np.float32(255), prepare(pixels, *SMALL))


def test_the_window_starts_on_the_same_numbers_as_on_the_file():
    stored = opening.open_preset("lecture")
    read = opening.open_preset("lecture", resources.find("images", "cat.png"))
    assert stored.image.dtype == np.float32
    np.testing.assert_array_equal(stored.image, read.image)
