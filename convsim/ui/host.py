"""What the parts of the window may ask of the window."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6 import QtWidgets
from PySide6.QtWidgets import QMainWindow

from convsim.services import settings as settings_file
from convsim.services.player import Player
from convsim.ui.context import Context

if TYPE_CHECKING:
    from pathlib import Path

    from convsim.document import Document
    from convsim.services.settings import Settings
    from convsim.ui.tabs import Tabs


class Host(QMainWindow):
    """A window with one document and a memory of what was chosen.

    Attributes
    ----------
    context : Context
    player : Player
    settings : Settings
        What is remembered for the next start.
    tabs : Tabs
        The views.
    """

    tabs: Tabs

    def __init__(self, document: Document, settings: Settings, settings_path: Path) -> None:
        super().__init__()
        self.settings = settings
        self._settings_path = settings_path
        self.context = Context(document, settings.theme, self)
        self.player = Player(self.context.store, self)
        self.player.speed = settings.speed

    def open_path(self, path: Path) -> None:
        """Open a project or a picture."""
        raise NotImplementedError

    def begin(self, title: str, document: Document) -> None:
        """Show another document: as an edit, or, if a file is open, as one without a file."""
        raise NotImplementedError

    def remember(self, **changes: str | float | tuple[str, ...]) -> None:
        """Remember settings for the next start."""
        self.settings = replace(self.settings, **changes)  # type: ignore[arg-type]

    def write_settings(self) -> str:
        """Write what is remembered; return why that failed, or an empty text."""
        return settings_file.save(self._settings_path, self.settings)

    def show_error(self, text: str) -> None:
        """Say what could not be done; the document stays as it was."""
        QtWidgets.QMessageBox.warning(self, self.tr("ConvSim"), text)

    def show_message(self, text: str) -> None:
        """Say something in passing."""
        self.statusBar().showMessage(text, 8000)
