"""Maps, the strip and filters: what is shown, what is left out, and what it costs."""

from __future__ import annotations

import re
import time
from dataclasses import replace

import numpy as np
import pytest

from convsim.core.layers import Conv2d
from convsim.core.step import Cursor
from convsim.document.edits import set_view
from convsim.figures import digits
from convsim.figures.filters import filters
from convsim.figures.maps import maps, strip, strip_capacity, tiles_for
from convsim.figures.page import Page
from convsim.figures.scene import Raster, Rect
from convsim.figures.theme import LIGHT
from tests.figures.pages import PAGES, check_page, texts, words
from tests.figures.steps import ODD, SMALL, places, shown

BAND = Page(1000, 140)


def frames(scene, color):
    """Return how thick the frames of one colour are."""
    found = [s for s in scene.walk() if isinstance(s, Rect) and s.stroke == color and not s.fill]
    return [s.stroke_width for s in found]


def test_every_map_has_its_filter_s_colour_number_and_name():
    base, trace = shown("lecture")
    scene = maps(base.at(Cursor(0, 2, 5, 5)), trace, PAGES["slide"])
    areas = [area for area in scene.areas if area.name == "map"]
    assert [(a.filter, a.rows, a.cols, a.layer) for a in areas] == [
        (i, 28, 28, 0) for i in range(6)
    ]
    said = words(scene)
    for i, name in enumerate(base.filter_names["conv1"]):
        assert f"{i + 1}  {name}" in said
    thick = [frames(scene, LIGHT.filter_color(i))[0] for i in range(6)]
    assert max(thick) == thick[2]
    assert thick.count(max(thick)) == 1


def test_the_scale_says_what_its_ends_mean():
    base, trace = shown("lecture")
    end = float(np.abs(trace.output(0)).max())
    said = words(maps(base, trace, PAGES["slide"])).splitlines()
    assert f"{end:.3f}" in said
    assert f"−{end:.3f}" in said
    assert "0" in said
    rectified = words(maps(base.at(Cursor(1)), trace, PAGES["slide"])).splitlines()
    assert not any(line.startswith("−") for line in rectified)


def test_bars_have_no_colour_scale():
    """Their shades say which is chosen, not how much."""
    base, trace = shown("lenet5")
    at = base.at(Cursor(12, 3))
    bars = [digits.text(value, 3) for value in trace.output(12).tolist()]
    written = words(maps(at, trace, PAGES["slide"])).splitlines()
    numbers = [line for line in written if re.fullmatch(r"[−\d.]+\d", line) and "." in line]
    assert sorted(numbers) == sorted(bars)


def test_too_many_maps_are_left_out_and_said_to_be():
    _, trace = shown("one by one")
    at = places("one by one")[0]
    scene = maps(at, trace, PAGES["slide"])
    assert "first 256 of 300" in words(scene)
    assert sum(area.name == "map" for area in scene.areas) == 256
    last = at.at(at.cursor._replace(filter=299))
    scene = maps(last, trace, PAGES["slide"])
    assert "45–300 of 300" in words(scene)
    assert [a.filter for a in scene.areas if a.name == "map"] == list(range(44, 300))


def test_maps_before_a_relu_are_said_to_be():
    base, trace = shown("lecture")
    assert "before ReLU" in words(maps(base, trace, PAGES["slide"]))
    assert "before ReLU" not in words(maps(base.at(Cursor(1)), trace, PAGES["slide"]))


@pytest.mark.parametrize("count", [1, 2, 6, 10, 64, 256])
def test_tiles_fill_the_page_and_stay_on_it(count):
    tiles = tiles_for(count, 28, 28, 900, 400, named=True)
    rows = -(-count // tiles.cols)
    side = tiles.cell * 28
    assert tiles.cols * side + (tiles.cols - 1) * tiles.gap <= 900
    assert rows * (side + tiles.label) + (rows - 1) * tiles.gap <= 400
    share = count * side * side / (900 * 400)
    assert share > 0.3


@pytest.mark.parametrize("name", [*SMALL, *ODD])
def test_the_strip_stays_in_its_band(name):
    _, trace = shown(name)
    for at in places(name):
        for first in (0, 3, 10**6):
            check_page(strip(at, trace, BAND, first), BAND)


def test_the_strip_shows_as_many_maps_as_it_has_room_for():
    base, trace = shown("lenet5")
    at = base.at(Cursor(3, 4))
    for width in (200, 480, 1000, 3000):
        room = strip_capacity(at, width, 140)
        scene = strip(at, trace, Page(width, 140), 5)
        drawn = [area.filter for area in scene.areas if area.name == "map"]
        assert drawn == list(range(5, min(5 + room, 16)))
        if room > 1:
            edges = [area.x for area in scene.areas], [a.x + a.width for a in scene.areas]
            between = {round(b - a, 3) for a, b in zip(edges[1], edges[0][1:], strict=False)}
            # Where all of them are there, they share the room that is left.
            assert len(between) == 1
            assert min(between) >= 18.0
            assert max(between) == 18.0 or room >= 16
            assert edges[1][-1] <= width - 18
    assert strip_capacity(base.at(Cursor(7)), 1000, 140) == 0


def test_the_strip_takes_a_height_of_maps():
    base, trace = shown("lecture")
    area = strip(base, trace, BAND, 0, 60.0).areas[0]
    assert area.height == pytest.approx(60)


def test_the_strip_names_maps_and_marks_the_chosen_one():
    base, trace = shown("lecture")
    scene = strip(base.at(Cursor(0, 1)), trace, BAND, 0)
    assert "2  horizontal edges" in words(scene)
    assert max(frames(scene, LIGHT.filter_color(1))) > max(frames(scene, LIGHT.filter_color(0)))


def test_the_strip_is_cheap():
    base, trace = shown("lecture")
    at = base.at(Cursor(0, 1))
    scene = strip(at, trace, BAND, 0)
    assert len(list(scene.walk())) <= 6 * 3
    best = min(_seconds(lambda: strip(at, trace, BAND, 0)) for _ in range(20))
    assert best < 0.0015 * 4  # a shared machine; alone it takes 0.3 ms


def _seconds(work):
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def test_maps_smaller_than_their_pixels_are_averaged():
    base, trace = shown("quiz")
    scene = strip(base, trace, Page(1000, 50), 0)
    rasters = [s for s in scene.walk() if isinstance(s, Raster)]
    assert rasters
    assert all(r.smooth == (r.width < r.pixels.shape[1]) for r in rasters)
    assert rasters[0].smooth


def test_a_vector_in_the_strip_finds_its_units():
    base, trace = shown("lenet5")
    few = strip(base.at(Cursor(11, 3)), trace, BAND)
    assert [a.filter for a in few.areas if a.name == "unit"] == list(range(10))
    many = strip(base.at(Cursor(7, 3)), trace, BAND)
    area = next(a for a in many.areas if a.name == "units")
    assert area.rows * area.cols >= 120


def test_a_layer_that_does_not_fit_has_an_empty_strip():
    base, trace = shown("grid-stride-3")
    assert strip(base, trace, BAND).items == ()


@pytest.mark.parametrize("page", PAGES)
def test_filters_show_each_colour_plane(page):
    base, trace = shown("lecture")
    scene = filters(base, trace, PAGES[page])
    areas = [area for area in scene.areas if area.name == "filter"]
    assert [area.filter for area in areas] == list(range(6))
    said = words(scene).splitlines()
    assert [said.count(plane) for plane in "RGB"] == [6, 6, 6]
    if page == "slide":
        assert "1  vertical edges" in said
        assert "bias −0.10" in said


def test_filters_with_room_have_numbers():
    base, trace = shown("grid-stride-1")
    assert "−1" in words(filters(base, trace, PAGES["slide"]))


def test_filters_that_do_not_fit_are_counted():
    base, trace = shown("alexnet")
    said = words(filters(base, trace, PAGES["column"]))
    assert "of 96" in said
    assert "first " in said
    one = next(p for p in base.network.places if isinstance(p.layer, Conv2d) and p.index)
    assert "channel 1 of 96" in words(filters(base.at(Cursor(one.index)), trace, PAGES["slide"]))


@pytest.mark.parametrize("chosen", [0, 40, 95])
def test_the_chosen_filter_is_among_those_that_are_shown(chosen):
    base, trace = shown("alexnet")
    scene = filters(base.at(Cursor(0, chosen)), trace, PAGES["column"])
    there = [area.filter for area in scene.areas if area.name == "filter"]
    assert chosen in there
    assert there == list(range(there[0], there[0] + len(there)))
    assert len(there) < 96
    which = f"{there[0] + 1}–{there[-1] + 1} of 96" if there[0] else f"first {len(there)} of 96"
    assert which in words(scene).replace("\n", " ")


def test_filters_follow_the_plane_that_is_looked_at():
    base, trace = shown("alexnet")
    one = next(p for p in base.network.places if isinstance(p.layer, Conv2d) and p.index)
    at = set_view(base.at(Cursor(one.index)), plane=40)
    assert "channel 41 of 96" in words(filters(at, trace, PAGES["slide"]))


def test_a_layer_without_filters_says_which_have_some():
    base, trace = shown("lecture")
    said = words(filters(base.at(Cursor(1)), trace, PAGES["slide"])).replace("\n", " ")
    assert "ReLU 1 has no filters" in said
    assert "Conv 1, Conv 2" in said
    _, no_conv = shown("many classes")
    at = places("many classes")[1]
    said = words(filters(at, no_conv, PAGES["slide"])).replace("\n", " ")
    assert "No layer of this network has filters" in said


def test_words_of_maps_do_not_depend_on_training_inside_the_network():
    base, trace = shown("lenet5")
    taught = replace(base, trained=True)
    for at in places("lenet5")[:9]:
        again = taught.at(at.cursor)
        one, two = (maps(d, trace, PAGES["slide"]) for d in (at, again))
        assert [t.text for t in texts(one)] == [t.text for t in texts(two)]
