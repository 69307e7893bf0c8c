"""A training as window and command line run it: what is set aside, what each epoch came to."""

from __future__ import annotations

import numpy as np
import pytest

from convsim.core.errors import DivergedError, LabelError
from convsim.core.layers import Conv2d, Dense, Flatten, MaxPool2d, ReLU
from convsim.core.network import Network
from convsim.core.optim import SGD, Adam
from convsim.core.recipe import Controls, Recipe
from convsim.core.snapshot import Phase
from convsim.data.sets import Augmentation
from convsim.services.data_sets import bundled
from convsim.services.training import Plan, judged, trained
from tests.oracles.documents import made_of

NETWORK = Network((8, 8, 1), [Conv2d(8, 3, padding=1), ReLU(), MaxPool2d(2), Flatten(), Dense(10)])


@pytest.fixture(scope="module")
def digits():
    return bundled("digits", (8, 8, 1))


@pytest.fixture
def document():
    return made_of(NETWORK)


def plan(document, digits, epochs=2, **more):
    return Plan(document, digits, Recipe(optimizer=Adam(0.003), epochs=epochs), **more)


def last_of(reports):
    *_, last = reports
    return last.snapshot


def test_a_tenth_of_every_class_is_set_aside_and_never_learnt_from(document, digits):
    learnt, held = plan(document, digits).parts()
    assert held is not None
    assert len(learnt.targets) + len(held.targets) == len(digits)
    share = np.bincount(held.targets) / digits.counts()
    np.testing.assert_allclose(share, 0.1, atol=0.01)


def test_nothing_need_be_set_aside(document, digits):
    learnt, held = plan(document, digits, validation=0.0).parts()
    assert held is None
    assert len(learnt.targets) == len(digits)


def test_every_epoch_is_summed_up_once_and_checked_on_what_was_set_aside(document, digits):
    epochs = [r.epoch for r in plan(document, digits).reports() if r.epoch is not None]
    assert [epoch.number for epoch in epochs] == [1, 2]
    assert all(epoch.check is not None for epoch in epochs)
    assert epochs[1].loss < epochs[0].loss
    assert epochs[1].accuracy > epochs[0].accuracy
    assert epochs[1].check.count == len(plan(document, digits).parts()[1].targets)


def test_how_often_snapshots_are_published_changes_no_sum(document, digits):
    sums = []
    for publish in (0.0, float("inf")):
        recipe = Recipe(optimizer=Adam(0.003), publish=publish)
        reports = Plan(document, digits, recipe).reports()
        (epoch,) = (report.epoch for report in reports if report.epoch is not None)
        sums.append((epoch.loss, epoch.accuracy))
    np.testing.assert_allclose(sums[0], sums[1], rtol=1e-9)


def test_the_same_seed_gives_the_same_weights(document, digits):
    changing = Augmentation(shift=1, noise=0.1)
    one, two, other = (
        last_of(plan(document, digits, 1, seed=seed, augmentation=changing).reports())
        for seed in (1, 1, 2)
    )
    assert one.params[0]["weight"].tobytes() == two.params[0]["weight"].tobytes()
    assert one.params[0]["weight"].tobytes() != other.params[0]["weight"].tobytes()


def test_what_was_learnt_becomes_a_document_that_knows_its_classes(document, digits):
    snapshot = last_of(plan(document, digits).reports())
    after = trained(document, snapshot.params, digits.classes)
    assert after.trained
    assert after.classes == digits.classes
    assert not document.trained
    before = judged(NETWORK, document.weights, digits)
    result = judged(after.network, after.weights, digits)
    assert result.count == len(digits.test)
    assert result.accuracy > 0.8 > before.accuracy


def test_a_stop_keeps_what_was_learnt_so_far(document, digits):
    controls = Controls(Recipe(optimizer=Adam(0.003), epochs=50))
    phases = []
    for report in Plan(document, digits, controls.recipe).reports(controls):
        phases.append(report.snapshot.phase)
        controls.stop()
    assert phases[-1] is Phase.STOPPED
    assert report.snapshot.step == 1


def test_divergence_is_reported_after_the_last_good_weights(document, digits):
    reports = Plan(document, digits, Recipe(optimizer=SGD(1e30))).reports()
    last = None
    with pytest.raises(DivergedError):  # noqa: PT012 - the generator gives before it raises
        for report in reports:
            last = report.snapshot
    assert last is not None
    assert last.phase is Phase.DIVERGED
    assert all(np.isfinite(a).all() for own in last.params for a in own.values())


def test_more_classes_than_outputs_are_refused_before_any_work(digits):
    small = Network((8, 8, 1), [Flatten(), Dense(7)])
    with pytest.raises(LabelError, match="7 outputs"):
        plan(made_of(small), digits).reports()
