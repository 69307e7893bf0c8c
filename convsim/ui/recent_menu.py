"""Open Recent: the projects used last; those that are gone are grey."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QMenu, QWidget

from convsim.ui.questions import shown

if TYPE_CHECKING:
    from pathlib import Path

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

    def _add(self, number: int, path: Path) -> None:
        # A single & would underline the letter after it.
        name = shown(path.name).replace("&", "&&")
        action = self.addAction(f"&{number % 10}  {name}")
        action.setToolTip(shown(str(path)))
        action.setEnabled(path.is_file())
        action.triggered.connect(lambda: self._projects.open(path))
