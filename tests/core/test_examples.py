"""Batches: every example once an epoch, in an order that depends on seed and epoch alone."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from convsim.core.errors import TrainingError
from convsim.core.examples import ArrayPictures, IndexedExamples, StreamExamples, as_examples

PICTURES = np.arange(10, dtype=np.float32).reshape(10, 1, 1, 1)
LABELS = np.arange(10) * 11
ARRAYS = as_examples((PICTURES, LABELS))


def read(seed: int | None, epoch: int) -> Iterator[tuple[np.ndarray, int]]:
    order = np.arange(10)
    if seed is not None:
        np.random.default_rng([seed, epoch]).shuffle(order)
    for i in order:
        yield PICTURES[i], int(LABELS[i])


STREAM = StreamExamples(read, LABELS)
each_source = pytest.mark.parametrize("data", [ARRAYS, STREAM], ids=["arrays", "stream"])


def seen(data, size=3, **where):
    """Return the labels of an epoch, after checking that pictures and labels belong together."""
    out = []
    for pictures, labels in data.batches(size, **where):
        assert pictures.dtype == np.float32
        np.testing.assert_array_equal(pictures[:, 0, 0, 0] * 11, labels)
        out.append(labels.tolist())
    return out


def order(data, size=3, **where):
    return [label for batch in seen(data, size, **where) for label in batch]


@each_source
def test_without_a_seed_in_the_order_of_the_data(data):
    assert seen(data) == [[0, 11, 22], [33, 44, 55], [66, 77, 88], [99]]


@each_source
def test_every_example_once_and_another_order_each_epoch_and_seed(data):
    orders = [order(data, seed=s, epoch=e) for s, e in ((0, 0), (0, 1), (1, 0))]
    assert all(sorted(one) == LABELS.tolist() for one in orders)
    assert len({tuple(one) for one in orders}) == 3
    assert order(data, seed=0, epoch=1) == orders[1]


@each_source
def test_the_order_does_not_depend_on_the_size_of_batches(data):
    assert order(data, 4, seed=5) == order(data, 3, seed=5)


@each_source
@pytest.mark.parametrize("start", [0, 1, 6, 10])
def test_what_was_seen_before_is_left_out(data, start):
    whole = order(data, seed=2, epoch=3)
    assert order(data, seed=2, epoch=3, start=start) == whole[start:]


def test_changes_are_drawn_again_each_time_and_the_same_after_a_break():
    def noise(pictures: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        return pictures + rng.random(pictures.shape, np.float32)

    data = IndexedExamples(ArrayPictures(PICTURES), LABELS, noise)

    def values(**where):
        return np.concatenate([pictures.ravel() for pictures, _ in data.batches(3, **where)])

    whole = values(seed=0)
    np.testing.assert_array_equal(values(seed=0, start=6), whole[6:])
    assert len(set(np.round(whole - np.floor(whole), 6))) == 10
    assert not np.array_equal(np.sort(values(seed=0, epoch=1)), np.sort(whole))
    np.testing.assert_array_equal(values(), PICTURES.ravel())


def test_a_source_of_one_s_own_is_taken_as_it_is():
    assert as_examples(STREAM) is STREAM
    assert as_examples((ArrayPictures(PICTURES), LABELS)).targets is LABELS


def test_pictures_without_targets_are_refused():
    with pytest.raises(TrainingError, match="received 10 pictures and 9 targets"):
        as_examples((PICTURES, LABELS[:9]))
