"""Evaluation: counts that can be done by hand, and the same whatever the size of batches."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from convsim.core.errors import LabelError, TrainingError
from convsim.core.evaluate import evaluate, ranks_of
from convsim.core.layers import Dense, Flatten, Softmax
from convsim.core.losses import CrossEntropy, MeanSquaredError
from convsim.core.network import Network
from tests.oracles.nets import classes, dropout_net

IDENTITY = Network((1, 1, 3), [Flatten(), Dense(3, bias=False), Softmax()])
PARAMS: Any = [{}, {"weight": np.eye(3, dtype=np.float32)}, {}]
SCORES = np.array([[5, 1, 0], [3, 4, 0], [1, 0, 2], [9, 8, 7], [0, 3, 1], [0, 1, 4]], np.float32)
LABELS = np.array([0, 0, 2, 2, 1, 2])
DATA = (SCORES[:, :, None, None], LABELS)


def test_who_is_taken_for_whom():
    got = evaluate(IDENTITY, PARAMS, DATA)
    np.testing.assert_array_equal(got.confusion, [[1, 1, 0], [0, 1, 0], [1, 0, 2]])
    assert got.count == 6
    assert got.accuracy == pytest.approx(4 / 6)
    np.testing.assert_array_equal(got.ranks, [4, 1, 1])
    assert [got.top(k) for k in (1, 2, 3, 9)] == pytest.approx([4 / 6, 5 / 6, 1, 1])
    assert got.loss == pytest.approx(CrossEntropy()(SCORES, LABELS), rel=1e-6)


def test_each_class_by_itself():
    first, second, third = evaluate(IDENTITY, PARAMS, DATA).per_class
    assert (first.count, first.recall, first.precision) == (2, 0.5, 0.5)
    assert (second.count, second.recall, second.precision) == (1, 1.0, 0.5)
    assert (third.count, third.recall, third.precision) == pytest.approx((3, 2 / 3, 1.0))


def test_a_class_that_does_not_occur_has_no_share():
    got = evaluate(IDENTITY, PARAMS, (DATA[0][:1], DATA[1][:1]))
    assert math.isnan(got.per_class[1].recall)
    assert math.isnan(got.per_class[1].precision)
    assert got.per_class[1].count == 0


@pytest.mark.parametrize("batch", [1, 4, 7])
def test_the_size_of_batches_makes_no_difference(batch):
    network = dropout_net()
    params, data = network.init(3), classes(network, 21)
    whole, parts = evaluate(network, params, data), evaluate(network, params, data, batch=batch)
    np.testing.assert_array_equal(whole.confusion, parts.confusion)
    np.testing.assert_array_equal(whole.ranks, parts.ranks)
    assert parts.loss == pytest.approx(whole.loss, rel=1e-6)
    right = network.forward(params, data[0]).argmax(axis=1) == data[1]
    assert whole.accuracy == right.mean()


def test_of_equal_scores_the_first_is_the_better():
    scores = np.array([[1.0, 1.0, 1.0], [1.0, 1.0, 1.0], [2.0, 0.0, 1.0]])
    np.testing.assert_array_equal(ranks_of(scores, np.array([0, 0, 2])), [1, 0, 2])
    np.testing.assert_array_equal(ranks_of(scores, np.array([1, 1, 0])), [2, 1, 0])
    for label in range(3):
        labels = np.full(3, label)
        best = scores.argmax(axis=0) == labels
        np.testing.assert_array_equal(ranks_of(scores, labels) == 0, best)


def test_values_have_a_loss_but_no_classes():
    got = evaluate(IDENTITY, PARAMS, (DATA[0], np.zeros((6, 3))), MeanSquaredError())
    shares = IDENTITY.forward(PARAMS, DATA[0])
    assert got.loss == pytest.approx((shares**2).mean(), rel=1e-6)
    assert math.isnan(got.accuracy)
    assert got.confusion.shape == (0, 0)
    assert got.per_class == ()


def test_labels_can_be_judged_by_their_squares_too():
    got = evaluate(IDENTITY, PARAMS, DATA, MeanSquaredError())
    assert got.accuracy == pytest.approx(4 / 6)
    assert got.loss == pytest.approx(
        MeanSquaredError()(IDENTITY.forward(PARAMS, DATA[0]), LABELS), rel=1e-6
    )


def test_what_cannot_be_evaluated():
    with pytest.raises(TrainingError, match="no examples to evaluate"):
        evaluate(IDENTITY, PARAMS, (DATA[0][:0], LABELS[:0]))
    with pytest.raises(LabelError, match="label 3 of example 0"):
        evaluate(IDENTITY, PARAMS, (DATA[0], LABELS + 3))
    with pytest.raises(TrainingError, match="k of at least 1"):
        evaluate(IDENTITY, PARAMS, DATA).top(0)


def test_the_surest_wrong_answers_come_first():
    network = Network((1, 1, 3), [Flatten()])
    scores = np.array([[4, 0, 0], [0, 9, 0], [0, 1, 0], [0, 0, 2]], np.float32)
    labels = np.array([0, 0, 0, 2])
    for batch in (1, 3, 256):
        found = evaluate(network, [{}], (scores.reshape(4, 3, 1, 1), labels), batch=batch).worst
        assert [(one.index, one.truth, one.taken) for one in found] == [(1, 0, 1), (2, 0, 1)]
        shares = np.exp(scores[2]) / np.exp(scores[2]).sum()
        assert found[1].taken_share == pytest.approx(shares[1])
        assert found[1].truth_share == pytest.approx(shares[0])


def test_mistakes_are_in_the_order_of_the_shares_that_stand_below_them():
    network = Network((1, 1, 3), [Flatten()])
    # The first is further from the truth, the second surer of what it takes the example for.
    scores = np.log(np.array([[0.01, 0.8, 0.19], [0.15, 0.85, 1e-9]], np.float32))
    found = evaluate(network, [{}], (scores.reshape(2, 3, 1, 1), np.array([0, 0]))).worst
    assert [one.index for one in found] == [1, 0]
