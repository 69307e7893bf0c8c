"""A large network, layer by layer, says what its layers say one by one."""

from __future__ import annotations

import numpy as np
import pytest

import convsim.core.network as network_module
from convsim.core import lowering_pools, strips, window_bands
from convsim.core.engine.large import is_row
from convsim.core.layers import (
    BatchNorm2d,
    Conv2d,
    Dense,
    Flatten,
    MaxPool2d,
    ReLU,
    Residual,
    Softmax,
)
from convsim.core.network import Network

LAYERS = [
    Conv2d(8, 3, padding=1),
    ReLU(),
    MaxPool2d(3, 2),
    Conv2d(8, 3, groups=4, bias=False),
    ReLU(),
    Conv2d(32, 5, padding=2, stride=2),  # by bands: more than a small matrix
    ReLU(),
    ReLU(),
    BatchNorm2d(),
    Conv2d(4, 1),
    Flatten(),
    Dense(7),
    Softmax(),
]


def trained(network: Network) -> list[dict[str, np.ndarray]]:
    """Return parameters of which none is 0."""
    rng = np.random.default_rng(5)
    return [
        {name: (rng.random(a.shape, np.float32) - 0.4) for name, a in own.items()}
        for own in network.init()
    ]


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("batch", [0, 1, 3])
def test_it_says_what_all_layers_say_one_by_one(threads, batch, monkeypatch):
    for module in (strips, lowering_pools, window_bands):
        monkeypatch.setattr(module, "threads_for", lambda work: threads)
    monkeypatch.setattr(network_module, "is_small", lambda network: False)
    monkeypatch.setattr(strips, "SMALL_MATRIX", 2000)
    # Strips by this limit are not remembered for others.
    monkeypatch.setattr(strips, "strips_for", strips.strips_for.__wrapped__)
    network = Network((23, 27, 3), LAYERS)
    assert is_row(network)
    params = trained(network)
    for own in params:
        if "running_var" in own:
            own["running_var"] += 1
    x = np.random.default_rng(1).random((batch, 3, 23, 27), np.float32)
    said = network.forward(params, x)
    np.testing.assert_allclose(said, network.forward_all(params, x)[-1], rtol=1e-5)
    assert said.shape == (batch, 7)


def test_what_two_layers_read_is_kept(monkeypatch):
    monkeypatch.setattr(network_module, "is_small", lambda network: False)
    body = [Conv2d(3, 3, padding=1), ReLU(), Conv2d(3, 3, padding=1), Residual(3), ReLU()]
    network = Network((6, 5, 3), body)
    assert not is_row(network)
    params, x = trained(network), np.random.default_rng(1).random((2, 3, 6, 5), np.float32)
    said = network.forward(params, x)
    np.testing.assert_array_equal(said, network.forward_all(params, x)[-1])


def test_a_picture_is_not_changed(monkeypatch):
    monkeypatch.setattr(network_module, "is_small", lambda network: False)
    network = Network((6, 6, 3), [ReLU(), MaxPool2d(2), Conv2d(2, 2), ReLU()])
    x = np.random.default_rng(1).random((1, 3, 6, 6), np.float32) - 0.5
    before = x.copy()
    network.forward(trained(network), x)
    np.testing.assert_array_equal(x, before)
