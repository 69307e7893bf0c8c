"""A PDF has one page of the right size, text that can be copied, and no date."""

from __future__ import annotations

import io
import re
import shutil
import subprocess

import numpy as np
import pytest
from PIL import Image
from pypdf import PdfReader

from convsim.figures.scene import Anchor, Cells, Group, Raster, Rect, Scene, Text
from convsim.render.cff import font_file
from convsim.render.pdf import pdf_bytes
from convsim.render.png import render_image
from convsim.render.text import shape
from tests.render.looking import BLACK, RED, difference, seen
from tests.render.scenes import everything, picture, stage


def page(scene: Scene, **options):
    return PdfReader(
        io.BytesIO(pdf_bytes(scene, scene.width / 72, scene.height / 72, **options))
    ).pages[0]


def by_poppler(scene: Scene, dpi: int, folder) -> np.ndarray:
    """Draw a scene by poppler, at so many pixels in 72 units."""
    source = folder / "a.pdf"
    source.write_bytes(pdf_bytes(scene, scene.width / 72, scene.height / 72))
    command = ["pdftoppm", "-r", str(dpi), "-png", "-singlefile", str(source), str(folder / "a")]
    done = subprocess.run(command, check=True, timeout=60, capture_output=True, text=True)
    assert not done.stderr  # poppler says here what is wrong with a font
    with Image.open(folder / "a.png") as image:
        return np.asarray(image.convert("RGB"))


needs_poppler = pytest.mark.skipif(
    shutil.which("pdftoppm") is None, reason="needs poppler-utils as a second renderer"
)


def test_the_same_scene_gives_the_same_bytes():
    assert pdf_bytes(everything(), 10, 5) == pdf_bytes(everything(), 10, 5)


def test_it_holds_no_date_and_its_title():
    data = pdf_bytes(everything(), 10, 5)
    assert b"Date" not in data
    assert PdfReader(io.BytesIO(data)).metadata == {
        "/Title": "Everything a scene can hold",
        "/Creator": "ConvSim",
    }


@pytest.mark.parametrize(("width", "height"), [(40 / 3, 7.5), (3.5, 3.5), (7.5, 7.5)])
def test_the_page_has_the_size_asked_for(width, height):
    data = pdf_bytes(everything(), width, height)
    box = PdfReader(io.BytesIO(data)).pages[0].mediabox
    assert (box.width, box.height) == pytest.approx((72 * width, 72 * height), abs=1e-3)


@pytest.mark.parametrize(
    "text",
    [
        "Σ 75 products → 0.67 × −1.25 ÷ 3 = −0.28",
        "합성곱 신경망 · 필터 5×5",
        "0123456789 0.1 0,1 (12, 7)",
        'a->b <&> "x" \\ ( )',
        "no\u00a0break",
    ],
)
@pytest.mark.parametrize("bold", [False, True])
def test_text_is_copied_character_by_character(text, bold):
    scene = Scene(400, 100, (Text(10, 50, text, 12, BLACK, bold=bold),))
    assert page(scene).extract_text() == text


def test_labels_of_cells_are_text():
    found = page(everything()).extract_text()
    assert "−1.0 −.9 −.8 −.8 −.7" in found


def test_every_font_is_embedded():
    fonts = page(everything())["/Resources"]["/Font"]
    assert len(fonts) == 2
    for font in fonts.values():
        descriptor = font.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"]
        assert re.fullmatch(r"/[A-Z]{6}\+Pretendard-(Regular|SemiBold)", descriptor["/FontName"])
        assert "/FontFile3" in descriptor


def test_only_the_letters_used_are_embedded():
    assert len(pdf_bytes(Scene(100, 100, (Text(9, 50, "Σ 1.0", 12, BLACK),)), 1, 1)) < 5000


def test_a_font_needs_no_letter_beyond_a_word_in_its_encoding():
    outlines = [(round(g.advance), g.path) for g in shape("A가").glyphs]
    data = font_file("ABCDEF+Test", outlines, (0, -200, 900, 900))
    assert data[:4] == b"\x01\x00\x04\x04"
    assert b"ABCDEF+Test" in data


def test_an_opacity_ends_with_its_shape():
    scene = Scene(
        100,
        100,
        (
            Group((Rect(0, 0, 9, 9, fill=(1, 2, 3, 51)),), clip=(0, 0, 5, 5)),
            Rect(10, 0, 9, 9, fill=(1, 2, 3, 51)),
            Rect(20, 0, 9, 9, fill=RED),
        ),
    )
    content = page(scene, transparent=True).get_contents().get_data().decode()
    assert re.findall(r"/rg\d+ gs|\bQ\b", content) == ["/rg51 gs", "Q", "/rg51 gs", "/rg255 gs"]


@needs_poppler
@pytest.mark.parametrize("scene", [everything(), stage(300)], ids=["everything", "stage"])
def test_another_renderer_draws_what_we_draw(scene, tmp_path):
    theirs = by_poppler(scene, 144, tmp_path)
    ours = seen(render_image(scene, theirs.shape[1], theirs.shape[0]))
    off = difference(theirs, ours)
    assert off.mean() < 3
    assert off.max() < 80


@needs_poppler
def test_letters_stand_where_they_stand_in_a_png(tmp_path):
    for anchor in Anchor:
        scene = Scene(200, 50, (Text(100, 25, "−1.25 Σ 한글 AVA", 20, BLACK, anchor),))
        theirs = by_poppler(scene, 288, tmp_path)
        ours = seen(render_image(scene, theirs.shape[1], theirs.shape[0]))
        assert np.abs(theirs.astype(int) - ours).mean() < 2


@needs_poppler
def test_cells_and_rasters_are_sharp_in_another_renderer(tmp_path):
    own = picture(8, 8)
    alpha = np.concatenate([own, np.full((8, 8, 1), 255, np.uint8)], axis=2)
    shapes = (
        Raster(10, 10, 200, 200, own),
        Cells(250, 10, 25, own, gap=0),
        Cells(10, 250, 25, own, gap=2),
        Raster(250, 250, 200, 200, alpha),
    )
    pixels = by_poppler(Scene(500, 500, shapes), 144, tmp_path)
    for left, top in ((10, 10), (250, 10), (10, 250), (250, 250)):
        for row in range(8):
            for col in range(8):
                x, y = 2 * (left + 25 * col), 2 * (top + 25 * row)
                inside = pixels[y + 4 : y + 46, x + 4 : x + 46].astype(int)
                assert np.abs(inside - own[row, col]).max() <= 1
