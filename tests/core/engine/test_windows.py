"""Windows in bands: each row is lowered once, those of padding not at all where that pays."""

from __future__ import annotations

import numpy as np
import pytest

import convsim.core.engine.windows as windows_module
from convsim.core.engine.windows import Room, Windows

KERNEL = (3, 2)
NEVER = 10**9


def maps(height: int = 9, width: int = 8, padding: tuple[int, int] = (0, 0)) -> np.ndarray:
    x = np.random.default_rng(0).standard_normal((height, 2, width, 3))
    x[: padding[0]] = x[height - padding[1] :] = 0
    return x


def windows_of(x: np.ndarray, stride: tuple[int, int]) -> np.ndarray:
    """Return all windows: (Ho, C, Wo, N, KH, KW)."""
    found = np.lib.stride_tricks.sliding_window_view(x, KERNEL, (0, 2))
    return found[:: stride[0], :, :: stride[1]]


def found_of(windows: Windows) -> np.ndarray:
    """Return what the windows say, as `windows_of` does; 0 for kernel rows that are left out."""
    rows = np.zeros((windows.high, 3, 2, 2, windows.broad, 3))
    for band in windows.bands:
        band.lower()
        part = windows.operand(band, windows.run)[:, 0]
        shape = (band.last - band.first, band.taps[1] - band.taps[0], *rows.shape[2:])
        rows[band.first : band.last, band.taps[0] : band.taps[1]] = part.reshape(shape)
    return rows.transpose(0, 3, 4, 5, 1, 2)


@pytest.mark.parametrize("stride", [(1, 1), (2, 3), (4, 1)])
@pytest.mark.parametrize("padding", [(0, 0), (1, 2), (0, 1), (4, 5)])
@pytest.mark.parametrize("edge", [0, NEVER])
@pytest.mark.parametrize("room", [1, 400, 700, 10_000])
@pytest.mark.parametrize("band", [1, 300, 10_000])
def test_windows_are_those_of_sliding_window_view(stride, padding, edge, room, band, monkeypatch):
    monkeypatch.setattr(windows_module, "BAND", band)
    x = maps(17, padding=padding)
    windows = Windows(x, KERNEL, stride, Room(np.full(room, np.nan), edge), padding)
    # The second time they find what the first has left.
    for _ in range(2):
        np.testing.assert_array_equal(found_of(windows), windows_of(x, stride))
        x[padding[0] : 17 - padding[1]] += 1


@pytest.mark.parametrize("stride", [(1, 1), (2, 3)])
@pytest.mark.parametrize("strips", [2, 4])
@pytest.mark.parametrize("band", [1, 10_000])
def test_strips_of_one_picture_lie_side_by_side(stride, strips, band, monkeypatch):
    monkeypatch.setattr(windows_module, "BAND", band)
    x = maps(3 + 7 * stride[0], width=9)[..., :1].copy()
    room = Room(np.full(10_000, np.nan), NEVER)
    windows = Windows(x, KERNEL, stride, room, strips=strips)
    wanted = windows_of(x, stride)  # (8 rows, channel, column, 1, KH, KW)
    each = 8 // strips
    assert (windows.high, windows.run) == (each, strips * wanted.shape[2])
    for each_band in windows.bands:
        each_band.lower()
        # Axes: row of a strip, kernel row, kernel column, channel, strip, column.
        part = windows.operand(each_band, windows.run)[:, 0]
        part = part.reshape(-1, *KERNEL, 2, strips, wanted.shape[2])
        for row, found in enumerate(part, start=each_band.first):
            for strip in range(strips):
                np.testing.assert_array_equal(
                    found[..., strip, :], wanted[strip * each + row, :, :, 0].transpose(2, 3, 0, 1)
                )


@pytest.mark.parametrize("stride", [(1, 1), (2, 1), (1, 2), (2, 3), (4, 1)])
@pytest.mark.parametrize("spare", [-1, 0])
def test_bands_are_as_few_as_fit_and_alike(stride, spare, monkeypatch):
    row = 2 * KERNEL[1] * ((8 - KERNEL[1]) // stride[1] + 1) * 3
    high = (17 - KERNEL[0]) // stride[0] + 1
    for rows in range(1, high + 1):
        band = ((rows - 1) * stride[0] + KERNEL[0]) * row
        monkeypatch.setattr(windows_module, "BAND", band + spare)
        windows = Windows(maps(17), KERNEL, stride, Room(np.empty(10**5), NEVER))
        assert (windows.high, windows.row) == (high, row)
        fit = max(rows + spare, 1)
        sizes = [band.last - band.first for band in windows.bands]
        assert len(sizes) == -(-high // fit)
        assert max(sizes) == -(-high // len(sizes))
        assert [band.first for band in windows.bands] == [sum(sizes[:n]) for n in range(len(sizes))]
        assert sum(sizes) == high
        assert windows.kept == (band + spare >= 17 * row)


def lowered_rows(windows: Windows) -> list[int]:
    return [len(band.source) for band in windows.bands]


@pytest.mark.parametrize("padding", [(0, 0), (1, 2)])
def test_windows_of_one_column_are_the_maps_and_nothing_is_lowered(padding):
    x = maps(padding=padding)
    windows = Windows(x, (3, 1), (1, 1), Room(np.empty(0), NEVER), padding)
    assert np.shares_memory(windows.numbers, x)
    assert not any(lowered_rows(windows))
    (band,) = windows.bands
    wanted = np.lib.stride_tricks.sliding_window_view(x, 3, 0).transpose(0, 4, 1, 2, 3)
    found = windows.operand(band, windows.run)[:, 0]
    np.testing.assert_array_equal(found.reshape(wanted.shape), wanted)


def test_each_row_is_lowered_once_while_there_is_room(monkeypatch):
    x, row = maps(), 2 * 2 * 7 * 3
    monkeypatch.setattr(windows_module, "BAND", 4 * row)
    for room, rows in ((9, [3, 2, 2, 2]), (8, [3, 2, 2, 4]), (6, [3, 2, 4, 2]), (4, [3, 4, 4, 4])):
        windows = Windows(x, KERNEL, (1, 1), Room(np.empty(room * row + row - 1), NEVER))
        assert lowered_rows(windows) == rows, room
    # What does not fit at all has room of its own.
    tight = Room(np.empty(4 * row - 1), NEVER)
    windows = Windows(x, KERNEL, (1, 1), tight)
    assert lowered_rows(windows) == [3, 4, 4, 4]
    assert not any(np.shares_memory(band.lowered, tight.numbers) for band in windows.bands)


def test_what_a_band_holds_is_lowered_at_once_and_kept(monkeypatch):
    x, row = maps(padding=(1, 2)), 2 * 2 * 7 * 3
    room = Room(np.empty(10_000), 0)
    for band, kept in ((9 * row, True), (9 * row - 1, False)):
        monkeypatch.setattr(windows_module, "BAND", band)
        windows = Windows(x, KERNEL, (1, 1), room, (1, 2))
        assert windows.kept == kept
        # 6 rows of 9 are no padding.
        assert sum(lowered_rows(windows)) == 6
        assert (lowered_rows(windows)[0] == 6) == kept
        shared = any(np.shares_memory(band.lowered, room.numbers) for band in windows.bands)
        assert shared == (not kept)


@pytest.mark.parametrize(
    ("padding", "filters", "edge", "taps"),
    [
        ((1, 2), 1, 84 * 1.5, [(1, 3), (0, 3), (0, 2), (0, 1)]),
        ((1, 2), 1, 84 * 1.5 + 1, [(0, 3)]),
        ((1, 2), 2, 84 * 3, [(1, 3), (0, 3), (0, 2), (0, 1)]),
        ((1, 0), 1, 84, [(1, 3), (0, 3)]),
        ((0, 0), 1, 0, [(0, 3)]),
        # Every window keeps a row.
        ((4, 0), 1, 0, [(2, 3), (1, 3), (0, 3)]),
    ],
)
def test_padding_is_left_out_where_that_saves_enough(padding, filters, edge, taps):
    x = maps(padding=padding)
    windows = Windows(x, KERNEL, (1, 1), Room(np.empty(1), edge), padding, filters)
    assert [band.taps for band in windows.bands] == taps
    np.testing.assert_array_equal(found_of(windows), windows_of(x, (1, 1)))
