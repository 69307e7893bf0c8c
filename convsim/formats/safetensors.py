"""Weights alone, in a safetensors file: ``conv1.weight`` and so on, as PyTorch names them.

With such files weights go to PyTorch and Keras and back: what a generated program trained can be
put into the network that it was generated from.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, BinaryIO

from convsim.data.names import shown_name
from convsim.document.weights import Weights
from convsim.formats.errors import ArrayFileError, ProjectError
from convsim.formats.files import replacing
from convsim.formats.project_reader import open_regular
from convsim.formats.tensors import TensorReader, as_float32, as_raw, table_of
from convsim.formats.weights_reader import not_finite

if TYPE_CHECKING:
    from pathlib import Path

    from convsim.core.layers import Array
    from convsim.core.network import Network
    from convsim.formats.tensors import Tensor

MOST_LISTED = 5


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
            return _read(file, size, network, weights)
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


def _read(
    file: BinaryIO, size: int, network: Network, weights: Weights
) -> tuple[Weights, tuple[str, ...]]:
    wanted = {
        f"{place.layer.name}.{key}": shape
        for place in network.places
        for key, shape in (place.param_shapes() or {}).items()
    }
    found: dict[str, dict[str, Array]] = {}
    notes: list[str] = []
    unknown: list[str] = []
    for tensor in TensorReader(_FileSource(file), size).tensors():
        if tensor.name in wanted:
            layer, _, key = tensor.name.rpartition(".")
            array = _fitting(tensor, wanted[tensor.name], notes)
            found.setdefault(layer, {})[key] = array
        else:
            unknown.append(tensor.name)
    if not found:
        raise ArrayFileError(
            f"has no array for this network, which needs {_listed(list(wanted))}; "
            f"it holds {_listed(unknown)}"
        )
    left = [name for name in wanted if not _has(found, name)]
    if left:
        notes.append(f"left as they were, since the file has none: {_listed(left)}")
    if unknown:
        notes.append(f"left out, since the network has no such layer: {_listed(unknown)}")
    made = dict(weights.made)
    for index, layer_ in enumerate(network.layers):
        if layer_.name in found:
            made[layer_.name] = {**weights[index], **found[layer_.name]}
    return Weights(network, weights.seed, made, weights.numbers), tuple(notes)


def _fitting(tensor: Tensor, shape: tuple[int, ...], notes: list[str]) -> Array:
    """Return an array as float32; what had to be done or is odd goes to the notes."""
    if tensor.shape != shape:
        raise ArrayFileError(f"{tensor.name} has the shape {tensor.shape}; {shape} is needed")
    array, was = as_float32(tensor)
    if was:
        notes.append(f"{tensor.name} converted from {was} to float32")
    bad = not_finite(array)
    if bad:
        notes.append(f"{tensor.name}: {bad:,} of {array.size:,} values are not finite")
    return array


def _has(found: Mapping[str, Mapping[str, Array]], name: str) -> bool:
    layer, _, key = name.rpartition(".")
    return key in found.get(layer, {})


def _listed(names: list[str]) -> str:
    shown = ", ".join(name[:60] for name in names[:MOST_LISTED]) or "none"
    return shown + (f" and {len(names) - MOST_LISTED:,} more" if len(names) > MOST_LISTED else "")
