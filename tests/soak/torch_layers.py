"""Compares random layers of every kind with PyTorch, forward and backward, in both precisions.

    python -m tests.soak.torch_layers [COUNT]

2,000 layers unless another number is given; the first that differs is printed and ends it.
"""

from __future__ import annotations

import sys
from collections import Counter
from itertools import cycle, islice

import numpy as np
import torch

from tests.oracles.drawn_layers import drawn_layer
from tests.oracles.torch_layers import FUNCTIONS, compare

WINDOWS = 4
"""Kinds with a window have many settings: they are drawn so many times as often."""


def main(count: int = 2000) -> int:
    """Compare `count` layers; return 0."""
    kinds = [kind for kind in FUNCTIONS for _ in range(WINDOWS if kind.fields[2:] else 1)]
    done: Counter[str] = Counter()
    for seed, kind in enumerate(islice(cycle(kinds), count)):
        for dtype in (np.float32, np.float64):
            compare(torch, drawn_layer(kind, 10_000 + seed), dtype)
        done[kind.kind] += 1
    sys.stdout.write(f"{count} layers agree in float32 and float64: ")
    sys.stdout.write(", ".join(f"{kind} {n}" for kind, n in done.items()) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(*(int(n) for n in sys.argv[1:2])))
