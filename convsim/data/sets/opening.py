"""Opening a data set from a disk, whatever form it has: files are recognised by what they hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convsim.core.fit import Fit
from convsim.data.names import shown_name
from convsim.data.sets.base import DataSetError
from convsim.data.sets.cifar import is_cifar_folder, read_cifar_file, read_cifar_folder
from convsim.data.sets.folder import is_class_folder, read_folder
from convsim.data.sets.idx import is_idx, is_idx_folder, read_idx_file, read_idx_folder
from convsim.data.sets.sized import sized
from convsim.data.sets.table import read_table

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from convsim.data.sets.base import DataSet

FORMS = (
    "a folder with one folder of pictures a class, a folder with MNIST's IDX files or CIFAR's "
    "binary files, one of these files, a .csv table or a .npz file"
)
PICKLES = (".pkl", ".pickle", ".pt", ".pth", ".joblib")
PACKED = (".gz", ".zip", ".tgz", ".tar", ".bz2", ".xz", ".zst", ".7z", ".rar")
PICKLED = (b"\x80\x02", b"\x80\x03", b"\x80\x04", b"\x80\x05")
"""How files of Python's pickle module begin, for its versions 2 to 5."""


def open_data(
    path: Path,
    shape: tuple[int, int, int],
    fit: Fit = Fit.CROP,
    progress: Callable[[int, int], bool] | None = None,
) -> DataSet:
    """Return the data set at a path, with pictures of (height, width, channels).

    Parameters
    ----------
    path : Path
        One of `FORMS` but .npz, which `convsim.formats` reads.
    progress : callable, optional
        Told how many of how many pictures of a folder were opened; its answer False stops.

    Raises
    ------
    DataSetError
        If there is nothing, or nothing that can be read; pickled files are refused.
    """
    name = shown_name(path.name or str(path))
    if path.is_dir():
        return _of_folder(path, name, shape, fit, progress)
    if path.exists() and not path.is_file():
        raise DataSetError(f"{name}: is a device or a pipe, not a file; what can be read: {FORMS}")
    if not path.is_file():
        raise DataSetError(f"{name}: there is no such file or folder; check the name")
    refuse_pickle(path, name)
    if path.suffix.lower() == ".csv":
        return sized(read_table(path), shape, fit)
    if path.suffix.lower() == ".bin":
        return sized(read_cifar_file(path), shape, fit)
    if is_idx(path):
        return sized(read_idx_file(path), shape, fit)
    raise DataSetError(f"{name}: {_no_data(path.suffix.lower())}")


def _of_folder(
    path: Path,
    name: str,
    shape: tuple[int, int, int],
    fit: Fit,
    progress: Callable[[int, int], bool] | None,
) -> DataSet:
    if is_idx_folder(path):
        return sized(read_idx_folder(path), shape, fit)
    if is_cifar_folder(path):
        return sized(read_cifar_folder(path), shape, fit)
    if is_class_folder(path):
        return read_folder(path, shape, fit, progress)
    raise DataSetError(_unknown_folder(path, name))


def _no_data(ending: str) -> str:
    """Return what to say of a file that holds no data set, by its ending."""
    if ending in PACKED:
        return (
            "is an archive; unpack it, and choose the folder or the file that was in it. "
            f"What can be read: {FORMS}"
        )
    if ending == ".npy":
        return (
            "is one array, and pictures need their labels; save both with "
            "numpy.savez(path, x=pictures, y=labels)"
        )
    return f"is no data set that can be read; what can: {FORMS}"


def refuse_pickle(path: Path, name: str) -> None:
    """Raise DataSetError for a pickled file: reading one runs whatever program is in it."""
    with path.open("rb") as file:
        start = file.read(2)
    if start in PICKLED or path.suffix.lower() in PICKLES:
        raise DataSetError(
            f"{name}: is a pickled file, and reading one could run a program that is in it; "
            "save the arrays with numpy.savez(path, x=pictures, y=labels), or take the binary "
            "version of CIFAR"
        )


def _unknown_folder(folder: Path, name: str) -> str:
    if any((folder / f).is_file() for f in ("data_batch_1", "train", "batches.meta")):
        return (
            f"{name}: holds CIFAR's pickled files, and reading those could run a program that is "
            "in them; take its binary version (.bin)"
        )
    return f"{name}: is no data set that can be read; what can: {FORMS}"
