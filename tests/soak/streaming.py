"""Data sets larger than the memory that the program may have are learnt from all the same.

python -m tests.soak.streaming [MEGABYTES] [ROOM]     1,000 and 100 by default; Linux

For IDX, CIFAR and NPZ a file of so many megabytes is made, which takes no room on most disks
because it is mostly zeros.  The memory that the program may take beyond what it has is then
limited to ROOM megabytes (RLIMIT_DATA), and an epoch is learnt.  A line of JSON for each.
"""

from __future__ import annotations

import json
import resource
import struct
import sys
import tempfile
import time
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from convsim.core.layers import Dense, Flatten, Softmax
from convsim.core.network import Network
from convsim.core.recipe import Recipe
from convsim.core.train import train
from convsim.services.data_sets import open_set
from convsim.services.training import Plan
from tests.oracles.documents import made_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from convsim.document import Document

MEGA = 1_000_000


def idx(folder: Path, size: int) -> Path:
    """Make MNIST's training files with so many bytes of pictures; return what to open."""
    count = size // 784
    with (folder / "train-images-idx3-ubyte").open("wb") as file:
        file.write(b"\0\0\x08\x03" + struct.pack(">3I", count, 28, 28))
        file.truncate(16 + count * 784)
    labels = (np.arange(count) % 10).astype(np.uint8)
    head = b"\0\0\x08\x01" + struct.pack(">I", count)
    (folder / "train-labels-idx1-ubyte").write_bytes(head + labels.tobytes())
    return folder


def cifar(folder: Path, size: int) -> Path:
    """Make a CIFAR file with so many bytes."""
    path, count = folder / "big.bin", size // 3073
    with path.open("wb") as file:
        file.truncate(count * 3073)
        for k in range(0, count, 7):
            file.seek(k * 3073)
            file.write(bytes([k % 10]))
    return path


def npz(folder: Path, size: int) -> Path:
    """Make an archive of arrays, not packed, with so many bytes of pictures."""
    path, count = folder / "big.npz", size // 784
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        with archive.open("x.npy", "w", force_zip64=True) as file:
            head = {"descr": "|u1", "fortran_order": False, "shape": (count, 28, 28)}
            np.lib.format.write_array_header_1_0(file, head)
            block = bytes(784 * 1000)
            for start in range(0, count, 1000):
                file.write(block[: 784 * min(1000, count - start)])
        with archive.open("y.npy", "w") as file:
            np.save(file, (np.arange(count) % 10).astype(np.uint8))
    return path


MAKERS: dict[str, Callable[[Path, int], Path]] = {"idx": idx, "cifar": cifar, "npz": npz}


def held() -> int:
    """Return the bytes of private memory that the program has, as the limit counts them."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmData:"):
            return int(line.split()[1]) * 1024
    raise OSError("the system does not tell")


def network(channels: int, side: int) -> Document:
    """Return a document of a network that is quick."""
    return made_of(Network((side, side, channels), [Flatten(), Dense(10), Softmax()]))


def main(argv: list[str]) -> int:
    """Make, limit, learn; return 0."""
    size, room = (int(argv[0]) if argv else 1000), (int(argv[1]) if len(argv) > 1 else 100)
    recipe = Recipe(batch=256, publish=float("inf"))
    warm = network(3, 32)
    x = np.zeros((256, 3, 32, 32), np.float32)
    list(train(warm.network, warm.weights, (x, np.arange(256) % 10), recipe))
    with tempfile.TemporaryDirectory() as folder:
        made = {}
        for kind, make in MAKERS.items():
            (Path(folder) / kind).mkdir()
            made[kind] = make(Path(folder) / kind, size * MEGA)
        limit = held() + room * MEGA
        resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))
        for kind, path in made.items():
            document = network(*((3, 32) if kind == "cifar" else (1, 28)))
            began = time.monotonic()
            data = open_set(path, document.network.input_shape)
            read = time.monotonic() - began
            seen = sum(r.snapshot.seen for r in Plan(document, data, recipe).reports())
            line = {
                "form": kind,
                "megabytes": size,
                "room": room,
                "pictures": len(data),
                "seen": seen,
                "seconds_to_open": round(read, 2),
                "seconds_of_epoch": round(time.monotonic() - began - read, 2),
            }
            sys.stdout.write(json.dumps(line) + "\n")
            del data
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
