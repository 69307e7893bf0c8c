"""Three menus below a filter: kernels that have a name, what can be done to it, a start anew."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QInputDialog, QMenu, QToolButton, QWidget

from convsim.ui.field_row import say
from convsim.ui.flow import Flow
from convsim.ui.kernel_words import change_titles, gabor_title, kernel_titles, start_titles
from convsim.ui.menu_buttons import give_menu

if TYPE_CHECKING:
    from PySide6.QtWidgets import QLabel

    from convsim.ui.weight_edits import WeightEdits

ANGLES = range(0, 180, 15)


class KernelTools(QWidget):
    """What is done to a whole filter at once; the menus are made when they are first opened.

    Parameters
    ----------
    edits : WeightEdits
    problem : QLabel
        Where it is said why something cannot be done.

    Attributes
    ----------
    kernels, changes, starts : QMenu
    alone : bool
        Whether only the channel that is shown changes, not the whole filter.
    """

    def __init__(self, edits: WeightEdits, problem: QLabel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._edits, self._problem = edits, problem
        self.alone = False
        row = Flow(self, 4)
        names = (self.tr("Library"), self.tr("Change"), self.tr("Random"))
        tips = (
            self.tr("A menu of kernels with a meaning"),
            self.tr("A menu of what can be done with this kernel"),
            self.tr("A menu of random weights to start from"),
        )
        fills = (self._fill_kernels, self._fill_changes, self._fill_starts)
        self.kernels, self.changes, self.starts = (
            self._menu(row, *one) for one in zip(names, tips, fills, strict=True)
        )

    def _menu(self, row: Flow, text: str, tip: str, fill: Callable[[QMenu], None]) -> QMenu:
        button = QToolButton()
        button.setObjectName("segment")
        button.setText(text)
        button.setToolTip(tip)
        button.setAccessibleName(text)
        menu = give_menu(button)
        menu.aboutToShow.connect(lambda: fill(menu) if menu.isEmpty() else None)
        row.addWidget(button)
        return menu

    def _fill_kernels(self, menu: QMenu) -> None:
        for name, title in kernel_titles().items():
            self._entry(menu, _capital(title), partial(self._put, name))
        gabor = menu.addMenu(self.tr("Gabor"))
        for angle in ANGLES:
            self._entry(
                gabor,
                gabor_title(angle),
                partial(self._put_gabor, angle),
            )
        gabor.addSeparator()
        self._entry(gabor, self.tr("Another angle…"), self._ask_angle)
        self._add_scope(menu)

    def _fill_changes(self, menu: QMenu) -> None:
        for name, title in change_titles().items():
            self._entry(menu, title, partial(self._change, name))
        self._add_scope(menu)

    def _fill_starts(self, menu: QMenu) -> None:
        one, every = menu.addMenu(self.tr("This filter")), menu.addMenu(self.tr("All filters"))
        for part, all_ in ((one, False), (every, True)):
            for name, title in start_titles().items():
                self._entry(part, title, partial(self._edits.start, name, every=all_))

    def _entry(self, menu: QMenu, title: str, run: Callable[[], str]) -> None:
        action = menu.addAction(title)
        action.triggered.connect(lambda _checked=False: say(self._problem, run()))

    def _put(self, name: str) -> str:
        return self._edits.put(name, self.alone)

    def _put_gabor(self, angle: float) -> str:
        return self._edits.put_gabor(angle, self.alone)

    def _change(self, name: str) -> str:
        return self._edits.change(name, self.alone)

    def _add_scope(self, menu: QMenu) -> None:
        menu.addSeparator()
        group = QActionGroup(menu)
        for text, alone in (
            (self.tr("In the whole filter"), False),
            (self.tr("In this channel alone"), True),
        ):
            action = QAction(text, menu)
            action.setCheckable(True)
            action.triggered.connect(lambda _on=False, alone=alone: self._set_scope(alone))
            group.addAction(action)
            menu.addAction(action)
            menu.aboutToShow.connect(
                lambda action=action, alone=alone: action.setChecked(self.alone is alone)
            )
            action.setChecked(self.alone is alone)

    def _set_scope(self, alone: bool) -> None:
        self.alone = alone

    def _ask_angle(self) -> str:
        title = self.tr("Gabor filter")
        question = self.tr("Angle of the stripes in degrees: 0 lies flat, 90 stands upright")
        angle, taken = QInputDialog.getDouble(self, title, question, 22.5, 0, 180, 1)
        return self._edits.put_gabor(angle, self.alone) if taken else ""


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
