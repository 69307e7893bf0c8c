"""How long a project of VGG-16 takes to save and to open, beside a plain file of as many bytes.

    python -m tests.bench.projects

138 million weights are 553 MB.  Saving is writing, fsync, reading back and comparing, and moving
the file into place; opening is reading, comparing checksums and looking for what is not finite.
Both are to take no more than 1.5 times as long as a plain write with fsync, and a plain read, of
the same bytes; each is the best of several, taken in turn.  Then the same beside a window's event
loop: the longest time for which it did not answer.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from threading import Thread
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

TIMES = 7


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
    # The least disturbed one: others use the machine too, and two threads feel it twice.
    middle = {name: min(times) for name, times in taken.items()}
    print(f"{len(data):,} bytes, best of {TIMES}, in seconds:")
    for ours, theirs in (("save", "write"), ("open", "read")):
        ratio = middle[ours] / middle[theirs]
        print(
            f"  {ours} {middle[ours]:.2f}   plain {theirs} {middle[theirs]:.2f}   {ratio:.2f} times"
        )
    _stalls(document)


def _stalls(document: Document) -> None:
    """Save and open in threads of their own; print the longest gap of a timer of 2 ms."""
    from PySide6.QtCore import QCoreApplication, QTimer

    from convsim.services.saver import Saver

    app = QCoreApplication.instance() or QCoreApplication([])
    gaps: list[float] = []
    last = [perf_counter()]

    def tick() -> None:
        now = perf_counter()
        gaps.append(now - last[0])
        last[0] = now

    timer = QTimer()
    timer.timeout.connect(tick)
    timer.start(2)
    with tempfile.TemporaryDirectory(dir=os.environ.get("BENCH_FOLDER")) as folder:
        path = Path(folder) / "vgg.convsim"
        saver = Saver(path, document)
        saver.done.connect(app.quit)
        last[0] = perf_counter()
        app.exec()
        saved, gaps[:] = max(gaps), []
        thread = Thread(target=lambda: (read_project(path), app.quit()))
        thread.start()
        last[0] = perf_counter()
        app.exec()
        thread.join()
    print(
        f"  longest stall of the event loop: saving {saved * 1e3:.0f} ms, "
        f"opening {max(gaps) * 1e3:.0f} ms"
    )


if __name__ == "__main__":
    main()
