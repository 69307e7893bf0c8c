"""Networks to start from, each with the line of the lecture that it answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from convsim.core.errors import LayerError
from convsim.core.layers import (
    Array,
    BatchNorm2d,
    Conv2d,
    Dense,
    Flatten,
    GlobalAvgPool,
    Layer,
    MaxPool2d,
    Params,
    ReLU,
    Softmax,
    residual,
)
from convsim.core.network import Network
from convsim.core.record import record
from convsim.document.document import Document, Picture
from convsim.document.kernels import LECTURE_FILTERS, diagonal
from convsim.document.weights import Weights

if TYPE_CHECKING:
    from numpy.typing import NDArray


@record
class Preset:
    """A network that opens ready to be looked at.

    Attributes
    ----------
    name, title : str
        As typed and as shown.
    line : str
        The line of the lecture, or of the paper, that it answers.
    build : function
        Returns the network.
    picture : str
        ``cat``, the photograph, or ``cross``, a 7×7 drawing.
    start : function, optional
        Returns first weights by layer name, and names of the filters by layer name.
    taught : bool
        Whether weights come along that it was taught; `convsim.services.taught` reads them.
    """

    name: str
    title: str
    line: str
    build: Callable[[], Network]
    picture: str = "cat"
    start: Callable[[], tuple[dict[str, Params], dict[str, tuple[str, ...]]]] | None = None
    taught: bool = False

    def document(self, picture: Picture, image: NDArray[np.float32]) -> Document:
        """Return the document; `image` (H, W, C) is the picture at the input's size."""
        made, names = self.start() if self.start else ({}, {})
        weights = Weights(self.network, 0, made)
        return Document(self.network, weights, picture, image, preset=self.name, filter_names=names)

    @cached_property
    def network(self) -> Network:
        """The network, built once: every document that opens the preset begins with this one."""
        return self.build()

    def holds(self, network: Network) -> bool:
        """Return whether a network is still this one, so that the line is true of it.

        Layers may have other names; weights are not looked at.
        """
        own = self.network
        return network is own or (
            network.input_shape == own.input_shape
            and len(network.layers) == len(own.layers)
            and all(
                layer == made or replace(layer, name=made.name) == made
                for layer, made in zip(network.layers, own.layers, strict=True)
            )
        )


def cross() -> Array:
    """Return the 7×7 drawing of a cross: (7, 7, 1) float32, read-only."""
    pixels = np.maximum(np.eye(7, dtype=np.float32), np.eye(7, dtype=np.float32)[::-1])[:, :, None]
    pixels.setflags(write=False)
    return pixels


def find(name: str) -> Preset:
    """Return the preset called `name`, or raise LayerError that lists them."""
    if name in PRESETS:
        return PRESETS[name]
    raise LayerError(f"no preset is called {name!r}; there are {', '.join(PRESETS)}")


def _lecture() -> Network:
    return Network((32, 32, 3), [Conv2d(6, 5), ReLU(), Conv2d(10, 5), ReLU()])


def _lecture_start() -> tuple[dict[str, Params], dict[str, tuple[str, ...]]]:
    weight = np.stack([kernel for _, kernel in LECTURE_FILTERS]).astype(np.float32)
    bias = np.array([-0.1, -0.1, 0.0, 0.0, 0.0, 0.0], np.float32)
    names = tuple(name for name, _ in LECTURE_FILTERS)
    return {"conv1": {"weight": weight, "bias": bias}}, {"conv1": names}


def _grid(stride: int, padding: int = 0) -> Callable[[], Network]:
    return lambda: Network((7, 7, 1), [Conv2d(1, 3, stride, padding)])


def _grid_start() -> tuple[dict[str, Params], dict[str, tuple[str, ...]]]:
    weight = diagonal()[None, None].astype(np.float32)
    params = {"weight": weight, "bias": np.zeros(1, np.float32)}
    return {"conv1": params}, {"conv1": ("diagonal",)}


def _quiz() -> Network:
    return Network((32, 32, 3), [Conv2d(10, 5, padding=2)])


def _block(filters: int, kernel: int, *, padding: int = 0, pool: int | None = 2) -> list[Layer]:
    out: list[Layer] = [Conv2d(filters, kernel, padding=padding), ReLU()]
    return [*out, MaxPool2d(pool)] if pool else out


def _head(*units: int) -> list[Layer]:
    out: list[Layer] = [Flatten()]
    for size in units[:-1]:
        out += [Dense(size), ReLU()]
    return [*out, Dense(units[-1]), Softmax()]


def _lenet5() -> Network:
    body = _block(6, 5, padding=2) + _block(16, 5)
    return Network((28, 28, 1), [*body, *_head(120, 84, 10)])


def _convnetjs() -> Network:
    body = _block(16, 5, padding=2) + _block(20, 5, padding=2) + _block(20, 5, padding=2)
    return Network((32, 32, 3), [*body, *_head(10)])


def _tiny_vgg() -> Network:
    half = _block(10, 3, pool=None) + _block(10, 3)
    return Network((64, 64, 3), [*half, *half, *_head(10)])


def _vgg_mini() -> Network:
    body: list[Layer] = []
    for filters in (32, 64):
        body += _block(filters, 3, padding=1, pool=None) + _block(filters, 3, padding=1)
    return Network((32, 32, 3), [*body, *_head(128, 10)])


def _normed(filters: int) -> list[Layer]:
    """Return a convolution without biases, which the batch norm after it would undo."""
    return [Conv2d(filters, 3, padding=1, bias=False), BatchNorm2d()]


def _resnet_mini() -> Network:
    body: list[Layer] = []
    for filters in (16, 32):
        body += [*_normed(filters), ReLU()]
        body += [*residual(*_normed(filters), ReLU(), *_normed(filters)), ReLU(), MaxPool2d(2)]
    return Network((32, 32, 3), [*body[:-1], GlobalAvgPool(), *_head(10)])


def _alexnet() -> Network:
    body: list[Layer] = [Conv2d(96, 11, 4), ReLU(), MaxPool2d(3, 2)]
    body += [Conv2d(256, 5, padding=2), ReLU(), MaxPool2d(3, 2)]
    for filters in (384, 384, 256):
        body += _block(filters, 3, padding=1, pool=None)
    return Network((227, 227, 3), [*body, MaxPool2d(3, 2), *_head(4096, 4096, 1000)])


def _vgg16() -> Network:
    body: list[Layer] = []
    for filters, times in ((64, 2), (128, 2), (256, 3), (512, 3), (512, 3)):
        for _ in range(times):
            body += _block(filters, 3, padding=1, pool=None)
        body.append(MaxPool2d(2))
    return Network((224, 224, 3), [*body, *_head(4096, 4096, 1000)])


_ALL = (
    Preset(
        "lecture",
        "Lecture: two convolutions",
        "32×32×3 → six 5×5×3 filters → 28×28×6 → ten 5×5×6 → 24×24×10: how many weights?",
        _lecture,
        start=_lecture_start,
    ),
    Preset(
        "grid-stride-1",
        "7×7, stride 1",
        "7×7 input, 3×3 filter, stride 1 → 5×5 output",
        _grid(1),
        "cross",
        _grid_start,
    ),
    Preset(
        "grid-stride-2",
        "7×7, stride 2",
        "7×7 input, 3×3 filter, stride 2 → 3×3 output: a larger stride loses information",
        _grid(2),
        "cross",
        _grid_start,
    ),
    Preset(
        "grid-stride-3",
        "7×7, stride 3",
        "7×7 input, 3×3 filter, stride 3 does not fit: (7−3)/3+1 = 2.33…",
        _grid(3),
        "cross",
        _grid_start,
    ),
    Preset(
        "grid-padded",
        "7×7, zero padding",
        "7×7 input, 3×3 filter, stride 1, padding 1 → 7×7: (F−1)/2 keeps the size",
        _grid(1, 1),
        "cross",
        _grid_start,
    ),
    Preset(
        "quiz",
        "Quiz: ten 5×5, padding 2",
        "32×32×3, ten 5×5 filters, stride 1, pad 2: what size comes out, how many weights? "
        "750, with biases 760",
        _quiz,
    ),
    Preset(
        "lenet5",
        "LeNet-5",
        "Convolution, pooling, repeated, then fully connected, then a label (LeCun, 1998)",
        _lenet5,
        taught=True,
    ),
    Preset(
        "convnetjs-cifar",
        "ConvNetJS CIFAR-10",
        "Conv, ReLU, pool three times, then ten classes: the network of the course's demo page",
        _convnetjs,
        taught=True,
    ),
    Preset(
        "tiny-vgg",
        "Tiny VGG",
        "Two small filters in a row before each pool: the network of CNN Explainer",
        _tiny_vgg,
    ),
    Preset(
        "vgg-mini",
        "VGG, small",
        "Padding 1 keeps 32×32 through 3×3 filters; only the two pools make it smaller",
        _vgg_mini,
    ),
    Preset(
        "resnet-mini",
        "ResNet, small",
        "What went into a block is added to what comes out: a way past the filters (He, 2015)",
        _resnet_mini,
        taught=True,
    ),
    Preset(
        "alexnet",
        "AlexNet",
        "227×227×3, 96 of 11×11 at stride 4 → 55×55×96 with 34,848 weights (34,944 with biases); "
        "without sharing 105,415,200 (105,705,600)",
        _alexnet,
    ),
    Preset(
        "vgg16",
        "VGG-16",
        "Only 3×3 filters: where do 138 million weights and 58 MiB of activations come from?",
        _vgg16,
    ),
)

PRESETS = MappingProxyType({preset.name: preset for preset in _ALL})
"""Every preset by name, in the order of the menu."""
