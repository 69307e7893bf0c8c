"""A new user builds LeNet-5 with the keyboard, and with the mouse, breaks it and gets it all back.

Run by test_on_a_screen.py in a process of its own: ``python -m tests.e2e.builder FOLDER HANDS``,
where HANDS is ``keyboard`` or ``mouse``.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QApplication, QMenu, QPushButton, QWidget

from convsim.services.opening import open_preset
from convsim.services.settings import Settings
from convsim.ui.window import MainWindow
from tests.e2e.person import Person
from tests.ui.test_lenet import LAYERS, is_lenet, setting

if TYPE_CHECKING:
    from convsim.ui.number_boxes import NumberBox


class Keys:
    """Everything by keys; nothing is known but which widget has the focus."""

    def __init__(self, person: Person) -> None:
        self.person = person

    @property
    def focus(self) -> QWidget | None:
        return QApplication.focusWidget()

    def begin(self) -> None:
        self.person.key("ctrl+n")
        self.to_settings()
        self.fill("Height", 28)
        self.fill("Width", 28)
        self.tab_to("Colour")
        self.person.key("Right")
        self.person.see("grey", lambda: self.person.document.network.input_shape == (28, 28, 1))

    def add(self, kind: str, values: dict[str, int]) -> None:
        count = len(self.person.document.network.layers)
        self.person.key("Insert")
        self.person.hand("type", "--delay", "20", kind)
        self.person.key("Return")
        self.person.see(kind, lambda: len(self.person.document.network.layers) == count + 1)
        if values:
            self.to_settings()
        for name, value in values.items():
            self.fill(name, value)

    def to_settings(self) -> None:
        window = self.person.window
        for _ in range(4):
            if self.focus is not None and window.inspector.isAncestorOf(self.focus):
                return
            self.person.key("F6")
        raise SystemExit("F6 never comes to the settings")

    def tab_to(self, name: str) -> None:
        for _ in range(40):
            now = self.focus
            names = (now.accessibleName(), getattr(now, "text", str)()) if now else ()
            if name in names:
                return
            self.person.key("Tab")
        raise SystemExit(f"Tab never comes to {name}")

    def fill(self, name: str, value: int) -> None:
        self.tab_to(name)
        self.person.key("ctrl+a")
        self.person.hand("type", "--delay", "20", str(value))
        self.person.key("Return")

    def to_first_layer(self) -> None:
        self.person.key(*["ctrl+Up"] * (len(self.person.document.network.layers) - 1))

    def undo_all(self) -> None:
        stack = self.person.window.context.store.undo_stack
        for _ in range(stack.count()):
            self.person.key("ctrl+z")

    def close(self) -> None:
        self.person.key("ctrl+q")


class Mouse:
    """Everything by the mouse: clicks, and the wheel over a box that was clicked."""

    def __init__(self, person: Person) -> None:
        self.person = person

    def click(self, widget: QWidget) -> None:
        self.person.click(widget, widget.width() / 2, widget.height() / 2)

    def begin(self) -> None:
        window = self.person.window
        pick(self.person, "file.new")
        form = window.inspector.input_form
        self.person.see("an empty network", lambda: self.person.document.empty)
        self.turn(form.height_box, 28)
        self.turn(form.width_box, 28)
        self.click(form.colours.button("1"))
        self.person.see("grey", lambda: self.person.document.network.input_shape == (28, 28, 1))

    def add(self, kind: str, values: dict[str, int]) -> None:
        window, count = self.person.window, len(self.person.document.network.layers)
        self.click(window.network.add_button)
        palette = window.network._palette
        assert palette is not None
        self.person.see("the palette", palette.isVisible)
        item = palette.item(kind)
        palette.list.scrollToItem(item)
        at = palette.list.visualItemRect(item).center()
        self.person.click(palette.list.viewport(), at.x(), at.y())
        self.person.see(kind, lambda: len(self.person.document.network.layers) == count + 1)
        for name, value in values.items():
            self.turn(setting(window, name), value)

    def turn(self, box: NumberBox, value: int) -> None:
        edit = box.lineEdit()
        for _ in range(20):
            if box.value() == value:
                return
            # While a menu closes the box is without the keyboard for a moment, and the wheel then
            # scrolls the panel: people, too, go back to the box.
            self.person.window.inspector.ensureWidgetVisible(box)
            self.person.click(edit, edit.width() / 2, edit.height() / 2)
            notches, wheel = abs(value - box.value()), "4" if value > box.value() else "5"
            self.person.hand("click", "--repeat", str(notches), "--delay", "8", wheel)
            self.person.rest()
        raise SystemExit(f"the wheel never comes to {value}: {box.value()}")

    def to_first_layer(self) -> None:
        view = self.person.window.network.list
        self.person.click(view.viewport(), 40, 40)
        for _ in range(60):
            if view.verticalScrollBar().value() == 0:
                break
            self.person.hand("click", "4")
        at = view.visualRect(view.rows.index(1, 0)).center()
        self.person.click(view.viewport(), at.x(), at.y())

    def undo_all(self) -> None:
        window = self.person.window
        self.click(window.bar.undo_button)
        for _ in range(window.context.store.undo_stack.index()):
            # The pointer is there already.
            self.person.hand("click", "1")
            self.person.rest()

    def close(self) -> None:
        pick(self.person, "file.quit")


def main(folder: Path, hands: str) -> None:
    """Build, break, mend, undo all, close, and get everything back."""
    person = Person(folder)
    window = person.window
    user: Keys | Mouse = Keys(person) if hands == "keyboard" else Mouse(person)
    user.begin()
    for kind, values in LAYERS:
        user.add(kind, values)
    person.see("this is LeNet-5", lambda: is_lenet(window))

    user.to_first_layer()
    person.see("the first layer again", lambda: person.document.cursor.layer == 0)
    if isinstance(user, Keys):
        user.to_settings()
        user.fill("Stride", 2)
    else:
        user.turn(setting(window, "Stride"), 2)
    person.see("it does not fit", lambda: person.document.network.bad_place is not None)
    person.see("the card says so", window.stage.card.isVisible)
    offer = next(
        button
        for button in window.stage.card.findChildren(QPushButton)
        if button.accessibleName().startswith("stride 1")
    )
    if isinstance(user, Keys):
        person.key("F6")
        user.tab_to(offer.accessibleName())
        person.key("space")
    else:
        user.click(offer)
    person.see("mended by the card", lambda: person.document.network.bad_place is None)
    person.see("this is LeNet-5 again", lambda: is_lenet(window))

    user.undo_all()
    person.see("all is undone", lambda: person.document.preset == "lecture")
    user.close()
    person.see("the window is closed, without a question", lambda: not window.isVisible())

    person.window = window = MainWindow(
        open_preset("lecture"), Settings(), folder / "settings.json"
    )
    window.move(0, 0)
    window.show()
    person.see("the next window", lambda: window.windowHandle().isExposed())
    person.take_focus()
    window.settle()
    reopen(person)
    person.see("everything is back", lambda: is_lenet(window))
    window.context.store.undo_stack.setClean()
    window.close()
    print("all seen")


def file_menu(person: Person) -> QMenu:
    """Open the File menu with the mouse."""
    bar = person.window.menuBar()
    at = bar.actionGeometry(bar.actions()[0]).center()
    person.click(bar, at.x(), at.y())
    menu = bar.actions()[0].menu()
    assert isinstance(menu, QMenu)
    person.see("the File menu", menu.isVisible)
    return menu


def pick(person: Person, command: str) -> None:
    """Take a command from the File menu with the mouse."""
    menu = file_menu(person)
    at = menu.actionGeometry(person.window.actions_[command]).center()
    person.click(menu, at.x(), at.y())


def reopen(person: Person) -> None:
    """Take the last entry of File ▸ Open Recent."""
    menu, recent = file_menu(person), person.window.recent
    at = menu.actionGeometry(recent.menuAction()).center()
    person.click(menu, at.x(), at.y())
    person.see("the recent ones", recent.isVisible)
    last = recent.actionGeometry(recent.actions()[-1]).center()
    person.click(recent, last.x(), last.y())


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
