"""A burst of edits, as while a value is dragged or wheeled, is undone in one step."""

from __future__ import annotations

import time
from collections.abc import Callable
from itertools import count
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from convsim.document import Document
    from convsim.services.store import Store

PAUSE = 1.0
"""Seconds without an edit after which the next one is a new step of undo."""

_serial = count(1)


class Bursts:
    """Hands edits to the store so that quick ones of the same thing become one.

    Parameters
    ----------
    store : Store
    clock : function
        Returns seconds.
    """

    def __init__(self, store: Store, clock: Callable[[], float] = time.monotonic) -> None:
        self._store = store
        self._clock = clock
        self._what = ""
        self._key = ""
        self._first = ""
        self._last = 0.0
        self._result: Document | None = None

    def edit(self, what: str, old: str, named: Callable[[str], str], document: Document) -> None:
        """Make an edit; it joins the one before if that was the same thing just now.

        Parameters
        ----------
        what : str
            Key of the thing that is edited: ``conv1.stride``.
        old : str
            Its value before, as text.
        named : function
            Returns the edit's name from the value that the whole burst began with.
        document : Document
            What to replace the document by.
        """
        now = self._clock()
        if what != self._what or now - self._last > PAUSE or not self._unbroken():
            self._what, self._first = what, old
            self._key = f"{what}#{next(_serial)}"
        self._last, self._result = now, document
        self._store.edit(named(self._first), document, self._key)

    def end(self) -> None:
        """Let the next edit be a new step, as when the mouse button is let go."""
        self._what = ""

    def _unbroken(self) -> bool:
        """Whether nobody else edited or undid anything since; moving the cursor does not count."""
        last, now = self._result, self._store.document
        return (
            last is not None
            and now.network is last.network
            and now.weights is last.weights
            and now.image is last.image
        )
