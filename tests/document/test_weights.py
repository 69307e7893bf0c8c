"""Weights exist from when they are first looked at, and outlive what does not concern them."""

from __future__ import annotations

from threading import Barrier, Thread

import numpy as np
import pytest

from convsim.core.counts import totals
from convsim.core.layers import (
    BatchNorm2d,
    Conv2d,
    Dense,
    Flatten,
    MaxPool2d,
    Params,
    ReLU,
    Softmax,
)
from convsim.core.network import Network
from convsim.document import PRESETS, Weights
from convsim.document.weights import frozen
from tests.oracles.examples import changed

NETWORK = Network(
    (10, 10, 3),
    [Conv2d(4, 3), ReLU(), Conv2d(5, 3, bias=False), MaxPool2d(2), Flatten(), Dense(6), Softmax()],
)


def same(one: Params, two: Params) -> bool:
    """Whether the same arrays, not only equal ones, are in both."""
    return one.keys() == two.keys() and all(one[k] is two[k] for k in one)


@pytest.fixture
def weights() -> Weights:
    weights = Weights(NETWORK, seed=5)
    for index in range(len(weights)):
        weights[index]
    return weights


# Made when they are looked at


def test_vgg_16_is_counted_before_any_of_its_weights_is_made():
    network = PRESETS["vgg16"].build()
    weights = Weights(network)
    assert totals(network).weights == 138_344_128
    assert len(weights) == len(network.layers)
    assert not weights.made
    assert weights[0]["weight"].size == 1728
    assert list(weights.made) == ["conv1"]


def test_a_layer_s_weights_are_those_of_the_network_and_its_seed():
    for index, params in enumerate(NETWORK.init(5)):
        made = Weights(NETWORK, seed=5)[index]
        assert made.keys() == params.keys()
        for name in params:
            assert made[name].tobytes() == params[name].tobytes()


def test_which_layer_is_asked_for_first_makes_no_difference(weights):
    other = Weights(NETWORK, seed=5)
    for index in reversed(range(len(other))):
        for name, values in other[index].items():
            assert values.tobytes() == weights[index][name].tobytes()


def test_another_seed_gives_other_weights():
    one, two = Weights(NETWORK, 1)[0]["weight"], Weights(NETWORK, 2)[0]["weight"]
    assert not np.array_equal(one, two)


def test_weights_are_made_once(weights):
    assert weights[0] is weights[0]


def test_two_threads_get_the_same_weights():
    weights, gate, got = Weights(NETWORK), Barrier(2), []

    def ask():
        gate.wait()
        got.append([weights[i] for i in range(len(weights))])

    threads = [Thread(target=ask) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(one is two for one, two in zip(*got, strict=True))


def test_weights_are_a_sequence(weights):
    assert len(weights) == 7
    assert weights[-2] is weights[5]
    assert list(weights[1:3]) == [weights[1], weights[2]]
    assert [set(params) for params in weights] == [
        {"weight", "bias"}, set(), {"weight"}, set(), set(), {"weight", "bias"}, set(),
    ]  # fmt: skip
    for index in (7, -8):
        with pytest.raises(IndexError):
            weights[index]


def test_a_negative_index_makes_the_same_weights():
    assert Weights(NETWORK)[-2]["weight"].tobytes() == Weights(NETWORK)[5]["weight"].tobytes()


def test_weights_cannot_be_written_to(weights):
    for params in weights:
        for values in params.values():
            with pytest.raises(ValueError, match="read-only"):
                values[...] = 0
    assert not frozen({"weight": np.zeros(3)})["weight"].flags.writeable


def test_what_was_made_is_told_but_cannot_be_changed_that_way(weights):
    assert set(weights.made) == {layer.name for layer in NETWORK.layers}
    dict.clear(weights.made)
    assert weights.made


def test_a_waiting_layer_has_no_weights_yet():
    broken = NETWORK.with_layer(0, changed(NETWORK.layers[0], stride=6))
    weights = Weights(broken)
    assert weights[0]["weight"].shape == (4, 3, 3, 3)
    assert weights[2] == {}
    mended = weights.for_network(NETWORK)
    assert mended[2]["weight"].shape == (5, 4, 3, 3)


# Weights that are given


def test_given_weights_are_kept_where_name_and_shape_fit():
    given = {k: v.copy() for k, v in NETWORK.init(9)[0].items()}
    weights = Weights(NETWORK, made={"conv1": given})
    assert same(weights[0], given)
    assert weights.seed == 0


@pytest.mark.parametrize(
    "name_and_params",
    [
        ("conv9", {"weight": np.zeros((4, 3, 3, 3)), "bias": np.zeros(4)}),
        ("conv1", {"weight": np.zeros((4, 3, 5, 5)), "bias": np.zeros(4)}),
        ("conv1", {"weight": np.zeros((4, 3, 3, 3))}),
        ("conv1", {"weight": np.zeros((4, 3, 3, 3)), "bias": np.zeros(4), "scale": np.zeros(4)}),
        ("conv1", {}),
    ],
    ids=["name", "shape", "too few", "too many", "none"],
)
def test_given_weights_that_do_not_fit_are_not_taken(name_and_params):
    name, params = name_and_params
    weights = Weights(NETWORK, made={name: params})
    assert not weights.made
    assert weights[0]["weight"].tobytes() == Weights(NETWORK)[0]["weight"].tobytes()


# A changed network


def test_the_same_network_keeps_everything(weights):
    again = weights.for_network(NETWORK)
    assert again.seed == 5
    assert all(same(again[i], weights[i]) for i in range(7))


def test_what_was_not_made_is_not_made_by_a_change():
    weights = Weights(NETWORK)
    weights[0]
    wider = NETWORK.with_layer(2, changed(NETWORK.layers[2], filters=9))
    assert list(weights.for_network(wider).made) == ["conv1"]
    assert not Weights(NETWORK).for_network(wider).made


@pytest.mark.parametrize(
    "settings", [{"stride": 7}, {"padding": 1}, {"dilation": 2}, {"policy": "same"}], ids=str
)
def test_a_change_that_needs_no_other_weights_keeps_them(weights, settings):
    network = NETWORK.with_layer(0, changed(NETWORK.layers[0], **settings))
    after = weights.for_network(network)
    assert same(after[0], weights[0])
    assert same(after[2], weights[2])


def test_more_filters_keep_those_there_are_and_add_new_ones(weights):
    network = NETWORK.with_layer(0, changed(NETWORK.layers[0], filters=6))
    after, fresh = weights.for_network(network), Weights(network, seed=5)
    assert after[0]["weight"].shape == (6, 3, 3, 3)
    np.testing.assert_array_equal(after[0]["weight"][:4], weights[0]["weight"])
    np.testing.assert_array_equal(after[0]["weight"][4:], fresh[0]["weight"][4:])
    np.testing.assert_array_equal(after[0]["bias"][:4], weights[0]["bias"])
    # The next layer has two more channels to look at.
    assert after[2]["weight"].shape == (5, 6, 3, 3)
    np.testing.assert_array_equal(after[2]["weight"][:, :4], weights[2]["weight"])
    np.testing.assert_array_equal(after[2]["weight"][:, 4:], fresh[2]["weight"][:, 4:])
    assert not after[0]["weight"].flags.writeable


def test_fewer_filters_keep_the_first(weights):
    network = NETWORK.with_layer(0, changed(NETWORK.layers[0], filters=2))
    after = weights.for_network(network)
    np.testing.assert_array_equal(after[0]["weight"], weights[0]["weight"][:2])
    np.testing.assert_array_equal(after[0]["bias"], weights[0]["bias"][:2])
    np.testing.assert_array_equal(after[2]["weight"], weights[2]["weight"][:, :2])


@pytest.mark.parametrize("kernel", [5, (3, 1), (1, 3)])
def test_another_kernel_gets_new_weights(weights, kernel):
    network = NETWORK.with_layer(0, changed(NETWORK.layers[0], kernel=kernel, filters=6))
    after = weights.for_network(network)
    assert after[0]["weight"].tobytes() == Weights(network, 5)[0]["weight"].tobytes()


def test_a_bias_comes_and_goes_and_the_filters_stay(weights):
    without = weights.for_network(NETWORK.with_layer(0, changed(NETWORK.layers[0], bias=False)))
    assert set(without[0]) == {"weight"}
    np.testing.assert_array_equal(without[0]["weight"], weights[0]["weight"])
    again = without.for_network(NETWORK)
    np.testing.assert_array_equal(again[0]["weight"], weights[0]["weight"])
    assert not again[0]["bias"].any()


def test_a_dense_layer_on_another_number_of_values_gets_new_weights(weights):
    network = NETWORK.with_layer(2, changed(NETWORK.layers[2], filters=7))
    after = weights.for_network(network)
    assert after[5]["weight"].shape == (6, 63)
    assert after[5]["weight"].tobytes() == Weights(network, 5)[5]["weight"].tobytes()


def test_waiting_layers_keep_their_weights_until_they_are_needed(weights):
    broken = NETWORK.with_layer(0, changed(NETWORK.layers[0], stride=6))
    waiting = weights.for_network(broken)
    assert same(waiting[0], weights[0])
    assert same(waiting[2], weights[2])
    mended = waiting.for_network(NETWORK)
    assert all(same(mended[i], weights[i]) for i in range(7))


def test_a_layer_of_another_kind_under_the_same_name_gets_new_weights(weights):
    network = NETWORK.with_layer(5, changed(NETWORK.layers[5], units=7))
    assert weights.for_network(network)[5]["weight"].shape == (7, 45)
    other = Network((10, 10, 3), [Flatten(), Dense(3, name="conv1")])
    assert weights.for_network(other)[1]["weight"].shape == (3, 300)
    turned = Network((10, 10, 3), [Conv2d(4, 3, name="dense1")])
    assert weights.for_network(turned)[0]["weight"].shape == (4, 3, 3, 3)


def test_layers_keep_their_weights_by_name_wherever_they_stand(weights):
    moved = Network((10, 10, 3), [ReLU(name="first"), *NETWORK.layers])
    after = weights.for_network(moved)
    assert all(same(after[i + 1], weights[i]) for i in range(7))


def test_a_change_leaves_the_old_weights_alone(weights):
    kept = weights[0]["weight"].copy()
    weights.for_network(NETWORK.with_layer(0, changed(NETWORK.layers[0], filters=6)))[0]
    np.testing.assert_array_equal(weights[0]["weight"], kept)
    assert weights[0]["weight"].shape == (4, 3, 3, 3)


# Replacing one layer's


def test_replaced_weights_are_those_of_one_layer(weights):
    new = {"weight": np.zeros((4, 3, 3, 3), np.float32), "bias": np.ones(4, np.float32)}
    after = weights.replaced(0, new)
    assert same(after[0], new)
    assert all(same(after[i], weights[i]) for i in range(1, 7))
    assert weights[0]["weight"].any()
    assert after.seed == weights.seed
    assert not new["weight"].flags.writeable


# Which of them somebody chose


def test_weights_from_the_seed_are_random_and_given_ones_are_not(weights):
    assert [weights.is_random(i) for i in range(7)] == [
        True,
        False,
        True,
        False,
        False,
        True,
        False,
    ]
    given = Weights(NETWORK, 5, {"conv1": weights[0]})
    assert not given.is_random(0)
    assert given.random_units(0) == 0
    assert not given.is_random(0, 3)
    assert given.is_random(2)


def test_one_filter_set_by_hand_leaves_the_others_random(weights):
    edited = weights.replaced(0, weights[0], (2,))
    assert [edited.is_random(0, i) for i in range(4)] == [True, True, False, True]
    assert edited.random_units(0) == weights.random_units(0) - 1
    assert not edited.is_random(0)


def test_filters_that_are_added_are_random_and_those_before_stay_chosen(weights):
    given = weights.replaced(0, weights[0])
    more = given.for_network(NETWORK.with_layer(0, changed(NETWORK.layers[0], filters=6)))
    assert [more.is_random(0, i) for i in range(6)] == [False] * 4 + [True] * 2
    # With another kernel none of them is left.
    other = given.for_network(NETWORK.with_layer(0, changed(NETWORK.layers[0], kernel=(1, 1))))
    assert other.is_random(0)


def test_a_channel_more_makes_a_part_of_every_filter_random(weights):
    given = weights.replaced(2, weights[2])
    more = given.for_network(NETWORK.with_layer(0, changed(NETWORK.layers[0], filters=5)))
    assert more.is_random(2)
    fewer = given.for_network(NETWORK.with_layer(0, changed(NETWORK.layers[0], filters=3)))
    assert not fewer.is_random(2)


def test_a_batch_norm_keeps_what_it_knows_of_the_channels_that_stay():
    network = Network((6, 6, 2), [Conv2d(4, 3), BatchNorm2d()])
    known = {name: np.arange(4, dtype=np.float32) + 2 for name in network.param_shapes[1]}
    weights = Weights(network).replaced(1, known)
    more = weights.for_network(network.with_layer(0, Conv2d(6, 3, name="conv1")))[1]
    less = weights.for_network(network.with_layer(0, Conv2d(3, 3, name="conv1")))[1]
    assert more["running_mean"].tolist() == [2, 3, 4, 5, 0, 0]
    assert more["running_var"].tolist() == [2, 3, 4, 5, 1, 1]
    assert less["weight"].tolist() == [2, 3, 4]
