"""What was before the last edit, and what it moved: two buttons, wherever maps are shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

if TYPE_CHECKING:
    from convsim.ui.context import Context


class CompareButtons(QWidget):
    """Hold for before, and Difference; each is there while it has something to show.

    Attributes
    ----------
    before_button, difference_button : QToolButton
    """

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.before_button = _button(
            self.tr("Hold for before"),
            self.tr("Hold down to see everything as it was before the last edit (hold B)"),
        )
        self.difference_button = _button(
            self.tr("Difference"), self.tr("What the last edit moved, and how many cells")
        )
        self.difference_button.setCheckable(True)
        self.before_button.pressed.connect(lambda: context.hold_before(True))
        self.before_button.released.connect(lambda: context.hold_before(False))
        self.difference_button.toggled.connect(context.set_difference)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(self.before_button)
        row.addWidget(self.difference_button)
        context.changed.connect(self._show)
        context.worked.connect(self._show)
        context.compared.connect(self._show)
        self._show()

    def _show(self) -> None:
        context = self._context
        self.before_button.setVisible(context.has_before)
        self.before_button.setDown(context.held)
        index = context.document.cursor.layer
        comparable = not context.document.empty and context.before_edit(index) is not None
        self.difference_button.setVisible(comparable)
        if self.difference_button.isChecked() != context.difference:
            self.difference_button.blockSignals(True)
            self.difference_button.setChecked(context.difference)
            self.difference_button.blockSignals(False)


def _button(text: str, tip: str) -> QToolButton:
    button = QToolButton()
    button.setObjectName("segment")
    button.setText(text)
    button.setToolTip(tip)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    # Its room stays, or what is beside it would move as it comes and goes.
    policy = button.sizePolicy()
    policy.setRetainSizeWhenHidden(True)
    button.setSizePolicy(policy)
    return button
