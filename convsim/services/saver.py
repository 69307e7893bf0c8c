"""Saving beside the window's own work; a place that does not answer holds nobody up."""

from __future__ import annotations

from threading import Thread
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from convsim.core.errors import ConvSimError
from convsim.services.projects import save_project

if TYPE_CHECKING:
    from pathlib import Path

    from convsim.document import Document

PATIENCE_MS = 30_000
"""After so long a network drive is taken for lost; the largest network needs a tenth of it."""


class Saver(QObject):
    """One saving of one document.

    Signals
    -------
    done()
    failed(text)
    slow()
        The place does not answer; it may still do so later.
    """

    done = Signal()
    failed = Signal(str)
    slow = Signal()
    _finished = Signal(str)

    def __init__(self, path: Path, document: Document, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.path, self.document = path, document
        # A thread that waits for a lost drive must not keep the program from ending.
        self._thread = Thread(target=self._run, name="saver", daemon=True)
        self._finished.connect(self._finish, Qt.ConnectionType.QueuedConnection)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.slow)
        self._timer.start(PATIENCE_MS)
        self._thread.start()

    def _run(self) -> None:
        problem = "something unexpected went wrong; the file is as it was"
        try:
            save_project(self.path, self.document)
            problem = ""
        except ConvSimError as error:
            problem = str(error)
        except MemoryError:
            problem = "there is not enough memory to save; close other programs and try again"
        except OSError as error:
            problem = f"{error.filename or self.path}: {error.strerror or error}"
        finally:
            self._finished.emit(problem)

    @Slot(str)
    def _finish(self, problem: str) -> None:
        self._thread.join()
        self._timer.stop()
        if problem:
            self.failed.emit(problem)
        else:
            self.done.emit()
        self.deleteLater()
