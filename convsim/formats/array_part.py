"""Arrays in a part of a project, which are believed only if the part's checksum is right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convsim.formats.archive_writer import joined_crc
from convsim.formats.errors import ArchiveError, ArrayFileError, ProjectError
from convsim.formats.tensors import Tensor, TensorReader
from convsim.formats.zip_table import COPY

if TYPE_CHECKING:
    from convsim.formats.archive import Archive


def arrays_in(archive: Archive, name: str) -> dict[str, Tensor]:
    """Return the arrays of a part by their names; none if there is no such part.

    Parameters
    ----------
    archive : Archive
    name : str
        Of the part, as in ``runs.safetensors``.

    Raises
    ------
    ProjectError
        If it holds no arrays, or is damaged.
    """
    if name not in archive.parts:
        return {}
    part, stream = archive.parts[name], archive.stream(name)
    found: dict[str, Tensor] = {}
    try:
        reader = TensorReader(stream, part.size)
        crc = reader.head_crc
        for tensor in reader.tensors():
            # From the checksums of the arrays: nothing is read twice.
            crc = joined_crc(crc, tensor.crc, tensor.data.data)
            found[tensor.name] = tensor
    except ArrayFileError as problem:
        raise ProjectError(f"{name} {problem}") from problem
    stream.finish()
    if crc != part.crc:
        raise ArchiveError(f"{name} is damaged (its checksum is wrong); {COPY}")
    return found
