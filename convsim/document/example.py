"""A picture with the name of what it shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convsim.core.record import record

if TYPE_CHECKING:
    from convsim.core.layers import Array


@record(eq=False)
class Example:
    """A picture as the network read it when it was labelled.

    Attributes
    ----------
    label : str
        What it shows.
    pixels : array (H, W, C)
        uint8, one or three channels, read-only.
    """

    label: str
    pixels: Array
