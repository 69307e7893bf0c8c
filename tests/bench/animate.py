"""How long an animation takes, how large it gets, and that its memory does not grow with it.

    python -m tests.bench.animate [--frames 784] [--kind step]

Prints JSON lines {"case", "frames_per_s", "megabytes", "memory_grown_mib"}, one a format.
"""

from __future__ import annotations

import argparse
import json
import resource
import tempfile
import time
from pathlib import Path

from convsim.services.exporting import ANIMATED, export_animation, gui_application
from convsim.services.opening import open_preset


def measure(kind: str, ending: str, frames: int) -> None:
    """Write one animation of the lecture's first layer and print a line about it."""
    document = open_preset("lecture")
    trace = document.new_trace()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"out{ending}"
        # The first frames pay for fonts and caches.
        export_animation(document, trace, kind, path, last=5)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        begin = time.perf_counter()
        export_animation(document, trace, kind, path, last=frames)
        spent = time.perf_counter() - begin
        grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
        size = sum(f.stat().st_size for f in ([path] if path.is_file() else path.iterdir()))
    line = {
        "case": f"{kind}{ending or ' as PNGs'}, {frames} frames of 1280×720",
        "frames_per_s": round(frames / spent, 1),
        "megabytes": round(size / 1e6, 2),
        "memory_grown_mib": round(grown / 1024, 1),
    }
    print(json.dumps(line, ensure_ascii=False))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--frames", type=int, default=784)
    parser.add_argument("--kind", choices=ANIMATED, default="step")
    options = parser.parse_args()
    gui_application()
    for ending in (".gif", ".webp", ""):
        measure(options.kind, ending, options.frames)


if __name__ == "__main__":
    main()
