"""A note in a folder of figures: what they were made from, so that they need not be made twice."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from itertools import count
from pathlib import Path

from convsim import __version__
from convsim.services import resources

FOLDER = "convsim-figures"
STAMP = ".made-from.json"
DRAWN_WITH = ("numpy", "PySide6-Essentials")


def folders() -> Iterator[Path]:
    """Yield where figures may go: a folder, and others with a number where that is taken."""
    yield Path(FOLDER)
    for number in count(2):
        yield Path(f"{FOLDER}-{number}")


def made_from(picture: Path) -> str:
    """Return a text that changes with the program, what it draws with, or the picture.

    Raises
    ------
    OSError
        If the picture cannot be read.
    """
    digest = sha256(f"{__version__}\n{picture.name}\n".encode("utf-8", "surrogateescape"))
    for name in DRAWN_WITH:
        digest.update(f"{name} {_version(name)}\n".encode())
    code = sorted(resources.PACKAGE.rglob("*.py"))
    for file in (*code, *resources.fonts(), picture):
        digest.update(sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def put_stamp(folder: Path, source: str, names: Sequence[str]) -> None:
    """Write into a folder what its files were made from, and what they hold."""
    files = {name: _hash(folder / name) for name in names}
    text = json.dumps({"made_from": source, "files": files}, indent=1)
    (folder / STAMP).write_text(text + "\n", encoding="utf-8")


def already_made(folders: Iterator[Path], source: str) -> list[Path]:
    """Return the figures of the first folder that holds all of them unchanged; none if none does.

    Parameters
    ----------
    folders : iterator of Path
        Where to look; the search ends at the first that is not there.
    source : str
        What `made_from` returned.
    """
    for folder in folders:
        if not folder.exists():
            return []
        paths = _unchanged(folder, source)
        if paths:
            return paths
    return []


def _unchanged(folder: Path, source: str) -> list[Path]:
    try:
        noted = json.loads((folder / STAMP).read_text(encoding="utf-8"))
        files: dict[str, str] = noted["files"]
        if noted["made_from"] != source:
            return []
        if all(_hash(folder / name) == held for name, held in files.items()):
            return [folder / name for name in files]
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return []  # somebody else's file, or a figure is gone
    return []


def _hash(file: Path) -> str:
    return sha256(file.read_bytes()).hexdigest()


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""
