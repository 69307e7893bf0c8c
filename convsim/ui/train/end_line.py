"""A line that offers the end which a network lacks to tell the classes of the data apart."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from convsim.core.layers import Dense
from convsim.document.ending import Ending, ending_for
from convsim.ui.train.words import tr
from convsim.ui.words import title_of

if TYPE_CHECKING:
    from convsim.ui.context import Context
    from convsim.ui.train.desk import Desk


class EndLine(QWidget):
    """Hidden where nothing is lacking, and while a network learns.

    Attributes
    ----------
    words : QLabel
    offer : QPushButton
        Puts the end there, as an edit; so does Train.
    """

    def __init__(self, context: Context, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("page")
        self._context, self._desk = context, desk
        self.words = QLabel()
        self.words.setWordWrap(True)
        self.words.setAccessibleName(tr("What the network lacks"))
        self.words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.offer = QPushButton()
        self.offer.setAutoDefault(False)
        self.offer.clicked.connect(lambda _checked=False: self._desk.give_end())
        row = QHBoxLayout(self)
        row.setContentsMargins(18, 0, 18, 4)
        row.setSpacing(12)
        row.addWidget(self.words, 1)
        row.addWidget(self.offer, 0, Qt.AlignmentFlag.AlignTop)
        self.hide()

    def show_state(self) -> None:
        """Look whether something is lacking."""
        data, found = self._desk.data.data, None
        if data is not None and not self._desk.trainer.running:
            found = ending_for(self._context.document, len(data.classes))
        self.setVisible(found is not None)
        if found is not None and data is not None:
            self.words.setText(self._said(found, len(data.classes)))
            self.offer.setText(self._offered(found, len(data.classes)))

    def _said(self, found: Ending, classes: int) -> str:
        shape = "×".join(map(str, found.shape))
        if len(found.shape) == 3 and prod(found.shape[:2]) > 1:
            text = tr(
                "This network ends with maps of {shape}. To tell {n} classes apart it needs one "
                "score for each: Train adds what is lacking."
            )
        else:
            text = tr(
                "This network gives {shape} scores; the data have {n} classes: Train gives as many."
            )
        return text.format(shape=shape, n=classes)

    def _offered(self, found: Ending, classes: int) -> str:
        if found.widened:
            document = self._context.document
            layer = document.network.layers[document.network.index(found.widened)]
            return tr("Give {layer} {n} units").format(layer=title_of(layer), n=classes)
        names = [tr(type(layer).__name__) for layer in found.added]
        return tr("Add {layers}").format(
            layers=", ".join(
                f"{name} {classes}" if isinstance(layer, Dense) else name
                for name, layer in zip(names, found.added, strict=True)
            )
        )
