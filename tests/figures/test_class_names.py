"""A network that was trained names its classes where it shows its predictions."""

from __future__ import annotations

from dataclasses import replace

import pytest

from convsim.core.step import Cursor
from convsim.figures.page import Page
from convsim.figures.scene import Text
from convsim.figures.stage import step
from convsim.figures.strip import strip
from convsim.services.opening import open_preset

CLASSES = ("cat", "dog", "a bird of paradise", *"defghij")


def texts(layer: int, *, trained: bool):
    document = open_preset("lenet5", taught=False).at(Cursor(layer))
    if trained:
        document = replace(document, trained=True, classes=CLASSES)
    trace = document.new_trace()
    trace.reach(len(document.network.layers) - 1)
    scene = step(document, trace, Page(800, 500))
    return [shape.text for shape in scene.walk() if isinstance(shape, Text)]


@pytest.mark.parametrize("layer", [11, 12], ids=["dense", "softmax"])
def test_predictions_have_the_names_of_classes(layer: int):
    found = texts(layer, trained=True)
    assert {"cat", "dog", "a bird of p…"} <= set(found)
    assert "untrained" not in found


@pytest.mark.parametrize("layer", [11, 12], ids=["dense", "softmax"])
def test_without_training_they_are_numbered_and_called_untrained(layer: int):
    found = texts(layer, trained=False)
    assert {"1", "10", "untrained"} <= set(found)
    assert not {"cat", "dog"} & set(found)


def test_the_strip_names_classes_as_the_bars_above_it_do():
    document = open_preset("lenet5", taught=False).at(Cursor(12))
    document = replace(document, trained=True, classes=CLASSES)
    trace = document.new_trace()
    trace.reach(12)
    said = [s.text for s in strip(document, trace, Page(500, 110)).walk() if isinstance(s, Text)]
    # A name that is too long for its cell gives way to the unit's number.
    assert [t for t in said if "." not in t][:5] == ["cat", "dog", "3", "d", "e"]


def test_a_layer_before_the_last_has_numbers():
    assert not {"cat", "dog"} & set(texts(9, trained=True))
