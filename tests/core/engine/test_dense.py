"""A product with many weights is split by rows, each part small enough for BLAS's short way."""

from __future__ import annotations

import pytest

import convsim.core.engine.dense as dense
from convsim.core.engine.dense import column_parts_of, input_parts_of, parts_of


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


@pytest.mark.parametrize(
    ("rows", "depth", "parts"),
    [
        (10, 9, 1),  # 90 are few enough
        (10, 10, 2),  # 100 are not
        (10, 40, 5),
        (10, 50, 10),
        (2, 150, 1),  # a single row is too much
        (100, 6, 1),  # so many that the split costs more than to tell BLAS
    ],
)
def test_a_product_with_one_picture_is_split_so_that_blas_needs_one_thread(
    rows, depth, parts, monkeypatch
):
    monkeypatch.setattr(dense, "ALONE", 100)
    monkeypatch.setattr(dense, "SMALL", 500)
    assert column_parts_of(rows, depth) == parts


@pytest.mark.parametrize(
    ("size", "units", "count", "parts"),
    [
        (400, 5, 2, 4),  # 100 inputs fit
        (400, 5, 1, 2),
        (100, 5, 2, 1),
        (400, 5, 7, 16),  # 28 inputs fit, and 25 divide
        (400, 5, 11, 1),  # 18 would, which is not worth it
        (401, 5, 2, 1),  # a prime number
        (400, 2000, 1, 1),
    ],
)
def test_the_gradient_of_weights_is_split_along_the_inputs(size, units, count, parts, monkeypatch):
    monkeypatch.setattr(dense, "PRODUCT", 1000)
    monkeypatch.setattr(dense, "LONG", 20)
    assert input_parts_of(size, units, count) == parts
