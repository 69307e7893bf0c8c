"""A file that would cost too much memory or time is refused by its header.

The numbers of the cases are those of the list of bad inputs in the design of the program.
"""

from __future__ import annotations

import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from convsim.data import Reason, decode
from tests.data import pictures
from tests.data.checks import refusal

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


# Rarer headers


def test_the_oldest_bmp_has_a_shorter_header():
    core = b"BM" + struct.pack("<IHHI", 32, 0, 0, 26) + struct.pack("<IHHHH", 12, 1, 1, 1, 24)
    np.testing.assert_array_equal(decode(core + b"\3\2\1\0", "cat").pixels, [[[1, 2, 3]]])


def test_a_bmp_header_of_unknown_length():
    data = b"BM" + struct.pack("<IHHI", 54, 0, 0, 54) + struct.pack("<I", 40 + 256) + bytes(40)
    assert "damaged (a header of 296 bytes is unknown)" in str(refusal(data))


@pytest.mark.parametrize("data", [b"\xff\xd8\xff\xd9", b"\xff\xd8\xff\xd0\xff\xff\xd9"])
def test_a_jpeg_that_ends_before_its_picture(data):
    assert "a JPEG file, but damaged (it holds no picture)" in str(refusal(data))


def test_a_jpeg_of_nothing_but_restart_markers():
    data = b"\xff\xd8" + b"\xff\xd0" * 200_001
    assert "more than 200,000 segments" in str(refusal(data))


def test_a_webp_that_starts_with_an_unknown_chunk():
    data = b"RIFF" + struct.pack("<I", 100) + b"WEBPJUNK" + bytes(92)
    assert "a WebP file, but damaged (the header is not where it should be)" in str(refusal(data))
