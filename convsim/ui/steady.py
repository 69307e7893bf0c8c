"""Room for what changes at every step, without moving what stands beside it.

Qt lays out a whole window again whenever a label in it gets another text, even one of the same
size, or a spin box other bounds: a few milliseconds each time.
"""

from __future__ import annotations

import re

from PySide6.QtCore import QEvent, QSize
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

_LAYOUT, _STYLE = QEvent.Type.LayoutRequest, QEvent.Type.StyleChange
_OF_ONE_HEIGHT = re.compile("[ -~\u00a0-\u024f–—’“”…→−×·≈≤≥⌈⌉]+")
"""Words in one line of letters that our font has."""
SLACK = 48
"""Pixels that a line may be shorter than its room before it gives some back."""


class Held(QWidget):
    """Holds another widget; only another size that it asks for moves anything.

    A spin box asks to be laid out again whenever its bounds change.

    Attributes
    ----------
    held : QWidget
    """

    def __init__(self, held: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.held = held
        held.setParent(self)
        self.setSizePolicy(held.sizePolicy())
        self._room = QSize(-1, -1)

    def sizeHint(self) -> QSize:
        """Return the room that the widget was last given."""
        if not self._room.isValid():
            self._room = self._needed()
        return self._room

    def minimumSizeHint(self) -> QSize:
        """Return the size below which the widget cannot be used."""
        return self.held.minimumSizeHint().expandedTo(self.held.minimumSize())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the widget all the room."""
        super().resizeEvent(event)
        self.held.setGeometry(self.rect())

    def showEvent(self, event: QShowEvent) -> None:
        """Take the room for what changed while nobody saw it."""
        super().showEvent(event)
        self._ask()

    def event(self, event: QEvent) -> bool:
        """Ask for other room if the widget does."""
        if event.type() is _LAYOUT:
            self._ask()
        return super().event(event)

    def _ask(self) -> None:
        need = self._needed()
        if not self._fits(need):
            self._room = need
            self.updateGeometry()

    def _fits(self, need: QSize) -> bool:
        return need == self.sizeHint()

    def _needed(self) -> QSize:
        # A widget that is asked to be wider than it says would be cut off.
        return self.held.sizeHint().expandedTo(self.held.minimumSize())


class Steady(Held):
    """Holds one label; only words that need other room than they have move anything.

    A label that wraps its words, or ignores their width, needs a height; any other a width.

    Attributes
    ----------
    label : QLabel
    """

    def __init__(self, label: QLabel, parent: QWidget | None = None) -> None:
        super().__init__(label, parent)
        self.label = label
        self._wraps = label.wordWrap()
        across = label.sizePolicy().horizontalPolicy()
        self._fills = self._wraps or across is QSizePolicy.Policy.Ignored
        policy = QSizePolicy(
            QSizePolicy.Policy.Ignored if self._fills else QSizePolicy.Policy.Preferred,
            QSizePolicy.Policy.Preferred,
        )
        policy.setHeightForWidth(self._wraps)
        self.setSizePolicy(policy)
        self._heights: dict[tuple[str, str, int], int] = {}

    def minimumSizeHint(self) -> QSize:
        """Return a width that fills what is there, or the words' own."""
        return QSize(0, self.sizeHint().height()) if self._fills else self.sizeHint()

    def heightForWidth(self, width: int) -> int:
        """Return the height of the wrapped words."""
        # Qt asks for the same widths again and again while it lays out one window.
        asked = (self.label.text(), self.label.font().key(), width)
        if asked not in self._heights:
            if len(self._heights) > 8:
                self._heights.clear()
            # Qt says −1 for no words, which would make the room that is known no size at all.
            self._heights[asked] = max(self.label.heightForWidth(width), 0)
        return max(self._heights[asked], self.minimumHeight())

    def event(self, event: QEvent) -> bool:
        """Forget heights with the style that they were of."""
        if event.type() is _STYLE:
            self._heights.clear()
        return super().event(event)

    def _fits(self, need: QSize) -> bool:
        room = self.sizeHint()
        same = self._fills or 0 <= room.width() - need.width() <= SLACK
        return same and need.height() == room.height()

    def _needed(self) -> QSize:
        if self._wraps and self.width():
            # Of wrapped words only the height counts, and Qt is slow to find a width for them.
            return QSize(max(self._room.width(), 0), self.heightForWidth(self.width()))
        text = self.label.text()
        if self._fills and _OF_ONE_HEIGHT.fullmatch(text):
            key = (self.label.font().key(), "", self.label.minimumHeight())
            if key not in self._heights:
                self._heights[key] = super()._needed().height()
            return QSize(max(self._room.width(), 0), self._heights[key])
        return super()._needed()
