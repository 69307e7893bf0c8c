"""Named arrays in the safetensors layout: a length, a table in JSON, and then nothing but numbers.

The table is compared with the length of the file before any memory is taken.  Arrays are read
straight into their place, one by one, each with its checksum.

Source: the format's description in the README of huggingface/safetensors.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from convsim.formats import strict_json
from convsim.formats.errors import ArrayFileError, ManifestError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from convsim.core.layers import Array

    Bytes = NDArray[np.uint8]

LENGTH = 8
"""Bytes of the table's length."""
LONGEST_TABLE = 4_000_000
MOST = 10_000
"""Arrays in one file."""
CHUNK = 1 << 23
"""Bytes that are checked together; a power of two, so that no number is cut."""
DIMENSIONS = 8
LARGEST = 1 << 31
"""No dimension has so many values."""
FLOATS = {"F64": "<f8", "F32": "<f4", "F16": "<f2"}
"""Kinds of numbers that can be taken as weights; BF16 too, which NumPy does not know."""
SIZES = {
    **dict.fromkeys(("BOOL", "U8", "I8", "F8_E5M2", "F8_E4M3", "F8_E8M0"), 1),
    **dict.fromkeys(("I16", "U16", "F16", "BF16"), 2),
    **dict.fromkeys(("I32", "U32", "F32"), 4),
    **dict.fromkeys(("F64", "I64", "U64", "C64"), 8),
}
"""Bytes of one number of every kind."""
WORDS = {
    "F64": "float64", "F32": "float32", "F16": "float16", "BF16": "bfloat16", "BOOL": "true/false",
    "I8": "int8", "U8": "uint8", "I16": "int16", "U16": "uint16", "I32": "int32", "U32": "uint32",
    "I64": "int64", "U64": "uint64", "C64": "complex64",
}  # fmt: skip


class Source(Protocol):
    """What bytes come from, in order."""

    def fill(self, view: memoryview) -> None:
        """Fill a buffer with the next bytes; raise ConvSimError if there are not so many."""


@dataclass(frozen=True, eq=False)
class Raw:
    """An array as it lies in a file.

    Attributes
    ----------
    name : str
    dtype : str
        As the format writes it: ``F32``.
    shape : tuple of int
    data : array (bytes,)
        uint8, little-endian numbers.
    """

    name: str
    dtype: str
    shape: tuple[int, ...]
    data: Bytes


@dataclass(frozen=True, eq=False)
class Tensor(Raw):
    """An array that was read.

    Attributes
    ----------
    crc : int
        CRC-32 of the data.
    finite : bool
        Whether it is known that no number in it is NaN or infinite; float32 only.
    """

    crc: int
    finite: bool = False


@dataclass(frozen=True)
class _Entry:
    name: str
    dtype: str
    shape: tuple[int, ...]
    start: int
    end: int


class TensorReader:
    """Reads the table at once and the arrays one after the other.

    Parameters
    ----------
    source : Source
    size : int
        Bytes of the whole, as whoever holds it says.

    Raises
    ------
    ArrayFileError
        If the table is not what it must be, or does not belong to so many bytes.
    """

    def __init__(self, source: Source, size: int) -> None:
        self._source = source
        if size < LENGTH:
            raise ArrayFileError("is too short for a safetensors file")
        head = bytearray(LENGTH)
        source.fill(memoryview(head))
        length = int.from_bytes(head, "little")
        if length > min(LONGEST_TABLE, size - LENGTH):
            raise ArrayFileError(
                f"has a table of {length:,} bytes; there are {size - LENGTH:,}, "
                f"and up to {LONGEST_TABLE:,} can be read"
            )
        text = bytearray(length)
        source.fill(memoryview(text))
        self.head_crc = zlib.crc32(text, zlib.crc32(head))
        self.head_size = LENGTH + length
        self._entries = _table(bytes(text), size - LENGTH - length)

    def tensors(self) -> Iterator[Tensor]:
        """Yield every array, in the order in which they lie there."""
        # Checked while the next bytes are read: both take about as long.
        with ThreadPoolExecutor(1, "checksum") as pool:
            for entry in self._entries:
                data = np.empty(entry.end - entry.start, np.uint8)
                check = _Check(sums=entry.dtype == "F32")
                for start in range(0, len(data), CHUNK):
                    piece = data[start : start + CHUNK]
                    self._source.fill(piece.data)
                    if len(data) > CHUNK:
                        pool.submit(check.add, piece)
                    else:
                        check.add(piece)
                pool.submit(int).result()
                yield Tensor(entry.name, entry.dtype, entry.shape, data, check.crc, check.finite)


class _Check:
    """The checksum of pieces that come in order, and whether their numbers are finite."""

    def __init__(self, *, sums: bool) -> None:
        self.crc, self.finite = 0, sums

    def add(self, piece: Bytes) -> None:
        self.crc = zlib.crc32(piece.data, self.crc)
        if self.finite:
            with np.errstate(all="ignore"):
                # One bad number makes the sum bad; a sum that overflows is looked at again later.
                self.finite = bool(np.isfinite(piece.view("<f4").sum()))


def _table(text: bytes, there: int) -> list[_Entry]:
    try:
        table = strict_json.parse(text)
    except ManifestError as problem:
        raise ArrayFileError(f"has a damaged table: it {problem}") from problem
    if not isinstance(table, dict):
        raise ArrayFileError("has a table that is not an object")
    table.pop("__metadata__", None)
    if len(table) > MOST:
        raise ArrayFileError(f"holds {len(table):,} arrays; up to {MOST:,} can be read")
    entries = sorted((_entry(name, value) for name, value in table.items()), key=_order)
    at = 0
    for entry in entries:
        if entry.start != at:
            what = "overlaps another one" if entry.start < at else "has a hole before it"
            raise ArrayFileError(f"is damaged: the array {entry.name[:60]!r} {what}")
        at = entry.end
    if at > there:
        raise ArrayFileError(f"is too short: its arrays need {at:,} bytes, {there:,} are there")
    if at < there:
        raise ArrayFileError(f"is too long: {there - at:,} bytes follow its arrays")
    return entries


def _order(entry: _Entry) -> tuple[int, int]:
    return entry.start, entry.end


def _entry(name: str, value: Any) -> _Entry:
    where = f"the array {name[:60]!r}"
    if not isinstance(value, dict) or value.keys() != {"dtype", "shape", "data_offsets"}:
        raise ArrayFileError(f"is damaged: {where} needs dtype, shape and data_offsets")
    dtype, shape, offsets = value["dtype"], value["shape"], value["data_offsets"]
    if not isinstance(dtype, str) or dtype not in SIZES:
        raise ArrayFileError(f"holds {where} of an unknown kind, {str(dtype)[:20]!r}")
    if not _are_sizes(shape) or len(shape) > DIMENSIONS or any(n >= LARGEST for n in shape):
        raise ArrayFileError(
            f"is damaged: {where} has a shape that cannot be; "
            f"up to {DIMENSIONS} sizes from 0 to {LARGEST - 1:,} can be read"
        )
    if not _are_sizes(offsets) or len(offsets) != 2:
        raise ArrayFileError(f"is damaged: {where} must have two data_offsets")
    needed = prod(shape) * SIZES[dtype]
    if offsets[1] - offsets[0] != needed:
        raise ArrayFileError(
            f"is damaged: {where} of the shape {tuple(shape)} needs {needed:,} bytes, "
            f"{offsets[1] - offsets[0]:,} are set aside"
        )
    return _Entry(name, dtype, tuple(shape), offsets[0], offsets[1])


def _are_sizes(value: Any) -> bool:
    return isinstance(value, list) and all(type(n) is int and n >= 0 for n in value)


def as_float32(tensor: Tensor) -> tuple[Array, str]:
    """Return the numbers as float32, and what they were converted from, if they were.

    Raises
    ------
    ArrayFileError
        If they are no floating-point numbers.
    """
    if tensor.dtype == "BF16":
        # The upper half of a float32.
        wide = tensor.data.view("<u2").astype("<u4") << np.uint32(16)
        values = wide.view("<f4")
    elif tensor.dtype in FLOATS:
        values = tensor.data.view(FLOATS[tensor.dtype])
    else:
        raise ArrayFileError(f"holds {words(tensor.dtype)} numbers; float32 is needed")
    # A double may be too large for a float: it becomes infinite, which is counted elsewhere.
    with np.errstate(over="ignore"):
        numbers = np.asarray(values, np.float32).reshape(tensor.shape)
    return numbers, "" if tensor.dtype == "F32" else words(tensor.dtype)


def words(dtype: str) -> str:
    """Return a kind of number as people write it."""
    return WORDS.get(dtype, dtype)


def as_raw(name: str, array: Array) -> Raw:
    """Return a float32 array as it lies in a file; not copied where it lies so already."""
    data = np.ascontiguousarray(array, "<f4").reshape(-1).view(np.uint8)
    return Raw(name, "F32", array.shape, data)


def table_of(tensors: Iterable[Raw]) -> tuple[bytes, int]:
    """Return the length and the table of a file, and the bytes of the whole file."""
    table, at = {}, 0
    for tensor in tensors:
        end = at + len(tensor.data)
        table[tensor.name] = {
            "dtype": tensor.dtype,
            "shape": list(tensor.shape),
            "data_offsets": [at, end],
        }
        at = end
    text = strict_json.encode(table)
    text += b" " * (-len(text) % LENGTH)
    return len(text).to_bytes(LENGTH, "little") + text, LENGTH + len(text) + at
