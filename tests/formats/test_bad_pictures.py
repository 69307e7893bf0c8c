"""Pictures of a project that cannot be read: a grey one stands in, and the rest opens."""

from __future__ import annotations

import io
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from convsim.document import Picture
from tests.formats.hostile import parts_of, small, with_manifest, with_wrong_bit, zipped
from tests.formats.projects import opened, saved
from tests.formats.test_bad_archives import refusal

PIXELS = np.random.default_rng(5).integers(0, 256, (9, 8, 3), np.uint8)
DOCUMENT = replace(small(), picture=(PICTURE := Picture("cat.png", PIXELS)), pictures=(PICTURE,))
PARTS = parts_of(saved(DOCUMENT))
PNG, NUMBERS, INPUT = "pictures/1.png", "pictures.safetensors", "input.png"
STANDS_IN = "a grey one stands in for it"


def with_picture(data):
    parts = {**PARTS, PNG: data}
    return zipped((name, part) for name, part in parts.items() if part is not None)


def png(pixels, **settings):
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG", **settings)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (None, "its pixels are missing"),
        (b"", "is not a PNG picture"),
        (b"GIF89a", "is not a PNG picture"),
        (PARTS[PNG][:60], "ends too early, after 60 bytes; a part is missing: download or copy it "
         "again"),
        (PARTS[PNG][:16] + (60_000).to_bytes(4, "big") * 2 + PARTS[PNG][24:], None),
        (png(np.zeros((4, 4), np.uint16)), "has float32 values; a project holds 8-bit PNG"),
    ],
)  # fmt: skip
def test_a_picture_that_cannot_be_read(data, why):
    bytes_ = with_picture(data)
    if why is None:  # 3,600 megapixels in 250 bytes
        assert refusal(bytes_).startswith("holds pictures that would unpack to 10,800 MB; 200 MB")
        return
    result = opened(bytes_)
    assert result.missing == (f"picture 'cat.png': {why}; {STANDS_IN}",)
    assert result.document.picture.name == "cat.png"
    assert set(np.unique(result.document.picture.pixels)) == {128}
    # The network's input is a part of its own.
    np.testing.assert_array_equal(result.document.image, DOCUMENT.image)


def test_many_pictures_that_unpack_to_too_much():
    empty = png(np.zeros((4000, 4000, 3), np.uint8))
    data = with_manifest(lambda tree: tree.update(pictures=[{"name": "x"}] * 5))
    parts = {**parts_of(data), **{f"pictures/{n}.png": empty for n in range(1, 6)}}
    assert refusal(zipped(parts.items())).startswith(
        "holds pictures that would unpack to 240 MB; 200 MB can be read of so few bytes"
    )


def test_no_picture_at_all():
    result = opened(with_manifest(lambda tree: tree.update(pictures=[])))
    assert result.missing[0] == f"there is no picture; {STANDS_IN}"
    assert len(result.document.pictures) == 1


def test_more_pictures_than_can_be():
    data = with_manifest(lambda tree: tree.update(pictures=[{"name": "x"}] * 201))
    assert refusal(data) == "manifest.json: $.pictures holds 201; up to 200 can be read"


def test_a_part_outside_of_the_picture_is_left_out():
    document = replace(DOCUMENT, pictures=(), picture=Picture("cat.png", PIXELS, crop=(1, 1, 4, 4)))
    assert opened(saved(document)).document.picture.crop == (1, 1, 4, 4)
    for crop in ((0, 0, 10, 8), (8, 0, 2, 2), (0, 0, 0, 4), (1 << 60, 0, 1, 1)):
        document = replace(document, pictures=(), picture=Picture("cat.png", PIXELS, crop=crop))
        result = opened(saved(document))
        assert result.missing == (f"picture 'cat.png': the part {crop} lies outside of it",)
        assert result.document.picture.crop is None


def test_an_input_that_is_missing_or_of_another_size_is_cut_anew():
    said = ("the network's input is missing; it was cut from the picture anew",)
    parts = {**PARTS}
    parts.pop(NUMBERS)
    result = opened(zipped(parts.items()))
    assert result.missing == said
    assert result.document.image.shape == (6, 5, 3)
    parts[INPUT] = png(np.zeros((3, 3), np.uint8))
    result = opened(zipped(parts.items()))
    assert result.missing == said


def test_damaged_numbers_are_refused():
    parts = {**PARTS, NUMBERS: b"abc"}
    assert refusal(zipped(parts.items())) == (
        "pictures.safetensors is too short for a safetensors file"
    )
    bad = with_wrong_bit(PARTS, NUMBERS)
    assert refusal(bad).startswith("pictures.safetensors is damaged (its checksum is wrong)")
