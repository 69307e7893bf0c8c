"""The program, with a network that trains, is closed: it ends cleanly and says nothing."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

from tests.data.sets.files import mnist

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


NAMED = """
from pathlib import Path
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from convsim.ui.app import run

def settled():
    window = next(w for w in QApplication.topLevelWidgets() if hasattr(w, "stage"))

    def look():
        lab = window.tabs.lab
        if lab is not None and lab.data.data is not None and lab.data.list.currentIndex() > 0:
            timer.stop()
            window.close()
            print(window.context.document.view.tab, lab.data._counts.text())

    timer = QTimer(window)
    timer.timeout.connect(look)
    timer.start(5)

raise SystemExit(run(Path({path!r}), settled))
"""


def test_a_data_set_named_on_the_command_line_is_opened_in_the_window(tmp_path: Path) -> None:
    mnist(tmp_path)
    program = NAMED.format(path=str(tmp_path / "train-images-idx3-ubyte"))
    done = started(program, tmp_path / "home")
    assert done.returncode == 0, done.stderr
    assert done.stdout == "train 20 pictures, 10 classes · 10 to test\n"


def test_closing_while_it_trains_ends_the_program(tmp_path: Path) -> None:
    done = started(PROGRAM, tmp_path)
    assert done.returncode == 0, done.stderr
    assert "closed at step" in done.stdout
    assert "Thread" not in done.stderr
    assert "Traceback" not in done.stderr


def started(program: str, home: Path) -> subprocess.CompletedProcess[str]:
    """Run a program without a screen, for a person without settings."""
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "HOME": str(home)}
    environment.pop("XDG_CONFIG_HOME", None)
    environment.pop("XDG_DATA_HOME", None)
    return subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        check=False,
        env=environment,
        text=True,
        timeout=60,
    )
