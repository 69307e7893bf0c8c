"""A trace works out no more than is looked at, and after an edit no more than has changed."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import numpy as np
import pytest

from convsim.core.errors import DoesNotFitError, GeometryError, ParameterError
from convsim.core.layers import (
    Array,
    Conv2d,
    Dense,
    Flatten,
    Layer,
    MaxPool2d,
    Params,
    ReLU,
    Softmax,
)
from convsim.core.network import Network
from convsim.core.trace import Trace
from tests.oracles.draws import normal
from tests.oracles.examples import changed

if TYPE_CHECKING:
    from collections.abc import Iterator

LAYERS = [Conv2d(4, 3, padding=1), ReLU(), MaxPool2d(2), Conv2d(3, 3), Flatten(), Dense(5)]
NETWORK = Network((8, 10, 2), [*LAYERS, Softmax()])
PARAMS = NETWORK.init(1)
IMAGE = normal((8, 10, 2), 0, np.float32)


@pytest.fixture
def trace() -> Trace:
    return Trace(NETWORK, PARAMS, IMAGE)


class Watched(Sequence[Params]):
    """Parameters that remember which were asked for."""

    def __init__(self) -> None:
        self.asked: list[int] = []

    def __len__(self):
        return len(PARAMS)

    def __getitem__(self, index):
        self.asked.append(index)
        return PARAMS[index]


def worked(names: list[str]) -> ExitStack:
    """Return a context in which `names` grows by each layer that is worked out."""
    stack = ExitStack()
    for kind in {type(layer) for layer in NETWORK.layers}:
        stack.enter_context(patch.object(kind, "forward", noted(kind.forward, names)))
    return stack


def noted(forward: Any, names: list[str]) -> Any:
    def spy(self: Layer, params: Params, x: Array) -> Array:
        names.append(self.name)
        return forward(self, params, x)

    return spy


def edited(index: int, layer: Layer | None = None, **weights: float) -> tuple[Network, list]:
    """Return the network with another layer, or with the weights of one layer made larger."""
    network = NETWORK.with_layer(index, layer) if layer else NETWORK
    params = list(PARAMS)
    if weights:
        params[index] = {k: v + np.float32(weights.get(k, 0)) for k, v in PARAMS[index].items()}
    return network, params


# Working out


def test_outputs_are_the_network_s(trace):
    picture = IMAGE.transpose(2, 0, 1)[None]
    for index, y in enumerate(NETWORK.forward_all(PARAMS, picture)):
        np.testing.assert_array_equal(trace.output(index), y[0])


def test_the_output_of_no_layer_is_the_picture(trace):
    np.testing.assert_array_equal(trace.output(-1), IMAGE.transpose(2, 0, 1))


def test_the_input_of_a_layer_is_the_output_of_the_one_before(trace):
    assert trace.input(0).shape == (2, 8, 10)
    np.testing.assert_array_equal(trace.input(3), trace.output(2))
    assert trace.output(3).shape == (3, 2, 3)
    assert trace.output(4).shape == (18,)


def test_layers_behind_the_one_looked_at_are_not_worked_out(trace):
    names: list[str] = []
    with worked(names):
        trace.output(2)
        assert names == ["conv1", "relu1", "pool1"]
        trace.output(1)
        assert names == ["conv1", "relu1", "pool1"]
        trace.output(4)
        assert names == ["conv1", "relu1", "pool1", "conv2", "flatten1"]
    assert [trace.reached(i) for i in range(-1, 7)] == [True] * 6 + [False] * 2


def test_nothing_is_reached_at_first(trace):
    assert not trace.reached(-1)
    trace.reach(-1)
    assert trace.reached(-1)
    assert not trace.reached(0)


def test_weights_are_asked_for_only_when_their_layer_is_reached():
    params = Watched()
    trace = Trace(NETWORK, params, IMAGE)
    assert params.asked == []
    trace.reach(2)
    assert params.asked == [0, 1, 2]


def test_working_out_stops_between_layers_when_it_is_told_to(trace):
    answers = iter([False, False, True])
    assert not trace.reach(5, lambda: next(answers))
    assert trace.reached(1)
    assert not trace.reached(2)
    assert trace.reach(5)
    assert trace.reached(5)


def test_an_output_is_worked_out_once(trace):
    assert np.shares_memory(trace.output(3), trace.output(3))


def test_the_picture_and_the_weights_stay_as_they_are():
    image = IMAGE.copy()
    image.setflags(write=False)
    params = [{k: v.copy() for k, v in p.items()} for p in PARAMS]
    for array in (v for p in params for v in p.values()):
        array.setflags(write=False)
    Trace(NETWORK, params, image).output(6)
    np.testing.assert_array_equal(image, IMAGE)


def test_weights_of_another_shape_are_refused():
    with pytest.raises(ParameterError, match="conv1 needs"):
        Trace(NETWORK, [{}] * 7, IMAGE).output(0)


# Networks that do not fit


def misfit() -> Iterator[tuple[Trace, int]]:
    """Give a trace and a layer that cannot be worked out."""
    for stride, kernel in ((3, 3), (1, 9)):
        network = Network((7, 7, 1), [Conv2d(1, 1), Conv2d(1, kernel, stride), ReLU()])
        params = [network.init_layer(0, 0), network.init_layer(1, 0), {}]
        for index in (1, 2):
            yield Trace(network, params, normal((7, 7, 1), 0, np.float32)), index


def test_a_layer_that_does_not_fit_is_not_worked_out_nor_are_those_behind_it():
    for trace, index in misfit():
        assert trace.output(0).shape == (1, 7, 7)
        with pytest.raises(GeometryError):
            trace.output(index)
        assert trace.reached(0)
        assert not trace.reached(1)


def test_the_reason_is_the_one_of_the_layer_that_does_not_fit():
    trace, index = list(misfit())[1]
    with pytest.raises(DoesNotFitError, match="stride 3 does not fit"):
        trace.reach(index)


# After an edit


@pytest.mark.parametrize("reached", [-1, 0, 3, 6])
@pytest.mark.parametrize(
    ("edit", "first"),
    [
        (lambda: edited(0, weight=1.0), 0),
        (lambda: edited(0, bias=1.0), 0),
        (lambda: edited(3, weight=1.0), 3),
        (lambda: edited(5, bias=1.0), 5),
        (lambda: edited(2, MaxPool2d(2, policy="same", name="pool1")), 2),  # type: ignore[arg-type]
        (lambda: edited(1, ReLU(name="other")), 1),
        (lambda: edited(6, ReLU(name="last")), 6),
        (lambda: edited(0), 7),
    ],
    ids=["weight", "bias", "second conv", "dense", "policy", "name", "last layer", "nothing"],
)
def test_an_edit_leaves_just_the_layers_before_it(trace, edit, first, reached):
    trace.reach(reached)
    network, params = edit()
    after = trace.after_edit(network, params, IMAGE)
    assert after.network is network
    assert after.params is params
    kept = min(reached, first - 1)
    assert [after.reached(i) for i in range(-1, 7)] == [i <= kept for i in range(-1, 7)]
    for index in range(kept + 1):
        assert np.shares_memory(after.output(index), trace.output(index))
    names: list[str] = []
    with worked(names):
        after.reach(6)
    assert names == [layer.name for layer in network.layers[kept + 1 :]]
    fresh = Trace(network, params, IMAGE)
    for index in range(7):
        np.testing.assert_array_equal(after.output(index), fresh.output(index))


def test_an_edit_does_not_touch_the_old_trace(trace):
    kept = [trace.output(i).copy() for i in range(7)]
    after = trace.after_edit(*edited(3, weight=1.0), IMAGE)
    after.output(6)
    for index, y in enumerate(kept):
        np.testing.assert_array_equal(trace.output(index), y)


def test_another_picture_leaves_nothing(trace):
    trace.reach(6)
    assert not trace.after_edit(NETWORK, PARAMS, IMAGE.copy()).reached(-1)


def test_another_input_size_leaves_nothing(trace):
    trace.reach(6)
    network = NETWORK.with_input((8, 12, 2))
    assert not trace.after_edit(network, PARAMS, IMAGE).reached(-1)


def test_layers_that_were_added_or_taken_away_at_the_end_leave_the_others(trace):
    trace.reach(6)
    shorter = Network((8, 10, 2), NETWORK.layers[:3])
    assert trace.after_edit(shorter, PARAMS[:3], IMAGE).reached(2)
    longer = Network((8, 10, 2), [*NETWORK.layers, ReLU()])
    after = trace.after_edit(longer, [*PARAMS, {}], IMAGE)
    assert after.reached(6)
    assert not after.reached(7)
    assert after.output(7).shape == (5,)


def test_a_switch_of_the_bias_is_a_change(trace):
    trace.reach(6)
    layer = changed(NETWORK.layers[0], bias=False)
    params = [{"weight": PARAMS[0]["weight"]}, *PARAMS[1:]]
    assert not trace.after_edit(NETWORK.with_layer(0, layer), params, IMAGE).reached(0)


def test_no_weights_are_asked_for_beyond_what_was_worked_out():
    old, new = Watched(), Watched()
    trace = Trace(NETWORK, old, IMAGE)
    trace.reach(1)
    old.asked.clear()
    trace.after_edit(NETWORK, new, IMAGE)
    assert max(old.asked + new.asked) == 1
    untouched = Watched()
    Trace(NETWORK, untouched, IMAGE).after_edit(NETWORK, new, IMAGE)
    assert untouched.asked == []


def test_a_trace_takes_a_fresh_list_of_its_own():
    one, two = Trace(NETWORK, PARAMS, IMAGE), Trace(NETWORK, PARAMS, IMAGE)
    one.reach(2)
    assert not two.reached(-1)
    assert not replace(two, _done=[]).reached(-1)


def test_what_is_made_of_the_activations_is_made_once_for_the_same_key(trace):
    made: list[str] = []

    def make(name: str) -> str:
        made.append(name)
        return name

    assert trace.once((NETWORK, 1), lambda: make("a")) == "a"
    assert trace.once((NETWORK, 1), lambda: make("b")) == "a"
    assert trace.once((NETWORK, 2), lambda: make("c")) == "c"
    assert trace.once((NETWORK, 1), lambda: make("d")) == "d"
    assert made == ["a", "c", "d"]
