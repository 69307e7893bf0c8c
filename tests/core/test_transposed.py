"""A transposed convolution is every input value spread by the filter, one product at a time."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convsim.core.errors import GeometryError, LayerError
from convsim.core.layers import Conv2d, ConvTranspose2d, ends
from convsim.core.step import Cursor, SpreadFrame, frame_at
from convsim.core.transposed import transposed_axis, transposed_formula, transposed_size
from tests.oracles import loops
from tests.oracles.drawn_layers import Drawn, drawn_layer
from tests.oracles.draws import careful, outer
from tests.oracles.evaluate import evaluate


@st.composite
def settings(draw):
    """Draw size, kernel, stride, padding, output padding and dilation of one axis."""
    size, kernel, stride, dilation = (draw(st.integers(1, n)) for n in (6, 5, 4, 3))
    padding = draw(st.integers(0, 4)), draw(st.integers(0, 4))
    extra = draw(st.integers(0, max(stride, dilation) - 1))
    return size, kernel, stride, padding, extra, dilation


def landings(size, kernel, stride, padding, extra, dilation):
    """Return for each output pixel the input pixels that land on it, found by spreading."""
    far = max((size - 1) * stride + dilation * (kernel - 1) + 1 + extra, 0)
    found: list[list[int]] = [[] for _ in range(far)]
    for pixel in range(size):
        for tap in range(kernel):
            found[pixel * stride + tap * dilation].append(pixel)
    return found[padding[0] : max(far - padding[1], 0)]


@careful(400)
@given(settings())
def test_the_size_and_what_lands_on_each_pixel_are_found_by_spreading(drawn):
    wanted = landings(*drawn)
    if not wanted:
        assert transposed_size(*drawn) < 1
        with pytest.raises(GeometryError, match="the padding cuts everything off"):
            transposed_axis(*drawn)
        return
    axis = transposed_axis(*drawn)
    assert axis.size == transposed_size(*drawn) == len(wanted)
    assert axis.count == drawn[0]
    assert [list(axis.readers(p)) for p in range(axis.size)] == [sorted(p) for p in wanted]


@careful(200)
@given(settings())
def test_the_formula_gives_the_size(drawn):
    formula = transposed_formula("width", *drawn)
    assert evaluate(formula.tokens) == formula.result == transposed_size(*drawn)


def test_the_formula_reads_as_in_the_guide():
    formula = transposed_formula("width", 4, 3, 2, (1, 1), 0, 1)
    assert formula.symbols() == "(N − 1)·S − 2·P + F"
    assert str(formula) == "(4 − 1)·2 − 2·1 + 3 = 7"
    more = transposed_formula("width", 4, 3, 2, (1, 0), 1, 2)
    assert more.symbols() == "(N − 1)·S − P₁ − P₂ + D·(F − 1) + 1 + O"


def way(layer, i):
    """Return how a transposed convolution goes along rows (0) or columns (1)."""
    before = ends(layer.padding[i])[0]
    return loops.Way(layer.kernel[i], layer.stride[i], before, 0, layer.dilation[i])


def spread(drawn: Drawn) -> np.ndarray:
    """Return what seven loops give, (N, F, Ho, Wo)."""
    layer, params, (x,) = drawn.layer, drawn.params(), drawn.inputs()
    assert isinstance(layer, ConvTranspose2d)
    bias = params.get("bias", np.zeros(layer.filters))
    high, broad, _ = layer.output_shape(drawn.shape)
    return loops.spread(
        outer(x), params["weight"], bias, (high, broad), way(layer, 0), way(layer, 1)
    )


@pytest.mark.parametrize("seed", range(60))
def test_a_transposed_convolution_is_seven_loops(seed):
    drawn = drawn_layer(ConvTranspose2d, seed)
    y = drawn.layer.forward(drawn.params(), drawn.inputs()[0])
    np.testing.assert_allclose(outer(y), spread(drawn), rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize("seed", range(20))
def test_frames_hold_the_products_that_land(seed):
    drawn = drawn_layer(ConvTranspose2d, seed)
    params, x, wanted = drawn.params(), outer(drawn.inputs()[0])[0], spread(drawn)[0]
    for channel, row, col in np.ndindex(wanted.shape):
        frame = frame_at(drawn.layer, params, x, Cursor(0, channel, row, col))
        assert isinstance(frame, SpreadFrame)
        assert frame.value == pytest.approx(wanted[channel, row, col], abs=1e-10)
        assert frame.patch.shape == frame.kernel.shape
        assert frame.patch.shape[1:] == (len(frame.rows.taps), len(frame.cols.taps))
        assert len(frame.tap_rows) == len(frame.rows.taps)
        seen = x[frame.first : frame.first + len(frame.patch)]
        read = seen[:, list(frame.rows.taps)][:, :, list(frame.cols.taps)]
        np.testing.assert_array_equal(frame.patch, read)


def test_it_is_the_gradient_of_the_convolution_with_the_same_settings():
    forward = Conv2d(5, 3, 2, 1, bias=False)
    back = ConvTranspose2d(4, 3, 2, 1, bias=False)
    rng = np.random.default_rng(0)
    x, dy = rng.standard_normal((7, 4, 7, 2)), rng.standard_normal((4, 5, 4, 2))
    weight = {"weight": rng.standard_normal((5, 4, 3, 3))}
    y = forward.forward(weight, x)
    assert float((y * dy).sum()) == pytest.approx(float((x * back.forward(weight, dy)).sum()))


def test_output_padding_must_be_less_than_stride_or_dilation():
    with pytest.raises(LayerError) as caught:
        ConvTranspose2d(1, 3, 2, output_padding=2).output_shape((4, 4, 1))
    assert str(caught.value) == (
        "convtranspose: output padding must be less than the stride 2 or the dilation 1; got 2"
    )
    assert ConvTranspose2d(1, 3, 2, 0, 2, 3).output_shape((4, 4, 1)) == (15, 15, 1)


def test_what_nothing_lands_on_is_the_bias():
    layer = ConvTranspose2d(1, 1, 2, output_padding=1)
    params = {"weight": np.ones((1, 1, 1, 1)), "bias": np.array([0.5])}
    y = layer.forward(params, np.ones((2, 1, 2, 1)))[:, 0, :, 0]
    np.testing.assert_array_equal(
        y, [[1.5, 0.5, 1.5, 0.5], [0.5] * 4, [1.5, 0.5, 1.5, 0.5], [0.5] * 4]
    )


def test_the_multiply_adds_are_written_out_tap_by_tap():
    formulas = {one.key: one for one in ConvTranspose2d(4, (4, 3), 2).formula((16, 16, 6))}
    made = formulas["multiply_adds"]
    assert f"{made.numbers()} = {made.result:,}" == "16·16·6·3·4·4 = 73,728"
