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
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QImage, QPainter, QPolygonF, QTransform

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
from convsim.render.device import Box, Device, color
from convsim.render.pixels import image_of, middles, packed, scaled, scaled_once, snap, spread
from convsim.render.text import BASELINE, EM, LARGEST_RUN, glyph_runs, outline

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_NOWHERE = (math.nan, math.nan)
_OPAQUE = QImage.Format.Format_RGB32
_HOLED = QImage.Format.Format_ARGB32_Premultiplied
_STRAIGHT = QImage.Format.Format_ARGB32


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
    device = Device(painter, scale, outlines)
    device.confine((0, 0, scene.width, scene.height))
    items = scene.items
    if clip is not None:
        device.confine(clip)
        device.clip()
        # Read when first needed: a start does without.
        from convsim.figures.changes import touching

        items = touching(items, clip)
    if scene.background is not None:
        device.fill(device.bounds, scene.background)
    _draw(device, items)
    painter.restore()


def _draw(device: Device, shapes: tuple[Shape, ...]) -> None:
    for shape in shapes:
        _WAYS[type(shape)](device, shape)


def _group(device: Device, group: Group) -> None:
    if group.clip is None:
        _draw(device, group.items)
        return
    bounds = device.bounds
    device.confine(group.clip)
    if not device.bounds.isEmpty():
        device.antialias(False)
        device.painter.save()
        device.clip()
        _draw(device, group.items)
        device.antialias(False)
        device.painter.restore()
    device.bounds = bounds


def _rect(device: Device, rect: Rect) -> None:
    box = device.box(rect.x, rect.y, rect.width, rect.height)
    painter = device.painter
    if rect.radius or rect.dash:
        wide = device.wide(rect.stroke_width)
        shift = 0.0 if rect.stroke is None else wide % 2 / 2
        radius = rect.radius * device.scale
        device.antialias(True)
        device.set_brush(rect.fill)
        device.set_pen(rect.stroke, wide, rect.dash)
        painter.drawRoundedRect(QRectF(box).translated(-shift, -shift), radius, radius)
        return
    device.antialias(False)
    if rect.fill is not None:
        device.fill(box, rect.fill)
    if rect.stroke is not None:  # four bars that do not overlap, so that they may be translucent
        wide, ink = device.wide(rect.stroke_width), rect.stroke
        out = (wide + 1) // 2
        left, top = box.x() - out, box.y() - out
        width, inner = box.width() + wide, box.height() - wide
        device.bars(
            ink,
            (left, top, width, wide),
            (left, top + wide + inner, width, wide),
            (left, top + wide, wide, inner),
            (left + width - wide, top + wide, wide, inner),
        )


def _line(device: Device, line: Line) -> None:
    wide = device.wide(line.stroke_width)
    x1, y1 = line.x1 * device.scale + device.dx, line.y1 * device.scale + device.dy
    x2, y2 = line.x2 * device.scale + device.dx, line.y2 * device.scale + device.dy
    upright, level = line.x1 == line.x2, line.y1 == line.y2
    if line.dash or not (upright or level):
        shift = wide % 2 / 2
        if upright:
            x1 = x2 = snap(x1) - shift
        elif level:
            y1 = y2 = snap(y1) - shift
        device.antialias(True)
        device.set_pen(line.stroke, wide, line.dash)
        device.painter.drawLine(QPointF(x1, y1), QPointF(x2, y2))
        return
    left, right = sorted((snap(x1), snap(x2)))
    top, bottom = sorted((snap(y1), snap(y2)))
    out = (wide + 1) // 2
    device.antialias(False)
    if upright:
        device.bars(line.stroke, (left - out, top, wide, bottom - top))
    else:
        device.bars(line.stroke, (left, top - out, right - left, wide))


def _polygon(device: Device, polygon: Polygon) -> None:
    wide = device.wide(polygon.stroke_width)
    shift = 0.0 if polygon.stroke is None else wide % 2 / 2
    scale, dx, dy = device.scale, device.dx, device.dy
    ends = (_NOWHERE, _NOWHERE) if polygon.open else (polygon.points[-1], polygon.points[0])
    points = (ends[0], *polygon.points, ends[1])
    corners = []
    for before, (x, y), after in zip(points, points[1:], points[2:], strict=False):
        # Only what ends an edge along an axis is snapped: curves must not wobble.
        px, py = x * scale + dx, y * scale + dy
        if x in (before[0], after[0]):
            px = snap(px) - shift
        if y in (before[1], after[1]):
            py = snap(py) - shift
        corners.append(QPointF(px, py))
    device.antialias(True)
    device.set_pen(polygon.stroke, wide, curve=polygon.open)
    if polygon.open:
        device.painter.drawPolyline(QPolygonF(corners))
    else:
        device.set_brush(polygon.fill)
        device.painter.drawPolygon(QPolygonF(corners))


def _text(device: Device, text: Text) -> None:
    scale = device.scale
    x, y = text.x * scale + device.dx, text.y * scale + device.dy
    _write(device, text.text, x, y, text.size * scale, text.color, SHIFT[text.anchor], text.bold)


def _write(
    device: Device,
    text: str,
    x: float,
    y: float,
    size: float,
    ink: Color,
    shift: float,
    bold: bool,
) -> None:
    """Write a text; all is in device pixels."""
    painter = device.painter
    baseline = snap(y + BASELINE * size)
    if device.outlines or size > LARGEST_RUN:
        ems, path = outline(text, bold)
        factor = size / EM
        place = QTransform(factor, 0, 0, factor, x - shift * ems * size, baseline)
        device.antialias(True)
        painter.setWorldTransform(place * device.home)
        painter.fillPath(path, color(ink))
        painter.setWorldTransform(device.home)
        return
    width, runs = glyph_runs(text, bold, size)
    painter.setPen(color(ink))
    for run in runs:
        painter.drawGlyphRun(QPointF(x - shift * width, baseline), run)


def _raster(device: Device, raster: Raster) -> None:
    pixels = raster.pixels
    if raster.width <= 0 or raster.height <= 0:
        return  # a page too small for its figure leaves no room at all
    if raster.smooth:
        box = device.box(raster.x, raster.y, raster.width, raster.height)
        if box.intersects(device.bounds):
            make = scaled if device.outlines else scaled_once  # a file is painted once
            device.painter.drawImage(box.topLeft(), make(pixels, box.width(), box.height()))
        return
    rows, cols, planes = pixels.shape
    step = raster.width / cols, raster.height / rows
    kind = _OPAQUE if planes == 3 else _STRAIGHT
    _grid(device, packed(pixels), raster.x, raster.y, step, kind)


def _cells(device: Device, cells: Cells) -> None:
    scale, step = device.scale, cells.cell
    if step <= 0:
        return
    rows, cols = cells.fills.shape[:2]
    gap = min(snap(cells.gap * scale), int(step * scale / 3))
    values = packed(cells.fills, spare=1 if gap else 0)
    _grid(device, values, cells.x, cells.y, (step, step), _HOLED if gap else _OPAQUE, gap)
    if not cells.labels:
        return
    # Labels go to the middle of the pixels that their cell got, not of its exact place.
    aside = gap % 2 / 2
    xs = [x - aside for x in middles(cells.x * scale + device.dx, step * scale, cols)]
    ys = [y - aside for y in middles(cells.y * scale + device.dy, step * scale, rows)]
    size = cells.text_size * scale
    label = zip(cells.labels, cells.inks, strict=True)
    if device.outlines or size > LARGEST_RUN:
        for y in ys:
            for x in xs:
                text, ink = next(label)
                _write(device, text, x, y, size, ink, 0.5, False)
        return
    set_pen, draw = device.painter.setPen, device.painter.drawGlyphRun
    last: Color | None = None
    for y in ys:  # as `_write`, without what need not be done for each of hundreds of labels
        baseline = snap(y + BASELINE * size)
        for x in xs:
            text, ink = next(label)
            if ink is not last:
                set_pen(color(ink))
                last = ink
            width, runs = glyph_runs(text, False, size)
            for run in runs:
                draw(QPointF(x - width / 2, baseline), run)


def _grid(
    device: Device,
    values: NDArray[np.uint32],
    x: float,
    y: float,
    step: tuple[float, float],
    kind: QImage.Format,
    gap: int = 0,
) -> None:
    """Draw one rectangle a value; with a gap, the last row and column are the empty ones."""
    scale, bounds = device.scale, device.bounds
    rows, cols = values.shape[0] - bool(gap), values.shape[1] - bool(gap)
    low, high = bounds.left(), bounds.right() + 1
    left, across = spread(x * scale + device.dx, step[0] * scale, cols, gap, low, high)
    low, high = bounds.top(), bounds.bottom() + 1
    top, down = spread(y * scale + device.dy, step[1] * scale, rows, gap, low, high)
    if across.size and down.size:
        shown = values.take(across, axis=1).take(down, axis=0)
        device.painter.drawImage(left, top, image_of(shown, kind))


_WAYS: dict[type, Callable[[Device, Any], None]] = {
    Rect: _rect,
    Line: _line,
    Polygon: _polygon,
    Text: _text,
    Raster: _raster,
    Cells: _cells,
    Group: _group,
}
