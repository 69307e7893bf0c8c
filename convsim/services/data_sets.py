"""The data sets that come with the program, and those on the reader's disk, under one roof."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from convsim.core.errors import LayerError
from convsim.data import open_picture
from convsim.data.sets import NAMES, DataSet, Materials, make, open_data, sized
from convsim.data.sets.idx import of_arrays, read_idx
from convsim.data.sets.opening import refuse_pickle
from convsim.data.sets.split import split
from convsim.services import resources

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from convsim.core.fit import Fit

DIGITS = "digits"
OWN = "labelled"
"""What the pictures labelled in the document are called where others have a name or a path."""
BUNDLED = (DIGITS, *NAMES)
"""Names of the data sets that are ready without any file of the reader's."""
LARGEST_TEXTURE = 40
"""Side of the largest piece that fits into the judged part of each photograph; for networks that
read more it is enlarged."""
TEXTURES = ("brick", "grass", "gravel", "wood", "lawn")


def bundled(name: str, shape: tuple[int, int, int], seed: int = 0) -> DataSet:
    """Return a data set that comes with the program, at the size of a network's input.

    Parameters
    ----------
    name : str
        One of `BUNDLED`.
    shape : (int, int, int)
        Height, width, channels; drawn sets are square, so the smaller side counts, and are cut.
    seed : int
        Of the drawn sets, and of which digits are set aside to be judged by.

    Raises
    ------
    DataSetError
        If there is no such set, or it cannot be had at this size.
    """
    if name == DIGITS:
        return sized(_digits(), shape)
    height, width, channels = shape
    size = min(height, width, LARGEST_TEXTURE) if name == "textures" else min(height, width)
    made = make(name, size, channels, _materials(name), seed)
    return sized(made, shape)


def open_set(
    what: str | Path,
    shape: tuple[int, ...],
    fit: Fit | None = None,
    progress: Callable[[int, int], bool] | None = None,
) -> DataSet:
    """Return a bundled data set by name, or the one at a path, at a network's input size.

    Raises
    ------
    DataSetError
        If there is nothing of that name, or it cannot be read.
    LayerError
        If the network does not read pictures of 1 or 3 channels.
    """
    from pathlib import Path

    from convsim.core.fit import Fit

    if len(shape) != 3 or shape[2] not in (1, 3):
        raise LayerError(f"the network reads {shape}; a data set has 1 or 3 channels")
    size = (shape[0], shape[1], shape[2])
    if isinstance(what, str) and what in BUNDLED:
        return bundled(what, size)
    path = Path(what)
    if path.suffix.lower() == ".npz" and path.is_file():
        from convsim.formats.npz_data import read_npz

        refuse_pickle(path, path.name)
        return sized(read_npz(path), size, fit or Fit.CROP)
    return open_data(path, size, fit or Fit.CROP, progress)


def _digits() -> DataSet:
    """Return the 1,797 digits of 8×8; the last tenth of each class is the test part."""
    folder = resources.find("data", "digits")
    pictures = read_idx(folder / "train-images-idx3-ubyte.gz", 3)
    labels = read_idx(folder / "train-labels-idx1-ubyte.gz", 1)
    # Values are counts of 0…16 black pixels in a block of 4×4.
    bytes_ = np.rint(pictures * np.float32(255 / 16)).astype(np.uint8)
    parts = split(labels.astype(np.int64), validation=0, test=0.2)
    test = of_arrays(f"{DIGITS}, test", bytes_[parts.test], labels[parts.test])
    train = of_arrays(DIGITS, bytes_[parts.train], labels[parts.train])
    return DataSet(DIGITS, train.classes, train.images, train.labels, test)


def _materials(name: str) -> Materials:
    if name == "letters":
        return Materials(fonts=resources.fonts())
    if name == "textures":
        return Materials(photographs={kind: _photograph(kind) for kind in TEXTURES})
    return Materials()


def _photograph(kind: str) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    pixels = open_picture(resources.find("data", "textures", f"{kind}.png")).pixels
    return pixels[..., 0].astype(np.float32) / np.float32(255)
