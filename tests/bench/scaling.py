"""Time of one convolution against the side of the picture and the number of filters, as a plot.

    python -m tests.bench.scaling [--out tests/bench/out/scaling.png] [--seconds 0.3]

Prints JSON lines {"case", "against", "at", "ours_ms", "torch_ms"} and draws them with ConvSim's
own figures; the ending of --out chooses PNG, SVG or PDF, and it may be repeated.  One picture of
three channels, 5×5 filters, padding 2: sides of 16 to 512 with 16 filters, and 4 to 256 filters
on a side of 64.  PyTorch is left out where it is not installed.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from convsim.core.layers import Conv2d
from convsim.core.network import Network
from convsim.figures.page import Page
from convsim.figures.scaling import Panel, Series, scaling
from convsim.render.export import SIZES, export
from convsim.services.exporting import gui_application
from tests.bench.peers import taking_turns
from tests.bench.rivals import torch_inference

if TYPE_CHECKING:
    from collections.abc import Callable

SIDES = (16, 32, 64, 128, 256, 512)
FILTERS = (4, 8, 16, 32, 64, 128, 256)


def timed(side: int, filters: int, seconds: float, threads: int) -> dict[str, float]:
    """Return the milliseconds of one picture, ours and PyTorch's."""
    network = Network((side, side, 3), [Conv2d(filters, 5, padding=2)])
    params = network.init()
    x = np.random.default_rng(0).random((1, 3, side, side), np.float32)
    runs: dict[str, Callable[[], object]] = {"ConvSim": lambda: network.forward(params, x)}
    others = torch_inference(network, params, x, threads)
    times = taking_turns({**runs, **others}, seconds)
    found = {"ConvSim": times["ConvSim"]}
    if others:
        found["PyTorch"] = min(times[name] for name in others)
    return found


def measured(against: str, seconds: float, threads: int) -> list[Series]:
    """Measure one panel and print its lines."""
    lines: dict[str, list[tuple[float, float]]] = {}
    for at in SIDES if against == "side" else FILTERS:
        side, filters = (at, 16) if against == "side" else (64, at)
        found = timed(side, filters, seconds, threads)
        answer = {"case": f"{side}×{side}×3, {filters} filters 5×5", "against": against, "at": at}
        answer |= {"ours_ms": round(found["ConvSim"], 4)}
        answer |= {"torch_ms": round(found["PyTorch"], 4)} if "PyTorch" in found else {}
        print(json.dumps(answer, ensure_ascii=False), flush=True)
        for name, taken in found.items():
            lines.setdefault(name, []).append((at, taken))
    return [Series(name, points) for name, points in lines.items()]


def main() -> None:
    """Measure, print, draw."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--out", type=Path, action="append")
    parser.add_argument("--seconds", type=float, default=0.3, help="for each side of each point")
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    unit = "milliseconds for one picture"
    panels = [
        Panel("16 filters of 5×5", "side of the picture", unit, []),
        Panel("A picture of 64×64×3", "filters of 5×5", unit, []),
    ]
    panels = [
        Panel(p.title, p.across, p.up, measured(against, options.seconds, options.threads))
        for p, against in zip(panels, ("side", "filters"), strict=True)
    ]
    gui_application()
    scene = scaling(panels, "Time of one convolution", Page())
    for path in options.out or [Path("tests/bench/out/scaling.png")]:
        path.parent.mkdir(parents=True, exist_ok=True)
        export(scene, path, SIZES["slide"])


if __name__ == "__main__":
    main()
