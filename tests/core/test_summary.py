"""A network prints as a table; its numbers are those that are counted elsewhere."""

from __future__ import annotations

from dataclasses import asdict

from convsim.core.counts import layer_counts, totals
from convsim.core.layers import Conv2d, Dense, Flatten
from convsim.core.network import Network
from convsim.document.presets import find

LENET = find("lenet5").build()


def test_it_prints_as_a_table():
    lines = repr(LENET.summary()).splitlines()
    assert str(LENET.summary()).splitlines() == lines
    assert lines[0].split()[:3] == ["layer", "kind", "output"]
    assert lines[2].split()[:3] == ["conv1", "conv", "28×28×6"]
    assert "61,470 weights + 236 biases = 61,706 parameters." in lines
    table = lines[: lines.index("")]
    assert len({len(line) for line in table}) == 1


def test_its_numbers_are_the_counts():
    summary = LENET.summary()
    assert summary.parameters == 61_706
    assert summary.totals == totals(LENET)
    data = summary.data()
    assert data["input_shape"] == [28, 28, 1]
    assert data["totals"] == asdict(totals(LENET))
    for place, row in zip(LENET.places, data["layers"], strict=True):
        assert {k: row[k] for k in asdict(layer_counts(place))} == asdict(layer_counts(place))


def test_a_layer_that_does_not_fit_and_those_that_wait():
    text = str(Network((7, 7, 1), [Conv2d(1, 3, 3), Flatten(), Dense(2)]).summary())
    assert "does not fit" in text
    assert "conv1 does not fit: (7−3)/3+1 = 2.33…" in text
    assert text.count("waits") == 2
    assert "9 weights + 1 bias = 10 parameters." in text
