"""Data sets in ``.npz`` files: an archive of NumPy arrays, pictures and labels by name."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np

from convsim.data.names import shown_name
from convsim.data.sets import ArrayImages, DataSet, DataSetError
from convsim.data.sets.stored import IN_MEMORY, StoredImages
from convsim.formats.archive import Archive
from convsim.formats.archive_kinds import ARRAYS
from convsim.formats.errors import ArchiveError, ArrayFileError
from convsim.formats.npy import read_head, read_plain

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from convsim.data.sets import Images

TRAIN = (("x_train", "y_train"), ("train_images", "train_labels"), ("x", "y"), ("images", "labels"))
"""What pictures and labels to learn from may be called; the first pair that is there counts."""
TEST = (("x_test", "y_test"), ("test_images", "test_labels"))
PICTURES = {pictures for pictures, _ in (*TRAIN, *TEST)}
NAMES = PICTURES | {labels for _, labels in (*TRAIN, *TEST)}
MOST_BYTES = 2_000_000_000
ALWAYS, TIMES = 100_000_000, 40
"""A part may unpack to so many bytes, or to so many times its packed ones if that is more."""
MOST_CLASSES = 4096


def read_npz(path: Path) -> DataSet:
    """Return the data set in a ``.npz`` file, with its test part if there is one.

    Pictures are (N, H, W), (N, H, W, C) or (N, C, H, W) with 1 or 3 channels: bytes of 0…255, or
    floats, which are taken as 0…1, or as 0…255 if one is larger than 1.

    Raises
    ------
    DataSetError
        Naming the array at fault; arrays of Python objects are refused.
    """
    name = shown_name(path.name)
    try:
        with path.open("rb") as file:
            archive = Archive(file, path.stat().st_size, ARRAYS)
            kept = {
                part.removesuffix(".npy"): stored
                for part in archive.parts
                if part.removesuffix(".npy") in PICTURES
                and (stored := _stored(path, file, archive, part)) is not None
            }
            arrays: dict[str, NDArray[Any] | StoredImages] = {
                part.removesuffix(".npy"): _array(archive, part)
                for part in archive.parts
                if part.removesuffix(".npy") in NAMES and part.removesuffix(".npy") not in kept
            } | kept
    except ArchiveError as problem:
        raise DataSetError(f"{name}: {problem}") from problem
    except ArrayFileError as problem:
        raise DataSetError(f"{name}: {problem}") from problem
    except OSError as problem:
        raise DataSetError(f"{name}: cannot be read ({problem.strerror or problem})") from None
    pair = next((pair for pair in TRAIN if set(pair) <= set(arrays)), None)
    if pair is None:
        wanted = " or ".join("/".join(words) for words in TRAIN)
        raise DataSetError(f"{name}: has no pictures and labels called {wanted}")
    judged = next((pair for pair in TEST if set(pair) <= set(arrays)), None)
    labels = [_labels(name, words[1], arrays[words[1]]) for words in (pair, judged) if words]
    count = max(int(part.max(initial=0)) for part in labels) + 1
    if count > MOST_CLASSES:
        raise DataSetError(f"{name}: has the label {count - 1:,}; labels go up to {MOST_CLASSES}")
    classes = tuple(map(str, range(count)))
    test = None
    if judged is not None:
        images = _images(name, judged[0], arrays[judged[0]])
        test = DataSet(f"{name}, test", classes, images, labels[1])
    return DataSet(name, classes, _images(name, pair[0], arrays[pair[0]]), labels[0], test)


def _stored(path: Path, file: BinaryIO, archive: Archive, name: str) -> StoredImages | None:
    """Return the pictures of a long part that is not packed, to be read as they are needed.

    None where they must be read whole: packed, short, not bytes, or of an unusual order.
    """
    part = archive.parts[name]
    if part.deflated or part.size <= IN_MEMORY:
        return None
    file.seek(part.start)
    try:
        head, shape, by_columns, dtype = read_head(file)
    except ArrayFileError as problem:
        raise ArrayFileError(f"{name} {problem}") from problem
    if dtype != np.uint8 or by_columns or len(shape) not in (3, 4) or 0 in shape:
        return None
    last = len(shape) == 4 and shape[3] in (1, 3) and shape[1] not in (1, 3)
    sizes = (1, *shape[1:]) if len(shape) == 3 else shape[1:]
    planes = (sizes[2], sizes[0], sizes[1]) if last else (sizes[0], sizes[1], sizes[2])
    if planes[0] not in (1, 3) or head + prod(shape) != part.size:
        return None
    archive.verify(name)
    return StoredImages(path, part.start + head, prod(planes), shape[0], planes, last)


def _array(archive: Archive, part: str) -> NDArray[Any]:
    try:
        packed = archive.parts[part].packed
        return read_plain(archive.read(part, min(MOST_BYTES, max(ALWAYS, TIMES * packed))))
    except ArrayFileError as problem:
        raise ArrayFileError(f"{part} {problem}") from problem


def _labels(name: str, key: str, array: NDArray[Any] | StoredImages) -> NDArray[np.int64]:
    if isinstance(array, StoredImages):
        raise DataSetError(f"{name}: {key} holds pictures; whole numbers are needed")
    if array.ndim == 2 and array.shape[1] == 1:
        array = array[:, 0]
    if array.ndim != 1 or array.dtype.kind not in "iu":
        raise DataSetError(
            f"{name}: {key} must be whole numbers, one for each picture; "
            f"received {array.dtype} of shape {array.shape}"
        )
    most = min(np.iinfo(array.dtype).max, np.iinfo(np.int64).max)
    # A label that int64 does not hold is too large, not below 0.
    labels: NDArray[np.int64] = np.minimum(array, array.dtype.type(most)).astype(np.int64)
    return labels


def _images(name: str, key: str, array: NDArray[Any] | StoredImages) -> Images:
    if isinstance(array, StoredImages):
        return array
    if array.ndim == 3:
        array = array[:, None]
    elif array.ndim == 4 and array.shape[3] in (1, 3) and array.shape[1] not in (1, 3):
        array = array.transpose(0, 3, 1, 2)
    if array.ndim != 4 or array.shape[1] not in (1, 3) or 0 in array.shape[1:]:
        raise DataSetError(
            f"{name}: {key} has the shape {array.shape}; pictures are (N, H, W), (N, H, W, C) "
            "or (N, C, H, W) with 1 or 3 channels"
        )
    if array.dtype == np.uint8:
        return ArrayImages(array)
    values = array.astype(np.float32)
    if not np.isfinite(values).all():
        raise DataSetError(f"{name}: {key} holds values that are not finite; replace them")
    low, high = float(values.min(initial=0)), float(values.max(initial=0))
    if low < 0 or high > 255:
        raise DataSetError(f"{name}: {key} goes from {low:g} to {high:g}; 0 to 1 or 255 is needed")
    return ArrayImages(values / np.float32(255) if high > 1 else values)
