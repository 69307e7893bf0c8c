"""The Train view: choose data, press Train, and watch the network learn."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from convsim.core.errors import ConvSimError
from convsim.figures.hint import hint
from convsim.services.data_sets import BUNDLED
from convsim.services.resuming import (
    Origin,
    augmentation_of,
    can_resume,
    choices_of,
    done_by,
    total_of,
)
from convsim.services.train_figures import train_figures
from convsim.services.trainer import PUBLISH, State, Trainer
from convsim.services.training import VALIDATION, Plan
from convsim.ui.icons import icon
from convsim.ui.scene_view import SceneView
from convsim.ui.segments import Segments
from convsim.ui.train.data import DataChooser
from convsim.ui.train.form import TrainForm
from convsim.ui.train.words import (
    advice,
    edit_title,
    network_name,
    outcome_text,
    past_title,
    prediction_text,
    progress_text,
    tr,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from convsim.core.trace import Trace
    from convsim.document import Document
    from convsim.document.progress import Progress
    from convsim.figures.page import FigureFunction, Page
    from convsim.figures.scene import Scene
    from convsim.figures.theme import Theme
    from convsim.services.learner import Outcome
    from convsim.ui.context import Context

PAGES = {"setup": "samples", "curves": "curves", "result": "confusion"}
"""The pages, and the kind of figure that each shows."""
PARTS = 1000
"""Of an epoch that progress is counted in."""


class TrainPanel(QWidget):
    """Three pages below one row of buttons: what and how, the curves, the confusion matrix.

    Attributes
    ----------
    trainer : Trainer
    data : DataChooser
    form : TrainForm
    view : SceneView
        Curves or confusion matrix.
    train, stop, step, epoch : QPushButton
    pictures : int
        In an epoch of the training that runs, or ran last.

    Signals
    -------
    state_changed()
        Other commands can be used.
    """

    state_changed = Signal()

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._context = context
        self.pictures = 1
        self._waiting: Callable[[], None] | None = None
        self._page = "setup"
        self._advice: list[str] = []
        self.trainer = Trainer(context.store, lambda: not context.tracer.working, self)
        self.data = DataChooser(context)
        self.form = TrainForm()
        self.view = SceneView(self._draw, tr("Training"), self)
        self.view.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._build()
        self.data.changed.connect(self._take_data)
        self.form.edited.connect(self._change)
        self.trainer.changed.connect(self._show)
        self.trainer.moved.connect(self._show_news)
        self.trainer.ended.connect(self._end)
        context.changed.connect(self._follow)
        context.worked.connect(self._show_news)
        context.theme_changed.connect(self._set_theme)
        self._set_theme(context.theme)
        self.show_page("setup")
        self.data.fetch()

    # -- what people ask for ---------------------------------------------------------------

    def toggle(self) -> None:
        """Begin to train, pause, or go on, whichever is next."""
        if self._waits(self.toggle):
            return
        if self.trainer.state is State.RUNNING:
            self.trainer.pause()
        elif self.trainer.state is State.PAUSED:
            self.trainer.resume()
        elif self.trainer.state is State.IDLE:
            self._begin(paused=False)

    def one_batch(self) -> None:
        """Learn from one batch and halt."""
        if self._waits(self.one_batch):
            return
        if self.trainer.running or self._begin(paused=True):
            self.trainer.step()

    def one_epoch(self) -> None:
        """Learn until the epoch ends and halt."""
        if self._waits(self.one_epoch):
            return
        if self.trainer.running or self._begin(paused=True):
            self.trainer.epoch()

    def show_page(self, key: str) -> None:
        """Show one of the pages."""
        self._page = key
        self.segments.show_choice(key)
        self._stack.setCurrentIndex(0 if key == "setup" else 1)
        self.view.refresh()

    @property
    def figure(self) -> str:
        """The kind of figure that is shown."""
        return PAGES[self._page]

    def figures(self) -> dict[str, FigureFunction]:
        """Return the figures there are by now, by kind, each as it is at this moment."""
        return train_figures(self.trainer, self.data.samples)

    def close_training(self) -> None:
        """End training and reading, and wait for their threads."""
        self.data.close_jobs()
        self.trainer.close()

    def _begin(self, *, paused: bool, resume: Progress | None = None) -> bool:
        """Begin to train; return whether that was possible."""
        document, data = self._context.document, self.data.data
        if data is None:
            return False
        try:
            plan = Plan(
                document,
                data,
                seed=self.form.seed.value(),
                validation=self.form.validation.value(),
            )
            if resume is not None:
                plan = replace(plan, augmentation=augmentation_of(resume))
            learnt, _ = plan.parts()
            self.pictures = len(learnt.targets)
            choices = self.form.choices()
            done = done_by(resume)
            total = choices.batches(self.pictures, done)
            if resume is not None and resume.epoch < choices_of(resume).epochs:
                total = total_of(resume) or total
            recipe = choices.recipe(self.pictures, PUBLISH, done, total)
            plan = replace(plan, recipe=recipe)
            document.network.check()
        except ConvSimError as problem:
            self._say(str(problem), wrong=True)
            return False
        self._advice = []
        title = self.data.title
        past = partial(past_title, network_name(document), title)
        origin = Origin(self.data.chosen, self.pictures, choices, total)
        begun = edit_title(document, title)
        self.trainer.start(plan, begun, past, paused=paused, origin=origin, resume=resume)
        self.show_page("curves")
        return True

    @property
    def can_train(self) -> bool:
        """Whether there is something to train on, or it is being read, and time to do so."""
        return not self.data.problem and self.trainer.state is not State.JUDGING

    def _waits(self, deed: Callable[[], None]) -> bool:
        """Return whether the pictures are still being read: then it is done when they are there."""
        if self.data.data is None and self.data.reading:
            self._waiting = deed
            return True
        return False

    def _take_data(self) -> None:
        deed, self._waiting = self._waiting, None
        data = self.data.data
        if data is not None and not self.trainer.running:
            self.form.suggest_epochs(round(len(data) * (1 - VALIDATION)))
        self._show()
        if deed is not None and data is not None:
            deed()

    def _change(self) -> None:
        """Let the training that runs go by other settings from the next batch on."""
        trainer = self.trainer
        plan, shot = trainer.plan, trainer.newest
        if plan is None or not trainer.running:
            return
        done = (shot.step, shot.passed) if shot else (0, 0.0)
        try:
            choices = self.form.choices()
            recipe = choices.recipe(self.pictures, PUBLISH, done)
            total = choices.batches(self.pictures, done)
            trainer.change(recipe, Origin(self.data.chosen, self.pictures, choices, total))
        except ConvSimError as problem:
            self._say(str(problem), wrong=True)
            return
        self._show_news()

    def resume(self) -> None:
        """Go on with the training that the document keeps, as if it had never stopped."""
        document = self._context.document
        progress = document.progress
        if self.trainer.running or progress is None or not can_resume(document):
            return
        self.data.choose(progress.data if progress.data in BUNDLED else Path(progress.data))
        if self._waits(self.resume):
            return
        choices = choices_of(progress)
        if progress.epoch >= choices.epochs:
            # It had come to its end: as many epochs more as the form says.
            choices = replace(choices, epochs=progress.epoch + self.form.epochs.value())
        self.form.show_choices(choices)
        self.form.seed.setValue(progress.seed)
        self.form.validation.setValue(progress.validation)
        self._begin(paused=False, resume=progress)

    @property
    def can_resume(self) -> bool:
        """Whether the document keeps a training that can go on."""
        return not self.trainer.running and can_resume(self._context.document)

    # -- building --------------------------------------------------------------------------

    def _build(self) -> None:
        self.segments = Segments(
            (
                ("setup", tr("Set up"), tr("What to learn from, and how")),
                ("curves", tr("Curves"), tr("Loss and accuracy on the way")),
                ("result", tr("Result"), tr("Which classes are taken for which")),
            ),
            tr("What the train view shows"),
        )
        self.segments.chosen.connect(self.show_page)
        self.train = self._button(tr("Train"), self.toggle)
        self.train.setObjectName("primary")
        self.stop = self._button(tr("Stop"), self.trainer.stop)
        self.step = self._button(tr("One batch"), self.one_batch)
        self.epoch = self._button(tr("One epoch"), self.one_epoch)
        self.again = self._button(tr("Resume"), self.resume)
        self.again.setToolTip(
            tr("Go on where the training stood: with its optimizer's memory, step and curves")
        )
        self._words = QLabel()
        self._words.setWordWrap(True)
        self._words.setObjectName("dim")
        self._words.setAccessibleName(tr("What training says"))
        self._words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._guess = QLabel()
        self._guess.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._guess.setAccessibleName(tr("What the network takes the picture for"))
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setFixedHeight(4)
        self._bar.setAccessibleName(tr("Progress"))
        buttons = QHBoxLayout()
        buttons.setContentsMargins(18, 2, 18, 2)
        buttons.setSpacing(8)
        for button in (self.train, self.again, self.stop, self.step, self.epoch):
            buttons.addWidget(button)
        buttons.addWidget(self._guess, 1)
        head = QHBoxLayout()
        head.setContentsMargins(18, 10, 18, 4)
        head.addWidget(self.segments)
        below = QVBoxLayout()
        below.setContentsMargins(18, 4, 18, 2)
        below.setSpacing(6)
        below.addWidget(self._bar)
        below.addWidget(self._words)
        setup = QWidget()
        column = QVBoxLayout(setup)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.form)
        self.data.bar.addWidget(self.form.more)
        column.addWidget(self.data, 1)
        self._stack = QStackedLayout()
        self._stack.addWidget(setup)
        self._stack.addWidget(self.view)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(2)
        whole.addLayout(head)
        whole.addLayout(buttons)
        whole.addLayout(below)
        whole.addLayout(self._stack, 1)

    def _button(self, text: str, run: object) -> QPushButton:
        button = QPushButton(text)
        button.setAutoDefault(False)
        button.clicked.connect(lambda _checked=False: run())  # type: ignore[operator]
        return button

    def _set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.view.refresh()
        self._show()

    # -- showing ---------------------------------------------------------------------------

    def _follow(self, before: Document, after: Document) -> None:
        if after.view.tab == "train" and (
            before.network.input_shape != after.network.input_shape
            or before.view.tab != "train"
            or before.fit is not after.fit
        ):
            self.data.fetch()
        if before.network is not after.network:
            self.form.show_network(after.network)
        if before.progress is not after.progress or before.network is not after.network:
            self.again.setVisible(self.can_resume)
        if after.view.tab == "train" and not self.trainer.running:
            self._show_guess()

    def _show(self) -> None:
        """Show which state the trainer is in."""
        state, theme = self.trainer.state, self._theme
        running = state is State.RUNNING
        text = {State.RUNNING: tr("Pause"), State.PAUSED: tr("Go on")}.get(state, tr("Train"))
        self.train.setText(text)
        self.train.setIcon(icon("pause" if running else "play", theme, theme.accent_ink))
        can = self.data.data is not None and state is not State.JUDGING
        self.train.setEnabled(can)
        self.step.setEnabled(can)
        self.epoch.setEnabled(can and not running)
        self.stop.setEnabled(self.trainer.running)
        self.again.setVisible(self.can_resume)
        self.form.lock(running=self.trainer.running)
        self.form.show_network(self._context.document.network)
        self.data.setEnabled(not self.trainer.running)
        self._show_news()
        self.state_changed.emit()

    def _show_news(self) -> None:
        """Show how far the training has come."""
        trainer = self.trainer
        shot, plan = trainer.newest, trainer.plan
        self._bar.setRange(0, (plan.recipe.epochs if plan else 1) * PARTS)
        self._bar.setValue(int(shot.passed * PARTS) if shot else 0)
        if trainer.running:
            self._say(progress_text(trainer, self.pictures))
        elif trainer.outcome is None:
            self._say(
                self.data.problem
                or tr(
                    "Choose what to learn from and press Train: the maps of the picture, its "
                    "filters and the curves change as the network learns."
                )
            )
        self._show_guess()
        if self._page != "setup":
            self.view.refresh()

    def _show_guess(self) -> None:
        context = self._context
        document, text = context.document, ""
        last = len(document.network.layers) - 1
        # Nobody needs the last layer worked out for a view that is hidden.
        shown = self.isVisible() and bool(document.classes) and last >= 0
        if shown and context.tracer.want(last):
            text = prediction_text(document, context.trace)
        self._guess.setText(text)

    def _say(self, text: str, *, wrong: bool = False) -> None:
        self._words.setObjectName("problem" if wrong else "dim")
        self._words.setText(text)
        style = self._words.style()
        style.unpolish(self._words)
        style.polish(self._words)

    def _end(self, outcome: Outcome) -> None:
        """Say what came out, and what may be wrong."""
        document = self._context.document
        if not outcome.problem:
            checks = self.trainer.checks or outcome.judged
            self._advice = advice(checks, document, self._context.trace)
        if outcome.suggestion is not None:
            self.form.rate.setValue(outcome.suggestion)
        text = " ".join([outcome_text(outcome), *self._advice])
        self._say(text, wrong=bool(outcome.problem or self._advice))
        self._show_guess()
        self.view.refresh()

    def _draw(self, width: float, height: float) -> Scene:
        # A network without layers says in every view what to do.
        return self._context.draw(self._figure, width, height, -1)

    def _figure(self, document: Document, trace: Trace, page: Page) -> Scene:
        found = self.figures().get(self.figure)
        if found is not None:
            return found(document, trace, page)
        if self._page == "result":
            return hint(tr("After an epoch: which classes are taken for which."), page)
        return hint(tr("Press Train: the curves are drawn while the network learns."), page)
