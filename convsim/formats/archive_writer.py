"""Writing a zip archive so that the same contents give the same bytes on every run.

Each part is announced with its final size, so that gigabytes of weights go straight from the
arrays to the disk; only the checksum is filled in behind.

Source: PKWARE's APPNOTE.TXT, version 6.3.10, sections 4.3 to 4.5.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

from convsim.formats.zip_format import (
    DEFLATED,
    END,
    END64,
    END64_MARK,
    END_MARK,
    FINDER64,
    FINDER64_MARK,
    FULL16,
    FULL32,
    LISTED,
    LISTED_MARK,
    LOCAL,
    LOCAL_MARK,
    STORED,
    UTF8,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

VERSION, VERSION64 = 20, 45
"""Version of the format that a part without, or with, sizes beyond 32 bits needs."""
UNIX = 3 << 8
MODE = 0o100644 << 16
"""An ordinary file, readable by all."""
NOON = 0
DAY = (1 << 5) | 1
"""1 January 1980, the earliest date that a zip can hold: runs do not differ."""
CRC_AT = 14
"""Where the checksum stands in a part's own header."""


@dataclass
class _Written:
    name: bytes
    flags: int
    method: int
    crc: int
    packed: int
    size: int
    offset: int


class ArchiveWriter:
    """Writes parts one after the other; `close` writes the list of them.

    Parameters
    ----------
    file : binary file
        New and seekable; kept by the caller.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._written: list[_Written] = []

    def add(self, name: str, data: bytes, *, compress: bool = False) -> None:
        """Write a part that is in memory."""
        packed = data
        if compress:
            deflate = zlib.compressobj(9, wbits=-zlib.MAX_WBITS)
            packed = deflate.compress(data) + deflate.flush()
        method = DEFLATED if compress else STORED
        self._begin(name, method, zlib.crc32(data), len(packed), len(data))
        self._file.write(packed)

    def add_pieces(
        self, name: str, size: int, pieces: Iterable[tuple[memoryview, Callable[[], int]]]
    ) -> None:
        """Write a part piece by piece; none of it is copied.

        Parameters
        ----------
        name : str
        size : int
            Of all pieces together.
        pieces : iterable of (bytes, function)
            The function returns their CRC-32; it is asked when they are written, so that it can
            be worked out meanwhile.
        """
        entry = self._begin(name, STORED, 0, size, size)
        for piece, checksum in pieces:
            self._file.write(piece)
            entry.crc = joined_crc(entry.crc, checksum(), piece)
        end = self._file.tell()
        self._file.seek(entry.offset + CRC_AT)
        self._file.write(entry.crc.to_bytes(4, "little"))
        self._file.seek(end)

    def close(self) -> None:
        """Write the list of parts."""
        start = self._file.tell()
        for entry in self._written:
            self._file.write(_listed(entry))
        length = self._file.tell() - start
        count = len(self._written)
        if count >= FULL16 or start >= FULL32 or length >= FULL32:
            place = self._file.tell()
            self._file.write(
                END64.pack(
                    END64_MARK, END64.size - 12, VERSION64, VERSION64, 0, 0,
                    count, count, length, start,
                )
            )  # fmt: skip
            self._file.write(FINDER64.pack(FINDER64_MARK, 0, place, 1))
        few = min(count, FULL16)
        self._file.write(
            END.pack(END_MARK, 0, 0, few, few, min(length, FULL32), min(start, FULL32), 0)
        )

    def _begin(self, name: str, method: int, crc: int, packed: int, size: int) -> _Written:
        raw = name.encode()
        flags = 0 if name.isascii() else UTF8
        entry = _Written(raw, flags, method, crc, packed, size, self._file.tell())
        self._written.append(entry)
        extra = _extra(size, packed) if max(size, packed) >= FULL32 else b""
        narrow = (FULL32, FULL32) if extra else (packed, size)
        self._file.write(
            LOCAL.pack(
                LOCAL_MARK, VERSION64 if extra else VERSION, flags, method, NOON, DAY,
                crc, *narrow, len(raw), len(extra),
            )
        )  # fmt: skip
        self._file.write(raw + extra)
        return entry


def _listed(entry: _Written) -> bytes:
    numbers = (entry.size, entry.packed, entry.offset)
    wide = [n for n in numbers if n >= FULL32]
    extra = _extra(*wide) if wide else b""
    size, packed, offset = (min(n, FULL32) for n in numbers)
    version = VERSION64 if extra else VERSION
    return (
        LISTED.pack(
            LISTED_MARK, UNIX | version, version, entry.flags, entry.method, NOON, DAY,
            entry.crc, packed, size, len(entry.name), len(extra), 0, 0, 0, MODE, offset,
        )
        + entry.name
        + extra
    )  # fmt: skip


def _extra(*numbers: int) -> bytes:
    body = b"".join(n.to_bytes(8, "little") for n in numbers)
    return b"\1\0" + len(body).to_bytes(2, "little") + body


POLYNOMIAL = 0xEDB88320
SHORT = 1 << 20
"""Bytes that are read through in the time that joining takes."""


def joined_crc(first: int, second: int, piece: memoryview) -> int:
    """Return the CRC-32 of two pieces laid end to end, from the CRC-32 of each.

    Parameters
    ----------
    first, second : int
    piece : bytes
        The second piece; looked at again only where that is quicker than working it out.

    Notes
    -----
    A zero byte behind the first piece multiplies its checksum by x⁸ in GF(2)[x] modulo the
    polynomial; so does any number of them, by squaring.  Source: Mark Adler, zlib's
    ``crc32_combine``.
    """
    if len(piece) < SHORT:
        return zlib.crc32(piece, first)
    shift, power, bits = 1 << 31, 1 << 23, len(piece)
    while bits:
        if bits & 1:
            shift = _times(shift, power)
        power = _times(power, power)
        bits >>= 1
    return _times(shift, first) ^ second


def _times(a: int, b: int) -> int:
    """Return the product of two polynomials, whose lowest power is the highest bit."""
    product = 0
    for bit in range(31, -1, -1):
        if a >> bit & 1:
            product ^= b
        b = b >> 1 ^ (POLYNOMIAL if b & 1 else 0)
    return product
