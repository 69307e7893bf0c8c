"""The list of all kinds of layers; a new kind is one file and one entry here."""

from convsim.core.layers.activation import ReLU, Softmax
from convsim.core.layers.base import Array, Field, Layer, Pair, Params, Shape
from convsim.core.layers.conv import Conv2d
from convsim.core.layers.dense import Dense, Flatten
from convsim.core.layers.pool import AvgPool2d, MaxPool2d, Pool2d
from convsim.core.layers.unknown import UnknownLayer
from convsim.core.layers.window import WindowLayer

KINDS: dict[str, type[Layer]] = {
    kind.kind: kind for kind in (Conv2d, ReLU, MaxPool2d, AvgPool2d, Flatten, Dense, Softmax)
}

__all__ = [
    "KINDS",
    "Array",
    "AvgPool2d",
    "Conv2d",
    "Dense",
    "Field",
    "Flatten",
    "Layer",
    "MaxPool2d",
    "Pair",
    "Params",
    "Pool2d",
    "ReLU",
    "Shape",
    "Softmax",
    "UnknownLayer",
    "WindowLayer",
]
