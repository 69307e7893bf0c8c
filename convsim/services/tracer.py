"""Working out activations: at once where that is quick, in the background where it is not."""

from __future__ import annotations

from threading import Event
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal, Slot

from convsim.core.counts import layer_counts
from convsim.core.errors import ConvSimError
from convsim.document.weights import Weights

if TYPE_CHECKING:
    from concurrent.futures import ThreadPoolExecutor

    from convsim.core.trace import Trace
    from convsim.document import Document

QUICK_MULTIPLY_ADDS = 400_000_000
"""Up to this much work between two frames nobody notices (about 15 ms)."""
QUICK_WEIGHTS = 3_000_000
"""Up to this many weights are made from the seed while one waits."""


class Tracer(QObject):
    """Holds the trace of the current document.

    Signals
    -------
    reached(index)
        The background work has reached this layer of the current document.
    failed(text)
        It could not, and why.
    """

    reached = Signal(int)
    failed = Signal(str)
    _done = Signal(object, int, str)

    def __init__(self, document: Document, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self.trace = document.new_trace()
        self._pool: ThreadPoolExecutor | None = None
        self._stop = Event()
        self._busy: Trace | None = None
        self._failed: Trace | None = None
        self._wanted = -1
        self._done.connect(self._finish, Qt.ConnectionType.QueuedConnection)

    def follow(self, document: Document) -> None:
        """Take a new document; what the change left alone is kept."""
        before = self._document
        self._document = document
        if (
            document.network is before.network
            and document.weights is before.weights
            and document.image is before.image
        ):
            return
        self._stop.set()
        self._failed = None
        self.trace = self.trace.after_edit(document.network, document.weights, document.image)
        self._wanted = -1

    def want(self, index: int) -> bool:
        """Return whether layer `index` (−1: the picture) is there now; else begin to work on it.

        A layer that does not fit is never there, nor is one that failed before: whoever waits for
        it would only make it fail again.
        """
        places = self._document.network.places
        if any(place.output_shape is None for place in places[: index + 1]):
            return False
        if self.trace.reached(index):
            return True
        if self._failed is self.trace:
            return False
        if self._busy is self.trace:
            self._wanted = max(self._wanted, index)
            return False
        if is_quick(self.trace, index):
            self.trace.reach(index)
            return True
        self._wanted = index
        self._start()
        return False

    @property
    def working(self) -> bool:
        """Whether the current document is being worked on in the background."""
        return self._busy is self.trace

    def close(self) -> None:
        """Stop the background work and wait for its thread."""
        self._stop.set()
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)

    def _start(self) -> None:
        trace, stop = self.trace, Event()
        self._busy, self._stop = trace, stop
        index = self._wanted
        if self._pool is None:
            # What is quick, as a small network at the start is, needs no thread.
            from concurrent.futures import ThreadPoolExecutor

            self._pool = ThreadPoolExecutor(1, "tracer")
        self._pool.submit(self._work, trace, index, stop)

    def _work(self, trace: Trace, index: int, stop: Event) -> None:
        problem = ""
        try:
            # Layer by layer, so that the window can show what is there already.
            for i in range(index + 1):
                if not trace.reached(i):
                    if stop.is_set() or not trace.reach(i, stop.is_set):
                        break
                    if i < index:
                        self._done.emit(trace, i, "")
        except ConvSimError as error:
            problem = str(error)
        except MemoryError:
            problem = "there is not enough memory to work out this layer; make the picture smaller"
        self._done.emit(trace, index, problem or " ")

    @Slot(object, int, str)
    def _finish(self, trace: Trace, index: int, state: str) -> None:
        """Tell the window; an empty state means that work goes on, a blank that it ended."""
        if trace is not self.trace:
            if state and self._busy is trace:
                self._busy = None
            return
        if not state:
            self.reached.emit(index)
            return
        self._busy = None
        if state.strip():
            self._failed = trace
            self.failed.emit(state)
            return
        if self._wanted > index:
            self._start()
        self.reached.emit(index)


def is_quick(trace: Trace, index: int) -> bool:
    """Return whether a layer can be worked out between two frames without anybody noticing."""
    made = trace.params.made if isinstance(trace.params, Weights) else {}
    work = weights = 0
    for place in trace.network.places[: index + 1]:
        if trace.reached(place.index):
            continue
        counts = layer_counts(place)
        work += counts.multiply_adds
        if place.layer.name not in made:
            weights += counts.weights
    return work <= QUICK_MULTIPLY_ADDS and weights <= QUICK_WEIGHTS
