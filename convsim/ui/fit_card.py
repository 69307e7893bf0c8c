"""The card for a layer that does not fit: why, what would be lost, a button for each way out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QGridLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from convsim.core.errors import ConvSimError
from convsim.document.building import insert_layers, move_layers
from convsim.document.edits import select_layer, set_field
from convsim.document.palette import new_layer
from convsim.figures.parts import layer_title, shape_text
from convsim.services.opening import with_input_size
from convsim.ui.field_row import note_label, say
from convsim.ui.flow import Flow
from convsim.ui.layer_words import edit_title, error_sentence, field_title, problem_text, value_text
from convsim.ui.offer_words import lost_sentence, offer_name, offer_text, size_lines
from convsim.ui.offers import Offer, offers
from convsim.ui.scroll_panel import ScrollPanel
from convsim.ui.words import figure_labels, title_of

if TYPE_CHECKING:
    from convsim.core.place import Place
    from convsim.document import Document
    from convsim.services.store import Store

WIDE = 560
"""From this width on the reasons stand beside the offers, not above them."""
TALLEST = 264
"""Pixels that the card may always take from the stage."""
SHARE = 0.62
"""Of the height of stage and card the card's at most; more offers are scrolled to."""


class FitCard(ScrollPanel):
    """Explains the error of the cursor's layer and offers what would mend it.

    Whoever holds it shows it while the layer has no output.  For a layer that only waits it leads
    to the one that must be mended.

    Attributes
    ----------
    title, formulas, why, lost, problem : QLabel
    """

    def __init__(self, store: Store, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self._labels = figure_labels()
        self.setObjectName("fit")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        self.setAccessibleName(self.tr("What does not fit, and what would"))
        self.title = QLabel()
        self.title.setObjectName("title")
        self.title.setWordWrap(True)
        self.formulas = note_label("sum")
        self.why = note_label("dim")
        self.lost = note_label("dim")
        self.problem = note_label("problem")
        reasons = QVBoxLayout()
        reasons.setSpacing(6)
        for label in (self.title, self.formulas, self.why, self.lost, self.problem):
            reasons.addWidget(label)
        reasons.addStretch(1)
        page = QWidget()
        page.setObjectName("page")
        page.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._holder = QWidget(page)
        self._holder.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._offers = QWidget(self._holder)
        self._inside = QBoxLayout(QBoxLayout.Direction.TopToBottom, page)
        self._inside.setContentsMargins(20, 14, 20, 14)
        self._inside.setSpacing(16)
        self._inside.addLayout(reasons, 4)
        self._inside.addWidget(self._holder, 7)
        self.setWidget(page)
        holder = QVBoxLayout(self._holder)
        holder.setContentsMargins(0, 0, 0, 0)
        holder.addWidget(self._offers)
        holder.addStretch(1)
        store.changed.connect(self._follow)
        self._show(store.document)

    def buttons(self) -> list[QPushButton]:
        """Return the buttons of all offers, in order."""
        return self._offers.findChildren(QPushButton)

    def sizeHint(self) -> QSize:
        """Return the height that the content needs at this width, within bounds."""
        width = max(self.width(), 320)
        # One pixel more for the line above it.
        around = self.parentWidget()
        room = int(around.height() * SHARE) if around is not None else 0
        high = self._inside.totalHeightForWidth(width) + 1
        return QSize(480, min(high, max(room, TALLEST)))

    def minimumSizeHint(self) -> QSize:
        """Return a size at which the reasons can be read."""
        return QSize(320, min(self.sizeHint().height(), 96))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Ask for another height when the content does: a scroll area keeps that to itself."""
        if event.type() == QEvent.Type.LayoutRequest:
            self.updateGeometry()
        return super().eventFilter(watched, event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the offers beside the reasons where there is room."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            ways = QBoxLayout.Direction
            beside = self.width() >= WIDE
            self._inside.setDirection(ways.LeftToRight if beside else ways.TopToBottom)
            self.updateGeometry()

    @Slot(object, object)
    def _follow(self, before: Document, after: Document) -> None:
        if before.network is not after.network or before.cursor.layer != after.cursor.layer:
            self._show(after)

    def _show(self, document: Document) -> None:
        place = document.place
        name = layer_title(place.layer, self._labels)
        self._clear()
        self.updateGeometry()
        say(self.problem, "")
        if place.waiting:
            self._show_waiting(document, name)
            return
        if place.error is None:
            for label in (self.title, self.formulas, self.why, self.lost):
                say(label, "")
            return
        say(self.title, self.tr("{layer} does not fit").format(layer=name))
        say(self.formulas, "\n".join(size_lines(place)))
        say(self.why, error_sentence(place))
        say(self.lost, lost_sentence(place))
        grid = QGridLayout(self._offers)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(1, 1)
        rows: dict[str, list[Offer]] = {}
        for offer in offers(place, document.network):
            rows.setdefault(offer.field, []).append(offer)
        for line, (field, made) in enumerate(rows.items()):
            label = QLabel(self._row_title(field))
            label.setObjectName("dim")
            flow = Flow()
            for offer in made:
                flow.addWidget(self._button(offer, place))
            grid.addWidget(label, line, 0, Qt.AlignmentFlag.AlignTop)
            label.setContentsMargins(0, 4, 0, 0)
            grid.addLayout(flow, line, 1)

    def _show_waiting(self, document: Document, name: str) -> None:
        bad = document.network.bad_place
        for label in (self.formulas, self.lost):
            say(label, "")
        if bad is None:
            return
        first = layer_title(bad.layer, self._labels)
        say(self.title, self.tr("{layer} waits for {first}").format(layer=name, first=first))
        say(
            self.why,
            self.tr("{first} does not fit; what comes after it has no size yet.").format(
                first=first
            ),
        )
        button = QPushButton(self.tr("Go to {layer}").format(layer=first))
        button.clicked.connect(
            lambda: self._store.show(select_layer(self._store.document, bad.index))
        )
        flow = Flow(self._offers)
        flow.addWidget(button)

    def _clear(self) -> None:
        """Put an empty widget in the place of the old offers."""
        old, self._offers = self._offers, QWidget(self._holder)
        layout = self._holder.layout()
        if layout is not None:
            layout.replaceWidget(old, self._offers)
        old.hide()
        old.deleteLater()

    def _row_title(self, field: str) -> str:
        others = {
            "policy": self.tr("Otherwise"),
            "input": self.tr("Picture"),
            "before": self.tr("Before it"),
            "move": self.tr("Order"),
        }
        return others.get(field) or field_title(field)

    def _button(self, offer: Offer, place: Place) -> QPushButton:
        shown = offer.output[:2] if len(offer.output) == 3 else offer.output
        button = QPushButton(f"{offer_text(offer, place)}  →  {shape_text(shown)}")
        name = self.tr("{change}: the output becomes {shape}")
        text = name.format(change=offer_name(offer, place), shape=shape_text(offer.output))
        button.setAccessibleName(text)
        button.setToolTip(text)
        button.clicked.connect(lambda: self._take(offer))
        return button

    def _take(self, offer: Offer) -> None:
        document = self._store.document
        try:
            text, changed = self._made(document, offer)
        except ConvSimError as problem:
            say(self.problem, problem_text(problem))
            return
        self._store.edit(text, changed)

    def _made(self, document: Document, offer: Offer) -> tuple[str, Document]:
        """Return the name of the edit that takes an offer, and what it makes."""
        layer, index = document.layer, document.cursor.layer
        name = title_of(layer)
        if offer.field == "input":
            old, new = (shape_text(s[:2]) for s in (document.network.input_shape, offer.value))
            text = self.tr("Input {old} → {new}").format(old=old, new=new)
            return text, with_input_size(document, *offer.value)
        if offer.field == "before":
            changed = insert_layers(document, index, [new_layer(offer.value)])
            text = self.tr("Add {new} before {layer}")
            text = text.format(new=title_of(changed.layer), layer=name)
            return text, select_layer(changed, index + 1)
        if offer.field == "move":
            text = self.tr("Move {layer}").format(layer=name)
            return text, move_layers(document, [index], offer.value)
        text = self.tr("{field} of {layer} {old} → {new}").format(
            field=edit_title(offer.field),
            layer=name,
            old=value_text(offer.field, getattr(layer, offer.field)),
            new=value_text(offer.field, offer.value),
        )
        return text, set_field(document, index, offer.field, offer.value)
