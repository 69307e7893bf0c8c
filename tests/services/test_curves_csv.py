"""Training curves as a table."""

from __future__ import annotations

from convsim.core.history import History, Point
from convsim.services.curves_csv import curves_table


def test_each_point_is_a_line_and_what_was_set_aside_stands_beside_it():
    history = History().with_points(
        [Point(1, 32, 2.5, 0.125, 0.5), Point(2, 32, 2.0, 0.25, 1.0), Point(3, 32, 1.0, 0.5, 1.5)],
        [Point(2, 100, 1.5, 0.375, 1.0)],
    )
    assert curves_table(history).splitlines() == [
        "step,epoch,loss,accuracy,validation loss,validation accuracy",
        "1,1,2.5,0.125,,",
        "2,1,2.0,0.25,1.5,0.375",
        "3,2,1.0,0.5,,",
    ]


def test_a_check_between_two_points_has_a_line_of_its_own():
    history = History().with_points([Point(3, 64, 1.0, 0.5, 1.5)], [Point(2, 100, 1.5, 0.375, 1.0)])
    assert curves_table(history).splitlines()[1:] == ["2,1,,,1.5,0.375", "3,2,1.0,0.5,,"]
