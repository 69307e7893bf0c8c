"""The weights of a project: every array is checked against the layer that it is for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Protocol

import numpy as np

from convsim.document import Weights
from convsim.formats.archive_writer import joined_crc
from convsim.formats.errors import ArchiveError, ArrayFileError, ProjectError
from convsim.formats.project import WEIGHTS
from convsim.formats.tensors import Tensor, TensorReader, as_float32

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from convsim.core.layers import Array
    from convsim.core.network import Network
    from convsim.formats.archive import Archive

    Kept = dict[str, tuple[str, tuple[int, ...], NDArray[np.uint8]]]

MADE_ANEW = "its weights were made anew"


class Noted(Protocol):
    """Where sentences about what happened go."""

    converted: list[str]
    missing: list[str]


def read_weights(
    archive: Archive,
    network: Network,
    listed: Mapping[str, Mapping[str, str]],
    names: Mapping[str, str],
    start: tuple[int, Mapping[str, int]],
    notes: Noted,
) -> tuple[Weights, Kept]:
    """Return the weights, and arrays that belong to no layer that is known.

    Parameters
    ----------
    archive : Archive
    network : Network
    listed : mapping from layer to mapping from parameter to checksum
        What should be there.
    names : mapping from name in the file to name of the layer
        Where they differ.
    start : (seed, numbers)
        See `Weights`.
    notes : Noted

    Raises
    ------
    ProjectError
        If the arrays cannot be told apart; whatever concerns one layer is noted instead.
    """
    found: dict[str, dict[str, Tensor]] = {}
    if WEIGHTS in archive.parts:
        found = _tensors(archive, listed)
    seed, numbers = start
    made: dict[str, dict[str, Array]] = {}
    for place in network.places:
        name = place.layer.name
        key = next((old for old, new in names.items() if new == name), name)
        wanted = place.param_shapes()
        if wanted == {}:
            continue
        tensors, should = found.pop(key, {}), listed.get(key, {})
        if not tensors and not should:
            continue
        params, problem = _params(tensors, should, wanted, notes, name)
        if problem:
            notes.missing.append(f"{name}: {problem}; {MADE_ANEW}")
        else:
            made[name] = params
    kept: Kept = {
        tensor.name: (tensor.dtype, tensor.shape, tensor.data)
        for tensors in found.values()
        for tensor in tensors.values()
    }
    if kept:
        some = ", ".join(repr(name[:40]) for name in list(kept)[:3])
        notes.missing.append(f"{len(kept):,} arrays belong to no known layer, such as {some}; kept")
    return Weights(network, seed, made, numbers), kept


def _tensors(
    archive: Archive, listed: Mapping[str, Mapping[str, str]]
) -> dict[str, dict[str, Tensor]]:
    part, stream = archive.parts[WEIGHTS], archive.stream(WEIGHTS)
    found: dict[str, dict[str, Tensor]] = {}
    try:
        reader = TensorReader(stream, part.size)
        crc, sound = reader.head_crc, True
        for tensor in reader.tensors():
            crc = joined_crc(crc, tensor.crc, tensor.data.data)
            layer, _, key = tensor.name.rpartition(".")
            found.setdefault(layer, {})[key] = tensor
            sound = sound and _is_sound(tensor, listed.get(layer, {}).get(key))
        stream.finish()
    except ArrayFileError as problem:
        raise ProjectError(f"{WEIGHTS} {problem}") from problem
    if crc != part.crc and sound:
        # No single array is to blame, so none can be trusted.
        raise ArchiveError(f"{WEIGHTS} is damaged (its checksum is wrong); use a backup")
    return found


def _is_sound(tensor: Tensor, checksum: str | None) -> bool:
    return checksum is None or checksum == f"{tensor.crc:08x}"


def _params(
    tensors: Mapping[str, Tensor],
    should: Mapping[str, str],
    wanted: Mapping[str, tuple[int, ...]] | None,
    notes: Noted,
    name: str,
) -> tuple[dict[str, Array], str]:
    """Return the parameters of one layer, or why they cannot be used."""
    needed = should if wanted is None else wanted
    for key in needed:
        if key not in tensors:
            return {}, f"{key} is missing from the file"
    params: dict[str, Array] = {}
    for key in needed:
        tensor = tensors[key]
        if not _is_sound(tensor, should.get(key)):
            return {}, f"{key} is damaged (its checksum is wrong)"
        if wanted is not None and tensor.shape != tuple(wanted[key]):
            return {}, f"{key} has the shape {tensor.shape}; {tuple(wanted[key])} is needed"
        try:
            array, was = as_float32(tensor)
        except ArrayFileError as problem:
            return {}, f"{key} {problem}"
        if was:
            notes.converted.append(f"{name}: {key} converted from {was} to float32")
        bad = 0 if tensor.finite else not_finite(array)
        if bad:
            of = f"{bad:,} of {array.size:,} values of {key}"
            notes.missing.append(f"{name}: {of} are not finite; mend them before training")
        params[key] = array
    return params, ""


def not_finite(array: Array) -> int:
    """Return how many values are NaN or infinite."""
    with np.errstate(all="ignore"):
        # One bad value makes the sum bad; looking at each value takes a quarter more memory.
        if np.isfinite(array.sum()):
            return 0
    return int(array.size - np.isfinite(array).sum())
