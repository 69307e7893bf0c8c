"""The list of drawn data sets, and how one is made from its name, a size and a seed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from convsim.data.sets.base import ArrayImages, DataSet, DataSetError
from convsim.data.sets.made import bars, letters, shapes, textures
from convsim.data.sets.made.canvas import BLOCK, as_bytes

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from numpy.typing import NDArray

TRAIN, TEST = 6000, 1000
"""How many pictures are made unless told otherwise."""
SMALLEST, LARGEST = 16, 128


@dataclass(frozen=True, eq=False)
class Materials:
    """What drawing needs from outside.

    Attributes
    ----------
    fonts : tuple of Path
        For the letters.
    photographs : mapping from class to array (H, W)
        Grey, in 0…1, for the textures.
    """

    fonts: tuple[Path, ...] = ()
    photographs: Mapping[str, NDArray[np.float32]] | None = None


class _Draw(Protocol):
    def __call__(
        self, rng: np.random.Generator, labels: NDArray[np.int64], size: int, channels: int
    ) -> NDArray[np.float32]: ...


NAMES = ("shapes", "bars", "textures", "letters")


def make(
    name: str,
    size: int,
    channels: int,
    materials: Materials,
    seed: int = 0,
    train: int = TRAIN,
    test: int = TEST,
) -> DataSet:
    """Return a drawn data set with its test part; the same seed gives the same pictures.

    Parameters
    ----------
    name : str
        One of `NAMES`.
    size : int
        Height and width of the pictures.
    channels : int
        1 for grey, 3 for colour.
    materials : Materials
    train, test : int
        Number of pictures; classes are equally frequent.

    Raises
    ------
    DataSetError
        If there is no such set, or the size is out of bounds.
    """
    if name not in NAMES:
        raise DataSetError(f"no data set is called {name!r}; there are {', '.join(NAMES)}")
    if not SMALLEST <= size <= LARGEST or channels not in (1, 3):
        raise DataSetError(
            f"{name}: can be drawn at {SMALLEST} to {LARGEST} pixels in 1 or 3 channels; "
            f"received {size}×{size}×{channels}"
        )
    classes = _classes(name, materials)
    judged = _part(name, classes, size, channels, materials, (seed, 1), test)
    return _part(name, classes, size, channels, materials, (seed, 0), train, judged)


def _classes(name: str, materials: Materials) -> tuple[str, ...]:
    if name == "textures":
        return tuple(materials.photographs or {})
    return {"shapes": shapes.CLASSES, "bars": bars.CLASSES, "letters": letters.CLASSES}[name]


def _part(
    name: str,
    classes: tuple[str, ...],
    size: int,
    channels: int,
    materials: Materials,
    seed: tuple[int, int],
    count: int,
    judged: DataSet | None = None,
) -> DataSet:
    rng = np.random.default_rng(seed)
    labels = rng.permutation(np.arange(count) % len(classes)).astype(np.int64)
    pictures = np.empty((count, channels, size, size), np.uint8)
    for start in range(0, count, BLOCK):
        some = labels[start : start + BLOCK]
        if name == "textures":
            photographs = tuple((materials.photographs or {}).values())
            drawn = textures.draw(rng, some, size, channels, photographs, test=bool(seed[1]))
        elif name == "letters":
            drawn = letters.draw(rng, some, size, channels, materials.fonts)
        else:
            draw: _Draw = shapes.draw if name == "shapes" else bars.draw
            drawn = draw(rng, some, size, channels)
        pictures[start : start + BLOCK] = as_bytes(drawn)
    part = f"{name}, test" if seed[1] else name
    return DataSet(part, classes, ArrayImages(pictures), labels, judged)
