"""Time and memory beside PyTorch, onnxruntime and ConvNetJS: whole training steps, and inference.

    python -m tests.bench.peers [--case lenet5] [--mode train] [--batch 16] [--seconds 1]

Prints JSON lines {"case", "mode", "batch", "ours_ms", "peer", "peer_ms", "ratio"}, the ratio being
the peer's time by ours; with ``--mode memory`` lines {"case", "mode", "batch", "ours_mb",
"ours_grown_mb", "peer", "peer_mb", "peer_grown_mb"}, the most memory of a process that does nothing
but ten training steps, and how much of it came with the steps (on Linux).

A training step is forward, loss, backward and SGD with momentum.  PyTorch may use the better of
its two memory formats.  All are in one process with the same number of threads and take turns, so
that a busy machine slows them all; times are medians.  Peers that are not installed are left
out; ConvNetJS is looked for in ``--convnetjs FOLDER`` or $CONVNETJS, where `npm install convnetjs`
has been run, and measured by Node by itself.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Iterator
from statistics import median
from typing import TYPE_CHECKING, Any

from tests.bench.rivals import convnetjs, memory, ours, runtime, torch_peer

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

TRAINED = ("lenet5", "convnetjs-cifar", "vgg-mini")
ASKED = {
    "conv-32x32x3-six-5x5": (1, 16, 64),
    "lecture": (1, 16, 64),
    "lenet5": (1, 16, 64),
    "convnetjs-cifar": (1, 16, 64),
    "vgg-mini": (1, 16, 64),
    "tiny-vgg": (1, 16),
    "tiny-vgg-convolutions": (1,),
    "alexnet-conv1": (1,),
    "alexnet": (1,),
    "vgg16": (1,),
}
TURN = 0.03
"""Seconds that one side is measured before the other takes its turn."""


def taking_turns(runs: Mapping[str, Callable[[], object]], seconds: float) -> dict[str, float]:
    """Return the median duration of each in milliseconds."""
    taken: dict[str, list[float]] = {name: [] for name in runs}
    for run in runs.values():
        run()
    end = time.perf_counter() + seconds * len(runs)
    while time.perf_counter() < end:
        for name, run in runs.items():
            # The caches are the other's, and its threads may still be spinning.
            settle()
            run()
            run()
            stop = time.perf_counter() + TURN
            while (start := time.perf_counter()) < stop:
                run()
                taken[name].append(time.perf_counter() - start)
    return {name: 1000 * median(durations) for name, durations in taken.items()}


def settle() -> None:
    """Wait until the threads of who was measured last do nothing: onnxruntime's spin for long."""
    for _ in range(50):
        busy = time.process_time()
        time.sleep(0.01)
        if time.process_time() - busy < 0.001:
            return


def timed(
    case: str, mode: str, batch: int, options: argparse.Namespace
) -> Iterator[dict[str, Any]]:
    """Yield a line for each peer."""
    runs: dict[str, Callable[[], object]] = {"ours": ours(case, mode, batch, options.threads)}
    torch = torch_peer(case, mode, batch, options.threads)
    runs |= torch
    if mode == "infer":
        runs |= runtime(case, batch, options.threads)
    times = taking_turns(runs, options.seconds)
    best = min(torch, key=lambda name: times[name], default=None)
    mine = times.pop("ours")
    for name, taken in times.items():
        if name == best or name not in torch:
            yield line(case, mode, batch, mine, name, taken)
    if mode == "train" and batch <= 16:
        for name, taken in convnetjs(case, batch, options.convnetjs).items():
            yield line(case, mode, batch, mine, name, taken)
    if not times:
        yield line(case, mode, batch, mine, None, None)


def line(
    case: str, mode: str, batch: int, mine: float, peer: str | None, taken: float | None
) -> dict[str, Any]:
    """Return one answer."""
    return {
        "case": case,
        "mode": mode,
        "batch": batch,
        "ours_ms": round(mine, 4),
        "peer": peer,
        "peer_ms": taken and round(taken, 4),
        "ratio": taken and round(taken / mine, 2),
    }


def main() -> None:
    """Measure what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--case", action="append", help="only this one; may be repeated")
    parser.add_argument("--mode", action="append", choices=("train", "infer", "memory"))
    parser.add_argument("--batch", type=int, action="append")
    parser.add_argument("--seconds", type=float, default=1.0, help="for each side of each case")
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--convnetjs", default=os.environ.get("CONVNETJS", ""), metavar="FOLDER")
    options = parser.parse_args()
    modes = options.mode or ("train", "infer", "memory")
    for case in options.case or dict.fromkeys((*TRAINED, *ASKED)):
        for mode in modes:
            batches = {
                "train": (1, 16, 64, 128) if case in TRAINED else (),
                "infer": ASKED.get(case, (1,)),
                "memory": (128,) if case in TRAINED else (),
            }[mode]
            for batch in options.batch or batches:
                if mode == "memory":
                    answers: Any = [memory(case, batch, options.threads)]
                else:
                    answers = timed(case, mode, batch, options)
                for answer in answers:
                    sys.stdout.write(json.dumps(answer, ensure_ascii=False) + "\n")
                    sys.stdout.flush()


if __name__ == "__main__":
    main()
