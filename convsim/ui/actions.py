"""The table of commands as Qt actions: what menus hold, shortcuts run and icons stand for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu, QMenuBar

from convsim.ui.command_table import EXPORTS, command_table, menu_titles, tr
from convsim.ui.icons import icon

if TYPE_CHECKING:
    from convsim.figures.theme import Theme
    from convsim.ui.deeds import Deeds


class Actions:
    """The table as Qt actions, made once and kept up to date.

    Attributes
    ----------
    commands : dict from id to Command
    """

    def __init__(self, window: QMainWindow, deeds: Deeds) -> None:
        self.commands = {command.id: command for command in command_table(deeds)}
        self._actions: dict[str, QAction] = {}
        self._states: dict[str, tuple[bool, bool]] = {}
        for command in self.commands.values():
            action = QAction(command.text, window)
            action.setShortcuts([QKeySequence(key) for key in command.shortcut])
            action.setCheckable(command.checked is not None)
            if action.isCheckable():
                # In a menu the icon would stand where the tick says that it is on.
                action.setIconVisibleInMenu(False)
            keys = " / ".join(command.shortcut)
            tip = f"{command.text.rstrip('…')} ({keys})" if keys else command.text
            action.setToolTip(f"{tip}\n{command.hint}" if command.hint else tip)
            action.setStatusTip(command.hint)
            action.triggered.connect(lambda _checked=False, c=command: self.run(c.id))
            window.addAction(action)
            self._actions[command.id] = action
        self.refresh()

    def __getitem__(self, id_: str) -> QAction:
        """Return the action of a command."""
        return self._actions[id_]

    def run(self, id_: str) -> None:
        """Do what a command says, if it can be done now."""
        command = self.commands[id_]
        if command.enabled():
            command.run()
        self.refresh()

    def refresh(self) -> None:
        """Ask every command whether it can be used and is switched on."""
        for id_, command in self.commands.items():
            checked = command.checked is not None and command.checked()
            state = command.enabled(), checked
            # A click checks an action by itself, whatever its command makes of it.
            if state == self._states.get(id_) and command.checked is None:
                continue
            self._states[id_] = state
            action = self._actions[id_]
            action.setEnabled(state[0])
            if command.checked is not None:
                action.setChecked(checked)

    def tint(self, theme: Theme) -> None:
        """Draw the icons in the theme's ink."""
        for id_, command in self.commands.items():
            if command.icon:
                self._actions[id_].setIcon(icon(command.icon, theme))
        name = "sun" if theme.name == "dark" else "moon"
        self._actions["view.theme"].setIcon(icon(name, theme))

    def fill_menu_bar(self, bar: QMenuBar) -> dict[str, QMenu]:
        """Make the menus; commands of one group stand together."""
        menus: dict[str, QMenu] = {}
        for key, title in menu_titles().items():
            menu = bar.addMenu(title)
            menu.setToolTipsVisible(True)
            menus[key] = menu
            group = None
            for command in self.commands.values():
                if command.menu != key:
                    continue
                if group is not None and command.group != group:
                    menu.addSeparator()
                group = command.group
                menu.addAction(self._actions[command.id])
                if command.id == "file.import":
                    menu.addMenu(self._export_menu(menu))
        return menus

    def _export_menu(self, parent: QMenu) -> QMenu:
        menu = QMenu(tr("Export Network As"), parent)
        menu.setToolTipsVisible(True)
        for id_ in (*(f"export.{to}" for to in EXPORTS), "weights.export"):
            menu.addAction(self._actions[id_])
        return menu
