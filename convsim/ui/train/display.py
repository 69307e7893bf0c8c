"""The figures of the Train view: those of the training, of a range of rates, and its replay."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QWidget

from convsim.core.errors import ConvSimError
from convsim.figures.rate_range import rate_curve
from convsim.services.rate_range import STEPS, RateRange, rate_range
from convsim.services.replay import STILL, Replay, suits
from convsim.services.train_figures import Shown, train_figures
from convsim.services.trainer import State
from convsim.ui.jobs import Job
from convsim.ui.train.words import tr

if TYPE_CHECKING:
    from collections.abc import Callable

    from convsim.core.trace import Trace
    from convsim.document import Document
    from convsim.figures.page import FigureFunction, Page
    from convsim.figures.scene import Scene
    from convsim.services.results import About
    from convsim.ui.context import Context
    from convsim.ui.train.curve_tools import CurveTools
    from convsim.ui.train.desk import Desk
    from convsim.ui.train.replay_bar import ReplayBar

WORKED = ("neuron", "maps")
"""What needs to be known of moments that are not shown."""
WORK_MS = 8
"""Milliseconds that may go into a replay between two looks at what people do."""


class Display(QWidget):
    """Holds what figures need beside the trainer; it is never shown itself.

    Attributes
    ----------
    found : RateRange or None
        The range of rates that is shown in the place of the curves.
    finding : bool
        Whether rates are being tried.

    Signals
    -------
    changed()
        There is more to draw.
    tried()
        A range of rates is there.
    refused(text)
    """

    changed = Signal()
    tried = Signal()
    refused = Signal(str)

    def __init__(
        self,
        context: Context,
        desk: Desk,
        tools: CurveTools,
        bar: ReplayBar,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._context, self._desk, self._tools, self._bar = context, desk, tools, bar
        self._replay: Replay | None = None
        self._job: Job | None = None
        self.found: RateRange | None = None
        self._tried: About | None = None
        self._late = QTimer(self)
        self._late.setSingleShot(True)
        self._late.timeout.connect(self._work)
        self.hide()

    @property
    def finding(self) -> bool:
        """Whether rates are being tried."""
        return self._job is not None

    def figures(self) -> dict[str, FigureFunction]:
        """Return the figures there are by now, by kind, each as it is at this moment."""
        replay = self.replay
        shown = Shown(self._tools.runs.kept, self._tools.smoothing)
        found = train_figures(self._desk.trainer, self._desk.data.samples, shown)
        tried = self.found
        if tried is not None:

            def draw_range(_document: Document, _trace: Trace, page: Page) -> Scene:
                return rate_curve(tried.rates, tried.losses, tried.smooth, tried.offered, page)

            found["rates"] = draw_range
        if replay is not None:
            found |= {mode: replay.figure(mode, self._bar.index) for mode in STILL}
            found["replay"] = replay.figure(self._bar.mode, self._bar.index)
        return found

    @property
    def replay(self) -> Replay | None:
        """What can be seen of the training's moments; None if it was of another network."""
        reel = self._desk.trainer.reel
        if not suits(self._context.document, reel):
            return None
        if self._replay is None or self._replay.reel is not reel:
            # What is known of a neuron at earlier moments stays known.
            self._replay = Replay(reel, self._replay)
        return self._replay

    @property
    def can_animate(self) -> bool:
        """Whether there is something to replay."""
        replay, document = self.replay, self._context.document
        return (
            replay is not None
            and len(replay.reel.moments) > 1
            and replay.can_show(document, self._bar.mode)
        )

    def forget(self) -> None:
        """Forget what was worked out of another picture."""
        if self._replay is not None:
            self._replay.forget()

    def work_soon(self) -> None:
        """Work out what a replay needs to know of all moments, bit by bit."""
        self._late.start(0)

    def find_rate(self) -> None:
        """Try larger and larger rates on a copy of the weights, and offer one."""
        if self._desk.waits(self.find_rate) or self._desk.trainer.running or self._job is not None:
            return
        self._desk.give_end()
        try:
            plan = self._desk.first_plan()
        except ConvSimError as problem:
            self.refused.emit(str(problem))
            return

        def work(progress: Callable[[int], None], cancelled: Callable[[], bool]) -> RateRange:
            return rate_range(plan, progress, cancelled)

        self._tried = self._desk.about
        self._job = Job(tr("Trying learning rates…"), STEPS, work, self)
        self._job.done.connect(self._show_range)
        self._job.failed.connect(self.refused)
        self._job.ended.connect(self._end_job)
        self._job.start()

    def _show_range(self, found: RateRange) -> None:
        if self._tried is self._desk.about:
            self.found = found
            self.tried.emit()

    def _end_job(self) -> None:
        self._job = None

    def close_jobs(self) -> None:
        """Stop what is being tried, and wait for its thread."""
        self._late.stop()
        if self._job is not None:
            self._job.cancel()
            self._job.wait()

    def _work(self) -> None:
        """Look at some moments more, for the pinned neuron or the colour scale, and go on later."""
        document, replay, mode = self._context.document, self.replay, self._bar.mode
        if replay is None or not self._bar.isVisible() or mode not in WORKED:
            return
        if not replay.can_show(document, mode) or not replay.missing(document, mode):
            return
        end = time.monotonic() + WORK_MS / 1000
        replay.work(document, lambda: time.monotonic() > end, mode)
        if mode == "neuron" or not replay.missing(document, mode):
            # The scale changes once, when all moments have been looked at, not bit by bit.
            self.changed.emit()
        # While a network learns, there is a bit of this work with each of its news.
        if self._desk.trainer.state is not State.RUNNING and replay.missing(document, mode):
            self._late.start(WORK_MS)
