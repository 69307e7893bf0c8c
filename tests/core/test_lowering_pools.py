"""Pooling whole batches gives what one loop after another gives."""

from __future__ import annotations

import numpy as np
from hypothesis import given

from convsim.core import lowering_pools as lowering
from convsim.core.geometry import Axis, Policy, make_axis
from tests.oracles import loops
from tests.oracles.draws import axes_of, careful, inner, outer, small_settings


def agree(y: np.ndarray, wanted: np.ndarray) -> None:
    """Compare (H, C, W, N) with (N, C, H, W)."""
    np.testing.assert_allclose(outer(y), wanted, rtol=1e-10, atol=1e-11)


def counted(axis: Axis) -> np.ndarray:
    """Return how many real pixels each window has."""
    return lowering.counted_taps(axis, padding=False)


@careful(200)
@given(small_settings())
def test_a_max_pool_is_the_largest_real_pixel_of_each_window(setting):
    rows, cols = axes_of(setting)
    x = inner(setting.shape, setting.batch, setting.seed)
    wanted = loops.max_pool(outer(x), loops.way_of(rows), loops.way_of(cols))
    np.testing.assert_array_equal(outer(lowering.max_pool(x, rows, cols)), wanted)


@careful(200)
@given(small_settings())
def test_an_avg_pool_is_the_mean_over_all_taps(setting):
    rows, cols = axes_of(setting)
    x = inner(setting.shape, setting.batch, setting.seed)
    ways = loops.way_of(rows), loops.way_of(cols)
    agree(lowering.avg_pool(x, rows, cols), loops.avg_pool(outer(x), *ways, count_padding=True))


@careful(200)
@given(small_settings())
def test_an_avg_pool_can_leave_the_padding_out(setting):
    rows, cols = axes_of(setting)
    if not (counted(rows).all() and counted(cols).all()):
        return
    x = inner(setting.shape, setting.batch, setting.seed)
    ways = loops.way_of(rows), loops.way_of(cols)
    agree(
        lowering.avg_pool(x, rows, cols, count_padding=False),
        loops.avg_pool(outer(x), *ways, count_padding=False),
    )


@careful(200)
@given(small_settings())
def test_real_taps_are_those_on_the_picture(setting):
    for axis in axes_of(setting):
        counts = [
            sum(0 <= pixel < axis.size for pixel in taps)
            for taps in loops.way_of(axis).positions(axis.size)
        ]
        assert counted(axis).tolist() == counts


def test_same_leaves_no_window_without_a_real_pixel():
    for size in range(1, 12):
        for kernel in range(1, 8):
            for stride in range(1, 8):
                axis = make_axis(size, kernel, stride, policy=Policy.SAME)
                assert counted(axis).all()


def test_a_window_that_lies_in_the_padding_has_no_maximum():
    axis = make_axis(2, 1, padding=1)
    y = lowering.max_pool(np.ones((2, 1, 2, 1)), axis, axis)[:, 0, :, 0]
    assert np.isneginf(y).tolist() == [
        [True, True, True, True],
        [True, False, False, True],
        [True, False, False, True],
        [True, True, True, True],
    ]


def test_pools_leave_their_input_as_it_is():
    x = inner((4, 4, 2), 3, seed=0)
    kept = x.copy()
    x.setflags(write=False)
    for kernel in (1, 2):
        axis = make_axis(4, kernel, kernel)
        assert not np.shares_memory(lowering.max_pool(x, axis, axis), x)
        assert not np.shares_memory(lowering.avg_pool(x, axis, axis), x)
    np.testing.assert_array_equal(x, kept)


def test_on_threads_each_has_some_of_the_channels(monkeypatch):
    monkeypatch.setattr(lowering, "threads_for", lambda work: 2)
    monkeypatch.setattr(lowering, "BAND", 60)
    x = inner((9, 8, 5), 2, seed=0)
    rows, cols = make_axis(9, 3, 2), make_axis(8, 2, 2)
    wanted = loops.max_pool(outer(x), loops.way_of(rows), loops.way_of(cols))
    np.testing.assert_array_equal(outer(lowering.max_pool(x, rows, cols)), wanted)
