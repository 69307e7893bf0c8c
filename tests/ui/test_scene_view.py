"""What is on the screen is what the scene says, however little of it was painted anew."""

from __future__ import annotations

import random

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication, QEventLoop, QSize
from PySide6.QtGui import QImage, QPixmap

from convsim.document.edits import set_bias, set_field, set_view, set_weight
from convsim.document.filters import change_filter
from convsim.figures.scene import Rect, Scene
from convsim.ui.scene_view import SceneView


def settle(window):
    for _ in range(3):
        QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents)
        QCoreApplication.sendPostedEvents()
    while window.context.tracer.working:
        QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents, 20)
    QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents)


def pixels(picture: QPixmap) -> np.ndarray:
    image = picture.toImage().convertToFormat(QImage.Format.Format_RGB32)
    flat = np.frombuffer(image.constBits(), np.uint8)
    return flat.reshape(image.height(), image.width(), 4)[..., :3].astype(int)


def on_screen(window) -> np.ndarray:
    return pixels(window.screen().grabWindow(window.winId()))


def painted_whole(window) -> np.ndarray:
    window.repaint()
    for view in window.findChildren(SceneView):
        if view.isVisible():
            view.repaint()
    return on_screen(window)


def acts(window):
    """Return what a person does to a network and to the view, each by its name."""
    store = window.context.store

    def edit(change):
        return lambda: store.edit("x", change(store.document))

    def go(**to):
        document = store.document
        store.show(document.at(document.walk.clamped(document.cursor._replace(**to))))

    return {
        "weight": edit(lambda d: set_weight(d, 0, (0, 0, 0, 0), random.random())),
        "bias": edit(lambda d: set_bias(d, 0, 0, random.random())),
        "far bias": edit(lambda d: set_bias(d, 2, 0, random.random())),
        "filter": edit(lambda d: change_filter(d, 0, random.randrange(6), "negate")),
        "filters": edit(lambda d: set_field(d, 0, "filters", random.randrange(6, 9))),
        "stride": edit(lambda d: set_field(d, 0, "stride", random.choice([(1, 1), (3, 3)]))),
        "undo": store.undo_stack.undo,
        "redo": store.undo_stack.redo,
        "step": lambda: go(col=random.randrange(9)),
        "row": lambda: go(row=random.randrange(9)),
        "other filter": lambda: go(filter=random.randrange(6)),
        "inner step": lambda: store.show(
            store.document.at(store.document.cursor, random.choice(store.document.inside_steps()))
        ),
        "channel": lambda: store.show(set_view(store.document, plane=random.randrange(3))),
        "theme": lambda: window.actions_.run("view.theme"),
    }


@pytest.mark.parametrize("seed", range(3))
def test_nothing_of_what_was_there_before_is_left_on_the_screen(window, seed):
    random.seed(seed)
    settle(window)
    done = []
    for _ in range(60):
        name, act = random.choice(list(acts(window).items()))
        act()
        done.append(name)
        settle(window)
        seen = on_screen(window)
        far = np.abs(seen - painted_whole(window)).max(axis=-1)
        # A slanted line at the edge of what was painted may be smoothed otherwise.
        assert far.max() <= 1, f"{done[-3:]}: {np.argwhere(far > 1)[:5].tolist()}"
    assert len(set(done)) > 10


@pytest.fixture
def view(qtbot, qapp):
    """A view of one square, whose place is a list, and how often it was drawn and painted."""
    place, drawn, painted = [10.0], [], []

    def draw(width, height):
        drawn.append(place[0])
        return Scene(width, height, (Rect(place[0], 10, 20, 20, (200, 0, 0)),), (255, 255, 255))

    class Watched(SceneView):
        def paintEvent(self, event):
            painted.append(event.rect())
            super().paintEvent(event)

    shown = Watched(draw, "view")
    qtbot.addWidget(shown)
    shown.resize(400, 200)
    shown.show()
    qtbot.waitUntil(lambda: bool(painted))
    qapp.processEvents()
    drawn.clear()
    painted.clear()
    return shown, place, drawn, painted


def pixel(shown, x):
    """Return the colour at (x, 15) of what is on the screen."""
    blue, green, red = pixels(shown.screen().grabWindow(shown.winId()))[15, x]
    return int(red), int(green), int(blue)


def test_what_looks_as_before_is_drawn_but_not_painted(view, qtbot, qapp):
    shown, _, drawn, painted = view
    with qtbot.waitSignal(shown.painted):
        shown.refresh()
        shown.refresh()
    qapp.processEvents()
    assert drawn == [10.0]
    assert painted == []


def test_only_what_changed_is_painted(view, qtbot):
    shown, place, _, painted = view
    place[0] = 40.0
    with qtbot.waitSignal(shown.painted):
        shown.refresh()
    assert len(painted) == 1
    assert painted[0].contains(10, 10)
    assert painted[0].contains(59, 29)
    assert painted[0].width() < 70
    assert painted[0].height() < 40


def test_a_scene_that_somebody_asked_for_meanwhile_is_painted_all_the_same(view, qtbot):
    shown, place, _, painted = view
    place[0] = 40.0
    shown.refresh()
    assert shown.current_scene().items[0].x == 40
    qtbot.waitUntil(lambda: len(painted) == 1)
    assert painted[0].contains(59, 29)


def test_a_hidden_view_draws_when_it_is_shown_again(view, qapp, qtbot):
    shown, place, drawn, painted = view
    shown.hide()
    place[0] = 80.0
    shown.refresh()
    qapp.processEvents()
    assert drawn == []
    shown.show()
    qtbot.waitUntil(lambda: bool(painted))
    assert drawn == [80.0]
    assert painted[0].size() == QSize(400, 200)


def test_a_part_that_is_painted_of_a_new_scene_brings_the_rest_along(view, qtbot):
    shown, place, _, painted = view
    place[0] = 200.0
    shown.refresh()
    shown.repaint(0, 0, 50, 50)  # before the view could ask for more
    qtbot.waitUntil(lambda: any(rect.contains(219, 29) for rect in painted))
    qtbot.wait(10)
    red = [(200, 0, 0), (255, 255, 255)]
    assert [pixel(shown, x) for x in (210, 15)] == red


def test_a_picture_of_the_widget_does_not_stand_for_the_screen(view, qtbot):
    shown, place, _, painted = view
    place[0] = 200.0
    shown.refresh()
    shown.grab()
    painted.clear()
    qtbot.waitUntil(lambda: bool(painted))
    assert pixel(shown, 210) == (200, 0, 0)


def test_what_a_larger_page_left_around_a_smaller_one_goes(qtbot, qapp):
    side = [200.0]

    def draw(width, height):
        return Scene(side[0], side[0], (), (255, 255, 255) if side[0] > 100 else (0, 0, 0))

    shown = SceneView(draw, "view")
    qtbot.addWidget(shown)
    shown.resize(200, 200)
    with qtbot.waitSignal(shown.painted):
        shown.show()
    qapp.processEvents()
    qtbot.waitUntil(lambda: pixel(shown, 150) == (255, 255, 255))
    side[0] = 100.0
    with qtbot.waitSignal(shown.painted):
        shown.refresh()
    qtbot.waitUntil(lambda: pixel(shown, 150) == (0, 0, 0))


def test_a_painting_that_failed_is_made_up_for(view, qtbot, monkeypatch):
    shown, place, _, _ = view

    def fail(*_given, **_named):
        raise ValueError("no paint")

    monkeypatch.setattr("convsim.ui.scene_view.paint", fail)
    place[0] = 200.0
    with qtbot.capture_exceptions() as problems:
        shown.refresh()
        qtbot.waitUntil(lambda: bool(problems))
    monkeypatch.undo()
    shown.refresh()
    qtbot.waitUntil(lambda: pixel(shown, 210) == (200, 0, 0))


def test_another_zoom_paints_all(view, qtbot):
    shown, _, _, painted = view
    with qtbot.waitSignal(shown.painted):
        shown.set_zoom(2.0)
    assert painted[0].size() == shown.size()
