"""What stands below the curves: the rate, how smooth they are, and the runs that are kept."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSlider,
    QVBoxLayout,
    QWidget,
)

from convsim.core.errors import ParameterError
from convsim.core.formula import plain_text
from convsim.document.work import runs_of
from convsim.figures.curves import SMOOTH
from convsim.services.runs import with_kept
from convsim.ui.keys import SLIDES
from convsim.ui.number_boxes import DecimalBox
from convsim.ui.scroll_panel import ScrollPanel
from convsim.ui.train.run_lines import RunLines
from convsim.ui.train.words import run_name, tr

if TYPE_CHECKING:
    from convsim.document.runs import Runs
    from convsim.figures.theme import Theme
    from convsim.services.resuming import Origin
    from convsim.ui.context import Context
    from convsim.ui.train.desk import Desk

ONE = 28
"""Height of the line of a kept run."""
FINEST = 99
"""Hundredths of the smoothing slider at its right end."""


class _Held(ScrollPanel):
    """As high as what it holds, where there is room: Qt's own remembers what it held at first."""

    def sizeHint(self) -> QSize:
        """Return the size of what it holds."""
        held = self.widget()
        return super().sizeHint() if held is None else held.sizeHint()


class CurveTools(QWidget):
    """A row of tools, and a line for each run that is kept.

    Attributes
    ----------
    rate : DecimalBox
        The same as in the form.
    smooth : QSlider
        In hundredths.
    keep : QPushButton
    find_rate : QPushButton
        Asks for the range of rates.
    use, back : QPushButton
        Take the rate that is offered; show the curves again.
    lines : RunLines
        The runs that are kept.

    Signals
    -------
    changed()
        The curves are to be drawn in another way.
    asked()
        The range of rates is wanted.
    refused(text)
        What was asked for cannot be done, and why.
    """

    changed = Signal()
    asked = Signal()
    refused = Signal(str)

    def __init__(self, context: Context, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("page")
        self._context, self._desk, self._theme = context, desk, context.theme
        self._compared: Origin | None = None
        self.rate = DecimalBox(0.001, low=1e-9, high=1e6)
        self.rate.setAccessibleName(tr("Learning rate"))
        self.rate.setToolTip(tr("How large the steps are; applies from the next batch on"))
        self.rate.setFixedWidth(96)
        self.smooth = QSlider(Qt.Orientation.Horizontal)
        self.smooth.setRange(0, FINEST)
        self.smooth.setProperty(SLIDES, True)
        self.smooth.setValue(round(SMOOTH * 100))
        self.smooth.setAccessibleName(tr("Smoothing of the curves"))
        self.smooth.setToolTip(tr("How much of what was before stays in the bold lines"))
        self.smooth.setMinimumWidth(60)
        self.smooth.setMaximumWidth(140)
        self.keep = self._button(tr("Keep run"), self.keep_run)
        self.keep.setToolTip(
            tr("Keep these curves, in the project too, to compare the next training with them")
        )
        self.find_rate = self._button(tr("Find rate"), self.asked.emit)
        self.find_rate.setToolTip(
            tr("Try larger and larger rates for a moment; the weights stay as they are")
        )
        self.use = self._button("", self._use)
        self.use.hide()
        self.back = self._button(tr("Back to the curves"), self.changed.emit)
        self.back.hide()
        self._offered: float | None = None
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for text, widget in ((tr("Rate"), self.rate), (tr("Smooth"), self.smooth)):
            label = QLabel(text)
            label.setObjectName("dim")
            label.setBuddy(widget)
            row.addWidget(label)
            row.addWidget(widget)
            if widget is self.rate:
                row.addWidget(self.find_rate)
                row.addWidget(self.use)
                row.addWidget(self.back)
                row.addSpacing(8)
        row.addStretch(1)
        row.addWidget(self.keep)
        self.lines = RunLines()
        self.lines.renamed.connect(self.rename)
        self.lines.unwanted.connect(self.forget)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 0, 18, 8)
        column.setSpacing(2)
        # In a low window the curves keep their room, and one run can be read at a time.
        self._held = _Held()
        self._held.hide()
        self._held.setWidget(self.lines)
        self._held.setMinimumHeight(ONE)
        # Where the lines lie is known when they have been laid out.
        self.lines.asks.connect(
            lambda line: QTimer.singleShot(0, line, lambda: self._held.ensureWidgetVisible(line))
        )
        column.addWidget(self._held)
        # Below the runs: a run that was just kept moves no button, least of all that which forgets
        # it to where “Keep run” was pressed.
        column.addLayout(row)
        self.rate.valueChanged.connect(lambda value: desk.form.rate.setValue(value))
        desk.form.rate.valueChanged.connect(self._follow_rate)
        self.smooth.valueChanged.connect(lambda _value: self.changed.emit())
        self._follow_rate()

    @property
    def smoothing(self) -> float:
        """How much of the mean before stays in the bold line."""
        return self.smooth.value() / 100

    @property
    def runs(self) -> Runs:
        """The runs that the document keeps."""
        return runs_of(self._context.document)

    def keep_run(self) -> None:
        """Keep the curves that are shown."""
        trainer, store = self._desk.trainer, self._context.store
        if trainer.origin is None or not trainer.history.steps or trainer.running:
            return
        document = with_kept(store.document, trainer.name, trainer.origin, trainer.history)
        number = runs_of(document).given
        store.edit(tr("Keep run {n}").format(n=number), document)

    def rename(self, number: int, name: str) -> None:
        """Call a kept run something else."""
        try:
            runs = self.runs.renamed(number, name)
        except ParameterError as problem:
            self.refused.emit(str(problem))
            return
        title = tr("Rename {old} → {new}").format(
            old=run_name(self.runs.number(number)), new=run_name(runs.number(number))
        )
        self._edit(title, runs)

    def forget(self, number: int) -> None:
        """Forget a run that was kept."""
        title = tr("Forget {run}").format(run=run_name(self.runs.number(number)))
        self._edit(title, self.runs.without(number))

    def show_state(self) -> None:
        """Show whether there is a run to keep, and room for it."""
        trainer = self._desk.trainer
        there = trainer.history.steps > 0 and not self.runs.holds(trainer.history)
        if trainer.origin is not self._compared:
            self._compared = trainer.origin
            self._show_lines()
        self.lines.lock(locked=trainer.running)
        self.find_rate.setVisible(not trainer.running)
        self.keep.setVisible(there and not trainer.running and not self.runs.full)

    def show_offer(self, rate: float | None, *, tried: bool = False) -> None:
        """Offer a rate; `tried` says that the range of rates is shown, whatever came out."""
        self._offered = rate
        self.use.setText(tr("Use {rate}").format(rate="" if rate is None else plain_text(rate)))
        self.use.setVisible(rate is not None)
        self.back.setVisible(tried)

    def _use(self) -> None:
        """Take the rate that is offered."""
        if self._offered is not None:
            self.rate.setValue(self._offered)
        self.changed.emit()

    def set_theme(self, theme: Theme) -> None:
        """Draw the dots in other colours."""
        self._theme = theme
        self._show_lines()

    def show_runs(self) -> None:
        """Show the runs that the document keeps now."""
        self._show_lines()
        self.show_state()
        self.changed.emit()

    def _edit(self, text: str, runs: Runs) -> None:
        """Change the kept runs, as an edit that can be undone."""
        store = self._context.store
        if not self._desk.trainer.running:
            store.edit(text, replace(store.document, runs=runs))

    def _follow_rate(self, _value: float = 0.0) -> None:
        self.rate.show_value(self._desk.form.rate.value())

    def _show_lines(self) -> None:
        trainer = self._desk.trainer
        this = None if self.runs.holds(trainer.history) else trainer.origin
        self.lines.show_runs(self.runs.kept, this, self._theme)
        self.lines.lock(locked=trainer.running)
        high = self.lines.sizeHint().height()
        self._held.setMaximumHeight(max(high, ONE))
        self._held.updateGeometry()
        self._held.setVisible(bool(self.runs.kept))

    def _button(self, text: str, run: object) -> QPushButton:
        button = QPushButton(text)
        button.setAutoDefault(False)
        button.clicked.connect(lambda _checked=False: run())  # type: ignore[operator]
        return button
