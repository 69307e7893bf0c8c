"""A button whose menu was open looks as it did before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QCursor
from PySide6.QtWidgets import QMenu, QToolButton

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from convsim.ui.window import MainWindow


def test_after_a_choice_the_button_looks_as_if_nothing_pointed_at_it(
    window: MainWindow, qtbot: QtBot
) -> None:
    button = next(b for b in window.bar.findChildren(QToolButton) if "Lecture" in b.text())
    menu = button.menu()
    assert isinstance(menu, QMenu)
    qtbot.mouseMove(button, QPoint(5, 5))
    button.setAttribute(Qt.WidgetAttribute.WA_UnderMouse)
    button.setDown(True)
    QCursor.setPos(window.mapToGlobal(QPoint(600, 600)))
    # Without a real screen a menu cannot take the keyboard; what matters is that it goes.
    menu.actions()[1].trigger()
    menu.aboutToHide.emit()
    assert window.context.document.preset == "grid-stride-1"
    assert not button.underMouse()
    assert not button.isDown()
    QCursor.setPos(button.mapToGlobal(QPoint(5, 5)))
    menu.aboutToHide.emit()
    assert button.underMouse()
