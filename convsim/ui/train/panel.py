"""The Train view: choose data, press Train, watch the network learn, and look back at how."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from convsim.figures.hint import hint
from convsim.services.replay import STILL
from convsim.services.taught import as_it_comes
from convsim.ui.scene_view import SceneView
from convsim.ui.scroll_panel import ScrollPanel
from convsim.ui.train.advice_line import AdviceLine
from convsim.ui.train.curve_tools import CurveTools
from convsim.ui.train.desk import Desk
from convsim.ui.train.display import WORKED, Display
from convsim.ui.train.end_line import EndLine
from convsim.ui.train.head import Head
from convsim.ui.train.replay_bar import ReplayBar
from convsim.ui.train.words import (
    nothing_yet,
    outcome_text,
    tr,
)

if TYPE_CHECKING:
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


LEAST = 84
"""Height that every figure has at least."""
GOOD = 240
"""Height that figures have before kept runs have more than one line."""


class _Figure(SceneView):
    """Gives way last where the window is low: what is below it scrolls."""

    def sizeHint(self) -> QSize:
        """Return the size at which curves can be read well."""
        return QSize(super().sizeHint().width(), GOOD)


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
    setup : ScrollPanel
        The first page: form and data.
    head : Head
    display : Display
    ending : EndLine
        Offers the end that the network lacks.

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
        self.desk = Desk(context, self)
        self.trainer, self.data, self.form = self.desk.trainer, self.desk.data, self.desk.form
        self.view = _Figure(self._draw, tr("Training"), self)
        self.view.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.tools = CurveTools(context, self.desk)
        self.bar = ReplayBar(context.theme)
        self.advice = AdviceLine(context, self.desk)
        self.ending = EndLine(context, self.desk)
        self.head = Head(context, self.desk)
        self.display = Display(context, self.desk, self.tools, self.bar, self)
        self.segments, self.again = self.head.segments, self.head.again
        self.train, self.stop = self.head.train, self.head.stop
        self.step, self.epoch = self.head.step, self.head.epoch
        self._build()
        self._connect()
        self._set_theme(context.theme)
        self.form.show_taught(taught=as_it_comes(context.document))
        self.data.show_document(context.document)
        self.desk.adopt()
        self.show_page("setup")
        self.data.fetch()
        self.desk.follow()

    def _connect(self) -> None:
        context, desk = self._context, self.desk
        desk.ready.connect(self._show)
        for source in (desk.refused, self.display.refused, self.tools.refused):
            source.connect(lambda text: self.head.say(text, wrong=True))
        desk.refused.connect(lambda _text: self._show_ending())
        self.display.changed.connect(self.view.refresh)
        self.display.tried.connect(self._show_range)
        self.segments.chosen.connect(self.show_page)
        desk.changed.connect(self._show_news)
        desk.begun.connect(self._begin)
        desk.turned.connect(self._turn)
        self.form.begin.currentIndexChanged.connect(lambda _index: self.head.show_progress())
        self.trainer.changed.connect(self._show)
        self.trainer.moved.connect(self._show_news)
        self.trainer.ended.connect(self._end)
        self.tools.changed.connect(self._show_curves)
        self.tools.asked.connect(self.display.find_rate)
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
        if self._page == "curves" and self.display.found is not None:
            return "rates"
        strip = self._page == "history" and self.bar.mode in STILL
        return self.bar.mode if strip else PAGES[self._page]

    def figures(self) -> dict[str, FigureFunction]:
        """Return the figures there are by now, by kind, each as it is at this moment."""
        return self.display.figures()

    @property
    def can_animate(self) -> bool:
        """Whether the history is shown and there is something to replay."""
        return self._page == "history" and self.display.can_animate

    def close_training(self) -> None:
        """End training and reading, and wait for their threads."""
        self.display.close_jobs()
        self.bar.set_playing(False)
        self.desk.close()

    # -- building --------------------------------------------------------------------------

    def _build(self) -> None:
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(2)
        whole.addWidget(self.head)
        whole.addWidget(self.advice)
        whole.addLayout(self._pages(), 1)

    def _pages(self) -> QStackedLayout:
        """Return the page of the set-up, and that of all figures with their tools."""
        setup = QWidget()
        setup.setObjectName("page")
        column = QVBoxLayout(setup)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.ending)
        column.addWidget(self.form)
        self.data.bar.addWidget(self.form.more)
        column.addWidget(self.data, 1)
        figure = QWidget()
        below = QVBoxLayout(figure)
        below.setContentsMargins(0, 0, 0, 0)
        below.setSpacing(2)
        # Without a stretch, with which Qt would count on its least height only.
        below.addWidget(self.view)
        # Less than other figures: here there are words above and tools below as well.
        self.view.setMinimumHeight(LEAST)
        below.addWidget(self.tools)
        below.addWidget(self.bar)
        # Otherwise the window would grow with the form, past the edge of a small screen.
        self.setup = ScrollPanel()
        self.setup.setWidget(setup)
        self._stack = QStackedLayout()
        self._stack.addWidget(self.setup)
        self._stack.addWidget(figure)
        return self._stack

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
        if before.runs is not after.runs:
            self.tools.show_runs()
        if before.network is not after.network:
            self.form.show_network(after.network)
            self.ending.show_state()
        if self._context.store.replacing:
            self.form.show_taught(taught=as_it_comes(after))
            self.desk.adopt()
        self.desk.follow()
        if before.progress is not after.progress or before.network is not after.network:
            self.head.show_resumable()
        if before.image is not after.image:
            self.display.forget()
        if after.view.tab == "train" and not self.trainer.running:
            self.head.show_guess()
            if self._page == "history":
                self._show_moment()

    def _show(self) -> None:
        """Show which state the trainer is in."""
        self.head.show_state(self._theme)
        self.form.lock(running=self.trainer.running)
        self.form.show_network(self._context.document.network)
        self.data.setEnabled(not self.trainer.running)
        self.tools.show_state()
        self.ending.show_state()
        self._show_news()
        self.state_changed.emit()

    def _show_news(self) -> None:
        """Show how far the training has come."""
        self.head.show_progress()
        self.head.show_guess()
        self.advice.show_news()
        if self._page == "history":
            self.bar.show_reel(self.trainer.reel)
            self._show_moment()
        elif self._page != "setup":
            self.view.refresh()

    def _show_moment(self) -> None:
        """Show the moment that the slider stands at."""
        self.view.refresh()
        if self.bar.mode in WORKED and self._page == "history":
            self.display.work_soon()

    def _pin(self, area: Area, row: int, col: int) -> None:
        """Go to the neuron, or the filter, that was clicked in a replay."""
        document = self._context.document
        if area.name in ("map", "filter") and area.layer in (-1, document.cursor.layer):
            cursor = document.cursor._replace(filter=area.filter)
            if area.name == "map" and document.walk is not None and document.walk.is_map:
                cursor = cursor._replace(row=row, col=col)
            self._context.store.show(document.at(cursor))

    def _show_range(self) -> None:
        """Show which rates were tried, and offer one."""
        found = self.display.found
        self.tools.show_offer(found.offered if found else None, tried=True)
        self.show_page("curves")

    def _show_curves(self) -> None:
        """Show the curves again if the range of rates was shown in their place."""
        self.display.found = None
        self.tools.show_offer(None)
        self.view.refresh()

    def _show_ending(self) -> None:
        """Show what would help if the network lacks an end."""
        if not self.ending.isHidden():
            self.show_page("setup")

    def _begin(self) -> None:
        self._show_curves()
        if self._page == "setup":
            self.show_page("curves")

    def _turn(self) -> None:
        """Take back what was said about another network, other weights or other data."""
        self._show_curves()
        self.head.forget()
        self.tools.show_state()
        self._show_news()
        self.state_changed.emit()

    def _end(self, outcome: Outcome) -> None:
        """Say what came out, and what may be wrong."""
        if outcome.suggestion is not None:
            self.form.rate.setValue(outcome.suggestion)
        if self.trainer.outcome is None:
            # What it learnt is not there any more, and so nothing is known of it.
            self.head.say(outcome_text(outcome, lost=True))
        self.head.show_progress()
        self.advice.show_news()
        self.head.show_guess()
        self.tools.show_state()
        if self._page == "history":
            self.bar.show_reel(self.trainer.reel)
        self.view.refresh()

    def _draw(self, width: float, height: float) -> Scene:
        # A network without layers says in every view what to do.
        return self._context.draw(self._figure, width, height, -1, always_now=True)

    def _figure(self, document: Document, trace: Trace, page: Page) -> Scene:
        if self._page == "history":
            self.bar.show_reel(self.trainer.reel)
            replay = self.display.replay
            if replay is not None and not replay.can_show(document, self.bar.mode):
                return hint(
                    tr("This layer is too large to be replayed; choose an earlier one."), page
                )
        found = self.figures().get(self.figure)
        if found is not None:
            return found(document, trace, page)
        return hint(nothing_yet(self._page, self.trainer), page)
