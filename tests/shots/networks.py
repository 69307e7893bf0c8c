"""The stage of every kind of layer that no preset has, on the lecture's picture."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from convsim.core.geometry import Policy
from convsim.core.layers import (
    ELU,
    GELU,
    BatchNorm2d,
    Conv2d,
    ConvTranspose2d,
    Dense,
    Dropout,
    Flatten,
    GlobalAvgPool,
    GlobalMaxPool,
    LeakyReLU,
    LogSoftmax,
    MaxPool2d,
    ReLU,
    Sigmoid,
    Tanh,
    residual,
)
from convsim.core.network import Network
from convsim.core.step import Cursor, Inside
from convsim.document.edits import on_network

if TYPE_CHECKING:
    from convsim.core.layers import Layer
    from convsim.document import Document

    Change = Callable[[Document], Document]

FIRST = Conv2d(6, 5, 2, 2, policy=Policy.FLOOR)
"""Makes 16×16 maps of the lecture's picture."""


def built(at: Cursor, *made: Layer, inside: Inside = Inside.WRITE) -> Change:
    """Return a change to other layers on the same picture, standing at a position."""

    def change(document: Document) -> Document:
        network = Network(document.network.input_shape, made)
        return measured(on_network(document, network)).at(at, inside)

    return change


def measured(document: Document) -> Document:
    """Return the document with batch norms that know the statistics of the picture's maps."""
    rng = np.random.default_rng(4)
    for i, layer in enumerate(document.network.layers):
        if isinstance(layer, BatchNorm2d):
            x = document.new_trace().input(i)
            params = {
                "weight": rng.uniform(0.5, 1.5, len(x)).astype(np.float32),
                "bias": rng.uniform(-0.5, 0.5, len(x)).astype(np.float32),
                "running_mean": x.mean(axis=(1, 2)),
                "running_var": x.var(axis=(1, 2)),
            }
            document = replace(document, weights=document.weights.replaced(i, params))
    return document


STAGES: dict[str, Change] = {
    "groups": built(Cursor(1, 3, 6, 6), FIRST, Conv2d(6, 3, groups=3)),
    "depthwise": built(Cursor(0, 1, 12, 12), Conv2d(3, 5, groups=3)),
    "uneven": built(Cursor(0, 1, 0, 0), Conv2d(6, 5, 1, ((4, 0), (4, 0)))),
    "transposed": built(Cursor(1, 2, 13, 14), FIRST, ConvTranspose2d(4, 4, 2, 1)),
    "transposed-sums": built(
        Cursor(0, 2, 13, 14), ConvTranspose2d(4, 5, 2), ReLU(), inside=Inside.CHANNEL_SUMS
    ),
    "leaky": built(Cursor(1, 0, 6, 7), FIRST, LeakyReLU(0.1)),
    "elu": built(Cursor(1, 1, 3, 3), FIRST, ELU()),
    "sigmoid": built(Cursor(1, 0, 6, 7), FIRST, Sigmoid()),
    "tanh": built(Cursor(1, 1, 9, 3), FIRST, Tanh()),
    "gelu": built(Cursor(1, 4, 2, 11), FIRST, GELU()),
    "norm": built(Cursor(1, 0, 6, 7), FIRST, BatchNorm2d(), ReLU()),
    "norm-divide": built(Cursor(1, 3, 2, 2), FIRST, BatchNorm2d(), inside=Inside.NORMALISE),
    "dropout": built(Cursor(1, 0, 6, 7), FIRST, Dropout(0.3)),
    "residual": built(Cursor(3, 1, 7, 9), FIRST, *residual(Conv2d(6, 3, padding=1), ReLU())),
    "globalpool": built(Cursor(1, 2, 0, 0), FIRST, GlobalAvgPool()),
    "ceil": built(Cursor(1, 2, 5, 5), FIRST, MaxPool2d(3, policy=Policy.CEIL)),
    "logsoftmax": built(
        Cursor(4, 3, 0, 0), FIRST, GlobalMaxPool(), Flatten(), Dense(10), LogSoftmax()
    ),
}
"""By name, how to get from the lecture to what is shown."""
