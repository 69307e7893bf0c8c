"""A training that is kept in a project: what is doubtful of it is left out, the rest opens."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from convsim.core.checkpoint import rng_words
from convsim.core.flat import slots_of
from convsim.core.history import History, Mark, Point
from convsim.document.progress import Progress
from convsim.formats.training_part import TRAINING
from convsim.services.opening import open_preset
from tests.formats.hostile import MANIFEST, parts_of, with_wrong_bit, zipped
from tests.formats.projects import again, assert_same, opened, saved


def document_with(**changes: Any):
    document = open_preset("lenet5")
    count = slots_of(document.network)[-1].stop
    vector = np.linspace(-1, 1, count, dtype=np.float32)
    history = History(
        (Point(1, 32, 1 / 3, 0.1, 0.1), Point(2, 32, 0.2, float("nan"), 0.2)),
        (Point(2, 9, 0.25, 0.5, 1.0),),
        (Mark(1, 0.1, "rate", "0.1", "0.2"),),
    )
    progress = Progress(
        "digits",
        1294,
        0.1,
        {"optimizer": "adam", "rate": None, "batch": 32, "shuffle": True},
        {"flip": False, "shift": 2},
        {"mean": vector, "square": vector**2},
        2**40,
        2,
        1,
        64,
        rng_words(np.random.default_rng(3)),
        history,
    )
    return replace(document, progress=replace(progress, **changes))


def test_everything_comes_back_bit_by_bit() -> None:
    document = document_with(history=History())
    assert_same(again(document), document)
    curves = again(document_with()).progress
    assert curves is not None
    assert repr(curves.history) == repr(document_with().progress.history)


def test_without_a_training_the_file_says_nothing_of_one() -> None:
    assert b"training" not in saved(replace(document_with(), progress=None))


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        ("data", 3, "$.training.data must be text"),
        ("step", -1, "at least 0"),
        ("rng", ["x"] * 6, "invalid literal"),
        ("rng", ["0" * 16], "6"),
        ("learnt", [[1, 2, "three", 4, 5]], "number"),
        ("learnt", [[1, 2, 3.0, 4.0, 5.0]] * 2001, "2,001"),
        ("settings", {"optimizer": [1]}, "settings"),
        ("validation", 3.5, "at most 1"),
    ],
)
def test_what_is_doubtful_is_left_out_and_said(path: str, value: object, words: str) -> None:
    parts = parts_of(saved(document_with()))
    manifest = json.loads(parts[MANIFEST])
    manifest["training"][path] = value
    parts[MANIFEST] = json.dumps(manifest).encode()
    result = opened(zipped(parts.items()))
    assert result.document.progress is None
    (note,) = result.missing
    assert note.startswith("its training cannot be gone on with: ")
    assert words in note


def test_a_single_wrong_bit_is_found_before_anything_goes_on_from_it() -> None:
    result = opened(with_wrong_bit(parts_of(saved(document_with())), TRAINING))
    assert result.document.progress is None
    (note,) = result.missing
    assert "training.safetensors is damaged (its checksum is wrong)" in note


def test_vectors_of_another_length_or_with_holes_are_left_out() -> None:
    short = document_with()
    assert short.progress is not None
    hole = short.progress.memory["mean"].copy()
    hole[7] = np.nan
    result = opened(saved(document_with(memory={"mean": hole})))
    assert "no numbers" in result.missing[0]
