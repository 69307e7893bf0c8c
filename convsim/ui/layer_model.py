"""The network as rows for a list: what stands on each card, and what a drag carries."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import (
    QAbstractListModel,
    QByteArray,
    QMimeData,
    QModelIndex,
    QPersistentModelIndex,
    Qt,
    QTimer,
    Signal,
)

from convsim.core.counts import Counts, layer_counts
from convsim.core.errors import KernelTooLargeError
from convsim.core.formula import number_text
from convsim.figures.parts import error_text, layer_title, shape_text
from convsim.ui.layer_details import layer_detail
from convsim.ui.layer_rows import Row, rows_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget

    from convsim.core.place import Place
    from convsim.document import Document
    from convsim.ui.context import Context

TITLE = Qt.ItemDataRole.DisplayRole
NAME = Qt.ItemDataRole.EditRole
SHAPE = Qt.ItemDataRole.UserRole + 1
DETAIL = Qt.ItemDataRole.UserRole + 2
COUNTS = Qt.ItemDataRole.UserRole + 3
STATE = Qt.ItemDataRole.UserRole + 4
THUMBNAIL = Qt.ItemDataRole.UserRole + 5
ROW = Qt.ItemDataRole.UserRole + 6

MOVED = "application/x-convsim-moved-layers"
"""A drag within one list: whose list it is, and the places of the layers."""
LAYERS = "application/x-convsim-layers"
"""Layers with their weights, as the clipboard has them: for the list of another window."""
LONGEST = 29
"""Characters that a card has room for on one line."""
Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()


class Dragged(QMimeData):
    """What a drag of cards carries; the weights are written down only if another window asks.

    Parameters
    ----------
    moved : str
        Whose list it is, and the places of the layers.
    encode : function
        Returns the layers with their weights.
    """

    def __init__(self, moved: str, encode: Callable[[], bytes]) -> None:
        super().__init__()
        self.setData(MOVED, QByteArray(moved.encode()))
        self._encode = encode

    def formats(self) -> list[str]:
        """Return what can be asked for."""
        return [MOVED, LAYERS]

    def hasFormat(self, mimetype: str) -> bool:
        """Return whether something can be asked for."""
        return mimetype in (MOVED, LAYERS)

    def retrieveData(self, mimetype: str, preferred: Any) -> Any:
        """Return what is asked for."""
        if mimetype == LAYERS:
            return QByteArray(self._encode())
        return super().retrieveData(mimetype, preferred)


class LayerModel(QAbstractListModel):
    """Row 0 is the picture, the others are layers and folded blocks.

    Attributes
    ----------
    rows : tuple of Row
    names : tuple of str
        The layers by the names they had when the rows were made.

    Signals
    -------
    moved(layers, gap)
        Layers were dropped into the gap before a layer.
    brought(data, gap)
        The same, of another window.
    renamed(layer, name)
        A name was typed for a layer.
    """

    moved = Signal(object, int)
    brought = Signal(object, int)
    renamed = Signal(int, str)

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._token = os.urandom(16).hex()
        self.rows: tuple[Row, ...] = rows_of(context.document)
        self.names = _names(context.document)
        self._texts: dict[tuple[int, int], Any] = {}
        self._words: dict[int, tuple[str, ...]] = {}
        context.changed.connect(self._follow)

    def rowCount(self, parent: Index = _ROOT) -> int:
        """Return the number of rows."""
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return one text of a card."""
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            return "\n".join(part for part in self.words(index) if part)
        return self._text(index.row(), role)

    def _text(self, number: int, role: int) -> Any:
        document, row = self._context.document, self.rows[number]
        if role == ROW:
            return row
        if row.start < 0:
            return self._input_data(document, role)
        # Sizes and colours of the cards ask for every text several times.
        key = (number, role)
        if key not in self._texts:
            self._texts[key] = self._row_data(document, row, role)
        return self._texts[key]

    def words(self, index: Index) -> tuple[str, ...]:
        """Return title, size, details and counts of a card, without asking Qt for each."""
        number = index.row()
        words = self._words.get(number)
        if words is None:
            texts = [self._text(number, role) or "" for role in (TITLE, SHAPE, DETAIL, COUNTS)]
            words = tuple(texts)
            if number:  # the picture's name is not asked for by the network
                self._words[number] = words
        return words

    def _row_data(self, document: Document, row: Row, role: int) -> Any:
        places = document.network.places[row.start : row.stop]
        if not places:
            return None
        return self._block_data(places, role) if row.folded else self._layer_data(places[0], role)

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

    def _layer_data(self, place: Place, role: int) -> Any:
        if role == TITLE:
            return layer_title(place.layer, self._context.labels)
        if role == NAME:
            return place.layer.name
        if role == SHAPE:
            return shape_text(place.output_shape) if place.output_shape else ""
        if role == STATE:
            return "wrong" if place.error else "waiting" if place.waiting else ""
        if role == DETAIL:
            return self._detail(place)
        if role == COUNTS:
            return self._counts(place)
        return None

    def _block_data(self, places: Sequence[Place], role: int) -> Any:
        wrong = next((place for place in places if place.error), None)
        last = places[-1]
        if role == TITLE:
            first, final = (layer_title(p.layer, self._context.labels) for p in (places[0], last))
            return f"{first} – {final}"
        if role == SHAPE:
            return shape_text(last.output_shape) if last.output_shape else ""
        if role == STATE:
            return "wrong" if wrong else "waiting" if last.waiting else ""
        if role == DETAIL:
            if wrong:
                return self.tr("{name} does not fit").format(
                    name=layer_title(wrong.layer, self._context.labels)
                )
            if last.waiting:
                return self._detail(last)
            return self.tr("{n} layers").format(n=len(places))
        if role == COUNTS:
            total = sum((layer_counts(place) for place in places), Counts())
            text = self.tr("{weights} + {biases} parameters")
            return (
                text.format(weights=f"{total.weights:,}", biases=f"{total.biases:,}")
                if total.weights
                else ""
            )
        return None

    def _detail(self, place: Place) -> str:
        if place.error:
            return self.tr("does not fit")
        if place.waiting:
            bad = self._context.document.network.bad_place
            name = layer_title(bad.layer, self._context.labels) if bad else "?"
            return self.tr("waits for {name}").format(name=name)
        return layer_detail(place.layer)

    def _counts(self, place: Place) -> str:
        formulas = place.formulas
        if place.error:
            if isinstance(place.error, KernelTooLargeError):
                return self.tr("larger than its input")
            return error_text(place, self._context.labels).partition(" is not")[0]
        if not formulas or not formulas["weights"].result:
            return ""
        weights = formulas["weights"]
        biases = int(formulas["biases"].result)
        if not biases:
            return str(weights)
        many = biases != 1
        tail = (self.tr("{n} biases") if many else self.tr("{n} bias")).format(n=f"{biases:,}")
        number = number_text(weights.result)
        full = f"{weights}, + {tail}"
        if str(weights) == number:
            # A formula of one term does not show by itself that it counts weights.
            full = self.tr("{weights} weights + {biases}").format(weights=number, biases=tail)
        folds = any(row.block is not None and place.index in row.layers for row in self.rows)
        if len(full) <= LONGEST - 3 * folds:
            return full
        return self.tr("{weights} + {biases}").format(weights=number, biases=tail)

    # -- dragging and renaming -------------------------------------------------------------

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Return that layers can be dragged and renamed, and dropped between others."""
        if not index.isValid():
            return Qt.ItemFlag.ItemIsDropEnabled
        row = self.rows[index.row()]
        return _flags(layers=row.start >= 0, named=row.start >= 0 and not row.folded)

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Say that a name was typed; the list shows it when the document has it."""
        if role != NAME or not index.isValid():
            return False
        self.renamed.emit(self.rows[index.row()].start, str(value))
        return True

    def supportedDropActions(self) -> Qt.DropAction:
        """Return that layers are moved."""
        return Qt.DropAction.MoveAction

    def mimeTypes(self) -> list[str]:
        """Return what may be dropped here."""
        return [MOVED, LAYERS]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        """Return what a drag of rows carries."""
        layers, document = self.layers_of(indexes), self._context.document
        text = " ".join([self._token, *map(str, layers)])

        def encode() -> bytes:
            # Only another window needs this.
            from convsim.formats.clip import encode_layers

            made = document.weights.made
            chosen = [document.network.layers[i] for i in layers]
            return encode_layers(chosen, [made.get(layer.name, {}) for layer in chosen])

        return Dragged(text, encode)

    def layers_of(self, indexes: Sequence[QModelIndex]) -> list[int]:
        """Return the layers that rows stand for, in order."""
        return sorted({i for index in indexes for i in self.rows[index.row()].layers})

    def gap(self, row: int) -> int:
        """Return the layer before which a drop above a row goes; −1 is below all rows."""
        below = row < 0 or row >= len(self.rows)
        return len(self._context.document.network.layers) if below else max(self.rows[row].start, 0)

    def canDropMimeData(
        self, data: QMimeData, action: Qt.DropAction, row: int, column: int, parent: Index
    ) -> bool:
        """Return whether layers are dropped, this list's own or another window's."""
        del action, row, column, parent
        return self._is_own(data) or data.hasFormat(LAYERS)

    def _is_own(self, data: QMimeData) -> bool:
        return bytes(data.data(MOVED).data()).startswith(self._token.encode())

    def dropMimeData(
        self, data: QMimeData, action: Qt.DropAction, row: int, column: int, parent: Index
    ) -> bool:
        """Say which layers were dropped where."""
        if not self.canDropMimeData(data, action, row, column, parent):
            return False
        gap = self.gap(parent.row() if parent.isValid() else row)
        if not self._is_own(data):
            brought = bytes(data.data(LAYERS).data())
            QTimer.singleShot(0, self, lambda: self.brought.emit(brought, gap))
            return True
        layers = [int(part) for part in bytes(data.data(MOVED).data()).decode().split()[1:]]
        # The view is still busy with the drop: the rows change afterwards.
        QTimer.singleShot(0, self, lambda: self.moved.emit(layers, gap))
        return True

    # -- following -------------------------------------------------------------------------

    def _follow(self, before: Document, after: Document) -> None:
        rows = self.rows
        texts = dict(self._texts)
        if before.network is not after.network or before.view.folded != after.view.folded:
            self._texts.clear()
            self._words.clear()
            rows = rows_of(after)
        names = _names(after)
        if rows != self.rows or names != self.names:
            self.beginResetModel()
            self.rows, self.names = rows, names
            self.endResetModel()
        elif before.network is not after.network or before.image is not after.image:
            for first, last in _runs(
                self._changed(texts, new_image=before.image is not after.image)
            ):
                self.dataChanged.emit(self.index(first), self.index(last))

    def _changed(self, texts: dict[tuple[int, int], Any], *, new_image: bool) -> list[int]:
        """Return the rows whose card looks other than it did with these texts."""
        changed = {row for (row, role), text in texts.items() if self._text(row, role) != text}
        unknown = set(range(1, len(self.rows))) - {row for row, _ in texts}
        return sorted(changed | unknown | ({0} if new_image else set()))


@cache
def _flags(*, layers: bool, named: bool) -> Qt.ItemFlag:
    """Return what can be done with a row; Qt asks for each row several times an edit."""
    flags = Qt.ItemFlag
    usual = flags.ItemIsEnabled | flags.ItemIsSelectable | flags.ItemNeverHasChildren
    moved = flags.ItemIsDragEnabled if layers else flags(0)
    return usual | moved | (flags.ItemIsEditable if named else flags(0))


def _runs(rows: Sequence[int]) -> list[tuple[int, int]]:
    """Return first and last of the rows that follow each other."""
    runs: list[tuple[int, int]] = []
    for row in rows:
        if runs and row == runs[-1][1] + 1:
            runs[-1] = runs[-1][0], row
        else:
            runs.append((row, row))
    return runs


def _names(document: Document) -> tuple[str, ...]:
    return tuple(layer.name for layer in document.network.layers)
