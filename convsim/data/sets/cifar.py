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

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

PIXELS = 3 * 32 * 32
TEN = (
    "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck",
)  # fmt: skip
"""The classes of CIFAR-10, for a folder without its `batches.meta.txt`."""
NAMES_LIMIT = 10_000


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
        judged = _set(f"{name}, test", classes, [_records(test, extra)], extra)
    return _set(name, classes, [_records(part, extra) for part in parts], extra, judged)


def read_cifar_file(path: Path) -> DataSet:
    """Return the data set of one file: of 10 classes or of 100, as its length and labels tell."""
    for extra, classes in ((0, TEN), (1, tuple(map(str, range(100))))):
        try:
            records = _records(path, extra)
            return _set(shown_name(path.name), classes, [records], extra)
        except DataSetError as problem:
            why = problem
    raise why


def _records(path: Path, extra: int) -> NDArray[np.uint8]:
    """Return a file's records (N, labels and pixels), mapped and not read."""
    length = 1 + extra + PIXELS
    try:
        size = path.stat().st_size
        if not size or size % length:
            raise DataSetError(
                f"{shown_name(path.name)}: holds {size:,} bytes, no multiple of {length:,}, "
                "the length of a label and a picture of 32×32×3; copy it again"
            )
        return np.memmap(path, np.uint8, "r").reshape(-1, length)
    except OSError as problem:
        reason = problem.strerror or problem
        raise DataSetError(f"{shown_name(path.name)}: cannot be read ({reason})") from None


def _set(
    name: str,
    classes: tuple[str, ...],
    records: list[NDArray[np.uint8]],
    extra: int,
    test: DataSet | None = None,
) -> DataSet:
    whole = records[0] if len(records) == 1 else np.concatenate(records)
    pixels = whole[:, 1 + extra :].reshape(-1, 3, 32, 32)
    return DataSet(name, classes, ArrayImages(pixels), whole[:, extra].astype(np.int64), test)


def _names(path: Path, count: int) -> tuple[str, ...]:
    try:
        text = path.read_bytes()[:NAMES_LIMIT].decode("utf-8", "replace")
    except OSError:
        return ()
    names = tuple(line.strip() for line in text.splitlines() if line.strip())
    return names if len(names) == count else ()
