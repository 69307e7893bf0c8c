"""Ctrl+C in the terminal, or the system that shuts down, ends the window without losing work."""

from __future__ import annotations

import signal
import socket
import threading
from contextlib import suppress
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSocketNotifier, Qt, Signal

if TYPE_CHECKING:
    from types import FrameType


class Interrupts(QObject):
    """Tells when a signal asks the program to end.

    Python looks at signals between its own steps only, and while Qt waits there are none: a
    socket, to which the system writes, wakes Qt up.

    Signals
    -------
    came(status)
        The exit status that the signal stands for, as shells have it.  Told between two events:
        the signal itself may come in the midst of an edit, or of painting.
    """

    came = Signal(int)
    _noted = Signal(int)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._noted.connect(self.came, Qt.ConnectionType.QueuedConnection)
        self._before: dict[int, object] = {}
        if threading.current_thread() is not threading.main_thread():
            return
        self._ear, self._mouth = socket.socketpair()
        self._mouth.setblocking(False)
        self._ear.setblocking(False)
        self._notifier = QSocketNotifier(self._ear.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._hear)
        self._fd = signal.set_wakeup_fd(self._mouth.fileno(), warn_on_full_buffer=False)
        for number in (signal.SIGINT, signal.SIGTERM):
            self._before[number] = signal.signal(number, self._note)

    def stop(self) -> None:
        """Put everything back."""
        if not self._before:
            return
        for number, before in self._before.items():
            signal.signal(number, before)  # type: ignore[arg-type]
        self._before = {}
        signal.set_wakeup_fd(self._fd)
        self._notifier.setEnabled(False)
        self._ear.close()
        self._mouth.close()

    def _note(self, number: int, _frame: FrameType | None) -> None:
        self._noted.emit(128 + number)

    def _hear(self) -> None:
        """Empty the socket; that Python is awake is enough for it to call `_note`."""
        # Which may come first, end the program, and close the socket.
        with suppress(OSError):
            self._ear.recv(64)
