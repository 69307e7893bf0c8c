"""A plan learns what the layers learn one by one; however the batch is cut and shared out."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import convsim.core.engine.chunks as chunks_module
import convsim.core.engine.plan as plan_module
from convsim.core.backprop import value_and_gradients, value_and_gradients_by_layer
from convsim.core.blas import one_blas_thread
from convsim.core.engine.groups import groups_of, suits
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
    "kernels larger than maps": Network(
        (3, 3, 2),
        [
            Conv2d(2, 3, padding=1),
            ReLU(),
            Conv2d(8, 7, padding=2),
            Flatten(),
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
    "wide padding at one side": Network(
        (5, 6, 2), [Conv2d(2, 1), Conv2d(3, 2, padding=((0, 2), (1, 3))), ReLU(), Flatten()]
    ),
    "one filter": Network((5, 4, 1), [Conv2d(1, 2), ReLU(), Flatten(), Dense(3)]),
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
    return Run(threads=request.param)


@pytest.mark.parametrize("name", NETWORKS)
@pytest.mark.parametrize("count", [1, 2, 5, 8, 13])
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
    ("batch", "threads", "pace", "shares", "helped"),
    [
        # By the work of a step: 3 · 16 multiply-adds for each picture.
        (8, 4, 1, [[(0, 2)], [(2, 4)], [(4, 6)], [(6, 8)]], False),
        (8, 4, 3 * 16 * 4, [[(0, 4)], [(4, 8)]], False),
        (8, 4, 3 * 16 * 4 + 1, [[(0, 8)]], True),
        (8, 1, 1, [[(0, 8)]], False),
        (1, 4, 1, [[(0, 1)]], True),
        (2, 4, 1, [[(0, 1)], [(1, 2)]], False),
        (12, 2, 1, [[(0, 3), (6, 9)], [(3, 6), (9, 12)]], False),
    ],
)
def test_threads_share_a_batch_by_its_work(batch, threads, pace, shares, helped, monkeypatch):
    network = Network((4, 4, 1), [Flatten(), Dense(1)])
    monkeypatch.setattr(plan_module, "THREAD_WORK", pace)
    monkeypatch.setattr(plan_module, "HELP_WORK", 1)
    monkeypatch.setattr(chunks_module, "CHUNK", 32 if batch < 12 else 3)
    plan = plan_module.Plan(network, 2, batch, np.float32, threads)
    assert [[(part.start, part.stop) for part in share] for share in plan.shares] == shares
    assert plan.helped is helped
    assert [sorted(worker) for worker in plan.workers] == [
        sorted({high - low for low, high in share}) for share in shares
    ]


def test_a_second_thread_helps_only_where_there_is_enough_work(monkeypatch):
    network = Network((4, 4, 1), [Flatten(), Dense(1)])
    for limit, helped in ((48, True), (49, False)):
        monkeypatch.setattr(plan_module, "HELP_WORK", limit)
        assert plan_module.Plan(network, 2, 1, np.float32, 2).helped is helped


def test_two_threads_at_one_chunk_do_not_lower_into_one_room(monkeypatch):
    monkeypatch.setattr(plan_module, "HELP_WORK", 1)
    # Both ways back from the second convolution lower more than a band.
    layers = [Conv2d(8, 3, padding=1), ReLU(), Conv2d(8, 3, padding=1), ReLU(), Flatten(), Dense(3)]
    network = Network((96, 128, 1), layers)
    weights, run = weights_of(network, np.float64), Run(threads=2)
    x, labels = data_of(network, 1, np.float64)
    wanted = value_and_gradients_by_layer(network, weights.params, x, labels, CrossEntropy(), Run())
    for _ in range(3):
        found = value_and_gradients(network, weights.params, x, labels, CrossEntropy(), run)
        for own, right in zip(found.gradients, wanted.gradients, strict=True):
            for key, array in own.items():
                np.testing.assert_allclose(array, right[key], rtol=1e-9, atol=1e-12, err_msg=key)
    (plan,) = run.plans
    assert plan.helped
    (second,) = (stage for stage in plan.all[0].stages if stage.index == 2)
    assert second.correlate.again, "or there is no room that could be shared"
    forward, back = second.convolve.steps, second.back_to_x._multiply.steps
    assert not any(np.may_share_memory(own[2], other[2]) for own in forward for other in back)


@pytest.mark.parametrize("other", [{"depth": 1}, {"batch": 3}, {"dtype": "f8"}, {"threads": 1}])
def test_a_plan_is_for_one_depth_batch_dtype_and_number_of_threads(other):
    network = Network((2, 2, 1), [Flatten(), Dense(3), ReLU()])
    made: dict[str, Any] = {"depth": 2, "batch": 4, "dtype": np.dtype("f4"), "threads": 2}
    plan = plan_module.Plan(network, **made)
    assert plan.made_for(**made)
    assert not plan.made_for(**{**made, **other})


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
