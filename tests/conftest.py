"""What every test shares: one application as the program makes it, and nothing left behind."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtWidgets import QApplication


@pytest.fixture(scope="session")
def qapp() -> QApplication:
    """Return the application with the program's own style and font (pytest-qt asks for it)."""
    from convsim.figures.theme import LIGHT
    from convsim.ui.app import make_application
    from convsim.ui.style import apply_theme

    app = make_application()
    apply_theme(app, LIGHT)
    return app


@pytest.fixture(autouse=True)
def nothing_left_behind(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test that leaves a window, a running timer or a thread."""
    threads = set(threading.enumerate())
    yield
    left = [t.name for t in set(threading.enumerate()) - threads if t.is_alive()]
    if "qtbot" in request.fixturenames:
        left += _widgets_left()
    assert not left, f"left behind: {left}"


def _widgets_left() -> list[str]:
    from PySide6.QtCore import QCoreApplication, QEvent, QTimer
    from PySide6.QtWidgets import QApplication

    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    QCoreApplication.processEvents()
    windows = [w for w in QApplication.topLevelWidgets() if w.isVisible()]
    app = QCoreApplication.instance()
    timers = [t for t in app.findChildren(QTimer) if t.isActive()] if app else []
    return [f"{type(w).__name__} {w.windowTitle()}" for w in windows] + [repr(t) for t in timers]


@pytest.fixture
def lecture() -> object:
    """Return the lecture's document on the cat."""
    from convsim.services.opening import open_preset

    return open_preset("lecture")


@pytest.fixture
def settings_path(tmp_path: Path) -> Path:
    """Return a place for settings that nobody else uses."""
    return tmp_path / "settings" / "settings.json"
