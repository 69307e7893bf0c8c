"""How the cards of the layer list look, and the line that a new name is typed into."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QImage, QPainter, QPen, QPixmap, QPolygonF
from PySide6.QtWidgets import QLineEdit, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from convsim.document.building import LONGEST_NAME
from convsim.figures.colors import photo_pixels
from convsim.ui.layer_model import COUNTS, DETAIL, NAME, ROW, SHAPE, STATE, THUMBNAIL, TITLE
from convsim.ui.style import qcolor

if TYPE_CHECKING:
    from PySide6.QtCore import QAbstractItemModel, QModelIndex

    from convsim.figures.theme import Theme
    from convsim.ui.context import Context
    from convsim.ui.layer_model import Index
    from convsim.ui.layer_rows import Row

MARGIN = 10.5
"""Pixels beside a card."""
BRACKET = 14.5
"""Pixels at the left of a card in a block: the line that holds the block together."""


class CardDelegate(QStyledItemDelegate):
    """Paints a card and the line that joins it to the next."""

    GAP = 14

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Return the height of a card: a line less where there are no weights."""
        line = QFontMetrics(option.font).height()
        lines = 3 if index.data(COUNTS) else 2
        return QSize(160, lines * (line + 3) + 14 + self.GAP)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint one card."""
        theme = self._context.theme
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        card = self._card(option.rect, index)
        last = index.row() == index.model().rowCount() - 1
        if not last:
            painter.setPen(QPen(qcolor(theme.line), 2))
            x = card.center().x()
            painter.drawLine(int(x), int(card.bottom()), int(x), option.rect.bottom() + 3)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        state = index.data(STATE)
        row: Row = index.data(ROW)
        edge = theme.accent if chosen else theme.warn if state == "wrong" else theme.line
        ground = theme.accent_soft if chosen else theme.raised
        ground = theme.warn_soft if state == "wrong" and not chosen else ground
        focused = chosen and bool(option.state & QStyle.StateFlag.State_HasFocus)
        pen = QPen(qcolor(edge), 2.8 if focused else 1.6 if chosen else 1.0)
        if state == "waiting":
            pen.setStyle(Qt.PenStyle.DashLine)
        painter.setPen(pen)
        painter.setBrush(qcolor(ground))
        if row.folded:
            # A second card behind it: there is more than one layer here.
            painter.drawRoundedRect(card.adjusted(4, 4, -4, 4), 7, 7)
        painter.drawRoundedRect(card, 7, 7)
        if row.block is not None:
            self._paint_bracket(painter, option.rect, row, theme)
        self._paint_texts(painter, option, index, card.toRect().adjusted(10, 7, -10, -7), theme)
        painter.restore()

    def createEditor(
        self, parent: QWidget, option: QStyleOptionViewItem, index: Index
    ) -> QLineEdit:
        """Return the line for a new name."""
        del option, index
        line = QLineEdit(parent)
        line.setMaxLength(LONGEST_NAME)
        line.setAccessibleName(self.tr("Name of the layer"))
        return line

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        """Begin with the name as it is."""
        assert isinstance(editor, QLineEdit)
        editor.setText(index.data(NAME))
        editor.selectAll()

    def setModelData(
        self, editor: QWidget, model: QAbstractItemModel, index: QModelIndex | Index
    ) -> None:
        """Take the name."""
        assert isinstance(editor, QLineEdit)
        model.setData(index, editor.text(), NAME)

    def updateEditorGeometry(
        self, editor: QWidget, option: QStyleOptionViewItem, index: Index
    ) -> None:
        """Lay the line over the title."""
        card = self._card(option.rect, index).toRect()
        editor.setGeometry(card.left() + 4, card.top() + 3, card.width() - 8, 26)

    def _card(self, rect: QRect, index: Index) -> QRectF:
        row: Row = index.data(ROW)
        left = BRACKET if row.block is not None else MARGIN
        return QRectF(rect).adjusted(left, 2.5, -MARGIN, -(self.GAP - 2.5))

    def _paint_bracket(self, painter: QPainter, rect: QRect, row: Row, theme: Theme) -> None:
        """Paint the mark that folds a block, and the line along its layers."""
        assert row.block is not None
        x, middle = 7.0, rect.top() + 16.0
        painter.setPen(QPen(qcolor(theme.line), 1.5))
        if not row.folded:
            top = middle + 7 if row.opens else float(rect.top())
            last = row.stop == row.block.stop
            bottom = rect.bottom() - self.GAP + 3.0 if last else rect.bottom() + 1.0
            painter.drawLine(QPointF(x, top), QPointF(x, bottom))
            if last:
                painter.drawLine(QPointF(x, bottom), QPointF(x + 4, bottom))
        if row.opens:
            corners = ((-2, -4), (-2, 4), (3, 0)) if row.folded else ((-4, -2), (4, -2), (0, 3))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(qcolor(theme.dim))
            painter.drawPolygon(QPolygonF([QPointF(x + a, middle + b) for a, b in corners]))

    def _paint_texts(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: Index,
        box: QRect,
        theme: Theme,
    ) -> None:
        bold = QFont(option.font)
        bold.setWeight(QFont.Weight.DemiBold)
        line = QFontMetrics(option.font).height() + 3
        state = index.data(STATE)
        image = index.data(THUMBNAIL)
        if image is not None:
            side = box.height()
            painter.drawPixmap(QRect(box.left(), box.top(), side, side), picture_pixmap(image))
            box = box.adjusted(side + 10, 0, 0, 0)
        shape = index.data(SHAPE) or ""
        top = QRect(box.left(), box.top(), box.width(), line)
        second = top.translated(0, line)
        wide = QFontMetrics(option.font).horizontalAdvance(shape) + 8
        # A long name takes the whole line; the size then stands on the next one.
        long = QFontMetrics(bold).horizontalAdvance(index.data(TITLE)) > top.width() - wide
        painter.setPen(qcolor(theme.faint if state == "waiting" else theme.ink))
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(second if long else top, right, shape)
        room = top.width() - (0 if long else wide)
        painter.setFont(bold)
        painter.drawText(top, left, _cut(bold, index.data(TITLE), room))
        small = QFont(option.font)
        small.setPixelSize(max(option.font.pixelSize() - 1, 11))
        painter.setFont(small)
        painter.setPen(qcolor(theme.warn if state == "wrong" else theme.dim))
        room = box.width() - (wide if long else 0)
        painter.drawText(second, left, _cut(small, index.data(DETAIL), room))
        painter.setPen(qcolor(theme.ink if state != "wrong" else theme.warn))
        third = second.translated(0, line)
        painter.drawText(third, left, _cut(small, index.data(COUNTS), box.width()))


def _cut(font: QFont, text: str | None, room: int) -> str:
    return QFontMetrics(font).elidedText(text or "", Qt.TextElideMode.ElideRight, room)


def picture_pixmap(image: Any) -> QPixmap:
    """Return a network's input (H, W, C) as a pixmap."""
    pixels = photo_pixels(image if image.shape[2] in (1, 3) else image[..., :1])
    height, width = pixels.shape[:2]
    data = QImage(pixels.tobytes(), width, height, width * 3, QImage.Format.Format_RGB888)
    return QPixmap.fromImage(data)
