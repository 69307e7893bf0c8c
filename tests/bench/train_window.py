"""How well the window answers while a network trains in it: `python -m tests.bench.train_window`.

A probe asks the event loop every 10 ms; how late it is answered is what a person feels.  The
training's speed is compared with the same training without a window.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from PySide6.QtCore import QEventLoop, Qt, QTimer

from convsim.services.opening import open_preset
from convsim.services.settings import Settings
from convsim.ui.app import make_application
from convsim.ui.window import MainWindow

PROBE_MS = 10


def main() -> None:
    """Print how late the probe was answered, and both speeds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--preset", default="vgg-mini")
    parser.add_argument("--data", default="shapes")
    parser.add_argument("--seconds", type=float, default=15.0)
    args = parser.parse_args()
    make_application()
    with tempfile.TemporaryDirectory() as folder:
        window = MainWindow(open_preset(args.preset), Settings(), Path(folder) / "s.json")
        window.resize(1280, 800)
        window.show()
        window.show_tab("train")
        panel, loop = window.tabs.train, QEventLoop()
        panel.data.choose(args.data)
        while panel.data.data is None:
            loop.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents, 50)
        panel.form.epochs.setValue(1000)
        late = probe(panel, loop, args.seconds)
        shot, plan = panel.trainer.newest, panel.trainer.plan
        assert shot is not None
        assert plan is not None
        beside = shot.step * plan.recipe.batch / args.seconds
        window.context.store.undo_stack.setClean()
        window.close()
    end, last = time.monotonic() + args.seconds, None
    for report in plan.reports():
        last = report.snapshot
        if time.monotonic() > end:
            break
    assert last is not None
    alone = last.step * plan.recipe.batch / args.seconds
    p50, p99, most = np.percentile(late, [50, 99, 100])
    print(f"probe late by p50 {p50:.1f} ms, p99 {p99:.1f} ms, at most {most:.1f} ms")
    print(f"{beside:,.0f} pictures/s in the window, {alone:,.0f} without ({beside / alone:.0%})")


def probe(panel, loop: QEventLoop, seconds: float) -> list[float]:
    """Train for some seconds; return by how many milliseconds each probe was late."""
    late: list[float] = []
    timer = QTimer()
    timer.setTimerType(Qt.TimerType.PreciseTimer)
    before = time.perf_counter()

    def tick() -> None:
        nonlocal before
        now = time.perf_counter()
        late.append(max((now - before) * 1000 - PROBE_MS, 0.0))
        before = now

    timer.timeout.connect(tick)
    timer.start(PROBE_MS)
    panel.toggle()
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        loop.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents, 20)
    timer.stop()
    return late


if __name__ == "__main__":
    main()
