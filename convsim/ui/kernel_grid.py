"""What keys, wheel and pointer do in a grid of weights: select, step, drag, type over."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QKeySequence, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from convsim.ui.arrows import ARROWS
from convsim.ui.cell_edit import CellEdit
from convsim.ui.kernel_pane import KernelPane
from convsim.ui.typed_numbers import exact_text

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from convsim.figures.scene import Color

DRAG = 5
"""Pixels of a drag that are one step."""
NOTCH = 120
"""What Qt's wheel counts for one notch."""
_EDITOR_WIDTH = 72
_OTHER_KEYS = {
    Qt.Key.Key_Delete,
    Qt.Key.Key_Backspace,
    Qt.Key.Key_Return,
    Qt.Key.Key_Enter,
    Qt.Key.Key_F2,
}
_FIRST_LETTERS = "0123456789.,-−+"
_SHIFT = Qt.KeyboardModifier.ShiftModifier
_CONTROL = Qt.KeyboardModifier.ControlModifier


class KernelGrid(KernelPane):
    """Says what a person wants the weights to be; it changes nothing itself.

    While it has the keyboard, arrows and typing belong to it.

    Signals
    -------
    entered(row, column, text)
        A number, or what should be one, was typed into a cell.
    nudged(row, column, steps, coarse)
        The wheel, a drag or Ctrl+arrow asks for so many steps more.
    let_go()
        A drag ended.
    copied(), pasted()
    """

    entered = Signal(int, int, str)
    nudged = Signal(int, int, int, bool)
    let_go = Signal()
    copied = Signal()
    pasted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._drag: tuple[QPointF, int] | None = None
        self._wheel = 0
        self._opened_with = ""
        self._refused = False
        self._editor = CellEdit(self)
        self._editor.committed.connect(self._commit)
        self._editor.left.connect(self._leave)
        self._editor.cancelled.connect(self.close_editor)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    @property
    def editing(self) -> bool:
        """Whether a number is being typed."""
        return not self._editor.isHidden()

    @property
    def editor(self) -> CellEdit:
        """The line that numbers are typed into."""
        return self._editor

    def show_values(self, values: NDArray[Any], top: float, frame: Color) -> None:
        """Show a plane; `top` is the value at the end of the colour scale."""
        if values.shape != self.values.shape:
            self.close_editor()
        super().show_values(values, top, frame)

    def begin(self, text: str = "") -> None:
        """Open the line over the selected cell with a text, or with the whole number selected."""
        box = self.cell_box(*self.selected)
        width = max(box.width(), _EDITOR_WIDTH)
        height = max(box.height(), self._editor.sizeHint().height())
        left = min(max(box.center().x() - width // 2, 0), max(self.width() - width, 0))
        top = min(max(box.center().y() - height // 2, 0), max(self.height() - height, 0))
        self._editor.setGeometry(left, top, width, height)
        self._opened_with = exact_text(float(self.values[self.selected]))
        self._editor.setText(text or self._opened_with)
        self._editor.setAccessibleName(self.accessibleDescription())
        self._editor.show()
        self._editor.setFocus()
        if not text:
            self._editor.select_whole()

    def refuse(self) -> None:
        """Say, while `entered` is handled, that the text is not taken: it stays to be mended."""
        self._refused = True

    def close_editor(self) -> None:
        """Stop typing without taking the number."""
        if self.editing:
            # Hiding takes the keyboard away, which otherwise means: take the number.
            blocked = self._editor.blockSignals(True)
            if self._editor.hasFocus():
                self.setFocus()
            self._editor.hide()
            self._editor.blockSignals(blocked)

    # -- Qt --------------------------------------------------------------------------------

    def wants_key(self, event: QKeyEvent) -> bool:
        """Keep the keys that belong to the grid from shortcuts."""
        return _wanted(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move, step, clear, copy, paste or begin to type."""
        row, col = self.selected
        move = ARROWS.get(Qt.Key(event.key()))
        keys = QKeySequence.StandardKey
        if not _wanted(event):
            super().keyPressEvent(event)
        elif move is not None and event.modifiers() & _CONTROL:
            coarse = bool(event.modifiers() & _SHIFT)
            self.nudged.emit(row, col, -move[0] or move[1], coarse)
        elif move is not None:
            self.select(row + move[0], col + move[1])
        elif event.matches(keys.Copy):
            self.copied.emit()
        elif event.matches(keys.Paste):
            self.pasted.emit()
        elif event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.entered.emit(row, col, "0")
            self._refused = False
        else:
            first = event.text()
            self.begin(first if first and first in _FIRST_LETTERS else "")

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Select the cell, and perhaps begin to drag its value."""
        cell = self.cell_under(event.position())
        if cell is None or event.button() != Qt.MouseButton.LeftButton:
            event.ignore()
            return
        self.select(*cell)
        self._drag = event.position(), 0

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Type over the number."""
        self._drag = None
        if self.cell_under(event.position()) == self.selected:
            self.begin()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Change the value by the way the pointer went up, or tell what is under it."""
        if self._drag is None:
            self.pointed.emit(*(self.cell_under(event.position()) or self.selected))
            return
        start, done = self._drag
        steps = int((start.y() - event.position().y()) / DRAG)
        if steps != done:
            self._drag = start, steps
            self.nudged.emit(*self.selected, steps - done, bool(event.modifiers() & _SHIFT))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End a drag."""
        del event
        if self._drag is not None and self._drag[1]:
            self.let_go.emit()
        self._drag = None

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Step the selected cell if the pointer is on it; elsewhere let the panel scroll."""
        if not self.hasFocus() or self.cell_under(event.position()) != self.selected:
            event.ignore()
            return
        # With Shift some systems turn the wheel sideways.
        self._wheel += event.angleDelta().y() or event.angleDelta().x()
        steps = int(self._wheel / NOTCH)
        self._wheel -= steps * NOTCH
        if steps:
            self.nudged.emit(*self.selected, steps, bool(event.modifiers() & _SHIFT))
        event.accept()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Forget half a notch of the wheel."""
        super().focusOutEvent(event)
        self._wheel = 0

    # -- inside ----------------------------------------------------------------------------

    def _commit(self, text: str, rows: int, cols: int) -> None:
        row, col = self.selected
        self.entered.emit(row, col, text)
        if self._refused:
            self._refused = False
            self._editor.select_whole()
            return
        self.close_editor()
        height, width = self.values.shape
        place = row * width + col + cols
        if rows:
            self.select(row + rows, col)
        elif 0 <= place < height * width:
            self.select(place // width, place % width)

    def _leave(self, text: str) -> None:
        if text != self._opened_with:
            self.entered.emit(*self.selected, text)
        self._refused = False
        self.close_editor()


def _wanted(event: QKeyEvent) -> bool:
    """Whether a key belongs to the grid."""
    keys, modifiers = QKeySequence.StandardKey, event.modifiers()
    if event.matches(keys.Copy) or event.matches(keys.Paste):
        return True
    others = modifiers & ~(_SHIFT | Qt.KeyboardModifier.KeypadModifier)
    if Qt.Key(event.key()) in ARROWS:
        return not others & ~_CONTROL
    typed = bool(event.text()) and event.text() in _FIRST_LETTERS
    return not others and (event.key() in _OTHER_KEYS or typed)
