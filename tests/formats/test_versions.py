"""A file of every version of the format opens for ever; each is kept here as it was written."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from convsim.core.checkpoint import rng_words
from convsim.core.fit import Fit
from convsim.core.geometry import Policy
from convsim.core.history import History, Mark, Point
from convsim.core.layers import BatchNorm2d, Conv2d, Dense, Flatten, MaxPool2d, ReLU, Softmax
from convsim.core.network import Network
from convsim.core.step import Cursor, Inside
from convsim.document import Document, Familiar, Picture, View, Weights
from convsim.document.example import Example
from convsim.document.progress import Progress
from convsim.document.runs import NO_RUNS
from convsim.formats import manifest
from convsim.formats.project_reader import read_project
from tests.formats.projects import assert_same

FIXTURES = Path(__file__).parent / "fixtures"


def version_1() -> Document:
    """Return what ``version-1.convsim`` was written from, by `write_project` of version 0.1.0."""
    network = Network(
        (8, 9, 3),
        [
            Conv2d(2, (3, 2), padding=1, bias=False, name="edges"),
            BatchNorm2d(),
            ReLU(),
            MaxPool2d(2, policy=Policy.FLOOR),
            Flatten(),
            Dense(3),
            Softmax(),
        ],
    )
    numbers = iter(range(1, 1000))
    made = {
        layer.name: {
            key: np.array([next(numbers) / 8 for _ in range(int(np.prod(shape)))], np.float32)
            .reshape(shape)
            for key, shape in shapes.items()
        }
        for layer, shapes in zip(network.layers[:2], network.param_shapes, strict=False)
    }  # fmt: skip
    photo = (np.arange(10 * 11 * 3) % 251).astype(np.uint8).reshape(10, 11, 3)
    scan = (np.arange(6 * 5, dtype=np.float32) / 29).reshape(6, 5, 1)
    shown = Picture("Zürich 🐈.png", photo, ("palette of 7 colours converted to RGB",))
    image = (np.arange(8 * 9 * 3) % 256).astype(np.float32).reshape(8, 9, 3) / np.float32(255)
    document = Document(
        network,
        Weights(network, 7, made, {layer.name: 3 + i for i, layer in enumerate(network.layers)}),
        shown,
        image,
        fit=Fit.FIT,
        preset="lenet5",
        filter_names={"edges": ("left", "right")},
        trained=True,
        pictures=(shown, Picture("scan.tif", scan, crop=(1, 0, 4, 5), off=(0,))),
    )
    view = View("maps", "sweep", "filters", 1, folded=frozenset({"edges"}))
    return replace(document.at(Cursor(0, 1, 2, 3), Inside.TOTAL), view=view)


def version_2() -> Document:
    """Return what ``version-2.convsim`` was written from, by `write_project` of version 0.1.0.

    All that came since: what a training needs to go on, labelled pictures, and kept runs.
    """
    document = version_1()
    history = History(
        (Point(1, 32, 1 / 3, 0.125, 0.1), Point(2, 32, 0.2, 0.5, 0.2)),
        (Point(2, 9, 0.25, 0.7, 1.0),),
        (Mark(1, 0.1, "rate", "0.1", "0.2"),),
    )
    vector = np.linspace(-1, 1, 163, dtype=np.float32)
    settings = {"optimizer": "adam", "rate": None, "batch": 32, "shuffle": True, "total": 82}
    changes = {"flip": False, "shift": 2, "noise": 0.05}
    rng = rng_words(np.random.default_rng(3))
    progress = Progress(
        "digits", 1294, 0.1, settings, changes, {"mean": vector}, 7, 2, 1, 64, rng, history
    )
    pixels = (np.arange(8 * 9 * 3) % 255).astype(np.uint8).reshape(8, 9, 3)
    runs = NO_RUNS
    for number in (1, 2, 3):
        curves = replace(history, learnt=history.learnt[:number], marks=history.marks[1:])
        curves = replace(curves, held=(Point(9, 9, number / 7, 0.7, 1.0),))
        runs = runs.with_run("lenet5", f"photos {number}", 40, settings, changes, curves)
    return replace(
        document,
        classes=("가위", "바위", "보"),
        familiar=Familiar(-1.5, 0.95),
        progress=progress,
        examples=(Example("고양이", pixels), Example("dog", pixels[:, :, :1].copy())),
        runs=runs.without(2).renamed(3, "큰 걸음"),
    )


MADE_FROM = {1: version_1, 2: version_2}


def test_every_version_has_a_fixture():
    assert sorted(MADE_FROM) == list(range(1, manifest.VERSION + 1))
    names = [path.name for path in sorted(FIXTURES.glob("*.convsim"))]
    assert names == [f"version-{number}.convsim" for number in sorted(MADE_FROM)]


@pytest.mark.parametrize("number", MADE_FROM)
def test_a_file_of_every_version_opens_without_loss(number):
    opened = read_project(FIXTURES / f"version-{number}.convsim")
    assert opened.missing == ()
    assert opened.older == (number < manifest.VERSION)
    assert_same(opened.document, MADE_FROM[number]())
