"""The layers give what PyTorch gives, on hundreds of settings drawn at random.

In float64 to ten digits; in float32 to the rounding of the sum of the products' sizes.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from convsim.core.geometry import Policy
from convsim.core.layers import AvgPool2d, Conv2d, Dense, Flatten, MaxPool2d, ReLU, Softmax
from tests.oracles import loops
from tests.oracles.draws import Setting, drawn_setting, inner, normal, outer

pytestmark = pytest.mark.torch


@pytest.fixture(scope="module")
def torch() -> Any:
    return pytest.importorskip("torch")


def tensor(torch: Any, array: np.ndarray) -> Any:
    return torch.from_numpy(np.array(array))


def agree(y: np.ndarray, wanted: Any, magnitude: Any) -> None:
    """Compare with what PyTorch gives; `magnitude` is the sum of the sizes that were added."""
    wanted = wanted.numpy()
    assert y.dtype == wanted.dtype
    assert y.shape == wanted.shape
    rtol, share = (1e-10, 1e-13) if y.dtype == np.float64 else (1e-5, 2e-7)
    off = np.abs(y - wanted) - rtol * np.abs(wanted) - share * np.asarray(magnitude)
    assert off.max(initial=-1.0) <= 0.0


def padded(torch: Any, x: Any, s: Setting, value: float, gaps: tuple[int, int] = (1, 1)) -> Any:
    """Return x with what the setting pads, as PyTorch does not know "same" with a stride."""
    if s.policy is Policy.SAME:
        rows, cols = (loops.same(s.size[i], s.kernel[i], s.stride[i], gaps[i]) for i in range(2))
        around = (cols.before, cols.after, rows.before, rows.after)
    else:
        around = (s.padding[1], s.padding[1], s.padding[0], s.padding[0])
    return torch.nn.functional.pad(x, around, value=value)


@pytest.mark.parametrize("dtype", [np.float32, np.float64], ids=["float32", "float64"])
@pytest.mark.parametrize("seed", range(75))
def test_conv2d(torch, seed, dtype):
    s = drawn_setting(1000 + seed, filters=12, channels=8)
    x = inner(s.shape, s.batch, seed, dtype)
    weight = normal((s.filters, s.channels, *s.kernel), seed, dtype)
    params = {"weight": weight}
    if s.bias:
        params["bias"] = normal((s.filters,), seed, dtype)
    layer = Conv2d(
        s.filters, s.kernel, s.stride, s.padding, s.dilation, bias=s.bias, policy=s.policy
    )
    convolve = torch.nn.functional.conv2d
    picture = padded(torch, tensor(torch, outer(x)), s, 0.0, s.dilation)
    kernel = tensor(torch, weight)
    bias = tensor(torch, params["bias"]) if s.bias else None
    wanted = convolve(picture, kernel, bias, s.stride, 0, s.dilation)
    size = convolve(picture.abs(), kernel.abs(), None, s.stride, 0, s.dilation).numpy()
    assert layer.output_shape(s.shape) == (*wanted.shape[2:], s.filters)
    agree(outer(layer.forward(params, x)), wanted, size)


@pytest.mark.parametrize("dtype", [np.float32, np.float64], ids=["float32", "float64"])
@pytest.mark.parametrize("seed", range(30))
def test_max_pool2d(torch, seed, dtype):
    s = drawn_setting(2000 + seed, dilation=1)
    x = inner(s.shape, s.batch, seed, dtype)
    layer = MaxPool2d(s.kernel, s.stride, s.padding, policy=s.policy)
    picture = padded(torch, tensor(torch, outer(x)), s, -np.inf)
    wanted = torch.nn.functional.max_pool2d(picture, s.kernel, s.stride)
    np.testing.assert_array_equal(outer(layer.forward({}, x)), wanted.numpy())


@pytest.mark.parametrize("dtype", [np.float32, np.float64], ids=["float32", "float64"])
@pytest.mark.parametrize("seed", range(30))
def test_avg_pool2d(torch, seed, dtype):
    s = drawn_setting(3000 + seed, dilation=1)
    x = inner(s.shape, s.batch, seed, dtype)
    layer = AvgPool2d(s.kernel, s.stride, s.padding, policy=s.policy)
    mean = torch.nn.functional.avg_pool2d
    picture = padded(torch, tensor(torch, outer(x)), s, 0.0)
    wanted = mean(picture, s.kernel, s.stride)
    if s.policy is Policy.SAME:
        real = padded(torch, tensor(torch, np.ones_like(outer(x))), s, 0.0)
        wanted = wanted / mean(real, s.kernel, s.stride)
    agree(outer(layer.forward({}, x)), wanted, mean(picture.abs(), s.kernel, s.stride) * 10)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("count_include_pad", [True, False])
def test_pools_with_pytorch_s_own_padding(torch, seed, count_include_pad):
    s = drawn_setting(2001 + 3 * seed, dilation=1, half=True)
    assert s.policy is not Policy.SAME
    x = inner(s.shape, s.batch, seed)
    picture, pool = tensor(torch, outer(x)), torch.nn.functional
    wanted = pool.max_pool2d(picture, s.kernel, s.stride, s.padding)
    layer = MaxPool2d(s.kernel, s.stride, s.padding, policy=Policy.FLOOR)
    np.testing.assert_array_equal(outer(layer.forward({}, x)), wanted.numpy())
    if count_include_pad:
        mean = AvgPool2d(s.kernel, s.stride, s.padding, policy=Policy.FLOOR)
        agree(
            outer(mean.forward({}, x)), pool.avg_pool2d(picture, s.kernel, s.stride, s.padding), 1
        )


@pytest.mark.parametrize("dtype", [np.float32, np.float64], ids=["float32", "float64"])
@pytest.mark.parametrize("seed", range(15))
def test_linear(torch, seed, dtype):
    rng = np.random.default_rng(seed)
    inputs, units, batch = (int(rng.integers(1, high)) for high in (600, 130, 9))
    x = inner((inputs,), batch, seed, dtype)
    params = {"weight": normal((units, inputs), seed, dtype)}
    if seed % 2:
        params["bias"] = normal((units,), seed, dtype)
    layer = Dense(units, bias=bool(seed % 2))
    bias = tensor(torch, params["bias"]) if seed % 2 else None
    wanted = torch.nn.functional.linear(
        tensor(torch, outer(x)), tensor(torch, params["weight"]), bias
    )
    agree(outer(layer.forward(params, x)), wanted, outer(np.abs(params["weight"]) @ np.abs(x)))


@pytest.mark.parametrize("dtype", [np.float32, np.float64], ids=["float32", "float64"])
@pytest.mark.parametrize("seed", range(10))
def test_softmax_relu_flatten(torch, seed, dtype):
    rng = np.random.default_rng(seed)
    height, width, channels = (int(n) for n in rng.integers(1, 9, 3))
    shape = (height, width, channels) if seed % 2 else (width,)
    x = inner(shape, 3, seed, dtype) * dtype(10.0 ** rng.integers(-2, 3))
    picture = tensor(torch, outer(x))
    agree(outer(Softmax().forward({}, x)), torch.softmax(picture, 1), 1)
    np.testing.assert_array_equal(outer(ReLU().forward({}, x)), torch.relu(picture).numpy())
    np.testing.assert_array_equal(outer(Flatten().forward({}, x)), picture.flatten(1).numpy())
