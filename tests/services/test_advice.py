"""What may be wrong with a training is found in its numbers, and nothing where nothing is."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from convsim.core.evaluate import Evaluation
from convsim.core.history import History, Point
from convsim.core.recipe import Recipe
from convsim.core.vitals import Dead
from convsim.services.advice import Ill, best_epoch, class_by_class, findings
from convsim.services.data_sets import open_set
from convsim.services.opening import open_preset
from convsim.services.training import Plan


def result(counts) -> Evaluation:
    counts = np.array(counts, np.int64)
    return Evaluation(int(counts.sum()), 1.0, counts, counts.sum(axis=1))


def history(learnt: list[float], held: list[float], own=0.97, others=0.9, count=100) -> History:
    return History(
        tuple(Point(i + 1, 1, loss, own, i + 1.0) for i, loss in enumerate(learnt)),
        tuple(Point(i + 1, count, loss, others, i + 1.0) for i, loss in enumerate(held)),
    )


@pytest.fixture(scope="module")
def plan() -> Plan:
    document = open_preset("lenet5")
    return Plan(document, open_set("digits", document.network.input_shape))


def ills(plan, history, checks=None, dead=()) -> list[Ill]:
    return [found.ill for found in findings(plan, history, checks, dead)]


def test_nothing_is_said_of_a_training_that_goes_well(plan):
    well = history([2.0, 1.0, 0.5, 0.3], [2.1, 1.1, 0.6, 0.5])
    assert ills(plan, well, result([[5, 0], [1, 6]]), (Dead(1, 2, 6),)) == []
    assert ills(plan, History()) == []


def test_one_class_only(plan):
    (found,) = findings(plan, History(), result([[0, 5], [0, 6]]), ())
    assert (found.ill, found.index) == (Ill.ONE_CLASS, 1)
    assert ills(plan, History(), result([[0, 0], [0, 6]])) == []


def test_dead_units_once_an_epoch_is_over(plan):
    dead = (Dead(1, 2, 6), Dead(4, 13, 16))
    (found,) = findings(plan, history([1.0], [1.0]), None, dead)
    assert (found.ill, found.index, found.count, found.all) == (Ill.DEAD, 4, 13, 16)
    assert ills(plan, History(), None, dead) == []


def test_learning_by_heart_is_worse_on_others_and_better_on_its_own():
    falling, up = [2.0, 1.0, 0.5, 0.2, 0.1, 0.05], [2.0, 1.0, 0.8, 1.0, 1.3, 1.4]
    assert best_epoch(history(falling, up)) == 3
    assert best_epoch(history(falling, up, float("nan"), float("nan"))) == 3
    assert best_epoch(history(falling, [2.0, 1.0, 0.8, 0.82, 0.81, 0.83])) is None
    assert best_epoch(history(falling, [2.0, 1.0])) is None
    # Both get worse: that is something else.
    assert best_epoch(history([1.0, 0.5, 2.0, 3.0, 4.0], [1.0, 0.5, 2.0, 3.0, 4.0])) is None
    # More of the others are right than of its own, or as good as: nothing is learnt by heart.
    assert best_epoch(history(falling, up, 0.97, 0.986)) is None
    assert best_epoch(history(falling, up, 0.97, 0.95)) is None
    # Four pictures prove nothing, nor do two epochs.
    assert best_epoch(history(falling, up, count=4)) is None
    assert best_epoch(history(falling[:5], up[:5])) is None
    # A loss on others that is hardly larger than on its own.
    slow = [2.0, 1.2, 1.1, 1.05, 1.02, 1.0]
    assert best_epoch(history(slow, [1.0, 0.9, 0.8, 0.9, 0.95, 0.99])) is None


def test_pictures_in_order_of_their_classes(plan):
    labels = np.repeat(np.arange(10), 20)
    assert class_by_class(labels)
    shuffled = np.random.default_rng(0).permutation(labels)
    assert not class_by_class(shuffled)
    assert not class_by_class(np.tile(np.arange(10), 20))
    assert not class_by_class(np.zeros(100, np.int64))
    ordered = replace(plan, data=replace(plan.data, labels=np.sort(plan.data.labels)))
    assert ills(ordered, History()) == []
    assert ills(replace(ordered, recipe=Recipe(shuffle=False)), History()) == [Ill.ORDERED]
