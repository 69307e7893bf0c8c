"""How a batch is cut: few enough pictures for the caches, the same number for each thread."""

from __future__ import annotations

import numpy as np
import pytest

import convsim.core.engine.chunks as chunks_module
from convsim.core.engine.chunks import chunk_of, cuts_of, work_of
from convsim.core.layers import Conv2d, Dense, Flatten, ReLU
from convsim.core.network import Network

NETWORK = Network((4, 5, 2), [Conv2d(3, 2), ReLU(), Flatten(), Dense(6)])
"""Its maps are 3×4×3 = 36 numbers; then 6 scores."""


@pytest.mark.parametrize(
    ("depth", "work"), [(0, 0), (1, 36 * 8), (2, 36 * 8), (3, 36 * 8), (4, 36 * 8 + 36 * 6)]
)
def test_work_is_that_of_the_layers_before_the_loss(depth, work):
    assert work_of(NETWORK, depth) == work


@pytest.mark.parametrize(
    ("depth", "item", "room", "chunk"),
    [
        # ReLU and Flatten work in place and take no room.
        (1, 4, 36 * 4 * 3, 3),
        (2, 4, 36 * 4 * 3, 3),
        (3, 4, 36 * 4 * 3, 3),
        (4, 4, 42 * 4 * 3, 3),
        (4, 4, 42 * 4 * 3 - 1, 2),
        (4, 8, 42 * 8 * 3, 3),
        (4, 4, 1, 1),
        (4, 4, 10**9, 32),
        (0, 4, 10**9, 32),
    ],
)
def test_as_many_pictures_as_there_is_room_for(depth, item, room, chunk, monkeypatch):
    monkeypatch.setattr(chunks_module, "CHUNK_BYTES", room)
    assert chunk_of(NETWORK, depth, item) == chunk


def test_no_layers_take_no_room(monkeypatch):
    monkeypatch.setattr(chunks_module, "CHUNK_BYTES", 7)
    assert chunk_of(NETWORK, 0, 4) == 7


@pytest.mark.parametrize(
    ("batch", "threads", "most", "sizes"),
    [
        (1, 2, 8, [1]),
        (16, 2, 32, [8, 8]),
        (128, 2, 8, [8] * 16),
        (100, 2, 8, [5] * 20),
        (13, 2, 8, [6, 7]),
        (3, 8, 8, [1, 1, 1]),
        (20, 1, 8, [5, 5, 5, 5]),
        (22, 2, 6, [5, 6, 5, 6]),
        (7, 1, 2, [1] * 7),
        (14, 1, 2, [2] * 7),
    ],
)
def test_chunks_are_of_one_size_if_they_can_be(batch, threads, most, sizes):
    cuts = cuts_of(batch, threads, most)
    assert np.diff(cuts).tolist() == sizes
