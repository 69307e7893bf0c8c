"""From starting the process to the first painted window, against a bare PySide6 + NumPy window.

    python -m tests.bench.startup [--runs 9]

Prints one JSON line a case; both are started in turn, so that a noisy machine is fair to both.
The last line is the ratio of the medians.  What is timed is the command ``convsim`` itself, in an
empty home, until its window is painted: the network's layers, the stage with the cat and the maps
with the numbers of the network.  Inspector and history are built right after that; a line of its
own says when they are painted too.  Another program makes as much of Qt as the first window shows,
without one module of ours (`tests.bench.start_floor`): what is left between it and the target is
all that ours may take.  As in any installation, Python may keep what it has compiled.

NumPy's OpenBLAS makes a thread a processor when it is loaded.  Where another processor is idle that
costs the bare window little, elsewhere 40 ms; ``convsim`` puts it off.  With OPENBLAS_NUM_THREADS=1
neither pays for it, which is the ratio that our own work alone accounts for.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time

from tests.bench.start_floor import floor

COMPLETE = "convsim, complete"
SAY = 'print("painted", flush=True)'

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


def ours(report: str) -> str:
    """Return a program that is ``convsim`` itself, but reports once it is painted, and later ends.

    When everything is there, the inspector too, it says "complete" and ends.
    """
    return f"""
from convsim.cli import main, quick
begin = quick.begin
def watched():
    # The earliest moment at which Qt may be imported without changing how the program starts.
    begin()
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication
    execute = QApplication.exec
    def watching(*_app):
        window = next(w for w in QApplication.topLevelWidgets() if hasattr(w, "stage"))
        seen = set()
        def opened():
            # All widgets are painted in one go, which is over now.
            assert seen == {{"stage", "strip"}} and window.context.trace.reached(0)
            {report}
        def complete():
            # What was built is painted at the end of this turn or in the next.
            QTimer.singleShot(0, lambda: QTimer.singleShot(0, end))
        def end():
            try:
                print("complete", flush=True)
            finally:  # even if nobody reads any more
                window.close()
        window.stage.view.painted.connect(lambda: seen.add("stage"))
        window.strip.view.painted.connect(lambda: seen.add("strip"))
        window.opened.connect(opened)
        window.completed.connect(complete)
        return execute()
    QApplication.exec = watching
quick.begin = watched
raise SystemExit(main([]))
"""


def timed(program: str, home: str) -> tuple[float, float]:
    """Return the seconds from starting a process to its first line, and to its last."""
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "HOME": home}
    for name in ("PYTHONDONTWRITEBYTECODE", "XDG_CONFIG_HOME"):
        environment.pop(name, None)
    begin = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-c", program],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
        text=True,
    )
    assert process.stdout is not None
    lines, moments = [], []
    for line in process.stdout:
        lines.append(line.strip())
        moments.append(time.perf_counter() - begin)
    _, problems = process.communicate()
    if lines[:1] != ["painted"] or process.returncode:
        raise SystemExit(f"the window was not painted, exit {process.returncode}: {problems}")
    return moments[0], moments[-1]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=9)
    runs = parser.parse_args().runs
    with tempfile.TemporaryDirectory() as home:
        cases = {"bare window": BARE, "as much of Qt": floor(home), "convsim": ours(SAY)}
        spent: dict[str, list[float]] = {name: [] for name in (*cases, COMPLETE)}
        for round_ in range(runs + 1):
            for name, program in cases.items():
                painted, complete = timed(program, home)
                if round_:  # the first round warms the disk cache
                    spent[name].append(painted)
                    if name == "convsim":
                        spent[COMPLETE].append(complete)
    for name, values in spent.items():
        figures = {
            "median_s": statistics.median(values),
            "min_s": min(values),
            "max_s": max(values),
        }
        print(json.dumps({"case": name, **{k: round(v, 3) for k, v in figures.items()}}))
    bare = statistics.median(spent["bare window"])
    for name, words in (("as much of Qt", "ratio of Qt's part"), ("convsim", "ratio of medians")):
        ratio = round(statistics.median(spent[name]) / bare, 2)
        print(json.dumps({"case": words, "ratio": ratio, "target": 1.5}))


if __name__ == "__main__":
    main()
