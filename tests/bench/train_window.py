"""How well the window answers while a network trains in it: `python -m tests.bench.train_window`.

A probe asks the event loop every 10 ms; how late it is answered is what a person feels.  Meanwhile
every page of the Train view is shown in turn.  The training's speed is compared with the same
training without a window, in turns, because a busy computer is now faster and now slower.

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
from pathlib import Path
from typing import TYPE_CHECKING, Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from convsim.cli import quick

quick.begin()  # as the program does, before NumPy and Qt are read

import numpy as np
from PySide6.QtCore import QEventLoop, Qt, QTimer

from convsim.core.recipe import Controls
from convsim.services.opening import open_preset
from convsim.services.settings import Settings
from convsim.ui.app import make_application
from convsim.ui.window import MainWindow

if TYPE_CHECKING:
    from convsim.services.training import Plan
    from convsim.ui.train.panel import TrainPanel

PROBE_MS = 10
PAGES = ("curves", "inside", "mistakes", "result", "history")
PAGE_S = 1.0
PROMISED = {"p50": 5.0, "p99": 50.0, "most": 200.0}
"""Milliseconds that a probe may be late."""
SPEED = 0.9
"""Of the speed without a window."""
TURNS = 5


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
    each = args.seconds / TURNS
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
        for _ in range(TURNS):
            beside = _in_window(panel, loop, each, late)
            speeds.append((beside, _alone(plan, each)))
        window.context.store.undo_stack.setClean()
        window.close()
    p50, p99, most = np.percentile(late, [50, 99, 100])
    inside, alone = (float(np.median(column)) for column in zip(*speeds, strict=True))
    # All turns together: a single one says more about what else the computer does.
    share = sum(a for a, _ in speeds) / sum(b for _, b in speeds)
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


def _alone(plan: Plan, seconds: float) -> float:
    """Return pictures a second without a window, from the first snapshot on."""
    controls = Controls(plan.recipe)
    begun = first = last = 0.0
    for report in plan.reports(controls):
        last = report.snapshot.passed
        if not begun:
            begun, first = time.monotonic(), last
        if time.monotonic() - begun > seconds:
            controls.stop()
    return (last - first) * _pictures(plan) / (time.monotonic() - begun)


def _in_window(panel: TrainPanel, loop: QEventLoop, seconds: float, late: list[float]) -> float:
    """Train for some seconds with every page in turn; return pictures a second."""
    timer = QTimer()
    timer.setTimerType(Qt.TimerType.PreciseTimer)
    before = time.perf_counter()

    def tick() -> None:
        nonlocal before
        now = time.perf_counter()
        late.append(max((now - before) * 1000 - PROBE_MS, 0.0))
        before = now

    turn = QTimer()
    shown = [0]

    def page() -> None:
        panel.bar.set_mode(("maps", "neuron", "film", "filters")[shown[0] // len(PAGES) % 4])
        panel.show_page(PAGES[shown[0] % len(PAGES)])
        shown[0] += 1

    assert panel.trainer.newest is not None
    start = panel.trainer.newest.passed
    panel.trainer.resume()
    timer.timeout.connect(tick)
    turn.timeout.connect(page)
    before = begun = time.perf_counter()
    timer.start(PROBE_MS)
    turn.start(int(PAGE_S * 1000))
    _until(loop, lambda: time.perf_counter() - begun > seconds)
    timer.stop()
    turn.stop()
    panel.trainer.pause()
    _until(loop, lambda: panel.trainer.newest.phase == "paused")
    passed = panel.trainer.newest.passed - start
    return passed * panel.desk.pictures / (time.perf_counter() - begun)


def _pictures(plan: Plan) -> int:
    learnt, _ = plan.parts()
    return len(learnt.targets)


def _until(loop: QEventLoop, done: Any) -> None:
    """Let the window work as it does for people: it sleeps until there is something to do."""
    # `processEvents` with a time does not wait: it would take a processor from the training.
    look = QTimer()
    look.timeout.connect(lambda: loop.quit() if done() else None)
    look.start(20)
    loop.exec()


if __name__ == "__main__":
    sys.exit(main())
