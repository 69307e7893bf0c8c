"""Projects on the disk, as the window and the command line both treat them.

What reads and writes them is imported when first needed: the window opens without.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from convsim.core.record import record
from convsim.formats.errors import ArchiveError

if TYPE_CHECKING:
    from pathlib import Path

    from convsim.document import Document
    from convsim.formats.project_reader import Opened

SUFFIX = ".convsim"
ZIP = b"PK\3\4"


@record
class Stamp:
    """What tells whether a file is still the one that was read or written.

    Attributes
    ----------
    inode, size, changed : int
        The last in nanoseconds.
    """

    inode: int
    size: int
    changed: int


def is_project(path: Path) -> bool:
    """Return whether a file is to be opened as a project: by its name, or by how it begins."""
    if path.suffix.lower() == SUFFIX:
        return True
    try:
        if not path.is_file():
            return False
        with path.open("rb") as file:
            return file.read(len(ZIP)) == ZIP
    except (OSError, ValueError):
        return False


def open_project(path: Path) -> Opened:
    """Return what a project file holds; if it is damaged, the text says where a backup is.

    What a killed program left half written beside it is removed.

    Raises
    ------
    ProjectError
    """
    from convsim.formats.leftovers import sweep
    from convsim.formats.project_reader import read_project

    sweep(path.parent)
    try:
        return read_project(path)
    except ArchiveError as problem:
        backup = backup_of(path)
        if not backup.is_file():
            raise
        raise ArchiveError(f"{problem}; the version before it is in {backup.name}") from problem


def save_project(path: Path, document: Document) -> None:
    """Save a document; the version that was there before is kept beside it.

    Raises
    ------
    ExportError
        Nothing has changed then.
    """
    from convsim.formats.leftovers import sweep
    from convsim.formats.project import write_project

    sweep(path.resolve().parent)
    write_project(path, document, backup_of(path))


def backup_of(path: Path) -> Path:
    """Return where the last saved version of a project is kept."""
    target = path.resolve()
    return target.with_name(target.name + ".bak")


def stamp_of(path: Path) -> Stamp | None:
    """Return what a file is now; None if it is gone."""
    try:
        status = path.stat()
    except (OSError, ValueError):
        return None
    return Stamp(status.st_ino, status.st_size, status.st_mtime_ns)
