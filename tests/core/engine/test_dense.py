"""A product with many weights is split by rows, each part small enough for BLAS's short way."""

from __future__ import annotations

import pytest

import convsim.core.engine.dense as dense
from convsim.core.engine.dense import parts_of


@pytest.mark.parametrize(
    ("rows", "depth", "batch", "parts"),
    [
        (120, 10, 5, 6),  # 20 rows fit
        (120, 25, 5, 15),  # 8 rows fit
        (120, 28, 5, 1),  # 7 would, which is not worth it
        (20, 10, 5, 1),
        (21, 10, 5, 3),  # no parts of 10.5 rows
        (23, 10, 5, 23),
        (120, 10, 1, 1),  # one picture
        (120, 10, 2, 3),
    ],
)
def test_parts_are_as_few_as_are_small_enough(rows, depth, batch, parts, monkeypatch):
    monkeypatch.setattr(dense, "PRODUCT", 1000)
    assert parts_of(rows, depth, batch) == parts
