"""A stage is one layer, or a few that go together, with all its buffers for chunks of one size."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from convsim.core.layers import Array, Params


class Forward(ABC):
    """What every stage has; it belongs to one thread.

    Stages are built from the last to the first: each is told where its output goes, and makes
    room for its own input.

    Attributes
    ----------
    index : int
        The layer whose parameters it uses.
    x : array (H, C, W, N) or (D, N)
        Its input; whoever is before it writes there.
    """

    index: int
    x: Array

    @abstractmethod
    def take(self, params: Params) -> None:
        """Take over the layer's weights."""

    @abstractmethod
    def forward(self) -> None:
        """Work out the output from `x`."""


class Stage(Forward):
    """A stage that learns.

    It is also told where the gradient of its output will be, and says where it leaves its own.

    Attributes
    ----------
    dx : array or None
        Where `inputs` leaves dL/dx; None if nobody wants it.
    into : mapping of arrays
        Where the gradients of this step are to be written.
    """

    dx: Array | None
    into: Mapping[str, Array]

    def begin(self, params: Params, into: Mapping[str, Array]) -> None:
        """Take over the weights of a step, and begin new sums of gradients."""
        self.into = into
        self.take(params)

    def turn(self) -> None:
        """Prepare what only `inputs` needs; another thread may do it while others go forward."""

    @abstractmethod
    def back(self) -> None:
        """Take the gradient of the output back to what `weights` and `inputs` need.

        May overwrite the gradient of the output.
        """

    def weights(self) -> None:
        """Add this chunk's share to the thread's sums of gradients."""

    @abstractmethod
    def inputs(self) -> None:
        """Work out dL/dx, if somebody wants it, from what `back` has left."""

    def finish(self) -> None:
        """Write to `into` the sums of gradients of all chunks of this thread."""
