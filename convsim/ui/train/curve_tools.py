"""What stands below the curves: the rate, how smooth they are, and the runs that were kept."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QSlider,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from convsim.core.formula import plain_text
from convsim.figures.curves import SMOOTH
from convsim.services.runs import Runs, differences
from convsim.ui.icons import icon
from convsim.ui.number_boxes import DecimalBox
from convsim.ui.train.words import recipe_words, result_words, run_name, tr

if TYPE_CHECKING:
    from convsim.figures.scene import Color
    from convsim.figures.theme import Theme
    from convsim.services.resuming import Origin
    from convsim.services.runs import Run
    from convsim.ui.train.desk import Desk

FINEST = 99
"""Hundredths of the smoothing slider at its right end."""


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
    runs : Runs

    Signals
    -------
    changed()
        The curves are to be drawn in another way.
    asked()
        The range of rates is wanted.
    """

    changed = Signal()
    asked = Signal()

    def __init__(self, desk: Desk, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("page")
        self._desk, self._theme = desk, theme
        self._compared: Origin | None = None
        self.runs = Runs()
        self.rate = DecimalBox(0.001, low=1e-9, high=1e6)
        self.rate.setAccessibleName(tr("Learning rate"))
        self.rate.setToolTip(tr("How large the steps are; applies from the next batch on"))
        self.rate.setFixedWidth(96)
        self.smooth = QSlider(Qt.Orientation.Horizontal)
        self.smooth.setRange(0, FINEST)
        self.smooth.setValue(round(SMOOTH * 100))
        self.smooth.setAccessibleName(tr("Smoothing of the curves"))
        self.smooth.setToolTip(tr("How much of what was before stays in the bold lines"))
        self.smooth.setMinimumWidth(60)
        self.smooth.setMaximumWidth(140)
        self.keep = self._button(tr("Keep run"), self.keep_run)
        self.keep.setToolTip(tr("Keep these curves, to compare the next training with them"))
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
        self._lines = QVBoxLayout()
        self._lines.setContentsMargins(0, 0, 0, 0)
        self._lines.setSpacing(0)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 0, 18, 8)
        column.setSpacing(2)
        column.addLayout(row)
        column.addLayout(self._lines)
        self.rate.valueChanged.connect(lambda value: desk.form.rate.setValue(value))
        desk.form.rate.valueChanged.connect(self._follow_rate)
        self.smooth.valueChanged.connect(lambda _value: self.changed.emit())
        self._follow_rate()

    @property
    def smoothing(self) -> float:
        """How much of the mean before stays in the bold line."""
        return self.smooth.value() / 100

    def keep_run(self) -> None:
        """Keep the curves that are shown."""
        trainer = self._desk.trainer
        if trainer.origin is None or not trainer.history.steps:
            return
        self._set(self.runs.with_run(trainer.name, trainer.origin, trainer.history))

    def delete(self, number: int) -> None:
        """Forget a run that was kept."""
        self._set(self.runs.without(number))

    def show_state(self) -> None:
        """Show whether there is a run to keep, and room for it."""
        trainer = self._desk.trainer
        there = trainer.history.steps > 0 and not self.runs.holds(trainer.history)
        if trainer.origin is not self._compared:
            self._compared = trainer.origin
            self._show_runs()
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
        self._show_runs()

    def _set(self, runs: Runs) -> None:
        self.runs = runs
        self._show_runs()
        self.show_state()
        self.changed.emit()

    def _follow_rate(self, _value: float = 0.0) -> None:
        self.rate.show_value(self._desk.form.rate.value())

    def _show_runs(self) -> None:
        while (item := self._lines.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        trainer = self._desk.trainer
        recipes = [run.origin for run in self.runs.kept]
        if trainer.origin is not None:
            recipes.append(trainer.origin)
        differing = differences(recipes) if len(recipes) > 1 else ()
        for run in self.runs.kept:
            self._lines.addWidget(self._line(run, differing))
        if differing and trainer.origin is not None and not self.runs.holds(trainer.history):
            text = tr("this run: {recipe}").format(recipe=recipe_words(trainer.origin, differing))
            self._lines.addWidget(self._words(self._theme.accent, text, text))

    def _line(self, run: Run, differing: tuple[str, ...]) -> QWidget:
        line = QWidget()
        recipe = ", ".join([run.network, recipe_words(run.origin, differing)])
        text = f"{run_name(run)}: {recipe}{result_words(run.history)}"
        words = self._words(self._theme.filter_color(run.color), text, recipe_words(run.origin, ()))
        delete = QToolButton()
        delete.setObjectName("round")
        delete.setIcon(icon("x", self._theme))
        delete.setIconSize(QSize(12, 12))
        delete.setToolTip(tr("Forget this run"))
        delete.setAccessibleName(tr("Forget {run}").format(run=run_name(run)))
        delete.clicked.connect(lambda _checked=False: self.delete(run.number))
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(words, 1)
        row.addWidget(delete)
        return line

    def _words(self, color: Color, text: str, tip: str) -> QLabel:
        red, green, blue = color[:3]
        dot = f'<span style="color: rgb({red}, {green}, {blue})">●</span>'
        words = QLabel(f"{dot} {html.escape(text)}")
        words.setTextFormat(Qt.TextFormat.RichText)
        words.setWordWrap(True)
        words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        words.setToolTip(tip)
        return words

    def _button(self, text: str, run: object) -> QPushButton:
        button = QPushButton(text)
        button.setAutoDefault(False)
        button.clicked.connect(lambda _checked=False: run())  # type: ignore[operator]
        return button
