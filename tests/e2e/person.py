"""What a person does in the first minutes, with the real keyboard and mouse of an X screen.

Run by test_on_a_screen.py in a process of its own: ``python -m tests.e2e.person FOLDER``.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image
from PySide6.QtCore import QDeadlineTimer, QEventLoop, QPoint, QTimer
from PySide6.QtWidgets import (
    QApplication,
    QFileDialog,
    QLineEdit,
    QProgressDialog,
    QSpinBox,
    QWidget,
)

from convsim.core.step import Inside
from convsim.services.opening import open_preset
from convsim.services.settings import Settings
from convsim.ui.app import make_application
from convsim.ui.window import MainWindow

if TYPE_CHECKING:
    from convsim.document import Document
    from convsim.figures.scene import Area
    from convsim.ui.scene_view import SceneView


class Person:
    """Two hands and two eyes on one window."""

    def __init__(self, folder: Path) -> None:
        self.app = make_application()
        self.window = MainWindow(open_preset("lecture"), Settings(), folder / "settings.json")
        self.window.move(0, 0)
        self.window.show()
        self.see("the window is exposed", lambda: self.window.windowHandle().isExposed())
        self.take_focus()

    def take_focus(self) -> None:
        """Give the window the keyboard: there is no window manager on this screen."""
        self.hand("windowfocus", "--sync", str(int(self.window.winId())))
        self.see("the window is active", self.window.isActiveWindow)

    @property
    def document(self) -> Document:
        return self.window.context.document

    def see(self, what: str, check: Callable[[], bool], seconds: float = 15) -> None:
        """Wait until something can be seen."""
        patience = QDeadlineTimer(int(seconds * 1000))
        while not check():
            if patience.hasExpired():
                raise SystemExit(f"not seen: {what}; at {self.document.cursor}")
            QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)
        print("seen:", what, flush=True)

    def hand(self, *command: str) -> None:
        """Use keyboard or mouse, with the program going on meanwhile."""
        process = subprocess.Popen(["xdotool", *command])
        while process.poll() is None:
            QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 5)

    def rest(self) -> None:
        """Let the program take in what came."""
        for _ in range(5):
            QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)

    def key(self, *keys: str) -> None:
        self.hand("key", "--delay", "30", *keys)

    def click(self, widget: QWidget, x: float, y: float) -> None:
        at = widget.mapToGlobal(QPoint(round(x), round(y)))
        self.hand("mousemove", "--sync", str(at.x()), str(at.y()), "click", "1")

    def click_cell(self, view: SceneView, name: str, row: int, col: int, filter_: int = -1) -> None:
        """Click the middle of a cell of an area of a scene."""
        scene = view.current_scene()
        areas = [a for a in scene.areas if a.name == name and (filter_ < 0 or a.filter == filter_)]
        area: Area = areas[0]
        x = area.x + (col - area.col0 + 0.5) * area.width / area.cols
        y = area.y + (row - area.row0 + 0.5) * area.height / area.rows
        self.click(view, x * view.zoom, y * view.zoom)


def main(folder: Path) -> None:
    """Do it all; any surprise ends the process with an error."""
    person = Person(folder)
    window = person.window
    stage = window.stage.view
    person.see("the stage has the focus at start", stage.hasFocus)

    person.key("Right", "Right", "Right")
    person.see("three steps on", lambda: person.document.cursor[1:] == (0, 0, 3))
    person.key("Down", "Left")
    person.see("a row down, one back", lambda: person.document.cursor[1:] == (0, 1, 2))
    person.key("shift+Right")
    person.see("inside the next step", lambda: person.document.inside is Inside.PRODUCTS)
    person.key("shift+Left")
    person.see("and out again", lambda: person.document.inside is Inside.WRITE)
    person.key("Next")
    person.see("the next filter", lambda: person.document.cursor.filter == 1)
    person.key("space")
    person.see("it plays", lambda: window.player.playing)
    before = person.document.cursor
    person.see("the window moves by itself", lambda: person.document.cursor != before)
    person.key("space")
    person.see("it pauses", lambda: not window.player.playing)

    person.click_cell(stage, "output", 20, 9)
    person.see("a click on the map jumps there", lambda: person.document.cursor[2:] == (20, 9))
    person.click_cell(stage, "input", 10, 10)
    person.see("a click on the picture jumps", lambda: person.document.cursor[2:] == (8, 8))
    person.click_cell(window.strip.view, "map", 5, 5, filter_=3)
    person.see("a click on a map of the strip", lambda: person.document.cursor.filter == 3)
    person.see("nothing of this is an edit", window.context.store.undo_stack.isClean)

    stride = next(
        box
        for box in window.inspector.findChildren(QSpinBox)
        if "stride" in box.accessibleName().lower() and box.isVisible()
    )
    edit = stride.findChild(QLineEdit)
    assert edit is not None
    person.click(edit, 8, edit.height() / 2)
    person.see("the field has the focus", stride.hasFocus)
    person.key("ctrl+a", "3", "Return")
    person.see("stride 3 fits: 10×10", lambda: person.document.place.output_shape == (10, 10, 6))
    person.see("later layers follow", lambda: person.document.network.output_shape == (6, 6, 10))
    person.see("the title says modified", window.isWindowModified)
    person.click(stage, 6, stage.height() - 6)
    person.key("ctrl+z")
    person.see("undo", lambda: person.document.place.output_shape == (28, 28, 6))

    person.key("ctrl+4")
    person.see("the counts", lambda: person.document.view.tab == "counts")
    person.key("ctrl+2")
    person.see("the stage again", stage.isVisible)

    out = folder / "figure.png"
    QTimer.singleShot(0, lambda: answer_dialogs(person, out))
    person.key("ctrl+e")
    person.see("the figure is written", out.is_file)
    person.see("no work is left", lambda: not window.files._jobs)
    with Image.open(out) as picture:
        assert picture.size == (4000, 2250), picture.size

    person.take_focus()
    person.key("ctrl+t")
    person.see("the dark theme", lambda: window.context.theme.name == "dark")
    person.key("ctrl+q")
    person.see("the window is closed", lambda: not window.isVisible())
    print("all seen")


def answer_dialogs(person: Person, out: Path) -> None:
    """Press Return in the export dialog, and again in the file dialog once it holds the name."""
    active = QApplication.activeModalWidget()
    # Return in the one that shows progress would cancel.
    asking = active is not None and not isinstance(active, QProgressDialog)
    if active is not None and asking and not active.property("answered"):
        active.setProperty("answered", True)
        # Nobody but us hands out the focus: there is no window manager on this screen.
        focus = ["xdotool", "windowfocus", "--sync", str(int(active.winId()))]
        if isinstance(active, QFileDialog):
            name = active.findChild(QLineEdit)
            assert name is not None
            name.setText(str(out))
            name.setFocus()
        subprocess.Popen([*focus, "key", "Return"])
    if not out.exists():
        QTimer.singleShot(300, lambda: answer_dialogs(person, out))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
