"""Key press to painted stage, weight edit to repainted maps, and playing at full speed.

    python -m tests.bench.step [--count 500]

Prints JSON lines {"case", "p50_ms", "p99_ms", "target_…"}.  A real 1280×800 window is used; the
time runs from sending the event until every view that shows the change has been painted.
"""

# ruff: noqa: E402 — what the program does before it reads NumPy has to come before

from __future__ import annotations

import argparse
import gc
import json
import os
import resource
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from convsim.cli import quick

quick.begin()  # as the program does, before NumPy and Qt are read

import numpy as np
from PySide6.QtCore import QEventLoop, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from convsim.document.edits import set_weight
from convsim.services.opening import open_preset
from convsim.services.settings import Settings
from convsim.ui.app import make_application
from convsim.ui.window import MainWindow


def open_window(preset: str) -> MainWindow:
    """Return a painted 1280×800 window on a preset."""
    path = Path(tempfile.mkdtemp()) / "settings.json"
    window = MainWindow(open_preset(preset), Settings(), path)
    window.resize(1280, 800)
    window.show()
    settle(window)
    quick.end()  # as the program does when its window is there
    return window


def settle(window: MainWindow) -> None:
    """Wait until everything is worked out and painted."""
    for _ in range(20):
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 50)
    while window.context.tracer.working:
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents, 50)


def timed(
    window: MainWindow, act: Callable[[int], None], count: int, *, strip: bool
) -> list[float]:
    """Return the milliseconds of each act until stage (and strip) are painted."""
    painted: set[str] = set()
    window.stage.view.painted.connect(lambda: painted.add("stage"))
    window.strip.view.painted.connect(lambda: painted.add("strip"))
    wanted = {"stage", "strip"} if strip else {"stage"}
    spent = []
    gc.collect()
    for i in range(count):
        painted.clear()
        begin = time.perf_counter()
        act(i)
        while not wanted <= painted:
            QApplication.processEvents()
        spent.append((time.perf_counter() - begin) * 1e3)
        QApplication.processEvents()
    return spent


def report(case: str, spent: list[float], **more: float | str) -> None:
    """Print one line."""
    p50, p99 = np.percentile(spent, [50, 99])
    print(json.dumps({"case": case, "p50_ms": round(p50, 2), "p99_ms": round(p99, 2), **more}))


def steps(count: int) -> None:
    """Measure Right, Shift+Right and Down on the lecture."""
    window = open_window("lecture")
    view = window.stage.view

    def press(key: Qt.Key, modifier: Qt.KeyboardModifier) -> Callable[[int], None]:
        return lambda _i: QTest.keyClick(view, key, modifier)

    plain, shift = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier
    timed(window, press(Qt.Key.Key_Right, plain), 30, strip=False)
    report(
        "step: key to painted stage",
        timed(window, press(Qt.Key.Key_Right, plain), count, strip=False),
        target_p50_ms=8,
        target_p99_ms=16,
    )
    report(
        "inner step: key to painted stage",
        timed(window, press(Qt.Key.Key_Right, shift), count, strip=False),
        target_p99_ms=16,
    )
    close(window)


def edits(preset: str, count: int, target: float) -> None:
    """Measure a changed weight until every map of the layer is repainted."""
    window = open_window(preset)
    store = window.context.store

    def act(i: int) -> None:
        value = 0.01 * (i % 50)
        store.edit("weight", set_weight(store.document, 0, (0, 0, 1, 1), value), "bench")

    timed(window, act, 5, strip=True)
    case = f"weight edit to repainted maps: {preset}"
    report(case, timed(window, act, count, strip=True), target_p99_ms=target)
    window.context.store.undo_stack.setClean()
    close(window)


def play() -> None:
    """Play 784 positions at 60 a second; count frames, and look at the memory."""
    window = open_window("lecture")
    frames: list[float] = []
    window.stage.view.painted.connect(lambda: frames.append(time.perf_counter()))
    window.player.set_speed(60.0)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    window.player.set_playing(True)
    begin = time.perf_counter()
    start = window.context.document.cursor
    while window.context.document.cursor.filter == start.filter:
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents, 20)
    spent = time.perf_counter() - begin
    window.player.set_playing(False)
    gaps = np.diff(frames) * 1e3
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    print(
        json.dumps(
            {
                "case": "play 784 positions at 60/s",
                "seconds": round(spent, 2),
                "frames": len(frames),
                "frames_per_s": round(len(frames) / spent, 1),
                "gap_p99_ms": round(float(np.percentile(gaps, 99)), 1),
                "memory_grown_kib": grown,
            }
        )
    )
    close(window)


def close(window: MainWindow) -> None:
    """Close without being asked."""
    window.context.store.undo_stack.setClean()
    window.close()
    window.deleteLater()
    QApplication.processEvents()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=500)
    count = parser.parse_args().count
    make_application()
    steps(count)
    edits("lecture", count, 16)
    edits("alexnet", max(count // 10, 20), 150)
    play()


if __name__ == "__main__":
    main()
