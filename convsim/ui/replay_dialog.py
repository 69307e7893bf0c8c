"""Asks how many moments of a training an animation shows, how fast, and where it is written."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QLabel,
    QVBoxLayout,
    QWidget,
)

from convsim.ui.number_boxes import CountBox

USUAL = 60
"""Frames that are enough to see how something came about; each takes about a fifth of a second."""


class ReplayDialog(QDialog):
    """Frames and their speed, with how long it plays.

    Attributes
    ----------
    frames, fps : CountBox
    path : Path or None
        Where to write, once accepted.
    """

    def __init__(self, moments: int, start: Path, parent: QWidget) -> None:
        """Ask about a training of so many moments; `start` is the file that is offered."""
        super().__init__(parent)
        self.setWindowTitle(self.tr("Export replay"))
        self._moments, self._start = moments, start
        self.path: Path | None = None
        self.frames = CountBox(2, max(moments, 2), self.tr("Frames"))
        self.frames.setValue(min(moments, USUAL))
        self.fps = CountBox(1, 50, self.tr("Speed"), self.tr(" frames a second"))
        self.fps.setValue(10)
        self._note = QLabel()
        self._note.setObjectName("dim")
        form = QFormLayout()
        form.addRow(self.tr("Frames"), self.frames)
        form.addRow(self.tr("Speed"), self.fps)
        form.addRow("", self._note)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        save = buttons.addButton(self.tr("Save…"), QDialogButtonBox.ButtonRole.AcceptRole)
        save.setDefault(True)
        buttons.accepted.connect(self._ask_path)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.addLayout(form)
        column.addWidget(buttons)
        for box in (self.frames, self.fps):
            box.valueChanged.connect(lambda _value: self._show())
        self._show()

    def _show(self) -> None:
        text = self.tr("{n} of {total} moments, evenly apart; plays for {seconds} s")
        self._note.setText(
            text.format(
                n=f"{self.frames.value():,}",
                total=f"{self._moments:,}",
                seconds=f"{self.frames.value() / self.fps.value():.1f}",
            )
        )

    def _ask_path(self) -> None:
        kinds = (self.tr("GIF animation (*.gif)"), self.tr("WebP animation (*.webp)"))
        name, chosen = QFileDialog.getSaveFileName(
            self, self.tr("Save replay"), str(self._start), ";;".join(kinds)
        )
        if not name:
            return
        path = Path(name)
        if path.suffix.lower() not in (".gif", ".webp"):
            path = path.with_name(path.name + (".webp" if chosen == kinds[1] else ".gif"))
        self.path = path
        self.accept()
