"""Small arrays that were published with their answers: ONNX' operators and CS231n's assignments."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from convsim.core.geometry import Policy
from convsim.core.layers import AvgPool2d, Conv2d, Layer, MaxPool2d, Softmax
from convsim.core.network import Network

COUNTED = np.arange(25.0).reshape(5, 5)
FROM_ONE = COUNTED + 1
NINE = {"weight": np.ones((1, 1, 3, 3))}
LONG = np.arange(35.0).reshape(7, 5)


def run(layer: Layer, picture: Any, **params: Any) -> Any:
    """Return what a layer makes of one grey picture."""
    x = np.array(picture, float)[None, None]
    return Network((*x.shape[2:], 1), [layer]).forward([params], x)[0, 0]


@pytest.mark.parametrize(
    ("layer", "picture", "params", "right"),
    [
        pytest.param(
            Conv2d(1, 3, padding=1, bias=False), COUNTED, NINE,
            [[12, 21, 27, 33, 24], [33, 54, 63, 72, 51], [63, 99, 108, 117, 81],
             [93, 144, 153, 162, 111], [72, 111, 117, 123, 84]],
            id="Conv, padding 1",
        ),
        pytest.param(
            Conv2d(1, 3, bias=False), COUNTED, NINE,
            [[54, 63, 72], [99, 108, 117], [144, 153, 162]],
            id="Conv, no padding",
        ),
        pytest.param(
            Conv2d(1, 3, 2, 1, bias=False), LONG, NINE,
            [[12, 27, 24], [63, 108, 81], [123, 198, 141], [112, 177, 124]],
            id="Conv, stride 2, padding 1",
        ),
        pytest.param(
            Conv2d(1, 3, 2, bias=False), LONG, NINE,
            [[54, 72], [144, 162], [234, 252]],
            id="Conv, stride 2",
        ),
        pytest.param(
            Conv2d(1, 3, 2, (1, 0), bias=False), LONG, NINE,
            [[21, 33], [99, 117], [189, 207], [171, 183]],
            id="Conv, stride 2, padding of rows only",
        ),
        pytest.param(
            MaxPool2d(5, 1, 2), FROM_ONE, {},
            [[13, 14, 15, 15, 15], [18, 19, 20, 20, 20], [23, 24, 25, 25, 25],
             [23, 24, 25, 25, 25], [23, 24, 25, 25, 25]],
            id="MaxPool, padding 2",
        ),
        pytest.param(
            MaxPool2d(3, 2, policy=Policy.SAME), FROM_ONE, {},
            [[7, 9, 10], [17, 19, 20], [22, 24, 25]],
            id="MaxPool, same upper",
        ),
        pytest.param(
            MaxPool2d(2, 2, policy=Policy.FLOOR), FROM_ONE, {}, [[7, 9], [17, 19]],
            id="MaxPool, stride 2",
        ),
        pytest.param(
            AvgPool2d(5, 1, 2), FROM_ONE, {},
            [[2.52, 3.6, 4.8, 4.08, 3.24], [4.56, 6.4, 8.4, 7.04, 5.52],
             [7.2, 10, 13, 10.8, 8.4], [6.96, 9.6, 12.4, 10.24, 7.92],
             [6.12, 8.4, 10.8, 8.88, 6.84]],
            id="AveragePool, padding 2 counted",
        ),
        pytest.param(
            AvgPool2d(5, 1, policy=Policy.SAME), FROM_ONE, {},
            [[7, 7.5, 8, 8.5, 9], [9.5, 10, 10.5, 11, 11.5], [12, 12.5, 13, 13.5, 14],
             [14.5, 15, 15.5, 16, 16.5], [17, 17.5, 18, 18.5, 19]],
            id="AveragePool, padding 2 left out",
        ),
        pytest.param(
            AvgPool2d(3, 2, policy=Policy.SAME), FROM_ONE, {},
            [[4, 5.5, 7], [11.5, 13, 14.5], [19, 20.5, 22]],
            id="AveragePool, same upper",
        ),
        pytest.param(
            AvgPool2d(2, 2, policy=Policy.FLOOR), FROM_ONE, {}, [[4, 6], [14, 16]],
            id="AveragePool, stride 2",
        ),
    ],
)  # fmt: skip
def test_the_examples_of_the_onnx_operators(layer, picture, params, right):
    np.testing.assert_allclose(run(layer, picture, **params), right, rtol=1e-12)


@pytest.mark.parametrize(
    ("scores", "shares"),
    [
        ([[-1, 0, 1]], [[0.09003058, 0.24472848, 0.66524094]]),
        (
            [[0, 1, 2, 3], [10000, 10001, 10002, 10003]],
            [[0.032058604, 0.08714432, 0.23688284, 0.6439143]] * 2,
        ),
    ],
)
def test_the_examples_of_onnx_softmax(scores, shares):
    y = Softmax().forward({}, np.array(scores, float).T).T
    np.testing.assert_allclose(y, shares, rtol=1e-6)


def test_the_convolution_of_cs231n_s_second_assignment():
    x = np.linspace(-0.1, 0.5, num=96).reshape(2, 3, 4, 4)
    weight = np.linspace(-0.2, 0.3, num=144).reshape(3, 3, 4, 4)
    params = {"weight": weight, "bias": np.linspace(-0.1, 0.2, num=3)}
    right = [
        [
            [[-0.08759809, -0.10987781], [-0.18387192, -0.2109216]],
            [[0.21027089, 0.21661097], [0.22847626, 0.23004637]],
            [[0.50813986, 0.54309974], [0.64082444, 0.67101435]],
        ],
        [
            [[-0.98053589, -1.03143541], [-1.19128892, -1.24695841]],
            [[0.69108355, 0.66880383], [0.59480972, 0.56776003]],
            [[2.36270298, 2.36904306], [2.38090835, 2.38247847]],
        ],
    ]
    y = Network((4, 4, 3), [Conv2d(3, 4, 2, 1)]).forward([params], x)
    np.testing.assert_allclose(y, right, atol=6e-9)


def test_the_max_pool_of_cs231n_s_second_assignment():
    x = np.linspace(-0.3, 0.4, num=96).reshape(2, 3, 4, 4)
    right = [
        [
            [[-0.26315789, -0.24842105], [-0.20421053, -0.18947368]],
            [[-0.14526316, -0.13052632], [-0.08631579, -0.07157895]],
            [[-0.02736842, -0.01263158], [0.03157895, 0.04631579]],
        ],
        [
            [[0.09052632, 0.10526316], [0.14947368, 0.16421053]],
            [[0.20842105, 0.22315789], [0.26736842, 0.28210526]],
            [[0.32631579, 0.34105263], [0.38526316, 0.4]],
        ],
    ]
    y = Network((4, 4, 3), [MaxPool2d(2)]).forward([{}], x)
    np.testing.assert_allclose(y, right, atol=6e-9)
