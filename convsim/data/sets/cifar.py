"""CIFAR-10 and CIFAR-100 in their binary form: for each picture its label, then 3,072 bytes.

The bytes are 1,024 of red, 1,024 of green, 1,024 of blue, row by row.  CIFAR-10 has one byte of
label; CIFAR-100 has two, the coarse one first.  Source: A. Krizhevsky, "Learning multiple layers
of features from tiny images", 2009, and the page of the data sets.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from convsim.data.names import shown_name
from convsim.data.sets.base import ArrayImages, DataSet, DataSetError
from convsim.data.sets.stored import IN_MEMORY, JoinedImages, StoredImages

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from convsim.data.sets.base import Images

PIXELS = 3 * 32 * 32
TEN = (
    "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck",
)  # fmt: skip
"""The classes of CIFAR-10, for a folder without its `batches.meta.txt`."""
NAMES_LIMIT = 10_000
BLOCK = 1000
"""Records that are read at a time for their labels."""


def is_cifar_folder(folder: Path) -> bool:
    """Return whether the training files of CIFAR-10 or CIFAR-100 lie in a folder."""
    return (folder / "data_batch_1.bin").is_file() or (folder / "train.bin").is_file()


def read_cifar_folder(folder: Path) -> DataSet:
    """Return the data set of a folder, with its test part if that is there."""
    name = shown_name(folder.name)
    if (folder / "train.bin").is_file():
        parts, test, extra = [folder / "train.bin"], folder / "test.bin", 1
        classes = _names(folder / "fine_label_names.txt", 100) or tuple(map(str, range(100)))
    else:
        parts = sorted(folder.glob("data_batch_[1-9].bin"))
        test, extra = folder / "test_batch.bin", 0
        classes = _names(folder / "batches.meta.txt", 10) or TEN
    judged = None
    if test.is_file():
        judged = _set(f"{name}, test", classes, [test], extra)
    return _set(name, classes, parts, extra, judged)


def read_cifar_file(path: Path) -> DataSet:
    """Return the data set of one file: of 10 classes or of 100, as its length and labels tell."""
    for extra, classes in ((0, TEN), (1, tuple(map(str, range(100))))):
        try:
            return _set(shown_name(path.name), classes, [path], extra)
        except DataSetError as problem:
            why = problem
    raise why


def _part(path: Path, extra: int) -> tuple[Images, NDArray[np.int64]]:
    """Return a file's pictures and labels; the pictures of long files stay in them."""
    name, length = shown_name(path.name), 1 + extra + PIXELS
    try:
        size = path.stat().st_size
        if not size or size % length:
            raise DataSetError(
                f"{name}: holds {size:,} bytes, no multiple of {length:,}, "
                "the length of a label and a picture of 32×32×3; copy it again"
            )
        count, planes = size // length, (3, 32, 32)
        if size <= IN_MEMORY:
            whole = np.fromfile(path, np.uint8).reshape(count, length)
            pixels = whole[:, 1 + extra :].reshape(-1, *planes)
            return ArrayImages(pixels), whole[:, extra].astype(np.int64)
        labels = np.empty(count, np.int64)
        with path.open("rb") as file:
            for start in range(0, count, BLOCK):
                some = np.frombuffer(file.read(BLOCK * length), np.uint8).reshape(-1, length)
                labels[start : start + len(some)] = some[:, extra]
    except OSError as problem:
        raise DataSetError(f"{name}: cannot be read ({problem.strerror or problem})") from None
    return StoredImages(path, 1 + extra, length, count, planes), labels


def _set(
    name: str, classes: tuple[str, ...], paths: list[Path], extra: int, test: DataSet | None = None
) -> DataSet:
    parts = [_part(path, extra) for path in paths]
    images = parts[0][0] if len(parts) == 1 else JoinedImages([images for images, _ in parts])
    return DataSet(name, classes, images, np.concatenate([labels for _, labels in parts]), test)


def _names(path: Path, count: int) -> tuple[str, ...]:
    try:
        text = path.read_bytes()[:NAMES_LIMIT].decode("utf-8", "replace")
    except OSError:
        return ()
    names = tuple(line.strip() for line in text.splitlines() if line.strip())
    return names if len(names) == count else ()
