"""A scene becomes a one-page PDF with real text, the letters it uses, and no date.

Qt's own PDF writer is not used: it stamps the time and a random number into every file, and text
copied from it loses tabular digits, minus signs and arrows, because it knows a letter shape only
by the first character of the font that looks so.  Here every letter shape is stored together with
the characters it stands for, so that searching, copying and reading aloud work.

Source: ISO 32000-1:2008 (PDF 1.7); what is used here is in PDF 1.4.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from itertools import groupby
from typing import TYPE_CHECKING, Any, BinaryIO

from convsim.figures.scene import (
    SHIFT,
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
from convsim.formats.files import put
from convsim.render.page import backdrop, cell_parts, fit, number
from convsim.render.pdf_fonts import Face
from convsim.render.pdf_objects import Objects
from convsim.render.pixels import Pixels, enlarged
from convsim.render.text import BASELINE, EM, shape

if TYPE_CHECKING:
    from pathlib import Path

POINTS_PER_INCH = 72
_CLOSE = 0.5
"""Thousandths of an em that a letter may stand off without being moved."""

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
        canvas.rect(
            Rect(-left / scale, -top / scale, width / scale, height / scale, page.background)
        )
    canvas.draw(page.items)
    return canvas.document(width, height, scene.title)


class _Canvas:
    """Turns shapes into the operators of a page."""

    def __init__(self) -> None:
        self.objects = Objects()
        self.code: list[str] = []
        self.faces: dict[str, Face] = {}
        self.images: dict[bytes, int] = {}
        self.opacities: set[str] = set()
        self.opacity = {"rg": 255, "RG": 255}
        self.ways: dict[type, Callable[[Any], None]] = {
            Rect: self.rect,
            Line: self.line,
            Polygon: self.polygon,
            Text: self.text,
            Raster: self.raster,
            Cells: self.cells,
            Group: self.group,
        }

    def draw(self, shapes: Iterable[Shape]) -> None:
        for item in shapes:
            self.ways[type(item)](item)

    def put(self, *words: float | str) -> None:
        """Write operands and their operator."""
        self.code.append(" ".join(w if isinstance(w, str) else number(w) for w in words))

    def ink(self, color: Color, operator: str) -> None:
        """Set the colour and the opacity of fills ("rg") or of strokes ("RG")."""
        self.put(*(part / 255 for part in color[:3]), operator)
        opacity = color[3] if len(color) == 4 else 255
        if opacity != self.opacity[operator]:
            self.opacity[operator] = opacity
            self.opacities.add(f"{operator}{opacity}")
            self.put(f"/{operator}{opacity}", "gs")

    def paint(
        self,
        fill: Color | None,
        stroke: Color | None,
        width: float,
        dash: tuple[float, ...] = (),
        *,
        path: Callable[[], None],
        closed: bool = True,
    ) -> None:
        """Fill and stroke the path that `path` writes."""
        if fill is not None:
            self.ink(fill, "rg")
        if stroke is not None:
            self.ink(stroke, "RG")
            self.put(width, "w", f"[{' '.join(map(number, dash))}] 0", "d")
            self.put(0 if closed else 1, "j", 4, "M")
        path()
        if closed:
            self.put("h")
        self.put(
            {(1, 1): "B", (1, 0): "f", (0, 1): "S"}.get((fill is not None, stroke is not None), "n")
        )

    def group(self, group: Group) -> None:
        if group.clip is None:
            self.draw(group.items)
            return
        opacity = dict(self.opacity)
        self.put("q", *group.clip, "re", "W", "n")
        self.draw(group.items)
        self.put("Q")
        self.opacity = opacity

    def rect(self, rect: Rect) -> None:
        def path() -> None:
            x, y, width, height = rect.x, rect.y, rect.width, rect.height
            radius = min(rect.radius, width / 2, height / 2)
            if radius <= 0:
                self.put(x, y, width, height, "re")
                return
            right, bottom, reach = x + width, y + height, radius * (1 - _ARC)
            self.put(x + radius, y, "m", right - radius, y, "l")
            self.put(right - reach, y, right, y + reach, right, y + radius, "c")
            self.put(right, bottom - radius, "l")
            self.put(right, bottom - reach, right - reach, bottom, right - radius, bottom, "c")
            self.put(x + radius, bottom, "l")
            self.put(x + reach, bottom, x, bottom - reach, x, bottom - radius, "c")
            self.put(x, y + radius, "l", x, y + reach, x + reach, y, x + radius, y, "c")

        self.paint(rect.fill, rect.stroke, rect.stroke_width, rect.dash, path=path)

    def line(self, line: Line) -> None:
        def path() -> None:
            self.put(line.x1, line.y1, "m", line.x2, line.y2, "l")

        self.paint(None, line.stroke, line.stroke_width, line.dash, path=path, closed=False)

    def polygon(self, polygon: Polygon) -> None:
        def path() -> None:
            for i, (x, y) in enumerate(polygon.points):
                self.put(x, y, "l" if i else "m")

        fill = None if polygon.open else polygon.fill
        self.paint(fill, polygon.stroke, polygon.stroke_width, path=path, closed=not polygon.open)

    def text(self, text: Text) -> None:
        """Write each stretch of one font as one string, so that it is copied in one piece."""
        shaped = shape(text.text, text.bold)
        left = text.x - SHIFT[text.anchor] * shaped.width * text.size
        baseline = text.y + BASELINE * text.size
        self.ink(text.color, "rg")
        for face, glyphs in groupby(shaped.glyphs, lambda glyph: glyph.face):
            font = self.faces.setdefault(face, Face(face))
            string, at, start = "", 0.0, None
            for glyph in glyphs:
                code = f"<{font.number(glyph):04X}>"
                if start is None:
                    start = at = glyph.x
                if abs(at - glyph.x) > _CLOSE:
                    string += number(at - glyph.x)
                    at = glyph.x
                string += code
                at += round(glyph.advance)
            name = f"/F{list(self.faces).index(face)}"
            x = left + (start or 0.0) / EM * text.size
            self.put(
                "BT", name, text.size, "Tf", 1, 0, 0, -1, x, baseline, "Tm", f"[{string}]", "TJ ET"
            )

    def image(
        self, pixels: Pixels, x: float, y: float, width: float, height: float, smooth: bool = False
    ) -> None:
        data = pixels if smooth else enlarged(pixels, width, height)
        entries = (
            f"/Type/XObject/Subtype/Image/Width {data.shape[1]}/Height {data.shape[0]}"
            f"/BitsPerComponent 8/Interpolate {str(smooth).lower()}"
        )
        key = hashlib.sha256(entries.encode() + data.tobytes()).digest()
        if key not in self.images:
            mask = ""
            if data.shape[2] == 4:
                alpha = self.objects.stream(
                    entries + "/ColorSpace/DeviceGray", data[..., 3].tobytes()
                )
                mask = f"/SMask {alpha} 0 R"
            colors = data[..., :3].tobytes()
            self.images[key] = self.objects.stream(entries + "/ColorSpace/DeviceRGB" + mask, colors)
        # An image fills the unit square, y upward; its opacity is that of fills.
        self.ink((0, 0, 0), "rg")
        self.put("q", width, 0, 0, -height, x, y + height, "cm", f"/I{self.images[key]}", "Do Q")

    def raster(self, raster: Raster) -> None:
        box = (raster.x, raster.y, raster.width, raster.height)
        self.image(raster.pixels, *box, smooth=raster.smooth)

    def cells(self, cells: Cells) -> None:
        rects, texts = cell_parts(cells)
        if cells.gap:
            self.draw(rects)
        else:  # without gaps anti-aliasing would draw a faint grid between the cells
            self.image(cells.fills, cells.x, cells.y, cells.width, cells.height)
        self.draw(texts)

    def document(self, width: float, height: float, title: str) -> bytes:
        """Return the file: a page of a size in points."""
        add, stream = self.objects.add, self.objects.stream
        fonts = "".join(
            f"/F{i} {face.write(add, stream)} 0 R" for i, face in enumerate(self.faces.values())
        )
        images = "".join(f"/I{i} {i} 0 R" for i in self.images.values())
        states = "".join(
            f"/{name}<</{'ca' if name[:2] == 'rg' else 'CA'} {number(int(name[2:]) / 255)}>>"
            for name in sorted(self.opacities)
        )
        content = stream("", "\n".join(self.code).encode("ascii"))
        pages = len(self.objects.bodies) + 2
        page = add(
            f"<</Type/Page/Parent {pages} 0 R/MediaBox[0 0 {number(width)} {number(height)}]"
            f"/Contents {content} 0 R/Group<</S/Transparency/CS/DeviceRGB>>"
            f"/Resources<</Font<<{fonts}>>/XObject<<{images}>>/ExtGState<<{states}>>>>>>"
        )
        add(f"<</Type/Pages/Count 1/Kids[{page} 0 R]>>")
        root = add(
            f"<</Type/Catalog/Pages {pages} 0 R/ViewerPreferences<</DisplayDocTitle true>>>>"
        )
        heading = ("\ufeff" + title).encode("utf-16-be", "replace").hex()
        return self.objects.file(root, add(f"<</Title<{heading}>/Creator(ConvSim)>>"))
