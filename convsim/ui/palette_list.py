"""The palette: every kind of layer with what it does and its formula, to be put in by one click."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFont, QFontMetrics, QHideEvent, QKeyEvent, QPainter, QShowEvent
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from convsim.core.layers import KINDS
from convsim.document.palette import BLOCKS
from convsim.figures.labels import say
from convsim.ui.layer_words import block_words, kind_formulas, kind_sentences
from convsim.ui.style import qcolor

if TYPE_CHECKING:
    from convsim.figures.theme import Theme
    from convsim.ui.context import Context

WIDTH, HEIGHT, GAP = 372, 468, 6
_KEY = Qt.ItemDataRole.UserRole
_TITLE = Qt.ItemDataRole.UserRole + 1
_SENTENCE = Qt.ItemDataRole.UserRole + 2
_FORMULA = Qt.ItemDataRole.UserRole + 3
_MOVES = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)


class PaletteList(QFrame):
    """Lies over the window, with a line to search in; a click or Enter takes what is marked.

    Signals
    -------
    kind_taken(kind)
    block_taken(name)
    closed()
        The keyboard is to go back to where it was wanted.
    """

    kind_taken = Signal(str)
    block_taken = Signal(str)
    closed = Signal()

    def __init__(self, context: Context, parent: QWidget) -> None:
        super().__init__(parent)
        self._home = parent
        app = QApplication.instance()
        assert app is not None
        self._app = app
        self.setObjectName("palette")
        self.setAccessibleName(self.tr("Layers to add"))
        self.search = QLineEdit()
        self.search.setPlaceholderText(self.tr("Search layers"))
        self.search.setAccessibleName(self.tr("Search layers"))
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._filter)
        self.list = QListWidget()
        self.list.setObjectName("kinds")
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setItemDelegate(_PaletteDelegate(context, self.list))
        self.list.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setMouseTracking(True)
        self.list.setAccessibleName(self.tr("Layers to add"))
        self.list.itemEntered.connect(self.list.setCurrentItem)
        self.list.itemClicked.connect(self._take)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(8)
        column.addWidget(self.search)
        column.addWidget(self.list, 1)
        self._fill(context)
        self.resize(WIDTH, HEIGHT)

    def item(self, key: str) -> QListWidgetItem:
        """Return the line of a kind or a block."""
        items = (self.list.item(i) for i in range(self.list.count()))
        return next(item for item in items if item.data(_KEY) == key)

    def open_at(self, anchor: QWidget) -> None:
        """Show the palette above a widget, or below it, with nothing typed."""
        self.search.clear()
        self._mark_first()
        home = self._home
        corner = anchor.mapTo(home, QPoint(0, 0))
        height = min(HEIGHT, home.height() - 2 * GAP)
        top = corner.y() - height - GAP
        if top < GAP:
            top = min(max(corner.y() + anchor.height() + GAP, GAP), home.height() - height - GAP)
        left = min(max(corner.x(), GAP), max(home.width() - WIDTH - GAP, 0))
        self.setGeometry(left, top, WIDTH, height)
        self.show()
        self.raise_()
        self.search.setFocus()

    def showEvent(self, event: QShowEvent) -> None:
        """Watch for a click elsewhere."""
        super().showEvent(event)
        self._app.installEventFilter(self)

    def hideEvent(self, event: QHideEvent) -> None:
        """Stop watching."""
        self._app.removeEventFilter(self)
        super().hideEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let arrows and Enter of the search line work in the list; close at a click elsewhere."""
        if event.type() == QEvent.Type.MouseButtonPress and isinstance(watched, QWidget):
            inside = watched is self or self.isAncestorOf(watched)
            if not inside:
                self.hide()
            return False
        if watched is self.search and isinstance(event, QKeyEvent) and _pressed(event):
            if event.key() == Qt.Key.Key_Escape:
                self._close()
                return True
            if event.key() in _MOVES:
                self.list.event(event)
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                item = self.list.currentItem()
                if not item.isHidden():
                    self._take(item)
                return True
        return super().eventFilter(watched, event)

    def _fill(self, context: Context) -> None:
        sentences, formulas = kind_sentences(), kind_formulas()
        for kind in KINDS:
            title = say(context.labels, kind)
            self._add(kind, title, sentences.get(kind, ""), formulas.get(kind, ""))
        for name in BLOCKS:
            if name == "residual" and "residual" not in KINDS:
                continue
            title, sentence = block_words(name)
            self._add(f"block:{name}", title, sentence, "")

    def _add(self, key: str, title: str, sentence: str, formula: str) -> None:
        item = QListWidgetItem(title)
        for role, value in ((_KEY, key), (_TITLE, title), (_SENTENCE, sentence)):
            item.setData(role, value)
        item.setData(_FORMULA, formula)
        item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{title}. {sentence} {formula}".strip())
        self.list.addItem(item)

    def _filter(self, text: str) -> None:
        words = text.casefold().split()
        for i in range(self.list.count()):
            item = self.list.item(i)
            found = f"{item.data(_KEY)} {item.data(_TITLE)} {item.data(_SENTENCE)}".casefold()
            item.setHidden(not all(word in found for word in words))
        self._mark_first()

    def _mark_first(self) -> None:
        """Mark the first line that is shown, best where the title begins with what was typed."""
        text = self.search.text().casefold().strip()
        items = [self.list.item(i) for i in range(self.list.count())]
        shown = [item for item in items if not item.isHidden()]
        best = [item for item in shown if str(item.data(_TITLE)).casefold().startswith(text)]
        for first in (best or shown)[:1]:
            self.list.setCurrentItem(first)
            self.list.scrollToItem(first)

    def _close(self) -> None:
        self.closed.emit()
        self.hide()

    def _take(self, item: QListWidgetItem) -> None:
        self._close()
        kind, _, block = str(item.data(_KEY)).partition(":")
        if block:
            self.block_taken.emit(block)
        else:
            self.kind_taken.emit(kind)


def _pressed(event: QKeyEvent) -> bool:
    return event.type() == QEvent.Type.KeyPress


class _PaletteDelegate(QStyledItemDelegate):
    """A title with its formula at the right, and a sentence below."""

    def __init__(self, context: Context, parent: QWidget) -> None:
        super().__init__(parent)
        self._context = context

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        """Return two lines."""
        del index
        return QSize(200, 2 * QFontMetrics(option.font).height() + 16)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Paint one line of the palette."""
        theme: Theme = self._context.theme
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(qcolor(theme.accent_soft))
            painter.drawRoundedRect(option.rect.adjusted(0, 1, -1, -1), 6, 6)
        box = option.rect.adjusted(10, 6, -10, -6)
        line = QFontMetrics(option.font).height() + 2
        top, below = QRect(box.left(), box.top(), box.width(), line), QRect(box)
        below.setTop(top.bottom() + 1)
        left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        bold, small = QFont(option.font), QFont(option.font)
        bold.setWeight(QFont.Weight.DemiBold)
        small.setPixelSize(max(option.font.pixelSize() - 1, 11))
        painter.setFont(bold)
        painter.setPen(qcolor(theme.ink))
        painter.drawText(top, left, index.data(_TITLE))
        painter.setFont(small)
        painter.setPen(qcolor(theme.dim))
        room = top.width() - QFontMetrics(bold).horizontalAdvance(index.data(_TITLE)) - 12
        painter.drawText(top, right, _cut(small, index.data(_FORMULA), room))
        painter.drawText(below, left, _cut(small, index.data(_SENTENCE), below.width()))
        painter.restore()


def _cut(font: QFont, text: str, room: int) -> str:
    return QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, room)
