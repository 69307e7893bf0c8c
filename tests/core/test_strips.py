"""Rows side by side make products of whole registers, in bands that fit the caches."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import numpy as np
import pytest

from convsim.core import strips
from convsim.core.geometry import make_axis
from convsim.core.lowering import convolve
from tests.oracles import loops
from tests.oracles.draws import inner, normal, outer


@pytest.fixture(autouse=True)
def nothing_is_remembered() -> Iterator[None]:
    """Choose strips afresh: limits differ from test to test."""
    strips.strips_for.cache_clear()
    yield
    strips.strips_for.cache_clear()


def test_a_product_is_split_by_filters_until_it_is_small(monkeypatch):
    monkeypatch.setattr(strips, "PRODUCT", 1000)
    found = [strips.parts_of(filters, work) for filters, work in ((96, 1000), (96, 1001))]
    assert found == [1, 2]
    # In four parts there would be 24 filters each, in five none fit, in six there are 16.
    assert strips.parts_of(96, 4001) == 6
    assert strips.parts_of(96, 6001) == 0
    assert strips.parts_of(8, 1000) == 1
    assert strips.parts_of(8, 1001) == 0


@pytest.mark.parametrize(
    ("run", "columns"),
    [
        (64, 64),  # four registers as they are
        (55, 112),  # two strips fill seven but for two numbers
        (24, 48),  # two strips fill three
        (28, 112),  # four strips fill seven
        (9, 9),  # what fills up more than half a register costs more than a mask
    ],
)
def test_so_many_strips_that_registers_are_full(run, columns):
    chosen = strips.strips_for(56, 3, 1, run, 9, 96, 1)
    assert chosen is not None
    if run == 9:
        assert chosen.columns % 16 == 4  # four strips of 9
    else:
        assert chosen.columns == columns
    assert chosen.strips == chosen.columns // run


def test_not_where_rows_lowered_twice_cost_more():
    # 11 kernel rows: of 14 output rows in two strips 10 input rows are lowered twice.
    few, many = (strips.strips_for(14, 11, 1, 24, 33, filters, 1) for filters in (1, 64))
    assert few is not None
    assert many is not None
    assert (few.columns, many.columns) == (24, 48)


@pytest.mark.parametrize("threads", [1, 2, 3])
@pytest.mark.parametrize("stride", [1, 2, 4])
@pytest.mark.parametrize("band", [1, 5_000, 20_000, 10**6])
@pytest.mark.parametrize("count", [1, 2, 4])
def test_bands_cover_every_row_and_fit_the_caches(threads, stride, band, count, monkeypatch):
    monkeypatch.setattr(strips, "BAND", band)
    monkeypatch.setattr(strips, "COUNTS", (count,))
    high, kernel, run, depth, filters = 37, 5, 12, 15, 6
    chosen = strips.strips_for(high, kernel, stride, run, depth, filters, threads)
    assert chosen is not None
    covered: set[int] = set()
    assert chosen.strips == count
    for first, each, step in chosen.bands:
        starts = [first + n * step for n in range(count)]
        rows = {row for start in starts for row in range(start, start + each)}
        assert not rows & covered, "no two threads write the same row"
        covered |= rows
        lowered = ((each - 1) * stride + kernel) * depth * chosen.columns
        # The last band may have to take rows twice, and low bands would lower too much twice.
        low = each <= 4 * (kernel - stride) // stride
        assert (
            each == 1
            or step < each
            or low
            or lowered + (each - 1) * filters * chosen.columns <= band
        )
    assert covered == set(range(high))
    assert len(chosen.bands) % threads == 0 or len(chosen.bands) >= high // count


@pytest.mark.parametrize(
    ("threads", "lead", "wanted"),
    [
        (1, 100, [20]),
        (2, 0, [10, 10]),
        (2, 100, [11, 9]),
        (2, 399, [13, 7]),
        (2, 10**6, [19, 1]),  # each has something
        (3, 200, [8, 6, 6]),
        (3, 10**6, [18, 1, 1]),
    ],
)
def test_whoever_asks_has_more_rows_because_the_others_must_be_woken(
    threads, lead, wanted, monkeypatch
):
    monkeypatch.setattr(strips, "LEAD", lead)
    # A row of the output takes 100 multiply-adds.
    chosen = strips.strips_for(20, 1, 1, 10, 2, 5, threads)
    assert chosen is not None
    assert [band.each for band in chosen.bands] == wanted
    assert [band.first for band in chosen.bands] == [sum(wanted[:n]) for n in range(len(wanted))]


def test_many_weights_that_cannot_be_split_go_another_way():
    assert strips.strips_for(27, 5, 1, 27, 96 * 5, 256, 1) is None
    # So few filters cannot be split, but so few weights need not be.
    assert strips.strips_for(5, 5, 1, 20_000, 15, 6, 1) is not None


@pytest.mark.parametrize("count", [1, 2, 4])
@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("relu", [True, False])
def test_what_fills_a_register_up_is_not_seen(count, bias, relu, monkeypatch):
    monkeypatch.setattr(strips, "COUNTS", (count,))
    rows, cols = make_axis(17, 3, 2), make_axis(27, 5, 1)
    x, weight = inner((17, 27, 2), 1, seed=0), normal((4, 2, 3, 5), 0)
    offsets = normal((4,), 0) if bias else None
    monkeypatch.setattr(strips._kept, "room", np.full(200_000, 255, np.uint8))
    assert np.isnan(strips._kept.room.view(np.float64)).all()
    y = convolve(x, weight, offsets, rows, cols, relu=relu)
    wanted = loops.convolve(outer(x), weight, offsets, loops.way_of(rows), loops.way_of(cols))
    np.testing.assert_allclose(outer(y), np.maximum(wanted, 0) if relu else wanted, atol=1e-11)


@pytest.mark.parametrize("count", [1, 2, 4])
def test_no_pictures_have_no_maps(count, monkeypatch):
    monkeypatch.setattr(strips, "COUNTS", (count,))
    rows = make_axis(9, 3)
    x, weight, bias = inner((9, 9, 2), 0, seed=0), normal((4, 2, 3, 3), 0), normal((4,), 0)
    assert convolve(x, weight, bias, rows, rows, relu=True).shape == (7, 4, 7, 0)


def test_numbers_of_another_kind_of_weight_and_bias_are_taken_over():
    rows, cols = make_axis(6, 3), make_axis(7, 3)
    x, weight, bias = inner((6, 7, 2), 1, 0), normal((3, 2, 3, 3), 0), normal((3,), 0)
    y = convolve(x.astype(np.float32), weight, bias, rows, cols)
    assert y.dtype == np.float32
    wanted = loops.convolve(outer(x), weight, bias, loops.way_of(rows), loops.way_of(cols))
    np.testing.assert_allclose(outer(y), wanted, atol=1e-5)


def test_room_is_each_threads_own_and_kept_unless_it_is_large(monkeypatch):
    monkeypatch.setattr(strips._kept, "room", np.empty(0, np.uint8))
    kinds = np.dtype(np.float32), np.dtype(np.float64)
    for kind in kinds:
        first, second = strips._room(kind, 100, 33)
        assert (first.size, second.size, first.dtype, second.dtype) == (100, 33, kind, kind)
        assert not np.shares_memory(first, second)
        assert first.ctypes.data % 64 == second.ctypes.data % 64 == 0
    again, _ = strips._room(kinds[1], 90, 10)
    assert np.shares_memory(first, again)
    others: list[np.ndarray] = []
    thread = threading.Thread(target=lambda: others.extend(strips._room(kinds[0], 100, 33)))
    thread.start()
    thread.join()
    assert not any(np.shares_memory(first, other) for other in others)
    monkeypatch.setattr(strips, "KEPT", 4000)
    monkeypatch.setattr(strips._kept, "room", np.empty(0, np.uint8))
    large, _ = strips._room(kinds[0], 2000, 10)
    assert not np.shares_memory(large, strips._room(kinds[0], 2000, 10)[0])
