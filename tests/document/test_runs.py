"""Runs that were kept beside the one that is shown."""

from __future__ import annotations

from dataclasses import replace

import pytest

from convsim.core.errors import ParameterError
from convsim.core.history import History, Point
from convsim.document.example import Example
from convsim.document.runs import LAST, LONGEST, MOST, NO_RUNS, Runs
from convsim.document.work import runs_of, with_work
from convsim.services.opening import open_preset


def history(*losses: float) -> History:
    return History(tuple(Point(i, 1, loss, 0.5, i / 9) for i, loss in enumerate(losses, 1)))


def keep(runs: Runs, *losses: float) -> Runs:
    return runs.with_run("net", "digits", 9, {}, {}, history(*losses))


def test_each_has_a_number_and_a_colour_of_its_own():
    runs = NO_RUNS
    for loss in range(MOST + 2):
        runs = keep(runs, float(loss))
    assert runs.full
    assert [run.number for run in runs.kept] == list(range(1, MOST + 1))
    assert len({run.color for run in runs.kept}) == MOST


def test_numbers_are_not_given_twice_but_colours_are_free_again():
    runs = keep(keep(NO_RUNS, 1.0), 2.0)
    color = runs.kept[0].color
    runs = keep(runs.without(1), 3.0)
    assert [run.number for run in runs.kept] == [2, 3]
    assert runs.kept[-1].color == color


def test_after_the_last_number_the_lowest_that_is_free_is_given():
    runs = keep(keep(Runs(given=LAST - 1), 1.0), 2.0)
    assert [run.number for run in runs.kept] == [LAST, 1]
    runs = keep(keep(runs, 3.0).without(1), 4.0)
    assert [run.number for run in runs.kept] == [LAST, 2, 1]
    assert runs.given == LAST


def test_the_same_curves_are_kept_once_also_after_they_were_read_from_a_file():
    runs = keep(NO_RUNS, 1.0, 0.5, float("inf"))
    assert keep(runs, 1.0, 0.5, float("inf")) is runs
    # What a project keeps of a training may end a little earlier.
    assert runs.holds(history(1.0, 0.5))
    assert not runs.holds(history(1.0, 0.5, float("inf"), 0.1))
    assert not runs.holds(history(1.0, 0.6))


def test_a_run_is_called_something_and_gets_its_number_back_without_a_name():
    runs = keep(keep(NO_RUNS, 1.0), 2.0).renamed(2, "  small\n steps ")
    assert [run.name for run in runs.kept] == ["", "small steps"]
    assert [run.name for run in runs.renamed(2, " ").kept] == ["", ""]
    with pytest.raises(ParameterError, match=f"up to {LONGEST} letters; got {LONGEST + 1}"):
        runs.renamed(1, "x" * (LONGEST + 1))
    with pytest.raises(ParameterError, match="no run 7; kept are 1, 2"):
        runs.renamed(7, "x")


def test_another_network_takes_runs_and_labelled_pictures_over():
    before = replace(open_preset("lecture"), runs=keep(NO_RUNS, 1.0))
    before = replace(before, examples=(Example("dog", (before.image * 255).astype("uint8")),))
    after = with_work(open_preset("lenet5"), before)
    assert after.runs is before.runs
    assert after.examples is before.examples
    assert after.preset == "lenet5"
    assert runs_of(open_preset("lecture")) is NO_RUNS
