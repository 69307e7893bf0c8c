"""What PyTorch makes of a layer: the same mathematics in its functions, forward and backward.

Padding is added before and cut off afterwards, by hand, where PyTorch only knows both ends alike.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

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
    Flatten,
    GlobalAvgPool,
    GlobalMaxPool,
    LeakyReLU,
    LogSoftmax,
    MaxPool2d,
    Pool2d,
    ReLU,
    Residual,
    Run,
    Sigmoid,
    Softmax,
    Tanh,
    WindowLayer,
    ends,
)
from tests.oracles import loops
from tests.oracles.draws import outer

Tensor = Any
Params = dict[str, Tensor]

RTOL = {np.float32: 1e-4, np.float64: 1e-10}


def compare(torch: Any, drawn: Any, dtype: type[np.floating]) -> None:
    """Fail unless output and all gradients of a drawn layer are PyTorch's."""
    layer, params, inputs = drawn.layer, drawn.params(dtype), drawn.inputs(dtype)
    run = Run(np.random.default_rng(5))
    y, backward = layer.learn(params, inputs[0], run, *inputs[1:])
    dy = drawn.gradient(y, dtype)
    dx, grads = backward(dy)

    def leaf(array: np.ndarray) -> Tensor:
        return torch.tensor(np.array(array, order="C"), requires_grad=True)

    tensors = [leaf(outer(x)) for x in inputs]
    leaves = {name: leaf(array) for name, array in params.items()}
    wanted = FUNCTIONS[type(layer)](torch, layer, tensors, leaves)
    wanted.backward(torch.tensor(np.ascontiguousarray(outer(dy))))
    what = f"{layer} on {drawn.shape}, batch {drawn.batch}, {np.dtype(dtype)}"
    agree(outer(y), wanted.detach(), dtype, f"output of {what}")
    for tensor in tensors:
        agree(outer(dx), tensor.grad, dtype, f"dL/dx of {what}")
    for name, grad in grads.items():
        agree(grad, leaves[name].grad, dtype, f"dL/d{name} of {what}")
    for name, array in run.statistics.get(layer.name, {}).items():
        agree(array, leaves[name].detach(), dtype, f"{name} of {what}")


def agree(found: np.ndarray, wanted: Tensor, dtype: type[np.floating], what: str) -> None:
    """Compare to the precision of the dtype; a sum that cancels is as precise as its terms."""
    other = wanted.numpy()
    assert found.shape == other.shape, what
    assert found.dtype == other.dtype == dtype, what
    rtol = RTOL[dtype]
    largest = float(np.abs(other).max(initial=0.0))
    np.testing.assert_allclose(found, other, rtol, rtol * largest / 10, err_msg=what)


def _around(layer: WindowLayer, x: Tensor) -> tuple[int, int, int, int]:
    """Return the padding left, right, top, bottom."""
    (top, bottom), (left, right) = (ends(side) for side in layer.padding)
    if layer.policy is Policy.SAME:
        rows, cols = (
            loops.same(x.shape[2 + i], layer.kernel[i], layer.stride[i], layer.dilation[i])
            for i in (0, 1)
        )
        return cols.before, cols.after, rows.before, rows.after
    return left, right, top, bottom


def _conv(torch: Any, layer: Conv2d, inputs: list[Tensor], p: Params) -> Tensor:
    x = torch.nn.functional.pad(inputs[0], _around(layer, inputs[0]))
    return torch.nn.functional.conv2d(
        x, p["weight"], p.get("bias"), layer.stride, 0, layer.dilation, layer.groups
    )


def _transposed(torch: Any, layer: ConvTranspose2d, inputs: list[Tensor], p: Params) -> Tensor:
    y = torch.nn.functional.conv_transpose2d(
        inputs[0],
        p["weight"],
        p.get("bias"),
        layer.stride,
        0,
        layer.output_padding,
        layer.groups,
        layer.dilation,
    )
    (top, bottom), (left, right) = (ends(side) for side in layer.padding)
    return y[:, :, top : y.shape[2] - bottom, left : y.shape[3] - right]


def _ceil(layer: Pool2d) -> dict[str, Any]:
    """Return the settings of PyTorch's own ceil mode."""
    padding = tuple(ends(side)[0] for side in layer.padding)
    return {"stride": layer.stride, "padding": padding, "ceil_mode": True}


def _max_pool(torch: Any, layer: MaxPool2d, inputs: list[Tensor], p: Params) -> Tensor:
    pool = torch.nn.functional.max_pool2d
    if layer.policy is Policy.CEIL:
        return pool(inputs[0], layer.kernel, dilation=layer.dilation, **_ceil(layer))
    x = torch.nn.functional.pad(inputs[0], _around(layer, inputs[0]), value=-np.inf)
    return pool(x, layer.kernel, layer.stride, 0, layer.dilation)


def _avg_pool(torch: Any, layer: AvgPool2d, inputs: list[Tensor], p: Params) -> Tensor:
    x, functional = inputs[0], torch.nn.functional
    if layer.policy is Policy.CEIL:
        counted = layer.count_include_pad
        return functional.avg_pool2d(x, layer.kernel, count_include_pad=counted, **_ceil(layer))
    around = _around(layer, x)

    def sums(maps: Tensor) -> Tensor:
        batch, channels = maps.shape[:2]
        columns = functional.unfold(
            maps.reshape(batch * channels, 1, *maps.shape[2:]),
            layer.kernel,
            layer.dilation,
            0,
            layer.stride,
        ).sum(1)
        gap = [layer.dilation[i] * (layer.kernel[i] - 1) + 1 for i in (0, 1)]
        size = [(maps.shape[2 + i] - gap[i]) // layer.stride[i] + 1 for i in (0, 1)]
        return columns.reshape(batch, channels, *size)

    real = functional.pad(torch.ones_like(x), around)
    if layer.count_include_pad and layer.policy is not Policy.SAME:
        real = torch.ones_like(real)
    return sums(functional.pad(x, around)) / sums(real).clamp(min=1)


def _batch_norm(torch: Any, layer: BatchNorm2d, inputs: list[Tensor], p: Params) -> Tensor:
    # PyTorch writes the new statistics into these two.
    for name in ("running_mean", "running_var"):
        p[name].requires_grad_(False)
    return torch.nn.functional.batch_norm(
        inputs[0],
        p["running_mean"],
        p["running_var"],
        p["weight"],
        p["bias"],
        training=True,
        momentum=layer.momentum,
        eps=layer.eps,
    )


def _gelu(torch: Any, layer: GELU, inputs: list[Tensor], p: Params) -> Tensor:
    form = "none" if layer.form == "exact" else "tanh"
    return torch.nn.functional.gelu(inputs[0], approximate=form)


def _dense(torch: Any, layer: Dense, inputs: list[Tensor], p: Params) -> Tensor:
    return torch.nn.functional.linear(inputs[0], p["weight"], p.get("bias"))


# Each function takes PyTorch, its own class of layer, the inputs and the parameters.
FUNCTIONS: dict[type[Any], Callable[[Any, Any, list[Tensor], Params], Tensor]] = {
    Conv2d: _conv,
    ConvTranspose2d: _transposed,
    MaxPool2d: _max_pool,
    AvgPool2d: _avg_pool,
    GlobalMaxPool: lambda t, layer, x, p: t.nn.functional.adaptive_max_pool2d(x[0], 1),
    GlobalAvgPool: lambda t, layer, x, p: t.nn.functional.adaptive_avg_pool2d(x[0], 1),
    ReLU: lambda t, layer, x, p: t.relu(x[0]),
    LeakyReLU: lambda t, layer, x, p: t.nn.functional.leaky_relu(x[0], layer.slope),
    ELU: lambda t, layer, x, p: t.nn.functional.elu(x[0], layer.alpha),
    Sigmoid: lambda t, layer, x, p: t.sigmoid(x[0]),
    Tanh: lambda t, layer, x, p: t.tanh(x[0]),
    GELU: _gelu,
    BatchNorm2d: _batch_norm,
    Residual: lambda t, layer, x, p: x[0] + x[1],
    Flatten: lambda t, layer, x, p: x[0].flatten(1),
    Dense: _dense,
    Softmax: lambda t, layer, x, p: t.softmax(x[0], 1),
    LogSoftmax: lambda t, layer, x, p: t.log_softmax(x[0], 1),
}
"""All kinds but Dropout: PyTorch draws other random numbers."""
