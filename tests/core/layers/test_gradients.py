"""Every gradient is the slope that small steps find, in float64, on twenty shapes a kind."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from convsim.core.layers import KINDS, Run
from tests.oracles.drawn_layers import DRAW, Drawn, drawn_layer
from tests.oracles.draws import normal

if TYPE_CHECKING:
    from collections.abc import Mapping

SHAPES = 20
STEP = 1e-6
WAYS = 3
"""Random directions in which the slope is compared."""


def learned(drawn: Drawn, params: Mapping[str, np.ndarray], inputs: list[np.ndarray]):
    """Return the output and the backward; chance is the same every time."""
    run = Run(np.random.default_rng(5))
    return drawn.layer.learn(params, inputs[0], run, *inputs[1:])


def test_every_kind_is_drawn():
    assert set(DRAW) == set(KINDS.values())


@pytest.mark.parametrize("seed", range(SHAPES))
@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_gradients_are_the_slopes(kind, seed):
    drawn = drawn_layer(kind, seed)
    params, inputs = drawn.params(), drawn.inputs()
    y, backward = learned(drawn, params, inputs)
    dy = drawn.gradient(y)
    dx, grads = backward(dy)
    assert set(grads) == set(params) & set(drawn.layer.trained)

    def loss(shift: float, way: list[np.ndarray], more: dict[str, np.ndarray]) -> float:
        moved = {name: array + shift * more.get(name, 0.0) for name, array in params.items()}
        there = [x + shift * step for x, step in zip(inputs, way, strict=True)]
        return float((learned(drawn, moved, there)[0] * dy).sum())

    still = [np.zeros_like(x) for x in inputs]
    ways: list[tuple[list[np.ndarray], dict[str, np.ndarray], float]] = []
    for i in range(WAYS):
        for place, x in enumerate(inputs):
            way = [normal(x.shape, 100 + i) if j == place else s for j, s in enumerate(still)]
            ways.append((way, {}, float((dx * way[place]).sum())))
        for name, grad in grads.items():
            step = normal(grad.shape, 200 + i)
            ways.append((still, {name: step}, float((grad * step).sum())))
    for way, more, slope in ways:
        found = (loss(STEP, way, more) - loss(-STEP, way, more)) / (2 * STEP)
        assert found == pytest.approx(slope, rel=1e-6, abs=1e-6 * max(1.0, np.abs(dy).sum()))
