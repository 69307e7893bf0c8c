"""Writing many arrays into one ``.npz`` file, one after the other, without holding them all.

A ``.npz`` is a zip of ``.npy`` files.  The same arrays give the same bytes on every run, and the
file takes its place only when it is whole.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.lib import format as npy

from convsim.formats.files import replacing

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

DATE = (1980, 1, 1, 0, 0, 0)
"""The date of every part: the earliest that a zip can hold, so that runs do not differ."""


def write_arrays(path: Path, arrays: Iterable[tuple[str, NDArray[Any]]]) -> None:
    """Write named arrays; whatever goes wrong, nothing half-written is left.

    Parameters
    ----------
    path : Path
        Replaced if it exists.
    arrays : iterable of (str, array)
        Taken one at a time; stored uncompressed, as ``numpy.savez`` does.

    Raises
    ------
    ExportError
        If the file cannot be written.
    """
    with (
        replacing(path) as file,
        zipfile.ZipFile(file, "w", zipfile.ZIP_STORED, allowZip64=True) as archive,
    ):
        for name, array in arrays:
            part = zipfile.ZipInfo(f"{name}.npy", DATE)
            with archive.open(part, "w", force_zip64=True) as entry:
                npy.write_array(entry, np.ascontiguousarray(array), allow_pickle=False)
