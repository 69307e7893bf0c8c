"""The picture as the network reads it, large enough to paint single pixels, by mouse or by keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from convsim.figures.colors import photo_pixels
from convsim.figures.theme import LIGHT, Theme
from convsim.ui.arrows import ARROWS, FAR, KEYPAD
from convsim.ui.style import qcolor

if TYPE_CHECKING:
    from numpy.typing import NDArray

Cell = tuple[int, int]


class PixelCanvas(QWidget):
    """Says which pixels a person paints; it changes nothing itself.

    The arrows move a cell over the picture, Ctrl+arrows farther; Space paints it, and a line as
    long as it is held down.

    Attributes
    ----------
    cell : (int, int)
        Row and column that the keys are about.

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
        self._values: NDArray[Any] = np.zeros((1, 1, 1), np.float32)
        self._brush_down = False
        self.cell: Cell = (0, 0)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setAccessibleName(self.tr("Pixels to paint"))
        self.setToolTip(self.tr("Draw with the mouse, or go with the arrows and paint with Space"))

    def show_image(self, image: NDArray[Any]) -> None:
        """Show (H, W, C) in 0…1."""
        pixels = np.ascontiguousarray(photo_pixels(image))
        height, width = pixels.shape[:2]
        if self._shape != (height, width):
            self._shape, self.cell = (height, width), (height // 2, width // 2)
        self._values = image
        self._tell()
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
        if self.hasFocus():
            # Two frames, so that one of them is seen on any pixel.
            for colour, out in ((self._theme.paper, 1.5), (self._theme.accent, 0.5)):
                painter.setPen(QPen(qcolor(colour), 1.0 if out > 1 else 1.6))
                painter.drawRect(self._cell_box().adjusted(-out, -out, out, out))
        painter.end()

    def wants_key(self, event: QKeyEvent) -> bool:
        """Keep Space and the arrows, which elsewhere play and step."""
        return _wanted(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move, or paint."""
        move = ARROWS.get(Qt.Key(event.key()))
        if not _wanted(event):
            super().keyPressEvent(event)
        elif move is not None:
            far = FAR if event.modifiers() & Qt.KeyboardModifier.ControlModifier else 1
            self._move(move[0] * far, move[1] * far)
        elif not event.isAutoRepeat():
            self._brush_down = True
            self.painted.emit([self.cell])

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """End a stroke of keys."""
        if event.key() == Qt.Key.Key_Space and self._brush_down:
            if not event.isAutoRepeat():
                self._lift()
        else:
            super().keyReleaseEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show which cell the keys are about."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """End a stroke of keys, whose end is told to somebody else now."""
        super().focusOutEvent(event)
        if self._brush_down:
            self._lift()
        self.update()

    def _lift(self) -> None:
        self._brush_down = False
        self.let_go.emit()

    def _move(self, down: int, right: int) -> None:
        before, (height, width) = self.cell, self._shape
        row = min(max(before[0] + down, 0), height - 1)
        self.cell = row, min(max(before[1] + right, 0), width - 1)
        if self._brush_down and self.cell != before:
            self.painted.emit(line_between(before, self.cell)[1:])
        self._tell()
        self.update()

    def _tell(self) -> None:
        """Say where the keys are and what is there, for those who do not see it."""
        row, col = self.cell
        values = ", ".join(f"{value:.2f}" for value in self._values[row, col])
        text = self.tr("Row {row}, column {col}: {values}. Space paints")
        self.setAccessibleDescription(text.format(row=row, col=col, values=values))

    def _cell_box(self) -> QRectF:
        box, (height, width), (row, col) = self._box(), self._shape, self.cell
        across, down = box.width() / width, box.height() / height
        return QRectF(box.left() + col * across, box.top() + row * down, across, down)

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
        self._last = self.cell = cell
        self.painted.emit(cells)

    def _box(self) -> QRectF:
        height, width = self._shape
        scale = min(self.width() / width, self.height() / height)
        return QRectF(0, 0, width * scale, height * scale)


def _wanted(event: QKeyEvent) -> bool:
    """Return whether a key is about the cell."""
    keys = event.modifiers() & ~KEYPAD
    if Qt.Key(event.key()) in ARROWS:
        return not keys or keys == Qt.KeyboardModifier.ControlModifier
    return event.key() == Qt.Key.Key_Space and not keys


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
