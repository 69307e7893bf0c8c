"""Random clicks, keys, wheels and commands in a real window: nothing may crash, warn or stay.

    python -m tests.soak.clicks [--seeds N] [--events N]

Prints a line for each seed; the exit status is 1 if anything was wrong.  The same seed does the
same things, as long as the window is the same.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from traceback import extract_tb
from typing import TYPE_CHECKING

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import shiboken6
from PySide6.QtCore import (
    QCoreApplication,
    QEvent,
    QMessageLogContext,
    QPoint,
    QPointF,
    Qt,
    QTimer,
    QtMsgType,
    qInstallMessageHandler,
)
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from convsim.core.errors import ConvSimError
from convsim.services.opening import open_preset
from convsim.services.settings import Settings
from convsim.ui.app import make_application
from convsim.ui.window import MainWindow

if TYPE_CHECKING:
    from types import TracebackType

SEEDS, EVENTS = 5, 10_000
KNOWN = ("propagateSizeHints", "raise()", "grabbing the")
"""What the offscreen platform says of every window and menu."""
LEAVE = {
    "file.quit",
    "file.save",
    "file.save_as",
    "file.save_copy",
    "file.open",
    "preset.vgg16",
    "preset.alexnet",
    "preset.tiny-vgg",
    "preset.vgg16-small",
}
"""Commands that end the program, or take minutes of work."""
KEY_NAMES = """
Left Right Up Down Home End PageUp PageDown Tab Backtab Return Escape Space Delete Insert F2 F6
Backspace BracketLeft BracketRight 1 2 3 0 Minus Period A B C D L N T V X Z
"""
KEYS = [getattr(Qt.Key, f"Key_{name}") for name in KEY_NAMES.split()]
MODIFIERS = [
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.AltModifier,
]


class Hands:
    """Does one random thing after the other."""

    def __init__(self, window: MainWindow, seed: int) -> None:
        self.window, self.random = window, random.Random(seed)
        self.last = ""
        self._deeds: list[tuple[int, Callable[[], None]]] = [
            (8, self.click),
            (8, self.press),
            (3, self.turn),
            (3, self.command),
            (2, self.drag),
            (1, self.resize),
        ]

    def once(self) -> None:
        """Do something."""
        weights = [weight for weight, _ in self._deeds]
        deed = self.random.choices([deed for _, deed in self._deeds], weights)[0]
        deed()
        QCoreApplication.processEvents()

    def click(self) -> None:
        """Click anywhere."""
        widget = self._widget()
        button = self.random.choice([Qt.MouseButton.LeftButton] * 6 + [Qt.MouseButton.RightButton])
        keys = self.random.choice(MODIFIERS[:5])
        self.last = f"click {_name(widget)}"
        if self.random.random() < 0.1:
            QTest.mouseDClick(widget, button, keys, self._point(widget))
        else:
            QTest.mouseClick(widget, button, keys, self._point(widget))

    def press(self) -> None:
        """Press a key where the keyboard is."""
        target = QApplication.focusWidget() or self.window
        key, keys = self.random.choice(KEYS), self.random.choice(MODIFIERS)
        self.last = f"key {key.name} {keys} in {_name(target)}"
        QTest.keyClick(target, key, keys)

    def turn(self) -> None:
        """Turn the wheel anywhere."""
        widget = self._widget()
        at = QPointF(self._point(widget))
        self.last = f"wheel {_name(widget)}"
        event = QWheelEvent(
            at,
            widget.mapToGlobal(at),
            QPoint(),
            QPoint(0, self.random.choice([-120, 120])),
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(widget, event)

    def command(self) -> None:
        """Run a command of the table."""
        ids = [id_ for id_ in self.window.actions_.commands if id_ not in LEAVE]
        id_ = self.random.choice(ids)
        self.last = f"command {id_}"
        self.window.actions_[id_].trigger()

    def drag(self) -> None:
        """Draw the pointer over a widget with the button down."""
        widget = self._widget()
        self.last = f"drag {_name(widget)}"
        # A list would begin a drag and wait for a drop that never comes.
        if self.window.network.isAncestorOf(widget):
            return
        QTest.mousePress(widget, Qt.MouseButton.LeftButton, pos=self._point(widget))
        for _ in range(3):
            if shiboken6.isValid(widget):
                QTest.mouseMove(widget, self._point(widget))
        if shiboken6.isValid(widget):
            QTest.mouseRelease(widget, Qt.MouseButton.LeftButton, pos=self._point(widget))

    def resize(self) -> None:
        """Make the window another size."""
        self.last = "resize"
        self.window.resize(self.random.randint(700, 1500), self.random.randint(500, 1000))

    def _widget(self) -> QWidget:
        shown = [w for w in self.window.findChildren(QWidget) if w.isVisible() and w.isEnabled()]
        return self.random.choice(shown)

    def _point(self, widget: QWidget) -> QPoint:
        width, height = max(widget.width(), 1), max(widget.height(), 1)
        return QPoint(self.random.randrange(width), self.random.randrange(height))


def soak(seed: int, events: int) -> list[str]:
    """Do random things in a window; return what was wrong, nothing if all is well."""
    wrong: list[str] = []
    hands: list[Hands] = []

    def hear(kind: QtMsgType, _context: QMessageLogContext, text: str) -> None:
        if kind != QtMsgType.QtDebugMsg and not any(known in text for known in KNOWN):
            wrong.append(f"Qt: {text} (after {hands[0].last if hands else 'start'})")

    def fail(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        where = " < ".join(f"{f.name}:{f.lineno}" for f in reversed(extract_tb(trace)[-4:]))
        doing = hands[0].last if hands else "start"
        wrong.append(f"{kind.__name__}: {error} in {where} (after {doing})")

    app = make_application()
    threads = set(threading.enumerate())
    widgets = len(QApplication.allWidgets())
    hook, sys.excepthook = sys.excepthook, fail
    handler = qInstallMessageHandler(hear)
    closer = QTimer()
    closer.timeout.connect(_close_dialogs)
    closer.start(20)
    try:
        with tempfile.TemporaryDirectory() as folder:
            window = MainWindow(open_preset("lecture"), Settings(), Path(folder) / "s.json")
            window.show()
            window.activateWindow()
            hands.append(Hands(window, seed))
            for number in range(events):
                hands[0].once()
                _check(window, wrong, hands[0].last)
                if wrong:
                    wrong.append(f"event {number + 1} of seed {seed}")
                    break
            while window.context.store.undo_stack.canUndo():
                window.context.store.undo_stack.undo()
            hands[0].last = "closing"
            window.context.store.undo_stack.setClean()
            window.close()
            window.deleteLater()
            QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
            QCoreApplication.processEvents()
    finally:
        closer.stop()
        closer.deleteLater()
        qInstallMessageHandler(handler)
        sys.excepthook = hook
    left = [t.name for t in set(threading.enumerate()) - threads if t.is_alive()]
    left += [w.windowTitle() for w in QApplication.topLevelWidgets() if w.isVisible()]
    left += [repr(t) for t in app.findChildren(QTimer) if t.isActive()]
    wrong += [f"left behind: {name}" for name in left]
    if len(QApplication.allWidgets()) > widgets:
        wrong.append(f"{len(QApplication.allWidgets()) - widgets} widgets are left")
    return wrong


def _check(window: MainWindow, wrong: list[str], after: str) -> None:
    """Note whatever in the document does not hold together."""
    document = window.context.document
    layers = document.network.layers
    if layers and not 0 <= document.cursor.layer < len(layers):
        wrong.append(f"the cursor is in layer {document.cursor.layer} of {len(layers)} ({after})")
    if document.image.shape != document.network.input_shape:
        wrong.append(f"the picture is {document.image.shape}, not the input's size ({after})")
    for name, params in document.weights.made.items():
        place = document.network.places[document.network.index(name)]
        wanted = place.param_shapes()
        if wanted is not None and params and wanted != {k: v.shape for k, v in params.items()}:
            wrong.append(f"the weights of {name} are not of its shape ({after})")
    try:
        if document.walk is not None and window.context.tracer.trace.reached(document.cursor.layer):
            document.frame(window.context.trace)
    except ConvSimError as problem:
        wrong.append(f"{problem} ({after})")


def _close_dialogs() -> None:
    """Close what waits for an answer."""
    popup = QApplication.activePopupWidget()
    if popup is not None:
        popup.close()
    dialog = QApplication.activeModalWidget()
    if dialog is not None:
        dialog.close()


def _name(widget: QWidget) -> str:
    return f"{type(widget).__name__} {widget.objectName() or widget.accessibleName()}".strip()


def main() -> int:
    """Run all seeds; return 1 if anything was wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak.clicks")
    parser.add_argument("--seeds", type=int, default=SEEDS)
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--events", type=int, default=EVENTS)
    args = parser.parse_args()
    bad = False
    for seed in range(args.first, args.first + args.seeds):
        wrong = soak(seed, args.events)
        bad |= bool(wrong)
        result = "; ".join(wrong) if wrong else "fine"
        sys.stdout.write(f"seed {seed}: {args.events} events, {result}\n")
        sys.stdout.flush()
    return int(bad)


if __name__ == "__main__":
    sys.exit(main())
