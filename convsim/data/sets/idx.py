"""IDX files, as MNIST comes in: a few bytes of header, then one byte for each pixel or label.

Layout: two zero bytes, the type (8 means uint8), the number of axes, then each axis as a
big-endian 32-bit number.  Source: Y. LeCun, C. Cortes, C. J. C. Burges, "The MNIST database of
handwritten digits".
"""

from __future__ import annotations

import gzip
import struct
import zlib
from math import prod
from typing import TYPE_CHECKING

import numpy as np

from convsim.data.names import shown_name
from convsim.data.sets.base import ArrayImages, DataSet, DataSetError
from convsim.data.sets.stored import IN_MEMORY, StoredImages

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from convsim.data.sets.base import Images

UINT8 = 8
ALWAYS, TIMES = 150_000_000, 40
"""A packed file may unpack to so many bytes, or to so many times its own if that is more: MNIST's
47 million are five times theirs."""
PIECE = 1 << 20
FILES = {
    "train": ("train-images", "train-labels"),
    "test": ("t10k-images", "t10k-labels"),
}
ENDINGS = ("-idx{axes}-ubyte", ".idx{axes}-ubyte")


def read_idx(path: Path, axes: int) -> NDArray[np.uint8]:
    """Return the array in an IDX file, plain or packed with gzip.

    Parameters
    ----------
    path : Path
    axes : int
        How many axes are expected: 1 for labels, 3 for grey pictures, 4 for (N, C, H, W).

    Raises
    ------
    DataSetError
        If it is no such file, or longer or shorter than its header says.
    """
    name = shown_name(path.name)
    size = 4 + 4 * axes
    try:
        with path.open("rb") as file:
            packed = file.read(2) == b"\x1f\x8b"
        data: NDArray[np.uint8]
        if packed:
            data = np.frombuffer(_unpacked(path, name), np.uint8)
        elif path.stat().st_size < size:
            raise _short(name, path.stat().st_size, size)
        else:
            data = np.fromfile(path, np.uint8)
    except OSError as problem:
        raise DataSetError(f"{name}: cannot be read ({problem.strerror or problem})") from None
    shape = _shape(name, data[:size].tobytes(), axes, len(data))
    return data[size:].reshape(shape)


def idx_images(path: Path) -> Images:
    """Return the grey pictures in an IDX file; those of a long one that is not packed stay in it.

    Raises
    ------
    DataSetError
        As `read_idx` does.
    """
    name, size = shown_name(path.name), 16
    try:
        length = path.stat().st_size
        with path.open("rb") as file:
            head = file.read(size)
    except OSError as problem:
        raise DataSetError(f"{name}: cannot be read ({problem.strerror or problem})") from None
    if length <= IN_MEMORY or head[:2] == b"\x1f\x8b":
        return ArrayImages(read_idx(path, 3)[:, None])
    count, height, width = _shape(name, head, 3, length)
    return StoredImages(path, size, height * width, count, (1, height, width))


def _shape(name: str, head: bytes, axes: int, length: int) -> tuple[int, ...]:
    """Return the shape that a header tells, of a file of so many bytes."""
    size = 4 + 4 * axes
    if len(head) < size:
        raise _short(name, len(head), size)
    if head[:2] != b"\0\0":
        raise DataSetError(f"{name}: is no IDX file, which begins with two zero bytes")
    if head[2] != UINT8:
        raise DataSetError(
            f"{name}: holds IDX values of type {head[2]}; type 8 (bytes) can be read"
        )
    if head[3] != axes:
        wanted = "labels (1 axis)" if axes == 1 else f"pictures ({axes} axes)"
        raise DataSetError(f"{name}: holds an array of {head[3]} axes; {wanted} are needed here")
    shape = struct.unpack(f">{axes}I", head[4:])
    if 0 in shape or prod(shape) != length - size:
        raise DataSetError(
            f"{name}: says that it holds {'×'.join(map(str, shape))} bytes, "
            f"but {length - size:,} follow; copy it again"
        )
    return shape


def is_idx(path: Path) -> bool:
    """Return whether a file begins as IDX files of bytes do, packed or not; it is not read."""
    try:
        if not path.is_file():
            return False
        with path.open("rb") as file:
            head = file.read(4)
        if head[:2] == b"\x1f\x8b":
            with gzip.open(path) as file:
                head = file.read(4)
    except (OSError, EOFError, zlib.error, ValueError):
        return False
    return len(head) == 4 and head[:3] == bytes((0, 0, UINT8)) and 1 <= head[3] <= 4


def read_idx_file(path: Path) -> DataSet:
    """Return the data set that a file of pictures or labels belongs to: the other lies beside it.

    Among MNIST's four files it is that of all four.  Others are told by their names: where one says
    ``images`` and ``idx3``, the other says ``labels`` and ``idx1``.

    Raises
    ------
    DataSetError
        If the other one is missing, or either is wrong.
    """
    if is_idx_folder(path.parent):
        return read_idx_folder(path.parent)
    name = shown_name(path.name)
    pictures = _beside(path, ("labels", "images"), ("idx1", "idx3"))
    labels = _beside(path, ("images", "labels"), ("idx3", "idx1"))
    if pictures is None or labels is None or pictures == labels:
        what, other = ("labels", "images") if "labels" in path.name else ("pictures", "labels")
        raise DataSetError(
            f"{name}: holds {what} alone; the file that belongs to it, called the same with "
            f"“{other}” in its name, must lie beside it"
        )
    return _labelled(name, idx_images(pictures), read_idx(labels, 1))


def _beside(path: Path, word: tuple[str, str], axes: tuple[str, str]) -> Path | None:
    """Return the file whose name has other words; itself if it has the second ones."""
    name = path.name.replace(*word).replace(*axes)
    bare = name.removesuffix(".gz")
    places = (path.with_name(one) for one in (name, bare, f"{bare}.gz"))
    return next((one for one in places if one.is_file()), None)


def is_idx_folder(folder: Path) -> bool:
    """Return whether MNIST's training files lie in a folder."""
    return all(_find(folder, stem, axes) for stem, axes in zip(FILES["train"], (3, 1), strict=True))


def read_idx_folder(folder: Path) -> DataSet:
    """Return the data set of a folder with MNIST's four files, or with only the training ones.

    Raises
    ------
    DataSetError
        If a file is missing or wrong.
    """
    name = shown_name(folder.name)
    test = None
    if any(_find(folder, stem, axes) for stem, axes in zip(FILES["test"], (3, 1), strict=True)):
        test = _part(folder, "test", f"{name}, test")
    train = _part(folder, "train", name)
    classes = train.classes
    if test is not None and len(test.classes) > len(classes):
        classes = test.classes
    if test is not None:
        test = DataSet(test.name, classes, test.images, test.labels)
    return DataSet(name, classes, train.images, train.labels, test)


def of_arrays(
    name: str, pictures: NDArray[np.uint8], labels: NDArray[np.uint8], classes: tuple[str, ...] = ()
) -> DataSet:
    """Return a data set of grey pictures (N, H, W) with labels (N,)."""
    return _labelled(name, ArrayImages(pictures[:, None]), labels, classes)


def _labelled(
    name: str, images: Images, labels: NDArray[np.uint8], classes: tuple[str, ...] = ()
) -> DataSet:
    numbers = labels.astype(np.int64)
    named = classes or tuple(map(str, range(int(numbers.max(initial=0)) + 1)))
    return DataSet(name, named, images, numbers)


def _part(folder: Path, which: str, name: str) -> DataSet:
    found: list[Path] = []
    for stem, axes in zip(FILES[which], (3, 1), strict=True):
        path = _find(folder, stem, axes)
        if path is None:
            wanted = stem + ENDINGS[0].format(axes=axes)
            raise DataSetError(f"{shown_name(folder.name)}: {wanted} (or {wanted}.gz) is missing")
        found.append(path)
    return _labelled(name, idx_images(found[0]), read_idx(found[1], 1))


def _find(folder: Path, stem: str, axes: int) -> Path | None:
    for ending in ENDINGS:
        for pack in ("", ".gz"):
            path = folder / f"{stem}{ending.format(axes=axes)}{pack}"
            if path.is_file():
                return path
    return None


def _unpacked(path: Path, name: str) -> bytearray:
    try:
        most = max(ALWAYS, TIMES * path.stat().st_size)
        data = bytearray()
        with gzip.open(path) as file:
            while piece := file.read(PIECE):
                data += piece
                if len(data) > most:
                    raise DataSetError(
                        f"{name}: unpacks to more than {most // 10**6:,} MB, far more than its "
                        "size would tell; unpack it first"
                    )
    except (EOFError, gzip.BadGzipFile, zlib.error) as problem:
        raise DataSetError(f"{name}: is damaged ({problem}); copy it again") from None
    return data


def _short(name: str, size: int, wanted: int) -> DataSetError:
    return DataSetError(
        f"{name}: ends after {size} bytes, in its header of {wanted}; copy it again"
    )
