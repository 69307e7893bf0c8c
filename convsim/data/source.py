"""From a place on the disk to a picture, without trusting what lies at that place.

A file may be gone since it was chosen, be a folder, or be a pipe that makes a reader wait
for ever; it is looked at before it is opened, and again once it is open.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING

from convsim.data.decoder import decode
from convsim.data.errors import FlawError, Reason
from convsim.data.limits import MEGA, MEGABYTES, check_bytes
from convsim.data.names import shown_name

if TYPE_CHECKING:
    from convsim.data.picture import Picture


def open_picture(path: str | os.PathLike[str]) -> Picture:
    """Return the picture in a file: the first one, if there are several.

    Parameters
    ----------
    path : str or path
        Where it is; the last part becomes its name.

    Returns
    -------
    Picture
        As from `convsim.data.decode`.

    Raises
    ------
    ImageError
        The file cannot be read, or is not a picture that can be.
    """
    name = Path(path).name or str(path)
    try:
        data = _read(path)
    except FlawError as flaw:
        raise flaw.named(shown_name(name)) from flaw.__cause__
    return decode(data, name)


def _read(path: str | os.PathLike[str]) -> bytes:
    try:
        _check(os.stat(path))
        with open(path, "rb", opener=_without_waiting) as file:
            # Another file may have been put in its place since.
            status = os.fstat(file.fileno())
            _check(status)
            # As many bytes as are asked for are set aside at once: no more than there are, and
            # one more to see whether the file is growing.
            data = file.read(status.st_size + 1)
            if len(data) > status.st_size:
                data += file.read(MEGABYTES * MEGA + 1 - len(data))
    except PermissionError as problem:
        raise FlawError(Reason.DENIED) from problem
    # ValueError: a path with a zero character in it, which no file can have.
    except (FileNotFoundError, NotADirectoryError, ValueError) as problem:
        raise FlawError(Reason.MISSING) from problem
    except OSError as problem:
        raise FlawError(
            Reason.UNREADABLE, detail=problem.strerror or "no reason given"
        ) from problem
    except MemoryError as problem:
        raise FlawError(Reason.MEMORY) from problem
    check_bytes(len(data))
    return data


def _check(status: os.stat_result) -> None:
    if stat.S_ISDIR(status.st_mode):
        raise FlawError(Reason.FOLDER)
    if not stat.S_ISREG(status.st_mode):
        raise FlawError(Reason.NOT_A_FILE)
    check_bytes(status.st_size)


def _without_waiting(path: str, flags: int) -> int:
    # Opening a pipe waits until somebody writes into it, unless asked not to (not on Windows).
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))
