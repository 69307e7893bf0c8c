"""Training beside the window: a thread learns, and the window looks at how far it has come.

The thread never waits for the window.  It leaves what is newest in a mailbox with one slot; the
window empties it thirty times a second, however fast or slow the training is.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from enum import StrEnum
from threading import Lock, Thread
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from convsim.core.errors import ConvSimError, DivergedError
from convsim.core.history import History, Mark, Point
from convsim.core.recipe import Controls
from convsim.core.snapshot import Phase
from convsim.services.changes import marks_of
from convsim.services.training import judged, trained

if TYPE_CHECKING:
    from collections.abc import Callable

    from convsim.core.evaluate import Evaluation
    from convsim.core.recipe import Recipe
    from convsim.core.snapshot import Snapshot
    from convsim.document import Document
    from convsim.services.store import Store
    from convsim.services.training import Plan, Report

PULL_MS = 33
"""Milliseconds from one look into the mailbox to the next."""
PUBLISH = 0.03
"""Seconds from one snapshot to the next."""


class State(StrEnum):
    """What the trainer is doing."""

    IDLE = "idle"
    RUNNING = "running"
    PAUSED = "paused"
    JUDGING = "judging"
    """Learning has ended; the result is being tried on the test pictures."""


@dataclass(frozen=True, eq=False)
class Outcome:
    """What a training came to.

    Attributes
    ----------
    plan : Plan
    snapshot : Snapshot or None
        The last one; None if there was none or it failed.
    judged : Evaluation or None
        How it does on the test pictures; None if it was not tried.
    problem : str
        Why it ended, if it failed.
    suggestion : float or None
        The learning rate to try instead, if it diverged.
    """

    plan: Plan
    snapshot: Snapshot | None = None
    judged: Evaluation | None = None
    problem: str = ""
    suggestion: float | None = None

    @property
    def diverged(self) -> bool:
        """Whether the steps were too large."""
        return self.suggestion is not None


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
    newest : Snapshot or None
        Its newest snapshot.
    checks : Evaluation or None
        On the pictures set aside, at the end of the last epoch.
    outcome : Outcome or None
        What the last one came to, if it has ended.
    speed : float
        Pictures a second of late; 0 if it is not known.

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
        self._store = store
        self._ready = ready
        self._worker: _Worker | None = None
        self._leaving: list[_Worker] = []
        self._generation = 0
        self._title = ""
        self._past: Callable[[Snapshot], str] = lambda _shot: ""
        self._shown: Snapshot | None = None
        self._ours = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._pull)
        self.state = State.IDLE
        self.plan: Plan | None = None
        self.history = History()
        self.newest: Snapshot | None = None
        self.checks: Evaluation | None = None
        self.outcome: Outcome | None = None
        self.speed = 0.0
        store.changed.connect(self._look)

    # -- what people ask for ---------------------------------------------------------------

    def start(
        self, plan: Plan, title: str, past: Callable[[Snapshot], str], *, paused: bool = False
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
        """
        self.stop_now()
        self._generation += 1
        self.plan, self._title, self._past = plan, title, past
        self.history, self.newest, self.checks, self.outcome = History(), None, None, None
        self._shown, self.speed = None, 0.0
        controls = Controls(plan.recipe)
        if paused:
            controls.pause()
        self._worker = _Worker(plan, controls, self._generation)
        self._set(State.PAUSED if paused else State.RUNNING)
        self._worker.start()
        self._timer.start(PULL_MS)

    def pause(self) -> None:
        """Halt before the next batch."""
        if self._worker is not None and self.state is State.RUNNING:
            self._worker.controls.pause()
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

    def change(self, recipe: Recipe) -> None:
        """Go by another recipe from the next batch on."""
        if self._worker is not None and self.plan is not None:
            self.plan = replace(self.plan, recipe=recipe)
            self._worker.controls.take(recipe)

    def stop(self) -> None:
        """End before the next batch, and keep what was learnt."""
        if self.state is State.JUDGING:
            self.stop_now()
        elif self._worker is not None:
            self._worker.controls.stop()

    def stop_now(self) -> None:
        """End with what is shown; what the thread still finds is dropped.

        This does not wait for the thread: a batch of a large network takes seconds.
        """
        worker = self._worker
        if worker is None:
            return
        worker.controls.stop()
        self._worker = None
        self._timer.stop()
        self._leaving = [one for one in (*self._leaving, worker) if one.is_alive()]
        plan = self.plan
        assert plan is not None
        self._name()
        self._finish(Outcome(plan, self._shown))

    def close(self) -> None:
        """End, and wait for every thread."""
        self.stop_now()
        for worker in self._leaving:
            worker.join()
        self._leaving = []

    # -- looking at the thread -------------------------------------------------------------

    @property
    def running(self) -> bool:
        """Whether a training has begun and not ended."""
        return self._worker is not None

    @Slot()
    def _pull(self) -> None:
        """Empty the mailbox, and show what was in it."""
        worker = self._worker
        if worker is None:
            return
        mail = worker.take()
        if mail.points or mail.report is not None:
            self.history = self.history.with_points(mail.points, mail.checks, mail.marks)
            self.checks = mail.checked or self.checks
            self.speed = mail.speed or self.speed
        if mail.report is not None:
            self.newest = mail.report.snapshot
            if self.newest.phase is Phase.PAUSED:
                worker.one_epoch = False
                self._set(State.PAUSED)
        over = mail.over
        if self.newest is not self._shown and (over is not None or self._ready()):
            self._show()
        if self._worker is not worker:
            return
        if mail.judging:
            self._set(State.JUDGING)
        if mail.points or mail.report is not None:
            self.moved.emit()
        if over is None:
            self._timer.start(PULL_MS)
            return
        worker.join()
        self._worker = None
        self._name()
        self._finish(over)

    def _show(self) -> None:
        """Show the newest weights: the first as an edit, the others as states of that edit."""
        newest, plan = self.newest, self.plan
        if newest is None or plan is None or not newest.step:
            return
        document = trained(self._store.document, newest.params, plan.data.classes)
        self._ours = True
        if self._shown is None:
            self._store.edit(self._title, document, self._key)
        else:
            self._store.refine(document, self._key)
        self._ours = False
        self._shown = newest

    def _name(self) -> None:
        """Name the edit after what was done, now that it is over."""
        shown, plan = self._shown, self.plan
        if shown is None or plan is None:
            return
        # The same once more, as another value: an edit that changes nothing is none.
        same = trained(self._store.document, shown.params, plan.data.classes)
        self._ours = True
        self._store.edit(self._past(shown), same, self._key)
        self._ours = False

    def _finish(self, outcome: Outcome) -> None:
        self.outcome = outcome
        self._set(State.IDLE)
        self.ended.emit(outcome)

    def _set(self, state: State) -> None:
        if state is not self.state:
            self.state = state
            self.changed.emit()

    @property
    def _key(self) -> str:
        return f"training {self._generation}"

    @Slot(object, object)
    def _look(self, before: Document, after: Document) -> None:
        """End the training when somebody else changes network or weights, or undoes."""
        if self._ours or self._worker is None:
            return
        if before.network is not after.network or before.weights is not after.weights:
            self._shown = None
            self.stop_now()


@dataclass(eq=False)
class _Mail:
    """What the thread has to say: the newest report, and every point since the mail before."""

    report: Report | None
    points: list[Point]
    checks: list[Point]
    marks: list[Mark]
    checked: Evaluation | None
    speed: float
    judging: bool
    over: Outcome | None


class _Worker(Thread):
    """The thread of one training."""

    def __init__(self, plan: Plan, controls: Controls, generation: int) -> None:
        super().__init__(name="trainer")
        self.controls = controls
        self.one_epoch = False
        self._plan, self._generation = plan, generation
        self._lock = Lock()
        self._mail = _empty()
        self._since, self._counted = 0.0, 0

    def take(self) -> _Mail:
        """Empty the mailbox."""
        with self._lock:
            mail, self._mail = self._mail, _empty()
            self._mail.judging = mail.judging
        return mail

    def run(self) -> None:
        """Train, then try the result on the test pictures."""
        outcome = Outcome(self._plan, problem="something unexpected went wrong")
        try:
            outcome = self._train()
        except DivergedError as error:
            outcome = Outcome(self._plan, None, None, str(error), error.suggestion)
        except ConvSimError as error:
            outcome = Outcome(self._plan, problem=str(error))
        except MemoryError:
            text = "there is not enough memory to train this network; try a smaller batch"
            outcome = Outcome(self._plan, problem=text)
        except OSError as error:
            text = f"{error.filename or ''}: {error.strerror or error}"
            outcome = Outcome(self._plan, problem=text)
        finally:
            with self._lock:
                self._mail.over = outcome

    def _train(self) -> Outcome:
        self._since = time.monotonic()
        last: Snapshot | None = None
        for report in self._plan.reports(self.controls, self._generation):
            last = report.snapshot
            if self.one_epoch and last.phase is Phase.EPOCH:
                self.controls.pause()
            self._put(report)
        if last is None or not last.step:
            return Outcome(self._plan, last)
        with self._lock:
            self._mail.judging = True
        network = self._plan.document.network
        return Outcome(self._plan, last, judged(network, last.params, self._plan.data))

    def _put(self, report: Report) -> None:
        """Put a report in the place of the one before; points are kept."""
        shot, epoch = report.snapshot, report.epoch
        now = time.monotonic()
        self._counted += shot.seen
        with self._lock:
            mail = self._mail
            mail.report = report
            mail.points.append(Point(shot.step, shot.seen, shot.loss, shot.accuracy, shot.passed))
            mail.marks += marks_of(shot.changes)
            if epoch is not None and epoch.check is not None:
                check = epoch.check
                mail.checked = check
                mail.checks.append(
                    Point(shot.step, check.count, check.loss, check.accuracy, shot.passed)
                )
            if shot.phase is Phase.PAUSED:
                self._since, self._counted = now, 0
            elif now - self._since > 0.5:
                mail.speed = self._counted / (now - self._since)
                self._since, self._counted = now, 0


def _empty() -> _Mail:
    return _Mail(None, [], [], [], None, 0.0, False, None)
