"""Reading an array of pictures from a ``.npy`` file that nobody vouches for.

The header says how large the array is.  It is compared with the length of the file before any
memory is taken, and nothing in the file is ever run: arrays of Python objects are refused.
"""

from __future__ import annotations

import os
import stat
import struct
import tokenize
import warnings
from io import BytesIO
from math import prod
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np
from numpy.lib import format as npy

from convsim.data.names import shown_name
from convsim.formats.errors import ArrayFileError

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from convsim.core.layers import Shape

MAGIC = npy.MAGIC_PREFIX
HEADER_LIMIT = 10_000
"""Longest header that is read; that of an array of numbers has about 120 letters."""
ZIP = b"PK"
MOST = 1 << 63
"""No array has as many values as this."""
READERS = {
    (1, 0): (struct.Struct("<H"), npy.read_array_header_1_0),
    (2, 0): (struct.Struct("<I"), npy.read_array_header_2_0),
}
"""By version: how the header's length is written, and what reads the header."""
HEADER_FLAWS = (
    AttributeError,
    EOFError,
    IndexError,
    KeyError,
    MemoryError,
    OverflowError,
    RecursionError,
    SyntaxError,
    TypeError,
    ValueError,
    struct.error,
    tokenize.TokenError,
)
"""What a header that is no literal, or not the expected one, makes numpy raise."""


def read_pictures(path: Path, input_shape: Shape) -> tuple[NDArray[np.float32], tuple[str, ...]]:
    """Return the pictures in a file, and a sentence for each conversion.

    Parameters
    ----------
    path : Path
        A file as ``numpy.save`` writes it.
    input_shape : (int, int, int)
        Height, width and channels of the network's input.

    Returns
    -------
    array (N, C, H, W)
        float32, all finite, at least one picture.
    tuple of str

    Raises
    ------
    ArrayFileError
        The text names the file, what was received and what would work.
    """
    name = shown_name(path.name or str(path))
    try:
        return _read(path, name, input_shape)
    except ArrayFileError as problem:
        raise ArrayFileError(f"{name}: {problem}") from problem
    except (FileNotFoundError, NotADirectoryError) as problem:
        raise ArrayFileError(f"{name}: there is no such file; check the name") from problem
    except OSError as problem:
        reason = problem.strerror or "no reason given"
        raise ArrayFileError(f"{name}: cannot be read ({reason})") from problem
    except MemoryError as problem:
        raise ArrayFileError(
            f"{name}: there is not enough memory for so many pictures; save fewer in one file"
        ) from problem


def read_plain(data: bytes) -> NDArray[Any]:
    """Return the array of numbers in the bytes of a ``.npy`` file, read-only.

    Raises
    ------
    ArrayFileError
        Without a name in front: the caller knows whose bytes they are.
    """
    file = BytesIO(data)
    shape, by_columns, dtype = _header(file)
    if dtype.kind not in "fiub":
        raise ArrayFileError(f"holds {_words(dtype)} and no numbers; save numbers only")
    if len(shape) > 8 or not all(0 <= size < MOST for size in shape):
        raise ArrayFileError(f"has the shape {_shape_text(shape)}, which no array has")
    start = file.tell()
    _check_length(shape, dtype, len(data) - start)
    flat = np.frombuffer(data, dtype, offset=start)
    return flat.reshape(shape, order="F" if by_columns else "C")


def read_head(file: BinaryIO) -> tuple[int, tuple[int, ...], bool, np.dtype[Any]]:
    """Return what the head of a ``.npy`` file says, read from where `file` stands.

    Returns
    -------
    int
        Bytes of the head.
    tuple of int
        The shape.
    bool
        Whether the array lies column by column.
    dtype

    Raises
    ------
    ArrayFileError
        Without a name in front: the caller knows whose head it is.
    """
    began = file.tell()
    shape, by_columns, dtype = _header(file)
    return file.tell() - began, shape, by_columns, dtype


def _read(path: Path, name: str, input_shape: Shape) -> tuple[NDArray[np.float32], tuple[str, ...]]:
    _check_kind(os.stat(path))
    # Opening a pipe would wait until somebody writes into it (there is no such flag on Windows).
    with open(path, "rb", opener=lambda p, f: os.open(p, f | getattr(os, "O_NONBLOCK", 0))) as file:
        status = os.fstat(file.fileno())
        _check_kind(status)
        shape, by_columns, dtype = _header(file)
        _check_dtype(dtype)
        _check_shape(shape, input_shape)
        _check_length(shape, dtype, status.st_size - file.tell())
        flat = np.empty(prod(shape), dtype)
        if file.readinto(flat.view(np.uint8).data) != flat.nbytes:
            raise ArrayFileError("was cut off while it was read; copy it again")
    array = flat.reshape(shape, order="F" if by_columns else "C")
    # A double may be too large for a float: it becomes infinite, which is counted below.
    with np.errstate(over="ignore"):
        pictures = np.ascontiguousarray(array, np.float32)
    bad = int(pictures.size - np.isfinite(pictures).sum())
    if bad:
        verb = "is" if bad == 1 else "are"
        raise ArrayFileError(
            f"{bad:,} of {pictures.size:,} values {verb} not finite (NaN or infinite); "
            "replace them and save the array again"
        )
    notes = () if dtype == np.float32 else (f"{name}: {_words(dtype)} converted to float32",)
    return pictures, notes


def _check_kind(status: os.stat_result) -> None:
    if stat.S_ISDIR(status.st_mode):
        raise ArrayFileError("is a folder; give a .npy file")
    if not stat.S_ISREG(status.st_mode):
        raise ArrayFileError("is a device or a pipe; give a .npy file that is saved on a disk")


def _header(file: BinaryIO) -> tuple[tuple[int, ...], bool, np.dtype[Any]]:
    """Return the shape, whether it is stored column by column, and the kind of number."""
    start = file.read(len(MAGIC))
    if not start:
        raise ArrayFileError("is empty (0 bytes); save the array again")
    if start.startswith(ZIP):
        raise ArrayFileError("is an archive (.npz or zip), not one array; write it with numpy.save")
    if start != MAGIC:
        raise ArrayFileError("is not a NumPy array; write it with numpy.save(path, pictures)")
    version = tuple(file.read(2))
    if len(version) < 2:
        raise ArrayFileError("ends too early, inside its header; copy it again")
    if version not in READERS:
        raise ArrayFileError(
            f"is a .npy file of version {'.'.join(map(str, version))}; 1.0 and 2.0 can be read: "
            "write it with numpy.save(path, pictures.astype('float32'))"
        )
    length, reader = READERS[version]
    try:
        if length.unpack(file.read(length.size))[0] > HEADER_LIMIT:
            raise ValueError("header too long")
        file.seek(-length.size, os.SEEK_CUR)
        with warnings.catch_warnings():
            # A header written by Python 2 is read all the same.
            warnings.simplefilter("ignore")
            # Only literals are read here, by ast.literal_eval.
            shape, by_columns, dtype = reader(file, max_header_size=HEADER_LIMIT)
    except HEADER_FLAWS as problem:
        raise ArrayFileError("has a damaged .npy header; save the array again") from problem
    return shape, by_columns, dtype


def _check_dtype(dtype: np.dtype[Any]) -> None:
    if dtype.hasobject:
        raise ArrayFileError(
            "holds Python objects, which could run a program when they are read; "
            "save it as pictures.astype('float32')"
        )
    if dtype.kind != "f":
        hint = ".astype('float32') / 255" if dtype.kind == "u" else ".astype('float32')"
        raise ArrayFileError(
            f"holds {_words(dtype)} numbers; float32 is needed: save pictures{hint}"
        )


def _check_shape(shape: tuple[int, ...], input_shape: Shape) -> None:
    height, width, channels = input_shape
    wanted = (channels, height, width)
    if len(shape) != 4 or tuple(shape[1:]) != wanted or not 1 <= shape[0] < MOST:
        hint = ""
        if tuple(shape[1:]) == (height, width, channels):
            hint = "; channels come before rows: use pictures.transpose(0, 3, 1, 2)"
        elif tuple(shape) == wanted:
            hint = "; one picture is pictures[None]"
        raise ArrayFileError(
            f"has the shape {_shape_text(shape)}; (N, {channels}, {height}, {width}) is needed, "
            f"that is pictures, channels, rows, columns{hint}"
        )


def _check_length(shape: tuple[int, ...], dtype: np.dtype[Any], there: int) -> None:
    needed = prod(shape) * dtype.itemsize
    if there < needed:
        raise ArrayFileError(
            f"is too short: {_shape_text(shape)} of {_words(dtype)} needs {needed:,} bytes, "
            f"{there:,} are there; copy it again"
        )
    if there > needed:
        extra = there - needed
        follow = "1 byte follows" if extra == 1 else f"{extra:,} bytes follow"
        raise ArrayFileError(f"is too long: {follow} the array; save the array again")


def _words(dtype: np.dtype[Any]) -> str:
    """Return a kind of number in words: ``big-endian float64``."""
    if dtype.kind not in "fiub":
        return f"{dtype}"[:40]
    return dtype.name if dtype.isnative else f"byte-swapped {dtype.name}"


def _shape_text(shape: tuple[int, ...]) -> str:
    # A hostile header may hold numbers of thousands of digits, or thousands of numbers.
    if len(shape) > 8:
        return f"of {len(shape)} dimensions"
    return str(tuple(shape)) if all(abs(n) < MOST for n in shape) else "of absurd numbers"
