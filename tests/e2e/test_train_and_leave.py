"""The program, with a network that trains, is closed: it ends cleanly and says nothing."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

PROGRAM = """
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from convsim.ui.app import run

def settled():
    window = next(w for w in QApplication.topLevelWidgets() if hasattr(w, "stage"))
    window.files.open_preset("lenet5")
    window.show_tab("train")
    panel = window.tabs.train
    panel.form.epochs.setValue(500)

    def look():
        if panel.data.data is not None and not panel.trainer.running:
            panel.toggle()
        if panel.trainer.history.steps > 3:
            timer.stop()
            window.context.store.undo_stack.setClean()
            window.close()
            print("closed at step", panel.trainer.history.steps)

    timer = QTimer(window)
    timer.timeout.connect(look)
    timer.start(5)

raise SystemExit(run(settled=settled))
"""


def test_closing_while_it_trains_ends_the_program(tmp_path: Path) -> None:
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "HOME": str(tmp_path)}
    environment.pop("XDG_CONFIG_HOME", None)
    environment.pop("XDG_DATA_HOME", None)
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        capture_output=True,
        check=False,
        env=environment,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert "closed at step" in done.stdout
    assert "Thread" not in done.stderr
    assert "Traceback" not in done.stderr
