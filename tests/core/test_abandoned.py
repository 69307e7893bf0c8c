"""A long batch is given up when a pause or the end is wanted, and nothing of it counts."""

from __future__ import annotations

from itertools import count
from math import inf
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from convsim.core.layers import Conv2d, Dense, Dropout, Flatten, ReLU
from convsim.core.network import Network
from convsim.core.recipe import Controls, Recipe
from convsim.core.snapshot import Phase, Snapshot
from convsim.core.train import train

if TYPE_CHECKING:
    from collections.abc import Callable

    from convsim.core.layers import Array

RECIPE = Recipe(batch=32, epochs=1, publish=inf)


class Asked(Controls):
    """Does something when it is asked for the so-many-th time whether to give up a batch."""

    def __init__(self, number: int, deed: Callable[[Asked], None]) -> None:
        super().__init__(RECIPE)
        self.number, self.deed, self.asked = number, deed, count(1)

    def given_up(self) -> bool:
        if next(self.asked) == self.number:  # several threads ask
            self.deed(self)
        return super().given_up()


def network(*, dropout: bool) -> Network:
    """Return one of which a batch of 32 is long: in pieces, or with Dropout layer by layer."""
    layers = [Conv2d(24, 3), ReLU(), Conv2d(24, 3), Flatten()]
    return Network((24, 24, 3), [*layers, *([Dropout(0.5)] if dropout else []), Dense(4)])


def data() -> tuple[Array, Array]:
    rng = np.random.default_rng(5)
    return rng.random((64, 3, 24, 24), dtype=np.float32), np.arange(64) % 4


def bits(params: Any) -> list[bytes]:
    return [array.tobytes() for own in params for array in own.values()]


def run(net: Network, **how: Any) -> Snapshot:
    return list(train(net, net.init(0), data(), RECIPE, **how))[-1]


@pytest.mark.parametrize("number", [1, 3, 6])
@pytest.mark.parametrize("dropout", [False, True])
def test_a_pause_within_a_batch_comes_before_it_and_changes_no_bit(
    number: int, dropout: bool
) -> None:
    net = network(dropout=dropout)
    controls = Asked(number, Controls.pause)
    held: list[int] = []
    for shot in train(net, net.init(0), data(), controls=controls):
        last = shot
        if shot.phase is Phase.PAUSED:
            held.append(shot.step)
            controls.resume()
    assert held == [0]
    assert last.step == 2
    assert bits(last.params) == bits(run(net).params)


@pytest.mark.parametrize("dropout", [False, True])
def test_a_stop_within_a_batch_leaves_what_was_and_can_be_gone_on_from(dropout: bool) -> None:
    net = network(dropout=dropout)
    last = run(net, controls=Asked(3, Controls.stop))
    assert (last.phase, last.step) == (Phase.STOPPED, 0)
    assert bits(last.params) == bits(net.init(0))
    on = run(net, resume=last.checkpoint)
    assert bits(on.params) == bits(run(net).params)


def test_a_batch_that_may_pass_a_pause_is_learnt_to_its_end() -> None:
    net = network(dropout=False)
    controls = Controls(RECIPE)
    controls.pause()
    controls.step()
    steps: list[int] = []
    for shot in train(net, net.init(0), data(), controls=controls):
        steps.append(shot.step)
        if shot.step:
            controls.stop()
    assert steps == [0, 1, 1]
