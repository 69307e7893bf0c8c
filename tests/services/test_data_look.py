"""A look into a data set: counts that add up, means that are means, changes that are seeded."""

from __future__ import annotations

import numpy as np

from convsim.data.sets import Augmentation
from convsim.services.data_look import SHOWN, changed_samples, looks
from convsim.services.data_sets import bundled

DIGITS = bundled("digits", (8, 8, 1))


def test_the_counts_of_all_classes_are_all_pictures():
    found = looks(DIGITS, 0.1, 3)
    assert [look.name for look in found] == list(DIGITS.classes)
    assert sum(look.learnt + look.held for look in found) == len(DIGITS)
    assert DIGITS.test is not None
    assert sum(look.test for look in found) == len(DIGITS.test)
    assert all(len(look.pictures) == SHOWN for look in found)


def test_it_stops_when_it_is_told_to():
    answers = iter((True, True, False))
    assert len(looks(DIGITS, 0.1, 0, lambda: next(answers))) == 2


def test_the_same_seed_shows_the_same_changes_beside_the_pictures_as_they_are():
    change = Augmentation(flip=True, shift=1, rotate=20, noise=0.1)
    one, same, other = (changed_samples(DIGITS, change, seed, 4, 3) for seed in (1, 1, 2))
    assert one.shape == (4, 4, 8, 8, 1)
    np.testing.assert_array_equal(one, same)
    np.testing.assert_array_equal(one[:, 0], other[:, 0])
    assert not np.array_equal(one[:, 1:], other[:, 1:])
    assert not np.array_equal(one[:, 0], one[:, 1])
