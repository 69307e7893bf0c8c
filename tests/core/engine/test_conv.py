"""The rows of one picture in strips: the same numbers, whatever comes before and after."""

from __future__ import annotations

import numpy as np
import pytest

import convsim.core.engine.conv as conv_module
import convsim.core.engine.inference as inference
from convsim.core.engine.conv import ConvForward, strips_of
from convsim.core.engine.groups import groups_of
from convsim.core.layers import Conv2d, Layer, MaxPool2d, ReLU
from convsim.core.network import Network

LARGE = 100_000
"""More numbers of a map than are compared with as many zeros."""


def strips(network: Network) -> int:
    """Return the strips of the first layer's stage."""
    group, layer = groups_of(network, len(network.layers))[0], network.layers[0]
    assert isinstance(layer, Conv2d)
    return strips_of(group, layer, network.input_shape)


@pytest.mark.parametrize(
    ("layers", "possible"),
    [
        ([Conv2d(3, 3, padding=1), ReLU()], (1, 2, 4)),
        ([Conv2d(3, 3, padding=1)], ()),  # sums go out as they are, and are not copied once more
        ([Conv2d(3, 3, padding=1), ReLU(), MaxPool2d(2)], (1, 2, 4)),
        ([Conv2d(3, 3, padding=1), ReLU(), MaxPool2d((8, 2))], (1, 2)),  # of 16 rows
        ([Conv2d(3, 3, padding=1), ReLU(), MaxPool2d((2, 5))], ()),  # of 12 columns
        ([Conv2d(3, 3), ReLU()], (1, 2)),  # 14 rows
        ([Conv2d(3, 2), ReLU()], (1,)),  # 15 rows
    ],
)
def test_strips_are_of_one_height_and_no_pool_reads_two(layers, possible, monkeypatch):
    offered: list[tuple[int, ...]] = []

    def cheapest(counts: list[int], *_: int) -> int:
        offered.append(tuple(counts))
        return 1

    monkeypatch.setattr(conv_module, "cheapest", cheapest)
    strips(Network((16, 12, 2), layers))
    assert offered == [possible]


def test_the_lecture_s_second_layer_fills_its_registers_by_two_strips():
    assert strips(Network((28, 28, 6), [Conv2d(10, 5), ReLU()])) == 2
    assert strips(Network((32, 32, 3), [Conv2d(6, 5), ReLU()])) == 1


@pytest.mark.parametrize("count", [1, 2, 4])
@pytest.mark.parametrize("small", [1, LARGE])
@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize(
    "layers",
    [
        [Conv2d(4, 3, padding=1), ReLU()],
        [Conv2d(4, 3, padding=1), ReLU(), MaxPool2d(2)],
        [Conv2d(4, 3, padding=1), MaxPool2d(2), ReLU(), Conv2d(3, 3, padding=1), ReLU()],
        [Conv2d(4, (6, 4), stride=(2, 1), padding=(2, 0)), ReLU(), Conv2d(3, 1), ReLU()],
        [Conv2d(4, 1), ReLU(), Conv2d(3, 3)],
    ],
)
def test_strips_give_what_the_layers_give(layers, count, small, bias, monkeypatch):
    monkeypatch.setattr(
        conv_module,
        "cheapest",
        lambda counts, *_: max((n for n in counts if n <= count), default=1),
    )
    monkeypatch.setattr(conv_module, "SMALL", small)
    own: list[Layer] = [
        Conv2d(x.filters, x.kernel, x.stride, x.padding, bias=bias) if isinstance(x, Conv2d) else x
        for x in layers
    ]
    network = Network((16, 12, 2), own)
    params = network.init(3)
    for weights in params:
        for array in weights.values():
            array += np.float32(0.05)
    rng = np.random.default_rng(0)
    for _ in range(2):
        x = rng.standard_normal((1, 2, 16, 12), np.float32)
        wanted = network.forward_all(params, x)[-1]
        np.testing.assert_allclose(network.forward(params, x), wanted, rtol=1e-5, atol=1e-5)
    stage = inference._shelf[0].stages.stages[0]
    assert isinstance(stage, ConvForward)
    assert (network.places[0].output_shape or ())[0] == count * len(stage.z)
