"""The pixels that a painter paints on, and where the coordinates of a scene meet them."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, Qt, QThread
from PySide6.QtGui import QColor, QPainter, QPen

from convsim.render.pixels import snap

if TYPE_CHECKING:
    from convsim.figures.scene import Color

Box = tuple[float, float, float, float]
"""x, y, width and height in units."""

_FAR = 1 << 20
_NO_BRUSH, _NO_PEN = Qt.BrushStyle.NoBrush, Qt.PenStyle.NoPen


@lru_cache(maxsize=1024)
def color(value: Color) -> QColor:
    """Return a colour of a scene as Qt knows it."""
    return QColor(*value)


class Device:
    """A painter that has no transform: coordinates are device pixels.

    Attributes
    ----------
    painter : QPainter
    scale, dx, dy : float
        Device pixels a unit, and where the origin of the scene lies.
    home : QTransform
        The painter's transform that cancels the device's own.
    outlines : bool
        Whether text is filled as paths.
    bounds : QRect
        Device pixels outside of it need not be painted.
    """

    def __init__(self, painter: QPainter, scale: float, outlines: bool) -> None:
        own = painter.deviceTransform()
        inverse, _ = own.inverted()
        self.painter = painter
        self.scale, self.dx, self.dy = own.m11() * scale, own.dx(), own.dy()
        self.home = inverse * painter.worldTransform()
        self.outlines = outlines or not QThread.isMainThread()
        self.bounds = QRect(-_FAR, -_FAR, 2 * _FAR, 2 * _FAR)
        self._smooth = False
        painter.setWorldTransform(self.home)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setRenderHint(QPainter.RenderHint.TextAntialiasing, True)

    def box(self, x: float, y: float, width: float, height: float) -> QRect:
        """Return the device pixels of a box in units."""
        scale, dx, dy = self.scale, self.dx, self.dy
        left, top = snap(x * scale + dx), snap(y * scale + dy)
        right, bottom = snap((x + width) * scale + dx), snap((y + height) * scale + dy)
        return QRect(left, top, right - left, bottom - top)

    def confine(self, box: Box) -> None:
        """Narrow the bounds to a box in units."""
        self.bounds = self.bounds & self.box(*box)

    def clip(self) -> None:
        """Cut off what is painted from now on outside the bounds."""
        self.painter.setClipRect(self.bounds, Qt.ClipOperation.IntersectClip)

    def wide(self, stroke_width: float) -> int:
        """Return a stroke width in device pixels."""
        return max(1, snap(stroke_width * self.scale))

    def antialias(self, on: bool) -> None:
        """Turn smooth edges on or off; turning them needlessly costs time."""
        if on is not self._smooth:
            self.painter.setRenderHint(QPainter.RenderHint.Antialiasing, on)
            self._smooth = on

    def fill(self, box: QRect, value: Color) -> None:
        """Fill device pixels with a colour.

        Not by `fillRect`: among its brushes are gradients, whose classes PySide makes when it first
        looks for the right one, with two hundred names of theirs: 2 ms of the start.
        """
        self.painter.setBackground(color(value))
        self.painter.eraseRect(box)

    def bars(self, value: Color, *bars: tuple[int, int, int, int]) -> None:
        """Fill some boxes (x, y, width, height) in device pixels with a colour: see `fill`."""
        self.painter.setBackground(color(value))
        erase = self.painter.eraseRect
        for bar in bars:
            erase(*bar)

    def set_brush(self, fill: Color | None) -> None:
        """Fill with a colour, or not at all."""
        if fill is None:
            self.painter.setBrush(_NO_BRUSH)
        else:
            self.painter.setBrush(color(fill))  # not as a QBrush: see `fill`

    def set_pen(
        self, stroke: Color | None, wide: int, dash: tuple[float, ...] = (), curve: bool = False
    ) -> None:
        """Stroke with a colour and a width in device pixels, or not at all."""
        if stroke is None:
            self.painter.setPen(_NO_PEN)
        else:
            self.painter.setPen(_pen(stroke, wide, dash, curve, self.scale))


@lru_cache(maxsize=256)
def _pen(stroke: Color, wide: int, dash: tuple[float, ...], curve: bool, scale: float) -> QPen:
    pen = QPen(color(stroke), wide)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin if curve else Qt.PenJoinStyle.SvgMiterJoin)
    pen.setMiterLimit(4)  # as in SVG and PDF
    if dash:
        even = dash if len(dash) % 2 == 0 else dash * 2
        pen.setDashPattern([length * scale / wide for length in even])
    return pen
