"""How weights begin: variances and bounds of the papers, right angles, and the same bits."""

from __future__ import annotations

from math import prod, sqrt
from typing import Any

import numpy as np
import pytest

from convsim.core.init import STARTS, Constant, He, LeCun, Orthogonal, Xavier
from convsim.core.layers import BatchNorm2d, Conv2d, ConvTranspose2d, Dense, Flatten
from convsim.core.network import Network

SHAPES = {(64, 32, 3, 3): (288, 576), (500, 120): (120, 500)}
VARIANCES: dict[Any, Any] = {
    He: lambda reads, writes: 2 / reads,
    Xavier: lambda reads, writes: 2 / (reads + writes),
    LeCun: lambda reads, writes: 1 / reads,
}


@pytest.mark.parametrize("kind", VARIANCES)
@pytest.mark.parametrize("shape", SHAPES)
def test_normal_weights_have_the_paper_s_variance(kind, shape):
    weights = kind().draw(np.random.default_rng(0), shape, *SHAPES[shape])
    wanted = VARIANCES[kind](*SHAPES[shape])
    assert weights.dtype == np.float32
    assert weights.var() == pytest.approx(wanted, rel=0.04)
    assert abs(weights.mean()) < 4 * sqrt(wanted / weights.size)
    # A normal distribution's fourth moment is three times its squared variance.
    assert (weights**4).mean() / wanted**2 == pytest.approx(3, rel=0.1)


@pytest.mark.parametrize("kind", VARIANCES)
@pytest.mark.parametrize("shape", SHAPES)
def test_uniform_weights_fill_their_bounds(kind, shape):
    weights = kind(uniform=True).draw(np.random.default_rng(0), shape, *SHAPES[shape])
    bound = sqrt(3 * VARIANCES[kind](*SHAPES[shape]))
    assert np.abs(weights).max() == pytest.approx(bound, rel=1e-3)
    assert np.abs(weights).max() <= np.float32(bound)
    assert weights.var() == pytest.approx(bound**2 / 3, rel=0.04)
    assert abs(weights.mean()) < 4 * bound / sqrt(3 * weights.size)


@pytest.mark.parametrize("shape", [(4, 9), (9, 4), (5, 5), (6, 3, 3, 3), (40, 2, 3, 3)])
@pytest.mark.parametrize("gain", [1.0, 1.5])
def test_orthogonal_filters_are_at_right_angles(shape, gain):
    weights = Orthogonal(gain).draw(np.random.default_rng(1), shape, 1, 1)
    assert weights.shape == shape
    matrix = weights.reshape(shape[0], prod(shape[1:])).astype(np.float64)
    small = matrix @ matrix.T if matrix.shape[0] <= matrix.shape[1] else matrix.T @ matrix
    np.testing.assert_allclose(small, gain**2 * np.eye(len(small)), atol=1e-6)


def test_orthogonal_weights_have_no_favourite_direction():
    corners = [Orthogonal().draw(np.random.default_rng(i), (2, 2), 1, 1)[0, 0] for i in range(400)]
    assert abs(np.mean(corners)) < 0.12
    assert np.mean(np.square(corners)) == pytest.approx(0.5, abs=0.06)


def test_constants():
    rng = np.random.default_rng(0)
    assert (Constant(0.25).draw(rng, (2, 3), 3, 2) == np.float32(0.25)).all()
    assert not STARTS["zeros"].draw(rng, (2, 3), 3, 2).any()


NETWORK = Network(
    (6, 6, 3),
    [Conv2d(4, 3, groups=1), BatchNorm2d(), ConvTranspose2d(6, 2, 2), Flatten(), Dense(7)],
)


@pytest.mark.parametrize("start", STARTS)
def test_a_network_begins_as_it_is_told(start):
    params = NETWORK.init(3, STARTS[start])
    for index, (place, own) in enumerate(zip(NETWORK.places, params, strict=True)):
        assert {k: v.shape for k, v in own.items()} == NETWORK.param_shapes[index]
        assert all(array.dtype == np.float32 for array in own.values())
        if "bias" in own:
            assert not own["bias"].any()
        if place.layer.kind in {"conv", "dense", "convtranspose"}:
            assert place.input_shape is not None
            rng = np.random.default_rng([3, index])
            wanted = STARTS[start].draw(
                rng, own["weight"].shape, *place.layer.fans(place.input_shape)
            )
            np.testing.assert_array_equal(own["weight"], wanted)
    assert (params[1]["weight"] == 1).all()
    assert (params[1]["running_var"] == 1).all()


def test_he_s_normal_is_what_a_network_begins_with():
    for plain, told in zip(NETWORK.init(1), NETWORK.init(1, He()), strict=True):
        for name in plain:
            np.testing.assert_array_equal(plain[name], told[name])


def test_fans_of_groups_and_of_transposed_convolutions():
    assert Conv2d(8, 3, groups=2, padding=1).fans((5, 5, 4)) == (18, 72)
    assert Dense(7).fans((5,)) == (5, 7)
    # Each of 3 input values reaches 6 maps through 4 taps, of which one lands on an output value.
    assert ConvTranspose2d(6, 2, 2).fans((5, 5, 3)) == (3, 24)
    assert ConvTranspose2d(6, 4, 2).fans((5, 5, 3)) == (12, 96)
    assert ConvTranspose2d(6, 2, 3, groups=3).fans((5, 5, 3)) == (1, 8)


@pytest.mark.torch
@pytest.mark.parametrize("shape", SHAPES)
def test_bounds_and_deviations_are_pytorch_s(shape):
    torch: Any = pytest.importorskip("torch")
    init = torch.nn.init
    weight = torch.empty(*shape)
    reads, writes = SHAPES[shape]
    torch.manual_seed(0)
    for ours, theirs in (
        (He(), lambda: init.kaiming_normal_(weight)),
        (Xavier(), lambda: init.xavier_normal_(weight)),
        (LeCun(), lambda: init.kaiming_normal_(weight, nonlinearity="linear")),
    ):
        theirs()
        assert weight.std().item() == pytest.approx(sqrt(ours.variance(reads, writes)), rel=0.03)
    for ours, theirs in (
        (He(True), lambda: init.kaiming_uniform_(weight)),
        (Xavier(True), lambda: init.xavier_uniform_(weight)),
    ):
        theirs()
        bound = sqrt(3 * ours.variance(reads, writes))
        assert weight.abs().max().item() == pytest.approx(bound, rel=2e-3)
