"""How good the networks get with nothing set by hand, and PyTorch from the same weights.

python -m tests.soak.accuracy [--mnist FOLDER] [--only WORD] [--no-torch]

A line of JSON for each network and data set: the accuracy on its test part after as many epochs
as the command line takes unless told otherwise, the floor that was promised, and the accuracy
that PyTorch comes to with the same first weights, batches, optimizer and schedule.  The digits of
MNIST are measured if a folder with their four files is given; they do not come along.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

from convsim.core.layers import Conv2d, Dense, Flatten, MaxPool2d, ReLU, Softmax
from convsim.data.sets import NAMES
from convsim.services.data_sets import open_set
from convsim.services.opening import open_preset
from convsim.services.recipes import Choices, usual_epochs
from convsim.services.training import Plan, judged

FLOORS = (
    ("lenet5", "mnist", 0.988),
    ("lenet5", "digits", 0.98),
    *(("convnetjs-cifar", name, 0.95) for name in NAMES),
)
"""Network, data set, and the share of test pictures that it has to recognise."""
WITHIN = 0.005
"""How far PyTorch's accuracy may be from ours."""


def measure(preset: str, data: str | Path, seed: int, *, torch: bool) -> dict[str, Any]:
    """Train, try on the test part, and do the same with PyTorch."""
    document = open_preset(preset)
    pictures = open_set(data, document.network.input_shape)
    plan = Plan(document, pictures, seed=seed)
    learnt, _ = plan.parts()
    epochs = usual_epochs(len(learnt.targets))
    recipe = Choices(epochs=epochs).recipe(len(learnt.targets), publish=float("inf"))
    plan = Plan(document, pictures, recipe, seed)
    began = time.monotonic()
    last = None
    for report in plan.reports():
        last = report.snapshot
    assert last is not None
    line: dict[str, Any] = {
        "network": preset,
        "data": str(data),
        "seed": seed,
        "epochs": recipe.epochs,
        "seconds": round(time.monotonic() - began, 1),
        "accuracy": judged(document.network, last.params, pictures).accuracy,
        "pictures": len(pictures.test or pictures),
    }
    if torch:
        line["pytorch"] = pytorch(plan)
    return line


def pytorch(plan: Plan) -> float:
    """Return the accuracy that PyTorch comes to: its layers, its Adam, its cosine."""
    import torch
    from torch import nn

    # Threads that wait for each other by spinning are slow wherever something else runs too.
    torch.set_num_threads(1)
    kinds: dict[type, Any] = {
        Conv2d: lambda layer, shape: nn.Conv2d(
            shape[1], shape[0], layer.kernel, layer.stride, layer.padding
        ),
        Dense: lambda layer, shape: nn.Linear(shape[1], shape[0]),
        MaxPool2d: lambda layer, shape: nn.MaxPool2d(layer.kernel, layer.stride),
        ReLU: lambda layer, shape: nn.ReLU(),
        Flatten: lambda layer, shape: nn.Flatten(),
    }
    network, weights = plan.document.network, plan.document.weights
    net = nn.Sequential()
    for index, layer in enumerate(network.layers):
        if isinstance(layer, Softmax):
            continue  # part of PyTorch's cross-entropy
        params = weights[index]
        module = kinds[type(layer)](layer, params["weight"].shape if params else ())
        for name, values in params.items():
            getattr(module, name).data = torch.tensor(np.array(values))
        net.append(module)
    learnt, _ = plan.parts()
    recipe = plan.recipe
    steps = -(-len(learnt.targets) // recipe.batch) * recipe.epochs
    optimizer = torch.optim.Adam(net.parameters(), recipe.optimizer.rate)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    for epoch in range(recipe.epochs):
        for pictures, labels in learnt.batches(recipe.batch, seed=plan.seed, epoch=epoch):
            optimizer.zero_grad()
            scores = net(torch.from_numpy(pictures))
            nn.functional.cross_entropy(scores, torch.from_numpy(labels)).backward()
            optimizer.step()
            schedule.step()
    part = plan.data.test or plan.data
    right = 0
    with torch.no_grad():
        for start in range(0, len(part), 256):
            chosen = np.arange(start, min(start + 256, len(part)))
            scores = net(torch.from_numpy(part.images.batch(chosen))).numpy()
            right += int((scores.argmax(axis=1) == part.labels[chosen]).sum())
    return right / len(part)


def main(argv: list[str] | None = None) -> int:
    """Measure, print, and return 1 if a promise is not kept."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak.accuracy", description=__doc__)
    parser.add_argument("--mnist", type=Path, metavar="FOLDER", help="with MNIST's four files")
    parser.add_argument("--only", default="", metavar="WORD", help="of network or data set")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--no-torch", action="store_true")
    options = parser.parse_args(argv)
    kept = True
    for preset, name, floor in FLOORS:
        if options.only not in f"{preset} {name}" or (name == "mnist" and options.mnist is None):
            continue
        data = options.mnist if name == "mnist" else name
        line = measure(preset, data, options.seed, torch=not options.no_torch)
        far = abs(line["accuracy"] - line.get("pytorch", line["accuracy"]))
        line |= {"data": name, "floor": floor, "kept": line["accuracy"] >= floor and far <= WITHIN}
        kept = kept and line["kept"]
        sys.stdout.write(json.dumps(line) + "\n")
        sys.stdout.flush()
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
