"""Starting the window program."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QStandardPaths, QTimer
from PySide6.QtWidgets import QApplication

from convsim.figures.theme import LIGHT
from convsim.render.fonts import load_fonts
from convsim.services import resources
from convsim.services import settings as settings_file
from convsim.services.opening import START_PRESET, open_preset
from convsim.services.projects import is_project, open_project
from convsim.ui.icons import app_icon
from convsim.ui.keys import KeyReferee
from convsim.ui.style import set_basics
from convsim.ui.window import MainWindow

OFFER_MS = 200
"""Until copies of unsaved work are looked for; the window is painted first."""
SETTLED_MS = 1000
"""By then the window is painted, whatever the computer."""


def run(path: Path | None = None, settled: Callable[[], None] | None = None) -> int:
    """Open the window, on a picture or a project if one is given; return the exit status.

    Parameters
    ----------
    path : Path, optional
    settled : function, optional
        Called when the window has been there for a moment.

    Raises
    ------
    ConvSimError
        If it cannot be opened.
    """
    opened = open_project(path) if path is not None and is_project(path) else None
    document = opened.document if opened is not None else open_preset(START_PRESET, path)
    app = make_application()
    folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.AppConfigLocation)
    settings_path = Path(folder) / "settings.json"
    settings, problem = settings_file.load(settings_path)
    data = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.AppLocalDataLocation)
    window = MainWindow(document, settings, settings_path, Path(data))
    window.setWindowIcon(app_icon())
    if problem:
        window.statusBar().showMessage(problem, 10_000)
    window.show()
    window.activateWindow()
    if path is not None and opened is not None:
        window.projects.show(path, opened)
    QTimer.singleShot(OFFER_MS, window, window.settle)
    if settled is not None:
        QTimer.singleShot(SETTLED_MS, settled)
    return app.exec()


def make_application() -> QApplication:
    """Return the application with our style, font and rules about keys."""
    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)
    app.setApplicationName("convsim")
    app.setDesktopFileName("convsim")
    app.setStyle("Fusion")
    load_fonts(resources.fonts())
    set_basics(app, LIGHT)
    if app.findChild(KeyReferee) is None:
        KeyReferee(app)
    return app
