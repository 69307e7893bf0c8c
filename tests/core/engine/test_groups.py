"""Which layers one stage does together, and which convolutions and pools suit a stage."""

from __future__ import annotations

import pytest

from convsim.core.engine.groups import groups_of, is_simple, suits
from convsim.core.geometry import Policy
from convsim.core.layers import (
    BatchNorm2d,
    Conv2d,
    Dense,
    Flatten,
    Layer,
    LeakyReLU,
    MaxPool2d,
    ReLU,
)
from convsim.core.network import Network

FLOOR = Policy.FLOOR


def spans(*layers: Layer, depth: int | None = None) -> list[tuple[int, int, bool, bool]]:
    """Return first and last layer of each group, whether it pools and whether it cuts off."""
    network = Network((9, 9, 4), [Conv2d(4, 2), *layers])
    found = groups_of(network, len(network.layers) if depth is None else depth)
    return [(g.first, g.last, g.pool is not None, g.relu) for g in found]


def test_a_convolution_takes_one_pool_and_one_relu_in_any_order():
    assert spans(MaxPool2d(2), ReLU()) == [(0, 3, True, True)]
    assert spans(ReLU(), MaxPool2d(2)) == [(0, 3, True, True)]
    assert spans(ReLU(), ReLU()) == [(0, 2, False, True), (2, 3, False, False)]
    assert spans(MaxPool2d(2), MaxPool2d(2)) == [(0, 2, True, False), (2, 3, False, False)]
    assert spans(LeakyReLU(), ReLU()) == [
        (0, 1, False, False),
        (1, 2, False, False),
        (2, 3, False, False),
    ]


def test_a_dense_layer_takes_a_relu_but_no_pool_and_none_beyond_the_depth():
    assert spans(Flatten(), Dense(4), ReLU()) == [
        (0, 1, False, False),
        (1, 2, False, False),
        (2, 4, False, True),
    ]
    assert spans(ReLU(), MaxPool2d(2), depth=2) == [(0, 2, False, True)]
    assert spans(ReLU(), depth=0) == []


@pytest.mark.parametrize(
    ("pool", "joins"),
    [
        (MaxPool2d(2), True),
        (MaxPool2d((2, 4)), True),
        (MaxPool2d(3, policy=FLOOR), True),
        (MaxPool2d(2, 1), False),
        (MaxPool2d(1, 2, policy=FLOOR), False),
        (MaxPool2d((2, 3), (2, 2), policy=FLOOR), False),
        (MaxPool2d((3, 2), (2, 2), policy=FLOOR), False),
        (MaxPool2d(2, padding=1, policy=FLOOR), False),
        (MaxPool2d(2, dilation=2, policy=FLOOR), False),
        (MaxPool2d(3, policy=Policy.CEIL), False),
    ],
)
def test_only_pools_whose_windows_lie_side_by_side_join(pool, joins):
    # Of maps 8×8.
    assert spans(pool)[0] == (0, 2 if joins else 1, joins, False)


@pytest.mark.parametrize(
    ("layer", "first", "later"),
    [
        (Conv2d(4, 3), True, True),
        (Conv2d(4, 3, stride=2, policy=FLOOR), True, True),
        (Conv2d(4, 3, stride=(1, 3), policy=FLOOR), True, False),
        (Conv2d(4, 3, padding=2), True, True),
        (Conv2d(4, 3, padding=((0, 0), (3, 0))), True, False),
        (Conv2d(4, 3, dilation=2), False, False),
        (Conv2d(4, 3, dilation=(1, 2)), False, False),
        (Conv2d(4, 3, groups=2), False, False),
        (LeakyReLU(), False, False),
        (MaxPool2d(2), False, False),
    ],
)
def test_which_convolutions_a_stage_does_best(layer, first, later):
    assert is_simple(Network((8, 8, 4), [layer]), 0) is first
    assert is_simple(Network((8, 8, 4), [Conv2d(4, 1), layer]), 1) is later


def test_a_dense_layer_is_simple_and_an_empty_network_suits_nobody():
    assert is_simple(Network((2, 2, 1), [Flatten(), Dense(3)]), 1)
    assert not suits(Network((2, 2, 1), []))
    assert not suits(Network((2, 2, 1), [ReLU(), BatchNorm2d()]))
    assert suits(Network((2, 2, 1), [ReLU()]))
