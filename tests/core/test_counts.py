"""Weights, multiply-adds and memory: each is the sum of what can be counted one by one."""

from __future__ import annotations

from math import prod

import pytest

from convsim.core.counts import (
    KEYS,
    Comparison,
    Counts,
    compare,
    input_bytes,
    layer_counts,
    totals,
)
from convsim.core.layers import Conv2d, Dense, Flatten, MaxPool2d, ReLU, Softmax
from convsim.core.network import Network
from tests.oracles.evaluate import evaluate

NETWORK = Network(
    (12, 10, 3),
    [
        Conv2d(8, (3, 5), padding=(1, 2)),
        ReLU(),
        MaxPool2d(2),
        Conv2d(4, 3, bias=False),
        Flatten(),
        Dense(7),
        Dense(2, bias=False),
        Softmax(),
    ],
)
MISFIT = Network((7, 7, 1), [Conv2d(2, 3), Conv2d(3, 3, 3), Conv2d(4, 1), Flatten(), Dense(2)])


def test_the_formulas_of_a_layer_come_by_name_in_order():
    for place in NETWORK.places:
        formulas = place.formulas
        assert tuple(formulas) == KEYS
        assert all(formula.key == key for key, formula in formulas.items())
        assert all(evaluate(formula.tokens) == formula.result for formula in formulas.values())


def test_the_counts_of_a_layer_are_those_of_its_parameters_and_its_output():
    for place, params in zip(NETWORK.places, NETWORK.init(), strict=True):
        counts = layer_counts(place)
        assert counts.weights == (params["weight"].size if "weight" in params else 0)
        assert counts.biases == (params["bias"].size if "bias" in params else 0)
        assert place.output_shape
        positions = prod(place.output_shape[:-1])
        assert counts.multiply_adds == counts.weights * positions
        memory = 0 if place.layer.in_place else 4 * prod(place.output_shape)
        assert counts.memory_bytes == memory


def test_the_counts_of_this_network_by_hand():
    assert [layer_counts(place) for place in NETWORK.places] == [
        Counts(3 * 5 * 3 * 8, 8, 3 * 5 * 3 * 8 * 120, 4 * 12 * 10 * 8),
        Counts(),
        Counts(memory_bytes=4 * 6 * 5 * 8),
        Counts(3 * 3 * 8 * 4, 0, 3 * 3 * 8 * 4 * 12, 4 * 4 * 3 * 4),
        Counts(),
        Counts(48 * 7, 7, 48 * 7, 4 * 7),
        Counts(7 * 2, 0, 7 * 2, 4 * 2),
        Counts(),
    ]


def test_the_totals_add_the_layers_and_the_memory_of_the_picture():
    parts = [layer_counts(place) for place in NETWORK.places]
    whole = totals(NETWORK)
    assert whole.weights == sum(part.weights for part in parts)
    assert whole.biases == sum(part.biases for part in parts)
    assert whole.multiply_adds == sum(part.multiply_adds for part in parts)
    assert input_bytes(NETWORK) == 4 * 12 * 10 * 3
    assert whole.memory_bytes == 4 * 12 * 10 * 3 + sum(part.memory_bytes for part in parts)


def test_counts_add_count_by_count():
    assert Counts(1, 2, 3, 4) + Counts(10, 20, 30, 40) == Counts(11, 22, 33, 44)


def test_a_layer_that_does_not_fit_has_weights_but_no_outputs():
    fits, bad, *waiting = MISFIT.places
    assert tuple(fits.formulas) == KEYS
    assert tuple(bad.formulas) == ("weights", "biases")
    assert layer_counts(bad) == Counts(weights=3 * 3 * 2 * 3, biases=3)
    for place in waiting:
        assert place.formulas == {}
        assert layer_counts(place) == Counts()
    assert totals(MISFIT) == Counts(9 * 2 + 54, 2 + 3, 9 * 2 * 25, 4 * 49 + 4 * 50)


def test_a_layer_on_the_wrong_kind_of_shape_has_nothing_to_count():
    vector = Network((4, 4, 1), [Flatten(), Conv2d(1, 3)])
    maps = Network((4, 4, 1), [Dense(3)])
    assert vector.places[1].formulas == maps.places[0].formulas == {}
    assert layer_counts(maps.places[0]) == Counts()


def test_what_sharing_saves():
    assert compare(NETWORK.places[0]) == Comparison(
        shared=360, unshared=360 * 120, connected=(12 * 10 * 3) * (12 * 10 * 8)
    )


@pytest.mark.parametrize("place", [*NETWORK.places[1:3], *NETWORK.places[4:]], ids=str)
def test_only_convolutions_share_weights(place):
    assert compare(place) is None


def test_a_convolution_that_does_not_fit_cannot_be_compared():
    assert compare(MISFIT.places[1]) is None
    assert compare(MISFIT.places[2]) is None
    assert compare(MISFIT.places[0]) == Comparison(18, 18 * 25, 49 * 50)
