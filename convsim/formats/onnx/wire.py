"""Reading protobuf, the way ONNX files are written, one field at a time and with a limit.

A message is a row of fields; each is a number that says which field and how it is written, and
then the value: a whole number, four or eight bytes, or a length and as many bytes.  Those bytes
are a text, an array or another message.  They are not read here: only where they lie is noted,
so that a file is understood before any of its arrays is in memory, and what a small file can make
a reader do is bounded: by `MOST_FIELDS`, whatever the file says.

Source: protobuf.dev, "Encoding".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

from convsim.formats.onnx.errors import OnnxError

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_FIELDS = 100_000
"""A network of 200 nodes has some 5,000; these are read in a third of a second."""
MOST_TEXT = 1_000
"""Bytes of the longest name that is read."""

VARINT, EIGHT, RUN, FOUR = 0, 1, 2, 5
"""Ways in which a value is written; 3 and 4 are groups, which ONNX never had."""
DAMAGED = "is not an ONNX file, or is damaged ({}); export it again"


@dataclass(frozen=True, slots=True)
class Span:
    """Bytes of the file: where they begin and end."""

    start: int
    end: int

    def __len__(self) -> int:
        """Return the number of bytes."""
        return self.end - self.start


class Wire:
    """The fields of a protobuf file.

    Parameters
    ----------
    file : binary file
        Must be seekable.
    size : int
        Its length in bytes.
    """

    def __init__(self, file: BinaryIO, size: int) -> None:
        self._file = file
        self.whole = Span(0, size)
        self._left = MOST_FIELDS

    def fields(self, span: Span) -> Iterator[tuple[int, int | Span]]:
        """Yield number and value of each field of the message that lies in `span`.

        Raises
        ------
        OnnxError
            If the bytes are no message, or the file has more than `MOST_FIELDS` fields.
        """
        at = span.start
        while at < span.end:
            self._left -= 1
            if self._left < 0:
                raise OnnxError(
                    f"has more than {MOST_FIELDS:,} parts; "
                    "networks that ConvSim can show have a few thousand"
                )
            tag, at = self._varint(at, span.end)
            number, way = tag >> 3, tag & 7
            value: int | Span
            if way == VARINT:
                value, at = self._varint(at, span.end)
            elif way in (EIGHT, FOUR):
                width = 8 if way == EIGHT else 4
                value = Span(at, at + width)
                at += width
            elif way == RUN:
                length, at = self._varint(at, span.end)
                value = Span(at, at + length)
                at += length
            else:
                raise OnnxError(DAMAGED.format(f"byte {at:,} is written in no known way"))
            if number == 0 or at > span.end:
                raise OnnxError(DAMAGED.format(f"a part at byte {at:,} is cut off"))
            yield number, value

    def bytes_of(self, value: int | Span) -> bytes:
        """Return the bytes of a value."""
        if isinstance(value, int):
            raise OnnxError(DAMAGED.format("a number where bytes belong"))
        self._file.seek(value.start)
        data = self._file.read(len(value))
        if len(data) != len(value):
            raise OnnxError("was cut off while it was read; copy it again")
        return data

    def span_of(self, value: int | Span) -> Span:
        """Return where a message or an array lies."""
        if isinstance(value, int):
            raise OnnxError(DAMAGED.format("a number where a part belongs"))
        return value

    def text_of(self, value: int | Span) -> str:
        """Return a name."""
        span = self.span_of(value)
        if len(span) > MOST_TEXT:
            raise OnnxError(
                f"has a name of {len(span):,} bytes; names may have up to {MOST_TEXT:,}"
            )
        try:
            return self.bytes_of(span).decode("utf-8")
        except UnicodeDecodeError:
            raise OnnxError(DAMAGED.format("a name is not UTF-8")) from None

    def integer_of(self, value: int | Span) -> int:
        """Return a whole number, which may be negative."""
        if not isinstance(value, int):
            raise OnnxError(DAMAGED.format("bytes where a number belongs"))
        return value - (1 << 64) if value >> 63 else value

    def integers_of(self, value: int | Span, most: int) -> list[int]:
        """Return one whole number, or all that are packed in a span.

        Raises
        ------
        OnnxError
            If they take more than `most` bytes.
        """
        if isinstance(value, int):
            return [self.integer_of(value)]
        if len(value) > most:
            raise OnnxError(DAMAGED.format(f"a list of numbers of {len(value):,} bytes"))
        numbers, at = [], value.start
        while at < value.end:
            number, at = self._varint(at, value.end)
            numbers.append(self.integer_of(number))
        return numbers

    def _varint(self, at: int, end: int) -> tuple[int, int]:
        """Return the number that begins at a byte, and where it ends: seven bits a byte."""
        self._file.seek(at)
        data = self._file.read(min(10, end - at))
        number = 0
        for i, byte in enumerate(data):
            number |= (byte & 0x7F) << (7 * i)
            if byte < 0x80:
                return number & 0xFFFF_FFFF_FFFF_FFFF, at + i + 1
        raise OnnxError(DAMAGED.format(f"a number at byte {at:,} does not end"))
