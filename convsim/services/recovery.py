"""Copies of unsaved work, so that a crash loses no more than half a minute.

Each window that runs has one copy, a lock that says that it still runs, and a note that says what
the copy is of.  The newest copy is the one with the highest number: clocks can be set back.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QLockFile

from convsim.core.record import record
from convsim.services.projects import SUFFIX

if TYPE_CHECKING:
    from pathlib import Path

    from convsim.document import Document

NOTE, LOCK = ".json", ".lock"
DISCARDED = "discarded"
"""A folder of its own: what was discarded is not offered unasked."""
MOST_DISCARDED = 3
"""Copies of discarded work that are kept."""


@record
class Discarded:
    """Work that somebody closed without saving, which may have been a mistake.

    Attributes
    ----------
    path : Path
        A project file.
    title : str
        What the window was called.
    changed : float
        When it was closed, in seconds since 1970.
    """

    path: Path
    title: str
    changed: float


@record(eq=False)
class Copy:
    """A copy that nobody works on.

    Attributes
    ----------
    path : Path
        A project file.
    number : int
        Higher is newer.
    origin : str
        The file that it is a newer state of; empty if it never had one.
    title : str
        What the window was called.
    lock : QLockFile
        Held, so that no other window takes it.
    """

    path: Path
    number: int
    origin: str
    title: str
    lock: QLockFile

    @property
    def changed(self) -> float:
        """When it was written, in seconds since 1970; 0 if that is not known."""
        try:
            return self.path.stat().st_mtime
        except OSError:
            return 0.0

    def dismiss(self) -> None:
        """Remove it for good."""
        for suffix in (SUFFIX, NOTE):
            with suppress(OSError):
                self.path.with_suffix(suffix).unlink()
        self.lock.unlock()

    def leave(self) -> None:
        """Let the next start offer it again."""
        self.lock.unlock()


class Recovery:
    """The folder of copies, and this window's own copy in it.

    Parameters
    ----------
    folder : Path
        Made when it is first needed.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._path: Path | None = None
        self._lock: QLockFile | None = None

    def keep(self, document: Document, origin: str, title: str) -> None:
        """Write this window's copy; the one before is replaced as a whole.

        Raises
        ------
        ExportError, OSError
            If it cannot be written.
        """
        from secrets import token_hex

        from convsim.formats.files import replacing
        from convsim.formats.project import write_project

        if self._path is None:
            self._folder.mkdir(parents=True, exist_ok=True)
            path = self._folder / f"{os.getpid()}-{token_hex(4)}{SUFFIX}"
            self._lock = _lock_of(path)
            self._lock.tryLock(0)
            self._path = path
        number = max((_note(path)[0] for path in self._paths()), default=0) + 1
        write_project(self._path, document)
        text = json.dumps({"number": number, "origin": origin, "title": title})
        with replacing(self._path.with_suffix(NOTE)) as file:
            file.write(text.encode("utf-8", "replace"))

    def take_over(self, copy: Copy) -> None:
        """Go on with a copy that was offered: it stays until this window's work is saved."""
        self.drop()
        self._path, self._lock = copy.path, copy.lock

    def drop(self) -> None:
        """Remove this window's copy: the work is saved, or not wanted."""
        if self._path is None or self._lock is None:
            return
        for suffix in (SUFFIX, NOTE):
            with suppress(OSError):
                self._path.with_suffix(suffix).unlink()
        self._lock.unlock()
        self._path = self._lock = None

    def discard(self, document: Document, origin: str, title: str) -> None:
        """Set work aside that is closed without saving; the last few can be opened again.

        Raises
        ------
        ExportError, OSError
            If it cannot be written.
        """
        aside = Recovery(self._folder / DISCARDED)
        aside.keep(document, origin, title)
        if aside._lock is not None:
            aside._lock.unlock()
        for old in self.discarded()[MOST_DISCARDED:]:
            for suffix in (SUFFIX, NOTE):
                with suppress(OSError):
                    old.path.with_suffix(suffix).unlink()

    def discarded(self) -> list[Discarded]:
        """Return what was closed without saving, the last one first."""
        found = []
        for path in Recovery(self._folder / DISCARDED)._paths():
            number, _origin, title = _note(path)
            with suppress(OSError):
                found.append((number, Discarded(path, title, path.stat().st_mtime)))
        return [one for _, one in sorted(found, key=lambda pair: pair[0], reverse=True)]

    def offered(self) -> list[Copy]:
        """Return the copies that programs left behind which no longer run, the newest first."""
        from convsim.formats.leftovers import sweep

        found: list[Copy] = []
        for path in self._paths():
            lock = _lock_of(path)
            if path != self._path and lock.tryLock(0):
                found.append(Copy(path, *_note(path), lock))
        sweep(self._folder)
        return sorted(found, key=lambda copy: copy.number, reverse=True)

    def _paths(self) -> Iterator[Path]:
        try:
            names = sorted(os.listdir(self._folder))
        except OSError:
            return
        for name in names:
            if name.endswith(SUFFIX):
                yield self._folder / name


def _lock_of(path: Path) -> QLockFile:
    lock = QLockFile(str(path.with_suffix(LOCK)))
    lock.setStaleLockTime(0)
    return lock


def _note(path: Path) -> tuple[int, str, str]:
    """Return number, origin and title; a copy without a readable note counts as the oldest."""
    try:
        read: Any = json.loads(path.with_suffix(NOTE).read_bytes())
        number, origin, title = read["number"], read["origin"], read["title"]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return 0, "", ""
    if type(number) is not int or not isinstance(origin, str) or not isinstance(title, str):
        return 0, "", ""
    return number, origin, title
