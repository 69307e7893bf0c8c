"""Reading the parts of a zip archive without ever unpacking it to a disk."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, BinaryIO

from convsim.formats.archive_kinds import PROJECT
from convsim.formats.errors import ArchiveError
from convsim.formats.zip_table import COPY, read_table

if TYPE_CHECKING:
    from collections.abc import Iterable

    from convsim.formats.archive_kinds import ArchiveKind
    from convsim.formats.zip_table import Part

CHUNK = 1 << 20


class Archive:
    """The parts of a zip archive, read from an open file on demand.

    Attributes
    ----------
    parts : dict from name to Part

    Parameters
    ----------
    file : binary file
        Seekable; kept by the caller.
    size : int
        Its length.
    kind : ArchiveKind
        What it should be, for the words of a refusal.

    Raises
    ------
    ArchiveError
        If it is anything but a plain zip archive, without reading its parts.
    """

    def __init__(self, file: BinaryIO, size: int, kind: ArchiveKind = PROJECT) -> None:
        self._file = file
        self.parts = {part.name: part for part in read_table(file, size, kind)}

    def read(self, name: str, most: int) -> bytes:
        """Return a part that is small.

        Raises
        ------
        ArchiveError
            If it is larger than `most` bytes, or damaged.
        """
        part = self.parts[name]
        if part.size > most:
            raise ArchiveError(f"{name} is {part.size:,} bytes; up to {most:,} can be read")
        data = bytearray(part.size)
        stream = self.stream(name)
        stream.fill(memoryview(data))
        stream.finish()
        if zlib.crc32(data) != part.crc:
            raise ArchiveError(f"{name} is damaged (its checksum is wrong); {COPY}")
        return bytes(data)

    def verify(self, name: str) -> None:
        """Read a part for nothing but its checksum.

        Raises
        ------
        ArchiveError
            If it is damaged.
        """
        part, stream = self.parts[name], self.stream(name)
        buffer, left, crc = memoryview(bytearray(min(CHUNK, part.size))), part.size, 0
        while left:
            piece = buffer[: min(CHUNK, left)]
            stream.fill(piece)
            crc = zlib.crc32(piece, crc)
            left -= len(piece)
        stream.finish()
        if crc != part.crc:
            raise ArchiveError(f"{name} is damaged (its checksum is wrong); {COPY}")

    def compare(self, name: str, pieces: Iterable[memoryview]) -> None:
        """Compare a part with the pieces that it was written from.

        Raises
        ------
        ArchiveError
            If it differs.
        """
        stream, whole = self.stream(name), bytearray(CHUNK)
        for piece in pieces:
            for at in range(0, len(piece), CHUNK):
                wanted = piece[at : at + CHUNK]
                # A bytearray is compared with other memory at the speed of memory.
                found = whole if len(wanted) == CHUNK else bytearray(len(wanted))
                stream.fill(memoryview(found))
                if found != wanted:
                    raise ArchiveError(f"{name} is not what was written; save it elsewhere")
        stream.finish()

    def stream(self, name: str) -> Stream:
        """Return a part to be read from its beginning; only one at a time."""
        return Stream(self._file, self.parts[name])


class Stream:
    """The unpacked bytes of one part, in order."""

    def __init__(self, file: BinaryIO, part: Part) -> None:
        self._file, self._part = file, part
        self._left = part.packed
        self._inflate = zlib.decompressobj(-zlib.MAX_WBITS) if part.deflated else None
        file.seek(part.start)

    def fill(self, view: memoryview) -> None:
        """Fill a buffer of bytes with the next ones.

        Raises
        ------
        ArchiveError
            If there are not so many.
        """
        done = 0
        while done < len(view):
            got = self._some(view[done:])
            if not got:
                raise ArchiveError(f"{self._part.name} is cut off; {COPY}")
            done += got

    def finish(self) -> None:
        """Check that nothing follows.

        Raises
        ------
        ArchiveError
            If it unpacks to more than it says.
        """
        more = self._left > 0
        if self._inflate is not None:
            more = bool(self._some(memoryview(bytearray(1)))) or not self._inflate.eof
            more = more or bool(self._inflate.unused_data) or self._left > 0
        if more:
            name, size = self._part.name, self._part.size
            raise ArchiveError(f"{name} holds more than the {size:,} bytes that it says; {COPY}")

    def _some(self, view: memoryview) -> int:
        if self._inflate is None:
            got = _read_into(self._file, view[: min(len(view), self._left)])
            self._left -= got
            return got
        while not self._inflate.eof:
            tail = self._inflate.unconsumed_tail
            if not tail and self._left:
                tail = self._file.read(min(CHUNK, self._left))
                self._left -= len(tail)
                if not tail:
                    self._left = 0
            try:
                data = self._inflate.decompress(tail, min(len(view), CHUNK))
            except zlib.error as problem:
                raise ArchiveError(f"{self._part.name} cannot be unpacked; {COPY}") from problem
            if data:
                view[: len(data)] = data
                return len(data)
            if not tail:
                break
        return 0


def _read_into(file: BinaryIO, view: memoryview) -> int:
    return int(file.readinto(view))  # type: ignore[attr-defined]
