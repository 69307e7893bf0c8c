"""The history of a training: bounded, and the means stay what they are."""

from __future__ import annotations

import pytest

from convsim.core.history import MOST, History, Point


def points(count: int, start: int = 1) -> list[Point]:
    return [Point(start + i, 32, 2.0 / (start + i), 0.5) for i in range(count)]


def mean(history: History) -> float:
    seen = sum(point.seen for point in history.learnt)
    return sum(point.loss * point.seen for point in history.learnt) / seen


def test_points_are_kept_in_order():
    history = History().with_points(points(3), []).with_points(points(2, start=4), points(1, 5))
    assert [point.step for point in history.learnt] == [1, 2, 3, 4, 5]
    assert [point.step for point in history.held] == [5]
    assert history.steps == 5


def test_without_points_no_step_is_over():
    assert History().steps == 0


def test_what_is_no_number_or_has_seen_nothing_is_left_out():
    bad = [Point(1, 32, float("nan"), 0.0), Point(2, 0, 1.0, 1.0)]
    assert History().with_points(bad, bad) == History()


@pytest.mark.parametrize("more", [1, 2])
def test_many_points_become_half_as_many_with_the_same_mean(more: int):
    history = History().with_points(points(MOST), [])
    fuller = history.with_points(points(more, start=MOST + 1), [])
    assert len(fuller.learnt) == (MOST + more + 1) // 2
    assert fuller.learnt[-1].step == MOST + more
    assert sum(point.seen for point in fuller.learnt) == 32 * (MOST + more)
    every = points(MOST + more)
    assert mean(fuller) == pytest.approx(sum(p.loss for p in every) / len(every))
