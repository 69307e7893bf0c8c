"""What the Train view says in words."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from convsim.core.evaluate import Evaluation
from convsim.services.opening import open_preset
from convsim.ui.train.words import advice, duration


def result(counts) -> Evaluation:
    counts = np.array(counts, np.int64)
    return Evaluation(int(counts.sum()), 1.0, counts, counts.sum(axis=1))


def traced(document):
    trace = document.new_trace()
    trace.reach(1)
    return trace


def test_a_network_that_says_one_class_only_is_told_by_its_name(qapp):
    document = replace(open_preset("lenet5"), classes=("cat", "dog"))
    (said,) = advice(result([[0, 5], [0, 6]]), document, traced(document))
    assert "“dog”" in said


def test_nothing_is_said_of_a_network_that_tells_classes_apart(qapp):
    document = open_preset("lenet5")
    assert advice(result([[5, 0], [1, 6]]), document, traced(document)) == []
    assert advice(None, document, traced(document)) == []


def test_dead_relus_are_counted(qapp):
    document = open_preset("lenet5")
    params = dict(document.weights[0])
    params["bias"] = np.array([-1e3] * 5 + [1.0], np.float32)
    document = replace(document, weights=document.weights.replaced(0, params))
    (said,) = advice(None, document, traced(document))
    assert said.startswith("relu1: 5 of 6 outputs are 0")


def test_times_are_said_as_people_say_them(qapp):
    assert [duration(s) for s in (0.2, 60, 600, 7200)] == ["1 s", "60 s", "10 min", "2 h"]
