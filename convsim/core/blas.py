"""Work shared out to threads, and how many of them BLAS uses inside one matrix product."""

from __future__ import annotations

import os
import sys
from _thread import get_native_id, start_new_thread
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, suppress
from contextvars import copy_context
from functools import cache
from threading import Lock
from typing import Any, TypeVar

Part = TypeVar("Part")

THREAD_WORK = 25_000_000
"""Multiply-adds that are worth waking another thread for: about half a millisecond."""
PRODUCT = 1_000_000
"""Multiply-adds up to which OpenBLAS multiplies small matrices without packing them first; with
16 to 64 filters that is up to 1.7 times as fast (measured on AVX-512)."""


LIMITS = (
    "OPENBLAS_NUM_THREADS",
    "OPENBLAS_DEFAULT_NUM_THREADS",
    "GOTO_NUM_THREADS",
    "OMP_NUM_THREADS",
)
"""Environment variables by which a person says how many threads OpenBLAS has."""


def import_numpy_without_threads() -> None:
    """Import NumPy with one thread in its BLAS, for good; large work is shared out by us instead.

    OpenBLAS makes a thread for each processor when it is loaded, and each keeps its processor
    busy for 30 ms before it falls asleep, while the program has better things to do: it starts.
    And once the main thread has told OpenBLAS 0.3.31 how many threads it has, another thread can
    no longer take that back: training beside a window then learnt at half its speed (measured),
    because its products woke threads that had nothing to do.  Where NumPy is there already, or the
    environment says how many threads there are, nothing changes.
    """
    if "numpy" in sys.modules or any(name in os.environ for name in LIMITS):
        return
    os.environ[LIMITS[0]] = "1"
    try:
        import numpy as np  # noqa: F401 — its import is what this is for
    finally:
        del os.environ[LIMITS[0]]
    _found.ours = _processors()


def _processors() -> int:
    if hasattr(os, "sched_getaffinity"):  # not on macOS and Windows
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class _Found:
    """The BLAS libraries of this process, and how many threads we have where they have one."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.libraries: list[Any] | None = None
        self.ours = 1


_found = _Found()


def _libraries() -> list[Any]:
    """Return the BLAS libraries of this process, found once: looking takes milliseconds."""
    with _found.lock:
        if _found.libraries is None:
            from threadpoolctl import ThreadpoolController  # type: ignore[import-untyped]

            libraries: list[Any] = ThreadpoolController().select(user_api="blas").lib_controllers
            _found.libraries = libraries
        return _found.libraries


class _OneThread:
    """Counts who is inside, and remembers what BLAS used before."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._inside = 0
        self._before: list[int] = []

    @property
    def inside(self) -> bool:
        """Whether anybody is."""
        return self._inside > 0

    def __enter__(self) -> None:
        with self._lock:
            if not self._inside:
                self._before = [library.get_num_threads() for library in _libraries()]
                self._set([1] * len(self._before))
            self._inside += 1

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._inside -= 1
            if not self._inside:
                self._set(self._before)

    def _set(self, counts: Sequence[int]) -> None:
        for library, count, before in zip(_libraries(), counts, self._before, strict=True):
            if before != 1:
                library.set_num_threads(count)


_ONE = _OneThread()


def one_blas_thread() -> AbstractContextManager[None]:
    """Let each product run on the thread that asks for it.

    The number belongs to the process: products elsewhere become slower meanwhile, not wrong.
    Several threads may be inside at once, as when the window works while a network trains: the
    first to come sets it and the last to go puts it back.
    """
    return _ONE


def threads_for(work: int) -> int:
    """Return on how many threads so many multiply-adds are done best: as many as BLAS may use.

    So `threadpoolctl.threadpool_limits` holds for us too, and while a training keeps all
    processors busy everything else has one thread.
    """
    if work < 2 * THREAD_WORK:
        return 1
    if _ONE.inside:
        return 1
    most = max((library.get_num_threads() or 1 for library in _libraries()), default=1)
    most = max(most, _found.ours)
    return int(min(most, work // THREAD_WORK))


def evenly(count: int, most: int, threads: int) -> list[tuple[int, int]]:
    """Cut so many rows into bands (first, last + 1) of at most `most`, as many for each thread.

    Examples
    --------
    >>> evenly(13, 5, 2)
    [(0, 3), (3, 6), (6, 9), (9, 13)]
    """
    bands = min(-(-count // (max(most, 1) * threads)) * threads, count)
    return [(count * i // bands, count * (i + 1) // bands) for i in range(bands)]


def share_out(do: Callable[[Sequence[Part]], None], parts: Sequence[Part], threads: int) -> None:
    """Call `do` with every `threads`-th part, on so many threads at once; return when all are done.

    Which thread gets which parts is fixed, so that sums come out the same every time.
    """
    threads = max(min(threads, len(parts)), 1)
    _do_at_once(do, [parts[t::threads] for t in range(threads)])


def share_freely(do: Callable[[Iterable[Part]], None], parts: Sequence[Part], threads: int) -> None:
    """Do the same with parts that have nothing to do with each other: who is free takes the next.

    A thread that was asleep, or has to share its processor, then does less, and nobody waits long
    for it.  A call may find that there is nothing left for it.
    """
    if threads < 2 or len(parts) < 2:
        do(parts)
        return
    left = deque(parts)
    _do_at_once(do, [_taken(left) for _ in range(min(threads, len(parts)))])


def _taken(left: deque[Part]) -> Iterator[Part]:
    """Yield what this thread has taken from what is left."""
    while left:
        try:
            part = left.popleft()
        except IndexError:  # another thread was faster
            return
        yield part


def _do_at_once(do: Callable[[Any], None], shares: Sequence[Iterable[Part]]) -> None:
    """Call `do` with each share, the first on this thread; return when all are done."""
    if len(shares) < 2:
        do(shares[0])
        return
    with one_blas_thread():
        helpers = [_helper() for _ in shares[1:]]
        busy = []
        try:
            for helper, share in zip(helpers, shares[1:], strict=True):
                helper.begin(do, share)
                busy.append(helper)
            do(shares[0])
        finally:
            errors = [helper.wait() for helper in busy]
            _idle.extend(helpers)
    for error in errors:
        if error:
            raise error


class _Helper:
    """A thread that waits to be called: to begin a new one takes as long as a small product."""

    def __init__(self) -> None:
        self._asked, self._done = Lock(), Lock()
        self._asked.acquire()
        self._done.acquire()
        self._thread: int | None = None
        self._kept: tuple[int, set[int]] | None = None
        start_new_thread(self._run, ())

    def begin(self, do: Callable[[Any], None], parts: Iterable[Part]) -> None:
        """Let it call `do` with these parts, and with the caller's `numpy.errstate`."""
        context = copy_context()
        self._call: Callable[[], None] | None = lambda: context.run(do, parts)
        self._keep_off(_processor())
        self._asked.release()

    def _keep_off(self, processor: int) -> None:
        """Let it run on any processor of its caller's but the one that the caller is busy with.

        Linux likes to wake a thread where the one is that wakes it: on two processors both halves
        of a product were worked out on one of them, for hundreds of products on end, while the
        other had nothing to do (seen with Linux 6.18).  A new helper is let be once, until its
        thread is there.
        """
        if processor < 0 or self._thread is None:
            return
        allowed = os.sched_getaffinity(0)  # asked each time: a person may change it
        if (processor, allowed) != self._kept:
            self._kept = (processor, allowed)
            with suppress(OSError):  # it does without
                os.sched_setaffinity(self._thread, allowed - {processor} or allowed)

    def wait(self) -> BaseException | None:
        """Return, when it is done, what went wrong."""
        self._done.acquire()
        return self._error

    def _run(self) -> None:
        self._thread = get_native_id()
        while True:
            self._asked.acquire()
            assert self._call is not None
            self._error: BaseException | None = None
            try:
                self._call()
            except BaseException as error:  # noqa: BLE001 — raised again by whoever waits
                self._error = error
            # What was worked on is not kept alive.
            self._call = None
            self._done.release()


@cache
def _finder() -> Callable[[], int]:
    """Return what says on which processor it is called, or −1 where that is of no use."""
    if hasattr(os, "sched_setaffinity"):  # not on macOS and Windows
        with suppress(ImportError, OSError, AttributeError):
            import ctypes

            found: Callable[[], int] = ctypes.CDLL(None).sched_getcpu
            return found
    return lambda: -1


def _processor() -> int:
    return _finder()()


def _helper() -> _Helper:
    """Return one that has nothing to do."""
    try:
        return _idle.pop()
    except IndexError:  # none was there, or another thread was faster
        return _Helper()


_idle: list[_Helper] = []
if hasattr(os, "register_at_fork"):
    # Threads do not live on in the child of a fork.
    os.register_at_fork(after_in_child=_idle.clear)
