"""A random layer of any kind, with a shape that it takes: the same for the same seed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

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
    Pair,
    ReLU,
    Residual,
    Shape,
    Sigmoid,
    Softmax,
    Tanh,
)
from tests.oracles.draws import inner, normal
from tests.oracles.examples import inputs_of

Rng = np.random.Generator


@dataclass(frozen=True)
class Drawn:
    """A layer, what goes into it, and how many pictures at once."""

    layer: Layer
    shape: Shape
    batch: int
    seed: int

    def params(self, dtype: type[np.floating] = np.float64) -> dict[str, np.ndarray]:
        """Return parameters that are all sorts of numbers; variances are positive."""
        sizes = self.layer.param_shapes(self.shape)
        made = {
            name: normal(size, self.seed + i, dtype) for i, (name, size) in enumerate(sizes.items())
        }
        if "running_var" in made:
            made["running_var"] = np.abs(made["running_var"]) + dtype(0.1)
        return made

    def inputs(self, dtype: type[np.floating] = np.float64) -> list[np.ndarray]:
        """Return what the layer reads: one array, or two of a residual sum."""
        x = inner(self.shape, self.batch, self.seed, dtype)
        return inputs_of(self.layer, x)

    def gradient(self, y: np.ndarray, dtype: type[np.floating] = np.float64) -> np.ndarray:
        """Return dL/dy for an output; other numbers than the input's, whatever the shape."""
        return normal(y.shape, self.seed + 500_000, dtype)


def drawn_layer(kind: type[Layer], seed: int) -> Drawn:
    """Return a layer of a kind with settings, a shape and a batch drawn from a seed."""
    rng = np.random.default_rng([seed, sum(kind.kind.encode())])
    layer, shape = DRAW[kind](rng)
    # The gradient of a batch norm on few values is what is left of numbers that cancel.
    more = 6 if kind is BatchNorm2d else 0
    return Drawn(layer, shape, int(rng.integers(1, 5)) + more, seed)


def _up_to(rng: Rng, high: int, low: int = 1) -> int:
    return int(rng.integers(low, high + 1))


@dataclass(frozen=True)
class Window:
    """What was drawn for a window; pairs are (rows, columns)."""

    size: Pair
    kernel: Pair
    stride: Pair
    padding: tuple[Pair, Pair]
    dilation: Pair
    policy: Policy


def _window(rng: Rng, policies: tuple[Policy, ...], *, half: bool, dilated: bool = True) -> Window:
    """Draw a window that fits; `half` keeps each padding to half of the kernel, as pools ask."""
    policy = policies[int(rng.integers(len(policies)))]
    axes: list[tuple[int, int, int, Pair, int]] = []
    for _ in range(2):
        taps, step = _up_to(rng, 4), _up_to(rng, 3)
        gap = _up_to(rng, 3) if dilated and policy is not Policy.CEIL else 1
        most = taps // 2 if half else 3
        before, after = _up_to(rng, most, 0), _up_to(rng, most, 0)
        if policy is Policy.CEIL:
            after = before  # PyTorch's ceil mode pads both ends alike.
        over = _up_to(rng, step - 1, 0) if policy in (Policy.FLOOR, Policy.CEIL) else 0
        # The way back from a number of positions to the size that has it.
        size = (_up_to(rng, 5) - 1) * step + gap * (taps - 1) + 1 - before - after + over
        while size < 1:
            size += step
        if policy is Policy.SAME:
            size = _up_to(rng, 9)
        axes.append((size, taps, step, (before, after), gap))
    sizes, kernels, strides, paddings, dilations = zip(*axes, strict=True)
    return Window(sizes, kernels, strides, paddings, dilations, policy)


def _groups(rng: Rng) -> tuple[int, int, int]:
    """Draw groups, channels and filters: alone, in groups, or depthwise."""
    groups = _up_to(rng, 3)
    depth = 1 if rng.random() < 0.3 else _up_to(rng, 3)
    return groups, groups * depth, groups * _up_to(rng, 3)


WHOLE = (Policy.STRICT, Policy.FLOOR, Policy.SAME)


def _conv(rng: Rng) -> tuple[Layer, Shape]:
    w, (groups, channels, filters) = _window(rng, WHOLE, half=False), _groups(rng)
    layer = Conv2d(
        filters,
        w.kernel,
        w.stride,
        w.padding,
        w.dilation,
        groups,
        bias=bool(rng.integers(2)),
        policy=w.policy,
    )
    return layer, (*w.size, channels)


def _transposed(rng: Rng) -> tuple[Layer, Shape]:
    groups, channels, filters = _groups(rng)
    kernel, stride, dilation = ((_up_to(rng, n), _up_to(rng, n)) for n in (4, 3, 3))
    size = _up_to(rng, 5), _up_to(rng, 5)
    extra = tuple(_up_to(rng, max(s, d) - 1, 0) for s, d in zip(stride, dilation, strict=True))
    # The padding leaves at least one pixel.
    padding = []
    for n, k, s, d, e in zip(size, kernel, stride, dilation, extra, strict=True):
        most = (n - 1) * s + d * (k - 1) + e
        before = _up_to(rng, min(most, 2), 0)
        padding.append((before, _up_to(rng, min(most - before, 2), 0)))
    layer = ConvTranspose2d(
        filters,
        kernel,
        stride,
        (padding[0], padding[1]),
        (extra[0], extra[1]),
        dilation,
        groups,
        bias=bool(rng.integers(2)),
    )
    return layer, (*size, channels)


def _max_pool(rng: Rng) -> tuple[Layer, Shape]:
    w = _window(rng, tuple(Policy), half=True)
    layer = MaxPool2d(w.kernel, w.stride, w.padding, w.dilation, policy=w.policy)
    return layer, (*w.size, _up_to(rng, 4))


def _avg_pool(rng: Rng) -> tuple[Layer, Shape]:
    w = _window(rng, tuple(Policy), half=True)
    layer = AvgPool2d(
        w.kernel,
        w.stride,
        w.padding,
        w.dilation,
        policy=w.policy,
        count_include_pad=bool(rng.integers(2)),
    )
    return layer, (*w.size, _up_to(rng, 4))


def _maps(rng: Rng) -> Shape:
    return _up_to(rng, 6), _up_to(rng, 6), _up_to(rng, 5)


def _any(rng: Rng) -> Shape:
    return _maps(rng) if rng.integers(2) else (_up_to(rng, 40),)


def _dense(rng: Rng) -> tuple[Layer, Shape]:
    return Dense(_up_to(rng, 20), bias=bool(rng.integers(2))), (_up_to(rng, 50),)


DRAW: dict[type[Layer], Callable[[Rng], tuple[Layer, Shape]]] = {
    Conv2d: _conv,
    ConvTranspose2d: _transposed,
    MaxPool2d: _max_pool,
    AvgPool2d: _avg_pool,
    GlobalMaxPool: lambda rng: (GlobalMaxPool(), _maps(rng)),
    GlobalAvgPool: lambda rng: (GlobalAvgPool(), _maps(rng)),
    ReLU: lambda rng: (ReLU(), _any(rng)),
    LeakyReLU: lambda rng: (LeakyReLU(float(rng.uniform(-0.5, 1.5))), _any(rng)),
    ELU: lambda rng: (ELU(float(rng.uniform(0, 3))), _any(rng)),
    Sigmoid: lambda rng: (Sigmoid(), _any(rng)),
    Tanh: lambda rng: (Tanh(), _any(rng)),
    GELU: lambda rng: (GELU(("exact", "tanh")[rng.integers(2)]), _any(rng)),
    BatchNorm2d: lambda rng: (
        BatchNorm2d(float(rng.uniform(0, 1)), float(10 ** rng.uniform(-6, -1))),
        _any(rng),
    ),
    Dropout: lambda rng: (Dropout(float(rng.uniform(0, 0.9))), _any(rng)),
    Residual: lambda rng: (Residual(_up_to(rng, 9)), _any(rng)),
    Flatten: lambda rng: (Flatten(), _any(rng)),
    Dense: _dense,
    Softmax: lambda rng: (Softmax(), _any(rng)),
    LogSoftmax: lambda rng: (LogSoftmax(), _any(rng)),
}
"""How each kind of layer is drawn."""
