"""The one painter: it puts a scene on the screen, into a PNG, or into a frame of an animation.

How shapes meet the pixels
--------------------------
Every edge that runs along an axis goes to ``snap(scale * coordinate)``, the nearest edge between
two device pixels, whatever shape it belongs to.  So a frame drawn at a multiple of the cell size
meets the cells of a grid or a raster exactly, at any scale, and all such edges are sharp.  Cells
differ by at most one pixel in size; the gaps between them do not differ.

A stroke is a whole number of device pixels wide, at least one.  On an edge at pixel `b` a stroke
of width `w` covers the pixels from ``b - (w + 1) // 2``, and so does a gap, so that a frame lies
in the gaps around the cells it frames.  Slanted lines are anti-aliased and stay where they are.
A text stands on a whole device pixel, but begins anywhere.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRect, QRectF, Qt, QThread
from PySide6.QtGui import QBrush, QColor, QImage, QPainter, QPen, QPolygonF, QTransform

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
from convsim.render.pixels import SameArray, image_of, packed, smoothed, snap, spread
from convsim.render.text import BASELINE, EM, SHIFT, glyph_runs, outline

Box = tuple[float, float, float, float]
"""x, y, width and height in units."""

NOWHERE = (math.nan, math.nan)
OPAQUE = QImage.Format.Format_RGB32
HOLED = QImage.Format.Format_ARGB32_Premultiplied
STRAIGHT = QImage.Format.Format_ARGB32


def paint(
    scene: Scene,
    painter: QPainter,
    *,
    scale: float = 1.0,
    clip: Box | None = None,
    outlines: bool = False,
) -> None:
    """Paint a scene; its origin is the painter's origin.

    Parameters
    ----------
    painter : QPainter
        May be moved and scaled (a widget's device pixel ratio is), but not rotated.
    scale : float
        Painter units a scene unit.
    clip : (x, y, width, height), optional
        The part of the scene, in units, that needs painting; the rest is left alone.
    outlines : bool
        Fill text as paths.  Files do, because the screen's glyphs depend on the platform; it is
        slower, and the only way outside the main thread.
    """
    painter.save()
    device = painter.deviceTransform()
    inverse, _ = device.inverted()
    painter.setWorldTransform(inverse * painter.worldTransform())
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setRenderHint(QPainter.RenderHint.TextAntialiasing, True)
    hand = _Hand(painter, device.m11() * scale, device.dx(), device.dy(), outlines)
    hand.confine((0, 0, scene.width, scene.height))
    if clip is not None:
        hand.confine(clip)
        painter.setClipRect(hand.bounds, Qt.ClipOperation.IntersectClip)
    if scene.background is not None:
        painter.fillRect(hand.bounds, color(scene.background))
    hand.draw(scene.items)
    painter.restore()


@lru_cache(maxsize=1024)
def color(value: Color) -> QColor:
    """Return a colour of a scene as Qt knows it."""
    return QColor(*value)


class _Hand:
    """Draws shapes in device pixels: the painter has no transform while it is at work.

    Attributes
    ----------
    bounds : QRect
        Device pixels outside of it need not be painted.
    """

    def __init__(
        self, painter: QPainter, scale: float, dx: float, dy: float, outlines: bool
    ) -> None:
        self.painter, self.scale, self.dx, self.dy = painter, scale, dx, dy
        self.home = painter.worldTransform()
        self.outlines = outlines or not QThread.isMainThread()
        self.bounds = QRect(-(1 << 20), -(1 << 20), 1 << 21, 1 << 21)
        self.smooth_edges = False
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
        ways = self.ways
        for shape in shapes:
            ways[type(shape)](shape)

    def box(self, x: float, y: float, width: float, height: float) -> QRect:
        """Return the device pixels of a box in units."""
        scale, dx, dy = self.scale, self.dx, self.dy
        left, top = snap(x * scale + dx), snap(y * scale + dy)
        right, bottom = snap((x + width) * scale + dx), snap((y + height) * scale + dy)
        return QRect(left, top, right - left, bottom - top)

    def confine(self, box: Box) -> None:
        self.bounds = self.bounds & self.box(*box)

    def stroke(self, width: float) -> int:
        """Return a stroke width in device pixels."""
        return max(1, snap(width * self.scale))

    def antialias(self, on: bool) -> None:
        if on is not self.smooth_edges:
            self.painter.setRenderHint(QPainter.RenderHint.Antialiasing, on)
            self.smooth_edges = on

    def pen(
        self, stroke: Color, wide: int, dash: tuple[float, ...] = (), round_joins: bool = False
    ) -> QPen:
        pen = QPen(color(stroke), wide)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        join = Qt.PenJoinStyle.RoundJoin if round_joins else Qt.PenJoinStyle.SvgMiterJoin
        pen.setJoinStyle(join)
        pen.setMiterLimit(4)  # as SVG and PDF have it
        if dash:
            even = dash if len(dash) % 2 == 0 else dash * 2
            pen.setDashPattern([length * self.scale / wide for length in even])
        return pen

    def group(self, group: Group) -> None:
        if group.clip is None:
            self.draw(group.items)
            return
        bounds = self.bounds
        self.confine(group.clip)
        if not self.bounds.isEmpty():
            self.painter.save()
            smooth_edges = self.smooth_edges
            self.painter.setClipRect(self.bounds, Qt.ClipOperation.IntersectClip)
            self.draw(group.items)
            self.painter.restore()
            self.smooth_edges = smooth_edges
        self.bounds = bounds

    def rect(self, rect: Rect) -> None:
        box = self.box(rect.x, rect.y, rect.width, rect.height)
        painter = self.painter
        if rect.radius or rect.dash:
            wide = self.stroke(rect.stroke_width)
            shift = wide % 2 / 2 if rect.stroke is not None else 0.0
            self.antialias(True)
            painter.setBrush(
                Qt.BrushStyle.NoBrush if rect.fill is None else QBrush(color(rect.fill))
            )
            painter.setPen(
                Qt.PenStyle.NoPen if rect.stroke is None else self.pen(rect.stroke, wide, rect.dash)
            )
            radius = rect.radius * self.scale
            painter.drawRoundedRect(QRectF(box).translated(-shift, -shift), radius, radius)
            return
        self.antialias(False)
        if rect.fill is not None:
            painter.fillRect(box, color(rect.fill))
        if rect.stroke is not None:
            wide = self.stroke(rect.stroke_width)
            paint = color(rect.stroke)
            out = (wide + 1) // 2
            left, top = box.x() - out, box.y() - out
            width, height = box.width() + wide, box.height() + wide
            inner = height - 2 * wide
            painter.fillRect(left, top, width, wide, paint)
            painter.fillRect(left, top + height - wide, width, wide, paint)
            painter.fillRect(left, top + wide, wide, inner, paint)
            painter.fillRect(left + width - wide, top + wide, wide, inner, paint)

    def line(self, line: Line) -> None:
        wide = self.stroke(line.stroke_width)
        scale = self.scale
        x1, y1 = line.x1 * scale + self.dx, line.y1 * scale + self.dy
        x2, y2 = line.x2 * scale + self.dx, line.y2 * scale + self.dy
        upright, level = x1 == x2, y1 == y2
        if line.dash or not (upright or level):
            shift = wide % 2 / 2
            if upright:
                x1 = x2 = snap(x1) - shift
            elif level:
                y1 = y2 = snap(y1) - shift
            self.antialias(True)
            self.painter.setPen(self.pen(line.stroke, wide, line.dash))
            self.painter.drawLine(QPointF(x1, y1), QPointF(x2, y2))
            return
        self.antialias(False)
        left, right = sorted((snap(x1), snap(x2)))
        top, bottom = sorted((snap(y1), snap(y2)))
        out = (wide + 1) // 2
        if upright:
            box = QRect(left - out, top, wide, bottom - top)
        else:
            box = QRect(left, top - out, right - left, wide)
        self.painter.fillRect(box, color(line.stroke))

    def polygon(self, polygon: Polygon) -> None:
        wide = self.stroke(polygon.stroke_width)
        shift = wide % 2 / 2 if polygon.stroke is not None else 0.0
        scale, dx, dy = self.scale, self.dx, self.dy
        points = polygon.points
        last = len(points) - 1
        corners = []
        for i, (x, y) in enumerate(points):
            before = points[i - 1] if i or not polygon.open else NOWHERE
            after = points[(i + 1) % len(points)] if i < last or not polygon.open else NOWHERE
            # Only what ends an edge along an axis is snapped: curves must not wobble.
            px = snap(x * scale + dx) - shift if x in (before[0], after[0]) else x * scale + dx
            py = snap(y * scale + dy) - shift if y in (before[1], after[1]) else y * scale + dy
            corners.append(QPointF(px, py))
        self.antialias(True)
        painter = self.painter
        painter.setPen(
            Qt.PenStyle.NoPen
            if polygon.stroke is None
            else self.pen(polygon.stroke, wide, round_joins=polygon.open)
        )
        if polygon.open:
            painter.drawPolyline(QPolygonF(corners))
        else:
            fill = polygon.fill
            painter.setBrush(Qt.BrushStyle.NoBrush if fill is None else QBrush(color(fill)))
            painter.drawPolygon(QPolygonF(corners))

    def text(self, text: Text) -> None:
        x, y = text.x * self.scale + self.dx, text.y * self.scale + self.dy
        self.write(
            text.text, x, y, text.size * self.scale, text.color, SHIFT[text.anchor], text.bold
        )

    def write(
        self, text: str, x: float, y: float, size: float, ink: Color, shift: float, bold: bool
    ) -> None:
        """Write a text; all is in device pixels."""
        painter = self.painter
        baseline = snap(y + BASELINE * size)
        if not self.outlines:
            width, runs = glyph_runs(text, bold, size)
            painter.setPen(color(ink))
            place = QPointF(x - shift * width, baseline)
            for run in runs:
                painter.drawGlyphRun(place, run)
            return
        width, path = outline(text, bold)
        factor = size / EM
        self.antialias(True)
        place = QTransform(factor, 0, 0, factor, x - shift * width * size, baseline)
        painter.setWorldTransform(place * self.home)
        painter.fillPath(path, color(ink))
        painter.setWorldTransform(self.home)

    def raster(self, raster: Raster) -> None:
        pixels = raster.pixels
        if raster.smooth:
            box = self.box(raster.x, raster.y, raster.width, raster.height)
            if box.intersects(self.bounds):
                image = smoothed(SameArray(pixels), box.width(), box.height())
                self.painter.drawImage(box.topLeft(), image)
            return
        rows, cols, planes = pixels.shape
        step = raster.width / cols, raster.height / rows
        self.grid(packed(pixels), raster.x, raster.y, step, OPAQUE if planes == 3 else STRAIGHT)

    def cells(self, cells: Cells) -> None:
        scale, step = self.scale, cells.cell
        rows, cols = cells.fills.shape[:2]
        gap = min(snap(cells.gap * scale), int(step * scale / 3))
        values = packed(cells.fills, spare=1 if gap else 0)
        self.grid(values, cells.x, cells.y, (step, step), HOLED if gap else OPAQUE, gap)
        if not cells.labels:
            return
        # Labels go to the middle of the pixels that their cell got, not of its exact place.
        off = (gap // 2 - (gap - gap // 2)) / 2
        xs = self.middles(cells.x * scale + self.dx, cols, step * scale, off)
        ys = self.middles(cells.y * scale + self.dy, rows, step * scale, off)
        self.labels(cells, xs, ys)

    def labels(self, cells: Cells, xs: list[float], ys: list[float]) -> None:
        """Write the labels of a grid: `write` in a loop, which on the screen is unrolled."""
        size = cells.text_size * self.scale
        label = zip(cells.labels, cells.inks, strict=True)
        if self.outlines:
            for y in ys:
                for x in xs:
                    text, ink = next(label)
                    self.write(text, x, y, size, ink, 0.5, False)
            return
        set_pen, draw = self.painter.setPen, self.painter.drawGlyphRun
        last: Color | None = None
        for y in ys:
            baseline = snap(y + BASELINE * size)
            for x in xs:
                text, ink = next(label)
                if ink is not last:
                    set_pen(color(ink))
                    last = ink
                width, runs = glyph_runs(text, False, size)
                for run in runs:
                    draw(QPointF(x - width / 2, baseline), run)

    @staticmethod
    def middles(start: float, count: int, step: float, off: float) -> list[float]:
        edges = [snap(start + step * i) for i in range(count + 1)]
        return [(low + high) / 2 + off for low, high in zip(edges, edges[1:], strict=False)]

    def grid(
        self,
        values: NDArray[np.uint32],
        x: float,
        y: float,
        step: tuple[float, float],
        kind: QImage.Format,
        gap: int = 0,
    ) -> None:
        """Draw one rectangle a value; with a gap, the last row and column are the empty ones."""
        scale, bounds = self.scale, self.bounds
        rows, cols = values.shape if not gap else (values.shape[0] - 1, values.shape[1] - 1)
        low, high = bounds.left(), bounds.right() + 1
        left, across = spread(x * scale + self.dx, step[0] * scale, cols, gap, low, high)
        low, high = bounds.top(), bounds.bottom() + 1
        top, down = spread(y * scale + self.dy, step[1] * scale, rows, gap, low, high)
        if across.size and down.size:
            image = image_of(values.take(across, axis=1).take(down, axis=0), kind)
            self.painter.drawImage(left, top, image)
