"""What a file is when it is not a picture that can be read: told from its first bytes.

A name proves nothing: web pages get saved as `cat.png`, and phones send HEIC as `.jpg`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from convsim.data.errors import FlawError, Reason
from convsim.data.formats import FORMATS

if TYPE_CHECKING:
    from convsim.data.formats import Format

HEAD = 4096
"""Bytes that are looked at."""

PICTURES = (
    (b"%!PS", "an EPS drawing"),
    (b"\xc5\xd0\xd3\xc6", "an EPS drawing"),
    (b"8BPS", "a Photoshop file"),
    (b"\0\0\0\x0cjP  ", "a JPEG 2000 picture"),
    (b"\xff\x4f\xff\x51", "a JPEG 2000 picture"),
    (b"\0\0\x01\0", "an icon file"),
)
OTHERS = (
    (b"%PDF", "a PDF document"),
    (b"PK\x03\x04", "a ZIP archive"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"\x93NUMPY", "a NumPy array"),
)
HIGH_EFFICIENCY = {b"heic", b"heix", b"hevc", b"heim", b"mif1", b"msf1", b"avif", b"avis"}


def format_of(data: bytes) -> Format:
    """Return the format whose files start as `data` does.

    Parameters
    ----------
    data : bytes
        A whole file, or its beginning.

    Raises
    ------
    FlawError
        Saying what the file is instead, as far as that can be told.
    """
    for kind in FORMATS:
        if kind.matches(data):
            return kind
    raise _otherwise(data[:HEAD])


def _otherwise(head: bytes) -> FlawError:
    for start, what in PICTURES:
        if head.startswith(start):
            return FlawError(Reason.OTHER_PICTURE, what=what)
    if head[4:8] == b"ftyp":
        high = head[8:12] in HIGH_EFFICIENCY
        return (
            FlawError(Reason.OTHER_PICTURE, what="a HEIC or AVIF picture")
            if high
            else FlawError(Reason.NOT_A_PICTURE, what="a video")
        )
    for start, what in OTHERS:
        if head.startswith(start):
            return FlawError(Reason.NOT_A_PICTURE, what=what)
    return _text(head) or FlawError(Reason.NOT_A_PICTURE, what="unknown data")


def _text(head: bytes) -> FlawError | None:
    try:
        if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
            text = head[: len(head) // 2 * 2].decode("utf-16", errors="ignore")
        else:
            # A letter may have been cut in two where the head ends.
            text = head.decode("utf-8-sig", errors="ignore" if len(head) == HEAD else "strict")
            if "\0" in text or len(text) < len(head) // 4:
                return None
    except UnicodeDecodeError:
        return None
    start = text.lstrip().lower()
    if start.startswith("<svg") or (start.startswith(("<?xml", "<!")) and "<svg" in start):
        return FlawError(Reason.OTHER_PICTURE, what="an SVG drawing")
    if start.startswith(("<!doctype html", "<html")):
        return FlawError(Reason.NOT_A_PICTURE, what="a web page")
    if any(sign < " " and sign not in "\t\n\r\f\x1b" for sign in text):
        return None
    return FlawError(Reason.NOT_A_PICTURE, what="text")
