"""Where a curve has a corner: its pieces meet, and the slope there is the one PyTorch takes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from convsim.core.layers import ELU, LeakyReLU, MaxPool2d, ReLU, Run
from convsim.core.layers.activation import Activation

CORNERS: dict[Any, float] = {
    ReLU(): 0.0,
    LeakyReLU(): 0.01,
    LeakyReLU(0.3): 0.3,
    ELU(): 1.0,
    ELU(0.5): 0.5,
}


def finished(kind: Any) -> list[Any]:
    return [leaf for sub in kind.__subclasses__() for leaf in finished(sub)] or [kind]


def slope_at_zero(layer: Any) -> float:
    y, backward = layer.learn({}, np.zeros((1, 1)), Run())
    assert y[0, 0] == 0.0
    return float(backward(np.ones((1, 1)))[0][0, 0])


@pytest.mark.parametrize("layer", CORNERS, ids=str)
def test_the_slope_at_the_corner(layer):
    assert slope_at_zero(layer) == CORNERS[layer]


@pytest.mark.parametrize("kind", finished(Activation))
def test_the_pieces_of_a_curve_meet(kind):
    y = kind().forward({}, np.array([[-1e-12, 0.0, 1e-12]]))[0]
    np.testing.assert_allclose(y, y[1], atol=1e-11)


def test_of_equal_maxima_the_first_gets_the_gradient():
    x = np.array([[3.0, 3.0], [1.0, 3.0]])[:, None, :, None]
    _, backward = MaxPool2d(2).learn({}, x, Run())
    dx = backward(np.full((1, 1, 1, 1), 5.0))[0]
    np.testing.assert_array_equal(dx[:, 0, :, 0], [[5.0, 0.0], [0.0, 0.0]])


@pytest.mark.parametrize("value", [np.inf, -np.inf, 0.0])
def test_padding_takes_no_gradient_whatever_the_maximum_is(value):
    x = np.full((2, 1, 2, 1), value)
    y, backward = MaxPool2d(2, 2, 1).learn({}, x, Run())
    np.testing.assert_array_equal(y, value)
    np.testing.assert_array_equal(backward(np.ones((2, 1, 2, 1)))[0], 1.0)


@pytest.mark.torch
@pytest.mark.parametrize("layer", CORNERS, ids=str)
def test_the_corner_is_pytorch_s(layer):
    torch: Any = pytest.importorskip("torch")
    functional = torch.nn.functional
    curve = {
        "relu": functional.relu,
        "leakyrelu": lambda x: functional.leaky_relu(x, layer.slope),
        "elu": lambda x: functional.elu(x, layer.alpha),
    }[layer.kind]
    x = torch.zeros(1, dtype=torch.float64, requires_grad=True)
    curve(x).sum().backward()
    assert slope_at_zero(layer) == x.grad.item()
