"""Small networks and data to train on, and the same networks in PyTorch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from convsim.core.layers import (
    AvgPool2d,
    BatchNorm2d,
    Conv2d,
    Dense,
    Dropout,
    Flatten,
    GlobalAvgPool,
    MaxPool2d,
    ReLU,
    Residual,
    Softmax,
    Tanh,
    residual,
)
from convsim.core.network import Network

if TYPE_CHECKING:
    from collections.abc import Sequence

    from convsim.core.layers import Layer, Params


def small(*, softmax: bool = True) -> Network:
    """Return a network of a few layers on 6×6×2 that learns three classes."""
    end: list[Layer] = [Softmax()] if softmax else []
    return Network(
        (6, 6, 2), [Conv2d(4, 3), ReLU(), MaxPool2d(2), Flatten(), Dense(5), Tanh(), Dense(3), *end]
    )


def residual_net() -> Network:
    """Return a network with batch norm and two residual blocks, one within the other."""
    inner = residual(Conv2d(3, 3, padding=1), BatchNorm2d(), Tanh())
    outer = residual(Conv2d(3, 1), *inner, Conv2d(3, 3, padding=1, bias=False))
    return Network((6, 5, 3), [*outer, Tanh(), BatchNorm2d(), GlobalAvgPool(), Flatten(), Dense(4)])


def dropout_net() -> Network:
    """Return a network that needs chance while it learns, and keeps statistics."""
    return Network(
        (6, 6, 2),
        [Conv2d(4, 3), BatchNorm2d(), ReLU(), Dropout(0.3), Flatten(), Dense(3), Softmax()],
    )


def classes(
    network: Network, count: int, dtype: Any = np.float32, seed: int = 0
) -> tuple[Any, Any]:
    """Return pictures that differ by class, and their labels; every class occurs."""
    height, width, channels = network.input_shape
    (number,) = network.output_shape
    rng = np.random.default_rng(seed)
    labels = np.arange(count) % number
    rng.shuffle(labels)
    signs = rng.standard_normal((number, channels, height, width))
    pictures = signs[labels] + 0.5 * rng.standard_normal((count, channels, height, width))
    return pictures.astype(dtype), labels


def as_float64(params: Sequence[Params]) -> list[dict[str, Any]]:
    """Return the parameters in double precision."""
    return [{k: v.astype(np.float64) for k, v in layer.items()} for layer in params]


class TorchNet:
    """The same network in PyTorch, with the same numbers; a final Softmax is left out.

    Parameters
    ----------
    torch : module
    network : Network
    params : sequence of mappings
    """

    def __init__(self, torch: Any, network: Network, params: Sequence[Params]) -> None:
        self.torch, self.network = torch, network
        self.modules = [
            self._module(layer, shape.input_shape)
            for layer, shape in zip(network.layers, network.places, strict=True)
        ]
        self.all = torch.nn.ModuleList([m for m in self.modules if m is not None])
        with torch.no_grad():
            for module, own in zip(self.modules, params, strict=True):
                for name, array in own.items():
                    getattr(module, name).data = torch.tensor(np.array(array))

    def __call__(self, x: Any) -> Any:
        """Return the scores of a batch (N, C, H, W)."""
        outputs = [x]
        for i, (layer, module) in enumerate(zip(self.network.layers, self.modules, strict=True)):
            if isinstance(layer, Residual):
                first, second = (outputs[j + 1] for j in layer.sources(i))
                outputs.append(first + second)
            else:
                outputs.append(outputs[-1] if module is None else module(outputs[-1]))
        return outputs[-1]

    def gradients(self) -> list[dict[str, Any]]:
        """Return the gradients as our own are keyed."""
        return [
            {}
            if module is None
            else {n: p.grad.numpy() for n, p in module.named_parameters(recurse=False)}
            for module in self.modules
        ]

    def _module(self, layer: Layer, shape: Any) -> Any:
        nn = self.torch.nn
        match layer:
            case Conv2d():
                return nn.Conv2d(
                    shape[2],
                    layer.filters,
                    layer.kernel,
                    layer.stride,
                    layer.padding,
                    layer.dilation,
                    bias=layer.bias,
                )
            case Dense():
                return nn.Linear(shape[0], layer.units, bias=layer.bias)
            case BatchNorm2d():
                return nn.BatchNorm2d(shape[2], layer.eps, layer.momentum)
            case MaxPool2d():
                return nn.MaxPool2d(layer.kernel, layer.stride)
            case AvgPool2d():
                return nn.AvgPool2d(layer.kernel, layer.stride)
            case GlobalAvgPool():
                return nn.AdaptiveAvgPool2d(1)
            case ReLU() | Tanh() | Flatten():
                return {"relu": nn.ReLU, "tanh": nn.Tanh, "flatten": nn.Flatten}[layer.kind]()
            case Softmax() | Residual():
                return None
        raise NotImplementedError(layer.kind)
