"""The history: the names of all edits, and the way to the state after any of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QLabel, QUndoView, QVBoxLayout, QWidget

if TYPE_CHECKING:
    from convsim.services.store import Store

LIST_HEIGHT = 120
"""Pixels: four edits are seen even in a small window."""
PAUSE_MS = 250
"""After the last edit, before the memory is counted."""


class HistoryPanel(QWidget):
    """A list of edits, filled when it is first shown, and the memory that they hold."""

    def __init__(self, store: Store, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self.setMinimumWidth(190)
        self.list: QUndoView | None = None
        self.memory = QLabel()
        self.memory.setContentsMargins(12, 4, 12, 10)
        self.memory.setWordWrap(True)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(self.memory)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(PAUSE_MS)
        self._timer.timeout.connect(self.count)
        store.undo_stack.indexChanged.connect(self._wait)

    def count(self) -> None:
        """Count the edits and the memory that is held for them alone."""
        from convsim.services.memory import held_bytes

        states = self._store.states()
        now = held_bytes([self._store.document])
        more = held_bytes([*states, self._store.document]) - now
        text = self.tr("{n} edits hold {size} more than the open document")
        self.memory.setText(text.format(n=self._store.undo_stack.count(), size=size_text(more)))

    def showEvent(self, event: QShowEvent) -> None:
        """Fill the list when it is first seen."""
        super().showEvent(event)
        if self.list is None:
            self.list = QUndoView(self._store.undo_stack)
            self.list.setMinimumHeight(LIST_HEIGHT)
            self.list.setSpacing(2)
            self.list.setEmptyLabel(self.tr("As opened"))
            self.list.setAccessibleName(self.tr("Edits"))
            self._column.insertWidget(0, self.list, 1)
        self.count()

    def _wait(self, _index: int) -> None:
        if self.isVisible():
            self._timer.start()


def size_text(size: int) -> str:
    """Return a number of bytes as people read it."""
    if size < 1 << 20:
        return f"{size / 1024:.1f} KiB"
    return f"{size / (1 << 20):.1f} MiB"
