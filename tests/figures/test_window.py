"""What a neuron sees: the field's place, its pixels, and the same found by walking backward."""

from __future__ import annotations

from itertools import product

import pytest

from convsim.core.layers import Dense, Flatten, WindowLayer
from convsim.core.step import Cursor
from convsim.document.edits import set_field
from convsim.figures.page import Page
from convsim.figures.registry import FIGURES, UnknownFigureError, draw
from convsim.figures.scene import Cells
from convsim.figures.sight import sight_of
from convsim.figures.sweep import sweep
from tests.figures.pages import PAGES, words
from tests.figures.steps import ODD, places, shown


def walked(document):
    """Return (top, bottom, left, right) by following every tap from layer to layer."""
    network, cursor = document.network, document.cursor
    rows = range(cursor.row, cursor.row + 1)
    cols = range(cursor.col, cursor.col + 1)
    unit = cursor.filter
    for place in reversed(network.places[: cursor.layer + 1]):
        shape = place.input_shape
        assert shape is not None
        if isinstance(place.layer, Flatten) and len(shape) == 3:
            row, col = divmod(unit % (shape[0] * shape[1]), shape[1])
            rows, cols = range(row, row + 1), range(col, col + 1)
        elif isinstance(place.layer, WindowLayer):
            down, right = place.layer.axes(shape)
            rows = range(down.taps(rows[0])[0], down.taps(rows[-1])[-1] + 1)
            cols = range(right.taps(cols[0])[0], right.taps(cols[-1])[-1] + 1)
    return rows[0], rows[-1], cols[0], cols[-1]


@pytest.mark.parametrize("name", ["lecture", "lenet5", "tiny-vgg", "same pools", "wide", "tall"])
def test_the_field_is_where_every_tap_leads(name):
    for at in places(name, corners=True) + places(name):
        sight = sight_of(at)
        found = (sight.top, sight.bottom, sight.left, sight.right)
        high, wide, _ = at.network.input_shape
        if any(isinstance(one, Dense) for one in at.network.layers[: at.cursor.layer + 1]):
            assert found == (0, high - 1, 0, wide - 1)
        else:
            assert found == walked(at), at.layer.name


def test_the_window_of_the_lecture():
    base, trace = shown("lecture")
    said = words(draw("window", base.at(Cursor(0, 0, 12, 13)), trace, PAGES["slide"]))
    assert "rows 12–16, columns 13–17" in said
    assert "5×5 pixels" in said
    deep = words(draw("window", base.at(Cursor(2, 0, 12, 13)), trace, PAGES["slide"]))
    assert "rows 12–20, columns 13–21" in deep
    assert "9×9 pixels" in deep


def test_a_field_in_the_padding_has_negative_rows():
    base, trace = shown("grid-padded")
    said = words(draw("window", base.at(Cursor(0, 0, 0, 0)), trace, PAGES["slide"]))
    assert "rows −1–1, columns −1–1" in said
    assert "padding" in said


def test_the_field_s_pixels_are_those_of_the_picture():
    base, trace = shown("grid-stride-1")
    scene = draw("window", base.at(Cursor(0, 0, 1, 2)), trace, PAGES["slide"])
    cells = next(c for c in scene.walk() if isinstance(c, Cells))
    patch = base.image[1:4, 2:5, 0].ravel()
    assert [float(label) for label in cells.labels] == patch.tolist()


def test_behind_a_dense_layer_everything_is_seen():
    base, trace = shown("lenet5")
    said = words(draw("window", base.at(Cursor(9, 3)), trace, PAGES["slide"]))
    assert "sees the whole picture" in said


def test_products_of_a_convolution_have_no_maps():
    base, trace = shown("lecture")
    scene = draw("products", base.at(Cursor(0, 0, 3, 3)), trace, PAGES["slide"])
    assert {area.name for area in scene.areas} == {"patch", "kernel", "product"}
    assert "Σ 75 products" in words(scene)


def test_products_of_other_layers():
    base, trace = shown("lenet5")
    pool = draw("products", base.at(Cursor(2)), trace, PAGES["slide"])
    assert [area.name for area in pool.areas] == ["patch"]
    dense = base.at(Cursor(7))
    one, two = (draw(kind, dense, trace, PAGES["slide"]) for kind in ("products", "step"))
    assert words(one) == words(two)


def test_the_kinds_of_figures():
    assert tuple(FIGURES) == (
        "step",
        "volumes",
        "tiles",
        "window",
        "products",
        "sweep",
        "padding",
        "maps",
        "filters",
        "counts",
    )


def test_an_unknown_kind_is_refused_with_those_there_are():
    base, trace = shown("lecture")
    with pytest.raises(
        UnknownFigureError, match="no figure is called 'foo'; there are step, "
    ) as e:
        draw("foo", base, trace, PAGES["slide"])
    assert e.value.kind == "foo"


@pytest.mark.parametrize("kind", ["step", "window", "products", "maps", "filters"])
def test_a_layer_that_does_not_fit_is_swept_instead(kind):
    base, trace = shown("grid-stride-3")
    page = PAGES["slide"]
    swept = words(sweep(base, trace, page)).splitlines()
    drawn = words(draw(kind, base, trace, page)).splitlines()
    assert "Conv 1 does not fit, so it has no values yet." in drawn[1]
    assert [line for line in drawn if line not in swept] == drawn[1:2]
    assert set(swept) <= set(drawn)


def test_a_layer_that_waits_shows_the_window_of_the_one_that_does_not_fit():
    base, trace = shown("lecture")
    bad = set_field(base, 0, "stride", (5, 5)).at(Cursor(2))
    said = words(draw("maps", bad, trace, PAGES["slide"])).replace("\n", " ")
    assert "Conv 2 waits: Conv 1 before it does not fit." in said
    assert "6.4" in said


def test_on_the_stage_the_drawings_are_enough_because_the_card_has_the_words():
    base, trace = shown("grid-stride-3")
    said = words(draw("step", base, trace, Page(578, 200, titled=False)))
    assert "strides that fit" not in said
    assert "4 positions that fit, 5 that would hang over the edge" in said.replace("\n", " ")


def test_every_kind_draws_every_layer():
    names = ["lecture", "grid-stride-3", *ODD]
    for name, kind in product(names, FIGURES):
        base, trace = shown(name)
        for index in range(len(base.network.layers)):
            scene = draw(kind, base.at(Cursor(index, 1, 1, 1)), trace, PAGES["square"])
            assert scene.items
