"""How well the window answers while a network trains in it: `python -m tests.bench.train_window`.

A probe asks the event loop every 10 ms; how late it is answered is what a person feels.  Meanwhile
every page of the Train view is shown in turn.  The training's speed is compared with the same
training without a window, in turns, because a busy computer is now faster and now slower.  Both
are read off a clock where the network learns, without the passes over the pictures set aside: of
which turn these are part is chance.

Prints a line of JSON for each figure, with what was promised, and exits 1 if one was not kept.
"""

from __future__ import annotations

# ruff: noqa: E402 — what the program does before it reads NumPy has to come before
import argparse
import json
import os
import sys
import tempfile
import time
from itertools import count, pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from convsim.cli import quick

quick.begin()  # as the program does, before NumPy and Qt are read

import numpy as np
from PySide6.QtCore import QEventLoop, Qt, QTimer

from convsim.core.recipe import Controls
from convsim.core.snapshot import Phase
from convsim.services.opening import open_preset
from convsim.services.settings import Settings
from convsim.services.training import Plan
from convsim.ui.app import make_application
from convsim.ui.window import MainWindow

if TYPE_CHECKING:
    from collections.abc import Iterator

    from convsim.core.snapshot import Snapshot
    from convsim.services.training import Report
    from convsim.ui.train.panel import TrainPanel

PROBE_MS = 10
PAGES = ("curves", "inside", "mistakes", "result", "history")
PAGE_S = 1.0
PROMISED = {"p50": 5.0, "p99": 50.0, "most": 200.0}
"""Milliseconds that a probe may be late."""
SPEED = 0.9
"""Of the speed without a window."""
TURN_S = 2.5
"""Seconds of a turn, with a window or without."""


def main() -> int:
    """Print how late the probe was answered, and both speeds; return 1 if a promise was broken."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--preset", default="vgg-mini")
    parser.add_argument("--data", default="shapes")
    parser.add_argument("--seconds", type=float, default=20.0, help="with a window, in all")
    args = parser.parse_args()
    make_application()
    late: list[float] = []
    speeds: list[tuple[float, float]] = []
    laps, pages = Laps(), count()
    with tempfile.TemporaryDirectory() as folder:
        window = MainWindow(open_preset(args.preset), Settings(), Path(folder) / "s.json")
        window.resize(1280, 800)
        window.show()
        quick.end()  # as the program does when its window is there
        window.show_tab("train")
        panel, loop = window.tabs.train, QEventLoop()
        panel.data.choose(args.data)
        _until(loop, lambda: panel.data.data is not None)
        panel.form.epochs.setValue(1000)
        panel.desk.one_batch()
        _until(loop, lambda: panel.trainer.history.steps > 0)
        plan = panel.trainer.plan
        assert plan is not None
        for _ in range(max(round(args.seconds / TURN_S), 1)):
            laps.begin()
            _in_window(panel, loop, late, pages)
            beside = laps.speed(panel.desk.pictures)
            laps.begin()
            _alone(plan)
            speeds.append((beside, laps.speed(panel.desk.pictures)))
        window.context.store.undo_stack.setClean()
        window.close()
    p50, p99, most = np.percentile(late, [50, 99, 100])
    inside, alone = (float(np.median(column)) for column in zip(*speeds, strict=True))
    # Of neighbours: between two of them a busy computer changes least.
    share = float(np.median([a / b for a, b in speeds]))
    kept = True
    for name, value in zip(PROMISED, (p50, p99, most), strict=True):
        kept &= _row(
            f"probe late, {name}, ms", float(value), PROMISED[name], value <= PROMISED[name]
        )
    print(json.dumps({"pictures/s in the window": round(inside), "without": round(alone)}))
    kept &= _row("speed with a window", share, SPEED, share >= SPEED)
    return 0 if kept else 1


def _row(name: str, value: float, promised: float, kept: Any) -> bool:
    row = {"figure": name, "measured": round(value, 3), "promised": promised, "kept": bool(kept)}
    print(json.dumps(row))
    return bool(kept)


class Laps:
    """When batches were learnt, noted by the thread that learns them, in a window or without."""

    def __init__(self) -> None:
        self._laps: list[tuple[float, Snapshot]] = []
        reports, laps = Plan.reports, self._laps

        def noted(plan: Plan, *args: Any, **named: Any) -> Iterator[Report]:
            for report in reports(plan, *args, **named):
                laps.append((time.perf_counter(), report.snapshot))
                yield report

        Plan.reports = noted  # type: ignore[assignment, method-assign]

    def begin(self) -> None:
        """Forget what was."""
        self._laps.clear()

    def speed(self, pictures: int) -> float:
        """Return pictures a second, of so many in an epoch, from the first snapshot on."""
        passed = seconds = 0.0
        for (then, before), (now, after) in pairwise(self._laps):
            if before.phase not in (Phase.EPOCH, Phase.PAUSED):
                passed += after.passed - before.passed
                seconds += now - then
        return passed * pictures / seconds


def _alone(plan: Plan) -> None:
    """Train for a turn without a window."""
    controls, begun = Controls(plan.recipe), time.perf_counter()
    for _ in plan.reports(controls):
        if time.perf_counter() - begun > TURN_S:
            controls.stop()


def _in_window(
    panel: TrainPanel, loop: QEventLoop, late: list[float], pages: Iterator[int]
) -> None:
    """Train for a turn, with every page in turn."""
    timer = QTimer()
    timer.setTimerType(Qt.TimerType.PreciseTimer)
    before = time.perf_counter()

    def tick() -> None:
        nonlocal before
        now = time.perf_counter()
        late.append(max((now - before) * 1000 - PROBE_MS, 0.0))
        before = now

    turn = QTimer()

    def page() -> None:
        number = next(pages)
        panel.bar.set_mode(("maps", "neuron", "film", "filters")[number // len(PAGES) % 4])
        panel.show_page(PAGES[number % len(PAGES)])

    panel.trainer.resume()
    timer.timeout.connect(tick)
    turn.timeout.connect(page)
    before = begun = time.perf_counter()
    timer.start(PROBE_MS)
    turn.start(int(PAGE_S * 1000))
    _until(loop, lambda: time.perf_counter() - begun > TURN_S)
    timer.stop()
    turn.stop()
    panel.trainer.pause()
    # Within a pass over the pictures set aside it rests too, and then there is no snapshot of it.
    worker = panel.trainer._worker
    assert worker is not None
    _until(loop, lambda: worker.controls.resting)


def _until(loop: QEventLoop, done: Any) -> None:
    """Let the window work as it does for people: it sleeps until there is something to do."""
    # `processEvents` with a time does not wait: it would take a processor from the training.
    look = QTimer()
    look.timeout.connect(lambda: loop.quit() if done() else None)
    look.start(20)
    loop.exec()


if __name__ == "__main__":
    sys.exit(main())
