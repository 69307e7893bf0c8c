"""A font of only the letters that a document uses, in the Compact Font Format that PDF embeds.

The outlines are cubic curves in thousandths of an em, exactly as this format stores them.

Sources: Adobe Technical Notes 5176 (the Compact Font Format) and 5177 (Type 2 charstrings).
"""

from __future__ import annotations

import math
import struct
from collections.abc import Sequence

from PySide6.QtGui import QPainterPath

Outline = tuple[int, QPainterPath]
"""The advance of a glyph and its path, y downward, in thousandths of an em."""

_ROS, _CID_COUNT, _FD_ARRAY, _FD_SELECT = b"\x0c\x1e", b"\x0c\x22", b"\x0c\x24", b"\x0c\x25"
_FONT_BBOX, _CHARSET, _CHAR_STRINGS, _PRIVATE = b"\x05", b"\x0f", b"\x11", b"\x12"
_ADOBE, _IDENTITY = 391, 392  # the first two strings after the 391 standard ones
_MOVE, _LINE, _CURVE, _END = b"\x15", b"\x05", b"\x08", b"\x0e"


def font_file(name: str, outlines: Sequence[Outline], box: tuple[int, int, int, int]) -> bytes:
    """Return a CID-keyed font in which glyph number i + 1 is ``outlines[i]``.

    Parameters
    ----------
    name : str
        The PostScript name.
    outlines : sequence of (advance, path)
        Glyph 0, the sign for a missing letter, is added in front of them.
    box : (left, bottom, right, top)
        Encloses all outlines, y upward.
    """
    count = len(outlines) + 1
    strings = _index([_char_string(500, QPainterPath()), *(_char_string(*o) for o in outlines)])
    private = _operand(0) + b"\x14" + _operand(0) + b"\x15"  # default and nominal width
    charset = b"\x02" + struct.pack(">HH", 1, count - 2)  # glyph number = character number
    select = b"\x03" + struct.pack(">HHBH", 1, 0, 0, count)  # all glyphs use dictionary 0

    def top(offsets: tuple[int, int, int, int]) -> bytes:
        """Return all that comes before the data that the offsets point to."""
        entries = _operand(_ADOBE) + _operand(_IDENTITY) + _operand(0) + _ROS
        entries += b"".join(map(_operand, box)) + _FONT_BBOX + _operand(count) + _CID_COUNT
        operators = (_CHARSET, _FD_SELECT, _CHAR_STRINGS, _FD_ARRAY)
        for offset, operator in zip(offsets, operators, strict=True):
            entries += b"\x1d" + struct.pack(">i", offset) + operator  # always five bytes long
        names = _index([name.encode("ascii")])
        texts = _index([b"Adobe", b"Identity"])
        return b"\x01\x00\x04\x04" + names + _index([entries]) + texts + _index([])

    at_charset = len(top((0, 0, 0, 0)))
    at_select = at_charset + len(charset)
    at_strings = at_select + len(select)
    at_private = at_strings + len(strings)
    at_array = at_private + len(private)
    member = _operand(len(private)) + b"\x1d" + struct.pack(">i", at_private) + _PRIVATE
    head = top((at_charset, at_select, at_strings, at_array))
    return head + charset + select + strings + private + _index([member])


def _index(items: Sequence[bytes]) -> bytes:
    """Return an INDEX: a count, offsets that begin at 1, and the items."""
    if not items:
        return b"\x00\x00"
    offsets, end = [1], 1
    for item in items:
        end += len(item)
        offsets.append(end)
    table = b"".join(struct.pack(">I", offset) for offset in offsets)
    return struct.pack(">HB", len(items), 4) + table + b"".join(items)


def _operand(value: int) -> bytes:
    """Return a whole number as dictionaries and charstrings both encode it."""
    if -107 <= value <= 107:
        return bytes([value + 139])
    return b"\x1c" + struct.pack(">h", value)


def _char_string(advance: int, path: QPainterPath) -> bytes:
    """Return the drawing of one glyph: relative moves, lines and curves."""
    code = _operand(advance)  # before the first operator stands the width
    x = y = 0

    def relative(*points: tuple[float, float]) -> bytes:
        nonlocal x, y
        numbers = b""
        for px, py in points:
            to_x, to_y = math.floor(px + 0.5), math.floor(0.5 - py)
            numbers += _operand(to_x - x) + _operand(to_y - y)
            x, y = to_x, to_y
        return numbers

    elements = [path.elementAt(i) for i in range(path.elementCount())]
    for i, element in enumerate(elements):
        if element.isMoveTo():
            code += relative((element.x, element.y)) + _MOVE
        elif element.isLineTo():
            code += relative((element.x, element.y)) + _LINE
        elif element.isCurveTo():
            code += relative(*((e.x, e.y) for e in elements[i : i + 3])) + _CURVE
    return code + _END
