"""A run of the trainer as the document keeps it, and recipes that are compared."""

from __future__ import annotations

from dataclasses import replace

from convsim.core.history import History, Point
from convsim.data.sets import Augmentation
from convsim.document.work import runs_of
from convsim.services.opening import open_preset
from convsim.services.recipes import Choices
from convsim.services.resuming import Origin
from convsim.services.runs import differences, origin_of_run, with_kept

CURVES = History((Point(1, 1, 1.0, 0.5, 1.0),))


def test_a_kept_run_says_how_it_was_asked_for():
    origin = Origin("digits", 90, Choices("sgd", 0.1), 12, Augmentation(flip=True))
    document = with_kept(open_preset("lecture"), "net", origin, CURVES)
    (run,) = runs_of(document).kept
    assert origin_of_run(run) == origin
    assert with_kept(document, "net", origin, CURVES) is document


def test_settings_that_make_no_sense_are_as_they_usually_are():
    document = with_kept(open_preset("lecture"), "net", Origin(), CURVES)
    (run,) = runs_of(document).kept
    settings = {"optimizer": "magic", "batch": "many", "total": None}
    odd = replace(run, settings=settings, augmentation={"rotate": 181, "shift": -1, "noise": 0.5})
    assert origin_of_run(odd) == Origin(augmentation=Augmentation(noise=0.5))


def test_recipes_are_compared_by_what_they_mean():
    plain = Origin()
    assert differences([plain, Origin(choices=Choices(rate=0.001))]) == ()
    assert differences([plain, Origin(choices=Choices(batch=64, rate=0.01))]) == ("rate", "batch")
    assert differences([plain, Origin(augmentation=Augmentation(flip=True))]) == ("augmentation",)
