"""Weights in a ``.npz`` file: a zip archive of NumPy arrays called ``conv1.weight`` and so on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from convsim.formats.archive import Archive
from convsim.formats.archive_kinds import ARRAYS
from convsim.formats.errors import ArrayFileError
from convsim.formats.named_weights import Named, fitted
from convsim.formats.npy import read_plain
from convsim.formats.npz import write_arrays

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import BinaryIO

    from numpy.typing import NDArray

    from convsim.core.layers import Array
    from convsim.core.network import Network
    from convsim.document import Weights

SUFFIX = ".npy"
MOST_BYTES = 2_000_000_000


def write_npz(path: Path, network: Network, weights: Weights) -> None:
    """Write all weights of a network; those that do not exist yet are made.

    Raises
    ------
    ConvSimError
        If a layer does not fit, or the file cannot be written.
    """
    network.check()
    write_arrays(
        path,
        (
            (f"{layer.name}.{key}", np.asarray(array, np.float32))
            for index, layer in enumerate(network.layers)
            for key, array in network.checked_params(index, weights[index]).items()
        ),
    )


def read_npz(
    file: BinaryIO, size: int, network: Network, weights: Weights
) -> tuple[Weights, tuple[str, ...]]:
    """Return a network's weights with those of an open file; see `named_weights.fitted`.

    Raises
    ------
    ArchiveError, ArrayFileError
    """
    return fitted(_named(Archive(file, size, ARRAYS)), network, weights)


def _named(archive: Archive) -> Iterator[Named]:
    for part in archive.parts:
        try:
            array = read_plain(archive.read(part, MOST_BYTES))
        except ArrayFileError as problem:
            raise ArrayFileError(f"{part} {problem}") from problem
        yield Named(
            part.removesuffix(SUFFIX),
            array.shape,
            lambda part=part, array=array: _as_float32(part, array),  # type: ignore[misc]
        )


def _as_float32(part: str, array: NDArray[np.generic]) -> tuple[Array, str]:
    if array.dtype.kind != "f":
        raise ArrayFileError(f"{part} holds {array.dtype.name} numbers; float32 is needed")
    # A double may be too large for a float: it becomes infinite, which is counted elsewhere.
    with np.errstate(over="ignore"):
        numbers = np.ascontiguousarray(array, np.float32)
    native = array.dtype.isnative
    name = array.dtype.name if native else f"byte-swapped {array.dtype.name}"
    return numbers, "" if array.dtype == np.float32 and native else name
