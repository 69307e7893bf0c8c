"""Bytes become a picture, or a sentence that says what is wrong with them.

The numbers are those of the list of bad inputs in the design of the program.
"""

from __future__ import annotations

import struct
import subprocess
import sys
import warnings
import zlib
from threading import active_count

import numpy as np
import pytest
from PIL import Image

from convsim.core.errors import ConvSimError
from convsim.data import ImageError, Reason, decode
from tests.data import pictures

READABLE = "PNG, JPEG, WebP, BMP, GIF and TIFF can be read"


def refusal(data, name="cat.png"):
    with pytest.raises(ImageError) as caught:
        decode(data, name)
    assert isinstance(caught.value, ConvSimError)
    return caught.value


# What can be read


@pytest.mark.parametrize("kind", ["PNG", "BMP", "TIFF"])
def test_a_format_without_loss_gives_the_very_pixels(kind):
    picture = decode(pictures.file_of(kind), "cat")
    np.testing.assert_array_equal(picture.pixels, pictures.photograph())
    assert picture.pixels.dtype == np.uint8
    assert picture.notes == ()


def test_a_webp_can_be_without_loss_too():
    picture = decode(pictures.file_of("WebP", lossless=True), "cat.webp")
    np.testing.assert_array_equal(picture.pixels, pictures.photograph())


@pytest.mark.parametrize("kind", ["JPEG", "WebP", "GIF"])
def test_a_format_with_loss_gives_nearly_the_pixels(kind):
    picture = decode(pictures.file_of(kind, quality=95), "cat")
    wide = pictures.photograph().astype(int)
    assert np.abs(picture.pixels - wide).mean() < 16


@pytest.mark.parametrize("kind", ["PNG", "BMP", "TIFF", "GIF"])
def test_a_grey_picture_stays_grey(kind):
    grey = pictures.photograph()[..., 0]
    picture = decode(pictures.save(grey, kind), "cat")
    np.testing.assert_array_equal(picture.pixels, grey[..., None])


@pytest.mark.parametrize("kind", pictures.FORMATS)
def test_the_name_says_nothing_about_the_format(kind):
    assert decode(pictures.file_of(kind), "letter.docx").name == "letter.docx"


def test_nothing_can_write_into_the_pixels():
    picture = decode(pictures.file_of("PNG"), "cat.png")
    with pytest.raises(ValueError, match="read-only"):
        picture.pixels[0, 0, 0] = 1


def test_the_same_bytes_give_the_same_picture():
    data = pictures.file_of("JPEG")
    np.testing.assert_array_equal(decode(data, "a").pixels, decode(data, "b").pixels)


# 1 to 4: not a picture


def test_case_1_an_empty_file():
    assert str(refusal(b"")) == (
        "cat.png: is empty (0 bytes); it may not have been saved or downloaded completely: "
        "copy it again"
    )


@pytest.mark.parametrize("kind", pictures.FORMATS)
def test_case_2_a_file_cut_in_half(kind):
    data = pictures.file_of(kind)
    error = refusal(data[: len(data) // 2], "half.png")
    assert error.reason in (Reason.TRUNCATED, Reason.DAMAGED)
    if error.reason is Reason.TRUNCATED:
        assert str(error).startswith("half.png: ends too early, after ")
        assert str(error).endswith("a part is missing: download or copy it again")


@pytest.mark.parametrize("kind", pictures.FORMATS)
def test_case_2_a_file_cut_anywhere_is_refused_or_was_complete(kind):
    options = {"lossless": True} if kind == "WebP" else {}
    data = pictures.file_of(kind, **options)
    whole = decode(data, "cat").pixels
    for length in range(len(data)):
        try:
            np.testing.assert_array_equal(decode(data[:length], "cat").pixels, whole)
        except ImageError:
            continue


def test_case_3_text_that_is_called_a_picture():
    assert str(refusal(b"Meow.\nPurr.\n")) == f"cat.png: is text, not a picture; {READABLE}"


@pytest.mark.parametrize(
    ("data", "what"),
    [
        ("schön".encode("utf-16"), "text, not a picture"),
        (b"\n<!DOCTYPE html><html>", "a web page, not a picture"),
        (b"%PDF-1.7", "a PDF document, not a picture"),
        (b"PK\x03\x04", "a ZIP archive, not a picture"),
        (b"\0\0\0\x18ftypisom", "a video, not a picture"),
        (bytes(range(256)), "unknown data, not a picture"),
        (b"\xff" * 5000, "unknown data, not a picture"),
    ],
)
def test_case_3_other_things_that_are_called_pictures(data, what):
    assert str(refusal(data)) == f"cat.png: is {what}; {READABLE}"


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b'<svg xmlns="x"/>', "an SVG drawing"),
        (b'\xef\xbb\xbf<?xml version="1.0"?>\n<!-- a -->\n<svg/>', "an SVG drawing"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n", "an EPS drawing"),
        (b"\xc5\xd0\xd3\xc6" + bytes(40), "an EPS drawing"),
        (b"\0\0\0\x18ftypheic", "a HEIC or AVIF picture"),
        (b"8BPS\0\x01", "a Photoshop file"),
    ],
)
def test_case_4_pictures_of_a_kind_that_cannot_be_read(data, what):
    assert str(refusal(data)) == (f"cat.png: is {what}; {READABLE}: export it as one of these")


# 5 to 8: sizes


def test_case_5_a_hundred_megapixels_in_twelve_kilobytes():
    row = 1 + 10_000 // 8
    data = pictures.png(10_000, 10_000, bytes(10_000 * row), bits=1, colour=0)
    assert len(data) < 13_000
    assert str(refusal(data)) == (
        "cat.png: is 10,000×10,000 pixels, 100 megapixels; up to 50 megapixels can be opened: "
        "make it smaller in a picture program"
    )


@pytest.mark.parametrize(
    "data",
    [
        pictures.png(60_000, 60_000),
        pictures.bmp_header(60_000, 60_000),
        pictures.bmp_header(60_000, -60_000),
        pictures.directory([(256, pictures.LONG, 60_000), (257, pictures.LONG, 60_000)]),
        pictures.gif(1, 60_000, 60_000),
        pictures.webp_header(60_000, 60_000),
    ],
    ids=["PNG", "BMP", "BMP from the top", "TIFF", "GIF", "WebP"],
)
def test_case_6_sixty_thousand_squared(data):
    assert "60,000×60,000 pixels, 3,600 megapixels; up to 50" in str(refusal(data))


def test_case_6_in_a_jpeg():
    data = bytearray(pictures.file_of("JPEG"))
    place = data.index(b"\xff\xc0")
    struct.pack_into(">HH", data, place + 5, 60_000, 60_000)
    assert "60,000×60,000 pixels, 3,600 megapixels" in str(refusal(bytes(data)))


@pytest.mark.parametrize(
    "data",
    [
        pictures.png(2**31 - 1, 1),
        pictures.bmp_header(2**31 - 1, 1),
        pictures.directory([(256, pictures.LONG, 2**31 - 1), (257, pictures.LONG, 1)]),
    ],
    ids=["PNG", "BMP", "TIFF"],
)
def test_case_7_wider_than_anything(data):
    assert "is 2,147,483,647×1 pixels, 2,148 megapixels" in str(refusal(data))


@pytest.mark.parametrize(
    "data",
    [
        pictures.png(0, 5),
        pictures.bmp_header(0, 5),
        pictures.directory([(256, pictures.LONG, 0), (257, pictures.LONG, 5)]),
        pictures.gif(1, 0, 5),
    ],
    ids=["PNG", "BMP", "TIFF", "GIF"],
)
def test_case_8_no_width(data):
    assert str(refusal(data)) == ("cat.png: says that it is 0×5 pixels; a picture has at least 1×1")


def test_the_largest_size_is_allowed_and_one_row_more_is_not():
    # Cut off, so that nothing has to be unpacked: the size is looked at first.
    assert refusal(pictures.png(50_000, 1_000)[:60]).reason is Reason.TRUNCATED
    error = refusal(pictures.png(50_000, 1_001)[:60])
    assert error.reason is Reason.TOO_MANY_PIXELS
    assert error.facts["megapixels"] == 51


# 9 to 12: conversions, which are told


def notes_of(data):
    return [str(each) for each in decode(data, "cat").notes]


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


# 13: remarks that are larger than the picture


@pytest.mark.parametrize("at_end", [False, True])
@pytest.mark.parametrize(
    ("name", "start"),
    [(b"zTXt", b"Comment\0\0"), (b"iCCP", b"profile\0\0"), (b"iTXt", b"Comment\0\x01\0\0\0")],
)
def test_case_13_a_text_or_profile_that_unpacks_to_megabytes_is_ignored(name, start, at_end):
    bomb = start + zlib.compress(bytes(20_000_000))
    data = pictures.insert_chunk(pictures.file_of("PNG"), name, bomb, at_end=at_end)
    np.testing.assert_array_equal(decode(data, "cat").pixels, pictures.photograph())


@pytest.mark.parametrize("name", [b"tEXt", b"eXIf"])
def test_case_13_a_long_text_or_exif_is_ignored(name):
    data = pictures.insert_chunk(pictures.file_of("PNG"), name, b"x\0" + bytes(5_000_000))
    np.testing.assert_array_equal(decode(data, "cat").pixels, pictures.photograph())


@pytest.mark.timeout(20)
@pytest.mark.parametrize("start", [b"Exif\0\0", b"ICC_PROFILE\0\x01\x01", b"Photoshop 3.0\0"])
def test_case_13_a_jpeg_with_a_thousand_remarks(start):
    marker = {b"E": 0xE1, b"I": 0xE2, b"P": 0xED}[start[:1]]
    remark = struct.pack(">BBH", 0xFF, marker, 65_535) + start + bytes(65_533 - len(start))
    plain = pictures.file_of("JPEG")
    picture = decode(plain[:2] + remark * 1_000 + plain[2:], "cat")
    np.testing.assert_array_equal(picture.pixels, decode(plain, "cat").pixels)


@pytest.mark.parametrize("exif", [b"", b"Exif\0\0", b"Exif\0\0II*\0\xff\xff\xff\xff", bytes(999)])
def test_case_13_an_exif_that_makes_no_sense_is_ignored(exif):
    for kind in ("PNG", "JPEG", "WebP"):
        plain = pictures.file_of(kind)
        np.testing.assert_array_equal(
            decode(pictures.file_of(kind, exif=exif), "cat").pixels, decode(plain, "cat").pixels
        )


# 14: files that are built to keep a reader busy


@pytest.mark.timeout(10)
@pytest.mark.parametrize("compression", [None, "tiff_lzw"])
def test_case_14_a_tiff_whose_directory_points_to_itself(compression):
    data = bytearray(pictures.file_of("TIFF", compression=compression))
    struct.pack_into("<I", data, pictures.next_place(data), pictures.directory_place(data))
    assert str(refusal(bytes(data), "scan.tif")) == (
        "scan.tif: is a TIFF file whose list of pages runs in a circle; "
        "open it in a picture program and save it again"
    )


@pytest.mark.timeout(10)
def test_case_14_a_loop_over_many_directories():
    first = bytearray(pictures.tiff(np.zeros((2, 2), np.uint8)))
    start = len(first)
    struct.pack_into("<I", first, pictures.next_place(first), start)
    pages = 50_000
    chain = [struct.pack("<HI", 0, start + 6 * (page + 1)) for page in range(pages)]
    chain[-1] = struct.pack("<HI", 0, start)
    assert refusal(bytes(first) + b"".join(chain)).reason is Reason.LOOP


@pytest.mark.timeout(10)
def test_case_14_more_directories_than_any_document_has():
    first = bytearray(pictures.tiff(np.zeros((2, 2), np.uint8)))
    start = len(first)
    struct.pack_into("<I", first, pictures.next_place(first), start)
    chain = [struct.pack("<HI", 0, start + 6 * (page + 1)) for page in range(200_001)]
    assert "more than 200,000 pages" in str(refusal(bytes(first) + b"".join(chain)))


@pytest.mark.timeout(10)
def test_case_14_an_exif_directory_that_points_to_itself():
    exif = Image.Exif()
    exif.get_ifd(0x8769)[0x9003] = "2020:01:01 00:00:00"
    data = bytearray(pictures.file_of("TIFF", exif=exif))
    start = pictures.directory_place(data)
    for entry in range(start + 2, pictures.next_place(data), 12):
        if struct.unpack_from("<H", data, entry) == (0x8769,):
            struct.pack_into("<I", data, entry + 8, start)
    np.testing.assert_array_equal(decode(bytes(data), "cat").pixels, pictures.photograph())


@pytest.mark.timeout(10)
def test_case_14_a_jpeg_with_thousands_of_passes():
    data = pictures.save(np.zeros((600, 600), np.uint8), "JPEG", progressive=True)
    last = data[data.rindex(b"\xff\xda") : -2]
    assert "more than 100 passes over the picture" in str(
        refusal(data[:-2] + last * 5_000 + data[-2:])
    )


@pytest.mark.timeout(10)
def test_case_14_a_png_of_a_million_chunks():
    plain = pictures.file_of("PNG")
    data = plain[:33] + pictures.chunk(b"tEXt", b"x\0") * 1_000_000 + plain[33:]
    assert "more than 200,000 chunks" in str(refusal(data))


def test_a_tile_larger_than_memory_is_refused():
    tags = [(256, 4, 8), (257, 4, 8), (322, 4, 2**31 - 1), (323, 4, 2**31 - 1)]
    assert refusal(pictures.directory(tags)).reason is Reason.TOO_MANY_PIXELS


# And in general


def test_a_rare_kind_of_a_known_format():
    data = pictures.tiff(np.zeros((2, 2), np.uint8), bits=7)
    assert str(refusal(data, "scan.tif")) == (
        "scan.tif: is a TIFF file that is damaged, or of a kind that cannot be read; "
        "open it in a picture program and save it as PNG"
    )


def test_damaged_pixels():
    data = bytearray(pictures.file_of("PNG"))
    place = data.index(b"IDAT") + 4
    data[place : place + 8] = bytes(8)
    error = refusal(bytes(data))
    assert str(error) == (
        "cat.png: is a PNG file, but damaged (its pixels cannot be unpacked); "
        "open it in a picture program and save it again"
    )
    # For the log.
    assert error.__cause__ is not None


def test_a_name_with_tricks_is_shown_without_them():
    error = refusal(b"", "evil\n\u202egnp.exe")
    assert str(error).startswith("evil\ufffd\ufffdgnp.exe: is empty")


def test_no_warning_and_no_thread_gets_out():
    before = active_count()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        data = bytearray(pictures.file_of("TIFF"))
        # A tag whose value lies beyond the end, which Pillow warns of.
        struct.pack_into("<I", data, pictures.directory_place(data) + 2 + 8 * 12 + 8, 2**31)
        for case in (bytes(data), pictures.png(9_500, 9_500), pictures.file_of("JPEG")):
            try:
                decode(case, "cat")
            except ImageError:
                continue
    assert caught == []
    assert active_count() == before


def test_memory_that_runs_out_is_told(monkeypatch):
    def full(*_):
        raise MemoryError

    monkeypatch.setattr("convsim.data.decoder.to_array", full)
    assert "needs more memory than is free" in str(refusal(pictures.file_of("PNG")))


def test_a_palette_of_greys_is_a_grey_picture():
    image = Image.new("P", (2, 1))
    image.putpalette([7, 7, 7, 200, 200, 200])
    image.putdata([0, 1])
    picture = decode(pictures.save(image, "GIF"), "cat.gif")
    np.testing.assert_array_equal(picture.pixels, [[[7], [200]]])
    assert picture.notes == ()


def test_only_the_six_readers_are_imported():
    # Any other would be one more way in; Pillow imports them all when it has to search.
    program = (
        "import sys; from convsim.data import decode; decode(sys.stdin.buffer.read(), 'cat')\n"
        "print(*sorted(name for name in sys.modules if name.endswith('ImagePlugin')))"
    )
    data = pictures.file_of("WebP")
    done = subprocess.run([sys.executable, "-c", program], input=data, capture_output=True)
    assert done.stderr == b""
    imported = {name.removeprefix("PIL.") for name in done.stdout.decode().split()}
    six = {"Bmp", "Gif", "Jpeg", "Png", "Tiff", "WebP"}
    # Pillow imports its own short list of common readers before it looks at ours.
    assert imported - {"PpmImagePlugin"} == {f"{name}ImagePlugin" for name in six}
