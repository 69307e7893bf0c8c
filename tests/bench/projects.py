"""How long a project of VGG-16 takes to save and to open, beside a plain file of as many bytes.

    python -m tests.bench.projects

138 million weights are 553 MB.  Saving is writing, fsync, reading back and comparing, and moving
the file into place; opening is reading, comparing checksums and looking for what is not finite.
Both are to take no more than 1.5 times as long as a plain write with fsync, and a plain read, of
the same bytes; each is the median of several, taken in turn.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np

from convsim.document import Weights
from convsim.formats.project import write_project
from convsim.formats.project_reader import read_project
from convsim.services.opening import open_preset

if TYPE_CHECKING:
    from collections.abc import Callable

    from convsim.document import Document

TIMES = 5


def full_vgg() -> Document:
    """Return VGG-16 with weights that exist; random bits, for what they are makes no difference."""
    from dataclasses import replace

    document = open_preset("vgg16")
    block = np.random.default_rng(0).standard_normal(1 << 20, np.float32)
    made = {}
    for place in document.network.places:
        shapes = place.param_shapes() or {}
        made[place.layer.name] = {
            name: np.resize(block, shape) for name, shape in shapes.items() if shapes
        }
    weights = Weights(document.network, 0, {k: v for k, v in made.items() if v})
    return replace(document, weights=weights)


def seconds(work: Callable[[], object]) -> float:
    """Return how long something takes."""
    began = perf_counter()
    work()
    return perf_counter() - began


def main() -> None:
    """Measure and print."""
    document = full_vgg()
    with tempfile.TemporaryDirectory(dir=os.environ.get("BENCH_FOLDER")) as folder:
        path, plain = Path(folder) / "vgg.convsim", Path(folder) / "plain"
        write_project(path, document)
        data = path.read_bytes()

        def write() -> None:
            with open(plain, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())

        taken: dict[str, list[float]] = {"write": [], "save": [], "read": [], "open": []}
        for _ in range(TIMES):
            plain.unlink(missing_ok=True)
            taken["write"].append(seconds(write))
            path.unlink()
            taken["save"].append(seconds(lambda: write_project(path, document)))
            taken["read"].append(seconds(plain.read_bytes))
            taken["open"].append(seconds(lambda: read_project(path)))
    middle = {name: median(times) for name, times in taken.items()}
    print(f"{len(data):,} bytes, median of {TIMES}, in seconds:")
    for ours, theirs in (("save", "write"), ("open", "read")):
        ratio = middle[ours] / middle[theirs]
        print(
            f"  {ours} {middle[ours]:.2f}   plain {theirs} {middle[theirs]:.2f}   {ratio:.2f} times"
        )


if __name__ == "__main__":
    main()
