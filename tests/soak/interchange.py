"""Networks for other programs, at full count: run as ``python -m tests.soak.interchange``.

The two large presets through onnxruntime, 1,000 random networks through onnxruntime, PyTorch and
Keras, and 100,000 damaged files.  CI runs a part of it in ``tests/formats``.
"""

from __future__ import annotations

import io
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from convsim.core.errors import ConvSimError
from convsim.document.presets import PRESETS
from convsim.document.weights import Weights
from convsim.formats.code.writer import write_program
from convsim.formats.errors import ExportError
from convsim.formats.onnx.reader import import_bytes
from convsim.formats.onnx.writer import export_onnx, write_onnx
from tests.formats.networks import NETWORKS, imported, pictures, weights_of
from tests.formats.random_networks import Chance
from tests.formats.test_onnx_hostile import SECONDS, damaged, written

RANDOM, KERAS, DAMAGED = 1_000, 300, 100_000


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def near(found: np.ndarray, wanted: np.ndarray, what: object) -> None:
    scale = max(1.0, float(np.nanmax(np.abs(np.where(np.isfinite(wanted), wanted, 0)))))
    np.testing.assert_allclose(
        found, wanted, rtol=1e-5, atol=2e-5 * scale, equal_nan=True, err_msg=str(what)
    )


def large_presets() -> None:
    import onnx
    import onnxruntime

    for name in ("alexnet", "vgg16"):
        network = PRESETS[name].build()
        weights = Weights(network)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"{name}.onnx"
            export_onnx(path, network, weights)
            onnx.checker.check_model(str(path), full_check=True)
            session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
            x = np.abs(pictures(network, 1)) / 3
            near(session.run(None, {"input": x})[0], network.forward(weights, x), name)
            say(f"{name}: {path.stat().st_size / 1e6:,.0f} MB, the same numbers in onnxruntime")


def random_networks() -> None:
    import onnx
    import torch

    from tests.formats.onnx_models import answer

    draw = Chance(0)
    layers = refused = 0
    with tempfile.TemporaryDirectory() as folder:
        for i in range(RANDOM):
            network = draw.network()
            weights = weights_of(network, i)
            layers += len(network.layers)
            x = pictures(network, 2, i)
            expected = network.forward_all(weights, x)
            file = io.BytesIO()
            try:
                write_onnx(file, network, weights)
            except ExportError:
                refused += 1
            # A maximum of nothing but padding is the smallest number there, not minus infinity.
            if file.tell() and all(np.isfinite(y).all() for y in expected):
                onnx.checker.check_model(onnx.load_from_string(file.getvalue()))
                near(answer(file.getvalue(), x), expected[-1], network)
                read = import_bytes(file.getvalue())
                params = [read.params.get(layer.name, {}) for layer in read.network.layers]
                near(read.network.forward(params, x), expected[-1], network)
            path = Path(folder) / f"torch{i}.py"
            write_program(path, network, weights, "pytorch")
            module = imported(path)
            seen = module.activations(module.load(), torch.from_numpy(x))
            for y, values in zip(expected, seen.values(), strict=True):
                near(values.numpy(), y, network)
            if i < KERAS:
                path = Path(folder) / f"keras{i}.py"
                write_program(path, network, weights, "keras")
                module = imported(path)
                for y, values in zip(
                    expected, module.activations(module.load(), x).values(), strict=True
                ):
                    near(values, y, network)
    say(f"{RANDOM:,} random networks of {layers:,} layers agree in onnxruntime, but for {refused} "
        f"that it does not take, in PyTorch, and {KERAS:,} of them in Keras")  # fmt: skip


def damaged_files() -> None:
    rng = np.random.default_rng(0)
    wholes = [written(name) for name in NETWORKS]
    read, slowest = 0, 0.0
    for i in range(DAMAGED):
        data = damaged(wholes[i % len(wholes)], rng)
        start = time.perf_counter()
        try:
            import_bytes(data)
            read += 1
        except ConvSimError:
            pass
        slowest = max(slowest, time.perf_counter() - start)
    assert slowest < SECONDS
    say(f"{DAMAGED:,} damaged files: {read:,} still networks, the others refused; "
        f"the slowest took {slowest * 1000:.0f} ms")  # fmt: skip


PARTS: dict[str, Callable[[], None]] = {
    "presets": large_presets,
    "random": random_networks,
    "damaged": damaged_files,
}


def main() -> None:
    os.environ["KERAS_BACKEND"] = "torch"
    for name in sys.argv[1:] or PARTS:
        PARTS[name]()


if __name__ == "__main__":
    main()
