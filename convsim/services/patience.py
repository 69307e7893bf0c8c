"""Examples that can be interrupted: going through all of them may take long, and nobody waits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from convsim.core.counts import totals

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from convsim.core.examples import IndexedExamples
    from convsim.core.network import Network

    Array = NDArray[Any]

WORK = 500_000_000
"""Multiply-adds between two looks whether to go on: some hundredths of a second."""
LARGEST = 256


class InterruptedPassError(Exception):
    """Somebody does not want the result any more."""


@dataclass(frozen=True, eq=False)
class Patient:
    """Examples in batches small enough that one may look between two of them.

    Parameters
    ----------
    examples : IndexedExamples
    most : int
        Examples in a batch at most; see `batch_for`.
    given_up : function
        Called between batches, and may wait there; InterruptedPassError is raised once it says so.
    """

    examples: IndexedExamples
    most: int
    given_up: Callable[[], bool]

    @property
    def targets(self) -> Array:
        """All targets."""
        return self.examples.targets

    def batches(
        self, size: int, *, seed: int | None = None, epoch: int = 0, start: int = 0
    ) -> Iterator[tuple[Array, Array]]:
        """Give the examples in batches of `size` or less."""
        size = min(size, self.most)
        for batch in self.examples.batches(size, seed=seed, epoch=epoch, start=start):
            if self.given_up():
                raise InterruptedPassError
            yield batch


def batch_for(network: Network) -> int:
    """Return how many examples may go through a network between two looks, at least one."""
    each = max(totals(network).multiply_adds, 1)
    return int(min(max(WORK // each, 1), LARGEST))
