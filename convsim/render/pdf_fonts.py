"""One font of a PDF: which letters a page uses, what they stand for, and how wide they are."""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from convsim.render.cff import font_file

if TYPE_CHECKING:
    from convsim.render.text import Glyph

_PER_BLOCK = 100
"""Most entries that one block of a character map may hold."""


class Face:
    """The letters of one font that a page uses, numbered from 1 as they come."""

    def __init__(self, name: str) -> None:
        self.name = re.sub(r"[^A-Za-z0-9]+", "-", name).strip("-") or "Font"
        self.glyphs: list[Glyph] = []
        self.numbers: dict[tuple[int, str], int] = {}

    def number(self, glyph: Glyph) -> int:
        """Return the number of a letter.

        A shape that stands for two characters, as the one for a space and a no-break space, gets
        two numbers, so that each is copied as what it is.
        """
        key = (glyph.index, glyph.text)
        if key not in self.numbers:
            self.glyphs.append(glyph)
            self.numbers[key] = len(self.glyphs)
        return self.numbers[key]

    def write(self, add: Callable[[str], int], stream: Callable[[str, bytes], int]) -> int:
        """Write the font with `add` and `stream`, and return the number of its object."""
        boxes = [glyph.path.boundingRect() for glyph in self.glyphs]
        left = math.floor(min(box.left() for box in boxes))
        right = math.ceil(max(box.right() for box in boxes))
        bottom = math.floor(min(-box.bottom() for box in boxes))
        top = math.ceil(max(-box.top() for box in boxes))
        widths = [round(glyph.advance) for glyph in self.glyphs]
        # Six letters mark a font of which a part is embedded; other parts get other letters.
        digest = hashlib.sha256(
            repr(list(self.numbers)).encode("utf-8", "backslashreplace")
        ).digest()
        name = "".join(chr(65 + byte % 26) for byte in digest[:6]) + "+" + self.name
        outlines = list(zip(widths, (glyph.path for glyph in self.glyphs), strict=True))
        data = font_file(name, outlines, (left, bottom, right, top))
        file = stream("/Subtype/CIDFontType0C", data)
        descriptor = add(
            f"<</Type/FontDescriptor/FontName/{name}/Flags 4"
            f"/FontBBox[{left} {bottom} {right} {top}]"
            f"/ItalicAngle 0/Ascent {max(top, 0)}/Descent {min(bottom, 0)}/CapHeight 707/StemV 80"
            f"/FontFile3 {file} 0 R>>"
        )
        descendant = add(
            f"<</Type/Font/Subtype/CIDFontType0/BaseFont/{name}"
            "/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>"
            f"/FontDescriptor {descriptor} 0 R/DW 500/W[1[{' '.join(map(str, widths))}]]>>"
        )
        unicode = stream("", self._character_map().encode("ascii"))
        return add(
            f"<</Type/Font/Subtype/Type0/BaseFont/{name}/Encoding/Identity-H"
            f"/DescendantFonts[{descendant} 0 R]/ToUnicode {unicode} 0 R>>"
        )

    def _character_map(self) -> str:
        """Return the map from letter numbers to the characters that they stand for."""
        entries = [
            f"<{number:04X}> <{text.encode('utf-16-be', 'replace').hex().upper()}>"
            for (_, text), number in self.numbers.items()
            if text
        ]
        blocks = [entries[i : i + _PER_BLOCK] for i in range(0, len(entries), _PER_BLOCK)]
        maps = "".join(
            f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar\n" for block in blocks
        )
        return (
            "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
            "/CIDSystemInfo <</Registry (Adobe) /Ordering (UCS) /Supplement 0>> def\n"
            "/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
            "1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n"
            f"{maps}endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n"
        )
