"""How to train, as a form: what is usually set in sight, the rest one click away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QFormLayout,
    QGridLayout,
    QLabel,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from convsim.core.layers import Dropout
from convsim.services.recipes import OPTIMIZERS, SCHEDULES, Choices, usual_epochs
from convsim.services.training import VALIDATION
from convsim.ui.number_boxes import DecimalBox, NumberBox
from convsim.ui.small_buttons import ChoiceBox
from convsim.ui.train.words import loss_names, optimizer_names, schedule_names, tr

if TYPE_CHECKING:
    from collections.abc import Iterator

    from convsim.core.network import Network

COLUMNS = 2


class TrainForm(QWidget):
    """Settings with what they usually are; all but three may be changed while it trains.

    Attributes
    ----------
    optimizer, schedule, loss, shuffle, begin : ChoiceBox
    rate, decay, smoothing, dropout, validation : DecimalBox
    batch, epochs, seed : NumberBox
    more : QToolButton
        Shows the settings that are seldom changed.

    Signals
    -------
    edited()
        A setting that may be changed while it trains was.
    """

    edited = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        usual = Choices()
        self.optimizer, self.schedule = ChoiceBox(), ChoiceBox()
        self.loss, self.shuffle = ChoiceBox(), ChoiceBox()
        for key in OPTIMIZERS:
            self.optimizer.addItem(optimizer_names()[key], key)
        for key in SCHEDULES:
            self.schedule.addItem(schedule_names()[key], key)
        for key, text in loss_names().items():
            self.loss.addItem(text, key)
        self.begin = ChoiceBox()
        self.begin.addItem(tr("new weights"), True)
        self.begin.addItem(tr("its weights"), False)
        self.begin.setCurrentIndex(1)
        self.shuffle.addItem(tr("every epoch"), True)
        self.shuffle.addItem(tr("never"), False)
        self.rate = DecimalBox(0.001, low=1e-9, high=1e6)
        self.decay = DecimalBox(0.0001, low=0.0, high=1e3)
        self.smoothing = DecimalBox(0.05, low=0.0, high=0.95)
        self.dropout = DecimalBox(0.1, low=0.0, high=0.95)
        self.validation = DecimalBox(0.05, low=0.0, high=0.5)
        self.batch, self.epochs = NumberBox(1, 4096), NumberBox(1, 9999)
        self.seed = NumberBox(0, 999_999_999)
        self.optimizer.setCurrentIndex(self.optimizer.findData(usual.optimizer))
        self.schedule.setCurrentIndex(self.schedule.findData(usual.schedule))
        self.batch.setValue(usual.batch)
        self.epochs.setValue(usual.epochs)
        self._suggested = usual.epochs
        self.validation.setValue(VALIDATION)
        self._show_rate()
        self._rows: dict[QWidget, QWidget] = {}
        self.more = QToolButton()
        self.more.setObjectName("segment")
        self.more.setText(tr("More settings"))
        self.more.setCheckable(True)
        self.more.setToolTip(tr("Loss, weight decay, dropout, validation, shuffling and seed"))
        self._layout()
        self._connect()

    def choices(self) -> Choices:
        """Return what is chosen."""
        return Choices(
            self.optimizer.currentData(),
            self.rate.value(),
            self.batch.value(),
            self.epochs.value(),
            self.schedule.currentData(),
            decay=self.decay.value(),
            loss=self.loss.currentData(),
            smoothing=self.smoothing.value(),
            dropout=None if self._rows[self.dropout].isHidden() else self.dropout.value(),
            shuffle=self.shuffle.currentData(),
        )

    def suggest_epochs(self, examples: int) -> None:
        """Fill in what suits a number of pictures, unless somebody has chosen another number."""
        if self.epochs.value() == self._suggested:
            self._suggested = usual_epochs(examples)
            self.epochs.show_value(self._suggested)

    def show_choices(self, choices: Choices) -> None:
        """Show other settings without saying that somebody chose them."""
        blocked = self.blockSignals(True)
        for box, value in (
            (self.optimizer, choices.optimizer),
            (self.schedule, choices.schedule),
            (self.loss, choices.loss),
            (self.shuffle, choices.shuffle),
        ):
            box.setCurrentIndex(max(box.findData(value), 0))
        usual, _ = OPTIMIZERS[choices.optimizer]
        self.rate.setValue(usual if choices.rate is None else choices.rate)
        self.batch.setValue(choices.batch)
        self.epochs.setValue(choices.epochs)
        self.decay.setValue(choices.decay)
        self.smoothing.setValue(choices.smoothing)
        if choices.dropout is not None:
            self.dropout.setValue(choices.dropout)
        self.blockSignals(blocked)

    def show_network(self, network: Network) -> None:
        """Show the share that is dropped only where a layer drops some, and that layer's."""
        found = [layer.rate for layer in network.layers if isinstance(layer, Dropout)]
        row = self._rows[self.dropout]
        if found and row.isHidden():
            self.dropout.show_value(found[0])
        row.setHidden(not found)

    def show_taught(self, *, taught: bool) -> None:
        """Suggest to begin anew where weights come along: else there is little to see.

        For when one is opened; after that nobody but the reader changes it.
        """
        self.begin.setCurrentIndex(self.begin.findData(taught))

    def lock(self, *, running: bool) -> None:
        """Leave alone while it runs what cannot be changed then."""
        for editor in (self.seed, self.validation, self.begin):
            editor.setEnabled(not running)

    def _editors(self) -> Iterator[tuple[str, QWidget, str]]:
        yield tr("Optimizer"), self.optimizer, tr("How the gradient becomes a step")
        yield tr("Epochs"), self.epochs, tr("How often every picture is seen")
        yield tr("Learning rate"), self.rate, tr("How large the steps are")
        yield tr("Batch"), self.batch, tr("Pictures looked at before each step")
        yield tr("Schedule"), self.schedule, tr("How the rate changes on the way")
        yield tr("Begin with"), self.begin, tr("New random weights, or those that it has")
        yield tr("Loss"), self.loss, tr("How wrong an answer is, as a number")
        yield (
            tr("Smoothing"),
            self.smoothing,
            tr("Share of the truth that is spread over all classes, for cross-entropy: 0.1"),
        )
        yield tr("Weight decay"), self.decay, tr("Share of every weight taken off at each step")
        yield (
            tr("Validation"),
            self.validation,
            tr("Share of every class that is set aside to see whether it really learns"),
        )
        yield tr("Shuffle"), self.shuffle, tr("Whether the pictures come in another order")
        yield tr("Seed"), self.seed, tr("The same seed gives the same weights")
        yield tr("Dropout"), self.dropout, tr("Share of values that Dropout layers leave out")

    def _layout(self) -> None:
        usual, rest = QGridLayout(), QGridLayout()
        for i, (title, editor, hint) in enumerate(self._editors()):
            label = QLabel(title)
            label.setObjectName("dim")
            label.setBuddy(editor)
            label.setFixedWidth(88)
            editor.setAccessibleName(title)
            editor.setAccessibleDescription(hint)
            editor.setToolTip(hint)
            editor.setMinimumHeight(26)
            editor.setMinimumWidth(60)
            editor.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            row = QWidget()
            cell = QFormLayout(row)
            cell.setContentsMargins(0, 0, 0, 0)
            cell.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
            cell.addRow(label, editor)
            self._rows[editor] = row
            grid, place = (usual, i) if i < 6 else (rest, i - 6)
            grid.addWidget(row, place // COLUMNS, place % COLUMNS)
        self._rest = QWidget()
        self._rest.setLayout(rest)
        for grid in (usual, rest):
            grid.setContentsMargins(0, 0, 0, 0)
            grid.setHorizontalSpacing(24)
            grid.setVerticalSpacing(6)
            for column in range(COLUMNS):
                grid.setColumnStretch(column, 1)
        self._rest.hide()
        whole = QVBoxLayout(self)
        whole.setContentsMargins(18, 6, 18, 6)
        whole.setSpacing(6)
        whole.addLayout(usual)
        whole.addWidget(self._rest)

    def _connect(self) -> None:
        self.optimizer.currentIndexChanged.connect(lambda _index: self._show_rate())
        for box in (self.optimizer, self.schedule, self.loss, self.shuffle):
            box.currentIndexChanged.connect(lambda _index: self.edited.emit())
        for decimal in (self.rate, self.decay, self.smoothing, self.dropout):
            decimal.valueChanged.connect(lambda _value: self.edited.emit())
        for number in (self.batch, self.epochs):
            number.valueChanged.connect(lambda _value: self.edited.emit())
        self.loss.currentIndexChanged.connect(
            lambda _index: self._rows[self.smoothing].setHidden(
                self.loss.currentData() != "cross-entropy"
            )
        )
        self.more.toggled.connect(self._rest.setVisible)

    def _show_rate(self) -> None:
        usual, _ = OPTIMIZERS[self.optimizer.currentData()]
        self.rate.show_value(usual)
