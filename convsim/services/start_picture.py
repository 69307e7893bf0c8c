"""The photograph that the program starts with: Chelsea the cat, from scikit-image (CC0).

Its pixels lie beside it as arrays, whole and cut to the input of the lecture's network: the
window then opens without reading Pillow.  A test holds all three to be the same picture.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from convsim.document import Picture
from convsim.services import resources

if TYPE_CHECKING:
    from convsim.core.layers import Array

CAT = "cat.png"
SMALL = (32, 32, 3)
"""Height, width and channels of the lecture's input."""


def cat() -> Picture:
    """Return the whole photograph."""
    return Picture(CAT, _array("cat.npy"))


def small_cat() -> Array:
    """Return it as `prepare` cuts it to `SMALL`, before the division: uint8, read-only."""
    return _array("cat-32x32.npy")


def _array(name: str) -> Array:
    values: Array = np.load(resources.find("images", name), allow_pickle=False)
    values.setflags(write=False)
    return values
