"""What `tests.bench.peers` compares: our step, and the same in PyTorch, onnxruntime, ConvNetJS.

Each function returns things to call, or measures in a process of its own.  A peer that is not
installed gives nothing.
"""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import sys
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from convsim.core.backprop import value_and_gradients
from convsim.core.flat import FlatParams, views, zeros
from convsim.core.layers import Conv2d, Dense, Flatten, MaxPool2d, ReLU, Run, Softmax
from convsim.core.losses import CrossEntropy
from convsim.core.network import Network
from convsim.core.optim import SGD
from convsim.document import PRESETS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from convsim.core.layers import Array, Layer, Params

    Runs = dict[str, Callable[[], object]]

FORMATS = ("contiguous_format", "channels_last")
RATE, MOMENTUM = 0.001, 0.9


@lru_cache(maxsize=1)
def network_of(case: str) -> tuple[Network, tuple[Params, ...]]:
    """Return a preset, or a part of one, with weights."""
    if case == "conv-32x32x3-six-5x5":
        network = Network((32, 32, 3), [Conv2d(6, 5)])
    elif case == "tiny-vgg-convolutions":
        whole = PRESETS["tiny-vgg"].build()
        kept = [layer for layer in whole.layers if isinstance(layer, Conv2d | ReLU | MaxPool2d)]
        network = Network(whole.input_shape, kept)
    elif case == "alexnet-conv1":
        whole = PRESETS["alexnet"].build()
        network = Network(whole.input_shape, whole.layers[:1])
    else:
        network = PRESETS[case].build()
    return network, network.init()


def data_of(network: Network, batch: int) -> tuple[Array, Array]:
    """Return pictures (N, C, H, W) and labels."""
    height, width, channels = network.input_shape
    rng = np.random.default_rng(0)
    x = rng.random((batch, channels, height, width), np.float32)
    return x, rng.integers(0, network.output_shape[-1], batch)


def ours(case: str, mode: str, batch: int, threads: int) -> Callable[[], object]:
    """Return our whole training step, or our inference, of contiguous arrays."""
    network, params = network_of(case)
    x, labels = data_of(network, batch)
    if mode == "infer":
        # As many threads as BLAS may use; see `convsim.core.blas`.
        threadpool_limits(threads, "blas")
        return lambda: np.ascontiguousarray(network.forward(params, x))
    weights, loss = FlatParams.copied(network, params), CrossEntropy()
    run = Run(threads=threads)
    gradient = zeros(network, np.float32)
    into = views(network, gradient)
    sgd = SGD(RATE, momentum=MOMENTUM)
    state = sgd.start(weights.vector)

    def step() -> None:
        value_and_gradients(network, weights.params, x, labels, loss, run, into)
        sgd.update(weights.vector, gradient, state)

    return step


def torch_peer(case: str, mode: str, batch: int, threads: int) -> Runs:
    """Return the same in PyTorch, in each of its memory formats."""
    if not find_spec("torch"):
        return {}
    import torch

    torch.set_num_threads(threads)
    network, params = network_of(case)
    x, labels = data_of(network, batch)
    if mode == "infer":
        return torch_inference(network, params, x, threads)
    runs: Runs = {}
    for name in FORMATS:
        layout = getattr(torch, name)
        model = torch.nn.Sequential(*_modules(network, params, scores=True))
        pictures = torch.from_numpy(x.copy()).to(memory_format=layout)
        model = model.to(memory_format=layout)
        runs[f"torch {name}"] = _training(model, pictures, torch.from_numpy(labels))
    return runs


def torch_inference(network: Network, params: Sequence[Params], x: Array, threads: int) -> Runs:
    """Return PyTorch's inference in each of its memory formats, checked against ours."""
    if not find_spec("torch"):
        return {}
    import torch

    torch.set_num_threads(threads)
    wanted = network.forward(params, x)
    runs: Runs = {}
    for name in FORMATS:
        layout = getattr(torch, name)
        model = torch.nn.Sequential(*_modules(network, params, scores=False))
        pictures = torch.from_numpy(x.copy()).to(memory_format=layout)
        run = runs[f"torch {name}"] = _inference(model.to(memory_format=layout), pictures)
        np.testing.assert_allclose(np.asarray(run()), wanted, rtol=1e-3, atol=1e-3, err_msg=name)
    return runs


def _inference(model: Any, pictures: Any) -> Callable[[], object]:
    import torch

    def run() -> object:
        with torch.inference_mode():
            return model(pictures)

    return run


def _training(model: Any, pictures: Any, labels: Any) -> Callable[[], object]:
    import torch

    sgd = torch.optim.SGD(model.parameters(), RATE, momentum=MOMENTUM)
    loss = torch.nn.CrossEntropyLoss()

    def step() -> None:
        sgd.zero_grad()
        loss(model(pictures), labels).backward()
        sgd.step()

    return step


def _modules(network: Network, params: Sequence[Params], *, scores: bool) -> list[Any]:
    """Return the layers as PyTorch modules with the same weights; no Softmax if scores do."""
    import torch

    modules: list[Any] = []
    for place, own in zip(network.places, params, strict=True):
        module = _module(place.layer, place.input_shape or ())
        if scores and isinstance(place.layer, Softmax):
            continue
        for name, array in own.items():
            getattr(module, name).data = torch.from_numpy(array.copy())
        modules.append(module)
    return modules


def _module(layer: Layer, shape: tuple[int, ...]) -> Any:
    from torch import nn

    if isinstance(layer, Conv2d):
        return nn.Conv2d(
            shape[2],
            layer.filters,
            layer.kernel,
            layer.stride,
            layer.padding,
            layer.dilation,
            bias=layer.bias,
        )
    if isinstance(layer, Dense):
        return nn.Linear(shape[0], layer.units, bias=layer.bias)
    if isinstance(layer, MaxPool2d):
        return nn.MaxPool2d(layer.kernel, layer.stride, layer.padding)
    simple = {ReLU: nn.ReLU, Flatten: nn.Flatten, Softmax: lambda: nn.Softmax(1)}
    return simple[type(layer)]()


def runtime(case: str, batch: int, threads: int) -> Runs:
    """Return onnxruntime's inference of the model that we export."""
    try:
        import onnxruntime

        from convsim.formats.onnx.writer import write_onnx
    except ImportError:
        return {}
    network, params = network_of(case)
    file = io.BytesIO()
    write_onnx(file, network, params)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    session = onnxruntime.InferenceSession(file.getvalue(), options, ["CPUExecutionProvider"])
    feed = {session.get_inputs()[0].name: data_of(network, batch)[0]}
    return {"onnxruntime": lambda: session.run(None, feed)}


def convnetjs(case: str, batch: int, folder: str) -> dict[str, float]:
    """Return the milliseconds of ConvNetJS's step in Node, if both are there."""
    node = shutil.which("node")
    script = Path(folder or ".") / "node_modules" / "convnetjs" / "build" / "convnet.js"
    if node is None or not script.exists():
        return {}
    network, _ = network_of(case)
    height, width, channels = network.input_shape
    defs: list[dict[str, Any]] = [
        {"type": "input", "out_sx": width, "out_sy": height, "out_depth": channels}
    ]
    for layer in network.layers:
        if isinstance(layer, Conv2d):
            kernel = {"sx": layer.kernel[1], "sy": layer.kernel[0], "filters": layer.filters}
            pad = layer.padding[0]
            defs.append({"type": "conv", "stride": layer.stride[0], "pad": pad, **kernel})
        elif isinstance(layer, MaxPool2d):
            defs.append({"type": "pool", "sx": layer.kernel[0], "stride": layer.stride[0]})
        elif isinstance(layer, Dense):
            defs.append({"type": "fc", "num_neurons": layer.units})
        elif isinstance(layer, ReLU):
            defs[-1]["activation"] = "relu"
    last = defs.pop()
    defs.append({"type": "softmax", "num_classes": last["num_neurons"]})
    program = Path(__file__).with_name("convnetjs.js")
    command = [node, str(program), str(script.resolve()), json.dumps(defs), str(batch)]
    answer = subprocess.run(command, capture_output=True, text=True, check=True)
    return {"convnetjs": float(answer.stdout)}


def memory(case: str, batch: int, threads: int) -> dict[str, object]:
    """Return the most memory, in megabytes, of ten training steps in a process of their own."""
    answer: dict[str, object] = {"case": case, "mode": "memory", "batch": batch}
    for key, who in (("ours", "ours"), ("peer", "torch")):
        if who == "torch" and not find_spec("torch"):
            continue
        command = [sys.executable, "-m", "tests.bench.rivals", who, case, str(batch), str(threads)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        answer[f"{key}_mb"] = json.loads(done.stdout)["peak"]
        answer[f"{key}_grown_mb"] = json.loads(done.stdout)["grown"]
    answer["peer"] = "torch contiguous_format"
    return answer


def main() -> None:
    """Take ten steps; say how large this process became, and how much of that was the steps."""
    who, case, batch, threads = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    if who == "ours":
        step = ours(case, "train", batch, threads)
    else:
        step = next(iter(torch_peer(case, "train", batch, threads).values()))
    before = megabytes("VmRSS")
    for _ in range(10):
        step()
    peak = megabytes("VmHWM")
    sys.stdout.write(json.dumps({"peak": round(peak), "grown": round(peak - before)}))


def megabytes(entry: str) -> float:
    """Return the memory of this process: now (VmRSS), or the most there was (VmHWM).

    What `resource` says of a process that has just begun is that of the one that began it.
    """
    text = Path("/proc/self/status").read_text("utf-8")
    return int(text.partition(f"{entry}:")[2].split()[0]) / 1024


if __name__ == "__main__":
    main()
