"""What the program reads before its first picture: it opens fast because that is little.

Reading a module takes about half a millisecond, some take twenty.  A start is not timed here, since
a busy computer would fail it; `python -m tests.bench.startup` times it.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from convsim.document.edits import set_view
from convsim.services.opening import open_preset
from convsim.services.settings import Settings
from convsim.ui.window import MainWindow
from tests.bench.startup import ours

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

LATER = {
    "PIL": "the start picture is stored as an array; Pillow is read for other pictures",
    "concurrent.futures": "threads are made when the first long work begins",
    "convsim.core.train": "nothing is trained yet",
    "convsim.data.decoder": "the start picture is stored as an array",
    "convsim.figures.registry": "only exports and the views behind other tabs draw other figures",
    "convsim.figures.sweep": "it is drawn for what does not fit",
    "convsim.formats.project": "no project is open",
    "convsim.services.exporting": "nothing is exported yet",
    "convsim.ui.counts_panel": "its tab is not shown yet",
    "convsim.ui.export_dialog": "no dialog is open",
    "convsim.ui.fit_card": "everything fits",
    "convsim.ui.history_panel": "nothing is edited yet; it is built after the first painting",
    "convsim.ui.inspector": "it is built after the first painting",
    "convsim.ui.kernel_editor": "it is a part of the inspector",
    "convsim.ui.layer_form": "it is a part of the inspector",
    "convsim.ui.input_form": "the inspector shows a layer, not the picture",
    "convsim.ui.keys_dialog": "no dialog is open",
    "convsim.ui.maps_panel": "its tab is not shown yet",
    "convsim.ui.overview_panel": "its tab is not shown yet",
    "convsim.ui.zoom_view": "no map is zoomed",
    "msgspec": "it writes and reads projects",
    "numpy.random": "the first layer of the lecture has filters that mean something",
    "onnx": "it writes and reads ONNX files",
    "pyqtgraph": "no map is zoomed and no curve drawn",
    "safetensors": "it writes and reads projects",
    "socket": "Qt does not look for a display here",
    "subprocess": "no other program is started",
    "tqdm": "it shows the progress of commands",
}
"""Modules that must not be read before the first painting, and why they are not needed."""

MADE_LATER = (
    "QAbstractSpinBox",
    "QComboBox",
    "QFileDialog",
    "QMessageBox",
    "QProgressDialog",
    "QStyle",
    "QWizard",
)
"""Classes of Qt that must not be made before the first painting: no object of them is there.

`QWizard` stands for all kinds of widgets, which are made when a widget comes back from Qt whose
kind PySide does not know, as from ``viewport()``.
"""

MOST = 174
"""Modules of our own that may be: make room for a new one by putting off another."""

LATE = 8
"""Modules without Qt that may be read after it; a few do not matter."""


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, ...]:
    """Return the modules that the command ``convsim`` has read when it is painted, in order."""
    home = str(tmp_path_factory.mktemp("home"))
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "HOME": home}
    environment.pop("XDG_CONFIG_HOME", None)
    environment.pop("XDG_DATA_HOME", None)
    program = ours(
        "import sys; from PySide6 import QtWidgets; "
        "print(*sys.modules, *(f'made:{name}' for name in vars(QtWidgets)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        check=True,
        env=environment,
        text=True,
        timeout=60,
    )
    return tuple(done.stdout.splitlines()[0].split())


def test_the_window_is_there(read: tuple[str, ...]) -> None:
    assert {"numpy", "PySide6.QtWidgets", "convsim.ui.window", "convsim.figures.stage"} <= set(read)


@pytest.mark.parametrize("module", LATER)
def test_it_opens_without(read: tuple[str, ...], module: str) -> None:
    assert module not in read, f"{module} is read before the first painting, but {LATER[module]}"


@pytest.mark.parametrize("name", MADE_LATER)
def test_it_opens_without_the_class(read: tuple[str, ...], name: str) -> None:
    assert "made:QMainWindow" in read
    assert f"made:{name}" not in read


def test_few_modules_are_read(read: tuple[str, ...]) -> None:
    ours_ = sorted(name for name in read if name.partition(".")[0] == "convsim")
    assert len(ours_) <= MOST, f"{len(ours_)} modules are read before the first painting: {ours_}"


def test_what_knows_no_qt_is_read_before_it(read: tuple[str, ...]) -> None:
    assert read.index("numpy") < read.index("PySide6")
    after = read[read.index("PySide6") :]
    below = ("convsim.core.", "convsim.document.", "convsim.data.", "convsim.figures.")
    late = [name for name in after if name.startswith(below)]
    assert len(late) <= LATE, f"name these in convsim/cli/quick.py, which says why: {late}"


@pytest.fixture
def unseen(qtbot: QtBot, settings_path: Path) -> Iterator[MainWindow]:
    """Return a window that was not shown yet."""
    window = MainWindow(open_preset("lecture"), Settings(), settings_path)
    qtbot.addWidget(window)
    yield window
    window.close()


def test_nothing_moves_when_the_inspector_comes(unseen: MainWindow, qtbot: QtBot) -> None:
    places: list[list[object]] = []

    def note() -> None:
        places.append([w.geometry() for w in (*unseen.docks.all[:3], unseen.tabs)])

    unseen.opened.connect(note)
    with qtbot.waitSignal(unseen.completed):
        unseen.show()
    assert "inspector" in vars(unseen)
    qtbot.waitUntil(unseen.inspector.title.isVisible)
    note()
    assert places[0] == places[1]


def test_the_inspector_is_there_for_whoever_asks_sooner(unseen: MainWindow) -> None:
    assert "inspector" not in vars(unseen)
    assert unseen.docks.all[1].isAncestorOf(unseen.inspector)
    assert unseen.inspector.title.text() == "Conv 1"


@pytest.mark.parametrize("tab", ["overview", "maps", "train"])
def test_a_window_that_opens_on_another_view_is_completed_too(
    qtbot: QtBot, settings_path: Path, tab: str
) -> None:
    window = MainWindow(set_view(open_preset("lecture"), tab=tab), Settings(), settings_path)
    qtbot.addWidget(window)
    with qtbot.waitSignal(window.completed, timeout=10_000):
        window.show()
    window.close()
