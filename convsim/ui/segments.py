"""A row of buttons of which exactly one is down: which picture of the same thing to show."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QGridLayout, QToolButton, QWidget


class Segments(QWidget):
    """Choices side by side, or in rows of `columns`.

    Signals
    -------
    chosen(key)
        A person pressed one.
    """

    chosen = Signal(str)

    def __init__(
        self,
        choices: Sequence[tuple[str, str, str]],
        name: str,
        parent: QWidget | None = None,
        *,
        columns: int | None = None,
    ) -> None:
        """Make a button for each (key, text, tooltip)."""
        super().__init__(parent)
        self.setAccessibleName(name)
        self._group = QButtonGroup(self)
        self._buttons: dict[str, QToolButton] = {}
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(6)
        columns = columns or max(len(choices), 1)
        grid.setColumnStretch(columns, 1)
        for i, (key, text, tip) in enumerate(choices):
            button = QToolButton()
            button.setObjectName("segment")
            button.setText(text)
            button.setToolTip(tip)
            button.setCheckable(True)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.clicked.connect(lambda _checked=False, key=key: self.chosen.emit(key))
            self._group.addButton(button)
            self._buttons[key] = button
            grid.addWidget(button, *divmod(i, columns))

    def show_choice(self, key: str) -> None:
        """Press the button of `key` without saying so."""
        if key in self._buttons:
            self._buttons[key].setChecked(True)

    def button(self, key: str) -> QToolButton:
        """Return the button of a choice."""
        return self._buttons[key]
