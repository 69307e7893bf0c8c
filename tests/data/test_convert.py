"""Every kind of pixels becomes 8-bit values or floats in 0..1, and the conversion is told.

The numbers of the cases are those of the list of bad inputs in the design of the program.
"""

from __future__ import annotations

import struct

import numpy as np
import pytest
from PIL import Image

from convsim.data import decode
from tests.data import pictures
from tests.data.checks import notes_of, refusal

# 9 to 12: conversions, which are told


def test_case_9_an_animated_gif_shows_its_first_frame():
    assert notes_of(pictures.gif(12)) == ["frame 1 of 12"]


@pytest.mark.parametrize("kind", ["PNG", "WebP", "TIFF"])
def test_case_9_other_formats_with_several_pictures(kind):
    frames = [pictures.photograph(), 255 - pictures.photograph(), pictures.photograph() // 2]
    options = {"lossless": True} if kind == "WebP" else {}
    others = [Image.fromarray(frame) for frame in frames[1:]]
    data = pictures.save(frames[0], kind, save_all=True, append_images=others, **options)
    picture = decode(data, "cat")
    np.testing.assert_array_equal(picture.pixels, frames[0])
    assert [str(each) for each in picture.notes] == ["frame 1 of 3"]


def test_case_9_counting_a_film_is_given_up():
    assert notes_of(pictures.gif(150_000))[0].startswith("frame 1 of more than ")


def test_case_10_sixteen_bits_of_grey_are_divided_by_65535():
    values = np.array([[0, 1, 65535], [257, 32768, 2]], np.uint16)
    for data in (
        pictures.tiff(values),
        pictures.tiff(values, order=">"),
        pictures.save(Image.fromarray(values), "PNG"),
    ):
        picture = decode(data, "cat")
        assert picture.pixels.dtype == np.float32
        np.testing.assert_array_equal(
            picture.pixels[..., 0], values.astype(np.float32) / np.float32(65535)
        )
        assert [str(each) for each in picture.notes] == ["16-bit values divided by 65,535"]


@pytest.mark.parametrize(
    ("values", "sample_format"),
    [
        (np.array([[-3.5, 0.0], [4.0, 6.5]], np.float32), 3),
        (np.array([[-3, 0], [4, 7]], np.int16), 2),
        (np.array([[0, 2], [3, 4_000_000_000]], np.uint32), 1),
    ],
    ids=["float", "signed 16 bits", "unsigned 32 bits"],
)
def test_case_10_other_values_are_scaled_from_their_range(values, sample_format):
    picture = decode(pictures.tiff(values, sample_format=sample_format), "cat")
    low, high = float(values.min()), float(values.max())
    expected = (values.astype(np.float64) - low) / (high - low)
    np.testing.assert_array_equal(picture.pixels[..., 0], expected.astype(np.float32))
    assert [str(each) for each in picture.notes] == [
        f"values from {low:g} to {high:g} scaled to 0..1"
    ]


def test_case_10_floats_that_are_in_range_stay_as_they_are():
    values = np.array([[0.25, 0.5, 0.75]], np.float32)
    picture = decode(pictures.tiff(values, sample_format=3), "cat")
    np.testing.assert_array_equal(picture.pixels[..., 0], values)
    assert [str(each) for each in picture.notes] == ["values from 0.25 to 0.75 kept as they are"]


def test_case_10_the_span_of_floats_may_be_larger_than_a_float():
    largest = np.finfo(np.float32).max
    values = np.array([[-largest, 0, largest]], np.float32)
    picture = decode(pictures.tiff(values, sample_format=3), "cat")
    np.testing.assert_array_equal(picture.pixels[0, :, 0], [0, 0.5, 1])


def test_case_10_a_picture_of_one_value_is_clipped():
    values = np.full((2, 2), 7, np.float32)
    picture = decode(pictures.tiff(values, sample_format=3), "cat")
    assert (picture.pixels == 1).all()
    assert [str(each) for each in picture.notes] == ["every value is 7, shown as 1"]


def test_case_10_values_that_are_not_finite():
    values = np.array([[np.nan, 0.0, np.inf], [-np.inf, 2.0, 1.0]], np.float32)
    picture = decode(pictures.tiff(values, sample_format=3), "cat")
    np.testing.assert_array_equal(picture.pixels[..., 0], [[0, 0, 1], [0, 1, 0.5]])
    assert str(picture.notes[0]).startswith("3 of 6 values are not finite")


def test_case_10_no_finite_value_at_all():
    values = np.full((2, 2), np.nan, np.float32)
    assert str(refusal(pictures.tiff(values, sample_format=3), "depth.tif")) == (
        "depth.tif: holds no finite number in any of its 4 pixels; "
        "export it again with values from 0 to 1"
    )


def test_case_10_sixteen_bits_of_colour_keep_eight():
    row = struct.pack(">B6H", 0, 0x1234, 0x8000, 0xFFFF, 0, 255, 256)
    picture = decode(pictures.png(2, 1, row, bits=16, colour=2), "cat")
    np.testing.assert_array_equal(picture.pixels, [[[0x12, 0x80, 0xFF], [0, 0, 1]]])
    assert [str(each) for each in picture.notes] == [
        "16 bits a colour, of which the upper 8 are kept"
    ]


@pytest.mark.parametrize("kind", ["JPEG", "TIFF"])
def test_case_11_inks_become_light(kind):
    cyan = Image.new("CMYK", (8, 8), (255, 0, 0, 0))
    picture = decode(pictures.save(cyan, kind), "cat")
    assert np.abs(picture.pixels.astype(int) - [0, 255, 255]).max() <= 2
    assert [str(each) for each in picture.notes] == ["CMYK colours converted to RGB"]


def test_case_11_colours_as_lightness_and_two_opponents_become_light():
    white = Image.new("LAB", (2, 2), (255, 128, 128))
    picture = decode(pictures.save(white, "TIFF"), "cat")
    assert picture.pixels.min() >= 254
    assert [str(each) for each in picture.notes] == ["LAB colours converted to RGB"]


def test_case_11_a_palette_becomes_colours():
    image = Image.new("P", (2, 1))
    image.putpalette([10, 20, 30, 40, 50, 60])
    image.putdata([0, 1])
    picture = decode(pictures.save(image, "PNG"), "cat")
    np.testing.assert_array_equal(picture.pixels, [[[10, 20, 30], [40, 50, 60]]])
    assert [str(each) for each in picture.notes] == ["palette of 2 colours converted to RGB"]


@pytest.mark.parametrize("kind", ["PNG", "WebP", "TIFF"])
def test_case_11_what_is_transparent_is_shown_over_white(kind):
    pixels = np.zeros((1, 3, 4), np.uint8)
    pixels[0, :, 3] = [255, 0, 51]
    options = {"lossless": True} if kind == "WebP" else {}
    picture = decode(pictures.save(pixels, kind, **options), "cat")
    np.testing.assert_array_equal(picture.pixels[0, :, 0], [0, 255, 204])
    assert [str(each) for each in picture.notes] == ["transparent parts shown over white"]


def test_case_11_grey_with_transparency_stays_grey():
    image = Image.merge("LA", [Image.new("L", (1, 1), 100), Image.new("L", (1, 1), 0)])
    picture = decode(pictures.save(image, "PNG"), "cat")
    np.testing.assert_array_equal(picture.pixels, [[[255]]])


def test_case_11_one_colour_can_be_named_transparent():
    grey = np.array([[0, 9]], np.uint8)
    picture = decode(pictures.save(grey, "PNG", transparency=9), "cat")
    np.testing.assert_array_equal(picture.pixels[0, :, 0], [0, 255])
    assert [str(each) for each in picture.notes] == ["transparent parts shown over white"]


def test_case_11_an_alpha_channel_that_hides_nothing_is_not_worth_a_word():
    opaque = np.dstack([pictures.photograph(), np.full((12, 16), 255, np.uint8)])
    picture = decode(pictures.save(opaque, "PNG"), "cat")
    np.testing.assert_array_equal(picture.pixels, pictures.photograph())
    assert picture.notes == ()


def test_black_and_white_becomes_grey():
    image = Image.fromarray(np.array([[True, False]]))
    picture = decode(pictures.save(image, "PNG"), "cat")
    np.testing.assert_array_equal(picture.pixels[0, :, 0], [255, 0])
    assert picture.notes == ()


# What the EXIF orientations 1 to 8 mean: how to get from the stored picture to the upright one.
UPRIGHT = {
    1: lambda stored: stored,
    2: lambda stored: stored[:, ::-1],
    3: lambda stored: stored[::-1, ::-1],
    4: lambda stored: stored[::-1],
    5: lambda stored: stored.swapaxes(0, 1),
    6: lambda stored: np.rot90(stored, -1),
    7: lambda stored: np.rot90(stored, 2).swapaxes(0, 1),
    8: lambda stored: np.rot90(stored),
}


@pytest.mark.parametrize("orientation", UPRIGHT)
@pytest.mark.parametrize("kind", ["PNG", "WebP", "TIFF", "JPEG"])
def test_case_12_a_picture_is_turned_upright(kind, orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    options = {"lossless": True} if kind == "WebP" else {}
    data = pictures.file_of(kind, exif=exif, **options)
    picture = decode(data, "cat")
    stored = decode(pictures.file_of(kind, **options), "cat").pixels
    np.testing.assert_array_equal(picture.pixels, UPRIGHT[orientation](stored))
    turns = {3: 180, 6: 90, 8: 270}
    if orientation == 1:
        assert picture.notes == ()
    elif orientation in turns:
        assert [str(each) for each in picture.notes] == [
            f"turned {turns[orientation]}° clockwise, as the camera noted (EXIF)"
        ]
    else:
        assert [str(each) for each in picture.notes] == [
            f"mirrored as the camera noted (EXIF orientation {orientation})"
        ]


def test_case_12_a_turned_tiff_may_be_compressed():
    exif = Image.Exif()
    exif[0x0112] = 6
    picture = decode(pictures.file_of("TIFF", exif=exif, compression="tiff_lzw"), "cat")
    np.testing.assert_array_equal(picture.pixels, np.rot90(pictures.photograph(), -1))
    assert len(picture.notes) == 1


def test_a_palette_of_greys_is_a_grey_picture():
    image = Image.new("P", (2, 1))
    image.putpalette([7, 7, 7, 200, 200, 200])
    image.putdata([0, 1])
    picture = decode(pictures.save(image, "GIF"), "cat.gif")
    np.testing.assert_array_equal(picture.pixels, [[[7], [200]]])
    assert picture.notes == ()
