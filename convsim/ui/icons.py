"""Icons: line drawings tinted with the theme's ink, sharp at any size."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QIconEngine, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from convsim.services import resources
from convsim.ui.sheet import css

if TYPE_CHECKING:
    from convsim.figures.scene import Color
    from convsim.figures.theme import Theme

SIZE = 18
_RATIO = 3
"""Drawn this many times larger, so that dense screens stay sharp."""


def icon(name: str, theme: Theme, color: Color | None = None) -> QIcon:
    """Return the icon called `name` in the theme's ink, and fainter while it cannot be used."""
    return QIcon(_Tinted(name, color or theme.ink, theme.faint))


def app_icon() -> QIcon:
    """Return the program's own icon."""
    return QIcon(str(resources.find("icons", "convsim.png")))


class _Tinted(QIconEngine):
    """Draws itself when it is shown: most icons are in menus that few people open."""

    def __init__(self, name: str, ink: Color, faint: Color) -> None:
        super().__init__()
        self._name = name
        self._colors = {QIcon.Mode.Normal: ink, QIcon.Mode.Disabled: faint}
        self._made = QIcon()
        self._modes: set[QIcon.Mode] = set()

    def clone(self) -> QIconEngine:
        """Return another one of the same drawing."""
        colors = self._colors
        return _Tinted(self._name, colors[QIcon.Mode.Normal], colors[QIcon.Mode.Disabled])

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        """Paint into a rectangle."""
        self._drawing(mode).paint(painter, rect, Qt.AlignmentFlag.AlignCenter, mode, state)

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        """Return the drawing for a simple screen."""
        return self._drawing(mode).pixmap(size, mode, state)

    def scaledPixmap(
        self, size: QSize, mode: QIcon.Mode, state: QIcon.State, scale: float
    ) -> QPixmap:
        """Return the drawing for a screen with `scale` dots a pixel."""
        return self._drawing(mode).pixmap(size, scale, mode, state)

    def _drawing(self, mode: QIcon.Mode) -> QIcon:
        if mode not in self._colors:  # pointed at, or selected
            mode = QIcon.Mode.Normal
        if mode not in self._modes:
            self._modes.add(mode)
            self._made.addPixmap(_drawn(self._name, self._colors[mode]), mode)
        return self._made


def _drawn(name: str, color: Color) -> QPixmap:
    text = resources.find("icons", f"{name}.svg").read_text(encoding="utf-8")
    renderer = QSvgRenderer(QByteArray(text.replace("currentColor", css(color)).encode()))
    pixmap = QPixmap(SIZE * _RATIO, SIZE * _RATIO)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    renderer.render(painter, QRectF(0, 0, SIZE * _RATIO, SIZE * _RATIO))
    painter.end()
    pixmap.setDevicePixelRatio(_RATIO)
    return pixmap
