"""PNG: a signature, then chunks, each with its length, a name of four letters, and a checksum.

Source: Portable Network Graphics (PNG) Specification, third edition, sections 5 and 11.
"""

from __future__ import annotations

from struct import unpack_from

from convsim.data.errors import FlawError, Reason
from convsim.data.formats.header import Header
from convsim.data.limits import NOTES_BYTES, PARTS, check_size

SIGNATURE = b"\x89PNG\r\n\x1a\n"


def matches(data: bytes) -> bool:
    """Whether `data` starts as a PNG file does."""
    return data.startswith(SIGNATURE)


def read(data: bytes) -> Header:
    """Walk through the chunks and keep those that the pixels need.

    Texts and colour profiles are left out unread: Pillow refuses a whole picture for one text
    that unpacks to more than a megabyte, and they do not change what is shown here.
    The chunks of an animation are left out too, which leaves its first picture.

    Parameters
    ----------
    data : bytes
        A whole PNG file.

    Returns
    -------
    Header
        `frames` as the animation control chunk states it.

    Raises
    ------
    FlawError
        Too large, cut off, or not starting with the header chunk.
    """
    length, kind, width, height = unpack_from(">I4sII", data, len(SIGNATURE))
    if kind != b"IHDR" or length != 13:
        raise FlawError(Reason.DAMAGED, format="PNG", detail="the header is not where it should be")
    check_size(width, height)

    view, kept, frames = memoryview(data), [SIGNATURE], 1
    start = len(SIGNATURE)
    for _ in range(PARTS):
        length, kind = unpack_from(">I4s", data, start)
        end = start + 12 + length
        if end > len(data):
            raise FlawError(Reason.TRUNCATED, size=len(data))
        if _is_needed(kind, length):
            kept.append(bytes(view[start:end]))
        if kind == b"acTL":
            frames = max(1, unpack_from(">I", data, start + 8)[0])
        if kind == b"IEND":
            return Header(width, height, b"".join(kept), frames)
        start = end
    raise FlawError(Reason.TOO_MANY_PARTS, limit=PARTS, parts="chunks")


def _is_needed(kind: bytes, length: int) -> bool:
    # A capital first letter marks a chunk without which the picture cannot be shown.
    critical = kind[:1].isupper()
    return critical or kind == b"tRNS" or (kind == b"eXIf" and length <= NOTES_BYTES)
