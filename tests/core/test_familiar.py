"""Energy: one number that tells pictures like those learnt from from any others."""

from __future__ import annotations

import numpy as np

from convsim.core.familiar import energies, energies_of, least_energy
from convsim.core.layers import Dense, Flatten, Softmax
from convsim.core.network import Network


def test_energy_is_the_logarithm_of_what_softmax_divides_by():
    scores = np.random.default_rng(0).normal(0, 3, (5, 7)).astype(np.float32)
    slow = [np.log(sum(np.exp(float(s)) for s in column)) for column in scores.T]
    np.testing.assert_allclose(energies(scores), slow, rtol=1e-12)


def test_large_scores_do_not_overflow():
    assert energies(np.array([[1000.0], [1000.0]]))[0] == 1000 + np.log(2)


def test_the_scores_are_those_before_softmax_picture_by_picture():
    network = Network((1, 2, 1), [Flatten(), Dense(2), Softmax()])
    params = [{}, {"weight": np.eye(2, dtype=np.float32), "bias": np.zeros(2, np.float32)}, {}]
    x = np.array([[[[0.0, 1.0]]], [[[2.0, 3.0]]], [[[5.0, 5.0]]]], np.float32)
    found = energies_of(network, params, (x, np.zeros(3, np.int64)), batch=2)
    np.testing.assert_allclose(found, energies(x.reshape(3, 2).T), rtol=1e-6)


def test_the_least_energy_keeps_the_share_that_was_asked_for():
    energy = np.arange(1000.0)
    assert (energy >= least_energy(energy, 0.98)).mean() == 0.98
