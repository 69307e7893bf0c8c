"""One vector, many views: what changes in one changes in the other."""

from __future__ import annotations

import numpy as np
import pytest

from convsim.core.errors import ParameterError
from convsim.core.flat import FlatParams, slots_of, views, zeros
from tests.oracles.nets import residual_net, small

NETWORK = residual_net()
TRAINED = 3 * 3 + 3 + 3 * 3 * 9 + 3 + 6 + 3 * 3 * 9 + 6 + 12 + 4


def test_the_vector_holds_what_is_trained_and_nothing_else():
    flat = FlatParams.copied(NETWORK, NETWORK.init(0))
    assert flat.vector.size == zeros(NETWORK, np.float32).size == TRAINED
    slots = slots_of(NETWORK)
    assert [slot.start for slot in slots[1:]] == [slot.stop for slot in slots[:-1]]
    assert not any("running" in slot.name for slot in slots)
    assert [array.size for array in flat.rest] == [3, 3, 3, 3]


def test_layers_see_the_vector():
    params = NETWORK.init(0)
    flat = FlatParams.copied(NETWORK, params)
    for layer, own, given in zip(NETWORK.layers, flat.params, params, strict=True):
        assert list(own) == list(given)
        for name in own:
            np.testing.assert_array_equal(own[name], given[name])
            assert not np.shares_memory(own[name], given[name])
            assert np.shares_memory(own[name], flat.vector) == (name in layer.trained)
    flat.vector[:] = 7.0
    assert all((own["weight"] == 7.0).all() for own in flat.params if "weight" in own)


def test_a_copy_and_what_is_frozen_have_memory_of_their_own():
    flat = FlatParams.copied(NETWORK, NETWORK.init(0))
    copy, frozen = flat.copy(), flat.frozen()
    flat.vector[:] = 0.0
    flat.rest[0][:] = 5.0
    wanted = NETWORK.init(0)
    for mine, other, given in zip(copy.params, frozen, wanted, strict=True):
        for name in given:
            np.testing.assert_array_equal(mine[name], given[name])
            np.testing.assert_array_equal(other[name], given[name])
            assert mine[name].flags.writeable
            assert not other[name].flags.writeable
    flat.take(copy)
    for mine, given in zip(flat.params, wanted, strict=True):
        for name in given:
            np.testing.assert_array_equal(mine[name], given[name])


def test_statistics_are_put_where_they_belong():
    flat = FlatParams.copied(NETWORK, NETWORK.init(0))
    before = flat.vector.copy()
    flat.put({"batchnorm2": {"running_mean": np.arange(3.0)}})
    flat.put({})
    place = NETWORK.index("batchnorm2")
    np.testing.assert_array_equal(flat.params[place]["running_mean"], [0, 1, 2])
    np.testing.assert_array_equal(flat.vector, before)
    assert flat.params[NETWORK.index("batchnorm1")]["running_mean"].sum() == 0


def test_a_number_that_is_none_is_found_wherever_it_is():
    for spoil in (0, 1):
        flat = FlatParams.copied(NETWORK, NETWORK.init(0))
        assert flat.finite
        (flat.vector if spoil else flat.rest[-1])[-1] = np.inf
        assert not flat.finite


def test_double_precision_is_kept():
    params = [{k: v.astype(np.float64) for k, v in own.items()} for own in small().init(0)]
    flat = FlatParams.copied(small(), params)
    assert flat.vector.dtype == np.float64
    assert views(small(), flat.vector)[0]["weight"].dtype == np.float64


def test_what_the_network_does_not_need_is_refused():
    with pytest.raises(ParameterError):
        FlatParams.copied(NETWORK, small().init(0))
