"""A trace holds what one picture becomes in every layer, worked out only as far as somebody looks.

After an edit the new trace takes over every layer before the edit from the old one, so that a
changed weight costs only the layers behind it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import field
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from convsim.core.bands import band_rows, forward_in_bands
from convsim.core.capacity import array_bytes, check_room
from convsim.core.layers import Conv2d
from convsim.core.network import Network, from_inner, to_inner
from convsim.core.record import record

if TYPE_CHECKING:
    from convsim.core.layers import Array, Params

Made = TypeVar("Made")


@record(eq=False)
class Trace:
    """Activations of one picture.

    Parameters
    ----------
    network : Network
    params : sequence of mappings
        One a layer; asked for only when the layer is reached, so they may be made lazily.
    image : array (H, W, C)
        float32, the network's input.

    Notes
    -----
    Only one thread at a time may `reach` further; what is worked out already is never replaced,
    so others may read it meanwhile.
    """

    network: Network
    params: Sequence[Params]
    image: Array
    _done: list[Array] = field(default_factory=list)
    _last: list[tuple[tuple[object, ...], Any]] = field(default_factory=list)

    def reach(self, index: int, stop: Callable[[], bool] = lambda: False) -> bool:
        """Work out all layers up to `index`; return False if `stop` said so in between.

        Raises
        ------
        ConvSimError
            If one of them does not fit, or all together do not fit into memory.
        """
        places = self.network.places[max(len(self._done) - 1, 0) : index + 1]
        check_room(array_bytes(place.output_shape for place in places if place.output_shape))
        if not self._done:
            self._done.append(
                to_inner(self.image.transpose(2, 0, 1)[None], self.network.input_shape)
            )
        for i in range(len(self._done) - 1, index + 1):
            if stop():
                return False
            layer = self.network.layers[i]
            if self.network.places[i].output_shape is None:
                self.network.check()
            params = self.network.checked_params(i, self.params[i])
            inputs = [self._done[source + 1] for source in self.network.sources(i)]
            band = band_rows(layer, inputs[0]) if isinstance(layer, Conv2d) else 0
            if band and isinstance(layer, Conv2d):
                maps = forward_in_bands(layer, params, inputs[0], band, stop)
                if maps is None:
                    return False
                self._done.append(maps)
            else:
                self._done.append(layer.forward(params, *inputs))
        return True

    def once(self, key: tuple[object, ...], make: Callable[[], Made]) -> Made:
        """Return what is made of these activations, made anew only if the key is another one.

        The stage and the sentence below it, say, ask for the same frame one after the other.
        """
        last = self._last[:]
        if not last or last[0][0] != key:
            # In one piece: another thread that reads meanwhile gets what belongs to its key.
            last = self._last[:] = [(key, make())]
        made: Made = last[0][1]
        return made

    def reached(self, index: int) -> bool:
        """Whether the output of layer `index` is already there (−1 is the picture)."""
        return len(self._done) > index + 1

    def output(self, index: int) -> Array:
        """Return the output of a layer, (C, H, W) or (D,); −1 is the picture."""
        self.reach(index)
        return np.asarray(from_inner(self._done[index + 1])[0])

    def input(self, index: int) -> Array:
        """Return the input of a layer, (C, H, W) or (D,)."""
        return self.output(index - 1)

    def inputs(self, index: int) -> list[Array]:
        """Return all inputs of a layer: one, or two of a residual sum, as `sources` names them."""
        return [self.output(source) for source in self.network.sources(index)]

    def after_edit(self, network: Network, params: Sequence[Params], image: Array) -> Trace:
        """Return the trace of a changed network, with every layer that the change left alone."""
        kept: list[Array] = []
        if image is self.image and network.input_shape == self.network.input_shape:
            kept = self._done[:1]
            for i, (old, new) in enumerate(zip(self.network.layers, network.layers, strict=False)):
                # Weights that nobody reached are not to be made for a comparison.
                if not self.reached(i) or old != new or not _same(self.params, params, i):
                    break
                kept.append(self._done[i + 1])
        return Trace(network, params, image, kept)


def _same(old: Sequence[Params], new: Sequence[Params], index: int) -> bool:
    if old is new:
        return True
    a, b = old[index], new[index]
    return a.keys() == b.keys() and all(a[k] is b[k] for k in a)
