"""How large a picture may be, decided before any of it is unpacked.

A file of a few kilobytes can claim to be a picture that fills the whole memory, so the size
written in its header is looked at first.
"""

from __future__ import annotations

from convsim.data.errors import FlawError, Reason

MEGA = 1_000_000

MEGAPIXELS = 50
"""Largest picture, in millions of pixels: a good camera's, and 150 MB once unpacked to RGB."""

MEGABYTES = 300
"""Largest file, in millions of bytes: such a picture with 16 bits a colour, not compressed."""

PARTS = 200_000
"""Most chunks, blocks or pages that are walked through before a file is given up."""

SCANS = 100
"""Most passes over one progressive JPEG; each costs a look at every pixel, ten are usual."""

NOTES_BYTES = 65_536
"""Longest EXIF block that is looked at for the way the camera was held."""


def check_size(width: int, height: int) -> None:
    """Refuse a picture without pixels, or with too many.

    Parameters
    ----------
    width, height : int
        What the header says, in pixels.

    Raises
    ------
    FlawError
        With `Reason.NO_PIXELS` or `Reason.TOO_MANY_PIXELS`.
    """
    if width < 1 or height < 1:
        raise FlawError(Reason.NO_PIXELS, width=width, height=height)
    if width * height > MEGAPIXELS * MEGA:
        raise FlawError(
            Reason.TOO_MANY_PIXELS,
            width=width,
            height=height,
            # Rounded up, so that 50.1 is never shown as the allowed 50.
            megapixels=-(-width * height // MEGA),
            limit=MEGAPIXELS,
        )


def check_bytes(size: int) -> None:
    """Refuse a file of `size` bytes if it is empty or too long.

    Raises
    ------
    FlawError
        With `Reason.EMPTY` or `Reason.TOO_MANY_BYTES`.
    """
    if size == 0:
        raise FlawError(Reason.EMPTY)
    if size > MEGABYTES * MEGA:
        raise FlawError(Reason.TOO_MANY_BYTES, megabytes=-(-size // MEGA), limit=MEGABYTES)
