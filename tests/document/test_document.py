"""A document is one value: where it stands, what is there to see, and nothing that goes stale."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, replace

import numpy as np
import pytest

import convsim.document as room
from convsim.core.errors import DoesNotFitError
from convsim.core.fit import Fit
from convsim.core.layers import Conv2d, ReLU
from convsim.core.network import Network
from convsim.core.step import Cursor, Inside, Walk, frame_at
from convsim.document import View
from tests.oracles.documents import made_of, opened

MISFIT = Network((7, 7, 1), [Conv2d(2, 3), Conv2d(3, 3, 3), ReLU()])


def test_what_a_new_document_shows():
    document = opened("lecture")
    assert document.cursor == Cursor()
    assert document.inside is Inside.WRITE
    assert document.view == View("step", "volumes", "maps", 0, False)
    assert document.fit is Fit.CROP
    assert document.place is document.network.places[0]
    assert document.layer is document.network.layers[0]


def test_a_document_is_frozen():
    document = opened("lecture")
    with pytest.raises(FrozenInstanceError):
        document.cursor = Cursor(1)  # type: ignore[misc]
    with pytest.raises(FrozenInstanceError):
        document.view.tab = "maps"  # type: ignore[misc]


def test_documents_are_compared_by_identity_as_they_hold_arrays():
    document = opened("quiz")
    assert document != replace(document)
    assert len({document, replace(document)}) == 2


def test_the_follower_is_the_layer_after_the_cursor_s():
    document = opened("lecture")
    assert document.follower is document.network.layers[1]
    assert document.at(Cursor(2)).follower is document.network.layers[3]
    assert document.at(Cursor(3)).follower is None


def test_the_walk_is_over_the_output_of_the_cursor_s_layer():
    document = opened("lenet5")
    assert document.walk == Walk(6, 28, 28)
    assert document.at(Cursor(7)).walk == Walk(120, 1, 1)
    assert made_of(MISFIT).at(Cursor(1)).walk is None
    assert made_of(MISFIT).at(Cursor(2)).walk is None


# Moving


def test_moving_gives_another_document_and_leaves_the_old_one():
    document = opened("lecture")
    moved = document.at(Cursor(2, 3, 4, 5), Inside.TOTAL)
    assert moved.cursor == Cursor(2, 3, 4, 5)
    assert moved.inside is Inside.TOTAL
    assert (document.cursor, document.inside) == (Cursor(), Inside.WRITE)
    assert moved.network is document.network
    assert moved.weights is document.weights
    assert moved.image is document.image


@pytest.mark.parametrize(
    ("asked", "got"),
    [
        (Cursor(0, 99, 99, 99), Cursor(0, 5, 27, 27)),
        (Cursor(0, -1, -1, -1), Cursor(0, 0, 0, 0)),
        (Cursor(99, 0, 0, 0), Cursor(3, 0, 0, 0)),
        (Cursor(-5, 2, 2, 2), Cursor(0, 2, 2, 2)),
        (Cursor(2, 9, 30, 3), Cursor(2, 9, 23, 3)),
    ],
)
def test_a_cursor_is_brought_to_the_nearest_position_there_is(asked, got):
    assert opened("lecture").at(asked).cursor == got


@pytest.mark.parametrize("layer", [1, 2])
def test_in_a_layer_without_positions_the_cursor_stands_at_the_first(layer):
    moved = made_of(MISFIT).at(Cursor(layer, 5, 5, 5))
    assert moved.cursor == Cursor(layer)


def test_another_layer_is_shown_from_its_first_plane():
    document = replace(opened("lecture"), view=View(tab="maps", plane=2))
    assert document.at(Cursor(0, 1)).view == View(tab="maps", plane=2)
    assert document.at(Cursor(2)).view == View(tab="maps", plane=0)


# Frames


def test_the_frame_is_that_of_the_layer_with_its_input_and_its_follower():
    document = opened("lecture").at(Cursor(2, 7, 3, 4))
    trace = document.new_trace()
    frame = document.frame(trace)
    wanted = frame_at(document.layer, document.weights[2], trace.input(2), document.cursor, ReLU())
    assert (frame.cursor, frame.value, frame.activation) == (
        Cursor(2, 7, 3, 4),
        wanted.value,
        wanted.activation,
    )
    assert frame.value == pytest.approx(trace.output(2)[7, 3, 4], rel=1e-5, abs=1e-6)
    assert frame.activation == pytest.approx(trace.output(3)[7, 3, 4], rel=1e-5, abs=1e-6)


def test_a_new_trace_has_nothing_worked_out():
    trace = opened("lecture").new_trace()
    assert not trace.reached(-1)


def test_a_layer_that_does_not_fit_has_no_frame_but_a_reason():
    document = made_of(MISFIT)
    for layer in (1, 2):
        moved = document.at(Cursor(layer))
        with pytest.raises(DoesNotFitError, match="stride 3 does not fit"):
            moved.frame(moved.new_trace())
    assert document.frame(document.new_trace()).value is not None


def test_inner_steps_are_those_of_the_layer_and_its_follower():
    document = opened("lecture")
    products, sums, total, bias = (Inside.PRODUCTS, Inside.CHANNEL_SUMS, Inside.TOTAL, Inside.BIAS)
    steps = (products, sums, total, bias, Inside.ACTIVATION, Inside.WRITE)
    assert document.inside_steps() == steps
    assert document.at(Cursor(3)).inside_steps() == (Inside.ACTIVATION, Inside.WRITE)
    quiz = opened("quiz").inside_steps()
    assert Inside.ACTIVATION not in quiz


def test_every_frame_of_a_small_document_is_what_its_trace_holds():
    document = opened("grid-padded")
    trace = document.new_trace()
    y = trace.output(0)
    for place in np.ndindex(y.shape):
        frame = document.at(Cursor(0, *(int(i) for i in place))).frame(trace)
        assert frame.value == pytest.approx(y[place], abs=1e-6)


def test_names_of_filters_are_empty_where_there_are_none():
    document = replace(opened("quiz"), filter_names={"conv1": ("one",)})
    assert document.filter_name("conv1", 0) == "one"
    assert document.filter_name("conv1", 1) == ""
    assert document.filter_name("pool1", 0) == ""


def test_the_names_that_the_room_gives_away():
    assert set(room.__all__) == {
        "PRESETS",
        "Document",
        "Extras",
        "Familiar",
        "Picture",
        "Preset",
        "View",
        "Weights",
    }
    assert all(hasattr(room, name) for name in room.__all__)
