"""Playing: a clock that moves the window from position to position."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

if TYPE_CHECKING:
    from convsim.document import Document
    from convsim.services.store import Store

SPEEDS = (0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0, 60.0)
"""Positions a second."""
START_SPEED = 4.0


class Player(QObject):
    """Moves the cursor on while it plays, and stops at the layer's end unless it loops.

    Signals
    -------
    playing_changed(playing)
    speed_changed(speed)
        Positions a second.
    loop_changed(loop)
    """

    playing_changed = Signal(bool)
    speed_changed = Signal(float)
    loop_changed = Signal(bool)

    def __init__(self, store: Store, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setSingleShot(True)
        self._due = 0.0
        self._timer.timeout.connect(self._tick)
        self.speed = START_SPEED
        self.loop = False

    @property
    def playing(self) -> bool:
        """Whether the clock runs."""
        return self._timer.isActive()

    def set_playing(self, playing: bool) -> None:
        """Start or stop; starting at the very end begins anew."""
        if playing == self.playing or (playing and self._store.document.walk is None):
            return
        if playing:
            if stepped(self._store.document, 1) is None:
                self._store.show(self._first())
            self._due = time.perf_counter()
            self._wait()
        else:
            self._timer.stop()
        self.playing_changed.emit(playing)

    def set_speed(self, speed: float) -> None:
        """Set the positions a second; one of `SPEEDS`."""
        self.speed = speed
        if self.playing:
            self._due = time.perf_counter()
            self._wait()
        self.speed_changed.emit(speed)

    def faster(self, by: int) -> None:
        """Go `by` places up or down the list of speeds."""
        index = min(range(len(SPEEDS)), key=lambda i: abs(SPEEDS[i] - self.speed))
        self.set_speed(SPEEDS[min(max(index + by, 0), len(SPEEDS) - 1)])

    def set_loop(self, loop: bool) -> None:
        """Begin anew at the end, or stop there."""
        self.loop = loop
        self.loop_changed.emit(loop)

    def _wait(self) -> None:
        """Start the clock for the next position, when it is due.

        Whole milliseconds cannot hold 60 a second, so what was rounded is made up for; but what
        a slow machine has missed is not, or it would never catch up.
        """
        now = time.perf_counter()
        self._due = max(self._due + 1 / self.speed, now)
        self._timer.start(int((self._due - now) * 1000))

    def _first(self) -> Document:
        document = self._store.document
        return document.at(document.cursor._replace(filter=0, row=0, col=0))

    @Slot()
    def _tick(self) -> None:
        self._wait()
        following = stepped(self._store.document, 1)
        if following is not None:
            self._store.show(following)
        elif self.loop and self._store.document.walk is not None:
            self._store.show(self._first())
        else:
            self.set_playing(False)


def stepped(document: Document, by: int) -> Document | None:
    """Return the document `by` positions on (back if negative), or None at the end."""
    walk = document.walk
    if walk is None:
        return None
    cursor = walk.moved(document.cursor, by)
    return None if cursor == document.cursor else document.at(cursor)


def stepped_inside(document: Document, by: int) -> Document | None:
    """Return the document one inner step on or back; over the border into the next position."""
    walk = document.walk
    if walk is None:
        return None
    steps = document.inside_steps()
    place = (steps.index(document.inside) if document.inside in steps else len(steps) - 1) + by
    if 0 <= place < len(steps):
        return document.at(document.cursor, steps[place])
    other = stepped(document, 1 if by > 0 else -1)
    if other is None:
        return None
    return other.at(other.cursor, steps[0] if by > 0 else steps[-1])
