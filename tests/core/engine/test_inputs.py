"""The gradient of a convolution's input is the same by either way, whatever its geometry."""

from __future__ import annotations

import numpy as np
import pytest

import convsim.core.engine.windows as windows_module
from convsim.core.engine.inputs import GatheredInputs, GivenInputs, inputs_of
from convsim.core.engine.windows import Room
from convsim.core.geometry import Axis
from convsim.core.lowering import convolve_dx


def axis(size, kernel, stride=1, before=0, after=0):
    return Axis(size, kernel, stride, before, after, 1)


GEOMETRIES = {
    "valid": (axis(9, 5), axis(8, 4)),
    "same": (axis(9, 3, 1, 1, 1), axis(8, 5, 1, 2, 2)),
    "uneven": (axis(9, 4, 1, 3, 1), axis(8, 3, 1, 0, 2)),
    "one column": (axis(9, 3), axis(8, 1)),
    "one window": (axis(9, 9), axis(8, 8)),
    "only padding beside": (axis(5, 3, 1, 2, 2), axis(2, 5, 1, 4, 4)),
    "columns that only read padding": (axis(3, 7, 1, 2, 2), axis(4, 9, 1, 3, 3)),
    "columns beyond": (axis(5, 3, 1, 2, 2), axis(2, 5, 1, 0, 4)),
}
STRIDED = {
    "stride": (axis(9, 3, 2), axis(8, 2, 2)),
    "rest": (axis(9, 4, 2, 1, 0), axis(8, 3, 1, 1, 1)),
}


def check(way, rows, cols, edge, band, monkeypatch):
    monkeypatch.setattr(windows_module, "BAND", band)
    rng = np.random.default_rng(0)
    filters, channels, batch = 6, 3, 4
    dx = np.full((rows.size, channels, cols.size, batch), np.nan)
    back = way(dx, filters, rows, cols, Room(np.empty(2000), edge))
    for _ in range(2):  # the second time over what the first has left
        weight = rng.standard_normal((filters, channels, rows.kernel, cols.kernel))
        dz = rng.standard_normal((rows.count, filters, cols.count, batch))
        back.dz[...] = dz
        back.turn(weight)
        back()
        np.testing.assert_allclose(dx, convolve_dx(dz, weight, rows, cols), atol=1e-12)


@pytest.mark.parametrize("band", [200, 100_000])
@pytest.mark.parametrize("edge", [0, 10**9])
@pytest.mark.parametrize("way", [GatheredInputs, GivenInputs])
@pytest.mark.parametrize("name", GEOMETRIES)
def test_it_is_what_the_layer_says(name, way, edge, band, monkeypatch):
    check(way, *GEOMETRIES[name], edge, band, monkeypatch)


@pytest.mark.parametrize("edge", [0, 10**9])
@pytest.mark.parametrize("name", STRIDED)
def test_strides_are_gathered_among_zeros(name, edge, monkeypatch):
    check(GatheredInputs, *STRIDED[name], edge, 100_000, monkeypatch)


@pytest.mark.parametrize(
    ("filters", "batch", "rows", "cols", "way"),
    [
        (6, 8, axis(14, 5), axis(14, 5), GivenInputs),
        (5, 8, axis(14, 5), axis(14, 5), GatheredInputs),
        (6, 7, axis(14, 5), axis(14, 5), GatheredInputs),
        (6, 8, axis(14, 5), axis(21, 5), GatheredInputs),
        (6, 8, axis(14, 5), axis(20, 5), GivenInputs),
        (6, 8, axis(14, 5, 1, 2, 2), axis(14, 5, 1, 2, 2), GatheredInputs),
        (6, 8, axis(15, 5, 2), axis(14, 5), GatheredInputs),
        (6, 8, axis(14, 5), axis(15, 5, 2), GatheredInputs),
    ],
)
def test_few_channels_and_much_padding_are_given(filters, batch, rows, cols, way):
    dx = np.empty((rows.size, 3, cols.size, batch))
    assert type(inputs_of(dx, filters, rows, cols, Room(np.empty(10), 0))) is way
