"""GIF: a screen size, then blocks: remarks, and pictures of up to 256 colours.

Source: Graphics Interchange Format, version 89a, sections 15 to 23.
"""

from __future__ import annotations

from struct import unpack_from

from convsim.data.errors import FlawError, Reason
from convsim.data.formats.header import Header
from convsim.data.limits import PARTS, check_size

EXTENSION = 0x21
IMAGE = 0x2C
TRAILER = 0x3B


def matches(data: bytes) -> bool:
    """Whether `data` starts as a GIF file does."""
    return data[:6] in (b"GIF87a", b"GIF89a")


def read(data: bytes) -> Header:
    """Find the size and count the pictures.

    Parameters
    ----------
    data : bytes
        A whole GIF file.

    Returns
    -------
    Header
        `more` where counting was given up in a very long animation.

    Raises
    ------
    FlawError
        Too large, cut off, or without a picture.
    """
    width, height, flags = unpack_from("<HHB", data, 6)
    check_size(width, height)
    position = 13 + _palette(flags)
    frames, budget = 0, PARTS
    while budget > 0 and position < len(data) and data[position] in (EXTENSION, IMAGE):
        budget -= 1
        if data[position] == IMAGE:
            left, top, wide, high, flags = unpack_from("<HHHHB", data, position + 1)
            frames += 1
            # Pillow widens the screen for a first picture that hangs over its edge.
            if frames == 1:
                width, height = max(width, left + wide), max(height, top + high)
                check_size(width, height)
            position += 11 + _palette(flags)
        else:
            position += 2
        # Data come in runs of up to 255 bytes; an empty run ends them.
        while run := data[position]:
            position += 1 + run
            budget -= 1
        position += 1
    if frames == 0:
        raise FlawError(Reason.DAMAGED, format="GIF", detail="it holds no picture")
    return Header(width, height, data, frames, more=budget <= 0)


def _palette(flags: int) -> int:
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0
