"""A program that is killed while it saves leaves a half-written file; the next one removes it.

Whoever writes holds a lock on the half-written file, and the system lets go of it when the writer
ends, however it ends.  So a file that can be locked is nobody's.
"""

from __future__ import annotations

import os
import secrets
import sys
import time
from contextlib import suppress
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from pathlib import Path

if sys.platform == "win32":

    def _lock(handle: int) -> None:
        """Do nothing: what a program has open cannot be removed here anyway."""

else:
    import fcntl

    def _lock(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


FRESH = 2.0
"""Seconds in which a file may have been made and not yet locked."""
OLD = 86_400.0
"""Seconds after which a file that cannot be locked, on a network drive maybe, is nobody's too."""


def new_part(folder: Path) -> Path:
    """Return a name for a half-written file; that of the finished one may be as long as allowed."""
    return folder / f".convsim-{os.getpid()}-{secrets.token_hex(4)}.part"


def hold(file: BinaryIO) -> None:
    """Say that a file is being written, until it is closed; some network drives cannot."""
    with suppress(OSError):
        _lock(file.fileno())


def sweep(folder: Path) -> None:
    """Remove what was half written in a folder by programs that have ended since."""
    with suppress(OSError), os.scandir(folder) as entries:
        names = [e.name for e in entries if e.name.startswith(".convsim-")]
        for name in names:
            if name.endswith(".part"):
                with suppress(OSError):
                    _remove_if_left(folder / name)


def _remove_if_left(part: Path) -> None:
    status = part.lstat()
    # Giving a file a second name changes the second of the two only.
    age = time.time() - max(status.st_mtime, status.st_ctime)
    if age > FRESH and (age > OLD or not _held(part)):
        part.unlink()


def _held(part: Path) -> bool:
    # A link is not followed, and a pipe not waited for, where there are such things.
    handle = os.open(
        part, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    )
    try:
        _lock(handle)
    except OSError:
        return True
    finally:
        os.close(handle)
    return False
