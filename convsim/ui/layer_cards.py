"""How the cards of the layer list look, and the line that a new name is typed into."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QImage, QPainter, QPen, QPixmap, QPolygonF
from PySide6.QtWidgets import (
    QAbstractItemView,
    QLineEdit,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from convsim.document.building import LONGEST_NAME
from convsim.figures.colors import photo_pixels
from convsim.ui.layer_model import COUNTS, DETAIL, NAME, ROW, STATE, THUMBNAIL, TITLE, LayerModel
from convsim.ui.style import qcolor

if TYPE_CHECKING:
    from PySide6.QtCore import QAbstractItemModel, QModelIndex

    from convsim.figures.theme import Theme
    from convsim.ui.context import Context
    from convsim.ui.layer_model import Index
    from convsim.ui.layer_rows import Row

FIRST_ROOM = 160
"""Pixels for cards until the list is given its size."""
MOST_KNOWN = 1000
"""Cards whose lines are remembered: Qt asks for the height of each again and again."""
MOST_PAINTED = 64
"""Cards whose picture is kept: most edits change one of them, or none."""
Line = tuple[int, str, str]
"""Whose words, the words, and the size that stands beside them."""
LONE = 2
"""So few letters do not get a line of their own."""
MARGIN = 10.5
"""Pixels beside a card."""
BRACKET = 14.5
"""Pixels at the left of a card in a block: the line that holds the block together."""


class CardDelegate(QStyledItemDelegate):
    """Paints a card and the line that joins it to the next.

    Attributes
    ----------
    room : int
        Pixels from the left edge of the list to its scroll bar.
    heights : list of int
        Pixels from each card to the next, as they were laid out; empty while they are not known.
    """

    GAP = 14

    def __init__(self, context: Context, view: QAbstractItemView) -> None:
        super().__init__(view)
        self._context = context
        self._view = view
        self.room = FIRST_ROOM
        self.heights: list[int] = []
        self._known: dict[tuple[object, ...], tuple[Line, ...]] = {}
        self._painted: dict[tuple[object, ...], tuple[QPixmap, object]] = {}

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Return the height of a card: as many lines as its words need at the list's width."""
        # Qt asks for it whenever a card is painted or looked for.
        row, known = index.row(), self.heights
        return QSize(160, known[row] if row < len(known) else self.height(option.font, index))

    def height(self, font: QFont, index: Index) -> int:
        """Return the pixels from a card to the next, in this font."""
        return self._count(font, index) * self._line(font) + 14 + self.GAP

    def _count(self, font: QFont, index: Index) -> int:
        inner = self._card(QRect(0, 0, self.room, 100), index).toRect().width() - 20
        if index.data(THUMBNAIL) is not None:
            inner -= 2 * self._line(font) + 10
        return max(len(self._lines(font, index, inner)), 2)

    def _lines(self, base: QFont, index: Index, room: int) -> tuple[Line, ...]:
        """Return the lines of a card, worked out once for the same words, font and room."""
        model = index.model()
        assert isinstance(model, LayerModel)
        words = model.words(index)
        key = (base.key(), room, *words)
        lines = self._known.get(key)
        if lines is None:
            if len(self._known) >= MOST_KNOWN:
                self._known.clear()
            lines = self._known[key] = _lines(base, words, room)
        return lines

    def _line(self, font: QFont) -> int:
        return QFontMetrics(font).height() + 3

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint one card: from its picture, if it looks as it did before."""
        model = index.model()
        assert isinstance(model, LayerModel)
        number, rect, density = index.row(), option.rect, painter.device().devicePixelRatio()
        rows = model.rows[max(number - 1, 0) : number + 2]
        image = model.data(index, THUMBNAIL)
        # The view is asked, since to read `option.state` costs 5 ms of the start: PySide makes all
        # enumerations of QStyle for it.
        chosen = self._view.selectionModel().isSelected(index)
        focused = chosen and self._view.hasFocus()
        key = (
            (rect.width(), rect.height(), density, option.font.key(), self._context.theme.name),
            (rows, number == 0, chosen, focused, id(image)),
            (*model.words(index), model.data(index, STATE)),
        )
        known = self._painted.get(key)
        if known is None:
            picture = QPixmap(rect.size() * density)
            picture.setDevicePixelRatio(density)
            picture.fill(qcolor(self._context.theme.panel))
            own = QPainter(picture)
            own.translate(-rect.topLeft())
            self._paint(own, option, index, chosen=chosen, focused=focused)
            own.end()
            if len(self._painted) >= MOST_PAINTED:
                self._painted.pop(next(iter(self._painted)))
            # With the image, so that no other one gets its number.
            known = self._painted[key] = picture, image
        painter.drawPixmap(rect.topLeft(), known[0])

    def _paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: Index,
        *,
        chosen: bool,
        focused: bool,
    ) -> None:
        theme = self._context.theme
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        card = self._card(option.rect, index)
        painter.setPen(QPen(qcolor(theme.line), 2))
        if index.row():
            above = self._card(option.rect, index.model().index(index.row() - 1, 0))
            x, top = int(above.center().x()), option.rect.top()
            painter.drawLine(x, top, x, top + 2)
        if index.row() < index.model().rowCount() - 1:
            x = int(card.center().x())
            painter.drawLine(x, int(card.bottom()), x, option.rect.bottom() + 3)
        state = index.data(STATE)
        row: Row = index.data(ROW)
        edge = theme.accent if chosen else theme.warn if state == "wrong" else theme.line
        ground = theme.accent_soft if chosen else theme.raised
        ground = theme.warn_soft if state == "wrong" and not chosen else ground
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
        state = index.data(STATE)
        image = index.data(THUMBNAIL)
        line = self._line(option.font)
        if image is not None:
            side = 2 * line
            painter.drawPixmap(QRect(box.left(), box.top(), side, side), picture_pixmap(image))
            box = box.adjusted(side + 10, 0, 0, 0)
        wrong = state == "wrong"
        inks = {
            TITLE: theme.faint if state == "waiting" else theme.ink,
            DETAIL: theme.warn if wrong else theme.dim,
            COUNTS: theme.warn if wrong else theme.ink,
        }
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        at = QRect(box.left(), box.top(), box.width(), line)
        for role, words, shape in self._lines(option.font, index, box.width()):
            font = _font(option.font, role)
            painter.setFont(font)
            painter.setPen(qcolor(inks[role]))
            painter.drawText(at, left, _cut(font, words, at.width()))
            if shape:
                painter.setFont(option.font)
                painter.setPen(qcolor(inks[TITLE]))
                painter.drawText(at, right, shape)
            at.translate(0, line)


def _font(base: QFont, role: int) -> QFont:
    """Return the font of a title, or the smaller one of what stands below it."""
    font = QFont(base)
    if role == TITLE:
        font.setWeight(QFont.Weight.DemiBold)
    else:
        font.setPixelSize(max(base.pixelSize() - 1, 11))
    return font


def _lines(base: QFont, words: tuple[str, ...], room: int) -> tuple[Line, ...]:
    """Return the lines of a card `room` pixels wide, of its title, size, details and counts.

    The size stands beside the title, or beside the last words below it if the title is long, or on
    a line of its own if those are long too.
    """
    title, shape, detail, counts = words
    taken = QFontMetrics(base).horizontalAdvance(shape) + 8
    bold, small = (QFontMetrics(_font(base, role)) for role in (TITLE, DETAIL))
    beside = bold.horizontalAdvance(title) <= room - taken
    lines: list[Line] = [(TITLE, title, shape if beside else "")]
    lines += [(DETAIL, part, "") for part in _wrapped(small, detail, room)]
    if shape and not beside:
        role, last, _ = lines[-1]
        if len(lines) > 1 and small.horizontalAdvance(last) <= room - taken:
            lines[-1] = (role, last, shape)
        else:
            lines.append((DETAIL, "", shape))
    return (*lines, *((COUNTS, part, "") for part in _wrapped(small, counts, room)))


def _wrapped(metrics: QFontMetrics, text: str, room: int) -> list[str]:
    """Return a text in as many lines as it needs; a longer word stays whole."""
    lines: list[str] = []
    for word in filter(None, text.split(" ")):  # not where a space holds words together
        if lines and metrics.horizontalAdvance(f"{lines[-1]} {word}") <= room:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    if len(lines) > 1 and len(lines[-1]) <= LONE and " " in lines[-2]:
        # "pad" above and a single "0" below would not be read together.
        above, word = lines[-2].rsplit(" ", 1)
        lines[-2:] = [above, f"{word} {lines[-1]}"]
    return lines


def _cut(font: QFont, text: str, room: int) -> str:
    return QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, room)


def picture_pixmap(image: Any) -> QPixmap:
    """Return a network's input (H, W, C) as a pixmap."""
    pixels = photo_pixels(image if image.shape[2] in (1, 3) else image[..., :1])
    height, width = pixels.shape[:2]
    data = QImage(pixels.tobytes(), width, height, width * 3, QImage.Format.Format_RGB888)
    return QPixmap.fromImage(data)
