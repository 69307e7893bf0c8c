"""Whole batches as a few matrix products give what one loop after another gives."""

from __future__ import annotations

from typing import Any
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given

from convsim.core import lowering, strips, window_bands
from convsim.core.blas import evenly
from convsim.core.geometry import Axis, make_axis
from convsim.core.layers import Conv2d
from tests.oracles import loops
from tests.oracles.drawn_layers import drawn_layer
from tests.oracles.draws import axes_of, careful, inner, normal, outer, small_settings

ROW_BY_ROW: dict[str, Any] = {"SMALL_MATRIX": 10**9}
SPLIT: dict[str, Any] = {"SMALL_MATRIX": -1, "PRODUCT": 50, "FEWEST": 1}
IN_BANDS: dict[str, Any] = {"SMALL_MATRIX": -1, "PRODUCT": 1}
UNDIVIDED: dict[str, Any] = {"SMALL_MATRIX": 10**9, "PRODUCT": 1}
TWO_STRIPS: dict[str, Any] = {"SMALL_MATRIX": 10**9, "COUNTS": (2,)}
FOUR_STRIPS: dict[str, Any] = {"SMALL_MATRIX": 10**9, "COUNTS": (4,), "BAND": 300}
WAYS = {
    "row by row": ROW_BY_ROW,
    "two strips": TWO_STRIPS,
    "four strips": FOUR_STRIPS,
    "rows in parts": SPLIT,
    "rows that cannot be parted": UNDIVIDED,
    "in bands": IN_BANDS,
}


def limited(**limits: Any) -> Any:
    """Cut convolutions into strips by other limits than those that were measured."""
    # Nothing is remembered, neither before nor for others.
    return patch.multiple(strips, strips_for=strips.strips_for.__wrapped__, **limits)


each_way = pytest.mark.parametrize("limits", WAYS.values(), ids=WAYS)


def agree(y: np.ndarray, wanted: np.ndarray) -> None:
    """Compare (H, C, W, N) with (N, C, H, W)."""
    np.testing.assert_allclose(outer(y), wanted, rtol=1e-10, atol=1e-11)


# Convolution


@each_way
@careful(200)
@given(small_settings())
def test_a_convolution_is_seven_loops(limits, setting):
    rows, cols = axes_of(setting)
    x = inner(setting.shape, setting.batch, setting.seed)
    weight = normal((setting.filters, setting.channels, *setting.kernel), setting.seed)
    bias = normal((setting.filters,), setting.seed) if setting.bias else None
    with limited(**limits):
        y = lowering.convolve(x, weight, bias, rows, cols)
    wanted = loops.convolve(outer(x), weight, bias, loops.way_of(rows), loops.way_of(cols))
    agree(y, wanted)


@each_way
def test_padding_may_differ_before_and_after(limits):
    rows, cols = Axis(5, 3, 2, before=2, after=0), Axis(6, 2, 1, before=0, after=3)
    x, weight = inner((5, 6, 2), 2, seed=0), normal((3, 2, 3, 2), 1)
    with limited(**limits):
        y = lowering.convolve(x, weight, None, rows, cols)
    agree(y, loops.convolve(outer(x), weight, None, loops.way_of(rows), loops.way_of(cols)))


def test_seven_loops_are_the_textbook_s_lowering_too():
    x, weight, bias = normal((1, 2, 7, 6), 0), normal((3, 2, 3, 2), 0), normal((3,), 0)
    rows, cols = loops.Way(3, 2, 1, 1), loops.Way(2, 1, 0, 1)
    columns = loops.windows_as_columns(x[0], rows, cols)
    product = weight.reshape(3, -1) @ columns + bias[:, None]
    y = loops.convolve(x, weight, bias, rows, cols)
    np.testing.assert_allclose(product, y.reshape(3, -1), atol=1e-12)


@pytest.mark.parametrize("threads", [1, 2, 3])
@pytest.mark.parametrize("stride", [1, 2])
def test_bands_on_threads_give_what_rows_give(threads, stride, monkeypatch):
    # 24 filters of 3×3×20 are more than SMALL_MATRIX weights; a band is two rows.
    rows, cols = make_axis(9, 3, stride, padding=1), make_axis(7, 3, stride, padding=1)
    x, weight, bias = inner((9, 7, 20), 2, seed=0), normal((24, 20, 3, 3), 0), normal((24,), 0)
    dy = inner((rows.count, cols.count, 24), 2, seed=1)
    assert weight.size > strips.SMALL_MATRIX
    monkeypatch.setattr(window_bands, "threads_for", lambda work: threads)
    monkeypatch.setattr(strips, "threads_for", lambda work: threads)
    monkeypatch.setattr(window_bands, "COLUMNS", 1)
    monkeypatch.setattr(window_bands, "BAND", 2 * 180 * cols.count * 2)
    with limited(PRODUCT=1):
        y = lowering.convolve(x, weight, bias, rows, cols)
        dw = lowering.convolve_dw(x, dy, weight.shape, rows, cols)
        dx = lowering.convolve_dx(dy, weight, rows, cols)
    ways = loops.way_of(rows), loops.way_of(cols)
    wanted = loops.convolve(outer(x), weight, bias, *ways)
    agree(y, wanted)
    for limits in (ROW_BY_ROW, {"PRODUCT": 10**4, "BAND": 2000}):
        with limited(**limits):
            agree(lowering.convolve(x, weight, bias, rows, cols), wanted)
    # Both gradients are those of the same product of numbers.
    total = np.sum(dy * (y - bias[:, None, None]))
    assert np.sum(dw * weight) == pytest.approx(total, rel=1e-10)
    assert np.sum(dx * x) == pytest.approx(total, rel=1e-10)


@pytest.mark.parametrize(("before", "after"), [(0, 0), (1, 1), (2, 0), (0, 2), (2, 2)])
@pytest.mark.parametrize("dilation", [1, 2])
def test_gradients_come_back_by_a_window_of_the_same_size(before, after, dilation):
    axis = Axis(9, 3, 1, before * dilation, after * dilation, dilation)
    back = lowering._reversed(axis)
    assert back == Axis(axis.count, 3, 1, (2 - before) * dilation, (2 - after) * dilation, dilation)
    assert back.count == axis.size


@pytest.mark.parametrize(
    "axis", [Axis(9, 3, 2, 0, 0), Axis(9, 3, 1, 3, 0), Axis(9, 3, 1, 0, 3)], ids=str
)
def test_not_with_strides_or_more_padding_than_a_window_reads(axis):
    assert lowering._reversed(axis) is None


@pytest.mark.parametrize("count", range(1, 12))
@pytest.mark.parametrize("most", [0, 1, 3, 20])
@pytest.mark.parametrize("threads", [1, 2, 3])
def test_bands_are_as_many_for_each_thread(count, most, threads):
    bands = evenly(count, most, threads)
    assert [row for first, last in bands for row in range(first, last)] == list(range(count))
    sizes = {last - first for first, last in bands}
    assert max(sizes) <= max(most, 1)
    assert max(sizes) - min(sizes) <= 1
    assert len(bands) % threads == 0 or len(bands) == count


@pytest.mark.parametrize("shape", [(6, 7, 1), (6, 1, 2), (1, 7, 2), (1, 1, 1)], ids=str)
def test_an_axis_of_one_is_nothing_special(shape):
    """NumPy may give such an axis any stride, so none may be read from the array."""
    x = inner(shape, 1, seed=0)
    picture = outer(x).copy()
    odd = picture.transpose(2, 1, 3, 0)
    rows, cols = make_axis(shape[0], 1), make_axis(shape[1], 1)
    weight = normal((2, shape[2], 1, 1), 0)
    agree(
        lowering.convolve(odd, weight, None, rows, cols),
        loops.convolve(picture, weight, None, loops.Way(1), loops.Way(1)),
    )


def test_a_filter_is_not_flipped():
    x = np.zeros((3, 1, 3, 1))
    x[0, 0, 0, 0] = 1.0
    weight = np.arange(9.0).reshape(1, 1, 3, 3)
    axis = make_axis(3, 3)
    assert lowering.convolve(x, weight, None, axis, axis).item() == weight[0, 0, 0, 0]


@each_way
def test_a_convolution_leaves_its_input_as_it_is(limits):
    x, weight, bias = inner((5, 5, 2), 3, seed=0), normal((2, 2, 3, 3), 0), normal((2,), 0)
    kept = x.copy(), weight.copy(), bias.copy()
    for array in (x, weight, bias):
        array.setflags(write=False)
    for axis in (make_axis(5, 3), make_axis(5, 3, padding=1)):
        with limited(**limits):
            y = lowering.convolve(x, weight, bias, axis, axis)
        assert not np.shares_memory(y, x)
    for array, copy in zip((x, weight, bias), kept, strict=True):
        np.testing.assert_array_equal(array, copy)


@each_way
@pytest.mark.parametrize("groups", [1, 2])
@pytest.mark.parametrize("with_bias", [False, True])
def test_relu_leaves_the_positive_part(limits, groups, with_bias):
    x, weight = inner((7, 6, 4), 2, seed=0), normal((6, 4 // groups, 3, 2), 0)
    bias = normal((6,), 0) if with_bias else None
    rows, cols = make_axis(7, 3, padding=1), make_axis(6, 2)
    with limited(**limits):
        sums = lowering.convolve(x, weight, bias, rows, cols)
        y = lowering.convolve(x, weight, bias, rows, cols, relu=True)
    assert (sums < 0).any()
    np.testing.assert_array_equal(y, np.maximum(sums, 0))


# Padding


def test_padding_surrounds_height_and_width_only():
    x = inner((2, 3, 2), 4, seed=0)
    padded = lowering.pad(x, Axis(2, 1, before=1, after=2), Axis(3, 1, before=0, after=1), -7.0)
    assert padded.shape == (5, 2, 4, 4)
    np.testing.assert_array_equal(padded[1:3, :, :3], x)
    assert np.count_nonzero(padded == -7.0) == padded.size - x.size


def test_no_padding_is_no_copy():
    x = inner((2, 3, 2), 4, seed=0)
    assert lowering.pad(x, Axis(2, 1), Axis(3, 1)) is x


# Groups and gradients


def grouped(seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, Axis, Axis]:
    """Return an input, filters and biases of a convolution in groups, and its axes."""
    drawn = drawn_layer(Conv2d, seed)
    layer, params, (x,) = drawn.layer, drawn.params(), drawn.inputs()
    assert isinstance(layer, Conv2d)
    bias = normal((layer.filters,), seed)
    return x, params["weight"], bias, *layer.axes(drawn.shape)


@pytest.mark.parametrize("seed", range(60))
def test_a_convolution_in_groups_is_seven_loops(seed):
    x, weight, bias, rows, cols = grouped(seed)
    wanted = loops.convolve(outer(x), weight, bias, loops.way_of(rows), loops.way_of(cols))
    agree(lowering.convolve(x, weight, bias, rows, cols), wanted)


@pytest.mark.parametrize("seed", range(60))
def test_the_gradients_are_what_makes_both_sums_of_products_equal(seed):
    # Σ dy·(w∗x) is the same sum whether it is ordered by x or by w.
    x, weight, _, rows, cols = grouped(seed)
    y = lowering.convolve(x, weight, None, rows, cols)
    dy = normal(y.shape, 1000 + seed)
    total = float((y * dy).sum())
    groups = x.shape[1] // weight.shape[1]
    dx = lowering.convolve_dx(dy, weight, rows, cols, groups)
    dw = lowering.convolve_dw(x, dy, weight.shape, rows, cols)
    assert dx.shape == x.shape
    assert dw.shape == weight.shape
    assert float((dx * x).sum()) == pytest.approx(total, rel=1e-9, abs=1e-9)
    assert float((dw * weight).sum()) == pytest.approx(total, rel=1e-9, abs=1e-9)


def test_threads_are_asked_for_with_all_products_of_the_filters_gradient(monkeypatch):
    asked: list[int] = []

    def threads_for(work: int) -> int:
        asked.append(work)
        return 1

    monkeypatch.setattr(window_bands, "threads_for", threads_for)
    rows, cols = make_axis(6, 3), make_axis(5, 2)
    x, dy = inner((6, 5, 2), 2, 0), inner((rows.count, cols.count, 7), 2, 1)
    lowering.convolve_dw(x, dy, (7, 2, 3, 2), rows, cols)
    assert asked == [7 * (2 * 3 * 2) * (rows.count * cols.count * 2)]
