"""How to train, as a form: optimizer, rate, batch, epochs, schedule, seed."""

from __future__ import annotations

from PySide6.QtWidgets import QFormLayout, QGridLayout, QLabel, QWidget

from convsim.services.recipes import OPTIMIZERS, SCHEDULES, Choices
from convsim.ui.number_boxes import DecimalBox, NumberBox
from convsim.ui.small_buttons import ChoiceBox
from convsim.ui.train.words import tr

NAMES = {
    "sgd": "SGD",
    "momentum": "SGD, momentum 0.9",
    "nesterov": "SGD, Nesterov 0.9",
    "rmsprop": "RMSProp",
    "adam": "Adam",
    "adamw": "AdamW",
}
"""Names of methods are the same in every language."""


class TrainForm(QWidget):
    """Six settings with what they usually are.

    Attributes
    ----------
    optimizer, schedule : ChoiceBox
    rate : DecimalBox
    batch, epochs, seed : NumberBox
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        usual = Choices()
        self.optimizer = ChoiceBox()
        for key in OPTIMIZERS:
            self.optimizer.addItem(NAMES[key], key)
        self.schedule = ChoiceBox()
        titles = {"cosine": tr("down to 0"), "constant": tr("constant"), "step": tr("a tenth late")}
        for key in SCHEDULES:
            self.schedule.addItem(titles[key], key)
        self.rate = DecimalBox(0.001, low=1e-9, high=1e6)
        self.batch = NumberBox(1, 4096)
        self.epochs = NumberBox(1, 9999)
        self.seed = NumberBox(0, 999_999_999)
        self.optimizer.setCurrentIndex(self.optimizer.findData(usual.optimizer))
        self.batch.setValue(usual.batch)
        self.epochs.setValue(usual.epochs)
        self._show_rate()
        self.optimizer.currentIndexChanged.connect(lambda _index: self._show_rate())
        rows = (
            (tr("Optimizer"), self.optimizer, tr("How the gradient becomes a step")),
            (tr("Learning rate"), self.rate, tr("How large the steps are")),
            (tr("Schedule"), self.schedule, tr("How the rate changes on the way")),
            (tr("Epochs"), self.epochs, tr("How often every picture is seen")),
            (tr("Batch"), self.batch, tr("Pictures looked at before each step")),
            (tr("Seed"), self.seed, tr("The same seed gives the same weights")),
        )
        grid = QGridLayout(self)
        grid.setContentsMargins(18, 6, 18, 6)
        grid.setHorizontalSpacing(24)
        for i, (title, editor, hint) in enumerate(rows):
            label = QLabel(title)
            label.setObjectName("dim")
            label.setBuddy(editor)
            editor.setAccessibleName(title)
            editor.setAccessibleDescription(hint)
            editor.setToolTip(hint)
            editor.setMinimumHeight(26)
            cell = QFormLayout()
            cell.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
            label.setFixedWidth(88)
            cell.addRow(label, editor)
            grid.addLayout(cell, i % 3, i // 3)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)

    def choices(self) -> Choices:
        """Return what is chosen."""
        return Choices(
            self.optimizer.currentData(),
            self.rate.value(),
            self.batch.value(),
            self.epochs.value(),
            self.schedule.currentData(),
        )

    def _show_rate(self) -> None:
        usual, _ = OPTIMIZERS[self.optimizer.currentData()]
        self.rate.setValue(usual)
