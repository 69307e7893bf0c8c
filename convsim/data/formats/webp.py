"""WebP: a RIFF file, whose chunks have a name of four letters and a length.

Source: RFC 9649, sections 2.3 to 2.7 and 3.4.
"""

from __future__ import annotations

from struct import unpack_from

from convsim.data.errors import FlawError, Reason
from convsim.data.formats.header import Header
from convsim.data.limits import PARTS, check_size

LOSSLESS_SIGNATURE = 0x2F


def matches(data: bytes) -> bool:
    """Whether `data` starts as a WebP file does."""
    return data[:4] == b"RIFF" and data[8:12] == b"WEBP"


def read(data: bytes) -> Header:
    """Find the size and count the frames of an animation.

    Parameters
    ----------
    data : bytes
        A whole WebP file.

    Returns
    -------
    Header
        `frames` counts the chunks of an animation, and is 1 for a still picture.

    Raises
    ------
    FlawError
        Too large, cut off, or starting with an unknown chunk.
    """
    width, height = _size(data)
    check_size(width, height)
    # The outer length counts from after itself, and a byte of padding may be missing.
    end = 8 + unpack_from("<I", data, 4)[0]
    if end > len(data) + 1:
        raise FlawError(Reason.TRUNCATED, size=len(data))

    frames, position = 0, 12
    for _ in range(PARTS):
        if position + 8 > min(end, len(data)):
            return Header(width, height, data, max(1, frames))
        kind, length = unpack_from("<4sI", data, position)
        frames += kind == b"ANMF"
        position += 8 + length + length % 2
    raise FlawError(Reason.TOO_MANY_PARTS, limit=PARTS, parts="chunks")


def _size(data: bytes) -> tuple[int, int]:
    kind = data[12:16]
    if kind == b"VP8X":
        low_w, high_w, low_h, high_h = unpack_from("<HBHB", data, 24)
        return (high_w << 16 | low_w) + 1, (high_h << 16 | low_h) + 1
    if kind == b"VP8L":
        signature, bits = unpack_from("<BI", data, 20)
        if signature == LOSSLESS_SIGNATURE:
            return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if kind == b"VP8 ":
        # Three bytes of frame tag and three of start code; the upper two bits are a scale.
        width, height = unpack_from("<HH", data, 26)
        return width & 0x3FFF, height & 0x3FFF
    if len(data) < 16:
        raise FlawError(Reason.TRUNCATED, size=len(data))
    raise FlawError(Reason.DAMAGED, format="WebP", detail="the header is not where it should be")
