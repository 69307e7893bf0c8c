"""Drawn data sets: seeded, balanced, and too hard for a network without convolutions."""

from __future__ import annotations

import numpy as np
import pytest

from convsim.data.sets import NAMES, DataSetError
from convsim.data.sets.made.make import Materials, make
from convsim.services.data_sets import BUNDLED, TEXTURES, bundled

SIZES = ((28, 28, 1), (32, 32, 3))
each = pytest.mark.parametrize("name", NAMES)


@each
def test_the_same_seed_gives_the_same_pictures(name):
    one, two, other = (bundled(name, (28, 28, 1), seed) for seed in (3, 3, 4))
    first = np.arange(50)
    np.testing.assert_array_equal(one.images.batch(first), two.images.batch(first))
    np.testing.assert_array_equal(one.labels, two.labels)
    assert not np.array_equal(one.images.batch(first), other.images.batch(first))


@each
@pytest.mark.parametrize("shape", SIZES, ids=["28×28×1", "32×32×3"])
def test_classes_are_equally_frequent_and_no_test_picture_is_learnt_from(name, shape):
    data = bundled(name, shape)
    assert data.shape == shape
    assert np.ptp(data.counts()) <= 1
    assert data.test is not None
    assert np.ptp(data.test.counts()) <= 1
    seen = {picture.tobytes() for picture in data.images.batch(np.arange(len(data)))}
    judged = {picture.tobytes() for picture in data.test.images.batch(np.arange(len(data.test)))}
    assert not seen & judged


def linear_accuracy(data, epochs=4, rate=0.1, batch=100):
    """Train a softmax on the bare pixels; return its accuracy on the test part."""
    x = data.images.batch(np.arange(len(data))).reshape(len(data), -1)
    test = data.test.images.batch(np.arange(len(data.test))).reshape(len(data.test), -1)
    mean = x.mean(axis=0)
    x, test = x - mean, test - mean
    wanted = np.eye(len(data.classes), dtype=np.float32)[data.labels]
    weight = np.zeros((x.shape[1], len(data.classes)), np.float32)
    bias = np.zeros(len(data.classes), np.float32)
    rng = np.random.default_rng(0)
    best = 0.0
    for _ in range(epochs):
        for some in np.array_split(rng.permutation(len(x)), len(x) // batch):
            scores = x[some] @ weight + bias
            scores -= scores.max(axis=1, keepdims=True)
            share = np.exp(scores)
            share /= share.sum(axis=1, keepdims=True)
            error = (share - wanted[some]) / len(some)
            weight -= rate * (x[some].T @ error)
            bias -= rate * error.sum(axis=0)
        best = max(best, float(((test @ weight + bias).argmax(axis=1) == data.test.labels).mean()))
    return best


@each
@pytest.mark.parametrize("shape", SIZES, ids=["28×28×1", "32×32×3"])
def test_a_linear_softmax_classifier_stays_below_80_percent(name, shape):
    assert linear_accuracy(bundled(name, shape)) < 0.8


def test_the_digits_are_all_there_and_a_fifth_is_set_aside():
    data = bundled("digits", (8, 8, 1))
    assert data.test is not None
    assert len(data) + len(data.test) == 1797
    assert data.classes == tuple("0123456789")
    # The first of UCI's test digits is a zero, with this second row.
    whole = np.rint(data.images.batch(np.arange(len(data))) * 16)
    assert [0, 0, 13, 15, 10, 15, 5, 0] in whole[:, 0, 1].tolist()


def test_textures_to_learn_from_and_to_be_judged_by_are_cut_from_different_parts():
    columns = np.tile(np.linspace(0, 1, 200, dtype=np.float32), (64, 1))
    stripes = {"left to right": columns, "the same": columns}
    data = make("textures", 32, 1, Materials(photographs=stripes), train=50, test=50)
    assert data.test is not None
    assert data.classes == ("left to right", "the same")


def test_textures_for_networks_that_read_more_are_enlarged():
    assert bundled("textures", (64, 64, 3)).images.batch(np.arange(3)).shape == (3, 3, 64, 64)


def test_every_bundled_set_is_listed_once():
    assert len(set(BUNDLED)) == len(BUNDLED)
    assert bundled("textures", (32, 32, 3)).classes == TEXTURES


@pytest.mark.parametrize(
    ("name", "size", "words"),
    [("cats", 32, "no data set is called 'cats'; there are shapes"), ("bars", 8, "16 to 128")],
)
def test_what_cannot_be_drawn_is_refused(name, size, words):
    with pytest.raises(DataSetError, match=words):
        make(name, size, 1, Materials())
