"""Pictures of the Train view: while it learns, after it, and what is kept of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convsim.ui.export_dialog import FigureDialog
from tests.shots.data import wait

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget

    from convsim.ui.train.panel import TrainPanel
    from convsim.ui.window import MainWindow

LONG = "batches of 64, as in last week"


def trained(page: str) -> Callable[[MainWindow], QWidget]:
    """Return what trains two epochs and shows a page of the Train view."""

    def shown(window: MainWindow) -> QWidget:
        panel = window.tabs.train
        wait(lambda: panel.data.data is not None)
        _train(panel, 2)
        panel.show_page(page)
        wait(lambda: not window.context.tracer.working)
        return window

    return shown


def replayed(mode: str) -> Callable[[MainWindow], QWidget]:
    """Return what trains two epochs and shows a part of its history."""

    def shown(window: MainWindow) -> QWidget:
        trained("history")(window)
        window.tabs.train.bar.set_mode(mode)
        return window

    return shown


def curves_export(window: MainWindow) -> QWidget:
    """Show the dialog that exports the curves."""
    trained("curves")(window)
    panel = window.tabs.train
    dialog = FigureDialog(window.context, panel.figure, window.settings, window, panel.figures())
    dialog.show()
    return dialog


def kept_runs(window: MainWindow) -> QWidget:
    """Show two kept runs, one of a long name and one that is being named, below a third."""
    panel = window.tabs.train
    wait(lambda: panel.data.data is not None)
    for batch in (32, 64, 128):
        panel.form.batch.setValue(batch)
        _train(panel, 1)
        if batch < 128:
            panel.tools.keep_run()
    panel.tools.rename(1, LONG)
    panel.show_page("curves")
    panel.tools.lines.lines[1].begin("another")
    wait(lambda: not window.context.tracer.working)
    return window


def rates(window: MainWindow) -> QWidget:
    """Show the range of rates, and which one is offered."""
    panel = window.tabs.train
    wait(lambda: panel.data.data is not None)
    panel.show_page("curves")
    panel.tools.find_rate.click()
    wait(lambda: panel.tools.use.isVisible())
    return window


def ending(window: MainWindow) -> QWidget:
    """Show what is offered to a network that cannot tell classes apart."""
    window.files.open_preset("lecture")
    window.show_tab("train")
    panel = window.tabs.train
    wait(lambda: panel.data.data is not None)
    panel.show_page("setup")
    wait(lambda: not window.context.tracer.working)
    return window


def _train(panel: TrainPanel, epochs: int) -> None:
    panel.form.epochs.setValue(epochs)
    panel.toggle()
    wait(lambda: not panel.trainer.running)
