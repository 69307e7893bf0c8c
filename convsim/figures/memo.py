"""What stays the same from step to step is worked out once: colours of whole maps, ends of scales.

A trace never replaces a result, so whatever is derived from one may be kept as long as the trace
lives.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import TYPE_CHECKING, Any, TypeVar
from weakref import WeakKeyDictionary

if TYPE_CHECKING:
    from convsim.core.trace import Trace

T = TypeVar("T")
MOST = 64
"""How many results are kept of one trace; the one not asked for the longest goes first."""

_kept: WeakKeyDictionary[Trace, OrderedDict[Hashable, Any]] = WeakKeyDictionary()
# Exports draw in threads of their own.
_lock = Lock()


def remembered(trace: Trace, key: Hashable, make: Callable[[], T]) -> T:
    """Return the result kept for a trace under `key`, or make it and keep it."""
    with _lock:
        kept = _kept.setdefault(trace, OrderedDict())
        if key in kept:
            kept.move_to_end(key)
            found: T = kept[key]
            return found
    made = make()
    with _lock:
        kept[key] = made
        while len(kept) > MOST:
            kept.popitem(last=False)
    return made
