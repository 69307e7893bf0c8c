"""Ctrl+C while the program is still being read: it ends at once and without a word too many.

Python would print where it was, and Qt dies loudly if it is interrupted while it is imported.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import FrameType

STOPPED = 130
"""The exit status after Ctrl+C, as shells have it."""


@contextmanager
def leaving_at_once() -> Iterator[None]:
    """Let Ctrl+C end the program on the spot: only for what has nothing to put in order."""
    if threading.current_thread() is not threading.main_thread():
        yield  # signals are the main thread's
        return
    before = signal.signal(signal.SIGINT, _leave)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _leave(_number: int, _frame: FrameType | None) -> None:
    os.write(2, b"convsim: stopped\n")
    os._exit(STOPPED)
