"""Every stage at every size: nothing cut off or overlapping, and every inner step is seen."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from convsim.core.geometry import Policy
from convsim.core.layers import (
    ELU,
    GELU,
    KINDS,
    Conv2d,
    ConvTranspose2d,
    Dense,
    Dropout,
    Flatten,
    LeakyReLU,
    MaxPool2d,
    ReLU,
    Sigmoid,
    Softmax,
    Tanh,
)
from convsim.core.network import Network
from convsim.core.step import Cursor, Inside
from convsim.figures.colors import signed_pixels
from convsim.figures.conv_plan import plan
from convsim.figures.curve import draw_curve
from convsim.figures.filling import NUMBER_CELL, draw_filling
from convsim.figures.page import Page
from convsim.figures.parts import Box
from convsim.figures.registry import FIGURES
from convsim.figures.scene import Anchor, Cells, Group, Line, Polygon, Raster, Rect, Text
from convsim.figures.sketch import Sketch
from convsim.figures.stage import STAGES, step
from convsim.figures.theme import DARK, LIGHT
from convsim.figures.typography import text_width
from convsim.services.opening import open_preset
from tests.figures.pages import PAGES, check_page, longer, texts, words
from tests.figures.steps import ODD, SMALL, fingerprint, finished, inside, places, shown
from tests.oracles.documents import made_of

MINE = ("step", "window", "products", "maps", "filters")


def test_every_kind_of_layer_has_a_stage():
    assert set(STAGES) == set(KINDS.values())


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("name", [*SMALL, *ODD])
def test_every_figure_of_every_layer_fits_on_every_page(name, page):
    _, trace = shown(name)
    for at in places(name):
        for kind in MINE:
            check_page(FIGURES[kind](at, trace, PAGES[page]), PAGES[page])


@pytest.mark.parametrize("page", ["slide", "small", "column"])
@pytest.mark.parametrize("name", ["lecture", "lenet5", *ODD])
def test_inner_steps_fit_at_the_corners_too(name, page):
    _, trace = shown(name)
    for corner in places(name, corners=True):
        for at in inside(corner):
            check_page(step(at, trace, PAGES[page]), PAGES[page])


@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES)
def test_alexnet_fits_on_every_page(page):
    _, trace = shown("alexnet")
    for at in places("alexnet"):
        for kind in MINE:
            check_page(FIGURES[kind](at, trace, PAGES[page]), PAGES[page])


@pytest.mark.parametrize("name", ["lecture", "lenet5", "grid-padded"])
def test_longer_words_still_fit_on_a_slide(name):
    page = longer(PAGES["slide"])
    _, trace = shown(name)
    for at in places(name):
        for kind in MINE:
            check_page(FIGURES[kind](at, trace, page), page)


@pytest.mark.parametrize("size", [(960, 540), (560, 300), (420, 420)])
@pytest.mark.parametrize("name", ["lecture", "lenet5", *ODD])
def test_every_inner_step_changes_the_drawing(name, size):
    _, trace = shown(name)
    for at in places(name):
        drawn = [fingerprint(step(one, trace, Page(*size))) for one in inside(at)]
        for before, after in pairwise(drawn):
            assert before != after, f"{at.layer.name}: two inner steps look alike"


@pytest.mark.parametrize("name", ["lecture", "lenet5", "mean pool with padding, ReLU behind"])
def test_what_is_not_worked_out_yet_waits_and_the_current_one_is_lit(name):
    _, trace = shown(name)
    for at in places(name):
        *early, whole = inside(at)
        for one in early:
            scene = step(one, trace, PAGES["slide"])
            assert "…" in words(scene)
            strokes = [getattr(shape, "stroke", None) for shape in scene.walk()]
            assert LIGHT.accent in strokes, f"{at.layer.name}: nothing is lit at {one.inside.name}"
        if not isinstance(at.layer, Softmax) and at.place.output_shape is not None:
            scene = step(whole, trace, PAGES["slide"])
            dots = words(scene).count("…")
            # Units of a vector that come later still wait.
            rows = at.walk.filters if at.walk is not None and not at.walk.is_map else 0
            assert dots <= rows


def test_the_stage_is_the_same_in_both_themes_but_for_colours():
    base, trace = shown("lenet5")
    for at in places("lenet5"):
        light, dark = (
            step(at, trace, Page(theme=theme, width=900, height=500)) for theme in (LIGHT, DARK)
        )
        assert [(t.text, t.x, t.y, t.size) for t in texts(light)] == [
            (t.text, t.x, t.y, t.size) for t in texts(dark)
        ]
    assert base.network.layers


@pytest.mark.parametrize("size", [(524, 240), (504, 424), (384, 300), (924, 424), (1464, 820)])
def test_the_lecture_s_numbers_can_be_read_at_every_size(size):
    where = plan(Box(0, 0, *size), 5, 5, 3)
    assert where.cell >= NUMBER_CELL
    for box in (where.source, where.grids, where.output):
        assert box.x >= 0
        assert box.y >= 0
        assert box.right <= size[0] + 0.01
        assert box.bottom <= size[1] + 0.01
    assert where.source.width >= 60
    assert where.channels == (3 if size[0] > 900 else 1)


def test_grids_say_whether_what_is_written_is_exact():
    """The signs between filter and products are = only where every written cell agrees."""
    for name in ("lecture", "grid-stride-1", "lenet5"):
        _, trace = shown(name)
        for at in places(name):
            if not isinstance(at.layer, Conv2d):
                continue
            scene = step(at, trace, PAGES["slide"])
            grids = {
                (area.name, area.filter): area
                for area in scene.areas
                if area.name in ("patch", "kernel", "product")
            }
            cells = {(c.x, c.y): c.labels for c in scene.walk() if isinstance(c, Cells)}
            for (kind, channel), area in grids.items():
                if kind != "product":
                    continue
                labels = [
                    cells[grids[k, channel].x, grids[k, channel].y]
                    for k in ("patch", "kernel", "product")
                ]
                middle = area.y + area.height / 2
                sign = next(
                    t.text
                    for t in texts(scene)
                    if t.text in "=≈" and abs(t.y - middle) < 1 and t.x < area.x < t.x + 30
                )
                exact = all(_times(a, b) == _number(c) for a, b, c in zip(*labels, strict=True))
                assert sign == ("=" if exact else "≈")


def _number(text):
    from decimal import Decimal

    return Decimal(text.replace("−", "-") or "0")


def _times(a, b):
    return _number(a) * _number(b)


PREDICTIONS = {"lecture": (), "lenet5": ("dense3", "softmax1"), "quiz": (), "grid-stride-1": ()}
RANDOM = {
    "lecture": ("conv2",),
    "lenet5": ("conv1", "conv2", "dense1", "dense2", "dense3"),
    "quiz": ("conv1",),
    "grid-stride-1": (),
}


@pytest.mark.parametrize("kind", ["step", "maps"])
@pytest.mark.parametrize("name", PREDICTIONS)
def test_untrained_is_said_beside_predictions_and_nowhere_else(name, kind):
    _, trace = shown(name)
    for at in places(name):
        scene = FIGURES[kind](at, trace, PAGES["slide"])
        said = any(t.text == "untrained" and t.bold for t in texts(scene))
        assert said == (at.layer.name in PREDICTIONS[name]), at.layer.name
        taught = replace(at, trained=True)
        assert "untrained" not in words(FIGURES[kind](taught, trace, PAGES["slide"]))


@pytest.mark.parametrize("name", RANDOM)
def test_a_step_says_that_its_filter_is_random_and_not_that_a_chosen_one_is(name):
    _, trace = shown(name)
    for at in places(name):
        said = words(step(at, trace, PAGES["slide"])).replace("\n", " ")
        assert ("random and untrained" in said) == (at.layer.name in RANDOM[name]), at.layer.name
        taught = replace(at, trained=True)
        assert "random" not in words(step(taught, trace, PAGES["slide"]))


def test_the_filters_say_that_they_are_random():
    base, trace = shown("lecture")
    assert "random" not in words(FIGURES["filters"](base, trace, PAGES["slide"]))
    second = base.at(Cursor(2))
    assert "random and untrained" in words(FIGURES["filters"](second, trace, PAGES["slide"]))


@pytest.mark.parametrize("page", ["slide", "square", "column"])
def test_a_stage_that_leaves_channels_out_says_that_the_sum_has_them(page):
    base, trace = shown("lecture")
    for at in (base, base.at(Cursor(2, 3, 10, 10))):
        scene = step(at, trace, PAGES[page])
        grids = {a.filter for a in scene.areas if a.name == "patch"}
        said = words(scene).replace("\n", " ")
        total = trace.input(at.cursor.layer).shape[0]
        assert (f"the sum takes in all {total}" in said) == (len(grids) < total)


def test_softmax_shows_predictions_and_all_of_its_sum():
    _, trace = shown("many classes")
    at = places("many classes")[2]
    assert isinstance(at.layer, Softmax)
    at = at.at(at.cursor._replace(filter=777))
    said = words(step(at, trace, PAGES["slide"]))
    assert "Predictions" in said
    assert "untrained" in said
    assert "\n778\n" in said
    assert "989 more" in said


def test_dense_names_its_largest_products():
    _, trace = shown("lenet5")
    at = next(one for one in places("lenet5") if isinstance(one.layer, Dense))
    said = words(step(at, trace, PAGES["slide"]))
    assert "Largest 6 of 400 products" in said
    assert "394 more products" in said


def test_flatten_counts_what_comes_before():
    _, trace = shown("lenet5")
    at = next(one for one in places("lenet5") if isinstance(one.layer, Flatten))
    at = at.at(at.cursor._replace(filter=89))
    said = words(step(at, trace, PAGES["slide"]))
    assert "(4 − 1) · 5 · 5 + 2 · 5 + 4" in said
    assert "unit 90" in said


def test_padding_is_written_as_a_dash_in_a_maximum():
    _, trace = shown("pool over a picture")
    at = places("pool over a picture", corners=True)[0]
    cells = [c for c in step(at, trace, PAGES["slide"]).walk() if isinstance(c, Cells)]
    grid = next(c for c in cells if c.fills.shape[:2] == (3, 3))
    assert grid.labels.count("–") == 5


def test_a_window_that_hangs_over_says_what_its_dashes_are():
    network = Network((4, 4, 1), [MaxPool2d(3, 3, policy=Policy.CEIL)])
    document = made_of(network)
    trace = document.new_trace()
    trace.reach(0)
    over = words(step(document.at(Cursor(0, 0, 1, 1)), trace, PAGES["slide"]))
    within = words(step(document.at(Cursor(0, 0, 0, 0)), trace, PAGES["slide"]))
    assert "– lies outside" in over
    assert "– lies outside" not in within


def test_the_card_of_batch_norm_says_where_its_numbers_are_rounded():
    first = open_preset("resnet-mini")  # taught: its means and variances are not 0 and 1
    trace = first.new_trace()
    trace.reach(1)
    seen = set()
    for col in range(8, 20):
        scene = step(first.at(Cursor(1, 3, 12, col)), trace, PAGES["slide"])
        written = [text.text for text in texts(scene)]
        place = next(i for i, text in enumerate(written) if re.search(r"\d − .*[=≈]$", text))
        found = re.fullmatch(r"(.*\d) − \(?(.*\d)\)? (.)", written[place])
        assert found
        a, b, sign = found.groups()
        result = next(
            _number(t) for t in written[place - 3 : place] if re.fullmatch(r"−?[\d.]+", t)
        )
        assert sign == ("=" if _number(a) - _number(b) == result else "≈"), written[place]
        assert sum(text.endswith((" =", " ≈")) for text in written) >= 2
        seen.add(sign)
    assert seen == {"=", "≈"}


@pytest.mark.parametrize(("rate", "said"), [(0.5, "1 / (1 − 0.5) = 2,"), (0.3, "≈ 1.429,")])
def test_dropout_says_where_its_factor_comes_from(rate, said):
    document = made_of(Network((4, 4, 1), [Dropout(rate)]))
    trace = document.new_trace()
    trace.reach(0)
    assert said in words(step(document, trace, PAGES["slide"])).replace("\u00a0", " ")


def test_a_click_finds_its_cell_or_unit():
    _, trace = shown("lenet5")
    for at in places("lenet5"):
        scene = step(finished(at), trace, PAGES["slide"])
        outputs = [a for a in scene.areas if a.name in ("output", "unit", "units")]
        assert outputs, at.layer.name
        walk = at.walk
        assert walk is not None
        for area in outputs:
            assert area.layer == at.cursor.layer
            if area.name == "output":
                assert (area.rows, area.cols) == (walk.rows, walk.cols)
                x = area.x + area.width * (at.cursor.col + 0.5) / area.cols
                y = area.y + area.height * (at.cursor.row + 0.5) / area.rows
                assert area.cell_at(x, y) == (at.cursor.row, at.cursor.col)
            elif area.name == "units":
                assert area.rows * area.cols >= walk.filters
            else:
                assert 0 <= area.filter < walk.filters
        inputs = [a for a in scene.areas if a.name == "input"]
        if not isinstance(at.layer, Softmax):
            assert all(area.layer == at.cursor.layer - 1 for area in inputs)
            assert inputs


def test_padding_belongs_to_the_input_s_area():
    _, trace = shown("grid-padded")
    scene = step(places("grid-padded")[0], trace, PAGES["slide"])
    area = next(a for a in scene.areas if a.name == "input")
    assert (area.rows, area.cols, area.row0, area.col0) == (9, 9, -1, -1)


def test_the_value_of_the_whole_step_is_written_large():
    base, trace = shown("lecture")
    at = base.at(Cursor(0, 0, 12, 13), Inside.WRITE)
    frame = at.frame(trace)
    large = max(texts(step(at, trace, Page(titled=False))), key=lambda t: t.size)
    assert isinstance(large, Text)
    assert large.anchor is Anchor.START
    assert float(large.text.replace("−", "-")) == pytest.approx(frame.activation, abs=5e-4)


def test_the_map_is_written_up_to_the_current_cell():
    values = np.arange(12.0).reshape(3, 4)
    for written in (False, True):
        sketch = Sketch(Page())
        pixels = signed_pixels(values, 11.0, LIGHT)
        draw_filling(sketch, 0, 0, 5, values, pixels, 6, written=written)
        raster = next(s for s in sketch.scene("map").walk() if isinstance(s, Raster))
        shown_ = (raster.pixels[..., 3] > 0).ravel()
        assert shown_.sum() == 6 + written
        assert shown_[: 6 + written].all()


def test_what_is_not_yet_written_is_hatched_in_the_current_row_too():
    values = np.zeros((4, 4))
    for written in (False, True):
        sketch = Sketch(Page(100, 100))
        pixels = signed_pixels(values, 1.0, LIGHT)
        draw_filling(sketch, 0, 0, 20.0, values, pixels, 5, written=written)
        groups = [s for s in sketch.scene("map").walk() if isinstance(s, Group)]
        clips = [group.clip for group in groups if group.name == "hatch"]
        assert clips == [(0, 40, 80, 40), (40, 20, 40, 20)]


def test_the_point_lies_on_the_curve():
    for source in (-0.7, 0.0, 0.3, 1.9):
        sketch = Sketch(Page())
        box = Box(0, 0, 400, 300)
        draw_curve(sketch, box, ReLU(), source, 2.0, (1, 2, 3), 3, known=True, active=False)
        scene = sketch.scene("curve")
        curve = next(s for s in scene.walk() if isinstance(s, Polygon))
        (low, floor), (zero, _), (high, ceiling) = curve.points
        point = next(s for s in scene.walk() if isinstance(s, Rect) and s.fill == (1, 2, 3))
        x, y = point.x + point.width / 2, point.y + point.height / 2
        assert (x - zero) / (high - zero) * 2 == pytest.approx(source)
        assert (floor - y) / (floor - ceiling) * 2 == pytest.approx(max(source, 0))
        assert low < zero


@pytest.mark.parametrize("source", [-1.9, -0.2, 0.0, 0.2, 0.3, 1.9])
@pytest.mark.parametrize("size", [(170, 170), (250, 235)])
def test_the_numbers_beside_a_curve_do_not_cross_its_axes(source, size):
    """A curve that goes on below the axis passes where the number of what goes in stands."""
    sketch = Sketch(Page())
    box = Box(0, 0, *size)
    draw_curve(sketch, box, ELU(), source, 2.0, (1, 2, 3), 3, known=True, active=False)
    scene = sketch.scene("curve")
    upright = next(s for s in scene.walk() if isinstance(s, Line) and s.x1 == s.x2)
    number = next(t for t in texts(scene) if t.bold and t.anchor is Anchor.MIDDLE)
    half = text_width(number.text, number.size, bold=True) / 2
    assert abs(number.x - upright.x1) > half


@pytest.mark.parametrize("size", [(247, 230), (170, 170), (400, 300)])
@pytest.mark.parametrize("layer", [Tanh(), ELU(), GELU(), LeakyReLU(0.1), ReLU(), Sigmoid()])
def test_the_numbers_at_a_curve_lie_clear_of_each_other(layer, size):
    for source in np.linspace(-2, 2, 41).tolist():
        sketch = Sketch(Page())
        box = Box(0, 0, *size)
        draw_curve(sketch, box, layer, source, 2.0, (1, 2, 3), 3, known=True, active=False)
        said = [s for s in sketch.scene("curve").walk() if isinstance(s, Text)]
        places = []
        for one in said:
            wide = text_width(one.text, one.size, bold=one.bold)
            part = {Anchor.START: 0.0, Anchor.MIDDLE: 0.5, Anchor.END: 1.0}[one.anchor]
            places.append((one.text, one.x - part * wide, wide, one.y))
        for i, (text, x, wide, y) in enumerate(places):
            for other, x2, wide2, y2 in places[:i]:
                apart = x + wide <= x2 or x2 + wide2 <= x or abs(y - y2) >= 11
                assert apart, (source, text, other)


def test_the_taps_of_a_transposed_convolution_are_listed_in_one_piece():
    document = made_of(Network((16, 16, 2), [ConvTranspose2d(4, 4, 2, 1)]))
    trace = document.new_trace()
    trace.reach(0)
    scene = step(document.at(Cursor(0, 2, 13, 14)), trace, PAGES["slide"])
    said = " ".join(one.text for one in texts(scene))
    for part in ("6,\u00a07", "2,\u00a00", "3,\u00a01"):
        assert part in said


def test_a_maximum_that_others_reach_too_is_the_first_of_them():
    network = Network((2, 2, 1), [MaxPool2d(2)])
    for pixels, text in (
        ([[0, 9], [9, 1]], "first of 2 equal: row 0, column 1"),
        ([[0, 9], [3, 1]], "largest at row 0, column 1"),
    ):
        image = np.array(pixels, np.float32)[..., None]
        made = replace(made_of(network), image=image).at(Cursor(0, 0, 0, 0))
        trace = made.new_trace()
        trace.reach(0)
        assert text in words(step(made, trace, PAGES["slide"]))


def test_the_sum_of_softmax_is_lit_in_the_column_and_in_the_line():
    _, trace = shown("lenet5")
    at = places("lenet5")[-1]
    lit = [
        s
        for s in step(at.at(at.cursor, Inside.TOTAL), trace, PAGES["slide"]).walk()
        if isinstance(s, Rect) and s.stroke == LIGHT.accent
    ]
    assert len(lit) == 2


@pytest.mark.parametrize("high", range(330, 560, 10))
@pytest.mark.parametrize("width", [600, 760, 806, 820])
def test_the_numbers_of_a_filter_are_those_of_its_arithmetic(width, high):
    """Never “.0” for what is not zero: two decimals everywhere, or a word that they are hidden."""
    first, trace = shown("lecture")
    scene = step(first.at(Cursor(0, 0, 12, 13), Inside.PRODUCTS), trace, Page(width, high))
    grids = [
        shape for shape in scene.walk() if isinstance(shape, Cells) and len(shape.labels) == 25
    ]
    assert len(grids) >= 3 or "numbers" in words(scene)
    for grid in grids:
        assert ".0" not in grid.labels
        assert all(len(label.partition(".")[2]) in (0, 2) for label in grid.labels)


def test_numbers_that_have_no_room_are_missed_in_words():
    first, trace = shown("lecture")
    at = first.at(Cursor(0, 0, 12, 13), Inside.PRODUCTS)
    said = words(step(at, trace, Page(420, 560)))
    assert "Too small for numbers" in said.replace("\n", " ")


def test_what_is_not_yet_written_begins_below_the_row_that_is_being_written():
    values = np.zeros((6, 6))
    for current, top in ((0, 20.0), (7, 40.0), (35, 120.0)):
        sketch = Sketch(Page(200, 200))
        colors = signed_pixels(values, 1.0, LIGHT)
        draw_filling(sketch, 0, 0, 20.0, values, colors, current, written=False)
        said = [t for t in texts(sketch.scene("x")) if t.text == "not yet written"]
        assert all(text.y > top for text in said)
        assert bool(said) == (current < 35)
