"""A plan learns what the layers learn one by one; however the batch is cut and shared out."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import convsim.core.engine.chunks as chunks_module
import convsim.core.engine.plan as plan_module
from convsim.core.backprop import value_and_gradients, value_and_gradients_by_layer
from convsim.core.blas import one_blas_thread
from convsim.core.engine.chunks import cuts_of
from convsim.core.engine.groups import groups_of, suits
from convsim.core.engine.slabs import Windows, block_of
from convsim.core.flat import FlatParams, views, zeros
from convsim.core.geometry import Policy
from convsim.core.layers import (
    AvgPool2d,
    BatchNorm2d,
    Conv2d,
    ConvTranspose2d,
    Dense,
    Dropout,
    Flatten,
    GlobalAvgPool,
    LeakyReLU,
    MaxPool2d,
    ReLU,
    Run,
    Softmax,
    residual,
)
from convsim.core.losses import CrossEntropy, MeanSquaredError
from convsim.core.network import Network
from convsim.core.optim import SGD
from convsim.document import PRESETS
from tests.oracles.nets import as_float64

NETWORKS = {
    "lenet5": PRESETS["lenet5"].build(),
    "padded, stride, uneven": Network(
        (9, 12, 2),
        [
            Conv2d(5, (3, 2), 2, ((1, 2), (1, 0)), policy=Policy.FLOOR),
            MaxPool2d((1, 2), policy=Policy.FLOOR),
            ReLU(),
            Conv2d(4, (2, 3), (1, 2), padding=1, bias=False, policy=Policy.FLOOR),
            ReLU(),
            Conv2d(3, 2, policy=Policy.SAME),
            Flatten(),
            Dense(6, bias=False),
            ReLU(),
            Dense(4),
        ],
    ),
    "others between": Network(
        (8, 8, 3),
        [
            Conv2d(4, 3, padding=1, dilation=1),
            LeakyReLU(),
            Conv2d(4, 3, groups=2, padding=1),
            ReLU(),
            MaxPool2d(3, 1),
            ConvTranspose2d(3, 2),
            AvgPool2d(2, policy=Policy.FLOOR),
            Conv2d(4, 2, dilation=2, policy=Policy.FLOOR),
            GlobalAvgPool(),
            Flatten(),
            Dense(4),
            Softmax(),
        ],
    ),
    "starts with a pool": Network((8, 8, 2), [MaxPool2d(2), ReLU(), Conv2d(3, 3), Flatten()]),
    "wide padding": Network((4, 4, 2), [Conv2d(2, 1), Conv2d(3, 2, padding=3), Conv2d(4, 9)]),
    "dense alone": Network((2, 2, 1), [Flatten(), Dense(3)]),
}


def data_of(network: Network, count: int, dtype: Any) -> Any:
    height, width, channels = network.input_shape
    rng = np.random.default_rng(1)
    x = rng.standard_normal((count, channels, height, width)).astype(dtype)
    # Flat patches, as drawings have, make equal largest values in a pool's window.
    x[:, :, : height // 2] = 0.5
    return x, rng.integers(0, 3, count)


def weights_of(network: Network, dtype: Any) -> FlatParams:
    params = network.init(2) if dtype == np.float32 else as_float64(network.init(2))
    weights = FlatParams.copied(network, params)
    rng = np.random.default_rng(3)
    weights.vector[:] += 0.05 * rng.standard_normal(weights.vector.size).astype(dtype)
    return weights


@pytest.fixture(params=[1, 2, 3], ids="threads {}".format)
def run(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(plan_module, "THREAD_WORK", 1)
    monkeypatch.setattr(chunks_module, "CHUNK", 4)
    lent = Run(threads=request.param)
    yield lent
    lent.close()


@pytest.mark.parametrize("name", NETWORKS)
@pytest.mark.parametrize("count", [1, 5, 8, 13])
def test_a_plan_learns_what_the_layers_learn(run: Run, name: str, count: int):
    network = NETWORKS[name]
    weights = weights_of(network, np.float64)
    x, labels = data_of(network, count, np.float64)
    for loss in (CrossEntropy(0.1), MeanSquaredError()):
        if len(network.output_shape) == 3 and isinstance(loss, MeanSquaredError):
            labels = np.zeros((count, network.output_shape[2], *network.output_shape[:2]))
        wanted = value_and_gradients_by_layer(network, weights.params, x, labels, loss, Run())
        # The second step finds the buffers of the first.
        for _ in range(2):
            gradient = zeros(network, np.float64)
            into = views(network, gradient)
            found = value_and_gradients(network, weights.params, x, labels, loss, run, into)
        assert found.value == pytest.approx(wanted.value, rel=1e-12)
        np.testing.assert_allclose(found.scores, wanted.scores, rtol=1e-9, atol=1e-12)
        for own, right in zip(found.gradients, wanted.gradients, strict=True):
            assert own.keys() == right.keys()
            for key, array in own.items():
                np.testing.assert_allclose(array, right[key], rtol=1e-9, atol=1e-12, err_msg=key)


@pytest.mark.parametrize("name", ["convnetjs-cifar", "vgg-mini"])
def test_in_single_precision_within_1e5(run: Run, name: str):
    network = PRESETS[name].build()
    weights = weights_of(network, np.float32)
    x, labels = data_of(network, 9, np.float32)
    wanted = value_and_gradients_by_layer(network, weights.params, x, labels, CrossEntropy(), Run())
    found = value_and_gradients(network, weights.params, x, labels, CrossEntropy(), run)
    for own, right in zip(found.gradients, wanted.gradients, strict=True):
        for key, array in own.items():
            assert np.abs(array - right[key]).max() <= 1e-5 * np.abs(right[key]).max()


def test_one_seed_and_number_of_threads_give_the_same_bits_over_100_steps(run: Run):
    network = NETWORKS["lenet5"]
    x, labels = data_of(network, 12, np.float32)
    ends = []
    for _ in range(2):
        weights = weights_of(network, np.float32)
        gradient = zeros(network, np.float32)
        into = views(network, gradient)
        sgd = SGD(0.01, momentum=0.9)
        state = sgd.start(weights.vector)
        for _ in range(100):
            value_and_gradients(network, weights.params, x, labels, CrossEntropy(), run, into)
            sgd.update(weights.vector, gradient, state)
        ends.append(weights.vector.tobytes())
    assert ends[0] == ends[1]


def test_what_looks_at_the_whole_batch_is_not_cut():
    for layer in (BatchNorm2d(), Dropout(0.5)):
        assert not suits(Network((4, 4, 1), [Conv2d(2, 3, padding=1), layer]))
    assert not suits(Network((4, 4, 2), residual(Conv2d(2, 3, padding=1))))
    assert suits(NETWORKS["others between"])


def test_relu_and_pool_join_the_convolution_before_them():
    network = NETWORKS["padded, stride, uneven"]
    spans = [(group.first, group.last) for group in groups_of(network, len(network.layers))]
    assert spans == [(0, 3), (3, 5), (5, 6), (6, 7), (7, 9), (9, 10)]


def test_plans_are_kept_for_two_sizes_of_batch():
    network, run = NETWORKS["dense alone"], Run(threads=1)
    weights = weights_of(network, np.float32)
    for count in (8, 8, 3, 8, 5, 8):
        x, labels = data_of(network, count, np.float32)
        value_and_gradients(network, weights.params, x, labels, CrossEntropy(), run)
    assert sorted(plan.batch for plan in run.plans) == [5, 8]


def test_weights_of_another_precision_go_layer_by_layer():
    network, run = NETWORKS["dense alone"], Run(threads=1)
    x, labels = data_of(network, 4, np.float32)
    weights = weights_of(network, np.float64)
    value_and_gradients(network, weights.params, x, labels, CrossEntropy(), run)
    assert not run.plans


@pytest.mark.parametrize(
    ("batch", "threads", "most", "sizes"),
    [
        (1, 2, 8, [1]),
        (16, 2, 32, [8, 8]),
        (128, 2, 8, [8] * 16),
        (100, 2, 8, [5] * 20),
        (13, 2, 8, [6, 7]),
        (3, 8, 8, [1, 1, 1]),
    ],
)
def test_chunks_are_of_one_size_if_they_can_be(batch, threads, most, sizes):
    cuts = cuts_of(batch, threads, most)
    assert np.diff(cuts).tolist() == sizes


def test_blocks_of_a_product_stay_small():
    assert block_of(256, 288 * 32) == 64
    assert block_of(100, 10) == 100
    assert block_of(7, 10**6) == 7


@pytest.mark.parametrize("stride", [(1, 1), (2, 3)])
@pytest.mark.parametrize("room", [60, 200, 10_000])
def test_windows_are_those_of_sliding_window_view(stride, room):
    maps = np.arange(9 * 2 * 8 * 3, dtype=np.float32).reshape(9, 2, 8, 3)
    windows = Windows(maps, (3, 2), stride, np.empty(room, np.float32))
    wanted = np.lib.stride_tricks.sliding_window_view(maps, (3, 2), (0, 2))
    wanted = wanted[:: stride[0], :, :: stride[1]]
    found = []
    for band in windows.bands:
        band.lower()
        found.append(windows.operand(band, windows.run)[:, 0].copy())
    # From (row, kernel row, kernel column, channel, column, picture).
    rows = np.concatenate(found).reshape(windows.high, 3, 2, 2, windows.broad, 3)
    np.testing.assert_array_equal(rows.transpose(0, 3, 4, 5, 1, 2), wanted)


def test_blas_has_its_threads_back_after_a_step():
    from threadpoolctl import (  # type: ignore[import-untyped]
        threadpool_info,
        threadpool_limits,
    )

    def count() -> int:
        return int(next(i["num_threads"] for i in threadpool_info() if i["user_api"] == "blas"))

    with threadpool_limits(2, "blas"):
        with one_blas_thread():
            assert count() == 1
        assert count() == 2
