"""The ledger: published numbers, formulas that give what stands above them, totals that add up."""

from __future__ import annotations

from dataclasses import replace
from math import prod

import pytest

from convsim.document.edits import select_layer, set_field
from convsim.figures.counts import counts, counts_height
from convsim.figures.ledger import NUMBERS, rows_of
from convsim.figures.page import Page
from convsim.figures.scene import Anchor
from convsim.figures.sketch import Sketch
from tests.figures.pages import NAMES, PAGES, check_page, document, draw, texts, words

SLIDE = PAGES["slide"]
GOLDEN = {
    "lecture": ("450", "1,500", "1,950", "1,966", "352,800", "864,000", "54,144", "14,450,688"),
    "quiz": ("750 + biases 10 = 760", "768,000", "31,457,280"),
    "alexnet": ("34,848", "105,415,200", "62,378,344"),
    "vgg16": ("138,344,128", "138,357,544", "102,760,448", "60,950,432 bytes ≈ 58.1 MiB"),
    "tiny-vgg": ("19,920",),
    "convnetjs-cifar": ("22,466",),
}


@pytest.mark.parametrize("preset", GOLDEN)
def test_published_numbers(preset):
    written = words(draw(counts, document(preset), SLIDE))
    for number in GOLDEN[preset]:
        assert number in written


def number(text: str) -> int:
    """Return a whole number as written."""
    return int(text.replace(",", ""))


@pytest.mark.parametrize("preset", NAMES)
def test_every_formula_gives_the_number_above_it(preset):
    rows = rows_of(Sketch(SLIDE), document(preset).network, merged=False)
    formulas = [cell for row in rows for cell in row.cells.values() if cell.formula]
    assert formulas
    for cell in formulas:
        assert prod(number(factor) for factor in cell.formula.split("·")) == number(cell.text)


@pytest.mark.parametrize("merged", [False, True])
@pytest.mark.parametrize("preset", NAMES)
def test_the_total_is_the_sum_of_the_rows(preset, merged):
    *rows, total = rows_of(Sketch(SLIDE), document(preset).network, merged=merged)
    for key in NUMBERS:
        cells = [row.cells[key].text for row in rows if key in row.cells]
        known = [number(text) for text in cells if text[0].isdigit()]
        assert sum(known) == number(total.cells[key].text)


@pytest.mark.parametrize("preset", NAMES)
def test_merging_hides_no_layer(preset):
    network = document(preset).network
    rows = rows_of(Sketch(SLIDE), network, merged=True)
    assert sorted(i for row in rows for i in row.layers) == list(range(-1, len(network.layers)))


def test_numbers_of_a_column_end_on_one_line():
    scene = draw(counts, document("lecture"), SLIDE)
    ends = {t.text: t.x for t in texts(scene) if t.anchor is Anchor.END}
    assert ends["450"] == ends["1,500"] == ends["1,950"] == ends["5·5·3·6"] == ends["weights"]


def test_a_layer_that_does_not_fit_has_weights_only():
    shown = set_field(document("lenet5"), 3, "stride", (2, 2))
    rows = {row.name: row for row in rows_of(Sketch(SLIDE), shown.network, merged=False)}
    bad, waiting = rows["Conv 2"], rows["Dense 1"]
    assert (bad.shape, bad.state) == ("does not fit", "bad")
    assert [bad.cells[key].text for key in NUMBERS] == ["2,400", "16", "–", "–"]
    assert (waiting.shape, waiting.state) == ("waiting", "waits")
    assert {cell.text for cell in waiting.cells.values()} == {"–"}
    assert "Total of what fits" in rows


def test_conventions_are_stated():
    written = words(draw(counts, document("lecture"), SLIDE)).replace("\n", " ")
    for words_ in ("without biases", "4 bytes × outputs", "in place", "height × width × channels"):
        assert words_ in written


def test_sharing_is_explained_for_the_convolution_that_is_looked_at():
    written = words(draw(counts, select_layer(document("lecture"), 3), SLIDE))
    assert "What Conv 2 saves by sharing its weights" in written
    assert "if every position had its own: 576" in written


def test_a_row_is_clicked_where_it_is_drawn():
    scene = draw(counts, document("lecture"), SLIDE)
    assert [area.layer for area in scene.areas] == [-1, 0, 1, 2, 3]
    name = next(text for text in texts(scene) if text.text == "Conv 2")
    found = scene.area_at(name.x, name.y)
    assert found is not None
    assert found.layer == 2


@pytest.mark.parametrize("width", [700, 900, 1400])
@pytest.mark.parametrize("preset", NAMES)
def test_at_its_natural_height_every_layer_has_its_formulas(preset, width):
    shown = document(preset)
    page = Page(width, counts_height(shown), titled=False)
    scene = draw(counts, shown, page)
    check_page(scene, page)
    rows = rows_of(Sketch(page), shown.network, merged=False)
    written = words(scene).splitlines()
    for row in rows:
        assert row.name in written
        for cell in row.cells.values():
            assert not cell.formula or cell.formula in written
    assert min(text.size for text in texts(scene)) >= 8


def test_more_layers_need_more_height():
    heights = [counts_height(document(name)) for name in ("grid-stride-1", "lecture", "vgg16")]
    assert heights == sorted(heights)


def test_room_is_enough_where_more_would_change_nothing():
    lecture = document("lecture")
    natural = counts_height(lecture)
    assert counts_height(lecture, 615, natural - 40) == natural - 40
    assert counts_height(lecture, 615, 150) == natural
    assert counts_height(lecture, 615, natural + 100) == natural


def test_a_page_that_is_much_too_small_is_still_a_page():
    page = replace(PAGES["small"], width=300, height=200)
    assert draw(counts, document("vgg16"), page).width == 300


def test_a_narrow_page_says_which_columns_it_leaves_out():
    note = "A wider page also shows: without sharing, fully connected"
    assert note not in words(draw(counts, document("alexnet"), SLIDE))
    narrow = Page(600, counts_height(document("alexnet")), titled=False)
    assert note in words(draw(counts, document("alexnet"), narrow))
