"""Networks put together by chance: any kind of layer with any setting that fits."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from convsim.core.errors import ConvSimError
from convsim.core.geometry import Policy
from convsim.core.layers import (
    ELU,
    GELU,
    AvgPool2d,
    BatchNorm2d,
    Conv2d,
    ConvTranspose2d,
    Dense,
    Dropout,
    Flatten,
    GlobalAvgPool,
    GlobalMaxPool,
    Layer,
    LeakyReLU,
    LogSoftmax,
    MaxPool2d,
    ReLU,
    Residual,
    Sigmoid,
    Softmax,
    Tanh,
)
from convsim.core.network import Network

CHANNELS = (1, 2, 4, 6)


class Chance:
    """Draws settings; the same seed gives the same networks."""

    def __init__(self, seed: int) -> None:
        self._rng = np.random.default_rng(seed)

    def whole(self, low: int, high: int) -> int:
        return int(self._rng.integers(low, high + 1))

    def pair(self, low: int, high: int) -> tuple[int, int]:
        return self.whole(low, high), self.whole(low, high)

    def one(self, choices: Any) -> Any:
        return choices[self.whole(0, len(choices) - 1)]

    def network(self, longest: int = 6) -> Network:
        """Return a network of up to `longest` layers, and blocks among them."""
        shape = (self.whole(4, 12), self.whole(4, 12), self.one(CHANNELS))
        layers: list[Layer] = []
        for _ in range(self.whole(1, longest)):
            for _ in range(20):
                try:
                    made = self.layer(len(layers))
                    network = Network(shape, [*layers, made])
                    network.check()
                except ConvSimError:
                    continue
                if max(network.output_shape) <= 40:
                    layers.append(made)
                    break
        return Network(shape, layers or [ReLU()])

    def layer(self, before: int) -> Layer:
        return self.one(KINDS)(self, before)

    def padding(self, high: int) -> Any:
        if self.whole(0, 1):
            return self.pair(0, high), self.pair(0, high)
        return self.pair(0, high)


def _conv(draw: Chance, before: int) -> Layer:
    return Conv2d(
        draw.one(CHANNELS),
        draw.pair(1, 4),
        draw.pair(1, 3),
        draw.padding(3),
        draw.pair(1, 2),
        groups=draw.one((1, 1, 2, 4)),
        bias=bool(draw.whole(0, 1)),
        policy=draw.one((Policy.FLOOR, Policy.SAME)),
    )


def _transposed(draw: Chance, before: int) -> Layer:
    return ConvTranspose2d(
        draw.one(CHANNELS),
        draw.pair(1, 4),
        draw.pair(1, 3),
        draw.padding(2),
        draw.pair(0, 1),
        draw.pair(1, 2),
        groups=draw.one((1, 1, 2)),
        bias=bool(draw.whole(0, 1)),
    )


def _pool(kind: Callable[..., Layer], **more: Callable[[Chance], object]) -> Any:
    def make(draw: Chance, before: int) -> Layer:
        kernel = draw.pair(1, 4)
        # A pool whose padding is as large as its kernel would have windows of nothing.
        sides = tuple((draw.whole(0, k - 1), draw.whole(0, k - 1)) for k in kernel)
        policy = draw.one((Policy.FLOOR, Policy.SAME, Policy.CEIL))
        settings = {name: value(draw) for name, value in more.items()}
        return kind(kernel, draw.pair(1, 3), sides, draw.pair(1, 2), policy=policy, **settings)

    return make


KINDS: tuple[Callable[[Chance, int], Layer], ...] = (
    _conv,
    _conv,
    _transposed,
    _pool(MaxPool2d),
    _pool(AvgPool2d, count_include_pad=lambda draw: bool(draw.whole(0, 1))),
    lambda draw, before: draw.one((GlobalAvgPool(), GlobalMaxPool())),
    lambda draw, before: draw.one((ReLU(), Sigmoid(), Tanh(), GELU(), GELU("tanh"))),
    lambda draw, before: LeakyReLU(draw.whole(-20, 20) / 10),
    lambda draw, before: ELU(draw.whole(1, 20) / 10),
    lambda draw, before: BatchNorm2d(draw.whole(0, 10) / 10, 10.0 ** -draw.whole(2, 6)),
    lambda draw, before: Dropout(draw.whole(0, 9) / 10),
    lambda draw, before: draw.one((Softmax(), LogSoftmax())),
    lambda draw, before: Flatten(),
    lambda draw, before: Dense(draw.whole(1, 9), bias=bool(draw.whole(0, 1))),
    lambda draw, before: Residual(draw.whole(1, max(before, 1))),
)
