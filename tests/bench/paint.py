"""Measure painting and animations; each line of the answer is one case as JSON.

Run it with ``QT_QPA_PLATFORM=offscreen python -m tests.bench.paint``, and with ``--animations``
for those of 784 frames, which take a minute.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import tempfile
import time
from pathlib import Path

from PySide6.QtGui import QGuiApplication, QImage, QPainter

from convsim.render.animation import write_animation
from convsim.render.export import SIZES, export
from convsim.render.fonts import load_fonts
from convsim.render.painter import paint
from convsim.render.text import warm_up
from convsim.services import resources
from tests.render.scenes import everything, stage

POSITIONS = 784


def report(case: str, seconds: list[float]) -> None:
    """Print the middle and the slowest of some durations."""
    ordered = sorted(1000 * s for s in seconds)
    middle, slow = ordered[len(ordered) // 2], ordered[int(0.99 * (len(ordered) - 1))]
    answer = {"case": case, "p50_ms": round(middle, 2), "p99_ms": round(slow, 2)}
    print(json.dumps(answer, ensure_ascii=False))


def painting(ratio: float, outlines: bool) -> list[float]:
    """Paint every second position of the stage once; scenes are made beforehand."""
    scenes = [stage(i) for i in range(0, POSITIONS, 2)]
    image = QImage(round(900 * ratio), round(600 * ratio), QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(ratio)
    painter = QPainter(image)
    seconds = []
    for scene in scenes:
        start = time.perf_counter()
        paint(scene, painter, outlines=outlines)
        seconds.append(time.perf_counter() - start)
    painter.end()
    return seconds


def exporting(ending: str, folder: Path) -> list[float]:
    """Write a slide ten times."""
    seconds = []
    for _ in range(10):
        start = time.perf_counter()
        export(everything(), folder / f"a{ending}", SIZES["slide"])
        seconds.append(time.perf_counter() - start)
    return seconds


def animation(ending: str, folder: Path) -> None:
    """Write all positions; memory counts from the 20th frame on, when caches are full."""
    path = folder / f"a{ending}"
    at_first = 0

    def peak() -> int:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    def progress(done: int) -> None:
        nonlocal at_first
        if done == 20:
            at_first = peak()

    start, processor = time.perf_counter(), time.process_time()
    write_animation(
        (stage(i) for i in range(POSITIONS)),
        path,
        width_px=1280,
        height_px=720,
        fps=10,
        progress=progress,
    )
    answer = {
        "case": f"animation{ending} of {POSITIONS} frames, 1280×720",
        "seconds": round(time.perf_counter() - start, 1),
        "cpu_seconds": round(time.process_time() - processor, 1),
        "bytes": path.stat().st_size,
        "peak_rss_growth_mb": round((peak() - at_first) / 1024, 1),
    }
    print(json.dumps(answer, ensure_ascii=False))


def main() -> None:
    """Measure all cases."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--animations", action="store_true", help="measure animations too")
    options = parser.parse_args()
    application = QGuiApplication(sys.argv[:1])
    load_fonts(resources.fonts())
    start = time.perf_counter()
    warm_up()
    report("first text", [time.perf_counter() - start])
    report("stage, 900×600", painting(1.0, False))
    report("stage, 900×600, pixel ratio 1.5", painting(1.5, False))
    report("stage, 900×600, pixel ratio 2", painting(2.0, False))
    report("stage, 900×600, text as outlines", painting(1.0, True))
    with tempfile.TemporaryDirectory() as name:
        for ending in (".png", ".svg", ".pdf"):
            report(f"slide{ending}", exporting(ending, Path(name)))
        if options.animations:
            animation(".gif", Path(name))
            animation(".webp", Path(name))
    application.quit()


if __name__ == "__main__":
    main()
