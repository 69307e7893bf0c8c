"""Training beside the window: a thread learns, and the window looks at how far it has come.

The thread never waits for the window.  It leaves what is newest in a mailbox with one slot; the
window empties it thirty times a second, however fast or slow the training is, keeps the moments on
the way, and shows them less often if showing would take the time of learning.
"""

from __future__ import annotations

from dataclasses import fields, replace
from enum import StrEnum
from math import nan
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from convsim.core.errors import ConvSimError
from convsim.core.history import History
from convsim.core.recipe import Controls
from convsim.core.reel import Moment, Reel
from convsim.core.snapshot import Phase
from convsim.services.budget import Budget
from convsim.services.found import Found
from convsim.services.learner import Mail, Outcome, Worker
from convsim.services.replay import moment_of
from convsim.services.results import Result
from convsim.services.resuming import Origin, done_by, progress_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from convsim.core.checkpoint import Checkpoint
    from convsim.core.evaluate import Evaluation
    from convsim.core.layers import Params
    from convsim.core.recipe import Recipe
    from convsim.core.snapshot import Snapshot
    from convsim.core.vitals import Dead, Vitals
    from convsim.document import Document
    from convsim.document.progress import Progress
    from convsim.services.store import Store
    from convsim.services.training import Plan, WrongPicture

PULL_MS = 33
"""Milliseconds from one look into the mailbox to the next, at least."""
SHARE = 0.04
"""Of its time the window's thread may work while a network learns: what it does, learning waits."""
LONGEST = 0.6
"""Seconds after which news are shown, whatever that takes."""
PUBLISH = 0.03
"""Seconds from one snapshot to the next."""
KEEP = 2.0
"""Seconds from one snapshot that can be gone on from to the next."""
LOOK = 0.25
"""Seconds from one look at gradients and steps to the next."""


class State(StrEnum):
    """What the trainer is doing."""

    IDLE = "idle"
    RUNNING = "running"
    PAUSED = "paused"
    JUDGING = "judging"
    """Learning has ended; the result is being tried on the test pictures."""


class Trainer(QObject):
    """Runs one training at a time, and shows its weights in the document while it runs.

    Parameters
    ----------
    store : Store
    ready : function
        Whether the window has shown the weights before: it is not given more than it can show.

    Attributes
    ----------
    state : State
    plan : Plan or None
        The training that runs, or ran last.
    history : History
        Its curves.
    name : str
        What its network was called.
    origin : Origin or None
        What it was asked to be.
    reel : Reel
        Its weights at moments on the way.
    newest : Snapshot or None
        Its newest snapshot.
    checks : Evaluation or None
        On the pictures set aside, at the end of the last epoch.
    vitals : Vitals or None
        How weights, gradients and steps were of late.
    dead : tuple of Dead
        Units that are 0 for every picture, as counted of late.
    mistakes : tuple of WrongPicture
        The worst among the pictures set aside, at the end of the last epoch.
    outcome : Outcome or None
        What the last one came to, if it has ended.
    speed : float
        Pictures a second so far; 0 if it is not known.

    Signals
    -------
    changed()
        It is in another state.
    moved()
        There are newer numbers.
    ended(outcome)
    """

    changed = Signal()
    moved = Signal()
    ended = Signal(object)

    def __init__(
        self, store: Store, ready: Callable[[], bool], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._ready = ready
        self._budget = Budget(SHARE, LONGEST)
        self._worker: Worker | None = None
        self._leaving: list[Worker] = []
        self._generation = 0
        self._found = Found(store, self._dress)
        self._news = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._pull)
        self.state = State.IDLE
        self.plan: Plan | None = None
        self.history = History()
        self.newest: Snapshot | None = None
        self.checks: Evaluation | None = None
        self.outcome: Outcome | None = None
        self.vitals: Vitals | None = None
        self.dead: tuple[Dead, ...] = ()
        self.mistakes: tuple[WrongPicture, ...] = ()
        self.speed = 0.0
        self.name = ""
        self.reel = Reel()
        self.origin: Origin | None = None
        self._kept: Checkpoint | None = None
        store.changed.connect(self._look)

    # -- what people ask for ---------------------------------------------------------------

    def start(
        self,
        plan: Plan,
        title: str,
        past: Callable[[Snapshot], str],
        *,
        paused: bool = False,
        origin: Origin | None = None,
        resume: Progress | None = None,
        name: str = "",
    ) -> None:
        """Begin to train; `ended` tells if it cannot be done.

        Parameters
        ----------
        plan : Plan
            Of the document that is open.
        title : str
            Name of the edit while it runs.
        past : function
            Its name when it has ended, from the last snapshot.
        paused : bool
            Whether to halt before the first batch.
        origin : Origin, optional
            What it was asked to be: with it, the document keeps what it needs to go on later.
        resume : Progress, optional
            Of the document: go on from there.
        name : str
            What the network is called.
        """
        self.stop_now()
        self._generation += 1
        self.plan = plan
        self._found.begin(title, past, plan.data.classes)
        self.origin, self._kept, self.name = origin, None, name
        if resume is None or not self.reel.moments or self.reel.moments[-1].step != resume.step:
            start = resume.checkpoint(plan.document.weights).params if resume else None
            self.reel = self._beginning(plan, start, resume)
        self.history = resume.history if resume is not None else History()
        self.newest, self.checks, self.outcome = None, None, None
        self.vitals, self.dead, self.mistakes = None, (), ()
        self._news, self.speed = False, 0.0
        controls = Controls(replace(plan.recipe, keep=KEEP, look=LOOK))
        if paused:
            controls.pause()
        checkpoint = resume.checkpoint(plan.document.weights) if resume is not None else None
        self._worker = Worker(plan, controls, self._generation, checkpoint)
        self._set(State.PAUSED if paused else State.RUNNING)
        self._worker.start()
        self._timer.start(PULL_MS)

    def pause(self) -> None:
        """Halt before the next batch."""
        if self._worker is not None and self.state is State.RUNNING:
            self._worker.controls.pause()
            self._timer.start(PULL_MS)
            self._set(State.PAUSED)

    def resume(self) -> None:
        """Go on after a pause."""
        if self._worker is not None and self.state is State.PAUSED:
            self._worker.one_epoch = False
            self._worker.controls.resume()
            self._set(State.RUNNING)

    def step(self) -> None:
        """Learn from one batch, and halt."""
        self.pause()
        if self._worker is not None and self.state is State.PAUSED:
            self._worker.controls.step()

    def epoch(self) -> None:
        """Go on until the end of the epoch, and halt."""
        if self._worker is not None and self.state is not State.JUDGING:
            self._worker.one_epoch = True
            self._worker.controls.resume()
            self._set(State.RUNNING)

    def change(self, recipe: Recipe, origin: Origin | None = None) -> None:
        """Go by another recipe from the next batch on; `origin` says the same in words."""
        if self._worker is not None and self.plan is not None:
            self.origin = origin or self.origin
            self.plan = replace(self.plan, recipe=recipe)
            self._worker.controls.take(replace(recipe, keep=KEEP, look=LOOK))

    def stop(self) -> None:
        """End before the next batch, and keep what was learnt."""
        if self.state is State.JUDGING:
            self.stop_now()
        elif self._worker is not None:
            self._worker.controls.stop()
            self._timer.start(PULL_MS)

    def stop_now(self) -> None:
        """End with what is shown; what the thread still finds is dropped.

        This does not wait for the thread: a batch of a large network takes seconds.
        """
        worker = self._worker
        if worker is None:
            return
        worker.left.set()
        worker.controls.stop()
        self._timer.stop()
        self._leaving = [one for one in (*self._leaving, worker) if one.is_alive()]
        plan = self.plan
        assert plan is not None
        self._found.name()
        self._worker = None
        self._finish(Outcome(plan, self._found.shown))

    def close(self) -> None:
        """End, and wait for every thread."""
        self.stop_now()
        for worker in self._leaving:
            worker.join()
        self._leaving = []

    # -- looking at the thread -------------------------------------------------------------

    @property
    def result(self) -> Result:
        """All that is known of the training."""
        return Result(**{one.name: getattr(self, one.name) for one in fields(Result)})

    def show(self, result: Result) -> None:
        """Let what is known be that of another training; not while one runs."""
        for one in fields(Result):
            setattr(self, one.name, getattr(result, one.name))
        self.speed = 0.0

    @property
    def holds(self) -> bool:
        """Whether weights that it learnt are in the document."""
        return self._found.shown is not None

    @property
    def epochs(self) -> int:
        """Epochs of the training; 1 if there is none."""
        if self.plan is not None:
            return self.plan.recipe.epochs
        return self.origin.choices.epochs if self.origin is not None else 1

    @property
    def running(self) -> bool:
        """Whether a training has begun and not ended."""
        return self._worker is not None

    @Slot()
    def _pull(self) -> None:
        """Empty the mailbox, and show what was in it if there is time to."""
        worker = self._worker
        if worker is None:
            return
        mail = worker.take()
        self._read(worker, mail)
        over = mail.over
        self._news |= bool(mail.points) or mail.report is not None
        if mail.judging:
            self._set(State.JUDGING)
        # A pause and the end are shown at once: they take nobody's time.
        if over is None and not worker.controls.wanted() and self._budget.wait():
            self._timer.start(PULL_MS)
            return
        newest = self.newest
        fresh = newest is not None and newest.step and newest is not self._found.shown
        if newest is not None and fresh and (over is not None or self._ready()):
            self._found.show(newest)
        if self._worker is not worker:
            return
        if self._news:
            self._news = False
            self.moved.emit()
        if over is None:
            self._timer.start(PULL_MS)
            return
        worker.join()
        # Named while it still runs: who sees the edit must not take it for somebody else's.
        self._found.name(over.known)
        self._worker = None
        self._finish(over)

    def _read(self, worker: Worker, mail: Mail) -> None:
        """Take over the news."""
        if mail.points or mail.report is not None:
            self.history = self.history.with_points(mail.points, mail.checks, mail.marks)
            self.checks = mail.checked or self.checks
            self.speed = mail.speed or self.speed
            self._kept = mail.kept or self._kept
            self.vitals = mail.vitals or self.vitals
            self.dead = mail.dead or self.dead
            if mail.checked is not None:
                self.mistakes = mail.mistakes
        if mail.report is not None and mail.report.snapshot.step:
            self.reel = self.reel.with_moment(moment_of(mail.report.snapshot, mail.points))
        if mail.report is not None:
            self.newest = mail.report.snapshot
            # Somebody may have gone on since it was written.
            if self.newest.phase is Phase.PAUSED and worker.controls.paused:
                worker.one_epoch = False
                self._set(State.PAUSED)

    def _dress(self, document: Document, params: Sequence[Params]) -> Document:
        """Return the document with what the training needs to go on later."""
        plan, origin, kept = self.plan, self.origin, self._kept
        if plan is None or origin is None or kept is None:
            return document
        progress = progress_of(plan, origin, kept, self.history)
        if kept.params is params:
            progress = replace(progress, params=None)
        return replace(document, progress=progress)

    def _finish(self, outcome: Outcome) -> None:
        self.outcome = outcome
        self._set(State.IDLE)
        self.ended.emit(outcome)

    def _beginning(
        self, plan: Plan, params: Sequence[Params] | None, resume: Progress | None
    ) -> Reel:
        """Return a reel with where the weights begin; empty if there is no room for them."""
        steps, passed = done_by(resume)
        try:
            weights = tuple(plan.document.weights if params is None else params)
        except ConvSimError:
            # The training will say so.
            return Reel()
        return Reel().with_moment(Moment(steps, passed, nan, nan, weights))

    def _set(self, state: State) -> None:
        if state is not self.state:
            self.state = state
            self.changed.emit()

    @Slot(object, object)
    def _look(self, before: Document, after: Document) -> None:
        """End the training when somebody else changes network or weights, or undoes."""
        if self._found.showing or self._worker is None:
            return
        if before.network is not after.network or before.weights is not after.weights:
            self._found.shown = None
            self.stop_now()
