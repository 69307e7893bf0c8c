"""A bar that shows how far long work has come, where somebody watches."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from tqdm import tqdm

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@contextmanager
def progress(total: int, unit: str, *, quiet: bool = False) -> Iterator[Callable[[int], None]]:
    """Show a bar on standard error while the block runs, and take it away afterwards.

    Parameters
    ----------
    total : int
        How many parts there are.
    unit : str
        What a part is called.
    quiet : bool
        Show nothing.

    Yields
    ------
    function
        To be called with the number of parts that are done.
    """
    # tqdm would start a thread that outlives the bar; only very slow parts would need it.
    tqdm.monitor_interval = 0
    # None: no bar where standard error is a file.
    with tqdm(total=total, unit=unit, leave=False, disable=quiet or None) as bar:

        def advance(done: int) -> None:
            bar.update(done - bar.n)

        yield advance
