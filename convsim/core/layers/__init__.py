"""The list of all kinds of layers; a new kind is one file and one entry here."""

from convsim.core.layers.activation import ELU, GELU, Activation, LeakyReLU, ReLU, Sigmoid, Tanh
from convsim.core.layers.base import (
    Field,
    Layer,
    Pair,
    Params,
    Shape,
    Side,
    Sides,
    ends,
)
from convsim.core.layers.conv import Conv2d
from convsim.core.layers.conv_transpose import ConvTranspose2d
from convsim.core.layers.dense import Dense, Flatten
from convsim.core.layers.dropout import Dropout
from convsim.core.layers.global_pool import GlobalAvgPool, GlobalMaxPool, GlobalPool
from convsim.core.layers.norm import BatchNorm2d
from convsim.core.layers.pool import AvgPool2d, MaxPool2d, Pool2d
from convsim.core.layers.residual import Residual, residual
from convsim.core.layers.run import AbandonedError, Array, Backward, Run
from convsim.core.layers.softmax import LogSoftmax, Softmax
from convsim.core.layers.unknown import UnknownLayer
from convsim.core.layers.window import SlidingLayer, WindowLayer

KINDS: dict[str, type[Layer]] = {
    kind.kind: kind
    for kind in (
        Conv2d,
        ConvTranspose2d,
        ReLU,
        LeakyReLU,
        ELU,
        Sigmoid,
        Tanh,
        GELU,
        MaxPool2d,
        AvgPool2d,
        GlobalMaxPool,
        GlobalAvgPool,
        BatchNorm2d,
        Dropout,
        Residual,
        Flatten,
        Dense,
        Softmax,
        LogSoftmax,
    )
}

__all__ = [
    "ELU",
    "GELU",
    "KINDS",
    "AbandonedError",
    "Activation",
    "Array",
    "AvgPool2d",
    "Backward",
    "BatchNorm2d",
    "Conv2d",
    "ConvTranspose2d",
    "Dense",
    "Dropout",
    "Field",
    "Flatten",
    "GlobalAvgPool",
    "GlobalMaxPool",
    "GlobalPool",
    "Layer",
    "LeakyReLU",
    "LogSoftmax",
    "MaxPool2d",
    "Pair",
    "Params",
    "Pool2d",
    "ReLU",
    "Residual",
    "Run",
    "Shape",
    "Side",
    "Sides",
    "Sigmoid",
    "SlidingLayer",
    "Softmax",
    "Tanh",
    "UnknownLayer",
    "WindowLayer",
    "ends",
    "residual",
]
