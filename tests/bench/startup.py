"""From starting the process to the first painted window, against a bare PySide6 + NumPy window.

    python -m tests.bench.startup [--runs 9]

Prints one JSON line a case; both are started in turn, so that a noisy machine is fair to both.
The last line is the ratio of the medians.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import time

BARE = """
import numpy
from PySide6.QtWidgets import QApplication, QMainWindow
class Window(QMainWindow):
    def paintEvent(self, event):
        super().paintEvent(event)
        print("painted", flush=True)
        QApplication.instance().quit()
app = QApplication([])
window = Window()
window.resize(1280, 800)
window.show()
app.exec()
"""

OURS = """
from pathlib import Path
import tempfile
from PySide6.QtWidgets import QApplication
from convsim.services.opening import open_preset
from convsim.services.settings import Settings
from convsim.ui.app import make_application
from convsim.ui.window import MainWindow
app = make_application()
folder = tempfile.mkdtemp()
window = MainWindow(open_preset("lecture"), Settings(), Path(folder) / "settings.json")
seen = set()
def painted(name):
    seen.add(name)
    if seen == {"stage", "strip"} and window.context.trace.reached(0):
        print("painted", flush=True)
        app.quit()
window.stage.view.painted.connect(lambda: painted("stage"))
window.strip.view.painted.connect(lambda: painted("strip"))
window.show()
app.exec()
window.close()
"""


def timed(program: str) -> float:
    """Return the seconds from starting a process to the word "painted"."""
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    begin = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, env=environment, text=True
    )
    assert process.stdout is not None
    line = process.stdout.readline()
    seconds = time.perf_counter() - begin
    process.stdout.close()
    process.wait()
    if line.strip() != "painted" or process.returncode:
        raise SystemExit(f"the window was not painted: {line!r}, exit {process.returncode}")
    return seconds


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=9)
    runs = parser.parse_args().runs
    cases = {"bare window": BARE, "convsim": OURS}
    spent: dict[str, list[float]] = {name: [] for name in cases}
    for round_ in range(runs + 1):
        for name, program in cases.items():
            seconds = timed(program)
            if round_:  # the first round warms the disk cache
                spent[name].append(seconds)
    for name, values in spent.items():
        figures = {
            "median_s": statistics.median(values),
            "min_s": min(values),
            "max_s": max(values),
        }
        print(json.dumps({"case": name, **{k: round(v, 3) for k, v in figures.items()}}))
    ratio = statistics.median(spent["convsim"]) / statistics.median(spent["bare window"])
    print(json.dumps({"case": "ratio of medians", "ratio": round(ratio, 2), "target": 1.5}))


if __name__ == "__main__":
    main()
