"""A file is written whole or not at all: first beside its place, then moved over it.

Whatever goes wrong (no space, no permission, the user cancels), the half-written file is removed
and a file that was there before is still what it was.
"""

from __future__ import annotations

import errno
import os
import shutil
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event
from typing import BinaryIO

from convsim.formats.errors import ExportError
from convsim.formats.leftovers import hold, new_part

TRIES, WAIT = 10, 0.2
"""How often, and after how many seconds, a file that a program holds open is tried again."""
HELD_OPEN = (5, 32)
"""What Windows says then: access denied, sharing violation."""
PORTION = 1 << 25
"""Bytes that are written before the disk is asked to take them while more are written."""
LOOK = 0.004
"""Seconds between two looks at how much is written."""


def shown(path: Path) -> str:
    """Return a path as one line of a message, whatever characters it holds."""
    return repr(str(path)) if not str(path).isprintable() else f"'{path}'"


def refusal(path: Path, error: OSError, room: str = "") -> ExportError:
    """Say in one line why a file cannot be written and what would work.

    Parameters
    ----------
    path : Path
    error : OSError
    room : str
        What is needed and what is free, if that is known, for the message that the disk is full.
    """
    folder = path.parent
    if error.errno in (errno.ENOENT, errno.ENOTDIR) and not folder.is_dir():
        why = f"there is no folder {shown(folder)}; make it first or choose another"
    elif error.errno == errno.EISDIR:
        why = "it is a folder; choose the name of a file"
    elif error.errno in (errno.ENOSPC, errno.EDQUOT):
        why = f"the disk is full{room}; free some space or choose another disk"
    elif error.errno == errno.ENAMETOOLONG:
        why = f"a name of {len(path.name)} characters is too long; choose a shorter one"
    elif error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        why = f"writing in {shown(folder)} is not permitted; choose another folder"
    else:
        why = f"{error.strerror or error}; choose another place"
    return ExportError(f"cannot write {shown(path)}: {why}")


def _room(folder: Path, size: int) -> str:
    """Return how much is needed and how much is free, if that is known."""
    if not size:
        return ""
    try:
        free = shutil.disk_usage(folder).free
    except OSError:
        return f": it needs {megabytes(size)}"
    return f": it needs {megabytes(size)}, {megabytes(free)} free"


def megabytes(size: int) -> str:
    """Return a number of bytes in millions, with one decimal place below ten."""
    return f"{size / 1e6:.1f} MB" if size < 9.95e6 else f"{size / 1e6:,.0f} MB"


def _move(part: Path, target: Path) -> None:
    """Move a file over another; where a program holds that one open, try again for a while."""
    for left in range(TRIES - 1, -1, -1):
        try:
            os.replace(part, target)
        except PermissionError as problem:
            if left == 0 or getattr(problem, "winerror", None) not in HELD_OPEN:
                raise
            time.sleep(WAIT)
        else:
            return


def _flush_folder(folder: Path) -> None:
    """Make a rename last through a power cut, where folders can be opened at all."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _settle(file: BinaryIO, part: Path, check: Callable[[BinaryIO], None] | None) -> None:
    """Wait until a file is on the disk, and look meanwhile whether it holds what was written."""
    if check is None:
        os.fsync(file.fileno())
        return
    with ThreadPoolExecutor(1, "fsync") as pool:
        synced = pool.submit(os.fsync, file.fileno())
        try:
            with open(part, "rb") as written:
                check(written)
        finally:
            synced.result()


@contextmanager
def _draining(file: BinaryIO, size: int) -> Iterator[None]:
    """Let the disk take a large file while it is written, not all of it at the end.

    What fails there fails here at the end of the block: a disk may tell of an error only once.
    """
    if size < 2 * PORTION:
        yield
        return
    finished = Event()

    def drain() -> None:
        taken = 0
        while not finished.wait(LOOK):
            there = os.fstat(file.fileno()).st_size
            if there - taken >= PORTION:
                os.fsync(file.fileno())
                taken = there

    with ThreadPoolExecutor(1, "drain") as pool:
        draining = pool.submit(drain)
        try:
            yield
        finally:
            finished.set()
        draining.result()


def _keep(target: Path, backup: Path) -> None:
    """Give a file a second name, or copy it where that cannot be done; `target` stays."""
    part = new_part(backup.parent)
    try:
        try:
            os.link(target, part)
        except OSError:
            shutil.copy2(target, part)
        os.replace(part, backup)
    finally:
        with suppress(OSError):
            part.unlink()


@contextmanager
def replacing(
    path: Path,
    check: Callable[[BinaryIO], None] | None = None,
    backup: Path | None = None,
    size: int = 0,
) -> Iterator[BinaryIO]:
    """Yield a new file that takes the place of `path` when the block ends without an error.

    A symbolic link is written through.

    Parameters
    ----------
    path : Path
    check : function, optional
        Called with the finished file, opened for reading, before it takes its place; raises if
        the disk does not hold what was written.
    backup : Path, optional
        Where the file that was there before goes; one that lies there is replaced.
    size : int
        Bytes that will be written, if that is known, for the message that the disk is full.

    Raises
    ------
    ExportError
        If the file cannot be written; its text is one line with the name of the file.
    """
    target = Path(os.path.realpath(path))
    part = new_part(target.parent)
    room = _room(target.parent, size)
    try:
        if path.is_dir():
            raise IsADirectoryError(errno.EISDIR, "is a folder")
        if target.exists() and not target.is_file():
            raise OSError(errno.EINVAL, "it is a device or a pipe, not a file")
        if target.exists() and not os.access(target, os.W_OK):
            raise PermissionError(errno.EACCES, "read-only")
        with open(part, "xb") as file:
            hold(file)
            with _draining(file, size):
                yield file
            file.flush()
            _settle(file, part, check)
        if target.exists():
            with suppress(OSError):
                shutil.copymode(target, part)
            if backup is not None:
                _keep(target, backup)
        _move(part, target)
        _flush_folder(target.parent)
    except OSError as error:
        raise refusal(path, error, room) from error
    finally:
        with suppress(OSError):  # it was moved, or never made
            part.unlink()


def put(target: Path | BinaryIO, data: bytes) -> None:
    """Write a finished file to a path, or to a file that is already open."""
    if isinstance(target, Path):
        with replacing(target) as file:
            file.write(data)
    else:
        target.write(data)
