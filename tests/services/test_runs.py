"""Runs that were kept beside the one that is shown."""

from __future__ import annotations

from convsim.core.history import History, Point
from convsim.data.sets import Augmentation
from convsim.services.recipes import Choices
from convsim.services.resuming import Origin
from convsim.services.runs import MOST, Runs, differences


def history(step: int) -> History:
    return History((Point(step, 1, 1.0, 0.5, 1.0),))


def test_each_has_a_number_and_a_colour_of_its_own():
    runs = Runs()
    for step in range(MOST + 2):
        runs = runs.with_run("net", Origin(), history(step))
    assert runs.full
    assert [run.number for run in runs.kept] == list(range(1, MOST + 1))
    assert len({run.color for run in runs.kept}) == MOST


def test_numbers_are_not_given_twice_but_colours_are_free_again():
    runs = Runs().with_run("net", Origin(), history(1)).with_run("net", Origin(), history(2))
    color = runs.kept[0].color
    runs = runs.without(1).with_run("net", Origin(), history(3))
    assert [run.number for run in runs.kept] == [2, 3]
    assert runs.kept[-1].color == color


def test_the_same_curves_are_kept_once():
    one = history(1)
    runs = Runs().with_run("net", Origin(), one)
    assert runs.with_run("net", Origin(), one) is runs


def test_recipes_are_compared_by_what_they_mean():
    plain = Origin()
    assert differences([plain, Origin(choices=Choices(rate=0.001))]) == ()
    assert differences([plain, Origin(choices=Choices(batch=64, rate=0.01))]) == ("rate", "batch")
    assert differences([plain, Origin(augmentation=Augmentation(flip=True))]) == ("augmentation",)
