"""The network as a list of cards: what each layer does, what comes out, how many weights."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QFont, QFontMetrics, QImage, QPainter, QPen, QPixmap
from PySide6.QtWidgets import (
    QLabel,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from convsim.core.counts import layer_formulas, totals
from convsim.core.layers import Conv2d, Dense, Flatten, Layer, Pool2d, ReLU, Softmax
from convsim.document import PRESETS, Document
from convsim.document.edits import select_layer, set_view
from convsim.figures.colors import photo_pixels
from convsim.figures.parts import layer_title, shape_text
from convsim.ui.style import qcolor
from convsim.ui.words import tr

if TYPE_CHECKING:
    from convsim.core.place import Place
    from convsim.figures.theme import Theme
    from convsim.ui.context import Context

TITLE = Qt.ItemDataRole.DisplayRole
SHAPE = Qt.ItemDataRole.UserRole + 1
DETAIL = Qt.ItemDataRole.UserRole + 2
COUNTS = Qt.ItemDataRole.UserRole + 3
STATE = Qt.ItemDataRole.UserRole + 4
THUMBNAIL = Qt.ItemDataRole.UserRole + 5

Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()


class LayerModel(QAbstractListModel):
    """Row 0 is the picture, the others are the layers."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        context.changed.connect(self._follow)

    def rowCount(self, parent: Index = _ROOT) -> int:
        """Return the number of layers and one for the picture."""
        return 0 if parent.isValid() else len(self._context.document.network.layers) + 1

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return one text of a card."""
        document = self._context.document
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            parts = (self.data(index, r) for r in (TITLE, SHAPE, DETAIL, COUNTS))
            return "\n".join(part for part in parts if part)
        if index.row() == 0:
            return self._input_data(document, role)
        if index.row() > len(document.network.layers):
            return None
        place = document.network.places[index.row() - 1]
        if role == TITLE:
            return layer_title(place.layer, self._context.labels)
        if role == SHAPE:
            return shape_text(place.output_shape) if place.output_shape else ""
        if role == STATE:
            return "wrong" if place.error else "waiting" if place.waiting else ""
        if role == DETAIL:
            return self._detail(document, place)
        if role == COUNTS:
            return self._counts(place)
        return None

    def _input_data(self, document: Document, role: int) -> Any:
        if role == TITLE:
            return self.tr("Input")
        if role == SHAPE:
            return shape_text(document.network.input_shape)
        if role == DETAIL:
            return document.picture.name
        if role == THUMBNAIL:
            return document.image
        return ""

    def _detail(self, document: Document, place: Place) -> str:
        if place.error:
            return self.tr("does not fit")
        if place.waiting:
            bad = document.network.bad_place
            return self.tr("waits for {name}").format(name=bad.layer.name if bad else "?")
        return layer_detail(place.layer)

    def _counts(self, place: Place) -> str:
        formulas = layer_formulas(place)
        if place.error:
            return str(place.error).partition(" is not")[0]
        if not formulas or not formulas["weights"].result:
            return ""
        weights = formulas["weights"]
        biases = int(formulas["biases"].result)
        tail = f" + {biases:,}" if biases else ""
        return f"{weights}{tail}"

    def _follow(self, before: Document, after: Document) -> None:
        if len(before.network.layers) != len(after.network.layers):
            self.beginResetModel()
            self.endResetModel()
        elif before.network is not after.network or before.image is not after.image:
            self.dataChanged.emit(self.index(0), self.index(self.rowCount() - 1))


def layer_detail(layer: Layer) -> str:
    """Return in a few words what a layer does."""
    if isinstance(layer, Conv2d):
        text = tr("{n} of {k}, stride {s}, pad {p}")
        dilation = _pair(layer.dilation)
        more = "" if dilation == "1" else tr(", dilation {d}").format(d=dilation)
        padding = _pair(layer.padding) if layer.policy != "same" else "same"
        size = f"{layer.kernel[0]}×{layer.kernel[1]}"
        return text.format(n=layer.filters, k=size, s=_pair(layer.stride), p=padding) + more
    if isinstance(layer, Pool2d):
        size = f"{layer.kernel[0]}×{layer.kernel[1]}"
        return tr("{k}, stride {s}, pad {p}").format(
            k=size, s=_pair(layer.stride), p=_pair(layer.padding)
        )
    if isinstance(layer, ReLU):
        return "max(0, x)"
    if isinstance(layer, Flatten):
        return tr("all values in one row")
    if isinstance(layer, Dense):
        return tr("{n} units, each reads everything").format(n=f"{layer.units:,}")
    if isinstance(layer, Softmax):
        return tr("shares that sum to 1")
    return ""


def _pair(pair: tuple[int, int]) -> str:
    return str(pair[0]) if pair[0] == pair[1] else f"{pair[0]}×{pair[1]}"


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
        card = QRectF(option.rect).adjusted(10.5, 2.5, -10.5, -(self.GAP - 2.5))
        last = index.row() == index.model().rowCount() - 1
        if not last:
            painter.setPen(QPen(qcolor(theme.line), 2))
            x = card.center().x()
            painter.drawLine(int(x), int(card.bottom()), int(x), option.rect.bottom() + 3)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        state = index.data(STATE)
        edge = theme.accent if chosen else theme.warn if state == "wrong" else theme.line
        ground = theme.accent_soft if chosen else theme.raised
        ground = theme.warn_soft if state == "wrong" and not chosen else ground
        pen = QPen(qcolor(edge), 1.6 if chosen else 1.0)
        if state == "waiting":
            pen.setStyle(Qt.PenStyle.DashLine)
        painter.setPen(pen)
        painter.setBrush(qcolor(ground))
        painter.drawRoundedRect(card, 7, 7)
        self._paint_texts(painter, option, index, card.toRect().adjusted(10, 7, -10, -7), theme)
        painter.restore()

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
            painter.drawPixmap(QRect(box.left(), box.top(), side, side), _pixmap(image))
            box = box.adjusted(side + 10, 0, 0, 0)
        shape = index.data(SHAPE) or ""
        top = QRect(box.left(), box.top(), box.width(), line)
        painter.setPen(qcolor(theme.faint if state == "waiting" else theme.ink))
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(top, right, shape)
        room = top.width() - QFontMetrics(option.font).horizontalAdvance(shape) - 8
        painter.setFont(bold)
        painter.drawText(top, left, _cut(bold, index.data(TITLE), room))
        small = QFont(option.font)
        small.setPixelSize(max(option.font.pixelSize() - 1, 11))
        painter.setFont(small)
        painter.setPen(qcolor(theme.warn if state == "wrong" else theme.dim))
        second = top.translated(0, line)
        painter.drawText(second, left, _cut(small, index.data(DETAIL), box.width()))
        painter.setPen(qcolor(theme.ink if state != "wrong" else theme.warn))
        third = second.translated(0, line)
        painter.drawText(third, left, _cut(small, index.data(COUNTS), box.width()))


def _cut(font: QFont, text: str | None, room: int) -> str:
    return QFontMetrics(font).elidedText(text or "", Qt.TextElideMode.ElideRight, room)


def _pixmap(image: Any) -> QPixmap:
    pixels = photo_pixels(image if image.shape[2] in (1, 3) else image[..., :1])
    height, width = pixels.shape[:2]
    data = QImage(pixels.tobytes(), width, height, width * 3, QImage.Format.Format_RGB888)
    return QPixmap.fromImage(data)


class NetworkPanel(QWidget):
    """The lecture line that the preset answers, the cards, and the total."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.setMinimumWidth(190)
        self._line = QLabel()
        self._line.setObjectName("hint")
        self._line.setWordWrap(True)
        self._line.setContentsMargins(12, 0, 12, 6)
        self._total = QLabel()
        self._total.setContentsMargins(12, 2, 12, 10)
        self._total.setWordWrap(True)
        self.list = QListView()
        self.list.setModel(LayerModel(context, self))
        self.list.setItemDelegate(CardDelegate(context, self.list))
        self.list.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setAccessibleName(self.tr("Layers of the network"))
        self.list.selectionModel().currentChanged.connect(self._choose)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._line)
        column.addWidget(self.list, 1)
        column.addWidget(self._total)
        context.changed.connect(self._show)
        context.theme_changed.connect(lambda _theme: self.list.viewport().update())
        self._show(None, context.document)

    def _show(self, before: Document | None, document: Document) -> None:
        row = 0 if document.view.on_input else document.cursor.layer + 1
        if self.list.currentIndex().row() != row:
            self.list.setCurrentIndex(self.list.model().index(row, 0))
        if before is not None and before.network is document.network:
            return
        self.list.scheduleDelayedItemsLayout()
        preset = PRESETS.get(document.preset)
        self._line.setText(preset.line if preset else "")
        self._total.setText(self._total_text(document))

    def _total_text(self, document: Document) -> str:
        """Return the sum of all parameters; a part of them would be mistaken for all of them."""
        bad = document.network.bad_place
        if bad is not None:
            text = self.tr("No totals: {layer} does not fit")
            return text.format(layer=layer_title(bad.layer, self._context.labels))
        counts = totals(document.network)
        if counts.biases == 1:
            text = self.tr("{all} parameters: {weights} weights + 1 bias")
        else:
            text = self.tr("{all} parameters: {weights} weights + {biases} biases")
        return text.format(
            all=f"{counts.weights + counts.biases:,}",
            weights=f"{counts.weights:,}",
            biases=f"{counts.biases:,}",
        )

    def _choose(self, index: QModelIndex) -> None:
        document = self._context.document
        row = 0 if document.view.on_input else document.cursor.layer + 1
        if not index.isValid() or index.row() == row:
            return
        if index.row() == 0:
            self._context.store.show(set_view(document, on_input=True))
        else:
            self._context.store.show(select_layer(document, index.row() - 1))
