"""An edit makes another document; the old one is what it was, to the last bit."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from convsim.core.errors import DoesNotFitError, LayerError, ParameterError
from convsim.core.fit import Fit
from convsim.core.layers import Conv2d, Dense, Flatten, MaxPool2d, ReLU
from convsim.core.network import Network
from convsim.core.step import Cursor, Inside
from convsim.document import Document, Picture, View
from convsim.document.edits import (
    EDITED,
    select_layer,
    set_bias,
    set_field,
    set_picture,
    set_view,
    set_weight,
)
from tests.oracles.documents import image, made_of, opened


@pytest.fixture
def lecture() -> Document:
    return opened("lecture")


def snapshot(document: Document) -> tuple[object, ...]:
    """Return everything a document says, to compare before and after."""
    return (
        document.network,
        {k: {n: a.tobytes() for n, a in p.items()} for k, p in document.weights.made.items()},
        document.picture,
        document.image.tobytes(),
        document.fit,
        document.cursor,
        document.inside,
        document.view,
        document.preset,
        dict(document.filter_names),
        document.trained,
    )


def shown(document: Document, shape: tuple[int, ...], **more: Any) -> Document:
    """Return the document on another picture of this shape."""
    pixels = image(shape, seed=1)
    return set_picture(document, Picture("other.png", pixels), pixels, **more)


EDITS = [
    ("field", lambda d: set_field(d, 0, "filters", 8)),
    ("misfit", lambda d: set_field(d, 0, "stride", 2)),
    ("weight", lambda d: set_weight(d, 0, (0, 0, 0, 0), 9.0)),
    ("bias", lambda d: set_bias(d, 0, 1, 9.0)),
    ("picture", lambda d: shown(d, (32, 32, 3))),
    ("size", lambda d: shown(d, (40, 48, 1))),
    ("view", lambda d: set_view(d, tab="maps")),
    ("layer", lambda d: select_layer(d, 2)),
]


@pytest.mark.parametrize("edit", [e for _, e in EDITS], ids=[name for name, _ in EDITS])
def test_an_edit_makes_another_document_and_leaves_the_old_one(lecture, edit):
    lecture = lecture.at(Cursor(0, 1, 2, 3))
    before = snapshot(lecture)
    after = edit(lecture)
    assert isinstance(after, Document)
    assert after is not lecture
    assert snapshot(lecture) == before
    assert snapshot(after) != before


def reason(document: Document) -> object:
    """Return why the network does not fit."""
    assert document.network.bad_place
    return document.network.bad_place.error


# Fields


@pytest.mark.parametrize(
    ("name", "value", "wanted"),
    [
        ("filters", 8, 8),
        ("kernel", 3, (3, 3)),
        ("kernel", (3, 5), (3, 5)),
        ("stride", 3, (3, 3)),
        ("padding", (2, 0), (2, 0)),
        ("dilation", 2, (2, 2)),
        ("bias", False, False),
        ("policy", "same", "same"),
    ],
)
def test_a_field_changes_and_the_others_stay(lecture, name, value, wanted):
    after = set_field(lecture, 0, name, value)
    assert getattr(after.network.layers[0], name) == wanted
    assert replace(after.network.layers[0], **{name: getattr(lecture.layer, name)}) == lecture.layer
    assert after.network.layers[1:] == lecture.network.layers[1:]


@pytest.mark.parametrize(
    ("index", "name", "value", "message"),
    [
        (0, "stride", 0, "conv1: stride must be 1 to 64; got 0"),
        (0, "stride", "2", "conv1: stride must be a whole number; got '2'"),
        (2, "filters", 5000, "conv2: filters must be 1 to 4096; got 5000"),
        (0, "policy", "valid", "conv1: policy must be one of strict, floor, same; got 'valid'"),
        (0, "bias", 1, "conv1: bias must be true or false; got 1"),
    ],
)
def test_a_field_out_of_bounds_is_refused(lecture, index, name, value, message):
    before = snapshot(lecture)
    with pytest.raises(LayerError) as caught:
        set_field(lecture, index, name, value)
    assert str(caught.value) == message
    assert snapshot(lecture) == before


def test_fields_of_every_kind_of_layer_can_be_set():
    document = made_of(Network((8, 8, 1), [MaxPool2d(2), ReLU(), Flatten(), Dense(3)]))
    assert set_field(document, 0, "kernel", 4).network.places[0].output_shape == (3, 3, 1)
    assert set_field(document, 3, "units", 5).network.output_shape == (5,)
    assert set_field(document, 3, "bias", False).weights[3].keys() == {"weight"}


def test_a_layer_that_does_not_fit_is_allowed_and_those_behind_it_wait(lecture):
    lecture.weights[2]
    after = set_field(lecture, 0, "stride", 2)
    assert isinstance(reason(after), DoesNotFitError)
    assert [place.waiting for place in after.network.places] == [False, True, True, True]
    mended = set_field(after, 0, "stride", 1)
    assert mended.network == lecture.network
    for index in (0, 2):
        assert mended.weights[index]["weight"] is lecture.weights[index]["weight"]


def test_the_stride_3_of_the_lecture_can_be_mended():
    document = opened("grid-stride-3")
    assert document.network.bad_place is document.place
    assert document.walk is None
    with pytest.raises(DoesNotFitError):
        document.frame(document.new_trace())
    for name, value in (("stride", 2), ("padding", 1), ("kernel", 4), ("policy", "floor")):
        mended = set_field(document, 0, name, value)
        assert mended.network.bad_place is None
        assert np.isfinite(mended.frame(mended.new_trace()).value)


def test_weights_that_still_fit_are_kept(lecture):
    after = set_field(lecture, 0, "filters", 4)
    np.testing.assert_array_equal(after.weights[0]["weight"], lecture.weights[0]["weight"][:4])
    assert set_field(lecture, 0, "padding", 1).weights[0]["weight"] is lecture.weights[0]["weight"]


def test_the_cursor_stays_where_it_can_and_the_step_is_whole(lecture):
    document = lecture.at(Cursor(0, 5, 27, 9), Inside.TOTAL)
    after = set_field(document, 0, "filters", 3)
    assert after.cursor == Cursor(0, 2, 27, 9)
    assert after.inside is Inside.WRITE
    assert set_field(document, 0, "kernel", 7).cursor == Cursor(0, 5, 25, 9)


def test_names_of_filters_follow_the_filters(lecture):
    names = lecture.filter_names["conv1"]
    assert set_field(lecture, 0, "filters", 2).filter_names == {"conv1": names[:2]}
    more = set_field(lecture, 0, "filters", 8)
    assert more.filter_names == {"conv1": names}
    assert more.filter_name("conv1", 7) == ""
    assert set_field(lecture, 0, "stride", 3).filter_names == {"conv1": names}
    assert set_field(lecture, 2, "kernel", 3).filter_names == {"conv1": names}


def test_another_kernel_is_another_filter_without_a_name(lecture):
    assert set_field(lecture, 0, "kernel", 3).filter_names == {}
    assert lecture.filter_names


# Weights


def test_one_weight_changes(lecture):
    after = set_weight(lecture, 0, (3, 2, 1, 0), -4.5)
    old, new = lecture.weights[0]["weight"], after.weights[0]["weight"]
    assert new[3, 2, 1, 0] == np.float32(-4.5)
    assert np.count_nonzero(new != old) == 1
    assert new.dtype == np.float32
    assert not new.flags.writeable
    assert after.weights[0]["bias"] is lecture.weights[0]["bias"]


def test_one_bias_changes(lecture):
    after = set_bias(lecture, 0, 4, 0.25)
    assert after.weights[0]["bias"][4] == 0.25
    assert np.count_nonzero(after.weights[0]["bias"] != lecture.weights[0]["bias"]) == 1
    assert after.weights[0]["weight"] is lecture.weights[0]["weight"]


def test_other_layers_keep_the_very_arrays_they_had(lecture):
    lecture.weights[2]
    after = set_weight(lecture, 0, (0, 0, 0, 0), 1.0)
    assert after.weights[2]["weight"] is lecture.weights[2]["weight"]


def test_the_filter_of_a_changed_weight_is_called_edited(lecture):
    after = set_weight(lecture, 0, (2, 0, 0, 0), 1.0)
    names = list(lecture.filter_names["conv1"])
    names[2] = EDITED
    assert after.filter_names == {"conv1": tuple(names)}
    assert EDITED == "edited"
    assert after.filter_name("conv1", 2) == "edited"


def test_a_bias_changes_no_name_and_a_filter_without_a_name_gets_none(lecture):
    assert set_bias(lecture, 0, 2, 1.0).filter_names == lecture.filter_names
    assert set_weight(lecture, 2, (0, 0, 0, 0), 1.0).filter_names == lecture.filter_names
    more = set_field(lecture, 0, "filters", 8)
    assert set_weight(more, 0, (7, 0, 0, 0), 1.0).filter_names == more.filter_names


def test_a_unit_s_weight_can_be_changed_too():
    document = opened("lenet5")
    dense2 = document.network.index("dense2")
    after = set_weight(document, dense2, (3, 7), 2.0)
    assert after.weights[dense2]["weight"][3, 7] == 2.0
    assert after.filter_names == document.filter_names


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 1e39, -1e39, 3.5e38])
def test_a_number_that_is_no_finite_float32_is_refused(lecture, value):
    before = snapshot(lecture)
    with pytest.raises(ParameterError, match=r"^conv1: a weight must be a finite number; got "):
        set_weight(lecture, 0, (0, 0, 0, 0), value)
    with pytest.raises(ParameterError, match=r"^conv1: a bias must be a finite number; got "):
        set_bias(lecture, 0, 0, value)
    assert snapshot(lecture) == before


@pytest.mark.parametrize("value", [0, -0.0, 3, True, 3.4e38, -3.4e38, 1e-46, np.float64(0.1)])
def test_every_finite_float32_can_be_a_weight(lecture, value):
    after = set_weight(lecture, 0, (0, 0, 0, 0), value)
    assert after.weights[0]["weight"][0, 0, 0, 0] == np.float32(value)


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (lambda d: set_weight(d, 1, (0,), 1.0), "relu1 has no weight"),
        (lambda d: set_bias(set_field(d, 0, "bias", False), 0, 0, 1.0), "conv1 has no bias"),
        (lambda d: set_weight(d, 0, (6, 0, 0, 0), 1.0), r"conv1: no weight at \(6, 0, 0, 0\)"),
        (lambda d: set_weight(d, 0, (0, 0, 0, -1), 1.0), r"conv1: no weight at \(0, 0, 0, -1\)"),
        (lambda d: set_weight(d, 0, (0, 0), 1.0), r"conv1: no weight at \(0, 0\)"),
        (lambda d: set_bias(d, 0, 6, 1.0), r"conv1: no bias at \(6,\)"),
        (lambda d: set_bias(d, 0, -1, 1.0), r"conv1: no bias at \(-1,\)"),
    ],
    ids=["relu", "no bias", "filter 7", "negative", "whole plane", "bias 7", "negative bias"],
)
def test_a_number_that_does_not_exist_cannot_be_changed(lecture, edit, message):
    with pytest.raises(ParameterError, match=f"^{message}"):
        edit(lecture)


# Pictures


def test_a_picture_of_the_same_size_changes_nothing_else(lecture):
    document = lecture.at(Cursor(0, 3, 4, 5), Inside.TOTAL)
    pixels = image((32, 32, 3), 1).copy()
    picture = Picture("dog.png", pixels)
    after = set_picture(document, picture, pixels, Fit.STRETCH)
    assert after.picture is picture
    assert after.image is pixels
    assert not pixels.flags.writeable
    assert after.fit is Fit.STRETCH
    assert after.network is document.network
    assert after.weights is document.weights
    assert (after.cursor, after.inside) == (document.cursor, document.inside)
    assert set_picture(after, picture, pixels).fit is Fit.STRETCH


def test_the_network_follows_a_picture_of_another_size(lecture):
    lecture.weights[2]
    after = shown(lecture, (48, 40, 1))
    assert after.network.input_shape == (48, 40, 1)
    assert after.network.output_shape == (40, 32, 10)
    assert after.network.layers == lecture.network.layers
    assert after.weights[0]["weight"].shape == (6, 1, 5, 5)
    np.testing.assert_array_equal(after.weights[0]["weight"], lecture.weights[0]["weight"][:, :1])
    assert after.weights[2]["weight"] is lecture.weights[2]["weight"]


def test_a_picture_too_small_for_the_network_is_allowed_as_a_misfit(lecture):
    after = shown(lecture, (3, 3, 3))
    assert "larger than the input height of 3" in str(reason(after))
    assert after.cursor == Cursor()


def test_a_cursor_beyond_a_smaller_picture_is_brought_back(lecture):
    after = shown(lecture.at(Cursor(0, 1, 27, 27)), (16, 20, 3))
    assert after.cursor == Cursor(0, 1, 11, 15)


def test_weights_count_as_trained_until_the_input_has_another_size(lecture):
    trained = replace(lecture, trained=True)
    assert shown(trained, (32, 32, 3)).trained
    assert not shown(trained, (40, 40, 3)).trained


@pytest.mark.parametrize(
    ("name", "value"), [("kernel", (3, 3)), ("filters", 7), ("padding", 1), ("stride", 2)]
)
def test_another_network_than_the_one_that_was_trained_is_untrained(lecture, name, value):
    trained = replace(lecture, trained=True)
    assert set_field(trained, 0, name, getattr(trained.layer, name)).trained
    assert not set_field(trained, 0, name, value).trained


def test_names_of_classes_go_when_there_are_more_or_fewer_outputs():
    lenet = replace(opened("lenet5"), classes=tuple("0123456789"))
    last = max(i for i, layer in enumerate(lenet.network.layers) if layer.kind == "dense")
    assert set_field(lenet, last, "units", 10).classes == lenet.classes
    assert set_field(lenet, 0, "filters", 4).classes == lenet.classes
    assert set_field(lenet, last, "units", 9).classes == ()


def test_names_of_classes_wait_while_a_layer_does_not_fit():
    lenet = replace(opened("lenet5"), classes=tuple("0123456789"))
    last = max(i for i, layer in enumerate(lenet.network.layers) if layer.kind == "dense")
    misfit = set_field(lenet, 0, "kernel", (60, 60))
    assert misfit.classes == lenet.classes
    assert set_field(misfit, 0, "kernel", (5, 5)).classes == lenet.classes
    fewer = set_field(set_field(misfit, last, "units", 9), 0, "kernel", (5, 5))
    assert fewer.classes == ()


def test_a_weight_set_by_hand_was_not_trained(lecture):
    trained = replace(lecture, trained=True)
    assert not set_weight(trained, 0, (0, 0, 0, 0), 1.0).trained
    assert not set_bias(trained, 0, 0, 1.0).trained


def test_a_picture_that_is_no_picture_is_refused(lecture):
    with pytest.raises(LayerError, match="height, width, channels"):
        shown(lecture, (32, 32))


# The view


def test_the_view_changes_one_thing_at_a_time(lecture):
    after = set_view(set_view(lecture, tab="counts"), plane=2)
    assert after.view == View(tab="counts", plane=2)
    assert after.network is lecture.network
    with pytest.raises(TypeError):
        set_view(lecture, colour="red")


def test_selecting_a_layer_goes_to_its_first_position(lecture):
    after = select_layer(lecture.at(Cursor(0, 3, 4, 5)), 2)
    assert after.cursor == Cursor(2)


def test_selecting_the_layer_one_is_in_stays_at_the_position(lecture):
    moved = set_view(lecture.at(Cursor(0, 3, 4, 5)), on_input=True)
    after = select_layer(moved, 0)
    assert after.cursor == Cursor(0, 3, 4, 5)
    assert not after.view.on_input


def test_selecting_a_layer_that_does_not_fit_shows_why():
    document = made_of(Network((7, 7, 1), [Conv2d(1, 3), Conv2d(1, 3, 3)]))
    after = select_layer(document, 1)
    assert after.cursor == Cursor(1)
    assert after.place.error is not None
