"""The sentence below the stage: true at every inner step, silent about what is not known yet."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from convsim.core.layers import (
    BatchNorm2d,
    Conv2d,
    Dense,
    Flatten,
    GlobalAvgPool,
    MaxPool2d,
    ReLU,
    Softmax,
)
from convsim.core.network import Network
from convsim.core.step import Cursor, Inside, NormFrame
from convsim.figures.labels import ENGLISH
from convsim.services.opening import open_preset
from convsim.ui.step_words import step_sentence
from tests.oracles.documents import made_of

if TYPE_CHECKING:
    from convsim.document import Document

LAYERS = [
    Conv2d(4, 3),
    BatchNorm2d(),
    ReLU(),
    MaxPool2d(2, 2),
    Flatten(),
    Dense(6),
    ReLU(),
    Dense(3),
    Softmax(),
]


@pytest.fixture(scope="module")
def network() -> Document:
    return made_of(Network((8, 8, 1), LAYERS))


@pytest.fixture(scope="module")
def taught() -> Document:
    """Return a network whose batch norms know the mean and the variance of what they saw."""
    return open_preset("resnet-mini")


def said(document: Document, cursor: Cursor, inside: Inside = Inside.WRITE) -> str:
    at = document.at(cursor, inside)
    trace = at.new_trace()
    trace.reach(cursor.layer)
    return step_sentence(at, at.frame(trace), ENGLISH)


def numbers(text: str) -> list[float]:
    found = re.findall(r"−?\d+\.\d+|−?\b\d+\b", text)
    return [float(number.replace("−", "-")) for number in found]


def test_batch_norm_gives_its_own_value_and_then_what_relu_makes_of_it(taught: Document) -> None:
    seen = 0
    for col in range(0, 32, 5):
        cursor = Cursor(1, 3, 12, col)
        at = taught.at(cursor)
        trace = at.new_trace()
        trace.reach(1)
        frame = at.frame(trace)
        assert isinstance(frame, NormFrame)
        text = said(taught, cursor)
        own, _, made = text.partition(": ")[2].partition("; ReLU makes ")
        source, mean, deviation, scale, shift, value = numbers(own)
        assert (source - mean) / deviation * scale + shift == pytest.approx(value, abs=0.01)
        assert made == ("0 of it" if frame.value < 0 else "")
        seen += frame.value < 0
    assert seen


@pytest.mark.parametrize("layer", range(len(LAYERS)), ids=[x.kind for x in LAYERS])
def test_an_inner_step_does_not_give_the_result_away(
    network: Document, taught: Document, layer: int
) -> None:
    """People are to guess what comes out, from the first inner step to the last."""
    document = taught if LAYERS[layer].kind == "batchnorm" else network
    steps = document.at(Cursor(layer)).inside_steps()
    whole = [said(document, Cursor(layer, 1), inside) for inside in steps]
    assert len(set(whole)) == len(steps) or LAYERS[layer].kind in ("maxpool", "relu")
    result = numbers(whole[-1])[-1]
    if len(steps) > 2 and result:
        assert result not in numbers(whole[0].partition(": ")[2])


@pytest.mark.parametrize(
    ("dilation", "steps"),
    [
        (1, "rows 0–3, columns 0–2 of Input"),
        (2, "rows 0, 2 … 6, columns 0, 2, 4 of Input"),
        ((1, 3), "rows 0–3, columns 0, 3, 6 of Input"),
    ],
)
def test_a_dilated_window_leaves_rows_out(dilation: int | tuple[int, int], steps: str) -> None:
    spread = made_of(Network((9, 9, 1), [Conv2d(1, (4, 3), dilation=dilation)]))
    assert steps in said(spread, Cursor(0))


def test_what_has_no_filters_writes_maps(network: Document) -> None:
    assert said(network, Cursor(0, 2)).startswith("Conv 1, filter 3 at row 0, column 0: ")
    for layer, name in ((1, "Batch norm 1"), (2, "ReLU 1"), (3, "Max pool 1")):
        assert said(network, Cursor(layer, 2)).startswith(f"{name}, map 3 at row 0, column 0: ")
    pooled = made_of(Network((4, 4, 2), [GlobalAvgPool()]))
    assert said(pooled, Cursor(0, 1)).startswith("Global average pool 1, map 2 at row 0, column 0")


def test_a_unit_that_stands_for_a_class_is_called_so() -> None:
    document = open_preset("lenet5")
    last = len(document.network.layers) - 1
    assert said(document, Cursor(last, 3)).startswith("Softmax 1, unit 4 (class “3”): its share")
    assert said(document, Cursor(7, 3)).startswith("Dense 1, unit 4: adds up 400 products")
