"""What text promises: tabular digits, one width everywhere, no character lost."""

from __future__ import annotations

import threading

import pytest

from convsim.figures.scene import Anchor, Text
from convsim.render import fonts
from convsim.render.errors import FontError
from convsim.render.text import BASELINE, glyph_runs, outline, shape
from tests.render.looking import BLACK, ink_box, painted


def test_digits_are_all_as_wide():
    advances = {round(glyph.advance, 1) for glyph in shape("0123456789").glyphs}
    assert len(advances) == 1
    assert shape("111.888").width == shape("888.111").width


@pytest.mark.parametrize(
    "text",
    ["−1.17 × 0.25 ÷ 3 → Σ", "합성곱 신경망", "a->b fi", "e\u0301", "😀 (12, 7)!", "", "  x  "],
)
@pytest.mark.parametrize("bold", [False, True])
def test_every_character_belongs_to_one_glyph(text, bold):
    assert "".join(glyph.text for glyph in shape(text, bold).glyphs) == text


def test_a_text_is_as_wide_on_the_screen_as_in_a_file():
    for size in (9.0, 11.3, 40.0):
        width, _ = glyph_runs("Σ 75 products", False, size)
        assert width == pytest.approx(outline("Σ 75 products")[0] * size)


@pytest.mark.parametrize("outlines", [False, True])
@pytest.mark.parametrize(("anchor", "part"), [("start", 0), ("middle", 0.5), ("end", 1)])
def test_the_anchor_lies_at_x(anchor, part, outlines):
    text = Text(50, 50, "HHHH", 10, BLACK, Anchor(anchor))
    left, _, right, _ = ink_box(painted(text, scale=4, outlines=outlines))
    width = shape("HHHH").width * 10
    assert left / 4 == pytest.approx(50 - part * width, abs=1.2)
    assert right / 4 == pytest.approx(50 + (1 - part) * width, abs=1.2)


@pytest.mark.parametrize("outlines", [False, True])
def test_the_middle_of_a_digit_lies_at_y(outlines):
    pixels = painted(Text(50, 50, "0", 40, BLACK, Anchor.MIDDLE), scale=4, outlines=outlines)
    _, top, _, bottom = ink_box(pixels)
    assert (top + bottom) / 2 / 4 == pytest.approx(50, abs=0.4)
    assert BASELINE == 0.355


def test_shaping_works_in_any_thread():
    found: list[float] = []

    def work() -> None:
        shape.cache_clear()
        found.append(shape("Σ −1.25 한글").width)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert found == [shape("Σ −1.25 한글").width]


def test_a_font_is_made_once():
    assert fonts.font(12) is fonts.font(12)
    assert fonts.font(12, bold=True).weight() > fonts.font(12).weight()


def test_a_font_file_that_is_none_is_refused(tmp_path):
    file = tmp_path / "Pretendard.otf"
    with pytest.raises(FontError, match=r"cannot read the font Pretendard\.otf"):
        fonts.load_fonts([file])
    file.write_bytes(b"no font")
    with pytest.raises(FontError, match="no font instead of Pretendard"):
        fonts.load_fonts([file])
