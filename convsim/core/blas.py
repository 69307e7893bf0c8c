"""Work shared out to threads, and how many of them BLAS uses inside one matrix product."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, TypeVar

Part = TypeVar("Part")

THREAD_WORK = 25_000_000
"""Multiply-adds that are worth waking another thread for: about half a millisecond."""


@lru_cache(maxsize=1)
def _libraries() -> list[Any]:
    """Return the BLAS libraries of this process, found once: looking takes milliseconds."""
    from threadpoolctl import ThreadpoolController  # type: ignore[import-untyped]

    found: list[Any] = ThreadpoolController().select(user_api="blas").lib_controllers
    return found


@contextmanager
def one_blas_thread() -> Iterator[None]:
    """Let each product run on the thread that asks for it.

    The number belongs to the process: products elsewhere become slower meanwhile, not wrong.
    threadpoolctl lets one thread at a time change it; where a second one trains, it is left as
    the first has set it.
    """
    libraries = _libraries()
    before = [library.get_num_threads() for library in libraries]
    for library in libraries:
        library.set_num_threads(1)
    try:
        yield
    finally:
        for library, count in zip(libraries, before, strict=True):
            library.set_num_threads(count)


def threads_for(work: int) -> int:
    """Return on how many threads so many multiply-adds are done best: as many as BLAS may use.

    So `threadpoolctl.threadpool_limits` holds for us too, and while a training keeps all
    processors busy everything else has one thread.
    """
    if work < 2 * THREAD_WORK:
        return 1
    most = max((library.get_num_threads() or 1 for library in _libraries()), default=1)
    return int(min(most, work // THREAD_WORK))


def share_out(do: Callable[[Sequence[Part]], None], parts: Sequence[Part], threads: int) -> None:
    """Call `do` with every `threads`-th part, on so many threads at once; return when all are done.

    Which thread gets which parts is fixed, so that sums come out the same every time.
    """
    threads = min(threads, len(parts))
    if threads < 2:
        do(parts)
        return
    # Read when first needed: the window opens without it.
    from concurrent.futures import ThreadPoolExecutor

    with one_blas_thread(), ThreadPoolExecutor(threads - 1) as pool:
        others = [pool.submit(do, parts[t::threads]) for t in range(1, threads)]
        do(parts[::threads])
        for other in others:
            other.result()
