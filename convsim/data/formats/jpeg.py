"""JPEG: segments that start with a marker, then the pixels as one long coded run.

Source: ITU-T T.81, annex B; EXIF 2.32 for the segment that tells how the camera was held.
"""

from __future__ import annotations

from struct import unpack_from

from convsim.data.errors import FlawError, Reason
from convsim.data.formats.header import Header
from convsim.data.limits import PARTS, SCANS, check_size

START = b"\xff\xd8"
SCAN = 0xDA
END = 0xD9
COMMENT = 0xFE
# Start of frame: all of C0 to CF but the tables C4 and CC and the reserved C8.
FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
ALONE = frozenset(range(0xD0, 0xD9)) | {0x01}
APPLICATION = range(0xE0, 0xF0)
# JFIF and Adobe's say how colours are stored.
COLOUR = {0xE0, 0xEE}
EXIF = 0xE1


def matches(data: bytes) -> bool:
    """Whether `data` starts as a JPEG file does."""
    return data.startswith(START + b"\xff")


def read(data: bytes) -> Header:
    """Walk through the segments up to the pixels and keep those that the pixels need.

    Remarks, profiles, thumbnails and all but the first EXIF segment are left out: Pillow joins
    them one by one, which took 42 s for 100 MB of them.

    Parameters
    ----------
    data : bytes
        A whole JPEG file.

    Returns
    -------
    Header
        Always one frame: the smaller copies that phones append are not counted.

    Raises
    ------
    FlawError
        Too large, cut off, without pixels, or with too many passes over the picture.
    """
    view, kept = memoryview(data), [START]
    width = height = 0
    position, exif_seen = len(START), False
    for _ in range(PARTS):
        start = position
        if data[start] != 0xFF:
            raise FlawError(
                Reason.DAMAGED, format="JPEG", detail="a marker is not where it should be"
            )
        # Any number of FF may stand before a marker.
        while data[position] == 0xFF:
            position += 1
        marker = data[position]
        position += 1
        if marker in ALONE:
            continue
        if marker == END:
            break
        if marker == SCAN:
            _check_scans(data, start)
            check_size(width, height)
            kept.append(bytes(view[start:]))
            return Header(width, height, b"".join(kept))
        end = position + unpack_from(">H", data, position)[0]
        if end > len(data):
            raise FlawError(Reason.TRUNCATED, size=len(data))
        if marker in FRAMES:
            height, width = unpack_from(">HH", data, position + 3)
            check_size(width, height)
        is_exif = marker == EXIF and not exif_seen and data[position + 2 : position + 6] == b"Exif"
        exif_seen |= is_exif
        if is_exif or marker in COLOUR or not (marker in APPLICATION or marker == COMMENT):
            kept.append(b"\xff" + bytes(view[position - 1 : end]))
        position = end
    else:
        raise FlawError(Reason.TOO_MANY_PARTS, limit=PARTS, parts="segments")
    raise FlawError(Reason.DAMAGED, format="JPEG", detail="it holds no picture")


def _check_scans(data: bytes, start: int) -> None:
    # In coded pixels FF is always followed by 00 or a restart marker, so this pair is a scan.
    scans = data.count(bytes((0xFF, SCAN)), start)
    if scans > SCANS:
        raise FlawError(Reason.TOO_MANY_PARTS, limit=SCANS, parts="passes over the picture")
