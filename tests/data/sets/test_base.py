"""A data set holds together: every picture has a label, every label a class."""

from __future__ import annotations

import numpy as np
import pytest

from convsim.data.sets import ArrayImages, DataSet, DataSetError
from tests.data.sets.files import pictures


def data(labels, classes=("a", "b"), count=None):
    labels = np.array(labels, np.int64)
    images = ArrayImages(pictures(len(labels) if count is None else count, 3, 4, 5))
    return DataSet("pets", classes, images, labels)


def test_pictures_come_as_floats_of_zero_to_one_in_the_order_that_was_asked_for():
    raw = pictures(3, 3, 4, 5)
    images = ArrayImages(raw)
    batch = images.batch(np.array([2, 0]))
    assert images.shape == (4, 5, 3)
    assert batch.dtype == np.float32
    np.testing.assert_array_equal(batch, raw[[2, 0]] / np.float32(255))


def test_a_batch_is_a_copy_that_may_be_changed():
    images = ArrayImages(np.zeros((2, 1, 2, 2), np.float32))
    images.batch(np.array([0]))[:] = 1
    assert not images.batch(np.array([0])).any()


def test_classes_are_counted_even_those_without_pictures():
    assert data([0, 2, 2], ("a", "b", "c")).counts().tolist() == [1, 0, 2]


def test_the_mean_picture_is_the_mean_of_all():
    pets = data([0, 1, 0])
    mean = pets.images.batch(np.arange(3)).mean(axis=0).transpose(1, 2, 0)
    np.testing.assert_allclose(pets.mean_picture(), mean, rtol=1e-6)


def test_labels_cannot_be_changed_afterwards():
    with pytest.raises(ValueError, match="read-only"):
        data([0, 1]).labels[0] = 1


@pytest.mark.parametrize(
    ("labels", "count", "words"),
    [
        ([0, 1], 3, "pets: 3 pictures but 2 labels"),
        ([], 0, "pets: holds no pictures"),
        ([0, 5], 2, "pets: picture 1 has the label 5; with 2 classes labels go from 0 to 1"),
        ([-1, 0], 2, "pets: picture 0 has the label -1"),
    ],
)
def test_what_does_not_belong_together_is_refused(labels, count, words):
    with pytest.raises(DataSetError, match=words):
        data(labels, count=count)
