"""Exporting: the one way from a document to a file, for window and command line alike."""

from __future__ import annotations

import os

import pytest
from PIL import Image
from PySide6.QtGui import QFontDatabase, QGuiApplication

from convsim.core.errors import CursorError, GeometryError
from convsim.core.step import Cursor
from convsim.figures.labels import ENGLISH
from convsim.figures.registry import FIGURES
from convsim.figures.scene import Text
from convsim.figures.theme import DARK, LIGHT
from convsim.render.export import SIZES
from convsim.render.fonts import FAMILY
from convsim.services import exporting
from convsim.services.opening import open_preset
from tests.services.pictures import frame_count

pytestmark = pytest.mark.usefixtures("qapp")


def scene(document, kind="step", **options):
    return exporting.figure_scene(document, document.new_trace(), kind, **options)


def words(drawn):
    return " ".join(shape.text for shape in drawn.walk() if isinstance(shape, Text))


def test_the_running_application_is_used_with_the_bundled_font():
    assert exporting.gui_application() is QGuiApplication.instance()
    assert FAMILY in QFontDatabase.families()


@pytest.mark.parametrize("size", SIZES)
def test_a_figure_is_laid_out_for_its_page(lecture, size):
    drawn = scene(lecture, size=size)
    assert (drawn.width, drawn.height) == (SIZES[size].width, SIZES[size].height)


def test_the_theme_colours_the_page_unless_it_is_transparent(lecture):
    assert scene(lecture).background == LIGHT.paper
    assert scene(lecture, theme="dark").background == DARK.paper
    assert scene(lecture, transparent=True).background is None


def test_words_are_those_one_hands_in(lecture):
    assert "Filter 1" in words(scene(lecture))
    korean = {**ENGLISH, "filter": "필터 {n}"}
    assert "필터 1" in words(scene(lecture, labels=korean))


@pytest.mark.parametrize("kind", FIGURES)
@pytest.mark.parametrize("preset", ["lecture", "lenet5", "grid-stride-3"])
def test_every_figure_can_be_drawn_of_every_kind_of_network(kind, preset):
    drawn = scene(open_preset(preset), kind)
    assert drawn.title
    assert any(True for _ in drawn.walk())


def test_the_clipboard_gets_the_pixels_of_the_file(lecture, tmp_path):
    trace = lecture.new_trace()
    image = exporting.figure_image(lecture, trace, "step", size="screen", theme="dark")
    exporting.export_figure(lecture, trace, "step", tmp_path / "a.png", size="screen", theme="dark")
    assert (image.width(), image.height()) == (1920, 1080)
    with Image.open(tmp_path / "a.png") as picture:
        assert picture.size == (1920, 1080)
        for x, y in ((0, 0), (300, 500), (960, 540), (1500, 700)):
            color = image.pixelColor(x, y)
            assert picture.getpixel((x, y)) == (color.red(), color.green(), color.blue())


def test_stops_are_the_positions_of_the_cursors_filter():
    grid = open_preset("grid-stride-2")
    assert [d.cursor[2:] for d in exporting.stops(grid)] == [
        (row, col) for row in range(3) for col in range(3)
    ]


def test_a_range_of_stops_counts_from_1_and_includes_both_ends(lecture):
    found = exporting.stops(lecture.at(Cursor(0, 4, 9, 9)), 28, 30)
    assert [d.cursor for d in found] == [
        Cursor(0, 4, 0, 27),
        Cursor(0, 4, 1, 0),
        Cursor(0, 4, 1, 1),
    ]


def test_stops_go_on_through_the_filters_after_it(lecture):
    found = exporting.stops(lecture.at(Cursor(0, 4, 0, 0)), 1, 2 * 784)
    assert found[783].cursor == Cursor(0, 4, 27, 27)
    assert found[784].cursor == Cursor(0, 5, 0, 0)
    assert found[-1].cursor == Cursor(0, 5, 27, 27)


def test_stops_inside_show_every_part_of_a_position(lecture):
    found = exporting.stops(lecture, 1, 2, inside=True)
    assert [d.inside for d in found] == list(lecture.inside_steps()) * 2
    assert {d.cursor for d in found} == {Cursor(0, 0, 0, 0), Cursor(0, 0, 0, 1)}


def test_stops_of_a_vector_are_its_units():
    lenet = open_preset("lenet5")
    last = lenet.network.index("softmax1")
    found = exporting.stops(lenet.at(Cursor(last, 7)))
    assert [d.cursor.filter for d in found] == list(range(10))
    with pytest.raises(CursorError, match="softmax1 has positions 1 to 10; received 1 to 11"):
        exporting.stops(lenet.at(Cursor(last)), 1, 11)


@pytest.mark.parametrize(("first", "last"), [(0, 5), (5, 4), (1, 4705), (-3, -1)])
def test_a_range_that_does_not_exist_is_refused(lecture, first, last):
    with pytest.raises(CursorError, match="conv1 has positions 1 to 784"):
        exporting.stops(lecture, first, last)


def test_a_layer_that_does_not_fit_has_no_stops():
    with pytest.raises(GeometryError, match=r"= 2\.33… is not a whole number"):
        exporting.stops(open_preset("grid-stride-3"))


def test_frames_are_drawn_only_when_they_are_asked_for(lecture, monkeypatch):
    drawn = []
    monkeypatch.setattr(exporting, "draw", lambda kind, *_rest: drawn.append(kind))
    frames = exporting.frames(exporting.stops(lecture), lecture.new_trace(), "step")
    assert drawn == []
    next(frames)
    assert drawn == ["step"]


@pytest.mark.parametrize("kind", FIGURES)
def test_what_is_called_animated_changes_from_position_to_position(kind):
    grid = open_preset("grid-padded")
    images = [
        exporting.figure_image(document, grid.new_trace(), kind, size="column")
        for document in exporting.stops(grid, 24, 25)
    ]
    assert (images[0] != images[1]) is (kind in exporting.ANIMATED)


def test_progress_and_cancelling_reach_the_writer(lecture, tmp_path):
    done: list[int] = []
    written = exporting.export_animation(
        lecture,
        lecture.new_trace(),
        "step",
        tmp_path / "out.gif",
        first=1,
        last=20,
        size="column",
        progress=done.append,
        cancelled=lambda: len(done) == 3,
    )
    assert written is False
    assert done == [1, 2, 3]
    assert os.listdir(tmp_path) == []
    assert exporting.export_animation(
        lecture, lecture.new_trace(), "step", tmp_path / "out.gif", last=2, size="column"
    )
    assert frame_count(tmp_path / "out.gif") == 2


def test_an_animation_does_not_depend_on_where_the_window_stood(tmp_path):
    grid = open_preset("grid-stride-2")
    for name, cursor in (("a.gif", Cursor()), ("b.gif", Cursor(0, 0, 2, 1))):
        document = grid.at(cursor)
        exporting.export_animation(
            document, document.new_trace(), "step", tmp_path / name, last=3, size="column"
        )
    assert (tmp_path / "a.gif").read_bytes() == (tmp_path / "b.gif").read_bytes()
