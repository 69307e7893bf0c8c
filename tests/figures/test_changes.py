"""What is painted anew after a step or an edit is all that looks other than before."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtGui import QImage, QPainter

from convsim.document.edits import set_bias, set_field, set_weight
from convsim.figures import changes
from convsim.figures.changes import bounds, changed_box, touching
from convsim.figures.page import Page
from convsim.figures.scene import Cells, Group, Rect, Scene, Text
from convsim.figures.stage import step
from convsim.figures.theme import DARK
from convsim.render.fonts import load_fonts
from convsim.render.painter import paint
from convsim.services import resources
from tests.figures.pages import document
from tests.figures.steps import ODD, SMALL, inside, places, shown
from tests.render.looking import seen
from tests.render.scenes import everything

PAGE = Page(834, 452, titled=False)


@pytest.fixture(autouse=True)
def fonts(qapp):
    load_fonts(resources.fonts())


def scenes(name):
    """Return what is seen while a step is worked out in every layer, and then a cell further."""
    _, trace = shown(name)
    for at in places(name):
        yield [step(one, trace, PAGE) for one in inside(at)]
        cursor = at.cursor
        walk = [at.at(cursor), at.at(cursor._replace(col=cursor.col + 1)), at.at(cursor)]
        yield [step(one, trace, PAGE) for one in walk if one.walk]


def image(scene, scale):
    made = QImage(
        round(scene.width * scale), round(scene.height * scale), QImage.Format.Format_RGB32
    )
    made.fill(0xFF00FF)
    return made


def paint_on(made, scene, scale, clip=None):
    painter = QPainter(made)
    paint(scene, painter, scale=scale, clip=clip)
    painter.end()


@pytest.mark.parametrize("name", [*SMALL, *ODD])
def test_painting_the_changed_part_is_as_good_as_painting_all(name, monkeypatch):
    monkeypatch.setattr(changes, "MOST", 1.0)  # as small a part as there is
    steps = parts = 0
    for number, walk in enumerate(scenes(name)):
        scale = (1.0, 1.25, 1.7)[number % 3]
        for before, after in pairwise(walk):
            steps += 1
            box = changed_box(before, after)
            made, whole = image(before, scale), image(after, scale)
            paint_on(made, before, scale)
            if box is not None:
                paint_on(made, after, scale, box)
                parts += box[2] * box[3] < after.width * after.height
            paint_on(whole, after, scale)
            # A slanted line that the edge of the part cuts off may be smoothed otherwise there.
            far = np.abs(seen(made).astype(int) - seen(whole))
            assert far.max() <= 1, after.title
    assert parts or not steps, "no step of any layer changed a part only"


def test_an_edit_that_changes_a_line_of_words_paints_that_line():
    base = document("lecture")
    more = set_field(base, 0, "filters", 7)
    before, after = (step(one, one.new_trace(), PAGE) for one in (base, more))
    box = changed_box(before, after)
    assert box is not None
    assert box[3] < 40, "only the line that says how many maps there are"


@pytest.mark.parametrize(
    "edit",
    [
        lambda d: set_weight(d, 0, (0, 0, 0, 0), 2.5),
        lambda d: set_bias(d, 0, 0, -1.25),
        lambda d: set_field(d, 0, "stride", (3, 3)),
    ],
)
def test_an_edit_that_changes_numbers_leaves_none_behind(edit):
    base = document("lecture")
    before, after = (step(one, one.new_trace(), PAGE) for one in (base, edit(base)))
    made, whole = image(before, 1.0), image(after, 1.0)
    paint_on(made, before, 1.0)
    paint_on(made, after, 1.0, changed_box(before, after))
    paint_on(whole, after, 1.0)
    assert (seen(made) == seen(whole)).all()


def test_scenes_that_look_alike_have_no_changed_part():
    scene = everything()
    again = everything()
    assert scene is not again
    assert changed_box(scene, again) is None
    assert changed_box(scene, replace(scene, title="Other words for who cannot see it")) is None


def test_another_size_ground_or_number_of_shapes_changes_all():
    scene = Scene(80, 60, (Rect(1, 1, 5, 5),), (255, 255, 255))
    others = (
        replace(scene, height=61.0),
        replace(scene, background=(0, 0, 0)),
        replace(scene, items=(*scene.items, Rect(20, 20, 5, 5))),
    )
    for other in others:
        assert changed_box(scene, other) == (0, 0, other.width, other.height)


def test_one_colour_of_one_cell_is_a_change():
    fills = np.zeros((2, 2, 3), np.uint8)
    other = fills.copy()
    other[1, 1, 2] = 1
    one, two = (Scene(90, 90, (Cells(40, 40, 10, values),)) for values in (fills, other))
    assert changed_box(one, one) is None
    assert changed_box(one, replace(one, items=(Cells(40, 40, 10, fills.copy()),))) is None
    assert changed_box(one, two) == (38.0, 38.0, 24.0, 24.0)


def test_a_group_changes_where_its_shapes_do():
    still, moved = Rect(2, 2, 4, 4), Rect(60, 60, 4, 4)
    one = Scene(90, 90, (Group((still, moved)),))
    two = Scene(90, 90, (Group((still, replace(moved, x=61))),))
    box = changed_box(one, two)
    assert box is not None
    assert box[0] > 50
    assert box[1] > 50


@pytest.mark.parametrize("name", ["lecture", "many classes", "uneven padding", "residual"])
def test_all_of_a_shape_lies_in_its_bounds(name):
    """Painted alone on a ground of its own, nothing of it lies outside."""
    _, trace = shown(name)
    page = replace(PAGE, theme=DARK)
    size = (round(PAGE.width), round(PAGE.height))
    for at in places(name):
        for shape in step(at, trace, page).items:
            made = QImage(*size, QImage.Format.Format_RGB32)
            made.fill(0xFF00FF)
            paint_on(made, Scene(*size, (shape,)), 1.0)
            rows, cols = np.nonzero((seen(made) != (255, 0, 255)).any(axis=-1))
            x, y, width, height = bounds(shape)
            if rows.size:
                assert x <= cols.min(), shape
                assert cols.max() < x + width, shape
                assert y <= rows.min(), shape
                assert rows.max() < y + height, shape


def test_shapes_far_from_a_box_are_not_painted_for_it():
    near, far = Rect(10, 10, 5, 5), Text(200, 200, "far", 10, (0, 0, 0))
    assert touching((near, far), (0, 0, 30, 30)) == (near,)
    assert touching((near, far), (190, 190, 30, 30)) == (far,)
