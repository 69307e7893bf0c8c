"""Windows in bands that fit their room; products of them, however they are split."""

from __future__ import annotations

import numpy as np
import pytest

import convsim.core.engine.slabs as slabs
from convsim.core.engine.slabs import Correlation, Product, Windows, block_of, parts_of

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


def test_parts_of_a_correlation_stay_small(monkeypatch):
    monkeypatch.setattr(slabs, "RESULT", 100)
    assert [parts_of(12, filters, 64) for filters in (8, 9, 16, 17, 33, 34)] == [1, 2, 2, 3, 4, 6]
    assert parts_of(12, 50, 64) == 6
    # One row at a time is no product any more.
    assert parts_of(12, 51, 64) == 1
    assert parts_of(7, 20, 64) == 1
    assert parts_of(12, 16, 63) == 1


@pytest.mark.parametrize("stride", [(1, 1), (2, 3)])
@pytest.mark.parametrize("room", [60, 200, 10_000])
def test_windows_are_those_of_sliding_window_view(stride, room):
    x = maps()
    windows = Windows(x, KERNEL, stride, np.empty(room))
    found = []
    for band in windows.bands:
        band.lower()
        found.append(windows.operand(band, windows.run)[:, 0].copy())
    # From (row, kernel row, kernel column, channel, column, picture).
    rows = np.concatenate(found).reshape(windows.high, 3, 2, 2, windows.broad, 3)
    np.testing.assert_array_equal(rows.transpose(0, 3, 4, 5, 1, 2), windows_of(x, stride))


@pytest.mark.parametrize("stride", [(1, 1), (2, 1), (1, 2), (2, 3), (4, 1)])
@pytest.mark.parametrize("spare", [-1, 0])
def test_bands_are_as_few_as_fit_and_alike(stride, spare):
    x = maps(height=17)
    row = 2 * KERNEL[1] * ((8 - KERNEL[1]) // stride[1] + 1) * 3
    high = (17 - KERNEL[0]) // stride[0] + 1
    for rows in range(1, high + 1):
        room = ((rows - 1) * stride[0] + KERNEL[0]) * row
        scratch = np.empty(room + spare)
        windows = Windows(x, KERNEL, stride, scratch)
        assert (windows.high, windows.row) == (high, row)
        fit = max(rows + spare, 1)
        sizes = [band.last - band.first for band in windows.bands]
        assert len(sizes) == -(-high // fit)
        assert max(sizes) == -(-high // len(sizes))
        assert [band.first for band in windows.bands] == [sum(sizes[:n]) for n in range(len(sizes))]
        assert sum(sizes) == high
        assert windows.kept == (len(sizes) == 1)
        # What is kept has a place of its own, and so has a row that does not fit at all.
        shared = all(np.shares_memory(band.lowered, scratch) for band in windows.bands)
        assert shared == (len(sizes) > 1 and rows + spare >= 1)
        for band in windows.bands:
            assert band.lowered.shape[0] == (band.last - band.first - 1) * stride[0] + KERNEL[0]


@pytest.mark.parametrize("room", [150, 10_000])
@pytest.mark.parametrize("product", [1, 6 * 12 * 16, 10**6])
@pytest.mark.parametrize("result", [40, 10**6])
def test_products_and_correlations_are_those_of_all_windows(room, product, result, monkeypatch):
    monkeypatch.setattr(slabs, "PRODUCT", product)
    monkeypatch.setattr(slabs, "RESULT", result)
    monkeypatch.setattr(slabs, "LONG", 1)
    x, filters = maps(width=17), 6
    windows = Windows(x, KERNEL, (1, 1), np.empty(room))
    all_windows = windows_of(x, (1, 1))
    rng = np.random.default_rng(1)
    y = np.empty((windows.high, filters, windows.broad, 3))
    weight = rng.standard_normal((filters, *KERNEL, 2))
    Product(windows, y)(weight.reshape(filters, -1))
    np.testing.assert_allclose(y, np.einsum("hcwnij,fijc->hfwn", all_windows, weight), atol=1e-12)
    dy = rng.standard_normal((windows.high, filters, windows.broad, 3))
    correlate = Correlation(windows, dy)
    wanted = np.einsum("hcwnij,hfwn->ijcf", all_windows, dy)
    for times in (1, 2, 3):
        correlate()
        total = correlate.total.reshape(wanted.shape)
        np.testing.assert_allclose(total, times * wanted, atol=1e-11)
    correlate.clear()
    correlate()
    np.testing.assert_allclose(correlate.total.reshape(wanted.shape), wanted, atol=1e-11)
