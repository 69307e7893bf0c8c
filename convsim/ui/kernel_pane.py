"""One plane of a filter as a grid of coloured numbers, with one cell selected."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QHelpEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from convsim.figures.theme import LIGHT, Theme
from convsim.render.painter import paint
from convsim.ui.kernel_face import draw_face, face_of
from convsim.ui.typed_numbers import exact_text, short_text

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from convsim.figures.scene import Color, Scene


class KernelPane(QWidget):
    """Shows weights; what keys and pointer do with them is the grid's business.

    Attributes
    ----------
    values : array (rows, columns)
    top : float
        The value at the end of the colour scale.
    selected : (int, int)
        Row and column of the cell that keys are about.
    face : Face
        Where the cells are.

    Signals
    -------
    pointed(row, column)
        The cell to be told about: under the pointer, else the selected one.
    """

    pointed = Signal(int, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = LIGHT
        self._frame: Color = LIGHT.filter_color(0)
        self.top = 1.0
        self._scene: Scene | None = None
        self.values: NDArray[Any] = np.zeros((1, 1), np.float32)
        self.selected = (0, 0)
        self.face = face_of(1, 1, 64)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_values(self, values: NDArray[Any], top: float, frame: Color) -> None:
        """Show a plane; `top` is the value at the end of the colour scale."""
        same = (top, frame) == (self.top, self._frame) and np.array_equal(values, self.values)
        self.values, self.top, self._frame = values, top, frame
        if not same:
            rows, cols = values.shape
            self.selected = (min(self.selected[0], rows - 1), min(self.selected[1], cols - 1))
            self._fit()
        self._tell()

    def set_theme(self, theme: Theme, frame: Color) -> None:
        """Show it in other colours."""
        self._theme, self._frame = theme, frame
        self._renew()

    def select(self, row: int, col: int) -> None:
        """Select a cell, or the nearest that exists."""
        rows, cols = self.values.shape
        self.selected = (min(max(row, 0), rows - 1), min(max(col, 0), cols - 1))
        self._renew()
        self._tell()
        self.pointed.emit(*self.selected)

    def cell_text(self, row: int, col: int, *, exact: bool = False) -> str:
        """Return where a cell is and its value: the digits that matter, or all of them."""
        written = exact_text if exact else short_text
        text = self.tr("row {row}, column {col}: {value}")
        return text.format(row=row, col=col, value=written(float(self.values[row, col])))

    def cell_box(self, row: int, col: int) -> QRect:
        """Return the pixels of a cell."""
        x, y = self.face.box(row, col)
        return QRectF(x, y, self.face.cell, self.face.cell).toRect()

    def cell_under(self, at: QPointF) -> tuple[int, int] | None:
        """Return the (row, column) under a point, or None."""
        return self.face.cell_at(at.x(), at.y())

    def minimumSizeHint(self) -> QSize:
        """Return the height that the cells need; any width will do."""
        return QSize(64, self.face.height)

    def sizeHint(self) -> QSize:
        """Return the same."""
        return self.minimumSizeHint()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Make the cells as large as the width allows."""
        super().resizeEvent(event)
        self._fit()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the cells, and frames around the filter and the selected cell."""
        del event
        if self._scene is None:
            mark = self.selected if self.hasFocus() else None
            self._scene = draw_face(
                self.face, self.values, self.top, self._frame, self._theme, mark
            )
        painter = QPainter(self)
        paint(self._scene, painter)
        painter.end()

    def event(self, event: QEvent) -> bool:
        """Tell a cell's exact value in its tooltip."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            cell = self.cell_under(QPointF(event.pos()))
            if cell is None:
                QToolTip.hideText()
            else:
                text = self.cell_text(*cell)
                QToolTip.showText(event.globalPos(), text, self, self.cell_box(*cell))
            return True
        return super().event(event)

    def leaveEvent(self, event: QEvent) -> None:
        """Tell about the selected cell again."""
        super().leaveEvent(event)
        self.pointed.emit(*self.selected)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Mark the selected cell."""
        super().focusInEvent(event)
        self._renew()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Take the mark away."""
        super().focusOutEvent(event)
        self._renew()

    def _fit(self) -> None:
        rows, cols = self.values.shape
        face = face_of(rows, cols, self.width())
        if face != self.face:
            self.face = face
            self.setFixedHeight(face.height)
        self._renew()

    def _renew(self) -> None:
        self._scene = None
        self.update()

    def _tell(self) -> None:
        """Tell screen readers what the selected cell holds."""
        self.setAccessibleDescription(self.cell_text(*self.selected))
