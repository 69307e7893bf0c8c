"""One map to pan and zoom with the mouse; its numbers appear when the cells are large enough."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QVBoxLayout, QWidget

from convsim.figures import digits
from convsim.figures.colors import Pixels, inks, largest, signed_pixels
from convsim.render.fonts import font
from convsim.ui.style import qcolor

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from convsim.figures.theme import Theme

READABLE = 26.0
"""Pixels a cell must have before its number is written."""


class ZoomView(QWidget):
    """A map of any size under the mouse.

    Signals
    -------
    clicked(row, column)
    hovered(row, column)
        −1, −1 outside the map.
    """

    clicked = Signal(int, int)
    hovered = Signal(int, int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._plot = pg.GraphicsView(self)
        self._box = pg.ViewBox(invertY=True, lockAspect=True, enableMenu=False)
        self._plot.setCentralItem(self._box)
        self._image = pg.ImageItem(axisOrder="row-major")
        self._numbers = _Numbers()
        self._box.addItem(self._image)
        self._box.addItem(self._numbers)
        self._values: NDArray[Any] = np.zeros((1, 1), np.float32)
        self.setAccessibleName(self.tr("One map, to pan with the mouse and zoom with the wheel"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._plot)
        scene = self._plot.scene()
        scene.sigMouseMoved.connect(self._moved)
        scene.sigMouseClicked.connect(lambda event: self._pressed(event.scenePos(), event.button()))
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Show in other colours."""
        self._theme = theme
        self._plot.setBackground(qcolor(theme.paper))
        self.show_map(self._values, largest(self._values))

    def show_map(self, values: NDArray[Any], top: float) -> None:
        """Show (H, W) values; `top` is the end of the colour scale.  The zoom stays."""
        new_size = values.shape != self._values.shape
        self._values = values
        pixels = signed_pixels(values, top, self._theme)
        self._image.setImage(pixels, levels=(0, 255))
        self._numbers.show_values(values, pixels, self._theme)
        if new_size:
            self.show_all()

    def show_all(self) -> None:
        """Zoom so that the whole map is seen."""
        rows, cols = self._values.shape
        self._box.setRange(QRectF(0, 0, cols, rows), padding=0.02)

    def _cell(self, at: QPointF) -> tuple[int, int]:
        point = self._box.mapSceneToView(at)
        row, col = int(np.floor(point.y())), int(np.floor(point.x()))
        rows, cols = self._values.shape
        return (row, col) if 0 <= row < rows and 0 <= col < cols else (-1, -1)

    def _moved(self, at: QPointF) -> None:
        self.hovered.emit(*self._cell(at))

    def _pressed(self, at: QPointF, button: Qt.MouseButton) -> None:
        row, col = self._cell(at)
        if row >= 0 and button == Qt.MouseButton.LeftButton:
            self.clicked.emit(row, col)


class _Numbers(pg.GraphicsObject):  # type: ignore[misc]
    """The numbers of the cells that are seen, if there is room for them."""

    def __init__(self) -> None:
        super().__init__()
        self._values: NDArray[Any] = np.zeros((1, 1), np.float32)
        self._pixels: Pixels = np.zeros((1, 1, 3), np.uint8)
        self._theme: Theme | None = None

    def show_values(self, values: NDArray[Any], pixels: Pixels, theme: Theme) -> None:
        self.prepareGeometryChange()
        self._values, self._pixels, self._theme = values, pixels, theme
        self.update()

    def boundingRect(self) -> QRectF:
        return QRectF(0, 0, self._values.shape[1], self._values.shape[0])

    def viewRangeChanged(self) -> None:
        self.update()

    def paint(self, painter: QPainter, *_args: object) -> None:
        transform = painter.worldTransform()
        cell = transform.m11()
        if self._theme is None or cell < READABLE:
            return
        seen = self.viewRect().intersected(self.boundingRect())
        rows = range(int(seen.top()), min(int(np.ceil(seen.bottom())), self._values.shape[0]))
        cols = range(int(seen.left()), min(int(np.ceil(seen.right())), self._values.shape[1]))
        part = np.ix_(list(rows), list(cols))
        texts = digits.cell_texts(self._values[part], int(cell / 7))
        colors = inks(self._pixels[part], self._theme)
        # Text is drawn in pixels: scaled by the view it would be blurred.
        painter.save()
        painter.resetTransform()
        painter.setFont(font(int(min(cell * 0.4, 15))))
        at = iter(zip(texts, colors, strict=True))
        for row in rows:
            for col in cols:
                text, color = next(at)
                painter.setPen(QColor(*color))
                box = transform.mapRect(QRectF(col, row, 1, 1))
                painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
        painter.restore()
