"""Splitting: nothing is lost, nothing is twice, every class keeps its share, a seed decides."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convsim.data.sets import DataSetError, split

labels_of = st.lists(st.integers(0, 4), min_size=1, max_size=60).map(
    lambda numbers: np.array(numbers, np.int64)
)
share = st.floats(0, 0.49)


@given(labels_of, share, share, st.integers(0, 100))
def test_every_picture_is_in_exactly_one_part(labels, validation, test, seed):
    parts = split(labels, validation, test, seed)
    together = np.concatenate([parts.train, parts.validation, parts.test])
    assert sorted(together) == list(range(len(labels)))
    assert set(labels[parts.train]) == set(labels)


def test_every_class_keeps_its_share():
    labels = np.repeat(np.arange(3), (100, 50, 10))
    parts = split(labels, 0.1, 0.2)
    assert np.bincount(labels[parts.validation]).tolist() == [10, 5, 1]
    assert np.bincount(labels[parts.test]).tolist() == [20, 10, 2]


def test_the_seed_decides():
    labels = np.arange(100) % 5
    one, two, other = split(labels, seed=1), split(labels, seed=1), split(labels, seed=2)
    np.testing.assert_array_equal(one.test, two.test)
    assert not np.array_equal(one.test, other.test)


@pytest.mark.parametrize(("validation", "test"), [(-0.1, 0), (0.5, 0.5), (0, 1)])
def test_something_must_be_left_to_learn_from(validation, test):
    with pytest.raises(DataSetError, match="leave something to learn from"):
        split(np.zeros(10, np.int64), validation, test)
