"""Open Recent: the projects used last, those that are gone grey, and what was not saved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QDateTime, QLocale
from PySide6.QtWidgets import QMenu, QWidget

from convsim.ui.questions import shown

if TYPE_CHECKING:
    from pathlib import Path

    from convsim.services.recovery import Discarded
    from convsim.ui.projects import Projects


class RecentMenu(QMenu):
    """Filled each time it is opened: a file may have gone meanwhile."""

    def __init__(self, projects: Projects, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._projects = projects
        self.setTitle(self.tr("Open Recent"))
        self.setToolTipsVisible(True)
        self.aboutToShow.connect(self.fill)

    def fill(self) -> None:
        """List the files."""
        self.clear()
        for number, path in enumerate(self._projects.recent(), 1):
            self._add(number, path)
        if self.isEmpty():
            nothing = self.addAction(self.tr("No project yet"))
            nothing.setEnabled(False)
        discarded = self._projects.discarded()
        if discarded:
            self.addSection(self.tr("Closed without saving"))
        for one in discarded:
            self._add_discarded(one)

    def _add_discarded(self, one: Discarded) -> None:
        when = QDateTime.fromSecsSinceEpoch(int(one.changed))
        time = QLocale().toString(when, QLocale.FormatType.ShortFormat)
        title = shown(one.title or one.path.name).replace("&", "&&")
        action = self.addAction(self.tr("{title}, {time}").format(title=title, time=time))
        action.setToolTip(self.tr("Work that was not saved when it was closed"))
        action.triggered.connect(lambda: self._projects.open_discarded(one.path))

    def _add(self, number: int, path: Path) -> None:
        # A single & would underline the letter after it.
        name = shown(path.name).replace("&", "&&")
        action = self.addAction(f"&{number % 10}  {name}")
        action.setToolTip(shown(str(path)))
        action.setEnabled(path.is_file())
        action.triggered.connect(lambda: self._projects.open(path))
