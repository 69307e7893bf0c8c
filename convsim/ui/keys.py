"""Who gets a key: the stage's keys work everywhere except where something is being edited."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QLineEdit,
    QWidget,
)

_UP_DOWN = {
    Qt.Key.Key_Up,
    Qt.Key.Key_Down,
    Qt.Key.Key_PageUp,
    Qt.Key.Key_PageDown,
    Qt.Key.Key_Home,
    Qt.Key.Key_End,
}
_ARROWS = {Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down}
_UNDO = {Qt.Key.Key_Z, Qt.Key.Key_Y}
SLIDES = "slides by keys"
"""The property of a slider whose value is not the position of the stage: its keys are its own."""
_HERE = "key referee"
"""The property of an application that says that somebody decides already."""


class KeyReferee(QObject):
    """Decides, before a shortcut is tried, whether the widget with the focus needs the key.

    A widget that has a method ``wants_key(event)`` is asked first; it answers True, False, or None
    where the rules for its kind hold.

    It changes nothing but Qt's "shortcut override" question, and watches only the widget that
    has the focus: a filter on the application would slow down every event.
    """

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        app.focusChanged.connect(self._follow)

    @classmethod
    def watch(cls, app: QApplication) -> None:
        """Let one referee decide for an application, however often this is called."""
        # Not `findChild`, which makes the classes of everything that an application holds.
        if app.property(_HERE) is None:
            cls(app)
            app.setProperty(_HERE, True)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Answer the question for the widget with the focus."""
        if event.type() != QEvent.Type.ShortcutOverride or not isinstance(event, QKeyEvent):
            return False
        if not isinstance(watched, QWidget):
            return False
        # To ask a widget with keys of its own is cheaper than that it hears every event.
        own: Callable[[QKeyEvent], bool | None] | None = getattr(watched, "wants_key", None)
        verdict = own(event) if own is not None else None
        if verdict is None:
            verdict = keeps_key(watched, Qt.Key(event.key()), event.modifiers())
        if verdict is None:
            return False
        event.setAccepted(verdict)
        return True

    def _follow(self, before: QWidget | None, now: QWidget | None) -> None:
        if before is not None:
            before.removeEventFilter(self)
        if now is not None:
            now.installEventFilter(self)


def keeps_key(widget: QWidget, key: Qt.Key, modifiers: Qt.KeyboardModifier) -> bool | None:
    """Return True if the widget needs the key, False if the shortcut does, None to let Qt say."""
    control = bool(modifiers & Qt.KeyboardModifier.ControlModifier)
    # Classes of which there is no widget in the first window are named, not imported.
    box = widget.inherits("QAbstractSpinBox") or widget.inherits("QComboBox")
    editing = box or isinstance(widget, QLineEdit)
    if editing:
        # A number that was typed is applied at once, so undo means the document's undo.
        if control and key in _UNDO and not isinstance(widget, QLineEdit):
            return False
        return True if key in _UP_DOWN or key == Qt.Key.Key_Space else None
    if isinstance(widget, QAbstractItemView):
        return True if key in _UP_DOWN and not modifiers else None
    if widget.property(SLIDES):
        return True if key in _ARROWS | _UP_DOWN and not modifiers else None
    if isinstance(widget, QAbstractButton):
        # Of buttons of which one is down, the arrows choose: Tab goes past all of them.
        one_of_several = widget.group() is not None and not modifiers
        kept = key == Qt.Key.Key_Space or (one_of_several and key in _ARROWS)
        return True if kept else None
    return None
