"""The small line that opens over a cell while a number is typed into it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

_MOVES = {
    Qt.Key.Key_Return: (1, 0),
    Qt.Key.Key_Enter: (1, 0),
    Qt.Key.Key_Tab: (0, 1),
    Qt.Key.Key_Backtab: (0, -1),
    Qt.Key.Key_Down: (1, 0),
    Qt.Key.Key_Up: (-1, 0),
}


class CellEdit(QLineEdit):
    """One number being typed.

    Signals
    -------
    committed(text, rows, columns)
        Enter, Tab or an arrow was pressed: take the text and go that many cells on.
    left(text)
        The keyboard went elsewhere.
    cancelled()
        Escape was pressed.
    """

    committed = Signal(str, int, int)
    left = Signal(str)
    cancelled = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("cell")
        self.setFrame(False)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setMaxLength(32)
        self.hide()

    def select_whole(self) -> None:
        """Select the whole number, and show its beginning: without the sign it says another."""
        length = len(self.text())
        self.setSelection(length, -length)

    def event(self, event: QEvent) -> bool:
        """Take Tab as a key of this line before Qt moves the keyboard focus."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            move = _MOVES.get(Qt.Key(event.key()))
            if move is not None:
                self.committed.emit(self.text(), *move)
                return True
            if event.key() == Qt.Key.Key_Escape:
                self.cancelled.emit()
                return True
        return super().event(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Say that somebody went elsewhere; opening a menu is not leaving."""
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason and self.isVisible():
            self.left.emit(self.text())
