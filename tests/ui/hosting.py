"""A plain window around a widget, with the keyboard, and the few gestures that tests make."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QLayout, QVBoxLayout, QWidget

Key = Qt.Key
NO_KEYS = Qt.KeyboardModifier.NoModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
CONTROL = Qt.KeyboardModifier.ControlModifier


def hosted(qtbot, *widgets, width=222, height=900):
    """Return an active window that holds the widgets."""
    page = QWidget()
    qtbot.addWidget(page)
    # pytest-qt does not keep what it closes alive.
    vars(qtbot).setdefault("pages", []).append(page)
    column = QVBoxLayout(page)
    column.setContentsMargins(0, 0, 0, 0)
    # A window without a smallest size: the offscreen platform complains about having one.
    column.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
    for widget in widgets:
        column.addWidget(widget)
    page.resize(width, height)
    page.show()
    qtbot.waitExposed(page)
    page.activateWindow()
    return page


def focused(qtbot, widget):
    """Give a widget the keyboard."""
    widget.setFocus()
    qtbot.waitUntil(widget.hasFocus)
    return widget


def typed(qtbot, box, text, key=Key.Key_Return):
    """Type over what a box holds, and press a key."""
    focused(qtbot, box)
    box.selectAll()
    qtbot.keyClicks(box, text)
    qtbot.keyClick(box, key)


def entered(qtbot, grid, text, key=Key.Key_Return):
    """Type a number into the selected cell of a grid, and press a key."""
    focused(qtbot, grid)
    qtbot.keyClicks(grid, text[:1])
    assert grid.editing
    qtbot.keyClicks(grid.editor, text[1:])
    qtbot.keyClick(grid.editor, key)


def wheel(widget, notches=1, at=None, keys=NO_KEYS):
    """Turn the wheel over a widget; return whether it took it."""
    place = QPointF(at or widget.rect().center())
    event = QWheelEvent(
        place,
        widget.mapToGlobal(place),
        QPoint(),
        QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton,
        keys,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(widget, event)
    return event.isAccepted()


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now
