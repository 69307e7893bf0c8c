"""Makes the weights that presets come with, and measures what they are worth.

python -m tests.soak.taught --mnist FOLDER [--only NAME]

Writes ``resources/presets/NAME.safetensors`` (float16) and ``NAME.json``.  FOLDER holds MNIST's
four files, which do not come along.  Each network learns its data set, a little changed each time
it is seen, and beside each batch a quarter as many pictures of anything else under labels drawn
by lot: for those the best it can do is to favour no class.  (Hendrycks, Mazeika, Dietterich,
"Deep anomaly detection with outlier exposure", 2019.)  All figures are those of the weights as
they lie in the file.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from convsim.core.evaluate import evaluate
from convsim.core.examples import IndexedExamples
from convsim.core.familiar import KEPT, energies_of, least_energy
from convsim.core.optim import Adam, Cosine
from convsim.core.recipe import Recipe
from convsim.core.train import train
from convsim.data import open_picture
from convsim.data.resize import prepare
from convsim.data.sets import Augmentation, DataSet
from convsim.data.sets.augment import bilinear
from convsim.data.sets.split import split
from convsim.document.presets import find
from convsim.document.weights import Weights
from convsim.formats.tensors import Raw, table_of
from convsim.services import resources
from convsim.services.data_sets import open_set
from convsim.services.training import Some

SEED, BATCH = 1, 64
TAUGHT = {
    "lenet5": ("mnist", 18),
    "convnetjs-cifar": ("shapes", 40),
    "resnet-mini": ("letters", 14),
}
"""By preset: the data set and the epochs."""


@dataclass(frozen=True)
class Changed:
    """Larger or smaller, moved, turned, noisy; where a drawing is meant, also light on dark."""

    scale: float = 0.0
    invert: bool = False
    usual: Augmentation = field(default_factory=Augmentation)

    def __call__(self, pictures: Any, rng: np.random.Generator) -> Any:
        """Return changed copies of pictures (N, C, H, W)."""
        out = pictures
        if self.scale:
            count, _, height, width = out.shape
            by = np.exp(rng.uniform(-self.scale, self.scale, count))[:, None, None]
            y, x = np.mgrid[:height, :width] - np.array([height - 1, width - 1])[:, None, None] / 2
            out = bilinear(out, y * by + (height - 1) / 2, x * by + (width - 1) / 2)
        out = self.usual(out, rng)
        if self.invert:
            out = np.where(rng.random(len(out))[:, None, None, None] < 0.5, 1 - out, out)
        return np.ascontiguousarray(out, np.float32)


CHANGES = {
    "mnist": Changed(0.35, True, Augmentation(shift=2, rotate=10)),
    "shapes": Changed(0.1, False, Augmentation(shift=2)),
    "letters": Changed(0.1, False, Augmentation(shift=1)),
}


@dataclass(frozen=True, eq=False)
class WithOthers:
    """Examples, and beside each batch pictures of anything else under labels drawn by lot."""

    learnt: IndexedExamples
    others: Any
    classes: int

    @property
    def targets(self) -> Any:
        """Labels of the examples."""
        return self.learnt.targets

    def batches(
        self, size: int, *, seed: int | None = None, epoch: int = 0, start: int = 0
    ) -> Iterator[tuple[Any, Any]]:
        """Give the batches of an epoch, each a quarter longer than `size`."""
        rng = np.random.default_rng([SEED, epoch, 7])
        more = size // 4
        for pictures, labels in self.learnt.batches(size, seed=seed, epoch=epoch, start=start):
            chosen = rng.integers(len(self.others), size=more)
            drawn = rng.integers(self.classes, size=more)
            yield (
                np.concatenate([pictures, self.others[chosen].astype(np.float32) / 255]),
                np.concatenate([labels, drawn]),
            )


def clouds(rng: np.random.Generator, count: int, shape: tuple[int, int, int]) -> Any:
    """Return coloured noise (N, C, H, W) in 0…1, from flat to grainy, as photographs are."""
    height, width, channels = shape
    waves = np.hypot(np.fft.fftfreq(height)[:, None], np.fft.rfftfreq(width)[None, :])
    power = rng.uniform(0, 2.5, (count, 1, 1, 1))
    spectrum = np.fft.rfft2(rng.standard_normal((count, channels, height, width)))
    plain = np.fft.irfft2(spectrum / np.maximum(waves, 1 / height) ** power, (height, width))
    grey = plain.mean(axis=1, keepdims=True)
    plain = grey + rng.uniform(0, 1, (count, 1, 1, 1)) * (plain - grey)
    plain /= np.abs(plain).max(axis=(1, 2, 3), keepdims=True)
    mean = rng.uniform(0, 1, (count, channels, 1, 1))
    return np.clip(mean + rng.uniform(0, 0.8, (count, 1, 1, 1)) * plain, 0, 1)


def others(data: str, shape: tuple[int, int, int]) -> Any:
    """Return pictures of anything but a data set, (N, C, H, W), uint8."""
    rng = np.random.default_rng(SEED)
    names = {"mnist": ("shapes", "bars", "textures", "letters")}.get(
        data, tuple(name for name in ("shapes", "bars", "textures", "letters") if name != data)
    )
    found = [
        np.rint(open_set(name, shape).images.batch(np.arange(3000)) * 255).astype(np.uint8)
        for name in names
    ]
    found.append(np.rint(clouds(rng, 6000, shape) * 255).astype(np.uint8))
    return np.concatenate(found)


def strangers(shape: tuple[int, int, int]) -> dict[str, Any]:
    """Return pictures that the networks have never seen the like of, (N, C, H, W) in 0…1."""
    height, width, channels = shape
    rng = np.random.default_rng(99)
    cat: Any = open_picture(resources.image("cat.png")).pixels
    pieces = []
    for side in rng.integers(48, 288, 300):
        row, col = rng.integers(0, 288 - side + 1, 2)
        piece = np.ascontiguousarray(cat[row : row + side, col : col + side])
        pieces.append(prepare(piece, height, width, channels).transpose(2, 0, 1))
    whole = prepare(cat, height, width, channels).transpose(2, 0, 1)[None]
    return {"the cat": whole, "pieces of the cat": np.stack(pieces).astype(np.float32)}


def teach(name: str, data: DataSet, kind: str, epochs: int) -> tuple[list[Raw], dict[str, Any]]:
    """Return a preset's weights as float16, and what they are worth."""
    network = find(name).build()
    parts = split(data.labels, 0.1, 0.0, SEED)
    # Changed too: nobody's own picture lies in the middle as those of the data set do.
    x = CHANGES[kind](data.images.batch(parts.validation), np.random.default_rng(SEED))
    held = (x, data.labels[parts.validation])
    learnt = IndexedExamples(
        Some(data.images, parts.train), data.labels[parts.train], CHANGES[kind]
    )
    steps = -(-len(learnt.targets) // BATCH) * epochs
    recipe = Recipe(
        optimizer=Adam(0.002, schedule=Cosine(steps)),
        batch=BATCH,
        epochs=epochs,
        publish=float("inf"),
    )
    mixed = WithOthers(learnt, others(kind, data.shape), len(data.classes))
    last = None
    for last in train(network, Weights(network, SEED), mixed, recipe, seed=SEED):
        sys.stderr.write(f"{name} {last.phase} {last.epoch} {last.loss:.4f}\n")
    assert last is not None
    half = [{k: v.astype(np.float16) for k, v in params.items()} for params in last.params]
    params = [{k: v.astype(np.float32) for k, v in own.items()} for own in half]
    least = least_energy(energies_of(network, params, held))
    test = data.test or data
    tried = IndexedExamples(test.images, test.labels)
    strange = {
        what: float((energies_of(network, params, (x, np.zeros(len(x), np.int64))) < least).mean())
        for what, x in strangers(data.shape).items()
    }
    worth = {
        "data": kind,
        "classes": list(data.classes),
        "epochs": epochs,
        "accuracy": evaluate(network, params, tried).accuracy,
        "count": len(test),
        "least": least,
        "kept": KEPT,
        "familiar": float((energies_of(network, params, tried) >= least).mean()),
        "strange": strange,
    }
    raw = [
        Raw(f"{layer.name}.{key}", "F16", array.shape, array.reshape(-1).view(np.uint8))
        for layer, own in zip(network.layers, half, strict=True)
        for key, array in own.items()
    ]
    return raw, worth


def main(argv: list[str] | None = None) -> int:
    """Make and write them."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak.taught", description=__doc__)
    parser.add_argument("--mnist", type=Path, required=True, metavar="FOLDER")
    parser.add_argument("--only", choices=tuple(TAUGHT))
    options = parser.parse_args(argv)
    folder = resources.CHECKOUT / "presets"
    folder.mkdir(exist_ok=True)
    for name, (kind, epochs) in TAUGHT.items():
        if options.only not in (None, name):
            continue
        shape = find(name).build().input_shape
        data = replace(open_set(options.mnist if kind == "mnist" else kind, shape), name=kind)
        raw, worth = teach(name, data, kind, epochs)
        head, _ = table_of(raw)
        body = b"".join(tensor.data.tobytes() for tensor in raw)
        (folder / f"{name}.safetensors").write_bytes(head + body)
        text = json.dumps(worth, indent=1, ensure_ascii=False)
        (folder / f"{name}.json").write_text(text + "\n", encoding="utf-8")
        sys.stdout.write(json.dumps({"network": name, **worth}, ensure_ascii=False) + "\n")
        sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
