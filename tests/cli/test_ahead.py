"""Qt's libraries are loaded while Python reads modules; the import finds them there."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import convsim
from convsim.cli.ahead import load_qt

PROGRAM = """
import sys
from convsim.cli.ahead import load_qt
thread = load_qt()
thread.join()
maps = open("/proc/self/maps").read()
print([name for name in ("Core", "Gui", "Widgets") if f"libQt6{name}.so" in maps])
print([name for name in sys.modules if name.startswith(("PySide6", "shiboken6"))])
from PySide6.QtWidgets import QApplication, QLabel
app = QApplication(["test"])
label = QLabel("seen")
print(label.text())
"""


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere Qt is loaded by its import")
def test_the_libraries_are_there_before_any_module_is() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
        cwd=Path(convsim.__file__).parents[1],
    )
    assert done.stdout.splitlines() == ["['Core', 'Gui', 'Widgets']", "[]", "seen"]


def test_where_qt_is_there_nothing_is_loaded() -> None:
    import PySide6  # noqa: F401

    assert load_qt() is None
