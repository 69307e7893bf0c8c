"""Below the curves, a line for each kept run: its colour, its recipe, and what it came to."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from convsim.document.runs import LONGEST
from convsim.services.runs import differences, origin_of_run
from convsim.ui.icons import icon
from convsim.ui.train.words import recipe_words, result_words, run_name, tr

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtCore import QObject

    from convsim.document.runs import Run
    from convsim.figures.scene import Color
    from convsim.figures.theme import Theme
    from convsim.services.resuming import Origin


BOX = 260
"""Pixels that a name has to be typed in."""


class RunLines(QWidget):
    """The lines; they show runs and say what is wanted of them.

    Attributes
    ----------
    lines : tuple of RunLine

    Signals
    -------
    renamed(number, name)
        A run is to be called something else.
    unwanted(number)
        A run is to be forgotten.
    asks(line)
        A line waits for a name to be typed, and should be seen.
    """

    renamed = Signal(int, str)
    unwanted = Signal(int)
    asks = Signal(QWidget)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("page")
        self.lines: tuple[RunLine, ...] = ()
        self._column = QVBoxLayout(self)
        # At the right there is room for a scroll bar.
        self._column.setContentsMargins(0, 0, 14, 0)
        self._column.setSpacing(0)

    def show_runs(self, runs: Sequence[Run], this: Origin | None, theme: Theme) -> None:
        """Show runs, and in what they differ from each other and from the one above them.

        Parameters
        ----------
        runs : sequence of Run
        this : Origin or None
            Of the run whose curves are drawn in the accent colour; None if it is one of these.
        theme : Theme
        """
        here = next((line.number for line in self.lines if line.rename.hasFocus()), None)
        typed = {line.number: line.box.text() for line in self.lines if not line.box.isHidden()}
        for line in self.lines:
            # An edit leads here: a line that goes away must not make another one meanwhile.
            line.give_up()
        while (item := self._column.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        recipes = [origin_of_run(run) for run in runs]
        if this is not None:
            recipes.append(this)
        differing = differences(recipes) if len(recipes) > 1 else ()
        self.lines = tuple(RunLine(run, differing, theme) for run in runs)
        for line in self.lines:
            number = line.number
            line.renamed.connect(lambda name, number=number: self.renamed.emit(number, name))
            line.unwanted.connect(lambda number=number: self._forget(number))
            line.asks.connect(lambda line=line: self.asks.emit(line))
            self._column.addWidget(line)
            # Only what is shown counts for the height.
            line.show()
            if number == here:
                # The keyboard stays where it was.
                line.rename.setFocus()
            if number in typed:
                line.begin(typed[number])
        if differing and this is not None:
            text = tr("this run: {recipe}").format(recipe=recipe_words(this, differing))
            words = _words(theme.accent, text, text)
            self._column.addWidget(words)
            words.show()

    def _forget(self, number: int) -> None:
        """Take a name that is still being typed, and forget a run after that."""
        for line in self.lines:
            line.take()
        self.unwanted.emit(number)

    def lock(self, *, locked: bool) -> None:
        """Leave the runs as they are while a network learns."""
        for line in self.lines:
            line.lock(locked=locked)


class RunLine(QWidget):
    """One run.

    Attributes
    ----------
    number : int
    words : QLabel
    box : QLineEdit
        In the place of the words while it is given a name.
    rename, forget : QToolButton

    Signals
    -------
    renamed(name)
    unwanted()
    asks()
        A name is to be typed.
    """

    renamed = Signal(str)
    unwanted = Signal()
    asks = Signal()

    def __init__(
        self, run: Run, differing: Sequence[str], theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.number, self._name = run.number, run.name
        origin, title = origin_of_run(run), run_name(run)
        recipe = ", ".join([run.network, recipe_words(origin, differing)])
        # What is cut off where there is no room is the rest of the recipe, not what came of it.
        text = f"{title}: {', '.join(filter(None, [result_words(run.history), recipe]))}"
        self.words = _words(theme.filter_color(run.color), text, recipe_words(origin, ()))
        self.box = QLineEdit(run.name)
        self.box.setMaxLength(LONGEST)
        self.box.setPlaceholderText(tr("run {n}").format(n=run.number))
        self.box.setAccessibleName(tr("Name of {run}").format(run=title))
        self.box.setFixedWidth(BOX)
        self.box.hide()
        self.box.returnPressed.connect(self.take)
        self.box.installEventFilter(self)
        self.rename = QToolButton()
        self.rename.setObjectName("segment")
        self.rename.setText(tr("Rename"))
        self.rename.setToolTip(tr("Call this run something that is easier to remember"))
        self.rename.setAccessibleName(tr("Rename {run}").format(run=title))
        self.rename.clicked.connect(lambda _checked=False: self.begin())
        self.forget = QToolButton()
        self.forget.setObjectName("round")
        self.forget.setIcon(icon("x", theme))
        self.forget.setIconSize(QSize(12, 12))
        self.forget.setToolTip(tr("Forget this run"))
        self.forget.setAccessibleName(tr("Forget {run}").format(run=title))
        self.forget.clicked.connect(lambda _checked=False: self.unwanted.emit())
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self.words, 1)
        row.addWidget(self.box, 1, Qt.AlignmentFlag.AlignLeft)
        row.addWidget(self.rename)
        row.addWidget(self.forget)
        # A line of words is as high as one that is being named: nothing below it moves.
        self.setMinimumHeight(self.box.sizeHint().height() + 6)

    def begin(self, typed: str | None = None) -> None:
        """Ask for another name, in the place of the words; `typed` is what there is of it."""
        self._show_box(shown=True)
        self.box.setText(self._name if typed is None else typed)
        if typed is None:
            self.box.selectAll()
        self.box.setFocus()
        self.asks.emit()

    def give_up(self) -> None:
        """Ask no more; what was typed is not taken."""
        self._show_box(shown=False)

    def lock(self, *, locked: bool) -> None:
        """Leave the run as it is, or not any more."""
        for button in (self.rename, self.forget):
            button.setEnabled(not locked)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Give up with Escape; take the name when somebody goes on elsewhere."""
        if watched is self.box and event.type() == QEvent.Type.KeyPress:
            if event.key() == Qt.Key.Key_Escape:  # type: ignore[attr-defined]
                self.give_up()
                self.rename.setFocus()
                return True
        # A menu of the box, to paste say, is no going elsewhere.
        elif (
            watched is self.box
            and event.type() == QEvent.Type.FocusOut
            and event.reason() != Qt.FocusReason.PopupFocusReason  # type: ignore[attr-defined]
        ):
            self.take()
        return super().eventFilter(watched, event)

    def take(self) -> None:
        """Take the name that is being typed, if one is."""
        if self.box.isHidden():
            return
        here = self.box.hasFocus()
        self._show_box(shown=False)
        if here:
            self.rename.setFocus()
        name = " ".join(self.box.text().split())
        if name != self._name:
            self._name = name
            self.renamed.emit(name)

    def _show_box(self, *, shown: bool) -> None:
        self.box.setHidden(not shown)
        for widget in (self.words, self.rename, self.forget):
            widget.setHidden(shown)


def _words(color: Color, text: str, tip: str) -> QLabel:
    red, green, blue = color[:3]
    dot = f'<span style="color: rgb({red}, {green}, {blue})">●</span>'
    words = QLabel(f"{dot} {html.escape(text)}")
    words.setTextFormat(Qt.TextFormat.RichText)
    words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
    words.setToolTip(html.escape(tip))
    return words
