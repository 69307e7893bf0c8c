"""A convolution in bands gives what it gives at once, and can be stopped between two bands."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convsim.core import bands
from convsim.core.bands import band_rows, forward_in_bands
from convsim.core.geometry import Policy
from convsim.core.layers import Conv2d, ReLU
from convsim.core.network import Network
from convsim.core.trace import Trace

sides = st.integers(0, 3) | st.tuples(st.integers(0, 3), st.integers(0, 3))


@st.composite
def convolutions(draw):
    """Return a layer that fits, its parameters, and maps for it."""
    groups = draw(st.integers(1, 2))
    layer = Conv2d(
        2 * groups,
        (draw(st.integers(1, 4)), draw(st.integers(1, 4))),
        draw(st.integers(1, 3)),
        (draw(sides), draw(sides)),
        draw(st.integers(1, 2)),
        groups,
        policy=draw(st.sampled_from((Policy.FLOOR, Policy.SAME))),
    )
    shape = (draw(st.integers(7, 12)), draw(st.integers(7, 12)), groups)
    rng = np.random.default_rng(0)
    x = rng.standard_normal((shape[0], groups, shape[1], 2)).astype(np.float32)
    return layer, layer.init(rng, shape), x


@given(convolutions(), st.integers(1, 20))
def test_bands_give_what_the_whole_gives(drawn, band):
    layer, params, x = drawn
    whole = layer.forward(params, x)
    pieces = forward_in_bands(layer, params, x, band, lambda: False)
    assert pieces is not None
    assert pieces.dtype == whole.dtype
    np.testing.assert_allclose(pieces, whole, rtol=1e-5, atol=1e-5)


def test_only_large_convolutions_are_banded():
    x = np.zeros((227, 3, 227, 1), np.float32)
    assert band_rows(Conv2d(96, 11, 4), x) == 0
    # No need to hold the picture: only its size counts.
    large = np.broadcast_to(np.float32(0), (4096, 3, 4096, 1))
    assert 1 <= band_rows(Conv2d(64, 5), large) < 100


@pytest.mark.parametrize("after", [1, 3])
def test_a_trace_stops_within_a_layer_and_goes_on_anew(monkeypatch, after):
    monkeypatch.setattr(bands, "BAND", 500)
    network = Network((16, 16, 1), [Conv2d(2, 3), ReLU()])
    image = np.random.default_rng(0).random((16, 16, 1)).astype(np.float32)
    asked: list[None] = []

    def stop():
        asked.append(None)
        return len(asked) > after

    params = network.init(0)
    trace = Trace(network, params, image)
    assert not trace.reach(1, stop)
    assert len(asked) == after + 1
    assert not trace.reached(0)
    assert trace.reach(1)
    expected = np.maximum(
        network.layers[0].forward(params[0], image.transpose(0, 2, 1)[..., None]), 0
    )
    np.testing.assert_allclose(trace.output(1), expected[..., 0].transpose(1, 0, 2), rtol=1e-5)
