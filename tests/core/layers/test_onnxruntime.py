"""The layers give what onnxruntime gives, on settings drawn at random.

TensorFlow's "same" is ONNX' SAME_UPPER: the odd zero goes right and bottom.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from convsim.core.geometry import Policy
from convsim.core.layers import AvgPool2d, Conv2d, Dense, Flatten, Layer, MaxPool2d, ReLU, Softmax
from tests.oracles import loops, nodes
from tests.oracles.draws import Setting, drawn_setting, inner, normal, outer


def window(setting: Setting, **more: Any) -> dict[str, Any]:
    """Return the attributes of a window."""
    before = after = setting.padding
    attributes = {"kernel_shape": setting.kernel, "strides": setting.stride, **more}
    if setting.policy is Policy.SAME:
        gaps = more.get("dilations", (1, 1))
        if gaps == (1, 1) and all(
            s <= k for s, k in zip(setting.stride, setting.kernel, strict=True)
        ):
            return {"auto_pad": "SAME_UPPER", **attributes}
        # onnxruntime knows no "same" with dilation or with gaps between the windows.
        ways = [
            loops.same(*numbers)
            for numbers in zip(setting.size, setting.kernel, setting.stride, gaps, strict=True)
        ]
        before, after = (ways[0].before, ways[1].before), (ways[0].after, ways[1].after)
    return {"pads": [*before, *after], **attributes}


def compare(layer: Layer, x: np.ndarray, params: dict[str, np.ndarray], wanted: np.ndarray) -> None:
    """Compare a layer's output with an ONNX operator's."""
    y = outer(layer.forward(params, x))
    assert y.dtype == wanted.dtype == np.float32
    np.testing.assert_allclose(y, wanted, rtol=1e-5, atol=1e-5 * max(1.0, np.abs(wanted).max()))


@pytest.mark.parametrize("seed", range(27))
def test_conv(seed):
    s = drawn_setting(seed, dilation=1 + seed % 2)
    x = inner(s.shape, s.batch, seed, np.float32)
    params = {"weight": normal((s.filters, s.channels, *s.kernel), seed, np.float32)}
    if s.bias:
        params["bias"] = normal((s.filters,), seed, np.float32)
    layer = Conv2d(
        s.filters, s.kernel, s.stride, s.padding, s.dilation, bias=s.bias, policy=s.policy
    )
    assert layer.output_shape(s.shape)
    wanted = nodes.run("Conv", outer(x), params, **window(s, dilations=s.dilation))
    compare(layer, x, params, wanted)


@pytest.mark.parametrize("seed", range(15))
@pytest.mark.parametrize("kind", [MaxPool2d, AvgPool2d], ids=lambda kind: kind.kind)
def test_pools(kind, seed):
    s = drawn_setting(seed, dilation=1, half=True)
    x = inner(s.shape, s.batch, seed, np.float32)
    layer = kind(s.kernel, s.stride, s.padding, policy=s.policy)
    assert layer.output_shape(s.shape)
    if kind is MaxPool2d:
        wanted = nodes.run("MaxPool", outer(x), **window(s))
    else:
        counted = int(s.policy is not Policy.SAME)
        wanted = nodes.run("AveragePool", outer(x), **window(s, count_include_pad=counted))
    compare(layer, x, {}, wanted)


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize(("inputs", "units", "batch"), [(1, 1, 1), (7, 5, 3), (400, 120, 2)])
def test_gemm(inputs, units, batch, bias):
    layer = Dense(units, bias=bias)
    x = inner((inputs,), batch, 0, np.float32)
    params = {"weight": normal((units, inputs), 0, np.float32)}
    if bias:
        params["bias"] = normal((units,), 0, np.float32)
    compare(layer, x, params, nodes.run("Gemm", outer(x), params, transB=1))


@pytest.mark.parametrize("shape", [(7,), (4, 5, 3)], ids=str)
@pytest.mark.parametrize(
    ("layer", "operator", "attributes"),
    [
        (Softmax(), "Softmax", {"axis": 1}),
        (ReLU(), "Relu", {}),
        (Flatten(), "Flatten", {"axis": 1}),
    ],
    ids=lambda value: value.kind if isinstance(value, Layer) else None,
)
def test_layers_without_settings(layer, operator, attributes, shape):
    for scale in (np.float32(1), np.float32(100)):
        x = inner(shape, 3, 0, np.float32) * scale
        compare(layer, x, {}, nodes.run(operator, outer(x), **attributes))
