"""Offering copies of unsaved work: what each one holds, and when it was written."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QDateTime, QLocale, QSize, Qt
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from convsim.core.errors import ConvSimError
from convsim.figures.parts import shape_text
from convsim.ui.layer_cards import picture_pixmap

if TYPE_CHECKING:
    from convsim.services.recovery import Copy

SIDE = 96
"""Of the picture of what a copy holds, in pixels."""


class RecoveryDialog(QDialog):
    """Shown at the start if a window ended without saving.

    Attributes
    ----------
    chosen : Copy or None
        The one to open.
    dismissed : list of Copy
        Those to be removed.  All others are offered again.
    """

    def __init__(self, copies: list[Copy], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.chosen: Copy | None = None
        self.dismissed: list[Copy] = []
        self._copies = list(copies)
        self.setWindowTitle(self.tr("Unsaved work"))
        self.setMinimumSize(560, 320)
        said = QLabel(
            self.tr(
                "ConvSim ended without saving. These copies were kept; the newest one is first."
            )
        )
        said.setWordWrap(True)
        self.list = QListWidget()
        self.list.setIconSize(QSize(SIDE, SIDE))
        self.list.setAccessibleName(self.tr("Copies of unsaved work"))
        for copy in copies:
            self.list.addItem(self._item(copy))
        self.list.setCurrentRow(0)
        self.list.itemDoubleClicked.connect(self._open)
        buttons = QDialogButtonBox()
        self.open_button = QPushButton(self.tr("Open"))
        self.dismiss_button = QPushButton(self.tr("Dismiss"))
        later = QPushButton(self.tr("Later"))
        buttons.addButton(self.open_button, QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.addButton(self.dismiss_button, QDialogButtonBox.ButtonRole.DestructiveRole)
        buttons.addButton(later, QDialogButtonBox.ButtonRole.RejectRole)
        self.open_button.setDefault(True)
        self.open_button.clicked.connect(self._open)
        self.dismiss_button.clicked.connect(self._dismiss)
        later.clicked.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        column.addWidget(said)
        column.addWidget(self.list, 1)
        column.addWidget(buttons)

    def _item(self, copy: Copy) -> QListWidgetItem:
        # Reading projects is not needed to open the window.
        from convsim.formats.peek import peek

        written = QDateTime.fromSecsSinceEpoch(int(copy.changed))
        when = QLocale().toString(written, QLocale.FormatType.ShortFormat)
        name = Path(copy.origin).name if copy.origin else self.tr("never saved")
        lines = [copy.title or self.tr("Unsaved work"), f"{name} · {when}"]
        item = QListWidgetItem()
        try:
            seen = peek(copy.path)
        except ConvSimError as problem:
            lines.append(str(problem))
        else:
            text = self.tr("{n} layers on {shape}")
            lines.append(text.format(n=len(seen.layers), shape=shape_text(seen.input_shape)))
            lines.append(", ".join(seen.layers[:6]) + (" …" if len(seen.layers) > 6 else ""))
            if seen.image is not None:
                pixmap = picture_pixmap(seen.image).scaled(
                    SIDE, SIDE, Qt.AspectRatioMode.KeepAspectRatio,
                    Qt.TransformationMode.SmoothTransformation,
                )  # fmt: skip
                item.setIcon(QIcon(pixmap))
        item.setText("\n".join(line for line in lines if line))
        return item

    def _open(self) -> None:
        row = self.list.currentRow()
        if row >= 0:
            self.chosen = self._copies[row]
            self.accept()

    def _dismiss(self) -> None:
        row = self.list.currentRow()
        if row < 0:
            return
        self.list.takeItem(row)
        self.dismissed.append(self._copies.pop(row))
        if not self._copies:
            self.accept()
