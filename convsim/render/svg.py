"""A scene becomes SVG: text stays text, clipping clips, and cells stay sharp in every program.

Qt's own writer drops clipping and lets other programs blur enlarged pixels, so the file is
written here, shape by shape, in the units of the scene.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, BinaryIO

from convsim.figures.scene import (
    Anchor,
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
from convsim.render.fonts import FAMILY
from convsim.render.page import backdrop, cell_parts, fit, number
from convsim.render.pixels import Pixels, enlarged, png_bytes
from convsim.render.text import BASELINE

if TYPE_CHECKING:
    from pathlib import Path

FAMILIES = (
    f"{FAMILY}, Inter, 'Apple SD Gothic Neo', 'Malgun Gothic', 'Noto Sans KR', "
    "'Helvetica Neue', Helvetica, Arial, 'Liberation Sans', sans-serif"
)
"""What a program without the font falls back to: faces as narrow as ours, some of them Korean."""

_UNPRINTABLE = re.compile("[^\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write_svg(
    scene: Scene,
    target: Path | BinaryIO,
    *,
    width_in: float,
    height_in: float,
    transparent: bool = False,
) -> None:
    """Write a scene as SVG of a size in inches."""
    put(target, svg_text(scene, width_in, height_in, transparent).encode())


def svg_text(scene: Scene, width_in: float, height_in: float, transparent: bool = False) -> str:
    """Return a scene as the text of an SVG file."""
    scale, left, top = fit(scene, width_in, height_in)
    box = (-left / scale, -top / scale, width_in / scale, height_in / scale)
    page = backdrop(scene, transparent)
    writer = _Writer()
    if page.background is not None:
        writer.rect(Rect(*box, fill=page.background))
    writer.draw(scene.items)
    return "\n".join(
        (
            '<?xml version="1.0" encoding="UTF-8"?>',
            '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
            f' width="{number(72 * width_in)}pt" height="{number(72 * height_in)}pt"'
            f' viewBox="{" ".join(map(number, box))}" role="img">',
            f"<title>{escaped(scene.title)}</title>",
            f'<g font-family="{FAMILIES}" style="font-variant-numeric:tabular-nums"'
            ' xml:space="preserve">',
            *writer.lines,
            "</g>",
            "</svg>",
            "",
        )
    )


def escaped(text: str) -> str:
    """Return a text as XML holds it; characters that XML forbids are dropped."""
    clean = _UNPRINTABLE.sub("", text)
    for sign, name in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;")):
        clean = clean.replace(sign, name)
    return clean


def _attributes(**values: float | str) -> str:
    """Return attributes; an underscore in a name stands for a hyphen."""
    return "".join(
        f' {name.replace("_", "-")}="{value if isinstance(value, str) else number(value)}"'
        for name, value in values.items()
    )


def _ink(what: str, color: Color | None) -> str:
    """Return the attributes of a fill or stroke colour."""
    if color is None:
        return f' {what}="none"'
    opacity = f' {what}-opacity="{number(color[3] / 255)}"' if len(color) == 4 else ""
    return f' {what}="#{color[0]:02x}{color[1]:02x}{color[2]:02x}"{opacity}'


def _line(color: Color | None, width: float, dash: tuple[float, ...] = ()) -> str:
    """Return the attributes of a stroke."""
    if color is None:
        return ""
    dashes = f' stroke-dasharray="{" ".join(map(number, dash))}"' if dash else ""
    return _ink("stroke", color) + _attributes(stroke_width=width) + dashes


class _Writer:
    """Turns shapes into lines of SVG."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.names: set[str] = set()
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
        for shape in shapes:
            self.ways[type(shape)](shape)

    def name(self, wish: str) -> str:
        """Return a name that no other element has."""
        base = name = re.sub(r"[^A-Za-z0-9_-]", "-", wish)
        count = 1
        while name in self.names:
            count += 1
            name = f"{base}-{count}"
        self.names.add(name)
        return name

    def group(self, group: Group) -> None:
        attributes = f' id="{self.name(group.name)}"' if group.name else ""
        if group.clip is not None:
            clip = self.name("clip")
            x, y, width, height = group.clip
            box = _attributes(x=x, y=y, width=width, height=height)
            self.lines.append(f'<clipPath id="{clip}"><rect{box}/></clipPath>')
            attributes += f' clip-path="url(#{clip})"'
        title = f"<title>{escaped(group.title)}</title>" if group.title else ""
        self.lines.append(f"<g{attributes}>{title}")
        self.draw(group.items)
        self.lines.append("</g>")

    def rect(self, rect: Rect) -> None:
        box = _attributes(x=rect.x, y=rect.y, width=rect.width, height=rect.height)
        corner = _attributes(rx=rect.radius) if rect.radius else ""
        stroke = _line(rect.stroke, rect.stroke_width, rect.dash)
        self.lines.append(f"<rect{box}{corner}{_ink('fill', rect.fill)}{stroke}/>")

    def line(self, line: Line) -> None:
        ends = _attributes(x1=line.x1, y1=line.y1, x2=line.x2, y2=line.y2)
        self.lines.append(f"<line{ends}{_line(line.stroke, line.stroke_width, line.dash)}/>")

    def polygon(self, polygon: Polygon) -> None:
        points = " ".join(f"{number(x)},{number(y)}" for x, y in polygon.points)
        stroke = _line(polygon.stroke, polygon.stroke_width)
        if polygon.open:
            self.lines.append(
                f'<polyline points="{points}" fill="none"{stroke} stroke-linejoin="round"/>'
            )
        else:
            self.lines.append(f'<polygon points="{points}"{_ink("fill", polygon.fill)}{stroke}/>')

    def text(self, text: Text) -> None:
        if not text.text:
            return
        anchor = "" if text.anchor is Anchor.START else f' text-anchor="{text.anchor.value}"'
        weight = ' font-weight="600"' if text.bold else ""
        # A baseline of our own: programs disagree about dominant-baseline.
        place = _attributes(x=text.x, y=text.y + BASELINE * text.size, font_size=text.size)
        content = escaped(text.text)
        self.lines.append(
            f"<text{place}{anchor}{weight}{_ink('fill', text.color)}>{content}</text>"
        )

    def image(
        self, pixels: Pixels, x: float, y: float, width: float, height: float, smooth: bool = False
    ) -> None:
        box = _attributes(x=x, y=y, width=width, height=height)
        crisp = (
            "" if smooth else ' image-rendering="optimizeSpeed" style="image-rendering:pixelated"'
        )
        data = b64encode(png_bytes(pixels if smooth else enlarged(pixels, width, height))).decode()
        self.lines.append(
            f'<image{box}{crisp} preserveAspectRatio="none"'
            f' xlink:href="data:image/png;base64,{data}"/>'
        )

    def raster(self, raster: Raster) -> None:
        box = (raster.x, raster.y, raster.width, raster.height)
        self.image(raster.pixels, *box, smooth=raster.smooth)

    def cells(self, cells: Cells) -> None:
        rects, texts = cell_parts(cells)
        if cells.gap:
            self.lines.append('<g shape-rendering="crispEdges">')
            for rect in rects:
                self.rect(rect)
            self.lines.append("</g>")
        else:  # without gaps anti-aliasing would draw a faint grid between the cells
            self.image(cells.fills, cells.x, cells.y, cells.width, cells.height)
        for text in texts:
            self.text(text)
