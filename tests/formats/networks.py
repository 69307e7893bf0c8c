"""Small networks for tests of files and programs: every kind of layer, in every way it can pad."""

from __future__ import annotations

import importlib.util
from typing import TYPE_CHECKING, Any

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
    Layer,
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
from convsim.document.weights import Weights

if TYPE_CHECKING:
    from pathlib import Path

FLOOR = Policy.FLOOR
UNEVEN = ((0, 1), (2, 1))

LAYERS: dict[str, list[Layer]] = {
    "conv": [Conv2d(4, 3)],
    "conv padded, no bias": [Conv2d(4, (3, 5), padding=(1, 2), bias=False)],
    "conv strided, remainder left out": [Conv2d(4, 3, 2, policy=Policy.FLOOR)],
    "conv uneven": [Conv2d(4, (2, 4), padding=UNEVEN)],
    "conv dilated": [Conv2d(4, 3, dilation=(2, 1), padding=2)],
    "conv strided and dilated": [Conv2d(4, 3, 2, 1, (1, 2), policy=Policy.FLOOR)],
    "conv same": [Conv2d(4, 4, policy=Policy.SAME)],
    "conv same, strided": [Conv2d(4, 3, (2, 3), policy=Policy.SAME)],
    "conv groups": [Conv2d(6, 3, groups=2)],
    "conv depthwise": [Conv2d(8, 3, padding=1, groups=4)],
    "transposed": [ConvTranspose2d(3, 3)],
    "transposed strided": [ConvTranspose2d(3, 4, 2, 1)],
    "transposed beyond its kernel": [ConvTranspose2d(3, 2, 3)],
    "transposed with more": [ConvTranspose2d(3, 3, (2, 3), 1, (1, 2))],
    "transposed uneven": [ConvTranspose2d(3, (3, 4), 2, UNEVEN)],
    "transposed, cut off": [ConvTranspose2d(3, 3, 1, 3)],
    "transposed with more than its stride": [ConvTranspose2d(3, 3, 1, 2, 1, 2)],
    "transposed groups, dilated": [ConvTranspose2d(6, 3, 2, 1, 0, (1, 2), 2, bias=False)],
    "maxpool": [MaxPool2d((3, 2))],
    "maxpool overlapping": [MaxPool2d(3, 2, policy=Policy.FLOOR)],
    "maxpool padded": [MaxPool2d(3, 2, 1, policy=Policy.FLOOR)],
    "maxpool uneven": [MaxPool2d((3, 4), (2, 1), UNEVEN, policy=Policy.FLOOR)],
    "maxpool wide padding": [MaxPool2d(3, 2, 2, policy=Policy.FLOOR)],
    "maxpool ceil": [MaxPool2d(3, 2, policy=Policy.CEIL)],
    "maxpool ceil, padded": [MaxPool2d((2, 3), 3, 1, policy=Policy.CEIL)],
    "maxpool ceil, uneven": [MaxPool2d(3, 3, ((0, 1), (1, 0)), policy=Policy.CEIL)],
    "maxpool dilated": [MaxPool2d(2, 1, dilation=(2, 3))],
    "maxpool same": [MaxPool2d(3, 2, policy=Policy.SAME)],
    "avgpool": [AvgPool2d((3, 5))],
    "avgpool padded": [AvgPool2d(3, 2, 1, policy=Policy.FLOOR)],
    "avgpool padded, not counted": [
        AvgPool2d(3, 2, 1, policy=Policy.FLOOR, count_include_pad=False)
    ],
    "avgpool uneven": [AvgPool2d(3, 1, UNEVEN)],
    "avgpool uneven, not counted": [AvgPool2d(3, 1, UNEVEN, count_include_pad=False)],
    "avgpool ceil": [AvgPool2d(3, 2, policy=Policy.CEIL)],
    "avgpool ceil, padded": [AvgPool2d(3, (2, 3), 1, policy=Policy.CEIL)],
    "avgpool ceil, uneven": [AvgPool2d((2, 3), (2, 3), ((0, 1), (1, 0)), policy=Policy.CEIL)],
    "avgpool ceil, not counted": [AvgPool2d(3, 2, 1, policy=Policy.CEIL, count_include_pad=False)],
    "avgpool dilated": [AvgPool2d(2, 1, 1, (2, 1))],
    "avgpool same": [AvgPool2d(3, 2, policy=Policy.SAME)],
    "global pools": [GlobalAvgPool(), Flatten()],
    "global max": [GlobalMaxPool()],
    "activations": [ReLU(), Tanh(), LeakyReLU(0.2), ELU(0.7), Sigmoid(), GELU(), GELU("tanh")],
    "leaky, other way": [LeakyReLU(-0.5)],
    "norm": [Conv2d(4, 3), BatchNorm2d(), ReLU()],
    "norm of a vector": [Flatten(), Dense(5), BatchNorm2d(0.2, 1e-3)],
    "dropout": [Dropout(0.3)],
    "softmax over channels": [Softmax()],
    "log softmax over channels": [LogSoftmax()],
    "head": [Flatten(), Dense(6), ReLU(), Dropout(), Dense(3, bias=False), Softmax()],
    "log head": [Flatten(), Dense(3), LogSoftmax()],
    "residual": [
        Conv2d(4, 3, padding=1),
        *residual(Conv2d(4, 3, padding=1), BatchNorm2d(), ReLU(), Conv2d(4, 3, padding=1)),
        ReLU(),
    ],
    "residual in residual": list(residual(*residual(Conv2d(4, 3, padding=1)), Tanh())),
    "residual of the input": list(residual(Conv2d(4, 1))),
}
"""Layers by what they show; the input is 9×10×4."""

NETWORKS = {name: Network((9, 10, 4), layers) for name, layers in LAYERS.items()}


def covered() -> set[str]:
    """Return the kinds that occur; a test holds that it is all of them."""
    return {layer.kind for network in NETWORKS.values() for layer in network.layers}


def weights_of(network: Network, seed: int = 0) -> Weights:
    """Return weights that leave nothing at its start: biases, means and variances too."""
    rng = np.random.default_rng(seed)
    made = {}
    for layer, params in zip(network.layers, network.init(seed), strict=True):
        fresh = {k: v + rng.normal(0, 0.3, v.shape).astype(np.float32) for k, v in params.items()}
        if "running_var" in fresh:
            fresh["running_var"] = np.abs(fresh["running_var"]) + np.float32(0.1)
        if fresh:
            made[layer.name] = fresh
    return Weights(network, seed, made)


def pictures(network: Network, count: int = 2, seed: int = 1) -> np.ndarray:
    """Return pictures (N, C, H, W), of both signs so that ReLU has something to do."""
    height, width, channels = network.input_shape
    values = np.random.default_rng(seed).normal(0, 1, (count, channels, height, width))
    return values.astype(np.float32)


def imported(path: Path) -> Any:
    """Return a generated program as a module."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
