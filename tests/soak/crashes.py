"""The running program is killed with unsaved work again and again: all of it is offered.

    python -m tests.soak.crashes [COUNT]     100 kills by default, with `kill -9`

Each round starts the program, edits a weight, waits until the copy of it is written, and kills it
a moment later, sometimes in the midst of the next copy.  Then it is started again, and the copy
that it offers must hold the last edit that was kept, or a newer one.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from convsim.formats.project_reader import read_project
from convsim.services.recovery import Recovery

FULL = 100
PROGRAM = """
import sys
from PySide6.QtCore import QTimer
from convsim.document.edits import set_weight
from convsim.services import autosave
from convsim.services.opening import open_preset
from convsim.services.settings import Settings
from pathlib import Path
from convsim.ui.app import make_application
from convsim.ui.window import MainWindow

autosave.DELAY_MS = 30
app = make_application()
folder = Path(sys.argv[1])
window = MainWindow(open_preset("lecture"), Settings(), folder / "settings.json", folder)
window.show()
store, count = window.context.store, [0]


def edit():
    count[0] += 1
    store.edit("Weight", set_weight(store.document, 0, (0, 0, 0, 0), count[0]))
    print("edited", count[0], flush=True)


def kept():
    print("kept", flush=True)
    edit()


window.projects.autosave.kept.connect(kept)
QTimer.singleShot(0, edit)
app.exec()
"""


def main(count: int = FULL) -> int:
    """Kill the program so many times; return how often work was lost."""
    chance = random.Random(3)
    lost = 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for _ in range(count):
            edits = _killed(folder, kept=chance.randint(1, 4), after=chance.uniform(0, 0.05))
            found = Recovery(folder / "recovery").offered()
            values = [
                float(read_project(copy.path).document.weights[0]["weight"][0, 0, 0, 0])
                for copy in found
            ]
            # The edit after the last copy may be in the next one already, or not yet.
            if len(found) != 1 or values[0] not in (edits, edits + 1, edits + 2):
                print(f"kept {edits}, offered {values}")
                lost += 1
            for copy in found:
                copy.dismiss()
    print(f"{count} kills of the running program with unsaved work: {count - lost} recovered")
    return lost


def _killed(folder: Path, kept: int, after: float) -> int:
    """Run and kill the program; return the number of the last edit whose copy was written."""
    program = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(folder)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
    )
    assert program.stdout is not None
    edits = last = copies = 0
    for line in program.stdout:
        if line.startswith("edited"):
            edits = int(line.split()[1])
        else:
            last, copies = edits, copies + 1
            if copies == kept:
                break
    time.sleep(after)
    program.send_signal(signal.SIGKILL)
    program.wait()
    program.stdout.close()
    assert last, "the program ended by itself"
    return last


if __name__ == "__main__":
    sys.exit(bool(main(int(sys.argv[1]) if len(sys.argv) > 1 else FULL)))
