"""The thread that learns, and the mailbox that it leaves its news in.

The thread never waits for the window.  It leaves what is newest in a mailbox with one slot.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING

from convsim.core.errors import ConvSimError, DivergedError
from convsim.core.history import Mark, Point
from convsim.core.snapshot import Phase
from convsim.services.changes import marks_of
from convsim.services.patience import InterruptedPassError
from convsim.services.training import familiar, judged, judged_by, mistakes_of

if TYPE_CHECKING:
    from convsim.core.checkpoint import Checkpoint
    from convsim.core.evaluate import Evaluation
    from convsim.core.recipe import Controls
    from convsim.core.snapshot import Snapshot
    from convsim.core.vitals import Dead, Vitals
    from convsim.document import Familiar
    from convsim.services.training import Plan, Report, WrongPicture


SPEED = 0.5
"""Seconds from one look at the speed to the next."""


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
    known : Familiar or None
        When a picture counts as one of the classes, if pictures were set aside to measure that by.
    mistakes : tuple of WrongPicture
        The worst among the test pictures.
    """

    plan: Plan
    snapshot: Snapshot | None = None
    judged: Evaluation | None = None
    problem: str = ""
    suggestion: float | None = None
    known: Familiar | None = None
    mistakes: tuple[WrongPicture, ...] = ()

    @property
    def diverged(self) -> bool:
        """Whether the steps were too large."""
        return self.suggestion is not None


@dataclass(eq=False)
class Mail:
    """What the thread has to say: the newest report, and every point since the mail before."""

    report: Report | None
    points: list[Point]
    checks: list[Point]
    marks: list[Mark]
    kept: Checkpoint | None
    vitals: Vitals | None
    dead: tuple[Dead, ...]
    mistakes: tuple[WrongPicture, ...]
    checked: Evaluation | None
    speed: float
    judging: bool
    over: Outcome | None


class Pace:
    """How many pictures a second, over the whole training: a moment alone says little of the rest.

    Pauses do not count.
    """

    def __init__(self) -> None:
        self._since: float | None = None
        self._counted, self._time, self._all = 0, 0.0, 0

    def begin(self, now: float) -> None:
        """Count from here on: it begins, or a pause is seen; what was open is left out."""
        self._since, self._counted = now, 0

    def count(self, now: float, seen: int) -> float:
        """Count pictures; return how many a second there were so far, 0 if it is not time yet."""
        if self._since is None:
            self._since = now
        self._counted += seen
        if now - self._since <= SPEED:
            return 0.0
        self._time += now - self._since
        self._all += self._counted
        self.begin(now)
        return self._all / self._time


class Worker(Thread):
    """The thread of one training.

    Attributes
    ----------
    controls : Controls
    left : Event
        Nobody wants its result any more.
    one_epoch : bool
        Whether to halt at the end of the epoch.
    """

    def __init__(
        self, plan: Plan, controls: Controls, generation: int, resume: Checkpoint | None
    ) -> None:
        super().__init__(name="trainer")
        self._resume = resume
        self.left = Event()
        self.controls = controls
        self.one_epoch = False
        self._plan, self._generation = plan, generation
        self._lock = Lock()
        self._mail = _empty()
        self._pace = Pace()

    def take(self) -> Mail:
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
        except InterruptedPassError:
            outcome = Outcome(self._plan)
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
        self._pace.begin(time.monotonic())
        last: Snapshot | None = None
        for report in self._plan.reports(self.controls, self._generation, self._resume):
            last = report.snapshot
            if self.one_epoch and last.phase is Phase.EPOCH:
                self.controls.pause()
            self._put(report)
        if last is None or not last.step:
            return Outcome(self._plan, last)
        with self._lock:
            self._mail.judging = True
        data = self._plan.data
        left = self.left.is_set
        result = judged(self._plan.document.network, last.params, data, left)
        return Outcome(
            self._plan,
            last,
            result,
            known=familiar(self._plan, last.params, left),
            mistakes=mistakes_of(result, judged_by(data)),
        )

    def _put(self, report: Report) -> None:
        """Put a report in the place of the one before; points are kept."""
        shot, epoch = report.snapshot, report.epoch
        now = time.monotonic()
        with self._lock:
            mail = self._mail
            mail.report = report
            mail.kept = shot.checkpoint or mail.kept
            mail.vitals = shot.vitals or mail.vitals
            mail.dead = report.dead or mail.dead
            mail.points.append(Point(shot.step, shot.seen, shot.loss, shot.accuracy, shot.passed))
            mail.marks += marks_of(shot.changes)
            if epoch is not None and epoch.check is not None:
                check = epoch.check
                mail.checked, mail.mistakes = check, report.mistakes
                mail.checks.append(
                    Point(shot.step, check.count, check.loss, check.accuracy, shot.passed)
                )
            if shot.phase is Phase.PAUSED:
                self._pace.begin(now)
            else:
                mail.speed = self._pace.count(now, shot.seen) or mail.speed


def _empty() -> Mail:
    return Mail(None, [], [], [], None, None, (), (), None, 0.0, False, None)
