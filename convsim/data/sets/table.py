"""CSV tables of pictures: one picture a line, its label and then its pixels, row by row.

MNIST is passed around in this form: ``label,pixel0,pixel1,…`` with values of 0 to 255.  A first
line of names is understood, and a label may be a word.
"""

from __future__ import annotations

from math import isqrt
from typing import TYPE_CHECKING

import numpy as np

from convsim.data.names import shown_name
from convsim.data.sets.base import ArrayImages, DataSet, DataSetError

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

MOST_BYTES = 500_000_000
LONGEST_LINE = 1_000_000


def read_table(path: Path) -> DataSet:
    """Return the data set in a CSV file, separated by commas, semicolons or tabs.

    Pictures are square, grey (n·n values) or colour (3·n·n, plane by plane).

    Raises
    ------
    DataSetError
        Naming the line at fault.
    """
    name = shown_name(path.name)
    labels: list[str] = []
    rows: list[NDArray[np.float32]] = []
    separator = ""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise DataSetError(f"{name}: is larger than {MOST_BYTES // 10**6} MB; save it as NPZ")
        with path.open(encoding="utf-8-sig", errors="strict", newline=None) as file:
            for number, line in enumerate(iter(lambda: file.readline(LONGEST_LINE), ""), 1):
                text = line.strip()
                if not text:
                    continue
                separator = separator or _separator(text)
                label, _, rest = text.partition(separator)
                values = _numbers(rest, separator)
                if values is None and number == 1:
                    continue  # names of the columns
                if values is None or (rows and len(values) != len(rows[0])):
                    raise _wrong(name, number, values, rows)
                labels.append(label.strip().strip('"'))
                rows.append(values)
    except OSError as problem:
        raise DataSetError(f"{name}: cannot be read ({problem.strerror or problem})") from None
    except UnicodeDecodeError:
        raise DataSetError(f"{name}: is no text in UTF-8; save the table as CSV (UTF-8)") from None
    if not rows:
        raise DataSetError(f"{name}: holds no line of a label and pixels")
    return _set(name, labels, np.stack(rows))


def _set(name: str, labels: list[str], values: NDArray[np.float32]) -> DataSet:
    count = values.shape[1]
    for channels in (1, 3):
        side = isqrt(count // channels)
        if channels * side * side == count:
            break
    else:
        raise DataSetError(
            f"{name}: {count} values a line are no square picture, grey (n·n) or colour (3·n·n)"
        )
    classes, numbers = _classes(labels)
    low, high = float(values.min()), float(values.max())
    notes: tuple[str, ...] = ()
    if low < 0 or high > 255:
        # In float64, where the largest of all float32 numbers do not overflow.
        wide = values.astype(np.float64) - low
        values = (wide / ((high - low) or 1.0)).clip(0, 1).astype(np.float32)
        notes = (f"values {low:g} to {high:g} were brought to 0 to 1",)
    elif high > 1:
        values = values / np.float32(255)
    images = ArrayImages(values.reshape(-1, channels, side, side).astype(np.float32))
    return DataSet(name, classes, images, numbers, notes=notes)


def _classes(labels: list[str]) -> tuple[tuple[str, ...], NDArray[np.int64]]:
    """Return the classes and each label's number; whole numbers keep their order and meaning."""
    if all(label.isascii() and label.isdigit() and len(label) <= 4 for label in labels):
        numbers = np.array([int(label) for label in labels], np.int64)
        return tuple(map(str, range(int(numbers.max()) + 1))), numbers
    classes = tuple(sorted(set(labels)))
    place = {label: index for index, label in enumerate(classes)}
    return classes, np.array([place[label] for label in labels], np.int64)


def _separator(line: str) -> str:
    return max((",", ";", "\t"), key=line.count)


def _numbers(text: str, separator: str) -> NDArray[np.float32] | None:
    try:
        values = np.array(text.split(separator), np.float32)
    except ValueError:
        return None
    return values if np.isfinite(values).all() else None


def _wrong(
    name: str, number: int, values: NDArray[np.float32] | None, rows: list[NDArray[np.float32]]
) -> DataSetError:
    if values is None:
        return DataSetError(
            f"{name}: line {number} holds something that is no number; "
            "each line is a label and then pixels"
        )
    return DataSetError(
        f"{name}: line {number} holds {len(values)} pixels, the lines before {len(rows[0])}"
    )
