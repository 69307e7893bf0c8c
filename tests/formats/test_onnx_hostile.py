"""ONNX files made to harm: each is refused within 2 seconds and 300 MB, whatever it claims."""

from __future__ import annotations

import io
import itertools
import os
import subprocess
import sys

import numpy as np
import pytest

from convsim.core.errors import ConvSimError
from convsim.formats.onnx.reader import import_bytes
from convsim.formats.onnx.writer import write_onnx
from tests.formats.networks import NETWORKS, weights_of
from tests.formats.onnx_models import constant, filters, model, node

SECONDS, MEGABYTES = 2.0, 300


def field(number: int, data: bytes) -> bytes:
    """Return a part of a message as protobuf writes it."""
    return varint(number << 3 | 2) + varint(len(data)) + data


def varint(number: int) -> bytes:
    out = b""
    while number > 0x7F:
        out += bytes([number & 0x7F | 0x80])
        number >>= 7
    return out + bytes([number])


def chain(count: int) -> bytes:
    names = ["x", *(f"v{i}" for i in range(count))]
    nodes = [node("Relu", [a], [b]) for a, b in itertools.pairwise(names)]
    return model(nodes).SerializeToString()


def hostile() -> dict[str, bytes]:
    """Return files by what they try."""
    whole = model([node("Conv", ["x", "w"], ["y"])], [filters()]).SerializeToString()
    opset = field(8, varint(2 << 3) + varint(17))
    wide = model([node("Add", ["x"] * 90_000, ["y"])]).SerializeToString()
    lists = model([node("Conv", ["x", "w"], ["y"], pads=[1] * 90_000)], [filters()])
    shape = constant("s", np.ones(300_000), np.int64)
    typed = model([node("Reshape", ["x", "s"], ["y"])], [shape])
    halves = b"".join(varint(n) for n in range(1, 30_000)) * 100
    half = field(1, varint(300_000)) + varint(2 << 3) + varint(10) + field(5, halves)
    half += field(8, b"w")
    flat = model([node("Flatten", ["x"], ["f"]), node("Gemm", ["f", "w"], ["y"])])
    return {
        "a million empty nodes": field(7, field(1, b"") * 1_000_000) + opset,
        "a million empty constants": field(7, field(5, b"") * 1_000_000),
        "graph in graph in graph": field(7, field(1, field(5, field(6, field(1, b""))) * 90_000)),
        "twenty million bytes of nothing": bytes(20_000_000),
        "a name of 20 MB": field(7, field(1, field(3, b"n" * 20_000_000))),
        "a length beyond the end": whole[:-4] + b"\x2a\xff\xff\xff\xff\xff\xff\xff\x7f",
        "numbers that do not end": b"\xff" * 1_000_000,
        "twenty thousand layers": chain(20_000),
        "a node of 90,000 inputs": wide,
        "a list of 90,000 numbers": lists.SerializeToString(),
        "a shape of 300,000 sizes": typed.SerializeToString(),
        "dimensions without end": field(7, field(5, field(1, varint(1 << 40) * 1_000_000))),
        "halves written one by one": flat.SerializeToString() + field(7, field(5, half)),
        "two graphs": whole + field(7, b""),
    }


@pytest.mark.skipif(not os.path.exists("/proc/self/status"), reason="asks Linux for the memory")
def test_every_hostile_file_is_refused_in_time_and_memory(tmp_path):
    for i, data in enumerate(hostile().values()):
        (tmp_path / f"{i:02d}.onnx").write_bytes(data)
    # Large files without much on the disk: nothing, and weights behind an operator that is unknown.
    with open(tmp_path / "sparse.onnx", "wb") as file:
        file.truncate(499_000_000)
    bad = model([node("Conv", ["x", "w"], ["a"]), node("Nothing", ["a"], ["y"])])
    rest = field(1, varint(110_000_000)) + varint(2 << 3) + varint(1) + field(8, b"w")
    size = 440_000_000
    tensor = rest + varint(9 << 3 | 2) + varint(size)
    graph = varint(5 << 3 | 2) + varint(len(tensor) + size) + tensor
    inner = bad.graph.SerializeToString()
    with open(tmp_path / "weights.onnx", "wb") as file:
        file.write(field(8, varint(2 << 3) + varint(17)))
        file.write(varint(7 << 3 | 2) + varint(len(inner) + len(graph) + size) + inner + graph)
        file.truncate(file.tell() + size)
    code = (
        "import time\n"
        "from pathlib import Path\n"
        "from convsim.core.errors import ConvSimError\n"
        "from convsim.formats.onnx.reader import import_onnx\n"
        "for path in sorted(Path('.').glob('*.onnx')):\n"
        "    start = time.process_time()\n"
        "    try:\n"
        "        import_onnx(path); print('read', path)\n"
        "    except ConvSimError as problem:\n"
        "        print(f'{time.process_time() - start:.3f}', str(problem)[:300])\n"
        "status = Path('/proc/self/status').read_text()\n"
        "print(int(status.partition('VmHWM:')[2].split()[0]) // 1024)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, timeout=120,
        check=True, env={**os.environ, "PYTHONPATH": os.getcwd()},
    )  # fmt: skip
    *lines, memory = done.stdout.splitlines()
    assert len(lines) == len(hostile()) + 2
    for line in lines:
        seconds, text = line.split(" ", 1)
        assert seconds != "read", line
        assert float(seconds) < SECONDS, line
        assert ".onnx: " in text
    assert int(memory) < MEGABYTES, done.stdout


def written(name: str) -> bytes:
    file = io.BytesIO()
    write_onnx(file, NETWORKS[name], weights_of(NETWORKS[name]))
    return file.getvalue()


def damaged(data: bytes, rng: np.random.Generator) -> bytes:
    """Return a file with a few bytes changed, left out or doubled."""
    out = bytearray(data)
    for _ in range(rng.integers(1, 6)):
        at = int(rng.integers(0, len(out)))
        way = rng.integers(0, 4)
        if way == 0:
            out[at] = rng.integers(0, 256)
        elif way == 1:
            out[at] ^= 1 << int(rng.integers(0, 8))
        elif way == 2:
            del out[at : at + int(rng.integers(1, 20))]
        else:
            out[at:at] = out[at : at + int(rng.integers(1, 60))]
        if not out:
            break
    return bytes(out)


def survives(data: bytes) -> bool:
    """Read a file; return whether it is still a network.  Any other error than ours is a fault."""
    try:
        import_bytes(data)
    except ConvSimError:
        return False
    return True


@pytest.mark.parametrize("name", ["head", "norm", "residual", "maxpool ceil", "transposed uneven"])
def test_damaged_files_are_read_or_refused_and_nothing_else(name):
    rng = np.random.default_rng(0)
    whole = written(name)
    assert survives(whole)
    survivors = sum(survives(damaged(whole, rng)) for _ in range(400))
    assert 0 < survivors < 400
