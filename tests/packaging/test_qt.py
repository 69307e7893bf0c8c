"""The installed Qt bindings keep count: PySide6 6.12.0 on Python 3.11 does not, and then aborts."""

from __future__ import annotations

import sys

import pytest
from PySide6.QtCore import QObject, Signal


class Sender(QObject):
    """Something that reports truths."""

    reported = Signal(bool, object)


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="True and None are immortal there")
def test_signals_lose_no_references() -> None:
    sender = Sender()
    seen: list[bool] = []
    sender.reported.connect(lambda truth, nothing: seen.append(truth))
    before = [sys.getrefcount(thing) for thing in (True, False, None)]
    for _ in range(100):
        for _ in range(50):
            sender.reported.emit(True, None)
            sender.blockSignals(False)
            sender.signalsBlocked()
        assert len(seen) == 50
        seen.clear()
        # Looked at early: a Qt that loses references aborts soon, which would say nothing.
        after = [sys.getrefcount(thing) for thing in (True, False, None)]
        assert all(abs(a - b) < 40 for a, b in zip(after, before, strict=True)), (before, after)
