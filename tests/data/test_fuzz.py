"""Whatever the bytes are, a picture or an error for people comes out: never anything else."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image

from convsim.core.errors import ConvSimError
from convsim.data import decode
from convsim.data.formats import FORMATS
from tests.data import pictures


def _seeds():
    photograph = pictures.photograph()
    exif = Image.Exif()
    exif[0x0112] = 6
    frames = [Image.fromarray(255 - photograph)]
    grey16 = np.arange(16, dtype=np.uint16).reshape(4, 4) * 4000
    return [
        *(pictures.file_of(kind) for kind in pictures.FORMATS),
        *(pictures.file_of(kind, exif=exif) for kind in ("PNG", "JPEG", "WebP", "TIFF")),
        *(
            pictures.file_of(kind, save_all=True, append_images=frames)
            for kind in ("PNG", "WebP", "GIF", "TIFF")
        ),
        *(pictures.file_of("TIFF", compression=way) for way in ("tiff_lzw", "jpeg", "packbits")),
        pictures.file_of("JPEG", progressive=True),
        pictures.save(Image.fromarray(photograph).convert("CMYK"), "JPEG"),
        pictures.save(Image.fromarray(photograph).convert("P"), "PNG", transparency=3),
        pictures.save(Image.fromarray(photograph).convert("P"), "BMP"),
        pictures.tiff(grey16),
        pictures.tiff(grey16.astype(np.float32), sample_format=3),
        pictures.tiff(grey16.astype(np.int32), sample_format=2, order=">"),
    ]


SEEDS = _seeds()


def check(data):
    refusal = ""
    try:
        picture = decode(data, "fuzz")
    except ConvSimError as error:
        refusal = str(error)
    if refusal:
        assert refusal.startswith("fuzz: ")
        assert "\n" not in refusal
        return
    assert picture.pixels.ndim == 3
    assert picture.pixels.shape[2] in (1, 3)
    if picture.pixels.dtype == np.float32:
        assert picture.pixels.min() >= 0
        assert picture.pixels.max() <= 1
    else:
        assert picture.pixels.dtype == np.uint8
    assert all(str(each) for each in picture.notes)


@st.composite
def damaged_files(draw):
    data = bytearray(draw(st.sampled_from(SEEDS)))
    for _ in range(draw(st.integers(1, 6))):
        # Most of what matters stands at the start.
        place = draw(st.integers(0, min(len(data), 200) - 1) | st.integers(0, len(data) - 1))
        values = st.sampled_from([0, 1, 127, 128, 254, 255]) | st.integers(0, 255)
        data[place : place + draw(st.integers(1, 4))] = bytes(draw(st.lists(values, max_size=4)))
        if not data:
            break
    return bytes(data[: draw(st.integers(0, len(data)) | st.just(len(data)))])


@settings(max_examples=400, deadline=None)
@given(damaged_files())
def test_a_damaged_file(data):
    check(data)


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from([seed[:12] for seed in SEEDS[: len(pictures.FORMATS)]]),
    st.binary(max_size=400),
)
@example(b"\xff\xd8\xff", b"")
@example(b"BM", b"")
def test_a_right_start_and_then_anything(start, rest):
    check(start + rest)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200) | st.text().map(str.encode))
def test_anything(data):
    check(data)


@pytest.mark.parametrize("seed", range(len(SEEDS)))
def test_the_seeds_themselves_are_pictures(seed):
    assert decode(SEEDS[seed], "seed").pixels.size


def test_the_seeds_cover_every_format():
    assert [kind.matches(seed) for kind, seed in zip(FORMATS, SEEDS, strict=False)] == [True] * 6
