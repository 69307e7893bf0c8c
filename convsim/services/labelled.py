"""The pictures that a person labelled, as a data set."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from convsim.core.fit import Fit
from convsim.data.resize import prepare
from convsim.data.sets import ArrayImages, DataSet, DataSetError
from convsim.services.data_sets import OWN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from convsim.document.example import Example


def labelled_set(
    examples: Sequence[Example], shape: tuple[int, ...], fit: Fit = Fit.CROP
) -> DataSet:
    """Return labelled pictures at a network's input size; classes come in alphabetical order.

    Parameters
    ----------
    examples : sequence of Example
    shape : (int, int, int)
        Height, width, channels.
    fit : Fit

    Raises
    ------
    DataSetError
        If there are fewer than two classes.
    """
    classes = tuple(sorted({one.label for one in examples}))
    if len(classes) < 2:
        have = f"only “{classes[0]}” is" if classes else "nothing is"
        raise DataSetError(
            f"{have} labelled; label pictures of two classes at least, about twenty in all"
        )
    height, width, channels = shape
    pictures = np.stack(
        [prepare(one.pixels, height, width, channels, fit).transpose(2, 0, 1) for one in examples]
    )
    place = {name: index for index, name in enumerate(classes)}
    labels = np.array([place[one.label] for one in examples], np.int64)
    return DataSet(OWN, classes, ArrayImages(pictures), labels)
