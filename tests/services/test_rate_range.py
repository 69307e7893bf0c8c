"""Finding a learning rate: the document stays as it is, and the offer makes sense."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from convsim.data.sets.idx import of_arrays
from convsim.services.data_sets import open_set
from convsim.services.opening import open_preset
from convsim.services.rate_range import HIGHEST, LOWEST, STEPS, Growing, offer, rate_range
from convsim.services.recipes import Choices
from convsim.services.training import Plan, with_new_weights


@pytest.fixture
def plan() -> Plan:
    document = open_preset("lenet5")
    data = open_set("digits", document.network.input_shape)
    return Plan(document, data, Choices().recipe(len(data), 0.0))


def bits(plan: Plan) -> list[bytes]:
    return [array.tobytes() for own in plan.document.weights for array in own.values()]


def test_rates_grow_evenly_from_far_too_small_to_far_too_large():
    schedule = Growing(STEPS, HIGHEST / LOWEST)
    factors = [schedule.factor(step) for step in range(STEPS)]
    assert factors[0] == 1.0
    assert factors[-1] == pytest.approx(HIGHEST / LOWEST)
    assert factors[5] / factors[4] == pytest.approx(factors[90] / factors[89])


def test_it_offers_a_rate_and_leaves_the_weights_alone(plan):
    done: list[int] = []
    before = bits(plan)
    found = rate_range(plan, done.append)
    assert bits(plan) == before
    assert done == list(range(1, len(found.rates) + 1))
    assert list(found.rates) == sorted(found.rates)
    assert found.rates[0] == pytest.approx(LOWEST)
    assert found.offered is not None
    # Adam on LeNet-5 learns well with 0.001; the offer is within a factor of ten.
    assert 1e-4 <= found.offered <= 1e-2
    assert rate_range(plan).losses == found.losses


def test_it_can_be_cancelled(plan):
    asked = []

    def cancelled() -> bool:
        asked.append(1)
        return len(asked) >= 5

    assert len(rate_range(plan, None, cancelled).rates) == 5


def test_where_the_loss_never_falls_nothing_is_offered():
    rates = [10.0**-power for power in range(20, 0, -1)]
    assert offer(rates, [1.0] * 20, [1.0] * 20) is None
    falling = [1.0, 0.9, 0.8, 0.7, 0.6]
    assert offer(rates[:5], falling, falling) is None
    falling = [1.0] * 10 + [0.9, 0.6, 0.3, 0.2, 0.1, 0.5, 2.0, 9.0, 9.0, 9.0]
    assert offer(rates, falling, falling) == pytest.approx(3e-7)


@pytest.mark.parametrize("seed", range(5))
def test_a_loss_that_only_wavers_by_chance_offers_nothing(seed):
    noise = np.random.default_rng(seed)
    rates = [10.0 ** (-6 + i / 17) for i in range(120)]
    losses = (2.3 + noise.normal(0.0, 0.15, 120)).tolist()
    smooth = [losses[0]]
    for loss in losses[1:]:
        smooth.append(0.8 * smooth[-1] + 0.2 * loss)
    assert min(smooth) < 0.98 * sum(smooth[:10]) / 10
    assert offer(rates, losses, smooth) is None
    fallen = [loss - 1.0 if 60 < i < 100 else loss for i, loss in enumerate(losses)]
    smooth = [fallen[0]]
    for loss in fallen[1:]:
        smooth.append(0.8 * smooth[-1] + 0.2 * loss)
    assert offer(rates, fallen, smooth) is not None


def test_pictures_of_pure_noise_have_no_rate_that_stands_out(plan):
    noise = np.random.default_rng(1)
    pixels = noise.integers(0, 256, (800, 28, 28), np.uint8)
    labels = noise.integers(0, 10, 800).astype(np.uint8)
    network = with_new_weights(plan.document, 0)
    data = of_arrays("noise", pixels, labels)
    assert rate_range(replace(plan, document=network, data=data)).offered is None
