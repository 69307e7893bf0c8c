"""What single kinds do when they learn: chance, statistics, two inputs, ties."""

from __future__ import annotations

import numpy as np
import pytest

from convsim.core.errors import LayerError
from convsim.core.layers import (
    BatchNorm2d,
    Conv2d,
    Dropout,
    GlobalMaxPool,
    MaxPool2d,
    ReLU,
    Residual,
    Run,
    residual,
)
from convsim.core.network import Network


def test_dropout_leaves_out_its_rate_and_keeps_the_mean():
    x = np.ones((10_000, 4))
    y, backward = Dropout(0.3).learn({}, x, Run(np.random.default_rng(0)))
    assert set(np.unique(y)) == {0.0, 1 / 0.7}
    assert (y == 0).mean() == pytest.approx(0.3, abs=0.01)
    assert y.mean() == pytest.approx(1.0, abs=0.01)
    np.testing.assert_array_equal(backward(x)[0], y)


def test_dropout_is_the_same_for_the_same_seed_and_new_at_every_step():
    x, layer = np.ones((100, 3)), Dropout(0.5)
    run = Run(np.random.default_rng(1))
    first, second = layer.learn({}, x, run)[0].copy(), layer.learn({}, x, run)[0]
    again = layer.learn({}, x, Run(np.random.default_rng(1)))[0]
    assert (first != second).any()
    np.testing.assert_array_equal(first, again)


def test_dropout_of_nothing_changes_nothing():
    x = np.arange(12.0).reshape(4, 3)
    np.testing.assert_array_equal(Dropout(0.0).learn({}, x, Run())[0], x)


def test_batch_norm_collects_running_statistics_and_changes_no_parameter():
    rng = np.random.default_rng(0)
    x = rng.normal(3.0, 2.0, (6, 4, 5, 8)).astype(np.float32)
    layer = BatchNorm2d(0.25, name="norm")
    params = layer.init(rng, (6, 5, 4))
    run = Run()
    y, _ = layer.learn(params, x, run)
    np.testing.assert_allclose(y.mean(axis=(0, 2, 3)), 0, atol=1e-5)
    np.testing.assert_allclose(y.var(axis=(0, 2, 3)), 1, atol=1e-4)
    new = run.statistics["norm"]
    np.testing.assert_allclose(new["running_mean"], 0.25 * x.mean(axis=(0, 2, 3)), rtol=1e-5)
    unbiased = x.var(axis=(0, 2, 3), ddof=1)
    np.testing.assert_allclose(new["running_var"], 0.75 + 0.25 * unbiased, rtol=1e-5)
    assert {name: a.dtype for name, a in new.items()} == dict.fromkeys(new, np.dtype(np.float32))
    assert not params["running_mean"].any()


def test_batch_norm_of_the_batch_s_own_statistics_is_what_it_learned_with():
    rng = np.random.default_rng(1)
    x, layer = rng.standard_normal((5, 3, 4, 6)), BatchNorm2d(1.0)
    params = layer.init(rng, (5, 4, 3))
    run = Run()
    y, _ = layer.learn(params, x, run)
    own = {**params, **run.statistics[""]}
    count = x.size // 3
    own["running_var"] = own["running_var"].astype(np.float64) * (count - 1) / count
    np.testing.assert_allclose(layer.forward(own, x), y, atol=1e-5)


def test_a_single_value_of_a_channel_has_no_variance_to_learn_from():
    layer = BatchNorm2d(name="norm")
    params = layer.init(np.random.default_rng(0), (1, 1, 3))
    with pytest.raises(LayerError) as caught:
        layer.learn(params, np.ones((1, 3, 1, 1)), Run())
    assert str(caught.value) == (
        "norm learns from at least two values of each channel; received 1: use larger maps or "
        "more pictures at once"
    )


def test_the_gradient_of_a_maximum_goes_to_the_first_of_equals():
    x = np.zeros((2, 1, 2, 1))
    for layer in (MaxPool2d(2), GlobalMaxPool()):
        y, backward = layer.learn({}, x, Run())
        dx = backward(np.ones_like(y))[0]
        np.testing.assert_array_equal(dx[:, 0, :, 0], [[1, 0], [0, 0]])


# Residual blocks


def test_a_residual_sum_adds_the_block_s_input_to_the_body_s_output():
    network = Network((6, 6, 3), [*residual(Conv2d(3, 3, padding=1), ReLU()), ReLU()])
    assert [layer.name for layer in network.layers] == ["conv1", "relu1", "residual1", "relu2"]
    assert network.sources(2) == (1, -1)
    params = network.init(0)
    x = np.random.default_rng(0).standard_normal((2, 3, 6, 6)).astype(np.float32)
    outputs = network.forward_all(params, x)
    np.testing.assert_array_equal(outputs[2], outputs[1] + x)
    np.testing.assert_array_equal(network.forward(params, x), np.maximum(outputs[2], 0))


def test_blocks_may_lie_within_blocks():
    inner_block = residual(Conv2d(3, 1))
    network = Network((4, 4, 3), [*residual(ReLU(), *inner_block, ReLU())])
    assert [network.sources(i) for i in range(5)] == [(-1,), (0,), (1, 0), (2,), (3, -1)]
    params = network.init(1)
    x = np.random.default_rng(2).standard_normal((1, 3, 4, 4)).astype(np.float32)
    outputs = network.forward_all(params, x)
    np.testing.assert_array_equal(outputs[-1], outputs[3] + x)
    np.testing.assert_array_equal(outputs[2], outputs[1] + outputs[0])


def test_a_body_that_changes_the_shape_carries_the_error_with_both_shapes():
    network = Network((8, 8, 3), [*residual(Conv2d(5, 3)), ReLU()])
    bad = network.places[1]
    assert isinstance(bad.error, LayerError)
    assert str(bad.error) == (
        "residual1 adds what goes into its 1 layers, 8×8×3, to what comes out, 6×6×5: both must "
        "have the same shape"
    )
    assert network.places[2].waiting


def test_a_span_that_reaches_before_the_picture_carries_the_error():
    network = Network((8, 8, 3), [ReLU(), Residual(2)])
    assert str(network.places[1].error) == (
        "residual1 adds what went into the 2 layers before it; there are 1"
    )
    assert Network((8, 8, 3), [ReLU(), Residual(1)]).output_shape == (8, 8, 3)


def test_a_residual_sum_of_one_array_is_refused():
    with pytest.raises(LayerError, match="residual adds two arrays"):
        Residual(1).forward({}, np.ones((3, 1)))
    with pytest.raises(LayerError, match="residual adds two arrays"):
        Residual(1).learn({}, np.ones((3, 1)), Run())


def test_groups_that_share_out_nothing_evenly_are_refused_with_those_that_do():
    with pytest.raises(LayerError) as caught:
        Conv2d(6, 3, groups=4).output_shape((8, 8, 4))
    assert str(caught.value) == (
        "conv: 4 groups do not share out 4 channels and 6 filters evenly; groups that do: 1, 2"
    )


def test_buffers_are_lent_again_while_the_size_stays():
    run = Run()
    one = run.buffer("drop", "chance", (3, 2), np.float32)
    assert run.buffer("drop", "chance", (3, 2), np.float32) is one
    assert run.buffer("drop", "other", (3, 2), np.float32) is not one
    assert run.buffer("drop", "chance", (4, 2), np.float32).shape == (4, 2)
