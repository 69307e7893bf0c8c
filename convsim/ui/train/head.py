"""What stands above every page of the Train view: pages, buttons, progress and what it says."""

from __future__ import annotations

import time
from math import inf
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from convsim.core.snapshot import Phase
from convsim.services.trainer import State
from convsim.ui.icons import icon
from convsim.ui.segments import Segments
from convsim.ui.steady import Steady
from convsim.ui.train.words import (
    begin_text,
    outcome_text,
    prediction_text,
    progress_text,
    stood_text,
    tr,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from convsim.figures.theme import Theme
    from convsim.ui.context import Context
    from convsim.ui.train.desk import Desk

PARTS = 1000
"""Of an epoch that progress is counted in."""
GUARD = 0.5
"""Seconds in which a button does nothing after it has come to mean something else by itself."""
KEY_GUARD = 1.0
"""Seconds in which a key begins no training after one has ended by itself: nobody looks at keys."""


class Head(QWidget):
    """Three rows.

    Attributes
    ----------
    segments : Segments
        The pages.
    train, stop, step, epoch, again : QPushButton
    words, guess : QLabel
        What training says; what the network takes the shown picture for.
    """

    def __init__(self, context: Context, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("page")
        self._context, self._desk = context, desk
        self._told: tuple[str, bool] | None = None
        self.segments = Segments(
            (
                ("setup", tr("Set up"), tr("What to learn from, and how")),
                ("curves", tr("Curves"), tr("Loss and accuracy on the way")),
                (
                    "inside",
                    tr("Inside"),
                    tr("Weights, gradients and steps of each layer, dead units"),
                ),
                ("mistakes", tr("Mistakes"), tr("Pictures of which it is sure, and wrong")),
                ("result", tr("Result"), tr("Which classes are taken for which")),
                ("history", tr("History"), tr("How filters, maps and neurons came about")),
            ),
            tr("What the train view shows"),
        )
        self._state = State.IDLE
        self._turned = self._ended = self._over = -inf
        self._gave = False
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.train = self._button(tr("Train"), lambda: self._press(desk.toggle, self._turned))
        self.train.setObjectName("primary")
        self.stop = self._button(tr("Stop"), lambda: self._press(desk.trainer.stop, self._ended))
        self.step = self._button(tr("One batch"), lambda: self._press(desk.one_batch, self._ended))
        self.epoch = self._button(tr("One epoch"), lambda: self._press(desk.one_epoch, self._ended))
        self.again = self._button(tr("Resume"), lambda: self._press(desk.resume, self._ended))
        self.again.setToolTip(
            tr("Go on where the training stood: with its optimizer's memory, step and curves")
        )
        self.words = QLabel()
        self.words.setWordWrap(True)
        self.words.setObjectName("dim")
        self.words.setAccessibleName(tr("What training says"))
        self.words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.guess = QLabel()
        self.guess.setWordWrap(True)
        self.guess.setAccessibleName(tr("What the network takes the picture for"))
        self._taken = Steady(self.guess)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setFixedHeight(4)
        self._bar.setAccessibleName(tr("Progress"))
        self._layout()

    def show_state(self, theme: Theme) -> None:
        """Show which state the trainer is in."""
        trainer, desk = self._desk.trainer, self._desk
        state = trainer.state
        self._note(state)
        running = state is State.RUNNING
        text = {State.RUNNING: tr("Pause"), State.PAUSED: tr("Go on")}.get(state, tr("Train"))
        self.train.setText(text)
        self.train.setIcon(icon("pause" if running else "play", theme, theme.accent_ink))
        can = desk.data.data is not None and state is not State.JUDGING
        # A button that cannot be pressed loses the keyboard to its neighbour, which a person who
        # presses Space again does not mean.
        held = self.train.hasFocus()
        self.train.setEnabled(can)
        self.step.setEnabled(can)
        self.epoch.setEnabled(can and not running)
        self.stop.setEnabled(trainer.running)
        self._keep_focus(held=held)
        self.show_resumable()

    def _keep_focus(self, *, held: bool) -> None:
        """Let nothing have the keyboard while Train cannot, and Train have it again after that."""
        if held and not self.train.isEnabled():
            self._gave = True
            self.setFocus()
        elif self._gave and self.train.isEnabled():
            self._gave = False
            if self.hasFocus():
                self.train.setFocus()

    def _note(self, state: State) -> None:
        """Note when buttons began to mean something else."""
        if state is self._state:
            return
        self._turned = time.monotonic()
        if state in (State.JUDGING, State.IDLE):
            self._ended = self._turned
        if state is State.IDLE:
            self._over = self._turned if self._came_to_its_end else -inf
        self._state = state

    @property
    def _came_to_its_end(self) -> bool:
        """Whether the last training ended without anybody asking it to."""
        outcome = self._desk.trainer.outcome
        if outcome is None:
            return False
        shot = outcome.snapshot
        return bool(outcome.problem) or (shot is not None and shot.phase is Phase.DONE)

    def _press(self, deed: Callable[[], None], since: float) -> None:
        """Do what a button says, unless it was meant for what it said a moment ago.

        Pause becomes Train when a training ends, and a second click on Stop would give up the test.
        """
        if time.monotonic() - since >= GUARD:
            deed()

    def press_key(self, deed: Callable[[], None]) -> None:
        """Do what a key says, unless it was meant for a training that has just come to its end."""
        if time.monotonic() - self._over >= KEY_GUARD:
            deed()

    def show_resumable(self) -> None:
        """Show whether there is a training to go on with."""
        self.again.setVisible(self._desk.can_resume)

    def show_progress(self) -> None:
        """Show how far the training has come, or what to do to begin."""
        trainer, desk = self._desk.trainer, self._desk
        shot = trainer.newest
        self._bar.setRange(0, trainer.epochs * PARTS)
        self._bar.setValue(int((shot.passed if shot else trainer.history.passed) * PARTS))
        if trainer.running:
            self._told = None
            self._say(progress_text(trainer, desk.pictures))
        elif self._told is not None:
            text, wrong = self._told
            self._say(text, wrong=wrong)
        elif trainer.outcome is not None and trainer.outcome.problem:
            begun = trainer.history.steps > 0 or trainer.outcome.diverged
            self._say(outcome_text(trainer.outcome, begun=begun), wrong=True)
        elif trainer.outcome is not None:
            checks = trainer.history.held
            held = checks[-1].accuracy if checks else None
            self._say(f"{outcome_text(trainer.outcome, held=held)} {self._begin()}")
        elif trainer.origin is not None:
            self._say(f"{stood_text(trainer)} {self._begin()}")
        else:
            said = tr("The picture's maps, the filters and the curves change as it learns.")
            self._say(desk.data.problem or f"{self._begin()} {said}")

    def show_guess(self) -> None:
        """Show what the network takes the picture for."""
        context = self._context
        document, text = context.document, ""
        last = len(document.network.layers) - 1
        # Nobody needs the last layer worked out for a view that is hidden.
        shown = self.isVisible() and bool(document.classes) and last >= 0
        if shown and context.tracer.want(last):
            text = prediction_text(document, context.trace)
        self._taken.setVisible(bool(text))
        self.guess.setText(text)

    def _begin(self) -> str:
        """Return what Train would begin with."""
        anew = bool(self._desk.form.begin.currentData())
        return begin_text(self._context.document, anew=anew)

    def say(self, text: str, *, wrong: bool = False) -> None:
        """Say something until a training begins or it is forgotten; as an error if it is one."""
        self._told = (text, wrong)
        self._say(text, wrong=wrong)

    def forget(self) -> None:
        """Say no more what was about another network, other weights or other data."""
        self._told = None
        self.show_progress()

    def _say(self, text: str, *, wrong: bool = False) -> None:
        """Write a sentence in the colour of an error if it is one."""
        name = "problem" if wrong else "dim"
        self.words.setText(text)
        if self.words.objectName() != name:
            self.words.setObjectName(name)
            style = self.words.style()
            style.unpolish(self.words)
            style.polish(self.words)

    def _layout(self) -> None:
        buttons = QHBoxLayout()
        buttons.setContentsMargins(18, 2, 18, 2)
        buttons.setSpacing(8)
        for button in (self.train, self.stop, self.step, self.epoch, self.again):
            buttons.addWidget(button)
        # One width for all that it says, so that the others stay where they are.
        texts = (tr("Train"), tr("Pause"), tr("Go on"))
        wide = max(self.train.fontMetrics().horizontalAdvance(text) for text in texts)
        self.train.setMinimumWidth(wide + 64)
        buttons.addStretch(1)
        head = QHBoxLayout()
        head.setContentsMargins(18, 10, 18, 4)
        head.addWidget(self.segments)
        below = QVBoxLayout()
        below.setContentsMargins(18, 4, 18, 2)
        below.setSpacing(6)
        below.addWidget(self._bar)
        below.addWidget(Steady(self.words))
        below.addWidget(self._taken)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(2)
        for layout in (head, buttons, below):
            whole.addLayout(layout)

    def _button(self, text: str, run: object) -> QPushButton:
        button = QPushButton(text)
        button.setAutoDefault(False)
        button.clicked.connect(lambda _checked=False: run())  # type: ignore[operator]
        return button
