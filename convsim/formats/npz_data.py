"""Data sets in ``.npz`` files: an archive of NumPy arrays, pictures and labels by name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from convsim.data.names import shown_name
from convsim.data.sets import ArrayImages, DataSet, DataSetError
from convsim.formats.archive import Archive
from convsim.formats.errors import ArchiveError, ArrayFileError
from convsim.formats.npy import read_plain

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

TRAIN = (("x_train", "y_train"), ("train_images", "train_labels"), ("x", "y"), ("images", "labels"))
"""What pictures and labels to learn from may be called; the first pair that is there counts."""
TEST = (("x_test", "y_test"), ("test_images", "test_labels"))
MOST_BYTES = 2_000_000_000
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
            archive = Archive(file, path.stat().st_size)
            arrays = {
                part.removesuffix(".npy"): _array(archive, part)
                for part in archive.parts
                if part.removesuffix(".npy") in {word for pair in (*TRAIN, *TEST) for word in pair}
            }
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


def _array(archive: Archive, part: str) -> NDArray[Any]:
    try:
        return read_plain(archive.read(part, MOST_BYTES))
    except ArrayFileError as problem:
        raise ArrayFileError(f"{part} {problem}") from problem


def _labels(name: str, key: str, array: NDArray[Any]) -> NDArray[np.int64]:
    if array.ndim == 2 and array.shape[1] == 1:
        array = array[:, 0]
    if array.ndim != 1 or array.dtype.kind not in "iu":
        raise DataSetError(
            f"{name}: {key} must be whole numbers, one for each picture; "
            f"received {array.dtype} of shape {array.shape}"
        )
    return array.astype(np.int64)


def _images(name: str, key: str, array: NDArray[Any]) -> ArrayImages:
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
