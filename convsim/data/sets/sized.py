"""Bringing the pictures of a data set to the size and the colours of a network's input."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from convsim.core.fit import Fit
from convsim.data.resize import prepare
from convsim.data.sets.folder import KEPT_BYTES, FileImages

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from convsim.data.sets.base import DataSet, Images, Indices


@dataclass(frozen=True, eq=False)
class SizedImages:
    """Other pictures at another size, each resized when it is first asked for."""

    images: Images
    shape: tuple[int, int, int]
    fit: Fit = Fit.CROP
    _kept: dict[int, NDArray[np.float32]] = field(default_factory=dict)

    def __len__(self) -> int:
        """Return how many pictures there are."""
        return len(self.images)

    def batch(self, indices: Indices) -> NDArray[np.float32]:
        """Return those pictures: (n, C, H, W), float32 in 0…1, a fresh array."""
        height, width, channels = self.shape
        out = np.empty((len(indices), channels, height, width), np.float32)
        missing = [i for i in map(int, np.unique(indices)) if i not in self._kept]
        fresh: dict[int, NDArray[np.float32]] = {}
        if missing:
            for index, picture in zip(
                missing, self.images.batch(np.array(missing, np.int64)), strict=True
            ):
                pixels = np.ascontiguousarray(picture.transpose(1, 2, 0))
                fresh[index] = prepare(pixels, height, width, channels, self.fit).transpose(2, 0, 1)
        for slot, index in zip(out, map(int, indices), strict=True):
            slot[:] = fresh[index] if index in fresh else self._kept[index]
        for index, picture in fresh.items():
            if len(self._kept) * picture.nbytes < KEPT_BYTES:
                self._kept[index] = picture
        return out


def sized(data: DataSet, shape: tuple[int, int, int], fit: Fit = Fit.CROP) -> DataSet:
    """Return the data set with pictures of (height, width, channels); unchanged if they are."""
    test = None if data.test is None else sized(data.test, shape, fit)
    if data.shape == shape:
        return data if test is data.test else replace(data, test=test)
    images: Images
    if isinstance(data.images, FileImages):
        images = FileImages(data.images.paths, shape, fit)
    else:
        images = SizedImages(data.images, shape, fit)
    return replace(data, images=images, test=test)
