"""Products of windows, however they are cut into bands and split."""

from __future__ import annotations

import numpy as np
import pytest

import convsim.core.engine.slabs as slabs
import convsim.core.engine.windows as windows_module
from convsim.core.engine.slabs import (
    Correlation,
    KernelRowCorrelation,
    Product,
    block_of,
    correlation,
    parts_of,
)
from convsim.core.engine.windows import Room, Windows

KERNEL = (3, 2)


def maps(height: int = 9, width: int = 8) -> np.ndarray:
    return np.random.default_rng(0).standard_normal((height, 2, width, 3))


def windows_of(x: np.ndarray, stride: tuple[int, int]) -> np.ndarray:
    """Return all windows: (Ho, C, Wo, N, KH, KW)."""
    found = np.lib.stride_tricks.sliding_window_view(x, KERNEL, (0, 2))
    return found[:: stride[0], :, :: stride[1]]


def test_blocks_of_a_product_stay_small(monkeypatch):
    assert block_of(256, 288 * 32) == 64
    assert block_of(100, 10) == 100
    assert block_of(7, 10**6) == 7
    monkeypatch.setattr(slabs, "PRODUCT", 100)
    # 3 does not divide 64; blocks of less than 16 columns are not worth it.
    assert [block_of(64, each) for each in (1, 2, 3, 4, 6, 7)] == [64, 32, 32, 16, 16, 64]
    assert block_of(48, 6) == 16
    assert block_of(17, 6) == 17


def test_a_product_is_split_by_what_a_column_of_all_filters_costs(monkeypatch):
    asked: list[tuple[int, int]] = []

    def block_of(run: int, each: int) -> int:
        asked.append((run, each))
        return run

    monkeypatch.setattr(slabs, "block_of", block_of)
    windows = Windows(maps(), KERNEL, (1, 1), Room(np.empty(1000), 0))
    Product(windows, np.empty((windows.high, 6, windows.broad, 3)))
    assert asked == [(7 * 3, 6 * 3 * 2 * 2)]


def test_parts_of_a_correlation_stay_small():
    found = [parts_of(12, filters, 64, 100) for filters in (8, 9, 16, 17, 33, 34)]
    assert found == [1, 2, 2, 3, 4, 6]
    assert parts_of(12, 50, 64, 100) == 6
    # One row at a time is no product any more.
    assert parts_of(12, 51, 64, 100) == 1
    assert parts_of(7, 20, 64, 100) == 1
    assert parts_of(12, 16, 63, 100) == 1


@pytest.mark.parametrize("band", [150, 10_000])
@pytest.mark.parametrize("edge", [0, 10**9])
@pytest.mark.parametrize("turned", [1, 10**9])
@pytest.mark.parametrize("product", [1, 6 * 12 * 16, 10**6])
@pytest.mark.parametrize("result", [40, 10**6])
def test_products_and_correlations_are_those_of_all_windows(
    band, edge, turned, product, result, monkeypatch
):
    monkeypatch.setattr(slabs, "PRODUCT", product)
    monkeypatch.setattr(slabs, "RESULT", result)
    monkeypatch.setattr(slabs, "LONG", 1)
    monkeypatch.setattr(slabs, "TURNED", turned)
    monkeypatch.setattr(windows_module, "BAND", band)
    x, filters = maps(width=17), 6
    x[:1] = x[-2:] = 0
    windows = Windows(x, KERNEL, (1, 1), Room(np.empty(1000), edge), (1, 2))
    all_windows = windows_of(x, (1, 1))
    rng = np.random.default_rng(1)
    y = np.empty((windows.high, filters, windows.broad, 3))
    weight = rng.standard_normal((filters, *KERNEL, 2))
    Product(windows, y)(weight.reshape(filters, -1))
    np.testing.assert_allclose(y, np.einsum("hcwnij,fijc->hfwn", all_windows, weight), atol=1e-12)
    dy = rng.standard_normal((windows.high, filters, windows.broad, 3))
    total = np.zeros((windows.size, filters))
    correlate = Correlation(windows, dy, total)
    wanted = np.einsum("hcwnij,hfwn->ijcf", all_windows, dy)
    for times in (1, 2, 3):
        correlate()
        np.testing.assert_allclose(total.reshape(wanted.shape), times * wanted, atol=1e-11)
    # The only call of a step need not add, unless its first band leaves out kernel rows.
    fresh = Correlation(windows, dy, total, fresh=True)
    assert fresh.writes == (edge > 0)
    total[...] = np.nan if fresh.writes else 0
    fresh()
    np.testing.assert_allclose(total.reshape(wanted.shape), wanted, atol=1e-11)


@pytest.mark.parametrize("product", [1, 13 * 4 * 3 * 6, 10**6])
def test_a_correlation_by_kernel_rows_is_the_same(product, monkeypatch):
    monkeypatch.setattr(slabs, "PRODUCT", product)
    x, rng = maps(height=15, width=5), np.random.default_rng(1)
    windows = Windows(x, KERNEL, (1, 1), Room(np.empty(1000), 0))
    # As in a plan, the rows of the gradient need not be contiguous.
    dy = rng.standard_normal((windows.high, 6, windows.broad + 1, 3))[:, :, 1:]
    wanted = np.einsum("hcwnij,hfwn->ijcf", windows_of(x, (1, 1)), dy)
    total = np.zeros((windows.size, 6))
    correlate = KernelRowCorrelation(windows, dy, total)
    for times in (1, 2):
        correlate()
        np.testing.assert_allclose(total.reshape(wanted.shape), times * wanted, atol=1e-11)
    total.fill(np.nan)
    KernelRowCorrelation(windows, dy, total, fresh=True)()
    np.testing.assert_allclose(total.reshape(wanted.shape), wanted, atol=1e-11)


@pytest.mark.parametrize(
    ("width", "stride", "turned", "way"),
    [
        (22, (1, 2), 12, KernelRowCorrelation),
        (23, (1, 1), 12, Correlation),
        (22, (1, 1), 13, Correlation),
        (22, (2, 1), 12, Correlation),
    ],
)
def test_short_rows_of_large_windows_go_by_kernel_rows(width, stride, turned, way, monkeypatch):
    monkeypatch.setattr(slabs, "TURNED", turned)
    monkeypatch.setattr(slabs, "LONG", 64)
    x = maps(width=width)
    windows = Windows(x, KERNEL, stride, Room(np.empty(1000), 0))
    dy = np.zeros((windows.high, 6, windows.broad, 3))
    assert type(correlation(windows, dy, np.zeros((windows.size, 6)), fresh=False)) is way
