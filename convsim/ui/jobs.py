"""Long work beside the window: a thread, a progress dialog, a way to cancel."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Event, Thread
from typing import Any

from PySide6 import QtWidgets
from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QProgressBar, QWidget

from convsim.core.errors import ConvSimError

PATIENCE = 400
"""Milliseconds before a dialog is worth showing."""


class Job(QObject):
    """One piece of work in a thread of its own.

    The work is called with two functions: one to say how many of `total` parts are done, and of how
    many if that was not known before (`total` 0), one that tells whether it was cancelled.

    Signals
    -------
    done(result)
    failed(text)
    ended()
        After either, or after a cancel.
    """

    done = Signal(object)
    failed = Signal(str)
    ended = Signal()
    _progressed = Signal(int, int)
    _finished = Signal(object, str)

    def __init__(
        self,
        title: str,
        total: int,
        work: Callable[[Callable[[int], None], Callable[[], bool]], Any],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._cancelled = Event()
        self._work = work
        self._total = total
        self._title = title
        self._begun = 0.0
        self._dialog = QtWidgets.QProgressDialog(title, self.tr("Cancel"), 0, total, parent)
        self._dialog.setWindowTitle(title)
        for bar in self._dialog.findChildren(QProgressBar):
            # The words above say how far it is; on the bar they could not be read.
            bar.setTextVisible(False)
            bar.setAccessibleName(self.tr("Progress"))
        self._dialog.setWindowModality(Qt.WindowModality.WindowModal)
        self._dialog.setMinimumDuration(PATIENCE)
        self._dialog.setAutoClose(False)
        self._dialog.setAutoReset(False)
        self._dialog.canceled.connect(self._cancelled.set)
        self._progressed.connect(self._show_progress, Qt.ConnectionType.QueuedConnection)
        self._finished.connect(self._finish, Qt.ConnectionType.QueuedConnection)
        self._thread = Thread(target=self._run, name="job", daemon=False)

    def start(self) -> None:
        """Begin."""
        self._begun = time.monotonic()
        self._dialog.setValue(0)
        self._thread.start()

    def cancel(self) -> None:
        """Ask the work to stop; it removes what it has half made."""
        self._cancelled.set()

    def wait(self) -> None:
        """Wait until the thread has ended."""
        if self._thread.ident is not None:
            self._thread.join()

    def _run(self) -> None:
        result = None
        problem = self.tr("something unexpected went wrong; what was open is as it was")
        try:
            result = self._work(self._report, self._cancelled.is_set)
            problem = ""
        except ConvSimError as error:
            problem = str(error)
        except MemoryError:
            problem = self.tr("there is not enough memory for this; choose a smaller size")
        except OSError as error:
            problem = f"{error.filename or ''}: {error.strerror or error}"
        finally:
            self._finished.emit(result, problem)

    def _report(self, count: int, total: int = 0) -> None:
        self._progressed.emit(count, total)

    @Slot(int, int)
    def _show_progress(self, count: int, total: int) -> None:
        if total and total != self._total:
            self._total = total
            self._dialog.setMaximum(total)
        if self._cancelled.is_set() or not self._total:
            return
        self._dialog.setValue(min(count, self._total))
        spent = time.monotonic() - self._begun
        if count and spent > 1:
            left = spent / count * (self._total - count)
            text = self.tr("{title}\n{count} of {total}, about {left} s left")
            self._dialog.setLabelText(
                text.format(title=self._title, count=count, total=self._total, left=round(left))
            )

    @Slot(object, str)
    def _finish(self, result: object, problem: str) -> None:
        self._thread.join()
        # Closing the dialog says "cancelled" too.
        self._dialog.canceled.disconnect(self._cancelled.set)
        self._dialog.close()
        self._dialog.deleteLater()
        if problem:
            self.failed.emit(problem)
        elif not self._cancelled.is_set():
            self.done.emit(result)
        self.ended.emit()
        self.deleteLater()
