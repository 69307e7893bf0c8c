"""Figures of training: samples, curves, confusion matrix."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from convsim.core.evaluate import Evaluation
from convsim.core.history import History, Mark, Point
from convsim.core.layers import Conv2d, MaxPool2d, ReLU
from convsim.core.network import Network
from convsim.core.vitals import Dead, Histogram, LayerVitals, Vitals
from convsim.figures.confusion import confusion
from convsim.figures.curves import OtherRun, axis_end, curves, lengths, round_step, smoothed
from convsim.figures.mistakes import Prediction, Wrong, mistakes
from convsim.figures.page import Page
from convsim.figures.rate_range import rate_curve
from convsim.figures.samples import Sample, samples
from convsim.figures.scene import Anchor, Cells, Group, Polygon, Raster, Rect, Text
from convsim.figures.theme import THEMES
from convsim.figures.typography import text_width
from convsim.figures.vitals import inside
from tests.figures.test_pieces import contrast

SIZES = ((480.0, 200.0), (800.0, 420.0))


def texts(scene):
    return [shape.text for shape in scene.walk() if isinstance(shape, Text)]


def history(epochs: int) -> History:
    learnt = [
        Point(step, 32, 2.0 / step, 1 - 1 / step, step / 10) for step in range(1, 10 * epochs + 1)
    ]
    held = [
        Point(10 * epoch, 100, 0.5 / epoch, 0.8, float(epoch)) for epoch in range(1, epochs + 1)
    ]
    return History().with_points(learnt, held)


@pytest.mark.parametrize("theme", THEMES.values(), ids=list(THEMES))
@pytest.mark.parametrize("size", SIZES)
def test_both_curves_lie_within_the_page(size, theme):
    scene = curves(history(3), 5, Page(size[0], size[1], theme))
    groups = [shape for shape in scene.walk() if isinstance(shape, Group)]
    assert [group.name for group in groups] == ["loss", "accuracy"]
    for group in groups:
        assert group.clip is not None
        x, y, width, height = group.clip
        assert x >= 0
        assert x + width <= size[0]
        assert y >= 0
        assert y + height <= size[1]
        assert len([shape for shape in group.items if isinstance(shape, Polygon)]) == 3
    assert "after 30 batches" in scene.title


def test_the_axis_counts_epochs_and_grows_with_them():
    assert {"0", "5"} <= set(texts(curves(history(3), 5, Page(*SIZES[1]))))
    assert "7" in texts(curves(history(7), 5, Page(*SIZES[1])))


@pytest.mark.parametrize("size", SIZES)
def test_what_was_changed_on_the_way_is_marked_with_words(size):
    marks = [Mark(10, 1.0, "rate", "0.01", "0.001"), Mark(29, 2.9, "batch", "32", "64")]
    scene = curves(history(3).with_points([], [], marks), 3, Page(*size))
    found = [shape for shape in scene.walk() if isinstance(shape, Text) and "→" in shape.text]
    assert [shape.text for shape in found] == ["rate 0.01 → 0.001", "batch 32 → 64"] * 2
    assert all(shape.x >= 0 for shape in found)
    assert scene.title.endswith("; rate 0.01 → 0.001; batch 32 → 64")


def test_a_kept_run_is_drawn_in_its_own_colour_with_its_name():
    page = Page(*SIZES[1])
    scene = curves(history(3), 3, page, others=[OtherRun("run 1", history(2), 2)])
    colors = [shape.stroke for shape in scene.walk() if isinstance(shape, Polygon)]
    assert colors.count(page.theme.filter_color(2)) == 4
    assert "run 1 80.0%" in texts(scene)
    # The number is where its dot is, not where its bold curve ends, and that is said.
    dots = [shape for shape in scene.walk() if isinstance(shape, Rect)]
    assert [shape.fill for shape in dots].count(page.theme.filter_color(2)) == 4
    assert texts(scene).count("set aside:") == 2


def test_a_kept_run_without_anything_set_aside_ends_where_its_bold_curve_does():
    run = replace(history(2), held=())
    scene = curves(history(3), 3, Page(*SIZES[1]), others=[OtherRun("run 1", run, 2)])
    end = smoothed([point.accuracy for point in run.learnt], spans=lengths(run.learnt))[-1]
    assert f"run 1 {end:.1%}" in texts(scene)
    assert "learnt from:" in texts(scene)


def test_smoothing_can_be_switched_off():
    page = Page(*SIZES[1])
    lines = [
        shape.points
        for shape in curves(history(3), 3, page, smooth=0.0).walk()
        if isinstance(shape, Polygon)
    ]
    assert lines[0] == lines[1]


def test_curves_without_a_point_are_empty():
    scene = curves(History(), 5, Page(*SIZES[0]))
    assert not [shape for shape in scene.walk() if isinstance(shape, Polygon)]


@pytest.mark.parametrize(
    ("least", "step"), [(0.1, 1), (1, 1), (1.2, 2), (4.2, 5), (6, 10), (42, 50), (101, 200)]
)
def test_epochs_of_an_axis_stand_round_numbers_apart(least, step):
    assert round_step(least) == step


@pytest.mark.parametrize(
    ("top", "end"), [(2.4, 2.5), (2.51, 3.0), (0.7, 0.8), (1.0, 1.0), (0.012, 0.015), (55, 60)]
)
def test_the_loss_axis_ends_a_little_above_the_curve(top, end):
    assert axis_end(top) == pytest.approx(end)


def test_on_a_square_page_the_curves_lie_one_above_the_other():
    groups = [
        shape for shape in curves(history(2), 2, Page(420, 420)).walk() if isinstance(shape, Group)
    ]
    (x, y, _, height), (other_x, other_y, _, _) = (group.clip or (0.0,) * 4 for group in groups)
    assert x == other_x
    assert other_y > y + height


def test_smoothing_keeps_a_constant_and_begins_at_the_first_value():
    assert smoothed([3.0] * 20) == pytest.approx([3.0] * 20)
    assert smoothed([5.0, 1.0])[0] == pytest.approx(5.0)


def test_the_bold_line_ends_at_the_same_however_often_the_run_was_looked_at():
    fine = [Point(step, 32, 2.0 / step, 0.5) for step in range(1, 101)]
    means = [fine[i : i + 4] for i in range(0, 100, 4)]
    coarse = [Point(four[-1].step, 128, sum(p.loss for p in four) / 4, 0.5) for four in means]
    ends = [
        smoothed([p.loss for p in points], spans=lengths(points))[-1] for points in (fine, coarse)
    ]
    assert ends[1] == pytest.approx(ends[0], rel=0.02)
    # And it does not lag: a few points of many batches each are hardly smoothed any more.
    assert ends[1] < 1.2 * coarse[-1].loss


def result(counts) -> Evaluation:
    counts = np.array(counts, np.int64)
    return Evaluation(int(counts.sum()), 0.5, counts, counts.sum(axis=1))


def test_a_confusion_matrix_writes_every_count_that_is_not_zero():
    scene = confusion(result([[9, 1], [0, 7]]), ("cat", "dog"), Page(*SIZES[1]))
    (grid,) = (shape for shape in scene.walk() if isinstance(shape, Cells))
    assert grid.labels == ("9", "1", "", "7")
    assert {"cat", "dog"} <= set(texts(scene))
    assert "16 of 17" in scene.title


def test_outputs_without_a_class_are_left_out_unless_they_occur():
    counts = np.zeros((10, 10), np.int64)
    counts[0, 0] = counts[1, 1] = 5
    (grid,) = (
        shape
        for shape in confusion(result(counts), ("cat", "dog"), Page(*SIZES[1])).walk()
        if isinstance(shape, Cells)
    )
    assert grid.fills.shape[:2] == (2, 2)
    counts[1, 3] = 1
    scene = confusion(result(counts), ("cat", "dog"), Page(*SIZES[1]))
    assert "4" in texts(scene)


@pytest.mark.parametrize("classes", [2, 10, 1000])
@pytest.mark.parametrize("size", SIZES)
def test_a_confusion_matrix_lies_within_the_page(size, classes):
    names = [f"class {i}" for i in range(classes)]
    scene = confusion(result(np.eye(classes)), names, Page(*size))
    (grid,) = (shape for shape in scene.walk() if isinstance(shape, Cells))
    assert grid.x + grid.width <= size[0]
    assert grid.y + grid.height <= size[1]


def test_samples_show_name_and_count_of_every_class_that_finds_room():
    picture = np.zeros((8, 8, 1), np.float32)
    few = [Sample("cat", 1200, [picture] * 3), Sample("dog", 7, [picture])]
    scene = samples(few, Page(480, 140))
    assert {"cat", "1,200", "dog", "7"} <= set(texts(scene))
    assert scene.title == "cat: 1,200, dog: 7"
    many = samples([few[0]] * 100, Page(480, 140))
    rasters = [shape for shape in many.walk() if isinstance(shape, Raster)]
    assert all(one.x + one.width <= 480 and one.y + one.height <= 140 for one in rasters)
    assert any(text.startswith("+") for text in texts(many))


def looked(count: int):
    histogram = Histogram.of(np.linspace(-1, 1, 99, dtype=np.float32))
    layers = tuple(LayerVitals(i, histogram, histogram, 1e-3, 1e-3) for i in range(count))
    return Vitals(7, layers)


@pytest.mark.parametrize("theme", THEMES.values(), ids=list(THEMES))
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("count", [1, 30])
def test_the_inside_of_every_layer_lies_within_the_page(size, theme, count):
    network = Network((40, 40, 1), [Conv2d(1, 1) for _ in range(count)])
    scene = inside(looked(count), (), network, Page(size[0], size[1], theme))
    assert "batch 7" in scene.title
    for shape in scene.walk():
        if isinstance(shape, Text):
            assert 0 <= shape.x <= size[0]
            assert 0 <= shape.y <= size[1]
    assert ("first" in " ".join(texts(scene))) == (count == 30)


def test_scales_have_their_ends_and_words_where_there_is_room():
    network = Network((4, 4, 1), [Conv2d(3, 1)])
    scene = inside(looked(1), (), network, Page(834, 360, titled=False))
    assert texts(scene).count("1e−8") == 2
    assert any(text.startswith("gradient size: root mean square") for text in texts(scene))
    low = inside(looked(1), (), network, Page(578, 80, titled=False))
    assert "1e−8" not in texts(low)


def test_dead_units_stand_beside_the_layer_before_their_relu():
    network = Network((4, 4, 1), [Conv2d(3, 1), ReLU(), MaxPool2d(2), Conv2d(2, 1)])
    vitals = looked(1)
    more = Vitals(7, (vitals.layers[0], replace(vitals.layers[0], layer=3)))
    scene = inside(more, (Dead(1, 2, 3),), network, Page(*SIZES[1]))
    assert texts(scene).count("2 of 3") == 1


@pytest.mark.parametrize("size", [*SIZES, (420.0, 420.0)])
def test_mistakes_show_truth_prediction_and_probability(size):
    picture = np.zeros((8, 6, 3), np.float32)
    wrong = [Wrong(picture, "cat", "dog", 0.01, 0.97)] * 24
    prediction = Prediction(picture, "me.png", (("cat", 0.75), ("dog", 0.25)))
    scene = mistakes(wrong, prediction, Page(*size))
    assert "cat → dog (97%)" in scene.title
    found = texts(scene)
    assert {"cat", "me.png", "75.0%"} <= set(found)
    # Below small pictures there is no room for the words; their heading says what is meant.
    assert {"taken for dog (97%)", "dog 97%"} & set(found)
    smallest = min(shape.size for shape in scene.walk() if isinstance(shape, Text))
    assert smallest >= 10
    for shape in scene.walk():
        if isinstance(shape, Raster):
            assert shape.x + shape.width <= size[0]
            assert shape.y + shape.height <= size[1]


@pytest.mark.parametrize("size", [*SIZES[1:], (578.0, 240.0), (800.0, 340.0)])
def test_the_shares_of_a_prediction_add_up_to_all(size):
    shares = tuple((str(i), 0.1) for i in range(10))
    prediction = Prediction(np.zeros((8, 8, 1), np.float32), "me.png", shares)
    found = texts(mistakes([], prediction, Page(*size)))
    percents = [float(text[:-1]) for text in found if text.endswith("%")]
    assert sum(percents) == pytest.approx(100)
    assert "others" in found
    two = Prediction(prediction.picture, "me.png", (("cat", 0.75), ("dog", 0.25)))
    assert "others" not in texts(mistakes([], two, Page(*size)))


@pytest.mark.parametrize("theme", THEMES.values(), ids=list(THEMES))
@pytest.mark.parametrize("classes", [2, 3, 10])
def test_counts_of_a_confusion_matrix_are_read_on_every_cell(theme, classes):
    draw = np.random.default_rng(classes)
    counts = draw.integers(0, 40, (classes, classes)) * draw.integers(0, 2, (classes, classes))
    scene = confusion(result(counts), [str(i) for i in range(classes)], Page(900, 600, theme))
    (grid,) = [shape for shape in scene.walk() if isinstance(shape, Cells)]
    for fill, ink, text in zip(grid.fills.reshape(-1, 3), grid.inks, grid.labels, strict=True):
        if text:
            assert contrast(tuple(fill.tolist()), ink) >= 4.5


@pytest.mark.parametrize("size", [*SIZES, (420.0, 260.0)])
def test_long_names_lose_their_middle_and_stay_in_their_place(size):
    names = (
        "a rather long name of a class, as folders have",
        "고양이와 강아지가 함께 있는 사진",
        "x",
    )
    picture = np.zeros((8, 8, 3), np.float32)
    wrong = [Wrong(picture, names[0], names[1], 0.01, 0.97)] * 12
    prediction = Prediction(picture, "me.png", tuple((name, 0.3) for name in names))
    for scene in (
        confusion(result(np.eye(3) * 7), names, Page(*size)),
        mistakes(wrong, prediction, Page(*size)),
        samples([Sample(name, 7, [picture] * 3) for name in names], Page(*size)),
    ):
        for shape in scene.walk():
            if isinstance(shape, Text):
                wide = text_width(shape.text, shape.size)
                part = {Anchor.START: 0.0, Anchor.MIDDLE: 0.5, Anchor.END: 1.0}[shape.anchor]
                assert shape.x - part * wide >= -1, shape
                assert shape.x + (1 - part) * wide <= size[0] + 1, shape
                assert shape.size >= 8


def test_without_a_mistake_that_is_said():
    assert "No mistakes" in mistakes([], None, Page(*SIZES[0])).title


def test_the_offered_rate_is_marked_on_the_curve():
    rates = [10.0**power for power in range(-6, 2)]
    scene = rate_curve(rates, [2.0] * 8, [2.0] * 8, 0.003, Page(*SIZES[1]))
    assert "0.003 is a good one" in scene.title
    assert {"0.003", "0.000001", "10"} <= set(texts(scene))
    assert "no rate stands out" in rate_curve(rates, [2.0] * 8, [2.0] * 8, None, Page()).title


def test_a_confusion_matrix_says_which_pictures_it_is_of():
    counts, page = result([[9, 1], [0, 7]]), Page(*SIZES[1])
    assert "test pictures" in confusion(counts, ("cat", "dog"), page).title
    assert "those it learnt from among them" in confusion(counts, ("a", "b"), page, "all").title
    assert "set aside" in confusion(counts, ("a", "b"), page, "held").title


def test_two_classes_have_large_cells_and_numbers_in_the_window():
    scene = confusion(result([[9, 1], [0, 7]]), ("cat", "dog"), Page(800, 480, titled=False))
    (grid,) = [shape for shape in scene.walk() if isinstance(shape, Cells)]
    assert grid.cell == 170
    assert grid.text_size == 22
    many = confusion(result(np.eye(10)), list("0123456789"), Page(800, 640, titled=False))
    assert [shape.cell for shape in many.walk() if isinstance(shape, Cells)] == [44]


def test_every_class_is_named_above_its_column_though_names_are_wider_than_cells() -> None:
    names = ("circle", "ring", "square", "frame", "triangle", "plus", "star", "crescent")
    for side in (260, 480):
        scene = confusion(result(np.eye(8)), names, Page(640, side, titled=False))
        written = Counter(shape.text for shape in scene.walk() if isinstance(shape, Text))
        # Once beside its row, once above its column.
        assert all(written[name] == 2 for name in names), (side, written)
