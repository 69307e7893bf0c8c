"""The list of parts in a zip archive that nobody vouches for, checked before any part is read.

A zip has a list of its parts at the end, and each part has a header of its own; two programs that
believe different ones see different files.  Here both must agree, and the parts must lie one
after the other without gaps, from the first byte of the file to its last.
"""

from __future__ import annotations

import stat
import struct
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, BinaryIO

from convsim.formats.archive_kinds import PROJECT
from convsim.formats.archive_names import check_names
from convsim.formats.errors import ArchiveError
from convsim.formats.zip_format import (
    DEFLATED,
    ENCRYPTED,
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
    SIZES_FOLLOW,
    STORED,
    UTF8,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from convsim.formats.archive_kinds import ArchiveKind

MEGA = 1_000_000
PARTS = 1_000
"""Most parts of an archive; a project has five."""
RATIO = 100
"""A part may unpack to this many times its size; weights and pictures hardly shrink."""
UNPACKED = 200 * MEGA
"""Bytes that compressed parts may unpack to, together."""
SMALL = MEGA
"""Parts that unpack to less than this may be smaller than a hundredth, as empty tables are."""

COPY = "copy or download it again"


@dataclass(frozen=True)
class Part:
    """One part of an archive.

    Attributes
    ----------
    name : str
    start : int
        Where its bytes begin.
    packed, size : int
        Bytes in the archive, and unpacked.
    crc : int
        Checksum of the unpacked bytes.
    deflated : bool
    """

    name: str
    start: int
    packed: int
    size: int
    crc: int
    deflated: bool


def read_table(file: BinaryIO, size: int, kind: ArchiveKind = PROJECT) -> list[Part]:
    """Return the parts of a zip archive, in the order in which they lie there.

    Parameters
    ----------
    file : binary file
        Seekable.
    size : int
        Its length.
    kind : ArchiveKind
        What it should be, for the words of a refusal.

    Raises
    ------
    ArchiveError
        If it is anything but a plain zip archive.
    """
    count, start, end = _find(file, size, kind)
    listed = _read_list(file, count, start, end)
    check_names([part.name for part, *_ in listed])
    parts = _placed(file, listed, start)
    _check_bombs(parts, kind)
    return parts


def bytes_at(file: BinaryIO, start: int, length: int) -> bytes:
    """Return bytes of a file, or raise ArchiveError if it has become shorter."""
    file.seek(start)
    data = file.read(length)
    if len(data) < length:
        raise ArchiveError(f"was cut off while it was read; {COPY}")
    return data


def _find(file: BinaryIO, size: int, kind: ArchiveKind) -> tuple[int, int, int]:
    """Return the number of parts, and where the list of them begins and ends."""
    if size == 0:
        raise ArchiveError(f"is empty (0 bytes); {COPY}")
    head = bytes_at(file, 0, min(4, size))
    tail = bytes_at(file, max(0, size - END.size), min(END.size, size))
    if len(tail) < END.size or tail[:4] != END_MARK:
        raise _no_end(file, size, head, kind)
    _, disk, first, here, count, length, start, comment = END.unpack(tail)
    end = size - END.size
    if comment:
        raise ArchiveError("has bytes after its end; save it again")
    if disk or first or here != count:
        raise ArchiveError("is one of several files of a split archive; put them together first")
    if FULL16 in (count, here) or FULL32 in (length, start):
        end, count, length, start = _end64(file, end)
    if count > PARTS:
        raise ArchiveError(f"has {count:,} parts; up to {PARTS:,} can be read")
    if head != LOCAL_MARK and count:
        raise ArchiveError("has bytes before its beginning; save it again")
    if start + length != end:
        raise ArchiveError(f"has a list of parts that is not where it should be; {COPY}")
    return count, start, end


def _no_end(file: BinaryIO, size: int, head: bytes, kind: ArchiveKind) -> ArchiveError:
    if head == LOCAL_MARK:
        near = min(size, FULL16 + END.size)
        behind = bytes_at(file, size - near, near).rfind(END_MARK)
        if behind >= 0 and near - behind > END.size:
            return ArchiveError(f"has {near - behind - END.size:,} bytes after its end")
        return ArchiveError(f"ends too early, after {size:,} bytes; a part is missing: {COPY}")
    return ArchiveError(f"is not {kind.name} (no zip archive); choose a file that {kind.maker}")


def _end64(file: BinaryIO, end: int) -> tuple[int, int, int, int]:
    finder = end - FINDER64.size
    place = finder - END64.size
    if place < 0:
        raise ArchiveError(f"has a damaged end; {COPY}")
    mark, disk, where, disks = FINDER64.unpack(bytes_at(file, finder, FINDER64.size))
    record = END64.unpack(bytes_at(file, place, END64.size))
    if mark != FINDER64_MARK or where != place or disk or disks != 1 or record[0] != END64_MARK:
        raise ArchiveError(f"has a damaged end; {COPY}")
    return place, record[7], record[8], record[9]


Listed = tuple[Part, int, int, bytes]
"""A part, where its own header is, its flags, and its name as bytes."""


def _read_list(file: BinaryIO, count: int, start: int, end: int) -> list[Listed]:
    data, at, listed = bytes_at(file, start, end - start), 0, []
    for _ in range(count):
        if len(data) - at < LISTED.size:
            raise ArchiveError(f"has a list of parts that is too short; {COPY}")
        fields = LISTED.unpack_from(data, at)
        name_end = at + LISTED.size + fields[10]
        extra_end = name_end + fields[11]
        listed.append(_listed(fields, data[at + LISTED.size : name_end], data[name_end:extra_end]))
        at = extra_end + fields[12]
    if at != len(data):
        raise ArchiveError(f"has a list of parts of the wrong length; {COPY}")
    return listed


def _listed(fields: tuple[Any, ...], raw: bytes, extra: bytes) -> Listed:
    flags, method, crc, packed, size = fields[3], fields[4], *fields[7:10]
    disk, attributes, offset = fields[13], fields[15], fields[16]
    name = _decoded(raw, flags)
    shown = name[:60]
    if fields[0] != LISTED_MARK or disk:
        raise ArchiveError(f"has a damaged list of parts; {COPY}")
    if flags & ENCRYPTED:
        raise ArchiveError(f"{shown!r} is encrypted; save it without a password")
    if method not in (STORED, DEFLATED):
        raise ArchiveError(
            f"{shown!r} is compressed in an unknown way (method {method}); "
            "stored and deflated parts can be read"
        )
    kind = stat.S_IFMT(attributes >> 16)
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise ArchiveError(f"{shown!r} is a link or a device, not a file")
    size, packed, offset = _wide(extra, size, packed, offset)
    if method == STORED and packed != size:
        raise ArchiveError(f"{shown!r} holds more or less than it says; {COPY}")
    return Part(name, 0, packed, size, crc, method == DEFLATED), offset, flags, raw


def _decoded(raw: bytes, flags: int) -> str:
    try:
        return raw.decode("utf-8" if flags & UTF8 else "cp437")
    except UnicodeDecodeError as problem:
        raise ArchiveError(f"has a part whose name is no text; {COPY}") from problem


def _wide(extra: bytes, *numbers: int) -> tuple[int, ...]:
    """Return sizes and offset, those that are too large for 32 bits from the extra field."""
    if FULL32 not in numbers:
        return numbers
    at = 0
    while len(extra) - at >= 4:
        tag, length = struct.unpack_from("<2H", extra, at)
        if tag == 1:
            wide = [
                w for (w,) in struct.iter_unpack("<Q", extra[at + 4 : at + 4 + length // 8 * 8])
            ]
            if len(wide) >= numbers.count(FULL32):
                values = iter(wide)
                return tuple(next(values) if n == FULL32 else n for n in numbers)
        at += 4 + length
    raise ArchiveError(f"has a part of unknown size; {COPY}")


def _placed(file: BinaryIO, listed: list[Listed], end: int) -> list[Part]:
    """Return the parts with the place of their bytes; they must fill the file up to `end`."""
    places, at = [], 0
    for entry in sorted(listed, key=lambda entry: entry[1]):
        part, offset, flags, _ = entry
        if offset < at:
            raise ArchiveError(f"{part.name!r} overlaps another part; {COPY}")
        if offset > at:
            raise ArchiveError(f"has {offset - at:,} bytes that belong to no part; save it again")
        start = _start(file, entry, end)
        at = start + part.packed
        if at > end:
            raise ArchiveError(f"{part.name!r} is cut off; {COPY}")
        if flags & SIZES_FOLLOW:
            at = _after_sizes(file, at, part)
        if not part.name.endswith("/"):
            places.append(replace(part, start=start))
    if at != end:
        raise ArchiveError(f"has {end - at:,} bytes that belong to no part; save it again")
    return places


def _start(file: BinaryIO, entry: Listed, end: int) -> int:
    """Return where the bytes of a part begin; its own header must say what the list says."""
    part, offset, flags, raw = entry
    if end - offset < LOCAL.size:
        raise ArchiveError(f"{part.name!r} is cut off; {COPY}")
    mark, _, own_flags, method, _, _, crc, packed, size, length, extra = LOCAL.unpack(
        bytes_at(file, offset, LOCAL.size)
    )
    if mark != LOCAL_MARK or file.read(length) != raw or own_flags != flags:
        raise ArchiveError(f"{part.name!r} is called otherwise in its own header; {COPY}")
    listed = (part.crc, min(part.packed, FULL32), min(part.size, FULL32))
    own = (crc, packed, size)
    if not flags & SIZES_FOLLOW and FULL32 not in own and own != listed:
        raise ArchiveError(f"{part.name!r} has another size in its own header; {COPY}")
    if (method == DEFLATED) != part.deflated:
        raise ArchiveError(f"{part.name!r} is packed otherwise in its own header; {COPY}")
    return int(offset + LOCAL.size + length + extra)


def _after_sizes(file: BinaryIO, at: int, part: Part) -> int:
    """Return where the sizes end that follow a part written in one go."""
    sizes = struct.pack("<3L", part.crc, part.packed & FULL32, part.size & FULL32)
    wide = struct.pack("<L2Q", part.crc, part.packed, part.size)
    file.seek(at)
    there = file.read(24)
    for form in (b"PK\7\x08" + wide, b"PK\7\x08" + sizes, wide, sizes):
        if there.startswith(form):
            return at + len(form)
    raise ArchiveError(f"{part.name!r} has another size behind it; {COPY}")


def _check_bombs(parts: Iterable[Part], kind: ArchiveKind) -> None:
    total = 0
    for part in parts:
        if not part.deflated:
            continue
        total += part.size
        if part.size > SMALL and part.size > RATIO * part.packed:
            raise ArchiveError(
                f"{part.name!r} would unpack to {part.size:,} bytes, more than {RATIO} times its "
                f"{part.packed:,}; {kind.unpacked}"
            )
    if total > UNPACKED:
        raise ArchiveError(
            f"would unpack to {total // MEGA:,} MB; up to {UNPACKED // MEGA:,} MB can be: "
            f"{kind.unpacked}"
        )
