"""A button that opens a menu, and looks as it should when the menu has gone."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QCursor
from PySide6.QtWidgets import QMenu, QToolButton


def give_menu(button: QToolButton, menu: QMenu | None = None) -> QMenu:
    """Let a press on the button open a menu, a new one unless given; return the menu."""
    menu = menu or QMenu(button)
    button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
    button.setMenu(menu)
    menu.aboutToHide.connect(lambda: let_go(button))
    return menu


def let_go(button: QToolButton) -> None:
    """Show a button as it is: the pointer may have left it while its menu had all events."""
    over = button.rect().contains(button.mapFromGlobal(QCursor.pos()))
    button.setDown(False)
    button.setAttribute(Qt.WidgetAttribute.WA_UnderMouse, over)
    button.update()
