"""The parts of one step as a row of chips: products, sums, total, bias, ReLU, write.

Where the tabs beside them leave too little room, all chips are in the menu of one button.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QTabWidget, QToolButton, QWidget

from convsim.core.lazy import deferred
from convsim.core.step import Inside
from convsim.ui.words import figure_labels, inside_names

if TYPE_CHECKING:
    from convsim.document import Document

MARGIN = 8
"""Pixels left of the tabs, and between tabs and chips at least."""
GAP = 2
# Read when the menu first closes: a start does without.
let_go = deferred(__name__, "menu_buttons", "let_go")


class InsideChips(QWidget):
    """Shows how far the step is worked out, and goes to any part of it.

    Parameters
    ----------
    tabs : QTabWidget
        In whose corner they stand: the tabs always stay whole.

    Attributes
    ----------
    button : QToolButton
        Stands for all chips where there is no room for them.

    Signals
    -------
    chosen(step)
        An `Inside` was clicked.
    """

    chosen = Signal(object)

    def __init__(self, tabs: QTabWidget) -> None:
        super().__init__()
        self._tabs = tabs
        self.setAccessibleName(self.tr("Parts of this step"))
        self._label = QLabel(self.tr("Inside this step"))
        self._label.setObjectName("dim")
        self._label.setContentsMargins(0, 0, 4, 0)
        self._label.setToolTip(self.tr("Shift+← and Shift+→ go through these parts"))
        self._buttons: dict[Inside, QToolButton] = {}
        self._steps: tuple[Inside, ...] = ()
        self._entries: dict[Inside, QAction] = {}
        self._names: dict[Inside, str] = {}
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 2, 10, 2)
        row.setSpacing(GAP)
        row.addWidget(self._label)
        self._labels = figure_labels()
        for step in Inside:
            button = self._chip()
            button.setCheckable(True)
            button.setAutoExclusive(True)
            button.clicked.connect(lambda _on=False, step=step: self.chosen.emit(step))
            row.addWidget(button)
            self._buttons[step] = button
        self.button = self._chip()
        self.button.setToolTip(self.tr("Parts of this step (Shift+←/→)"))
        self.button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(self.button)
        menu.aboutToHide.connect(lambda: let_go(self.button))
        self.button.setMenu(menu)
        row.addWidget(self.button)
        tabs.installEventFilter(self)

    def show_document(self, document: Document) -> None:
        """Show the parts that the layer's steps have, and the one the document is in."""
        steps = self._steps = tuple(document.inside_steps())
        shown = document.view.tab == "step" and document.walk is not None and len(steps) > 1
        names = inside_names(document, self._labels)
        if names != self._names or self._entries.keys() != set(steps):
            self._name(names)
        for step, button in self._buttons.items():
            button.setChecked(step is document.inside)
        for step, entry in self._entries.items():
            entry.setChecked(step is document.inside)
        self.button.setText(self.tr("Inside: {name} ▾").format(name=names[document.inside]))
        self.setVisible(shown)

    def _name(self, names: dict[Inside, str]) -> None:
        """Write what the parts are called on the chips, and into the menu."""
        self._names = names
        tip = self.tr("Show this step as far as: {name} (Shift+←/→)")
        for step, button in self._buttons.items():
            button.setText(names[step])
            button.setToolTip(tip.format(name=names[step]))
        menu = self.button.menu()
        menu.clear()
        self._entries = {step: menu.addAction(names[step]) for step in self._steps}
        for step, entry in self._entries.items():
            entry.setCheckable(True)
            entry.triggered.connect(lambda _on=False, step=step: self.chosen.emit(step))
        self._arrange()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Arrange the chips anew when the tabs get another width, or other texts."""
        if event.type() in (QEvent.Type.Resize, QEvent.Type.LayoutRequest):
            self._arrange()
        return super().eventFilter(watched, event)

    def _arrange(self) -> None:
        """Show as much as fits beside the tabs: label and chips, chips alone, or one button."""
        room = self._tabs.width() - self._tabs.tabBar().sizeHint().width() - 2 * MARGIN
        buttons = [self._buttons[step] for step in self._steps]
        chips = sum(button.sizeHint().width() + GAP for button in buttons) + 10
        labelled = self._label.sizeHint().width() + GAP + chips <= room
        self._label.setVisible(labelled)
        for step, button in self._buttons.items():
            button.setVisible(step in self._steps and chips <= room)
        self.button.setVisible(chips > room)

    def _chip(self) -> QToolButton:
        button = QToolButton()
        button.setObjectName("chip")
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return button
