"""The sheet of keyboard shortcuts, made from the table of commands."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeySequence, QShowEvent
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QVBoxLayout,
    QWidget,
)

from convsim.ui.command_table import menu_titles
from convsim.ui.scroll_panel import ScrollPanel

if TYPE_CHECKING:
    from convsim.services.commands import Command

TALLEST = 640
"""Pixels of the dialog at most; on a lower screen it is lower still, and is scrolled."""

MARGINS = 24
"""Pixels left and right of the columns together."""


class KeysDialog(QDialog):
    """Every command that has a key, menu by menu, in two columns."""

    def __init__(self, commands: Iterable[Command], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Keyboard shortcuts"))
        listed = [command for command in commands if command.shortcut and command.menu]
        groups = [
            (title.replace("&", ""), [command for command in listed if command.menu == menu])
            for menu, title in menu_titles().items()
        ]
        groups = [(title, mine) for title, mine in groups if mine]
        self.page = QWidget()
        self.page.setObjectName("plain")
        columns = QHBoxLayout(self.page)
        columns.setContentsMargins(0, 0, 14, 0)
        columns.setSpacing(32)
        break_at = _break([len(mine) for _title, mine in groups])
        for some in (groups[:break_at], groups[break_at:]):
            columns.addLayout(_column(some))
        self.panel = ScrollPanel(self)
        self.panel.setWidget(self.page)
        note = QLabel(self.tr("The stage's keys work unless a field is being edited."))
        note.setObjectName("dim")
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        self.buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(MARGINS // 2, 12, MARGINS // 2, 12)
        column.addWidget(self.panel, 1)
        column.addWidget(note)
        column.addWidget(self.buttons)

    def sizeHint(self) -> QSize:
        """Return the size at which all is seen, as far as the screen has room."""
        page = self.page.sizeHint()
        rest = super().sizeHint() - self.panel.sizeHint()  # note, button, margins
        tallest = min(TALLEST, self.screen().availableGeometry().height() - 60)
        return QSize(page.width() + MARGINS, min(page.height() + rest.height(), tallest))

    def showEvent(self, event: QShowEvent) -> None:
        """Take the size that the texts need: only now are they set as they will be read."""
        super().showEvent(event)
        if not event.spontaneous():
            self.resize(self.sizeHint())


def _break(lengths: list[int]) -> int:
    """Return how many groups stand in the first column, so that both are about as long."""
    rows = [length + 2 for length in lengths]  # a heading, and the gap below
    return min(
        range(1, len(rows)), key=lambda at: max(sum(rows[:at]), sum(rows[at:])), default=len(rows)
    )


def _column(groups: list[tuple[str, list[Command]]]) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(18)
    grid.setVerticalSpacing(4)
    row = 0
    for title, mine in groups:
        grid.addWidget(QLabel(f"<b>{title}</b>"), row, 0, 1, 2)
        for command in mine:
            row += 1
            keys = "  ".join(
                QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)
                for key in command.shortcut
            )
            label = QLabel(keys)
            label.setObjectName("dim")
            grid.addWidget(QLabel(command.text.rstrip("…")), row, 0)
            grid.addWidget(label, row, 1, Qt.AlignmentFlag.AlignRight)
        grid.setRowMinimumHeight(row + 1, 12)
        row += 2
    grid.setRowStretch(row, 1)
    return grid
