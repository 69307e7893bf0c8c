"""TIFF: a chain of directories, one a page; each lists its tags and where the next one is.

Source: TIFF 6.0, section 2; the BigTIFF proposal for files with 64-bit places.
"""

from __future__ import annotations

from dataclasses import dataclass
from struct import calcsize, unpack_from

from convsim.data.errors import FlawError, Reason
from convsim.data.formats.header import Header
from convsim.data.limits import PARTS, check_size

STARTS = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
WIDTH, HEIGHT, TILE_WIDTH, TILE_HEIGHT = 256, 257, 322, 323
SIZES = {WIDTH, HEIGHT, TILE_WIDTH, TILE_HEIGHT}
WHOLE_NUMBERS = {1: "B", 3: "H", 4: "I", 16: "Q"}
TAGS = 1_000
"""Most tags in one directory; a photograph has some 20 to 60."""


@dataclass(frozen=True, slots=True)
class Layout:
    """How numbers are written: byte order, and the struct codes of counts and places."""

    order: str
    first: int
    count: str
    place: str

    @property
    def entry(self) -> int:
        """Bytes of one directory entry: tag, type, count, value."""
        return 4 + 2 * calcsize(f"={self.place}")


def matches(data: bytes) -> bool:
    """Whether `data` starts as a TIFF file does."""
    return data[:4] in STARTS


def read(data: bytes) -> Header:
    """Walk along the chain of directories and take the size from the first.

    Parameters
    ----------
    data : bytes
        A whole TIFF file.

    Returns
    -------
    Header
        `frames` counts the directories, which are pages.

    Raises
    ------
    FlawError
        Too large, cut off, without a size, or with a chain that returns to where it has been.
    """
    order = "<" if data[:2] == b"II" else ">"
    big = b"+" in data[:4]
    layout = Layout(order, 8, "Q", "Q") if big else Layout(order, 4, "H", "I")
    start = _number(data, layout.first, layout.place, layout)
    sizes = _sizes(data, start, layout)
    if WIDTH not in sizes or HEIGHT not in sizes:
        raise FlawError(Reason.DAMAGED, format="TIFF", detail="it does not say how large it is")
    check_size(sizes[WIDTH], sizes[HEIGHT])
    # Memory for one whole tile is taken, however small the picture is.
    if TILE_WIDTH in sizes and TILE_HEIGHT in sizes:
        check_size(sizes[TILE_WIDTH], sizes[TILE_HEIGHT])

    seen: set[int] = set()
    while start:
        if start in seen:
            raise FlawError(Reason.LOOP, format="TIFF")
        seen.add(start)
        if len(seen) > PARTS:
            raise FlawError(Reason.TOO_MANY_PARTS, limit=PARTS, parts="pages")
        tags = _number(data, start, layout.count, layout)
        end = start + calcsize(f"={layout.count}") + tags * layout.entry
        start = _number(data, end, layout.place, layout)
    return Header(sizes[WIDTH], sizes[HEIGHT], data, len(seen))


def _sizes(data: bytes, start: int, layout: Layout) -> dict[int, int]:
    tags = _number(data, start, layout.count, layout)
    if tags > TAGS:
        raise FlawError(Reason.TOO_MANY_PARTS, limit=TAGS, parts="tags")
    found: dict[int, int] = {}
    for index in range(tags):
        entry = start + calcsize(f"={layout.count}") + index * layout.entry
        tag, kind = unpack_from(f"{layout.order}HH", data, entry)
        if tag in SIZES and kind in WHOLE_NUMBERS:
            value = entry + 4 + calcsize(f"={layout.place}")
            # Readers differ on which of two equal tags counts, so the larger value is taken.
            found[tag] = max(found.get(tag, 0), _number(data, value, WHOLE_NUMBERS[kind], layout))
    return found


def _number(data: bytes, position: int, code: str, layout: Layout) -> int:
    # struct cannot take places of 2⁶³ and more, and they are beyond the end in any case.
    if position >= len(data):
        raise FlawError(Reason.TRUNCATED, size=len(data))
    return int(unpack_from(layout.order + code, data, position)[0])
