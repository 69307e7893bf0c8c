"""Small networks answer by kept stages: the layers' numbers, the caller's arrays, any thread."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

import convsim.core.engine.inference as inference
from convsim.core.engine.chunks import chunk_of
from convsim.core.errors import ParameterError
from convsim.core.layers import Conv2d, Dense, Flatten, MaxPool2d, ReLU, Tanh
from convsim.core.network import Network
from convsim.document import PRESETS
from tests.oracles.nets import as_float64, small

SMALL = ("lecture", "lenet5", "convnetjs-cifar", "tiny-vgg", "vgg-mini", "quiz")


def pictures(network: Network, count: int, seed: int = 0) -> np.ndarray:
    height, width, channels = network.input_shape
    rng = np.random.default_rng(seed)
    return rng.standard_normal((count, channels, height, width), np.float32)


@pytest.mark.parametrize("name", SMALL)
@pytest.mark.parametrize("threads", [1, 2])
def test_stages_say_what_the_layers_say(name, threads, monkeypatch):
    monkeypatch.setattr(inference, "threads_for", lambda work: threads)
    network = PRESETS[name].build()
    assert inference.is_small(network)
    params = network.init(1)
    for count in (1, 2, 5):
        x = pictures(network, count)
        wanted = network.forward_all(params, x)[-1]
        # The second time the stages come from the shelf.
        for _ in range(2):
            found = network.forward(params, x)
            assert (found.shape, found.dtype) == (wanted.shape, wanted.dtype)
            np.testing.assert_allclose(found, wanted, rtol=1e-5, atol=1e-5 * np.abs(wanted).max())


def test_one_picture_has_stages_for_one():
    network = small()
    network.forward(network.init(0), pictures(network, 1))
    assert inference._shelf[0].network is network
    assert inference._shelf[0].size == 1
    assert inference._shelf[0].stages.pictures.shape[-1] == 1


def test_changed_weights_are_seen():
    network = Network((4, 4, 1), [Conv2d(2, 3), Flatten(), Dense(2)])
    params, x = [dict(own) for own in network.init(0)], pictures(network, 1)
    before = network.forward(params, x)
    params[2]["weight"] *= 2
    np.testing.assert_allclose(network.forward(params, x), 2 * before, rtol=1e-6)


def test_the_answer_is_the_caller_s_own():
    network = small()
    params = network.init(0)
    first = network.forward(params, pictures(network, 2, 1))
    kept = first.copy()
    network.forward(params, pictures(network, 2, 2))
    np.testing.assert_array_equal(first, kept)


def test_many_threads_get_their_own_answers():
    network = PRESETS["lenet5"].build()
    params = network.init(0)
    questions = [pictures(network, 1, seed) for seed in range(40)]
    wanted = [network.forward(params, x) for x in questions]
    with ThreadPoolExecutor(4) as pool:
        for answer, right in zip(
            pool.map(lambda x: network.forward(params, x), questions), wanted, strict=True
        ):
            np.testing.assert_array_equal(answer, right)


def test_double_precision_and_mixed():
    network = small()
    params, x = network.init(0), pictures(network, 3)
    double = network.forward(as_float64(params), x.astype(np.float64))
    assert double.dtype == np.float64
    np.testing.assert_allclose(network.forward(params, x), double, rtol=1e-4, atol=1e-6)
    assert network.forward(as_float64(params), x).dtype == np.float32


def test_small_is_up_to_a_number_of_multiply_adds(monkeypatch):
    network = Network((4, 4, 2), [Conv2d(3, 3)])
    work = 2 * 2 * 3 * 18
    for limit, small_enough in ((work, True), (work - 1, False)):
        monkeypatch.setattr(inference, "SMALL", limit)
        assert inference.is_small(network) is small_enough
    assert not inference.is_small(Network((4, 4, 2), []))


def test_stages_are_borrowed_by_network_size_and_dtype_and_put_back_first(monkeypatch):
    monkeypatch.setattr(inference, "_shelf", [])
    one, two = (Network((4, 4, 1), [Conv2d(2, 3), Flatten(), Dense(2)]) for _ in range(2))

    def ask(network: Network, count: int, dtype: type = np.float32) -> object:
        params = network.init(0) if dtype == np.float32 else as_float64(network.init(0))
        inference.forward_by_stages(network, params, pictures(network, count).astype(dtype))
        return inference._shelf[0].stages

    first = ask(one, 3)
    others = [ask(two, 3), ask(one, 2), ask(one, 3, np.float64)]
    assert len({id(stages) for stages in (first, *others)}) == 4
    assert ask(one, 3) is first
    assert [kept.stages for kept in inference._shelf] == [first, *reversed(others)]


@pytest.mark.parametrize(("count", "asked"), [(1, []), (3, [3 * 216])])
def test_threads_are_asked_for_with_the_work_of_all_pictures(count, asked, monkeypatch):
    found: list[int] = []

    def threads_for(work: int) -> int:
        found.append(work)
        return 1

    monkeypatch.setattr(inference, "threads_for", threads_for)
    network = Network((4, 4, 2), [Conv2d(3, 3)])
    inference.forward_by_stages(network, network.init(0), pictures(network, count))
    assert found == asked


def test_pictures_that_end_as_maps_are_taken_one_by_one(monkeypatch):
    """Maps of several would have to be turned around, which costs more than it saves."""
    taken: list[int] = []

    def cuts_of(count: int, _threads: int, most: int) -> list[int]:
        taken.append(most)
        return [*range(count), count]

    monkeypatch.setattr(inference, "cuts_of", cuts_of)
    for layers in ([Conv2d(3, 3)], [Conv2d(3, 3), Flatten(), Dense(2)]):
        network = Network((4, 4, 2), layers)
        inference.forward_by_stages(network, network.init(0), pictures(network, 3))
    assert taken == [1, chunk_of(network, 3, 4)]
    assert taken[1] > 1


def test_the_shelf_stays_short():
    for size in range(3, 12):
        network = Network((size, size, 1), [Conv2d(2, 3), Tanh()])
        network.forward(network.init(0), pictures(network, 1))
    assert len(inference._shelf) <= inference.SHELF


def test_nothing_and_something_wrong():
    network = Network((4, 4, 2), [Conv2d(2, 3), ReLU(), MaxPool2d(2)])
    params = network.init(0)
    assert network.forward(params, pictures(network, 0)).shape == (0, 2, 1, 1)
    with pytest.raises(ParameterError, match="input must be"):
        network.forward(params, np.zeros((1, 4, 4, 2), np.float32))
    with pytest.raises(ParameterError, match="conv1 needs"):
        network.forward([{}, {}, {}], pictures(network, 1))
