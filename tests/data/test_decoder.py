"""Bytes become a picture, or a sentence that says what is wrong with them.

The numbers of the cases are those of the list of bad inputs in the design of the program.
"""

from __future__ import annotations

import struct
import subprocess
import sys
import warnings
from threading import active_count

import numpy as np
import pytest

from convsim.data import ImageError, Reason, decode
from tests.data import pictures
from tests.data.checks import refusal

READABLE = "PNG, JPEG, WebP, BMP, GIF and TIFF can be read"


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
