"""The parts of one step as a row of chips: products, sums, total, bias, ReLU, write."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QWidget

from convsim.core.step import Inside
from convsim.ui.docks import NARROW
from convsim.ui.words import figure_labels, inside_names

if TYPE_CHECKING:
    from convsim.document import Document


class InsideChips(QWidget):
    """Shows how far the step is worked out, and goes to any part of it.

    Signals
    -------
    chosen(step)
        An `Inside` was clicked.
    """

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Parts of this step"))
        self._label = QLabel(self.tr("Inside this step"))
        self._label.setObjectName("dim")
        self._label.setToolTip(self.tr("Shift+← and Shift+→ go through these parts"))
        self._buttons: dict[Inside, QToolButton] = {}
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 2, 12, 2)
        row.setSpacing(3)
        row.addWidget(self._label)
        self._labels = figure_labels()
        for step in Inside:
            button = QToolButton()
            button.setObjectName("chip")
            button.setCheckable(True)
            button.setAutoExclusive(True)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.clicked.connect(lambda _on=False, step=step: self.chosen.emit(step))
            row.addWidget(button)
            self._buttons[step] = button

    def show_document(self, document: Document) -> None:
        """Show the parts that the layer's steps have, and the one the document is in."""
        steps = document.inside_steps()
        shown = document.view.tab == "step" and document.walk is not None and len(steps) > 1
        self._label.setVisible(self.window().width() >= NARROW)
        self.setVisible(shown)
        names = inside_names(document, self._labels)
        tip = self.tr("Show this step as far as: {name} (Shift+←/→)")
        for step, button in self._buttons.items():
            button.setText(names[step])
            button.setToolTip(tip.format(name=names[step]))
            button.setVisible(step in steps)
            button.setChecked(step is document.inside)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the label out where it would push the chips away."""
        super().resizeEvent(event)
        self._label.setVisible(self.window().width() >= NARROW)
