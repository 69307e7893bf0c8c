"""Documents to try edits on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from convsim.document import PRESETS, Document, Picture, Weights

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from convsim.core.network import Network


def image(shape: tuple[int, ...], seed: int = 0) -> NDArray[np.float32]:
    """Return a picture as a network reads it: 0…1, read-only."""
    pixels = np.random.default_rng(seed).random(shape, np.float32)
    pixels.setflags(write=False)
    return pixels


def opened(name: str) -> Document:
    """Return a preset, opened on a picture of its size."""
    preset = PRESETS[name]
    pixels = image(preset.build().input_shape)
    return preset.document(Picture("noise.png", pixels), pixels)


def made_of(network: Network) -> Document:
    """Return a document with this network."""
    pixels = image(network.input_shape)
    return Document(network, Weights(network), Picture("noise.png", pixels), pixels)
