"""The tracer: quick layers at once, heavy ones in the background, nothing stale ever shown."""

from __future__ import annotations

import threading

import numpy as np
import pytest

from convsim.core.errors import ConvSimError
from convsim.core.step import Cursor
from convsim.core.trace import Trace
from convsim.document.edits import set_bias, set_field, set_view
from convsim.services import tracer as module
from convsim.services.opening import open_preset
from convsim.services.tracer import Tracer


@pytest.fixture
def track(qapp):
    """Return a function that makes a tracer, and close all of them in the end."""
    made = []

    def make(document):
        made.append(Tracer(document))
        return made[-1]

    yield make
    for tracer in made:
        tracer.close()


@pytest.fixture
def slow(monkeypatch):
    """Make every layer count as heavy."""
    monkeypatch.setattr(module, "QUICK_MULTIPLY_ADDS", 0)


@pytest.fixture
def gate(monkeypatch):
    """Hold the background work before every layer until the gate is opened."""
    opened = threading.Event()
    reach = Trace.reach

    def held(self, *args):
        if threading.current_thread() is not threading.main_thread():
            assert opened.wait(20)
        return reach(self, *args)

    monkeypatch.setattr(Trace, "reach", held)
    yield opened
    opened.set()


def test_quick_layers_are_there_at_once(track, lecture):
    tracer = track(lecture)
    assert tracer.want(3)
    assert not tracer.working
    expected = lecture.network.forward_all(lecture.weights, lecture.image.transpose(2, 0, 1)[None])
    np.testing.assert_allclose(tracer.trace.output(3), expected[3][0], rtol=1e-6)


def test_the_picture_itself_is_always_there(track, lecture, slow):
    assert track(lecture).want(-1)


def test_heavy_layers_come_later_one_by_one(qtbot, track, lecture, slow):
    tracer = track(lecture)
    heard: list[int] = []
    tracer.reached.connect(heard.append)
    assert not tracer.want(3)
    assert tracer.working
    qtbot.waitUntil(lambda: heard == [0, 1, 2, 3])
    assert not tracer.working
    assert tracer.want(3)


def test_the_second_layer_of_vgg_is_worked_out_beside_the_window(qtbot, track):
    tracer = track(open_preset("vgg16"))
    assert tracer.want(0)
    assert not tracer.want(2)
    with qtbot.waitSignal(tracer.reached, timeout=20_000, check_params_cb=lambda i: i == 2):
        pass
    assert tracer.trace.output(2).shape == (64, 224, 224)


def test_wanting_more_meanwhile_is_not_forgotten(qtbot, track, lecture, slow, gate):
    tracer = track(lecture)
    heard: list[int] = []
    tracer.reached.connect(heard.append)
    assert not tracer.want(0)
    assert not tracer.want(2)
    assert not tracer.want(1)
    gate.set()
    qtbot.waitUntil(lambda: heard == [0, 1, 2])


def test_work_for_an_older_document_is_never_announced(qtbot, track, lecture, slow, gate):
    tracer = track(lecture)
    heard: list[int] = []
    tracer.reached.connect(heard.append)
    tracer.want(3)
    edited = set_bias(lecture, 0, 0, 0.5)
    tracer.follow(edited)
    assert not tracer.working
    assert not tracer.want(1)
    gate.set()
    qtbot.waitUntil(lambda: not tracer.working)
    assert heard == [0, 1]
    assert tracer.trace.params is edited.weights


def test_an_edit_keeps_every_layer_before_it(track, lecture):
    tracer = track(lecture)
    tracer.want(3)
    first = tracer.trace.output(1)
    tracer.follow(set_bias(lecture, 2, 0, 0.5))
    assert tracer.trace.reached(1)
    assert not tracer.trace.reached(2)
    assert np.shares_memory(tracer.trace.output(1), first)


def test_moving_the_window_keeps_everything(track, lecture):
    tracer = track(lecture)
    tracer.want(3)
    trace = tracer.trace
    tracer.follow(set_view(lecture.at(Cursor(0, 1, 2, 3)), tab="maps"))
    assert tracer.trace is trace


def test_a_layer_that_does_not_fit_is_never_there_nor_those_behind_it(track, lecture):
    tracer = track(set_field(lecture, 2, "stride", (5, 5)))
    assert tracer.want(1)
    assert not tracer.want(2)
    assert not tracer.want(3)
    assert not tracer.working


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (ConvSimError("conv1 cannot"), "conv1 cannot"),
        (
            MemoryError(),
            "there is not enough memory to work out this layer; make the picture smaller",
        ),
    ],
)
def test_what_fails_says_why_once_and_is_not_tried_again(
    qtbot, track, lecture, slow, monkeypatch, error, text
):
    def fail(*_args):
        raise error

    monkeypatch.setattr(Trace, "reach", fail)
    tracer = track(lecture)
    with qtbot.waitSignal(tracer.failed) as failed:
        tracer.want(0)
    assert failed.args == [text]
    # A window asks whenever it paints: failing each time would never end.
    assert not tracer.want(0)
    assert not tracer.working


def test_after_an_edit_what_failed_is_tried_anew(qtbot, track, lecture, slow, monkeypatch):
    with monkeypatch.context() as broken:
        broken.setattr(Trace, "reach", lambda *_args: (_ for _ in ()).throw(MemoryError))
        tracer = track(lecture)
        with qtbot.waitSignal(tracer.failed):
            tracer.want(0)
    tracer.follow(set_bias(lecture, 0, 0, 0.5))
    with qtbot.waitSignal(tracer.reached):
        assert not tracer.want(0)


def test_closing_in_the_middle_of_work_leaves_no_thread(qapp, lecture, slow, gate):
    before = set(threading.enumerate())
    tracer = Tracer(lecture)
    tracer.want(3)
    assert set(threading.enumerate()) - before
    gate.set()
    tracer.close()
    assert not set(threading.enumerate()) - before
