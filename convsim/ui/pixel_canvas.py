"""The picture as the network reads it, large enough to paint single pixels."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from convsim.figures.colors import photo_pixels
from convsim.figures.theme import LIGHT, Theme
from convsim.ui.style import qcolor

if TYPE_CHECKING:
    from numpy.typing import NDArray

Cell = tuple[int, int]


class PixelCanvas(QWidget):
    """Says which pixels a person paints; it changes nothing itself.

    Signals
    -------
    painted(cells)
        A list of (row, column), in order.
    let_go()
        A stroke ended.
    """

    painted = Signal(object)
    let_go = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = LIGHT
        self._shape = (1, 1)
        self._image = QImage()
        self._last: Cell | None = None
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setAccessibleName(self.tr("Pixels to paint"))

    def show_image(self, image: NDArray[Any]) -> None:
        """Show (H, W, C) in 0…1."""
        pixels = np.ascontiguousarray(photo_pixels(image))
        height, width = pixels.shape[:2]
        self._shape = (height, width)
        data = QImage(pixels.tobytes(), width, height, width * 3, QImage.Format.Format_RGB888)
        self._image = data.copy()
        self.updateGeometry()
        self.update()

    def set_theme(self, theme: Theme) -> None:
        """Draw the edge in another colour."""
        self._theme = theme
        self.update()

    def hasHeightForWidth(self) -> bool:
        """Return True: pixels are square."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Return the height at which pixels are square, at most that of a square."""
        height, across = self._shape
        return max(min(width * height // across, width), 8)

    def sizeHint(self) -> QSize:
        """Return a width for a panel."""
        return QSize(160, self.heightForWidth(160))

    def minimumSizeHint(self) -> QSize:
        """Return a size at which something can be hit."""
        return QSize(64, 8)

    def cell_at(self, at: QPointF) -> Cell | None:
        """Return the (row, column) under a point, or None."""
        box = self._box()
        row = int((at.y() - box.top()) // (box.height() / self._shape[0]))
        col = int((at.x() - box.left()) // (box.width() / self._shape[1]))
        inside = 0 <= row < self._shape[0] and 0 <= col < self._shape[1]
        return (row, col) if inside else None

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the pixels as squares with a hairline around all of them."""
        del event
        painter = QPainter(self)
        painter.drawImage(self._box(), self._image)
        painter.setPen(QPen(qcolor(self._theme.line), 1))
        painter.drawRect(self._box().adjusted(0.5, 0.5, -0.5, -0.5))
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a stroke."""
        self._last = None
        if event.button() == Qt.MouseButton.LeftButton:
            self._stroke(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Go on with it."""
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._stroke(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End it."""
        del event
        self._last = None
        self.let_go.emit()

    def _stroke(self, at: QPointF) -> None:
        cell = self.cell_at(at)
        if cell is None or cell == self._last:
            return
        cells = line_between(self._last or cell, cell)
        self._last = cell
        self.painted.emit(cells)

    def _box(self) -> QRectF:
        height, width = self._shape
        scale = min(self.width() / width, self.height() / height)
        return QRectF(0, 0, width * scale, height * scale)


def line_between(start: Cell, end: Cell) -> list[Cell]:
    """Return the cells of a straight line, both ends included, so that a fast stroke has no gaps.

    Examples
    --------
    >>> line_between((0, 0), (2, 4))
    [(0, 0), (0, 1), (1, 2), (2, 3), (2, 4)]
    """
    steps = max(abs(end[0] - start[0]), abs(end[1] - start[1]), 1)
    rows = np.rint(np.linspace(start[0], end[0], steps + 1)).astype(int)
    cols = np.rint(np.linspace(start[1], end[1], steps + 1)).astype(int)
    return list(dict.fromkeys(zip(rows.tolist(), cols.tolist(), strict=True)))
