"""A signal from outside ends the window, without a complaint about a socket that is closed."""

from __future__ import annotations

import os
import signal

import pytest

from convsim.ui.terminal import Interrupts


@pytest.mark.skipif(os.name == "nt", reason="no program can send such a signal there")
def test_a_signal_that_ends_everything_at_once(qtbot):
    interrupts = Interrupts()
    statuses: list[int] = []
    interrupts.came.connect(statuses.append)
    interrupts.came.connect(lambda _status: interrupts.stop())
    before = signal.getsignal(signal.SIGTERM)
    os.kill(os.getpid(), signal.SIGTERM)
    qtbot.waitUntil(lambda: bool(statuses))
    # Qt may still tell of what the system wrote before the socket was closed.
    interrupts._hear()
    assert statuses == [128 + signal.SIGTERM]
    assert signal.getsignal(signal.SIGTERM) is not before


@pytest.mark.skipif(os.name == "nt", reason="no program can send such a signal there")
def test_it_is_told_between_two_events_not_in_the_midst_of_one(qtbot):
    interrupts = Interrupts()
    told: list[int] = []
    interrupts.came.connect(told.append)
    os.kill(os.getpid(), signal.SIGINT)
    # Python has called the handler by now.
    assert told == []
    qtbot.waitUntil(lambda: bool(told))
    interrupts.stop()
    assert told == [128 + signal.SIGINT]
