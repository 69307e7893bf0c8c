"""A budget of time: work that may take only a share of it, as showing what another thread does.

What is spent is a debt, and the time that passes pays it off.  So dear work comes seldom and cheap
work often, and together they take no more than their share.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class Budget:
    """What a thread may spend of its time; made in that thread, and asked there.

    Parameters
    ----------
    share : float
        Of the time that passes, above 0.
    longest : float
        Seconds that one waits at most, however much was spent.
    clock : function
        Seconds that have passed.
    spent : function
        Seconds that the thread has worked: waiting costs nothing.
    """

    def __init__(
        self,
        share: float,
        longest: float,
        clock: Callable[[], float] = time.monotonic,
        spent: Callable[[], float] = time.thread_time,
    ) -> None:
        self._share, self._longest = share, longest
        self._clock, self._spent = clock, spent
        self._debt = 0.0
        self._then, self._had = clock(), spent()
        self._last = self._then - longest

    def wait(self) -> float:
        """Return the seconds until there is time again; 0 if there is, and it is taken."""
        now, had = self._clock(), self._spent()
        debt = self._debt + (had - self._had) - self._share * (now - self._then)
        self._debt = max(debt, 0.0)
        self._then, self._had = now, had
        left = min(self._debt / self._share, self._last + self._longest - now)
        if left > 0:
            return left
        # What a long turn cost is not paid for by the turns to come.
        self._debt, self._last = 0.0, now
        return 0.0
