"""Measure from an edit to the repainted window, on the lecture; one case a line, as JSON.

    QT_QPA_PLATFORM=offscreen python -m tests.bench.edit [--profile]

An edit is a weight, a bias, a pixel, a filter, a setting or a layer; after it every view that is
shown is painted, as the screen would, before the clock stops.  Between the edits one and the same
picture is painted: how far its slowest are from its median is the machine's part in the others.
"""

# ruff: noqa: E402 — what the program does before it reads NumPy has to come before

from __future__ import annotations

import argparse
import cProfile
import json
import os
import pstats
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from convsim.cli import quick

quick.begin()  # as the program does, before NumPy and Qt are read

import numpy as np
from PySide6.QtCore import QCoreApplication, QEventLoop
from PySide6.QtGui import QImage, QPainter

from convsim.core.step import Cursor
from convsim.document.building import insert_layers, move_layers
from convsim.document.edits import set_bias, set_field, set_picture, set_weight
from convsim.document.filters import change_filter
from convsim.document.palette import new_layer
from convsim.document.pixels import painted
from convsim.render.painter import paint
from convsim.services.opening import open_preset
from convsim.services.settings import Settings
from convsim.ui.app import make_application
from convsim.ui.window import MainWindow

TIMES = 200
GOAL = 16.0
"""Milliseconds of a frame at 60 a second."""


def main() -> int:
    """Measure every case; return 1 if the slowest of a hundred misses the goal."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.edit")
    parser.add_argument("--profile", action="store_true")
    args = parser.parse_args()
    make_application()
    with tempfile.TemporaryDirectory() as folder:
        document = open_preset("lecture").at(Cursor(0, 0, 12, 13))
        window = MainWindow(document, Settings(), Path(folder) / "s.json")
        window.resize(1280, 800)
        window.show()
        settle()
        quick.end()  # as the program does when its window is there
        profile = cProfile.Profile()
        if args.profile:
            profile.enable()
        same = SameWork(window)
        slow = [measure(window, name, edit, same) for name, edit in list(cases().items())]
        report("the same picture each time", same.seconds)
        profile.disable()
        window.context.store.undo_stack.setClean()
        window.close()
        window.deleteLater()
        settle()
    if args.profile:
        pstats.Stats(profile).sort_stats("cumulative").print_stats(45)
    return int(max(slow) > GOAL)


def cases() -> dict[str, Callable]:
    """Return what is done the n-th time, by name."""
    return {
        "weight": lambda d, n: set_weight(d, 0, (0, 0, 0, 0), n / 100),
        "bias": lambda d, n: set_bias(d, 2, 0, n / 100),
        "pixel": _pixel,
        "filter": lambda d, n: change_filter(d, 0, n % 6, "mirror" if n % 2 else "negate"),
        "stride": lambda d, n: set_field(d, 0, "stride", (3 if n % 2 else 1,) * 2),
        "filters": lambda d, n: set_field(d, 0, "filters", 6 + n % 3),
        "layer": lambda d, n: (
            insert_layers(d, 1, [new_layer("relu")])
            if len(d.network.layers) < 5
            else move_layers(d, [4], 1)
        ),
    }


def _pixel(document, n):
    image = painted(document.image, [(n % 32, n // 32)], (1.0, 0.0, 0.0))
    return set_picture(document, document.picture, np.asarray(image))


class SameWork:
    """Paints the stage as it was at first, which costs the same each time."""

    def __init__(self, window: MainWindow) -> None:
        self.scene = window.stage.view.current_scene()
        self.image = QImage(window.stage.view.size(), QImage.Format.Format_RGB32)
        self.seconds: list[float] = []

    def __call__(self) -> None:
        """Paint it and note how long that took."""
        start = time.perf_counter()
        painter = QPainter(self.image)
        paint(self.scene, painter)
        painter.end()
        self.seconds.append(time.perf_counter() - start)


def measure(window: MainWindow, name: str, edit: Callable, same: SameWork) -> float:
    """Print how long an edit and its undo take until all is painted; return the slower p99."""
    store = window.context.store
    forward, back = [], []
    for number in range(TIMES):
        changed = edit(store.document, number)
        start = time.perf_counter()
        store.edit(name, changed)
        settle()
        forward.append(time.perf_counter() - start)
        same()
        if number % 2:
            start = time.perf_counter()
            store.undo_stack.undo()
            settle()
            back.append(time.perf_counter() - start)
    return max(report(name, forward), report(f"undo {name}", back))


def report(case: str, seconds: list[float]) -> float:
    """Print the median and the slowest of a hundred; return the latter in milliseconds."""
    ordered = sorted(1000 * s for s in seconds)
    p99 = ordered[int(0.99 * (len(ordered) - 1))]
    answer = {"case": case, "p50_ms": round(ordered[len(ordered) // 2], 2)}
    sys.stdout.write(json.dumps({**answer, "p99_ms": round(p99, 2)}) + "\n")
    return p99


def settle() -> None:
    """Let the window lay out and paint everything that waits."""
    QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents)
    QCoreApplication.sendPostedEvents()


if __name__ == "__main__":
    sys.exit(main())
