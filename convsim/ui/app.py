"""Starting the window program."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, QStandardPaths, QTimer
from PySide6.QtWidgets import QApplication

from convsim.figures.theme import LIGHT
from convsim.render.fonts import load_fonts
from convsim.services import resources
from convsim.services import settings as settings_file
from convsim.services.opening import START_PRESET, open_preset
from convsim.services.projects import open_project
from convsim.ui.icons import app_icon
from convsim.ui.keys import KeyReferee
from convsim.ui.style import set_basics
from convsim.ui.window import MainWindow

if TYPE_CHECKING:
    from convsim.document import Document
    from convsim.formats.project_reader import Opened

FIRST = (1280, 800)
"""Size of the first window where there is room."""
EDGE, TITLE_BAR = 8, 40
"""At most so much is taken by a frame at each side, and above and below; it is not known yet."""
OFFER_MS = 200
"""Until copies of unsaved work are looked for; the window is painted first."""
SETTLED_MS = 1000
"""By then the window is painted, whatever the computer."""


def run(path: Path | None = None, settled: Callable[[], None] | None = None) -> int:
    """Open the window, on a file or a folder if given; return the exit status.

    A data set, or weights alone, are opened in it once it is there.

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
    document, opened, notes, later = _beginning(path)
    app = make_application()
    folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.AppConfigLocation)
    settings_path = Path(folder) / "settings.json"
    settings, problem = settings_file.load(settings_path)
    data = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.AppLocalDataLocation)
    window = MainWindow(document, settings, settings_path, Path(data))
    window.setWindowIcon(app_icon())
    if problem:
        window.statusBar().showMessage(problem, 10_000)
    if not settings.geometry:
        window.resize(first_size(window.screen().availableSize()))
        window.reset_layout()
    window.show()
    window.activateWindow()
    if notes:
        window.show_message("; ".join(notes))
    if path is not None and opened is not None:
        window.projects.show(path, opened)
    elif later is not None:
        QTimer.singleShot(OFFER_MS, window, lambda: window.open_path(later))
    # Who looks after signals is not needed to open the window.
    QTimer.singleShot(OFFER_MS, window, lambda: _mind_signals(app, window))
    QTimer.singleShot(OFFER_MS, window, window.settle)
    if settled is not None:
        QTimer.singleShot(SETTLED_MS, settled)
    return app.exec()


def first_size(screen: QSize) -> QSize:
    """Return the size of the first window on a screen with so much room, its frame left out."""
    return QSize(*FIRST).boundedTo(screen - QSize(2 * EDGE, TITLE_BAR))


def _mind_signals(app: QApplication, window: MainWindow) -> None:
    """Let Ctrl+C in the terminal, and the system that ends, close the window."""
    from convsim.ui.terminal import Interrupts

    interrupts = Interrupts(window)

    def leave(status: int) -> None:
        window.close_unasked()
        app.exit(status)

    interrupts.came.connect(leave)
    app.aboutToQuit.connect(interrupts.stop)


def _beginning(
    path: Path | None,
) -> tuple[Document, Opened | None, tuple[str, ...], Path | None]:
    """Return what to begin with, the project it is from, what to say, and what to open later."""
    if path is None:
        return open_preset(START_PRESET), None, (), None
    # Looking into files is not needed to open the window without one.
    from convsim.services.file_kinds import Kind, kind_of

    kind = kind_of(path)
    if kind is Kind.PROJECT:
        opened = open_project(path)
        return opened.document, opened, (), None
    if kind is Kind.NETWORK:
        document, notes = _network(path)
        # If it is the usual one, its size is still to be asked for.
        return document, None, notes, path if document.preset else None
    if kind is Kind.PICTURE:
        return open_preset(START_PRESET, path), None, (), None
    return open_preset(START_PRESET), None, (), path


def _network(path: Path) -> tuple[Document, tuple[str, ...]]:
    """Return the network of an ONNX file, or the usual one if a size has to be asked for first."""
    from convsim.formats.onnx.errors import SizeNeededError
    from convsim.services.interchange import check_channels, open_onnx

    try:
        document, notes = open_onnx(path)
    except SizeNeededError:
        return open_preset(START_PRESET), ()
    check_channels(document, path.name)
    return document, notes


def make_application() -> QApplication:
    """Return the application with our style, font and rules about keys."""
    # Not by `setStyle`, which returns the style: to make its class takes PySide 5 ms.
    app = QApplication.instance() or QApplication(["convsim", "-style", "Fusion"])
    assert isinstance(app, QApplication)
    app.setApplicationName("convsim")
    app.setDesktopFileName("convsim")
    load_fonts(resources.fonts())
    set_basics(app, LIGHT)
    KeyReferee.watch(app)
    return app
