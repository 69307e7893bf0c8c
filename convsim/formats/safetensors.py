"""Weights alone, in a safetensors file: ``conv1.weight`` and so on, as PyTorch names them.

With such files weights go to PyTorch and Keras and back: what a generated program trained can be
put into the network that it was generated from.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, BinaryIO

from convsim.data.names import shown_name
from convsim.formats.errors import ArrayFileError, ProjectError
from convsim.formats.files import replacing
from convsim.formats.named_weights import Named, fitted
from convsim.formats.project_reader import open_regular
from convsim.formats.tensors import TensorReader, as_float32, as_raw, table_of

if TYPE_CHECKING:
    from pathlib import Path

    from convsim.core.layers import Array
    from convsim.core.network import Network
    from convsim.document import Weights


def put_safetensors(file: BinaryIO, arrays: Mapping[str, Array]) -> None:
    """Write arrays by name, as float32."""
    tensors = [as_raw(name, array) for name, array in arrays.items()]
    head, _ = table_of(tensors)
    file.write(head)
    for tensor in tensors:
        file.write(tensor.data.data)


def write_safetensors(path: Path, network: Network, weights: Weights) -> None:
    """Write all weights of a network; those that do not exist yet are made.

    Raises
    ------
    ConvSimError
        If a layer does not fit, or the file cannot be written.
    """
    network.check()
    arrays = {
        f"{layer.name}.{key}": array
        for index, layer in enumerate(network.layers)
        for key, array in network.checked_params(index, weights[index]).items()
    }
    with replacing(path) as file:
        put_safetensors(file, arrays)


def read_safetensors(
    path: Path, network: Network, weights: Weights
) -> tuple[Weights, tuple[str, ...]]:
    """Return a network's weights with those that a file has in their place.

    Parameters
    ----------
    path : Path
    network : Network
    weights : Weights
        Layers that the file does not name keep theirs.

    Returns
    -------
    Weights
    tuple of str
        A sentence for each conversion, and for layers that were left as they are.

    Raises
    ------
    ArrayFileError
        If it is no such file, none of its arrays belongs to the network, or one does not fit.
    """
    name = shown_name(path.name or str(path))
    try:
        with open_regular(path) as (file, size):
            return fitted(_named(file, size), network, weights)
    except (ArrayFileError, ProjectError) as problem:
        raise ArrayFileError(f"{name}: {problem}") from problem
    except (FileNotFoundError, NotADirectoryError) as problem:
        raise ArrayFileError(f"{name}: there is no such file; check the name") from problem
    except OSError as problem:
        reason = problem.strerror or "no reason given"
        raise ArrayFileError(f"{name}: cannot be read ({reason})") from problem


class _FileSource:
    """The bytes of an open file, in order."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def fill(self, view: memoryview) -> None:
        data = self._file.read(len(view))
        if len(data) < len(view):
            raise ArrayFileError("was cut off while it was read; copy it again")
        view[:] = data


def _named(file: BinaryIO, size: int) -> Iterator[Named]:
    for tensor in TensorReader(_FileSource(file), size).tensors():
        yield Named(tensor.name, tensor.shape, lambda tensor=tensor: as_float32(tensor))  # type: ignore[misc]
