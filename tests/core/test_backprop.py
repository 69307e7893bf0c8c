"""Gradients of whole networks: the slope of the loss, weight by weight, and PyTorch's."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from convsim.core.backprop import score_depth, score_network, value_and_gradients
from convsim.core.flat import FlatParams, views, zeros
from convsim.core.layers import Conv2d, Dense, Flatten, LogSoftmax, ReLU, Run, Softmax
from convsim.core.losses import CrossEntropy, Hinge, MeanSquaredError
from convsim.core.network import Network
from tests.oracles.nets import TorchNet, as_float64, dropout_net, residual_net, small

NETWORKS = {
    "plain": small(),
    "residual": residual_net(),
    "dropout": dropout_net(),
    "ends in maps": Network((4, 4, 2), [Conv2d(3, 2), ReLU(), Conv2d(3, 3)]),
}


PLAIN = CrossEntropy()


def learned(network: Any, params: Any, data: Any, loss: Any = PLAIN) -> Any:
    return value_and_gradients(
        network, params, data[0], data[1], loss, Run(np.random.default_rng(3))
    )


def data_of(network: Network, count: int = 5, dtype: Any = np.float64) -> Any:
    height, width, channels = network.input_shape
    rng = np.random.default_rng(1)
    pictures = rng.standard_normal((count, channels, height, width)).astype(dtype)
    return pictures, np.arange(count) % 3


@pytest.mark.parametrize("name", NETWORKS)
@pytest.mark.parametrize("loss", [CrossEntropy(0.1), Hinge(), MeanSquaredError()], ids=str)
def test_every_gradient_is_a_slope(name, loss):
    """Central differences in float64 along a few random directions, and one weight at a time."""
    network = NETWORKS[name]
    flat = FlatParams.copied(network, as_float64(network.init(2)))
    rng = np.random.default_rng(4)
    flat.vector[:] += 0.1 * rng.standard_normal(flat.vector.size)
    data = data_of(network)
    gradient = zeros(network, np.float64)
    into = views(network, gradient)
    value_and_gradients(
        network, flat.params, data[0], data[1], loss, Run(np.random.default_rng(3)), into
    )
    directions = list(rng.standard_normal((6, gradient.size)))
    directions += [
        np.eye(1, gradient.size, int(k))[0] for k in rng.integers(gradient.size, size=40)
    ]
    start = flat.vector.copy()
    for direction in directions:
        sides = []
        for step in (1e-6, -1e-6):
            flat.vector[:] = start + step * direction
            sides.append(learned(network, flat.params, data, loss).value)
        slope = (sides[0] - sides[1]) / 2e-6
        assert direction @ gradient == pytest.approx(slope, rel=1e-5, abs=1e-7)


@pytest.mark.parametrize("name", NETWORKS)
def test_gradients_are_shaped_like_what_is_trained(name):
    network = NETWORKS[name]
    params = network.init(0)
    value, gradients, scores = learned(network, params, data_of(network, dtype=np.float32))
    assert isinstance(value, float)
    assert scores.shape == (5, *score_shape(network))
    for layer, own, grads in zip(network.layers, params, gradients, strict=True):
        assert set(grads) == set(own) & set(layer.trained)
        for key, array in grads.items():
            assert (array.shape, array.dtype) == (own[key].shape, np.float32)


def score_shape(network: Network) -> tuple[int, ...]:
    shape = network.output_shape
    return shape if len(shape) == 1 else (shape[2], *shape[:2])


def test_gradients_are_written_where_they_are_wanted():
    network = residual_net()
    params, data = network.init(0), data_of(network, dtype=np.float32)
    vector = zeros(network, np.float32)
    into = views(network, vector)
    run = Run(np.random.default_rng(3))
    fresh = learned(network, params, data).gradients
    given = value_and_gradients(
        network, params, data[0], data[1], CrossEntropy(), run, into
    ).gradients
    for mine, wanted in zip(given, fresh, strict=True):
        assert set(mine) == set(wanted)
        for name in mine:
            assert np.shares_memory(mine[name], vector)
            np.testing.assert_array_equal(mine[name], wanted[name])


def test_parameters_and_pictures_are_left_as_they_were():
    network = residual_net()
    params, (pictures, labels) = network.init(0), data_of(network, dtype=np.float32)
    copies = [{k: v.copy() for k, v in layer.items()} for layer in params]
    before = pictures.copy()
    learned(network, params, (pictures, labels))
    np.testing.assert_array_equal(pictures, before)
    for own, copy in zip(params, copies, strict=True):
        for name in own:
            np.testing.assert_array_equal(own[name], copy[name])


def test_softmax_is_left_to_the_loss_that_works_it_out_itself():
    body = [Flatten(), Dense(3)]
    plain = Network((2, 2, 1), body)
    for end in (Softmax(), LogSoftmax()):
        network = Network((2, 2, 1), [*body, end])
        for loss in (CrossEntropy(), Hinge()):
            assert score_depth(network, loss) == 2
            assert score_network(network, loss) == plain
            params = [*plain.init(0), {}]
            ours = learned(network, params, data_of(network, dtype=np.float32), loss)
            wanted = learned(plain, params[:2], data_of(network, dtype=np.float32), loss)
            assert ours.value == wanted.value
            np.testing.assert_array_equal(
                ours.gradients[1]["weight"], wanted.gradients[1]["weight"]
            )
            assert ours.gradients[2] == {}
        assert score_network(network, MeanSquaredError()) is network
    assert score_network(plain, CrossEntropy()) is plain


def test_cross_entropy_of_a_network_is_minus_the_log_of_its_share():
    network = small()
    params, (pictures, labels) = network.init(0), data_of(network)
    shares = network.forward(params, pictures)
    value = learned(network, params, (pictures, labels)).value
    assert value == pytest.approx(-np.log(shares[np.arange(5), labels]).mean(), rel=1e-6)


def test_running_statistics_are_reported_and_nothing_else():
    network = residual_net()
    run = Run()
    pictures, labels = data_of(network)
    value_and_gradients(network, network.init(0), pictures, labels, CrossEntropy(), run)
    assert list(run.statistics) == ["batchnorm1", "batchnorm2"]
    assert list(run.statistics["batchnorm1"]) == ["running_mean", "running_var"]


@pytest.mark.torch
@pytest.mark.parametrize("name", ["plain", "residual"])
@pytest.mark.parametrize(("dtype", "close"), [(np.float32, 1e-4), (np.float64, 1e-10)])
def test_gradients_are_pytorch_s(name, dtype, close):
    torch: Any = pytest.importorskip("torch")
    network = NETWORKS[name]
    params = [{k: v.astype(dtype) for k, v in layer.items()} for layer in network.init(5)]
    pictures, labels = data_of(network, 6, dtype)
    theirs = TorchNet(torch, network, params)
    wanted = torch.nn.functional.cross_entropy(
        theirs(torch.tensor(pictures)), torch.tensor(labels), label_smoothing=0.05
    )
    wanted.backward()
    value, gradients, _ = learned(network, params, (pictures, labels), CrossEntropy(0.05))
    assert value == pytest.approx(wanted.item(), rel=close)
    largest = max(np.abs(array).max() for own in gradients for array in own.values())
    for mine, yours in zip(gradients, theirs.gradients(), strict=True):
        assert set(mine) == set(yours)
        for key, array in mine.items():
            np.testing.assert_allclose(array, yours[key], rtol=close, atol=close * largest)


def test_the_pictures_are_checked_as_the_network_checks_them():
    network = small()
    with pytest.raises(Exception, match="input must be"):
        learned(network, network.init(0), (np.zeros((1, 6, 6, 2), np.float32), np.array([0])))
