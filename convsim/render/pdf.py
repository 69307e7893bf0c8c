"""A scene becomes a one-page PDF with real text, the letters it uses, and no date.

Qt's own PDF writer is not used: it stamps the time and a random number into every file, and text
copied from it loses tabular digits, minus signs and arrows, because it knows a letter shape only
by the first character of the font that looks so.  Here every letter shape is stored together with
the characters it stands for, so that searching, copying and reading aloud work.

Source: ISO 32000-1:2008 (PDF 1.7); what is used here is in PDF 1.4.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

from convsim.figures.scene import (
    Cells,
    Color,
    Group,
    Line,
    Polygon,
    Raster,
    Rect,
    Scene,
    Shape,
    Text,
)
from convsim.render.files import put
from convsim.render.page import backdrop, cell_parts, fit, number
from convsim.render.pdf_fonts import Face
from convsim.render.pixels import Pixels, enlarged
from convsim.render.text import BASELINE, SHIFT, shape

POINTS_PER_INCH = 72
_ARC = 0.5523
"""How far the handles of a quarter circle reach, in radii."""


def write_pdf(
    scene: Scene,
    target: Path | BinaryIO,
    *,
    width_in: float,
    height_in: float,
    transparent: bool = False,
) -> None:
    """Write a scene as PDF on a page of a size in inches."""
    put(target, pdf_bytes(scene, width_in, height_in, transparent))


def pdf_bytes(scene: Scene, width_in: float, height_in: float, transparent: bool = False) -> bytes:
    """Return a scene as a PDF file."""
    width, height = width_in * POINTS_PER_INCH, height_in * POINTS_PER_INCH
    scale, left, top = fit(scene, width, height)
    page = backdrop(scene, transparent)
    canvas = _Canvas()
    # From here on y runs downward, in units, as in the scene.
    canvas.put(scale, 0, 0, -scale, left, height - top, "cm")
    if page.background is not None:
        canvas.rect(Rect(-left / scale, -top / scale, width / scale, height / scale, page.background))
    canvas.draw(page.items)
    return canvas.document(width, height, scene.title)


class Objects:
    """The numbered objects of a PDF file."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []

    def add(self, body: str | bytes) -> int:
        """Add an object and return its number."""
        self.bodies.append(body.encode("latin-1") if isinstance(body, str) else body)
        return len(self.bodies)

    def stream(self, entries: str, data: bytes) -> int:
        """Add compressed data and return its number."""
        packed = zlib.compress(data, 9)
        head = f"<<{entries}/Filter/FlateDecode/Length {len(packed)}>>stream\n"
        return self.add(head.encode("latin-1") + packed + b"\nendstream")

    def file(self, root: int, info: int) -> bytes:
        """Return the whole file."""
        out = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n"
        table = "0000000000 65535 f \n"
        for i, body in enumerate(self.bodies, 1):
            table += f"{len(out):010} 00000 n \n"
            out += f"{i} 0 obj\n".encode() + body + b"\nendobj\n"
        count = len(self.bodies) + 1
        # The identity is that of the content: the same picture is the same document.
        name = hashlib.sha256(out).hexdigest()[:32]
        trailer = f"<</Size {count}/Root {root} 0 R/Info {info} 0 R/ID[<{name}><{name}>]>>"
        end = f"xref\n0 {count}\n{table}trailer\n{trailer}\nstartxref\n{len(out)}\n%%EOF\n"
        return out + end.encode()


class _Canvas:
    """Turns shapes into the operators of a page."""

    def __init__(self) -> None:
        self.objects = Objects()
        self.code: list[str] = []
        self.faces: dict[str, Face] = {}
        self.images: dict[bytes, int] = {}
        self.alphas: dict[int, int] = {}
        self.ways: dict[type, Callable[[Any], None]] = {
            Rect: self.rect,
            Line: self.line,
            Polygon: self.polygon,
            Text: self.text,
            Raster: self.raster,
            Cells: self.cells,
            Group: self.group,
        }

    def draw(self, shapes: tuple[Shape, ...]) -> None:
        for shape_ in shapes:
            self.ways[type(shape_)](shape_)

    def put(self, *words: float | str) -> None:
        """Write operands and their operator."""
        self.code.append(" ".join(w if isinstance(w, str) else number(w) for w in words))

    def ink(self, color: Color, operator: str) -> None:
        """Set a colour, and its opacity if it has one; for fills "rg", for strokes "RG"."""
        self.put(*(part / 255 for part in color[:3]), operator)
        if len(color) == 4:
            alpha = color[3]
            if alpha not in self.alphas:
                key = "ca" if operator == "rg" else "CA"
            self.put(f"/{operator}{alpha}", "gs")

    ...
