"""What the Train view says in words."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from convsim.core.evaluate import Evaluation
from convsim.core.reel import Moment
from convsim.core.snapshot import Snapshot
from convsim.data.sets import Augmentation
from convsim.services.advice import Finding, Ill
from convsim.services.data_sets import open_set
from convsim.services.learner import Outcome
from convsim.services.opening import open_preset
from convsim.services.recipes import Choices
from convsim.services.resuming import Origin
from convsim.services.training import Plan
from convsim.ui.train.words import (
    duration,
    finding_text,
    moment_text,
    outcome_text,
    prediction_text,
    recipe_words,
)


def test_what_is_found_is_said_by_name(qapp):
    document = replace(open_preset("lenet5"), classes=("cat", "dog"))
    assert "“dog”" in finding_text(Finding(Ill.ONE_CLASS, 1), document)
    assert finding_text(Finding(Ill.DEAD, 1, 5, 6), document).startswith("ReLU 1: 5 of 6 are 0")
    assert "after epoch 3" in finding_text(Finding(Ill.OVERFITTING, -1, 3, 8), document)
    assert "shuffled" in finding_text(Finding(Ill.ORDERED), document)


def test_times_are_said_as_people_say_them(qapp):
    assert [duration(s) for s in (0.2, 60, 600, 7200)] == ["1 s", "60 s", "10 min", "2 h"]


def test_augmentation_is_not_advised_where_it_is_on() -> None:
    found, document = Finding(Ill.OVERFITTING, -1, 3, 8), open_preset("lenet5")
    assert "augmentation" in finding_text(found, document)
    assert "augmentation" not in finding_text(found, document, augmented=True)


def test_outputs_that_stand_for_no_class_are_not_named(qapp):
    document = replace(open_preset("lenet5"), classes=("dark", "light"))
    trace = document.new_trace()
    trace.reach(len(document.network.layers) - 1)
    text = prediction_text(document, trace)
    assert "dark (" in text
    assert "light (" in text
    assert text.count("%") == 2


def test_a_percentage_says_what_it_is_of(qapp):
    document = open_preset("lenet5")
    data = open_set("digits", document.network.input_shape)
    result = Evaluation(40, 0.1, np.array([[38, 2], [0, 0]], np.int64), np.array([40, 0]))
    snapshot = Snapshot(0, 5, 0, 32, 0.1, 1.0, 0.001, ())
    there = Outcome(Plan(document, data), snapshot, result)
    assert "of 40 test pictures recognised" in outcome_text(there)
    alone = Outcome(Plan(document, replace(data, test=None)), snapshot, result)
    assert "of all 40 pictures recognised, those it learnt from among them" in outcome_text(alone)
    judged = outcome_text(alone, held=0.5)
    assert judged.startswith("50.0% of those set aside recognised, and 100.0% of all 40, those it")
    assert "set aside" not in outcome_text(there, held=0.5)
    assert moment_text(Moment(3, 0.5, 0.1, 1.0, ())).endswith("100% of this batch right")


def test_what_never_began_did_not_end(qapp):
    document = open_preset("lenet5")
    data = open_set("digits", document.network.input_shape)
    outcome = Outcome(Plan(document, data), problem="labels need one output each")
    assert outcome_text(outcome, begun=False).startswith("It cannot be trained: labels need")
    assert outcome_text(outcome).startswith("Training ended: labels need")
    assert "before it was tried" in outcome_text(
        Outcome(Plan(document, data), Snapshot(0, 5, 0, 32, 0.1, 1.0, 0.001, ()))
    )


def test_a_recipe_names_augmentation_and_writes_rates_without_a_power(qapp):
    origin = Origin("digits", choices=Choices(rate=0.00001), augmentation=Augmentation(shift=2))
    assert "rate 0.00001, " in recipe_words(origin, ())
    assert recipe_words(origin, ()).endswith("±2 px")
    assert recipe_words(Origin("digits"), ("augmentation",)) == "digits, no augmentation"
