"""A folder of pictures: each folder inside it is a class, its name the class's name.

Pictures are decoded when they are asked for, so the folder may be larger than the memory; those
that were decoded are kept at the size of the network's input.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from convsim.core.errors import ConvSimError
from convsim.core.fit import Fit
from convsim.data.names import shown_name
from convsim.data.resize import prepare
from convsim.data.sets.base import BadFile, DataSet, DataSetError
from convsim.data.source import open_picture

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from numpy.typing import NDArray

    from convsim.data.sets.base import Indices

ENDINGS = frozenset((".png", ".jpg", ".jpeg", ".webp", ".bmp", ".gif", ".tif", ".tiff"))
MOST_FILES = 1_000_000
MOST_CLASSES = 4096
KEPT_BYTES = 500_000_000
"""Decoded pictures are kept up to this many bytes; the others are decoded again each time."""


@dataclass(frozen=True, eq=False)
class FileImages:
    """Pictures in files, brought to one size when they are read.

    A file that can no longer be read when its turn comes raises the error that names it.
    """

    paths: tuple[Path, ...]
    shape: tuple[int, int, int]
    fit: Fit = Fit.CROP
    _kept: dict[int, NDArray[np.uint8]] = field(default_factory=dict)

    def __len__(self) -> int:
        """Return how many pictures there are."""
        return len(self.paths)

    def batch(self, indices: Indices) -> NDArray[np.float32]:
        """Return those pictures: (n, C, H, W), float32 in 0…1, a fresh array."""
        height, width, channels = self.shape
        out = np.empty((len(indices), channels, height, width), np.float32)
        for slot, index in zip(out, map(int, indices), strict=True):
            kept = self._kept.get(index)
            if kept is None:
                pixels = open_picture(self.paths[index]).pixels
                sized = prepare(pixels, height, width, channels, self.fit).transpose(2, 0, 1)
                slot[:] = sized
                if pixels.dtype == np.uint8 and len(self._kept) * out[0].size < KEPT_BYTES:
                    # Exact: a picture of bytes is whole numbers ÷ 255 at any size.
                    self._kept[index] = np.rint(sized * 255).astype(np.uint8)
            else:
                np.divide(kept, np.float32(255), out=slot)
        return out


def is_class_folder(folder: Path) -> bool:
    """Return whether there are folders with pictures in a folder."""
    return any(_pictures(child) for child in _folders(folder))


def read_folder(
    folder: Path,
    shape: tuple[int, int, int],
    fit: Fit = Fit.CROP,
    progress: Callable[[int, int], bool] | None = None,
) -> DataSet:
    """Return the data set of a folder with one folder a class.

    Every picture is opened once; those that cannot be read are listed in `bad` and left out.

    Parameters
    ----------
    folder : Path
    shape : (int, int, int)
        Height, width, channels that the pictures are brought to.
    fit : Fit
        What to do when the proportions differ.
    progress : callable, optional
        Told how many of how many files were opened; its answer False stops, which raises.

    Raises
    ------
    DataSetError
        If fewer than two classes hold a picture, or it was stopped.
    """
    name = shown_name(folder.name)
    classes = [child for child in _folders(folder) if _pictures(child)]
    if len(classes) < 2:
        raise DataSetError(
            f"{name}: {'no folder' if not classes else 'one folder'} in it holds pictures; "
            "put the pictures of each class into a folder of its own, two classes at least"
        )
    if len(classes) > MOST_CLASSES:
        raise DataSetError(f"{name}: {len(classes):,} classes; up to {MOST_CLASSES:,} can be used")
    files = [(number, path) for number, child in enumerate(classes) for path in _pictures(child)]
    if len(files) > MOST_FILES:
        raise DataSetError(f"{name}: {len(files):,} pictures; up to {MOST_FILES:,} can be used")
    good: list[tuple[int, Path]] = []
    bad: list[BadFile] = []
    for done, (number, path) in enumerate(files):
        if progress is not None and not progress(done, len(files)):
            raise DataSetError(f"{name}: stopped after {done:,} of {len(files):,} pictures")
        try:
            open_picture(path)
        except ConvSimError as problem:
            bad.append(BadFile(f"{classes[number].name}/{shown_name(path.name)}", str(problem)))
        else:
            good.append((number, path))
    if len({number for number, _ in good}) < 2:
        raise DataSetError(
            f"{name}: {len(bad):,} of {len(files):,} pictures cannot be read, and fewer than two "
            f"classes are left; the first: {bad[0].why}"
        )
    labels = np.array([number for number, _ in good], np.int64)
    images = FileImages(tuple(path for _, path in good), shape, fit)
    names = tuple(shown_name(child.name) for child in classes)
    return DataSet(name, names, images, labels, bad=tuple(bad))


def _folders(folder: Path) -> list[Path]:
    try:
        found = [child for child in folder.iterdir() if child.is_dir() and child.name[0] != "."]
    except OSError as problem:
        reason = problem.strerror or problem
        raise DataSetError(f"{shown_name(folder.name)}: cannot be read ({reason})") from None
    return sorted(found)


def _pictures(folder: Path) -> list[Path]:
    try:
        with os.scandir(folder) as entries:
            names = [
                entry.name
                for entry in entries
                if entry.is_file() and os.path.splitext(entry.name)[1].lower() in ENDINGS
            ]
    except OSError:
        return []
    return [folder / name for name in sorted(names)]
