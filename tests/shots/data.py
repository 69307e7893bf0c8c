"""Pictures of the views of the data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QDeadlineTimer, QEventLoop

from convsim.data.sets import Augmentation

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget

    from convsim.ui.window import MainWindow


def wait(until: Callable[[], bool]) -> None:
    """Let the window work until something is so, a minute at most."""
    loop, patience = QEventLoop(), QDeadlineTimer(60_000)
    while not until() and not patience.hasExpired():
        loop.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 50)


def browser(page: str) -> Callable[[MainWindow], QWidget]:
    """Return what opens the look into a data set on one of its pages."""

    def shown(window: MainWindow) -> QWidget:
        data = window.tabs.train.data
        data.choose("letters")
        wait(lambda: data.data is not None and data.title == "letters")
        data.set_augmentation(Augmentation(shift=2, rotate=10, noise=0.05))
        data.browse(page)
        dialog = data.browser
        assert dialog is not None
        wait(lambda: bool(dialog.looks))
        return dialog

    return shown


def labelling(window: MainWindow) -> QWidget:
    """Show the picture in the inspector, two kinds of which are labelled."""
    window.tabs.train.data.label_own()
    panel = window.inspector
    row = panel.input_form.label
    for name in ("eye", "ear", "ear"):
        row.name.setText(name)
        row.take()
    panel.ensureWidgetVisible(row)
    wait(lambda: not window.context.tracer.working)
    return window


def chosen(window: MainWindow) -> QWidget:
    """Show the Train view with a data set whose pictures are changed on the way."""
    data = window.tabs.train.data
    data.choose("letters")
    wait(lambda: data.data is not None and data.title == "letters")
    data.set_augmentation(Augmentation(shift=2, rotate=10, noise=0.05))
    return window
