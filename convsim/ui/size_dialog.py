"""Asks for the size of the pictures that a network reads, where its file leaves that open."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QDialogButtonBox, QFormLayout, QLabel, QVBoxLayout, QWidget

from convsim.core.network import INPUT_FIELD
from convsim.ui.number_boxes import NumberBox
from convsim.ui.questions import shown
from convsim.ui.segments import Segments

USUAL = (224, 224)
"""Rows and columns that most networks for photographs read."""


class SizeDialog(QDialog):
    """A box for every number that the file leaves open; the others are only said.

    Parameters
    ----------
    name : str
        The file's.
    shape : tuple of (int or None)
        Height, width and channels as the file has them, None where it leaves them open.
    """

    def __init__(
        self, name: str, shape: tuple[int | None, ...], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Size of the input"))
        self._shape = shape
        text = self.tr("“{name}” leaves open how large the pictures are that it reads.")
        question = QLabel(text.format(name=shown(name)))
        question.setWordWrap(True)
        self.boxes: dict[int, NumberBox] = {}
        self.colours: Segments | None = None
        self._channels = 3
        form = QFormLayout()
        titles = (self.tr("Height"), self.tr("Width"), self.tr("Channels"))
        for axis, (title, size) in enumerate(zip(titles, shape, strict=True)):
            form.addRow(title, self._editor(axis, title, size))
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.addWidget(question)
        column.addLayout(form)
        column.addWidget(buttons)

    @property
    def chosen(self) -> tuple[int, int, int]:
        """Height, width and channels."""
        height, width = (
            self.boxes[axis].value() if axis in self.boxes else size
            for axis, size in enumerate(self._shape[:2])
        )
        assert height is not None
        assert width is not None
        return height, width, self._shape[2] or self._channels

    def _editor(self, axis: int, title: str, size: int | None) -> QWidget:
        if size is not None:
            return QLabel(str(size))
        if axis == 2:
            self.colours = Segments(
                [("3", self.tr("Colour"), ""), ("1", self.tr("Grey"), "")], title
            )
            self.colours.show_choice("3")
            self.colours.chosen.connect(self._choose)
            return self.colours
        box = NumberBox(int(INPUT_FIELD.low), int(INPUT_FIELD.high))
        box.setValue(USUAL[axis])
        box.setAccessibleName(title)
        self.boxes[axis] = box
        return box

    def _choose(self, key: str) -> None:
        assert self.colours is not None
        self._channels = int(key)
        self.colours.show_choice(key)
