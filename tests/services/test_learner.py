"""How fast a training is, so that the time that is left does not jump."""

from __future__ import annotations

from convsim.services.learner import Pace


def test_one_slow_moment_moves_the_speed_only_a_little():
    pace, now = Pace(), 0.0
    pace.begin(now)
    found = []
    for slow in (False, False, False, False, True, False):
        now += 4.0 if slow else 1.0
        found.append(pace.count(now, 100))
    assert found[:4] == [100.0] * 4
    # Of the last moment alone it would be 25, and the time left four times as long.
    assert found[4] == 62.5
    assert found[5] > found[4]


def test_a_pause_does_not_count():
    pace = Pace()
    pace.begin(0.0)
    assert pace.count(0.25, 10) == 0.0
    pace.begin(60.0)
    assert pace.count(61.0, 50) == 50.0
