"""Which file the open document belongs to, and whether it may be saved there.

Two windows must not write to one file, and a file that another program has changed must not be
written over unasked.
"""

from __future__ import annotations

import os
from contextlib import suppress
from enum import Enum, auto
from typing import TYPE_CHECKING

from PySide6.QtCore import QLockFile

from convsim.services.projects import Stamp, stamp_of

if TYPE_CHECKING:
    from pathlib import Path

    from convsim.formats.project_reader import Opened


class Obstacle(Enum):
    """Why a document cannot simply be saved to its file."""

    NONE = auto()
    NO_FILE = auto()
    """It was never saved."""
    READ_ONLY = auto()
    """Another window has the file open, or the place is read-only."""
    INCOMPLETE = auto()
    """Not everything in the file could be read: saving would lose it."""
    CHANGED = auto()
    """Somebody else has changed the file since."""
    GONE = auto()
    """The file is no longer there."""


class Session:
    """The file of the open document.

    Parameters
    ----------
    locks : Path
        A folder for lock files, the same for every window of this person.

    Attributes
    ----------
    path : Path or None
        None if the document has no file.
    incomplete : bool
        Whether something in the file could not be read.
    locked : bool
        Whether another window has the file open.
    """

    def __init__(self, locks: Path) -> None:
        self._locks = locks
        self._lock: QLockFile | None = None
        self._stamp: Stamp | None = None
        self._seen: Stamp | None = None
        self.path: Path | None = None
        self.incomplete = False
        self.locked = False

    def attach(self, path: Path, opened: Opened | None = None) -> None:
        """Take a file that was just opened, or just saved if `opened` is not given."""
        same = self.path is not None and _real(self.path) == _real(path)
        if not same or self.locked:
            self._release()
            self.locked = not self._acquire(path)
        self.path = path
        self.incomplete = bool(opened and opened.missing)
        self.note()

    def detach(self) -> None:
        """Forget the file; the document has none from now on."""
        self._release()
        self.path, self.incomplete, self.locked = None, False, False
        self.note()

    def note(self) -> None:
        """Take the file as it is now for the one that the document belongs to."""
        self._stamp = stamp_of(self.path) if self.path is not None else None
        self._seen = self._stamp

    @property
    def obstacle(self) -> Obstacle:
        """Why the document cannot simply be saved; looks at the disk."""
        if self.path is None:
            return Obstacle.NO_FILE
        if self.locked or (self.path.exists() and not os.access(self.path, os.W_OK)):
            return Obstacle.READ_ONLY
        if self.incomplete:
            return Obstacle.INCOMPLETE
        now = stamp_of(self.path)
        if now is None:
            return Obstacle.GONE
        return Obstacle.NONE if now == self._stamp else Obstacle.CHANGED

    def changed_on_disk(self) -> bool:
        """Return whether the file has become another since this was asked last."""
        now = stamp_of(self.path) if self.path is not None else None
        before, self._seen = self._seen, now
        return now is not None and now not in (before, self._stamp)

    def _acquire(self, path: Path) -> bool:
        """Return whether no other window has the file; where no lock can be made, none has."""
        from hashlib import sha256

        with suppress(OSError):
            self._locks.mkdir(parents=True, exist_ok=True)
        name = sha256(os.fsencode(_real(path))).hexdigest()[:32]
        lock = QLockFile(str(self._locks / f"{name}.lock"))
        # Its age says nothing: only whether the program that made it still runs.
        lock.setStaleLockTime(0)
        if lock.tryLock(0):
            self._lock = lock
            return True
        return lock.error() != QLockFile.LockError.LockFailedError

    def _release(self) -> None:
        if self._lock is not None:
            self._lock.unlock()
            self._lock = None


def _real(path: Path) -> str:
    return os.path.normcase(os.path.realpath(path))
