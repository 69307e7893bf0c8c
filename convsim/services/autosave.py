"""Autosave: a copy of unsaved work, written beside the window's own work."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from convsim.core.errors import ConvSimError

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Future, ThreadPoolExecutor

    from convsim.document import Document
    from convsim.services.recovery import Recovery
    from convsim.services.store import Store

DELAY_MS = 20_000
"""From the first change that is not kept yet to its copy; a minute is what people are told."""


class Autosave(QObject):
    """Keeps a copy as long as there is something to lose.

    Parameters
    ----------
    store : Store
    recovery : Recovery
    described : function
        Returns origin and title of what is kept.
    delay_ms : int

    Signals
    -------
    kept()
        A copy was written.
    failed(text)
        It could not be; tried again after the next change.
    """

    kept = Signal()
    failed = Signal(str)
    _done = Signal(str)

    def __init__(
        self,
        store: Store,
        recovery: Recovery,
        described: Callable[[], tuple[str, str]],
        parent: QObject | None = None,
        delay_ms: int | None = None,
    ) -> None:
        super().__init__(parent)
        self._store, self._recovery, self._described = store, recovery, described
        self._pool: ThreadPoolExecutor | None = None
        self._running: Future[None] | None = None
        self._kept_at = store.revision
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(DELAY_MS if delay_ms is None else delay_ms)
        self._timer.timeout.connect(self.keep_now)
        self._done.connect(self._finish, Qt.ConnectionType.QueuedConnection)
        store.undo_stack.indexChanged.connect(self.look)
        store.undo_stack.cleanChanged.connect(self.look)

    @Slot()
    def look(self, _state: object = None) -> None:
        """See whether there is something to keep, or nothing to lose any more."""
        if self._running is not None:
            # Another look is taken when the copy is written.
            return
        if self._store.undo_stack.isClean():
            self._timer.stop()
            self._recovery.drop()
            self._kept_at = self._store.revision
        elif self._store.revision != self._kept_at and not self._timer.isActive():
            self._timer.start()

    def keep_now(self) -> None:
        """Write a copy at once, in the background."""
        self._timer.stop()
        if self._running is not None:
            return
        if self._pool is None:
            from concurrent.futures import ThreadPoolExecutor

            self._pool = ThreadPoolExecutor(1, "autosave")
        self._kept_at = self._store.revision
        self._running = self._pool.submit(self._keep, self._store.document, *self._described())

    def keep_last(self) -> None:
        """Write what is not saved, and wait until it is written: nobody can be asked any more."""
        self._timer.stop()
        self._wait()
        self._running = None
        if not self._store.undo_stack.isClean() and self._store.revision != self._kept_at:
            self.keep_now()
            self._wait()

    def close(self, *, drop: bool) -> None:
        """Stop; `drop` removes the copy, for there is nothing to lose."""
        self._timer.stop()
        self._wait()
        if self._pool is not None:
            self._pool.shutdown()
            self._pool = None
        if drop:
            self._recovery.drop()

    def _wait(self) -> None:
        if self._running is not None:
            self._running.exception()

    def _keep(self, document: Document, origin: str, title: str) -> None:
        problem = ""
        try:
            self._recovery.keep(document, origin, title)
        except ConvSimError as error:
            problem = str(error)
        except OSError as error:
            problem = error.strerror or str(error)
        except MemoryError:
            problem = "there is not enough memory"
        self._done.emit(problem)

    @Slot(str)
    def _finish(self, problem: str) -> None:
        self._running = None
        if problem:
            self.failed.emit(problem)
            return
        self.kept.emit()
        self.look()
