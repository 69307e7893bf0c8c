"""How a picture of any shape is made to fill the square of an input.

A word, not a number: it is stored in a document and shown in the inspector, while the
work itself is done where pictures are (`convsim.data.resize`).
"""

from __future__ import annotations

from enum import StrEnum


class Fit(StrEnum):
    """What happens when the picture and the input have different proportions."""

    CROP = "crop"
    """Fill the input and cut off what hangs over, equally on both sides: nothing is distorted."""

    FIT = "fit"
    """Show the whole picture, with black bars (zeros, as zero padding has) on two sides."""

    STRETCH = "stretch"
    """Fill the input with the whole picture, distorting it."""
