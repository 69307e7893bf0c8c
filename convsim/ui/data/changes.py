"""Choosing what may happen to a picture each time it is learnt from, and seeing it first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QVBoxLayout, QWidget

from convsim.data.sets import Augmentation
from convsim.figures.contact_sheet import Tile, contact_sheet
from convsim.services.data_look import changed_samples
from convsim.ui.data.words import tr
from convsim.ui.number_boxes import DecimalBox, NumberBox
from convsim.ui.scene_view import SceneView
from convsim.ui.small_buttons import TickBox

if TYPE_CHECKING:
    from convsim.data.sets import DataSet
    from convsim.figures.scene import Scene
    from convsim.ui.context import Context

PICTURES, VERSIONS = 4, 7


class ChangesPage(QWidget):
    """Four settings, and below them pictures as they are and as they may become.

    Attributes
    ----------
    flip : TickBox
    shift : NumberBox
    rotate, noise : DecimalBox
    view : SceneView

    Signals
    -------
    chosen(augmentation)
        A person chose other changes.
    """

    chosen = Signal(object)

    def __init__(
        self, context: Context, data: DataSet, seed: int, now: Augmentation, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._context, self._data, self._seed = context, data, seed
        self.flip = TickBox(tr("Mirror half of them"))
        self.shift = NumberBox(0, 64)
        self.rotate = DecimalBox(5.0, low=0.0, high=180.0)
        self.noise = DecimalBox(0.01, low=0.0, high=1.0)
        self.flip.setChecked(now.flip)
        self.shift.setValue(now.shift)
        self.rotate.setValue(now.rotate)
        self.noise.setValue(now.noise)
        self.flip.setToolTip(tr("Left to right. Not for letters and digits"))
        self.flip.setAccessibleDescription(self.flip.toolTip())
        note = QLabel(
            tr(
                "Each time a picture is learnt from it may look a little different, so that the "
                "network cannot learn its pictures by heart. The first of each row is as it is."
            )
        )
        note.setWordWrap(True)
        note.setObjectName("dim")
        grid = QGridLayout()
        grid.setHorizontalSpacing(10)
        grid.addWidget(self.flip, 0, 0)
        rows = (
            (tr("Shift by up to (px)"), self.shift, tr("Pixels, in each direction")),
            (tr("Turn by up to (°)"), self.rotate, tr("Degrees, either way")),
            (
                tr("Noise (of full scale)"),
                self.noise,
                tr("Standard deviation, on values from 0 to 1"),
            ),
        )
        for i, (title, editor, hint) in enumerate(rows):
            label = QLabel(title)
            label.setObjectName("dim")
            label.setBuddy(editor)
            editor.setAccessibleName(title)
            editor.setAccessibleDescription(hint)
            editor.setToolTip(hint)
            editor.setMinimumHeight(26)
            editor.setFixedWidth(76)
            grid.addWidget(label, 0, 2 * i + 1)
            grid.addWidget(editor, 0, 2 * i + 2)
        grid.setColumnStretch(7, 1)
        self.view = SceneView(self._draw, tr("Pictures and how they may look"), self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(note)
        column.addLayout(grid)
        column.addWidget(self.view, 1)
        self.flip.toggled.connect(lambda _on: self._choose())
        self.shift.valueChanged.connect(lambda _value: self._choose())
        for box in (self.rotate, self.noise):
            box.valueChanged.connect(lambda _value: self._choose())

    @property
    def change(self) -> Augmentation:
        """What is chosen."""
        return Augmentation(
            self.flip.isChecked(), self.shift.value(), self.rotate.value(), self.noise.value()
        )

    def _choose(self) -> None:
        self.view.refresh()
        self.chosen.emit(self.change)

    def _draw(self, width: float, height: float) -> Scene:
        page = self._context.page(width, height)
        rows = [
            [Tile(picture, marked=not i) for i, picture in enumerate(row)]
            for row in changed_samples(self._data, self.change, self._seed, PICTURES, VERSIONS)
        ]
        return contact_sheet(rows, page, tr("Pictures as they are, and as they may become"))
