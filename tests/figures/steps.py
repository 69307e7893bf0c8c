"""Networks of every kind of layer, where to stand in them, and a scene as plain data."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

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
    LeakyReLU,
    LogSoftmax,
    MaxPool2d,
    ReLU,
    Sigmoid,
    Softmax,
    Tanh,
    residual,
)
from convsim.core.network import Network
from convsim.core.step import Cursor, Inside
from convsim.document import Document, Picture, Weights
from convsim.figures.scene import Cells, Raster, Shape
from tests.figures.pages import NAMES, document

if TYPE_CHECKING:
    from convsim.core.layers import Layer
    from convsim.core.trace import Trace
    from convsim.figures.scene import Scene

SMALL = tuple(name for name in NAMES if name not in ("alexnet", "vgg16"))
"""Presets whose numbers are there at once."""

ODD: dict[str, tuple[tuple[int, int, int], list[Layer]]] = {
    "mean pool with padding, ReLU behind": (
        (12, 9, 3),
        [AvgPool2d(3, 2, 1, policy=Policy.FLOOR), ReLU()],
    ),
    "pool over a picture": ((9, 9, 1), [MaxPool2d(3, 2, 1, policy=Policy.FLOOR)]),
    "same pools": ((7, 7, 2), [MaxPool2d(2, policy=Policy.SAME), AvgPool2d(3, policy=Policy.SAME)]),
    "large pool": ((20, 20, 2), [AvgPool2d(5), MaxPool2d(4)]),
    "wide": ((6, 40, 1), [Conv2d(4, (1, 5)), ReLU(), MaxPool2d((2, 3)), Flatten(), Dense(3)]),
    "tall": ((40, 6, 3), [Conv2d(2, (5, 1), dilation=(2, 1)), MaxPool2d((4, 1))]),
    "one by one": ((8, 8, 4), [Conv2d(300, 1, bias=False), Conv2d(2, 1)]),
    "one pixel": ((1, 1, 1), [Conv2d(1, 1), Flatten(), Dense(1), Softmax()]),
    "softmax over maps": ((6, 6, 3), [Conv2d(5, 3), Softmax(), ReLU()]),
    "dense in a row": (
        (4, 4, 1),
        [Flatten(), Flatten(), ReLU(), Dense(30, bias=False), ReLU(), Dense(1), ReLU()],
    ),
    "many classes": ((5, 5, 1), [Flatten(), Dense(1000), Softmax()]),
    "much padding": ((5, 5, 1), [Conv2d(2, 3, padding=4), Conv2d(1, 11, padding=5)]),
    "uneven padding": ((7, 7, 3), [Conv2d(2, 3, 2, ((0, 1), (2, 1)), policy=Policy.FLOOR)]),
    "ceil pools": (
        (7, 6, 2),
        [MaxPool2d(3, 2, policy=Policy.CEIL), AvgPool2d(2, 2, 1, policy=Policy.CEIL)],
    ),
    "groups": (
        (9, 9, 3),
        [Conv2d(6, 3, groups=3), BatchNorm2d(), ELU(), Conv2d(4, 3, groups=2), GELU()],
    ),
    "transposed": (
        (5, 4, 3),
        [
            ConvTranspose2d(4, 4, 2, 1),
            LeakyReLU(),
            ConvTranspose2d(2, (3, 2), (2, 3), (1, 0), (1, 2), (1, 2), 2),
        ],
    ),
    "nothing lands": ((4, 4, 1), [ConvTranspose2d(2, 1, 3, output_padding=2)]),
    "residual": (
        (8, 8, 3),
        [
            Conv2d(4, 3, padding=1),
            *residual(Conv2d(4, 3, padding=1), BatchNorm2d(), ReLU()),
            Tanh(),
            GlobalAvgPool(),
            Flatten(),
            *residual(Dense(4), Sigmoid()),
            Dropout(0.3),
            LogSoftmax(),
        ],
    ),
    "residual over the picture": (
        (9, 7, 3),
        [*residual(Conv2d(3, 3, padding=1)), Dropout(), GlobalMaxPool(), GELU("tanh")],
    ),
}


@cache
def odd(name: str) -> Document:
    """Return an unusual network on a smooth picture."""
    shape, layers = ODD[name]
    network = Network(shape, layers)
    high, wide, channels = shape
    y, x, c = np.mgrid[0:high, 0:wide, 0:channels] / max(high, wide)
    image = np.ascontiguousarray(0.5 + 0.5 * np.sin(9 * x + 5 * y + 40 * c), np.float32)
    return Document(network, Weights(network), Picture("smooth.png", image), image)


@cache
def shown(name: str) -> tuple[Document, Trace]:
    """Return a preset or an unusual network, and its trace."""
    # A document of its own: tests of the overviews insist that theirs never made any weights.
    made = odd(name) if name in ODD else document.__wrapped__(name)
    return made, made.new_trace()


def places(name: str, *, corners: bool = False) -> list[Document]:
    """Return the document at one position of every layer that fits, or at its first and last."""
    base, _ = shown(name)
    count = len(base.network.places)
    spots = [Cursor(i, 2, 1, 1) for i in range(count)]
    if corners:
        spots = [Cursor(i, big, big, big) for i in range(count) for big in (0, 10**6)]
    found = [base.at(spot) for spot in spots]
    return [one for one in found if one.place.output_shape is not None]


def inside(at: Document) -> list[Document]:
    """Return every inner step of a position, in order."""
    return [at.at(at.cursor, step) for step in at.inside_steps()]


def finished(at: Document) -> Document:
    """Return the whole step."""
    return at.at(at.cursor, Inside.WRITE)


def fingerprint(scene: Scene) -> list[object]:
    """Return all that is drawn, comparable."""

    def plain(shape: Shape) -> object:
        if isinstance(shape, Raster):
            box = (shape.x, shape.y, shape.width, shape.height)
            return (box, shape.pixels.shape, shape.pixels.tobytes())
        if isinstance(shape, Cells):
            return replace(shape, fills=np.zeros((1, 1, 3), np.uint8)), shape.fills.tobytes()
        return shape

    return [repr(plain(shape)) for shape in scene.walk()]
