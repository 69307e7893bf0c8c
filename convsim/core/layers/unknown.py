"""A layer that a newer program wrote: kept as it is, so that saving does not lose it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from convsim.core.errors import LayerError
from convsim.core.layers.base import Layer, Params, Shape
from convsim.core.record import record

if TYPE_CHECKING:
    from convsim.core.layers.run import Array, Backward, Run


@record
class UnknownLayer(Layer):
    """A place holder: nothing can be worked out behind it until it is removed.

    Attributes
    ----------
    original : str
        Its kind in the file.
    settings : str
        Its other settings, JSON.
    """

    original: str
    settings: str = "{}"

    kind: ClassVar[str] = "unknown"

    def output_shape(self, shape: Shape) -> Shape:
        """Raise LayerError: what it would do is not known."""
        del shape
        raise self._error()

    def forward(self, params: Params, x: Array) -> Array:
        """Raise LayerError: what it would do is not known."""
        del params, x
        raise self._error()

    def learn(self, params: Params, x: Array, run: Run) -> tuple[Array, Backward]:
        """Raise LayerError: what it would do is not known."""
        del params, x, run
        raise self._error()

    def _error(self) -> LayerError:
        return LayerError(
            f"{self.name}: this version of ConvSim does not know layers of the kind "
            f"{self.original!r}; remove it, or open the file with a newer version"
        )
