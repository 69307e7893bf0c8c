"""How many threads BLAS uses inside one matrix product, while others multiply beside it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any


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
