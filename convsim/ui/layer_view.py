"""The list itself: choosing several layers, dragging them, folding blocks, keys and the menu."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6 import QtGui
from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QDrag,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QListView, QWidget

from convsim.ui.layer_cards import BRACKET, CardDelegate
from convsim.ui.layer_model import ROW, LayerModel
from convsim.ui.style import qcolor

if TYPE_CHECKING:
    from convsim.document.blocks import Block
    from convsim.ui.context import Context
    from convsim.ui.layer_rows import Row

_KEYS = QKeySequence.StandardKey
_ASKED = (
    (_KEYS.Copy, "network.copy"),
    (_KEYS.Cut, "network.cut"),
    (_KEYS.Delete, "network.delete"),
)


DRAGGED = 0.6
"""Of a card's size, while it is dragged."""


class LayerView(QListView):
    """Cards, of which several can be chosen.

    Attributes
    ----------
    rows : LayerModel

    Signals
    -------
    asked(id)
        A key asks for the command of this id.
    folded(block)
        The mark of a block was clicked.
    menu_wanted(at)
        The right button was pressed; a point on the screen.
    """

    asked = Signal(str)
    folded = Signal(object)
    menu_wanted = Signal(QPoint)

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._dragged_to: QPoint | None = None
        self.rows = LayerModel(context, self)
        self._cards = CardDelegate(context, self)
        self.setItemDelegate(self._cards)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragDrop)
        self.setDefaultDropAction(Qt.DropAction.MoveAction)
        self.setDragDropOverwriteMode(False)
        self.setAccessibleName(self.tr("Layers of the network"))
        # Last, so that the cards are not measured anew for each of the settings.
        self.setModel(self.rows)

    def begin_rename(self) -> None:
        """Type a new name over the title of the current card, unless one is being typed."""
        index = self.currentIndex()
        editable = bool(index.flags() & Qt.ItemFlag.ItemIsEditable)
        if editable and self.isVisible() and self.state() is self.State.NoState:
            self.setFocus()
            self.edit(index)

    def chosen(self) -> list[int]:
        """Return the layers that are selected, in order."""
        return self.rows.layers_of(self.selectionModel().selectedIndexes())

    def dataChanged(
        self,
        top: QModelIndex | QPersistentModelIndex,
        bottom: QModelIndex | QPersistentModelIndex,
        roles: Sequence[int] = (),
    ) -> None:
        """Paint changed cards anew; lay them out only if one needs more or fewer lines.

        Qt's own list lays out all of them for any change.
        """
        cards = range(top.row(), bottom.row() + 1)
        same = self._measured(cards) == self._cards.heights[cards.start : cards.stop]
        if not same or QtGui.QAccessible.isActive() or self.state() is not self.State.NoState:
            super().dataChanged(top, bottom, roles)
            return
        boxes = (
            self.visualRect(self.rows.index(cards[0])),
            self.visualRect(self.rows.index(cards[-1])),
        )
        self.viewport().update(boxes[0] | boxes[1])

    def doItemsLayout(self) -> None:
        """Lay out the cards, and remember how high they are."""
        self._cards.heights = []
        super().doItemsLayout()
        # Before it is shown its room is not known, and what it does then is done again.
        shown = self.isVisible()
        self._cards.heights = self._measured(range(len(self.rows.rows))) if shown else []

    def _measured(self, rows: range) -> list[int]:
        font = self.font()
        return [self._cards.height(font, self.rows.index(row)) for row in rows]

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Measure the cards for the room there is now."""
        # A narrower list needs more lines for the same words; its height is all the same to them.
        # Qt's own way, `ResizeMode.Adjust`, has it the other way round, and waits a moment.
        self._cards.room = event.size().width()
        if event.size().width() != event.oldSize().width():
            self.scheduleDelayedItemsLayout()
        current = self.currentIndex()
        seen = QRect(QPoint(0, 0), event.oldSize()).contains(self.visualRect(current))
        super().resizeEvent(event)
        if seen and event.size().height() < event.oldSize().height():
            # Words below the list took some of its room: not from the card that they are about.
            self.scrollTo(current)

    def wants_key(self, event: QKeyEvent) -> bool | None:
        """Keep the keys that are about layers from shortcuts that mean the figure."""
        return True if _asked(event) else None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Copy, cut and delete; Space and letters are for the stage."""
        wanted = _asked(event)
        if wanted:
            self.asked.emit(wanted)
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Fold or unfold a block at its mark."""
        block = self._mark_under(event.position().toPoint())
        if block is not None and event.button() == Qt.MouseButton.LeftButton:
            self.folded.emit(block)
            event.accept()
        else:
            super().mousePressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Unfold a folded block, or type a new name."""
        index = self.indexAt(event.position().toPoint())
        row: Row | None = index.data(ROW) if index.isValid() else None
        if row is None or self._mark_under(event.position().toPoint()) is not None:
            return
        if row.folded:
            self.folded.emit(row.block)
        elif row.start >= 0:
            self.asked.emit("network.rename")

    def startDrag(self, actions: Qt.DropAction) -> None:
        """Drag cards as a small picture beside the pointer, which does not hide where they go."""
        indexes = [i for i in self.selectedIndexes() if i.flags() & Qt.ItemFlag.ItemIsDragEnabled]
        if not indexes:
            return
        card = self.visualRect(self.currentIndex())
        drag = QDrag(self)
        drag.setMimeData(self.rows.mimeData(indexes))
        drag.setPixmap(_small(self.viewport().grab(card & self.viewport().rect())))
        drag.setHotSpot(QPoint(-14, -10))
        drag.exec(actions, self.defaultDropAction())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the cards, and during a drag the line where what is dragged would go."""
        super().paintEvent(event)
        if self._dragged_to is not None:
            y = self._drop_line(self._dragged_to)
            painter = QPainter(self.viewport())
            painter.setBackground(qcolor(self._context.theme.accent))
            painter.eraseRect(QRect(6, y - 1, self.viewport().width() - 12, 3))
            painter.end()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        """Note where the pointer is: while something is dragged nothing else says so."""
        super().dragMoveEvent(event)
        self._dragged_to = event.position().toPoint() if event.isAccepted() else None
        self.viewport().update()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """Show no line any more."""
        self._dragged_to = None
        super().dragLeaveEvent(event)

    def dropEvent(self, event: QDropEvent) -> None:
        """Let it go there."""
        self._dragged_to = None
        super().dropEvent(event)

    def _drop_line(self, at: QPoint) -> int:
        """Return where the line is while the pointer is at a point of the list."""
        index, last = self.indexAt(at), self.rows.index(self.rows.rowCount() - 1)
        if not index.isValid():
            return self.visualRect(last).bottom()
        # Nothing goes above the picture.
        position = self.dropIndicatorPosition()
        below = position is self.DropIndicatorPosition.BelowItem or not index.row()
        box = self.visualRect(index)
        return box.bottom() + 1 if below else box.top()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Ask for the menu."""
        self.menu_wanted.emit(event.globalPos())

    def _mark_under(self, at: QPoint) -> Block | None:
        index = self.indexAt(at)
        row: Row | None = index.data(ROW) if index.isValid() else None
        on_mark = row is not None and row.opens and at.x() < BRACKET
        return row.block if row is not None and on_mark else None


def _small(picture: QPixmap) -> QPixmap:
    smooth = Qt.TransformationMode.SmoothTransformation
    small = picture.scaledToWidth(round(DRAGGED * picture.width()), smooth)
    small.setDevicePixelRatio(picture.devicePixelRatio())
    return small


def _asked(event: QKeyEvent) -> str:
    """Return the command that a key asks for in the list, or an empty text."""
    return next((id_ for keys, id_ in _ASKED if event.matches(keys)), "")
