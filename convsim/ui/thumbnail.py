"""A small picture with a line below it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QSizePolicy, QWidget

from convsim.figures.theme import LIGHT, Theme
from convsim.ui.style import qcolor

if TYPE_CHECKING:
    from numpy.typing import NDArray

SIDE = 176
"""Pixels that a picture is reduced to, at most, before it is kept for painting."""


class Thumbnail(QWidget):
    """Shows a picture as large as it fits, in its own proportions.

    Parameters
    ----------
    smooth : bool
        Whether pixels melt into each other, as in a photograph, or stay squares.
    """

    def __init__(self, parent: QWidget | None = None, *, smooth: bool) -> None:
        super().__init__(parent)
        self._smooth = smooth
        self._theme = LIGHT
        self._pixmap = QPixmap()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_pixels(self, pixels: NDArray[Any]) -> None:
        """Show (H, W, 1 or 3), uint8 or float in 0…1."""
        self._pixmap = pixmap_of(pixels, smooth=self._smooth)
        self.update()

    def set_theme(self, theme: Theme) -> None:
        """Draw the edge in another colour."""
        self._theme = theme
        self.update()

    def box(self) -> QRectF:
        """Return where the picture is painted."""
        size = self._pixmap.size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        return QRectF(0, (self.height() - size.height()) // 2, size.width(), size.height())

    def sizeHint(self) -> QSize:
        """Return a size for two side by side."""
        return QSize(84, 84)

    def minimumSizeHint(self) -> QSize:
        """Return a size at which something can still be seen."""
        return QSize(48, 84)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the picture at the top left, with a hairline around it."""
        del event
        if self._pixmap.isNull():
            return
        box = self.box()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, self._smooth)
        painter.drawPixmap(box, self._pixmap, QRectF(self._pixmap.rect()))
        painter.setPen(QPen(qcolor(self._theme.line), 1))
        painter.drawRect(box.adjusted(0.5, 0.5, -0.5, -0.5))
        painter.end()


def pixmap_of(pixels: NDArray[Any], *, smooth: bool) -> QPixmap:
    """Return a pixmap of at most `SIDE` pixels if smooth, else one pixel a value."""
    # A large photograph is thinned out first; twice the side is enough to smooth from.
    step = max(1, max(pixels.shape[:2]) // (2 * SIDE)) if smooth else 1
    thin = pixels[::step, ::step]
    if thin.dtype != np.uint8:
        thin = np.rint(np.clip(thin, 0, 1) * 255).astype(np.uint8)
    height, width = thin.shape[:2]
    colours = np.ascontiguousarray(np.broadcast_to(thin, (height, width, 3)))
    image = QImage(colours.tobytes(), width, height, width * 3, QImage.Format.Format_RGB888)
    if smooth and max(height, width) > SIDE:
        keep, how = Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
        image = image.scaled(SIDE, SIDE, keep, how)
    return QPixmap.fromImage(image)
