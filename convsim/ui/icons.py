"""Icons: line drawings tinted with the theme's ink, sharp at any size."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from convsim.services import resources
from convsim.ui.style import css

if TYPE_CHECKING:
    from convsim.figures.scene import Color
    from convsim.figures.theme import Theme

SIZE = 18
_RATIO = 3
"""Drawn this many times larger, so that dense screens stay sharp."""


def icon(name: str, theme: Theme, color: Color | None = None) -> QIcon:
    """Return the icon called `name` in the theme's ink, and fainter while it cannot be used."""
    out = QIcon()
    out.addPixmap(_drawn(name, color or theme.ink), QIcon.Mode.Normal)
    out.addPixmap(_drawn(name, theme.faint), QIcon.Mode.Disabled)
    return out


def app_icon() -> QIcon:
    """Return the program's own icon."""
    return QIcon(str(resources.find("icons", "convsim.png")))


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
