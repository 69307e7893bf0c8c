"""Moments of a training: from the first to the newest, evenly apart, within their room."""

from __future__ import annotations

import numpy as np
import pytest

from convsim.core.reel import MOST, SHARE, Moment, Reel


def params(*sizes: int):
    return tuple({"weight": np.zeros(size, np.float32)} for size in sizes)


def filled(count: int, *sizes: int, room: int = 1 << 20) -> Reel:
    reel = Reel(room=room)
    for step in range(count):
        reel = reel.with_moment(Moment(step, step / 10, 1.0, 0.5, params(*sizes)))
    return reel


@pytest.mark.parametrize("count", [1, 2, MOST, MOST + 1, 3 * MOST + 5])
def test_the_first_and_the_newest_are_always_there(count):
    reel = filled(count, 10)
    assert reel.moments[0].step == 0
    assert reel.moments[-1].step == count - 1
    assert len(reel.moments) <= MOST


def test_they_stay_evenly_apart():
    reel = filled(1000, 10)
    steps = [moment.step for moment in reel.moments[:-1]]
    assert set(np.diff(steps)) == {reel.every}


def test_all_together_stay_within_their_room():
    reel = filled(500, 100, room=400 * 20)
    assert reel.size <= 400 * 20
    assert len(reel.moments) >= 10
    assert not reel.cut


def test_of_a_large_network_the_first_layers_are_kept():
    room = SHARE * 400
    reel = filled(3, 60, 30, 200, 5, room=room)
    assert reel.cut
    assert reel.layers == 2
    assert [len(own) for own in reel.moments[-1].params] == [1, 1, 0, 0]
    assert reel.size <= room


def test_a_step_that_was_seen_is_no_other_moment():
    reel = filled(3, 10)
    assert reel.with_moment(reel.moments[-1]) is reel
