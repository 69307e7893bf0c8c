"""Presets that come taught: they know their classes, and say so of nothing else."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from convsim.core.step import Cursor
from convsim.document import PRESETS, Document, Picture
from convsim.document.edits import set_weight
from convsim.document.verdict import unfamiliar
from convsim.figures.page import Page
from convsim.figures.scene import Text
from convsim.figures.stage import step
from convsim.services import resources
from convsim.services.data_sets import BUNDLED, bundled
from convsim.services.opening import open_preset, with_changed_picture
from convsim.services.taught import as_it_comes, as_taught, lessons
from convsim.services.training import judged, strangers, with_new_weights
from tests.formats.projects import again

if TYPE_CHECKING:
    from convsim.data.sets import DataSet

TAUGHT = [name for name, preset in PRESETS.items() if preset.taught]
MEASURABLE = [name for name in TAUGHT if lessons(name).data in BUNDLED]


def test_the_files_are_those_of_the_presets_that_say_so():
    folder = resources.find("presets")
    found = {path.stem for path in folder.iterdir() if path.suffix in (".json", ".safetensors")}
    assert found == set(TAUGHT)
    assert {"lenet5", "convnetjs-cifar"} <= found


@pytest.mark.parametrize("name", TAUGHT)
def test_a_taught_preset_opens_trained_with_its_classes(name: str):
    document = open_preset(name)
    assert document.trained
    assert as_taught(document)
    assert len(document.classes) == document.network.output_shape[0]
    assert not any(document.random_units(i) for i in range(len(document.network.layers)))
    assert lessons(name).accuracy >= 0.95


def test_the_others_open_untrained():
    for name in PRESETS.keys() - set(TAUGHT) - {"alexnet", "vgg16"}:
        assert not open_preset(name).trained
        assert not as_taught(open_preset(name))


def test_without_its_lessons_a_preset_has_random_weights():
    document = open_preset("lenet5", taught=False)
    assert not document.trained
    assert document.classes == ()
    assert document.is_random(0)


def test_the_digits_of_mnist_are_known_in_98_8_of_100_cases():
    known = lessons("lenet5")
    assert known.data == "mnist"
    assert known.count == 10_000
    assert known.accuracy >= 0.988


@pytest.mark.parametrize("name", MEASURABLE)
def test_the_accuracy_beside_the_weights_is_what_is_measured(name: str):
    document, known = open_preset(name), lessons(name)
    height, width, channels = document.network.input_shape
    shape = (height, width, channels)
    data = bundled(known.data, shape)
    assert judged(document.network, document.weights, data).accuracy == pytest.approx(
        known.accuracy, abs=0.002
    )
    share = strangers(document.network, document.weights, data, known.familiar) / known.count
    assert share < 2.5 * (1 - known.familiar.kept)


def shown(document: Document, data: DataSet, index: int) -> Document:
    """Return the document on a picture of a data set."""
    pixels = data.images.batch(np.array([index]))[0].transpose(1, 2, 0)
    bytes_ = np.rint(np.ascontiguousarray(pixels) * 255).astype(np.uint8)
    return with_changed_picture(document, Picture("one.png", bytes_))


@pytest.mark.parametrize("name", TAUGHT)
def test_the_cat_is_none_of_the_classes(name: str):
    document = open_preset(name)
    assert document.picture.name == "cat.png"
    trace = document.new_trace()
    trace.reach(len(document.network.layers) - 1)
    assert unfamiliar(document, trace)


def test_a_picture_like_those_learnt_from_is_given_its_class():
    document = open_preset("convnetjs-cifar")
    test = bundled("shapes", (32, 32, 3)).test
    assert test is not None
    right = 0
    for index in range(20):
        here = shown(document, test, index)
        trace = here.new_trace()
        scores = trace.output(len(here.network.layers) - 1)
        right += int(scores.argmax()) == test.labels[index] and not unfamiliar(here, trace)
    assert right >= 18


def texts(document: Document) -> list[str]:
    trace = document.new_trace()
    trace.reach(len(document.network.layers) - 1)
    scene = step(document, trace, Page(800, 500))
    return [shape.text for shape in scene.walk() if isinstance(shape, Text)]


def test_the_stage_says_that_it_is_none_of_them():
    document = open_preset("lenet5")
    at = document.at(Cursor(len(document.network.layers) - 1))
    assert "none of these?" in texts(at)
    assert "untrained" not in texts(at)
    assert "untrained" in texts(with_new_weights(at, 1))
    assert "none of these?" not in texts(with_new_weights(at, 1))
    assert "none of these?" not in texts(replace(at, familiar=None))


def test_what_is_familiar_is_kept_in_the_project():
    document = open_preset("lenet5")
    assert again(document).familiar == document.familiar
    changed = set_weight(document, 0, (0, 0, 0, 0), 1.0)
    assert not changed.trained
    assert not as_taught(changed)
    trace = changed.new_trace()
    trace.reach(len(changed.network.layers) - 1)
    assert not unfamiliar(changed, trace)


def test_weights_that_somebody_has_worked_on_are_not_as_they_come():
    lecture = open_preset("lecture")
    assert as_it_comes(lecture)
    assert as_it_comes(open_preset("lenet5"))
    assert not as_it_comes(open_preset("lenet5", taught=False))
    assert not as_it_comes(set_weight(lecture, 0, (0, 0, 0, 0), 0.5))
    assert not as_it_comes(replace(lecture, trained=True))
