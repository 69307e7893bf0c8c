"""Measure whole networks against PyTorch; each line of the answer is one case as JSON.

Run it with ``python -m tests.bench.forward``.  Ours goes from pictures (N, C, H, W) to contiguous
answers in the same order; PyTorch may choose the better of its two memory layouts.  Both get the
same number of threads, and they take turns, so that a busy machine slows both.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from contextlib import nullcontext
from statistics import median
from typing import TYPE_CHECKING, Any

import numpy as np
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from convsim.core.layers import Conv2d, Dense, Flatten, Layer, MaxPool2d, ReLU, Softmax
from convsim.core.network import Network
from convsim.document import PRESETS

try:
    import torch
except ImportError:  # The peer is missing: only ours is measured.
    torch = None

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    Run = Callable[[], object]

CASES: dict[str, tuple[Network, Sequence[int]]] = {
    "conv 32x32x3, six 5x5": (Network((32, 32, 3), [Conv2d(6, 5)]), (1, 16, 64)),
    "lecture": (PRESETS["lecture"].build(), (1, 16, 64)),
    "lenet5": (PRESETS["lenet5"].build(), (1, 16, 64)),
    "convnetjs-cifar": (PRESETS["convnetjs-cifar"].build(), (1, 16, 64)),
    "tiny-vgg": (PRESETS["tiny-vgg"].build(), (1, 16)),
}
TURN = 0.02
"""Seconds that one side is measured before the other takes its turn."""


def of_torch(layer: Layer, params: Mapping[str, Any]) -> Callable[[Any], Any]:
    """Return PyTorch's function for a layer."""
    do = torch.nn.functional
    if isinstance(layer, Conv2d):
        weight, bias = params["weight"], params.get("bias")
        return lambda x: do.conv2d(x, weight, bias, layer.stride, layer.padding, layer.dilation)
    if isinstance(layer, Dense):
        return lambda x: do.linear(x, params["weight"], params.get("bias"))
    if isinstance(layer, MaxPool2d):
        return lambda x: do.max_pool2d(x, layer.kernel, layer.stride, layer.padding)
    simple = {
        ReLU: torch.relu,
        Flatten: lambda x: x.flatten(1),
        Softmax: lambda x: torch.softmax(x, 1),
    }
    return simple[type(layer)]


def one_after_another(steps: Sequence[Callable[[Any], Any]], x: Any) -> Run:
    """Return the functions as one, on x."""

    def run() -> Any:
        y = x
        for step in steps:
            y = step(y)
        return y

    return run


def peers(network: Network, params: Sequence[Mapping[str, Any]], x: Any) -> dict[str, Run]:
    """Return the network in PyTorch, in each of its layouts."""
    if torch is None:
        return {}
    runs: dict[str, Run] = {}
    for name in ("contiguous_format", "channels_last"):
        layout = getattr(torch, name)

        def as_tensor(array: Any, layout: Any = layout) -> Any:
            tensor = torch.from_numpy(np.array(array))
            return tensor.to(memory_format=layout) if tensor.ndim == 4 else tensor

        steps = [
            of_torch(layer, {k: as_tensor(v) for k, v in own.items()})
            for layer, own in zip(network.layers, params, strict=True)
        ]
        runs[f"torch {torch.__version__} {name}"] = one_after_another(steps, as_tensor(x))
    return runs


def taking_turns(runs: Mapping[str, Run], seconds: float) -> dict[str, float]:
    """Return the median duration of each in milliseconds."""
    taken: dict[str, list[float]] = {name: [] for name in runs}
    for run in runs.values():
        run()
    end = time.perf_counter() + seconds * len(runs)
    while time.perf_counter() < end:
        for name, run in runs.items():
            # The other's threads may still be spinning, and the caches are the other's.
            run()
            run()
            stop = time.perf_counter() + TURN
            while (start := time.perf_counter()) < stop:
                run()
                taken[name].append(time.perf_counter() - start)
    return {name: 1000 * median(durations) for name, durations in taken.items()}


def measure(case: str, network: Network, batch: int, seconds: float) -> dict[str, object]:
    """Return one line of the answer."""
    params = network.init()
    height, width, channels = network.input_shape
    x = np.random.default_rng(0).random((batch, channels, height, width), np.float32)
    others = peers(network, params, x)
    for name, run in others.items():
        wanted = np.asarray(run())
        np.testing.assert_allclose(
            network.forward(params, x), wanted, rtol=1e-3, atol=1e-4, err_msg=name
        )
    ours = {"ours": lambda: np.ascontiguousarray(network.forward(params, x))}
    times = taking_turns({**ours, **others}, seconds)
    best = min(others, key=lambda name: times[name], default=None)
    return {
        "case": case,
        "mode": "forward",
        "batch": batch,
        "ours_ms": round(times["ours"], 4),
        "peer": best,
        "peer_ms": round(times[best], 4) if best else None,
        "ratio": round(times[best] / times["ours"], 2) if best else None,
    }


def main() -> None:
    """Measure every case."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--seconds", type=float, default=1.0, help="for each side of each case")
    parser.add_argument("--case", choices=CASES, action="append", help="only this one")
    options = parser.parse_args()
    if torch is not None:
        torch.set_num_threads(options.threads)
    without_gradients = torch.inference_mode() if torch is not None else nullcontext()
    with threadpool_limits(options.threads, "blas"), without_gradients:
        for case in options.case or CASES:
            network, batches = CASES[case]
            for batch in batches:
                answer = measure(case, network, batch, options.seconds)
                print(json.dumps(answer, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    main()
