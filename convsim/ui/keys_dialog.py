"""The sheet of keyboard shortcuts, made from the table of commands."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QGridLayout, QLabel, QVBoxLayout, QWidget

from convsim.ui.actions import menu_titles

if TYPE_CHECKING:
    from convsim.services.commands import Command


class KeysDialog(QDialog):
    """Every command that has a key, menu by menu."""

    def __init__(self, commands: Iterable[Command], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Keyboard shortcuts"))
        listed = [command for command in commands if command.shortcut and command.menu]
        grid = QGridLayout()
        grid.setHorizontalSpacing(18)
        grid.setVerticalSpacing(4)
        places = {"file": 0, "edit": 0, "view": 0, "network": 0, "help": 0, "play": 3}
        rows = {0: 0, 3: 0}
        for menu, title in menu_titles().items():
            column = places[menu]
            mine = [command for command in listed if command.menu == menu]
            if not mine:
                continue
            heading = QLabel(f"<b>{title.replace('&', '')}</b>")
            grid.addWidget(heading, rows[column], column, 1, 2)
            rows[column] += 1
            for command in mine:
                keys = "  ".join(
                    QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)
                    for key in command.shortcut
                )
                label = QLabel(keys)
                label.setObjectName("dim")
                grid.addWidget(QLabel(command.text.rstrip("…")), rows[column], column)
                grid.addWidget(label, rows[column], column + 1, Qt.AlignmentFlag.AlignRight)
                rows[column] += 1
            grid.setRowMinimumHeight(rows[column], 12)
            rows[column] += 1
        grid.setColumnMinimumWidth(2, 24)
        note = QLabel(self.tr("The stage's keys work unless a field is being edited."))
        note.setObjectName("dim")
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        column_ = QVBoxLayout(self)
        column_.addLayout(grid)
        column_.addWidget(note)
        column_.addWidget(buttons)
