"""Icons: line drawings tinted with the theme's ink, sharp at any size."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QIconEngine, QImage, QPainter, QPixmap
from shiboken6 import isValid

from convsim.services import resources

if TYPE_CHECKING:
    from convsim.figures.scene import Color
    from convsim.figures.theme import Theme

SIZE = 18
_RATIO = 3
"""Drawn this many times larger, so that dense screens stay sharp."""
DRAWN, DRAWN_SIZE = "drawn.png", SIZE * _RATIO
"""All drawings in one picture, made by ``python -m tests.shots.icons``."""


def icon(name: str, theme: Theme, color: Color | None = None) -> QIcon:
    """Return the icon called `name` in the theme's ink, and fainter while it cannot be used."""
    return QIcon(_Tinted(name, color or theme.ink, theme.faint))


def app_icon() -> QIcon:
    """Return the program's own icon."""
    return QIcon(str(resources.find("icons", "convsim.png")))


_twins: list[QIconEngine] = []
"""Drawings that Qt asked for: see `_Tinted.clone`."""


class _Tinted(QIconEngine):
    """Draws itself when it is shown: most icons are in menus that few people open."""

    def __init__(self, name: str, ink: Color, faint: Color) -> None:
        super().__init__()
        self._name = name
        self._colors = {QIcon.Mode.Normal: ink, QIcon.Mode.Disabled: faint}
        self._made = QIcon()
        self._modes: set[QIcon.Mode] = set()

    def clone(self) -> QIconEngine:
        """Return another one of the same drawing, when a copy of an icon is changed."""
        colors = self._colors
        twin = _Tinted(self._name, colors[QIcon.Mode.Normal], colors[QIcon.Mode.Disabled])
        # WORKAROUND: Qt deletes it with the icon that it belongs to, but PySide 6.11 would delete
        # it as soon as Python has no name for it any more.
        _twins[:] = [*filter(isValid, _twins), twin]
        return twin

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
            pixmap = _Drawings.read().tinted(self._name, self._colors[mode])
            self._made.addPixmap(pixmap, mode)
        return self._made


class _Drawings:
    """The drawings of all icons, white on black, below each other."""

    def __init__(self) -> None:
        self._ink = QImage(str(resources.find("icons", DRAWN)))
        self._places = {name: at for at, name in enumerate(self._ink.text("names").split())}

    @classmethod
    @cache
    def read(cls) -> _Drawings:
        """Return them; they are read once."""
        return cls()

    def tinted(self, name: str, color: Color) -> QPixmap:
        """Return one of them in a colour, on nothing."""
        size = DRAWN_SIZE
        ink = self._ink.copy(0, self._places[name] * size, size, size)
        image = QImage(ink.size(), QImage.Format.Format_ARGB32_Premultiplied)
        image.fill(QColor(*color[:3]))
        image.setAlphaChannel(ink)
        pixmap = QPixmap.fromImage(image)
        pixmap.setDevicePixelRatio(_RATIO)
        return pixmap
