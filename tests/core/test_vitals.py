"""How a network is while it learns: histograms, sizes of gradients and steps, dead units."""

from __future__ import annotations

import numpy as np
import pytest

from convsim.core.layers import Conv2d, Dense, Flatten, ReLU
from convsim.core.network import Network
from convsim.core.recipe import Controls, Recipe
from convsim.core.train import train
from convsim.core.vitals import BINS, SAMPLE, Dead, Histogram, alive_units, dead_units, vitals


def test_a_histogram_counts_every_value_in_its_bin():
    values = np.linspace(-2, 2, 400, dtype=np.float32).reshape(20, 20)
    found = Histogram.of(values)
    wanted, _ = np.histogram(values, BINS, (-2, 2))
    assert found.end == 2.0
    assert np.abs(found.counts - wanted).max() <= 1  # a value on an edge may fall either way
    assert found.counts.sum() == 400


def test_a_histogram_of_nothing_but_zeros_or_of_no_numbers_has_no_width():
    for values in (np.zeros(5, np.float32), np.array([1.0, np.nan], np.float32)):
        assert Histogram.of(values).end == 0.0


def test_of_many_values_evenly_chosen_ones_are_counted():
    found = Histogram.of(np.ones(10 * SAMPLE, np.float32))
    assert SAMPLE <= found.counts.sum() <= 2 * SAMPLE


def test_sizes_are_those_of_gradient_and_step():
    rng = np.random.default_rng(0)
    before = rng.normal(size=(4, 5)).astype(np.float32)
    gradient = rng.normal(size=(4, 5)).astype(np.float32)
    after = before - np.float32(0.1) * gradient
    bias = np.zeros(4, np.float32)
    (one,) = vitals(
        3,
        [{"weight": before, "bias": bias}, {}],
        [{"weight": after, "bias": bias}, {}],
        [{"weight": gradient, "bias": bias}, {}],
    ).layers
    assert one.layer == 0
    assert one.gradient == pytest.approx(np.sqrt(np.mean(gradient**2)), rel=1e-5)
    assert one.ratio == pytest.approx(
        np.linalg.norm(after - before) / np.linalg.norm(before), rel=1e-4
    )


def network() -> Network:
    return Network((6, 6, 1), [Conv2d(3, 3), ReLU(), Flatten(), Dense(5), ReLU(), Dense(2)])


def test_dead_units_are_0_for_every_picture():
    net = network()
    params = [{k: v.copy() for k, v in own.items()} for own in net.init(0)]
    params[0]["bias"][1] = -1e3
    params[3]["bias"][:4] = -1e3
    pictures = np.random.default_rng(1).random((9, 1, 6, 6), np.float32)
    outs = net.forward_all(params, pictures)
    wanted = [
        Dead(1, int(np.sum(~outs[1].any(axis=(0, 2, 3)))), 3),
        Dead(4, int(np.sum(~outs[4].any(axis=0))), 5),
    ]
    parts = [alive_units(net, params, pictures[i : i + 4]) for i in range(0, 9, 4)]
    assert list(dead_units(parts)) == wanted
    assert wanted[0].count >= 1
    assert wanted[1].count >= 4


def test_training_looks_at_its_steps_when_asked_and_the_bits_stay_the_same():
    net = network()
    rng = np.random.default_rng(2)
    data = rng.random((20, 1, 6, 6), np.float32), rng.integers(0, 2, 20)
    last = {}
    for look in (0.0, np.inf):
        recipe = Recipe(batch=5, look=look)
        shots = list(train(net, net.init(0), data, controls=Controls(recipe)))
        looked = [shot.vitals for shot in shots if shot.vitals is not None]
        assert bool(looked) == (look == 0.0)
        if looked:
            assert [one.layer for one in looked[0].layers] == [0, 3, 5]
            assert all(one.ratio > 0 for one in looked[0].layers)
        last[look] = [a.tobytes() for own in shots[-1].params for a in own.values()]
    assert last[0.0] == last[np.inf]
