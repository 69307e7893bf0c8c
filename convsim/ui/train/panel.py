"""The Train view: choose data, press Train, watch the network learn, and look back at how."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
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
from convsim.figures.rate_range import rate_curve
from convsim.services.rate_range import STEPS, RateRange, rate_range
from convsim.services.replay import STILL, Replay, suits
from convsim.services.taught import as_taught
from convsim.services.train_figures import Shown, train_figures
from convsim.services.trainer import State
from convsim.ui.icons import icon
from convsim.ui.jobs import Job
from convsim.ui.scene_view import SceneView
from convsim.ui.segments import Segments
from convsim.ui.train.advice_line import AdviceLine
from convsim.ui.train.curve_tools import CurveTools
from convsim.ui.train.desk import Desk
from convsim.ui.train.replay_bar import ReplayBar
from convsim.ui.train.words import (
    nothing_yet,
    outcome_text,
    prediction_text,
    progress_text,
    tr,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from convsim.core.trace import Trace
    from convsim.document import Document
    from convsim.figures.page import FigureFunction, Page
    from convsim.figures.scene import Area, Scene
    from convsim.figures.theme import Theme
    from convsim.services.learner import Outcome
    from convsim.ui.context import Context

PAGES = {
    "setup": "samples",
    "curves": "curves",
    "inside": "vitals",
    "mistakes": "mistakes",
    "result": "confusion",
    "history": "replay",
}
"""The pages, and the kind of figure that each shows."""
PARTS = 1000
"""Of an epoch that progress is counted in."""
WORK_MS = 8
"""Milliseconds that may go into a replay between two looks at what people do."""


class TrainPanel(QWidget):
    """Pages below one row of buttons: what and how, the curves, the result, the history.

    Attributes
    ----------
    desk : Desk
        Data, form and trainer together.
    view : SceneView
        The figure of every page but the first.
    tools : CurveTools
    bar : ReplayBar
    train, stop, step, epoch, again : QPushButton

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
        self._page = "setup"
        self._replay: Replay | None = None
        self.desk = Desk(context, self)
        self.trainer, self.data, self.form = self.desk.trainer, self.desk.data, self.desk.form
        self.view = SceneView(self._draw, tr("Training"), self)
        self.view.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.tools = CurveTools(self.desk, context.theme)
        self.bar = ReplayBar(context.theme)
        self.advice = AdviceLine(context, self.desk)
        self._range: RateRange | None = None
        self._job: Job | None = None
        self._late = QTimer(self)
        self._late.setSingleShot(True)
        self._late.timeout.connect(self._work)
        self._build()
        self._connect()
        self._set_theme(context.theme)
        self.form.show_taught(taught=as_taught(context.document))
        self.data.show_document(context.document)
        self.show_page("setup")
        self.data.fetch()

    def _connect(self) -> None:
        context, desk = self._context, self.desk
        desk.ready.connect(self._show)
        desk.refused.connect(lambda text: self._say(text, wrong=True))
        desk.changed.connect(self._show_news)
        desk.begun.connect(self._begin)
        self.trainer.changed.connect(self._show)
        self.trainer.moved.connect(self._show_news)
        self.trainer.ended.connect(self._end)
        self.tools.changed.connect(self._show_curves)
        self.tools.asked.connect(self.find_rate)
        self.view.clicked.connect(self._pin)
        self.bar.moved.connect(self._show_moment)
        self.bar.modes.chosen.connect(lambda _mode: self.state_changed.emit())
        context.changed.connect(self._follow)
        context.worked.connect(self._show_news)
        context.theme_changed.connect(self._set_theme)

    # -- what people ask for ---------------------------------------------------------------

    def toggle(self) -> None:
        """Begin to train, pause, or go on, whichever is next."""
        self.desk.toggle()

    def show_page(self, key: str) -> None:
        """Show one of the pages."""
        self._page = key
        self.segments.show_choice(key)
        self._stack.setCurrentIndex(0 if key == "setup" else 1)
        self.tools.setVisible(key == "curves")
        self.bar.setVisible(key == "history")
        if key != "history":
            self.bar.set_playing(False)
        self.view.refresh()
        self.state_changed.emit()

    @property
    def figure(self) -> str:
        """The kind of figure that is shown."""
        if self._page == "curves" and self._range is not None:
            return "rates"
        strip = self._page == "history" and self.bar.mode in STILL
        return self.bar.mode if strip else PAGES[self._page]

    def figures(self) -> dict[str, FigureFunction]:
        """Return the figures there are by now, by kind, each as it is at this moment."""
        replay = self.replay
        shown = Shown(self.tools.runs.kept, self.tools.smoothing)
        found = train_figures(self.trainer, self.data.samples, shown)
        tried = self._range
        if tried is not None:

            def draw_range(_document: Document, _trace: Trace, page: Page) -> Scene:
                return rate_curve(tried.rates, tried.losses, tried.smooth, tried.offered, page)

            found["rates"] = draw_range
        if replay is not None:
            found |= {mode: replay.figure(mode, self.bar.index) for mode in STILL}
            found["replay"] = replay.figure(self.bar.mode, self.bar.index)
        return found

    @property
    def replay(self) -> Replay | None:
        """What can be seen of the training's moments; None if it was of another network."""
        reel = self.trainer.reel
        if not suits(self._context.document, reel):
            return None
        if self._replay is None or self._replay.reel is not reel:
            # What is known of a neuron at earlier moments stays known.
            self._replay = Replay(reel, self._replay)
        return self._replay

    @property
    def can_animate(self) -> bool:
        """Whether the history is shown and there is something to replay."""
        replay = self.replay
        document = self._context.document
        return (
            self._page == "history"
            and replay is not None
            and len(replay.reel.moments) > 1
            and replay.can_show(document, self.bar.mode)
        )

    def find_rate(self) -> None:
        """Try larger and larger rates on a copy of the weights, and offer one."""
        if self.desk.waits(self.find_rate) or self.trainer.running or self._job is not None:
            return
        try:
            plan = self.desk.plan()
        except ConvSimError as problem:
            self._say(str(problem), wrong=True)
            return

        def work(progress: Callable[[int], None], cancelled: Callable[[], bool]) -> RateRange:
            return rate_range(plan, progress, cancelled)

        self._job = Job(tr("Trying learning rates…"), STEPS, work, self)
        self._job.done.connect(self._show_range)
        self._job.failed.connect(lambda text: self._say(text, wrong=True))
        self._job.ended.connect(self._end_job)
        self._job.start()

    def _show_range(self, found: RateRange) -> None:
        self._range = found
        self.tools.show_offer(found.offered, tried=True)
        self.show_page("curves")

    def _end_job(self) -> None:
        self._job = None

    def close_training(self) -> None:
        """End training and reading, and wait for their threads."""
        if self._job is not None:
            self._job.cancel()
            self._job.wait()
        self.bar.set_playing(False)
        self.desk.close()

    # -- building --------------------------------------------------------------------------

    def _build(self) -> None:
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
        self.segments.chosen.connect(self.show_page)
        self.train = self._button(tr("Train"), self.desk.toggle)
        self.train.setObjectName("primary")
        self.stop = self._button(tr("Stop"), self.trainer.stop)
        self.step = self._button(tr("One batch"), self.desk.one_batch)
        self.epoch = self._button(tr("One epoch"), self.desk.one_epoch)
        self.again = self._button(tr("Resume"), self.desk.resume)
        self.again.setToolTip(
            tr("Go on where the training stood: with its optimizer's memory, step and curves")
        )
        self._words = QLabel()
        self._words.setWordWrap(True)
        self._words.setObjectName("dim")
        self._words.setAccessibleName(tr("What training says"))
        self._words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._guess = QLabel()
        self._guess.setWordWrap(True)
        self._guess.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._guess.setAccessibleName(tr("What the network takes the picture for"))
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setFixedHeight(4)
        self._bar.setAccessibleName(tr("Progress"))
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(2)
        for layout in self._head():
            whole.addLayout(layout)
        whole.addWidget(self.advice)
        whole.addLayout(self._pages(), 1)

    def _head(self) -> tuple[QHBoxLayout, QHBoxLayout, QVBoxLayout]:
        """Return the rows above the page: pages, buttons, progress with its words."""
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
        return head, buttons, below

    def _pages(self) -> QStackedLayout:
        """Return the page of the set-up, and that of all figures with their tools."""
        setup = QWidget()
        column = QVBoxLayout(setup)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.form)
        self.data.bar.addWidget(self.form.more)
        column.addWidget(self.data, 1)
        figure = QWidget()
        below = QVBoxLayout(figure)
        below.setContentsMargins(0, 0, 0, 0)
        below.setSpacing(2)
        below.addWidget(self.view, 1)
        below.addWidget(self.tools)
        below.addWidget(self.bar)
        self._stack = QStackedLayout()
        self._stack.addWidget(setup)
        self._stack.addWidget(figure)
        return self._stack

    def _button(self, text: str, run: object) -> QPushButton:
        button = QPushButton(text)
        button.setAutoDefault(False)
        button.clicked.connect(lambda _checked=False: run())  # type: ignore[operator]
        return button

    def _set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.tools.set_theme(theme)
        self.bar.set_theme(theme)
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
        if before.examples is not after.examples and not self.trainer.running:
            self.data.show_document(after)
        if before.network is not after.network:
            self.form.show_network(after.network)
        if before.familiar is not after.familiar or before.preset != after.preset:
            self.form.show_taught(taught=as_taught(after))
        if before.progress is not after.progress or before.network is not after.network:
            self.again.setVisible(self.desk.can_resume)
        if self._replay is not None and before.image is not after.image:
            self._replay.forget()
        if after.view.tab == "train" and not self.trainer.running:
            self._show_guess()
            if self._page == "history":
                self._show_moment()

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
        self.again.setVisible(self.desk.can_resume)
        self.form.lock(running=self.trainer.running)
        self.form.show_network(self._context.document.network)
        self.data.setEnabled(not self.trainer.running)
        self.tools.show_state()
        self._show_news()
        self.state_changed.emit()

    def _show_news(self) -> None:
        """Show how far the training has come."""
        trainer = self.trainer
        shot, plan = trainer.newest, trainer.plan
        self._bar.setRange(0, (plan.recipe.epochs if plan else 1) * PARTS)
        self._bar.setValue(int(shot.passed * PARTS) if shot else 0)
        if trainer.running:
            self._say(progress_text(trainer, self.desk.pictures))
        elif trainer.outcome is None:
            self._say(
                self.data.problem
                or tr(
                    "Choose what to learn from and press Train: the maps of the picture, its "
                    "filters and the curves change as the network learns."
                )
            )
        self._show_guess()
        self.advice.show_news()
        if self._page == "history":
            self.bar.show_reel(trainer.reel)
            self._show_moment()
        elif self._page != "setup":
            self.view.refresh()

    def _show_moment(self) -> None:
        """Show the moment that the slider stands at."""
        self.view.refresh()
        if self.bar.mode == "neuron" and self._page == "history":
            self._late.start(0)

    def _pin(self, area: Area, row: int, col: int) -> None:
        """Go to the neuron, or the filter, that was clicked in a replay."""
        document = self._context.document
        if area.name in ("map", "filter") and area.layer in (-1, document.cursor.layer):
            cursor = document.cursor._replace(filter=area.filter)
            if area.name == "map" and document.walk is not None and document.walk.is_map:
                cursor = cursor._replace(row=row, col=col)
            self._context.store.show(document.at(cursor))

    def _work(self) -> None:
        """Work out the pinned neuron at some moments more, and go on later."""
        import time

        document, replay = self._context.document, self.replay
        if replay is None or self._page != "history" or not replay.can_show(document, "neuron"):
            return
        end = time.monotonic() + WORK_MS / 1000
        replay.work(document, lambda: time.monotonic() > end)
        self.view.refresh()
        if replay.missing(document):
            self._late.start(WORK_MS)

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
        name = "problem" if wrong else "dim"
        self._words.setText(text)
        if self._words.objectName() != name:
            self._words.setObjectName(name)
            style = self._words.style()
            style.unpolish(self._words)
            style.polish(self._words)

    def _show_curves(self) -> None:
        """Show the curves again if the range of rates was shown in their place."""
        self._range = None
        self.tools.show_offer(None)
        self.view.refresh()

    def _begin(self) -> None:
        self._show_curves()
        if self._page == "setup":
            self.show_page("curves")

    def _end(self, outcome: Outcome) -> None:
        """Say what came out, and what may be wrong."""
        if outcome.suggestion is not None:
            self.form.rate.setValue(outcome.suggestion)
        self._say(outcome_text(outcome), wrong=bool(outcome.problem))
        self.advice.show_news()
        self._show_guess()
        self.tools.show_state()
        if self._page == "history":
            self.bar.show_reel(self.trainer.reel)
        self.view.refresh()

    def _draw(self, width: float, height: float) -> Scene:
        # A network without layers says in every view what to do.
        return self._context.draw(self._figure, width, height, -1)

    def _figure(self, document: Document, trace: Trace, page: Page) -> Scene:
        if self._page == "history":
            self.bar.show_reel(self.trainer.reel)
            replay = self.replay
            if replay is not None and not replay.can_show(document, self.bar.mode):
                return hint(
                    tr("This layer is too large to be replayed; choose an earlier one."), page
                )
        found = self.figures().get(self.figure)
        if found is not None:
            return found(document, trace, page)
        return hint(nothing_yet(self._page, self.trainer), page)
