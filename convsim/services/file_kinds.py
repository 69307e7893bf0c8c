"""What a file is opened as: told by how it begins, or by its name where that says nothing."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from convsim.core.errors import ConvSimError
from convsim.data.sets.cifar import is_cifar_folder
from convsim.data.sets.idx import is_idx, is_idx_folder
from convsim.data.sets.opening import PACKED, PICKLED, PICKLES
from convsim.services.projects import is_project

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

TABLES = (".csv", ".bin", ".npy")
"""Endings of files that hold pictures with labels, if nothing else is found in them."""
TITLE, QUOTED = b"weight", b'\xef\xbb\xbf"'
"""How a table of weights begins, as `convsim.formats.csv_weights` writes it, and what a spreadsheet
may put before that."""


class Kind(StrEnum):
    """What a file holds."""

    PROJECT = "project"
    NETWORK = "network"
    WEIGHTS = "weights"
    DATA = "data"
    """Pictures with labels, to learn from."""
    PICTURE = "picture"
    """Or anything else: reading it says what it is."""


def kind_of(path: Path) -> Kind:
    """Return what a file or folder is to be opened as; a few of its first bytes are read."""
    ending = path.suffix.lower()
    if path.is_dir():
        return Kind.DATA
    if ending == ".onnx":
        return Kind.NETWORK
    if ending == ".safetensors":
        return Kind.WEIGHTS
    if is_project(path) and ending not in (".npz", ".zip"):
        return Kind.PROJECT
    if not path.is_file():
        return Kind.PICTURE
    if ending in (".npz", ".zip"):
        return _of_archive(path)
    if ending == ".csv" and _begin(path, 16).lstrip(QUOTED).startswith(TITLE):
        return Kind.WEIGHTS
    if ending in (*TABLES, *PICKLES, *PACKED) or is_idx(path) or _begin(path, 2) in PICKLED:
        return Kind.DATA
    return Kind.PICTURE


def _of_archive(path: Path) -> Kind:
    """Return what a zip archive is: told by the names of its parts."""
    from convsim.formats.archive import Archive
    from convsim.formats.npz_data import NAMES
    from convsim.formats.project import MANIFEST

    try:
        with path.open("rb") as file:
            parts = Archive(file, path.stat().st_size).parts
    except (ConvSimError, OSError):
        # Whoever reads it will say what is wrong.
        return Kind.DATA
    if MANIFEST in parts:
        return Kind.PROJECT
    names = [name.removesuffix(".npy") for name in parts]
    if path.suffix.lower() == ".npz" and not NAMES & set(names) and any("." in n for n in names):
        return Kind.WEIGHTS
    return Kind.DATA


def data_at(path: Path) -> Path:
    """Return where the data set lies that a file is a part of: the file, or its folder."""
    return path.parent if is_idx(path) and is_idx_folder(path.parent) else path


def together(paths: Sequence[Path]) -> Path:
    """Return what several files that were dropped at once are: a data set's folder, or the first.

    MNIST lies in four files and CIFAR in six, and neither is whole without the others.
    """
    folder = paths[0].parent
    several = len(paths) > 1 and all(path.parent == folder for path in paths)
    return folder if several and (is_idx_folder(folder) or is_cifar_folder(folder)) else paths[0]


def _begin(path: Path, count: int) -> bytes:
    """Return the first bytes; none if there is no such file, or it is no ordinary one."""
    try:
        if not path.is_file():
            return b""
        with path.open("rb") as file:
            return file.read(count)
    except (OSError, ValueError):
        return b""
