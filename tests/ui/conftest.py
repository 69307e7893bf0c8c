"""A real window on a real document, closed after each test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import QCoreApplication, QEvent

from convsim.services.opening import open_preset
from convsim.services.settings import Settings
from convsim.ui.window import MainWindow

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

Opener = Callable[..., MainWindow]


@pytest.fixture
def open_window(qtbot: QtBot, settings_path: Path) -> Iterator[Opener]:
    """Return a function that opens a window on a preset and waits until it is painted."""
    opened: list[MainWindow] = []

    def opener(preset: str = "lecture", **settings: Any) -> MainWindow:
        window = MainWindow(open_preset(preset), Settings(**settings), settings_path)
        opened.append(window)
        window.resize(1280, 800)
        with qtbot.waitExposed(window):
            window.show()
        window.activateWindow()
        qtbot.waitUntil(lambda: window.stage.view.scene is not None or not window.stage.isVisible())
        return window

    yield opener
    for window in opened:
        window.context.store.undo_stack.setClean()
        window.close()
        window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def window(open_window: Opener) -> MainWindow:
    """Return a window on the lecture."""
    return open_window()
