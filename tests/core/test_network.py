"""A network derives every shape, keeps a layer that does not fit in its place, and works it out."""

from __future__ import annotations

from dataclasses import FrozenInstanceError

import numpy as np
import pytest

from convsim.core.errors import ConvSimError, DoesNotFitError, LayerError, ParameterError
from convsim.core.layers import AvgPool2d, Conv2d, Dense, Flatten, MaxPool2d, ReLU, Softmax
from convsim.core.network import Network, from_inner, to_inner
from convsim.core.place import Place
from tests.oracles import loops
from tests.oracles.draws import normal
from tests.oracles.examples import changed

LECTURE = Network((32, 32, 3), [Conv2d(6, 5), ReLU(), Conv2d(10, 5), ReLU()])
SMALL = Network(
    (8, 9, 2), [Conv2d(4, 3, padding=1), ReLU(), MaxPool2d((2, 3)), Flatten(), Dense(5), Softmax()]
)
MISFIT = Network((7, 7, 1), [Conv2d(2, 3), Conv2d(3, 3, 3), ReLU(), Flatten(), Dense(2)])


# Shapes


def test_each_layer_stands_where_its_input_comes_from_the_one_before():
    assert [place.index for place in SMALL.places] == [0, 1, 2, 3, 4, 5]
    assert [place.layer for place in SMALL.places] == list(SMALL.layers)
    assert [place.input_shape for place in SMALL.places] == [
        (8, 9, 2), (8, 9, 4), (8, 9, 4), (4, 3, 4), (48,), (5,),
    ]  # fmt: skip
    assert [place.output_shape for place in SMALL.places] == [
        (8, 9, 4), (8, 9, 4), (4, 3, 4), (48,), (5,), (5,),
    ]  # fmt: skip
    assert SMALL.output_shape == (5,)
    assert SMALL.bad_place is None
    SMALL.check()


def test_a_network_without_layers_gives_back_the_picture():
    empty = Network((4, 5, 1), [])
    x = normal((2, 1, 4, 5), 0)
    assert empty.output_shape == (4, 5, 1)
    np.testing.assert_array_equal(empty.forward([], x), x)
    assert empty.forward_all([], x) == []


def test_a_layer_that_does_not_fit_keeps_its_place_and_those_behind_it_wait():
    first, bad, *waiting = MISFIT.places
    assert (first.output_shape, first.error, first.waiting) == ((5, 5, 2), None, False)
    assert (bad.input_shape, bad.output_shape, bad.waiting) == ((5, 5, 2), None, False)
    assert isinstance(bad.error, DoesNotFitError)
    assert MISFIT.bad_place == bad
    for place, layer in zip(waiting, MISFIT.layers[2:], strict=True):
        assert place == Place(place.index, layer, None, None, None)
        assert place.waiting


@pytest.mark.parametrize(
    "ask",
    [
        lambda net: net.output_shape,
        lambda net: net.check(),
        lambda net: net.init(),
        lambda net: net.forward([{}] * 5, np.zeros((1, 1, 7, 7))),
        lambda net: net.forward_all([{}] * 5, np.zeros((1, 1, 7, 7))),
    ],
    ids=["shape", "check", "init", "forward", "forward_all"],
)
def test_a_network_that_does_not_fit_answers_with_the_reason(ask):
    with pytest.raises(DoesNotFitError, match="stride 3 does not fit"):
        ask(MISFIT)


def test_a_layer_on_the_wrong_kind_of_shape_is_a_layer_that_does_not_fit():
    network = Network((4, 4, 1), [Flatten(), Conv2d(1, 3), Dense(2)])
    assert isinstance(network.places[1].error, LayerError)
    assert network.places[2].waiting


@pytest.mark.parametrize(
    ("shape", "message"),
    [
        ((32, 32), r"input must be \(height, width, channels\); got \(32, 32\)"),
        ((1, 32, 32, 3), r"input must be \(height, width, channels\)"),
        ((0, 32, 3), "network: input size must be 1 to 4096; got 0"),
        ((32, 5000, 3), "network: input size must be 1 to 4096; got 5000"),
        ((32, 32, 2.0), "network: input size must be a whole number; got 2.0"),
        ((32, True, 3), "network: input size must be a whole number; got True"),
        (("32", 32, 3), "network: input size must be a whole number; got '32'"),
        ((32, 32, (3,)), r"network: input size must be a whole number; got \(3,\)"),
    ],
)
def test_an_input_that_is_no_picture_is_refused(shape, message):
    with pytest.raises(LayerError, match=f"^{message}"):
        Network(shape, [])


# Names


def test_layers_without_a_name_are_numbered_by_kind():
    layers = [
        Conv2d(1, 1), ReLU(), MaxPool2d(1), Conv2d(1, 1), AvgPool2d(1), ReLU(), Flatten(), Dense(1),
        Softmax(),
    ]  # fmt: skip
    assert [layer.name for layer in Network((4, 4, 1), layers).layers] == [
        "conv1", "relu1", "pool1", "conv2", "pool2", "relu2", "flatten1", "dense1", "softmax1",
    ]  # fmt: skip


def test_names_that_were_given_are_kept_and_never_given_again():
    layers = [Conv2d(1, 1), Conv2d(1, 1, name="conv1"), Conv2d(1, 1, name="edges"), Conv2d(1, 1)]
    network = Network((4, 4, 1), layers)
    assert [layer.name for layer in network.layers] == ["conv2", "conv1", "edges", "conv3"]


def test_two_layers_cannot_have_one_name():
    with pytest.raises(LayerError, match=r"^two layers are called 'a'; names must differ$"):
        Network((4, 4, 1), [ReLU(name="a"), ReLU(name="b"), ReLU(name="a")])


def test_a_layer_is_found_by_its_name():
    assert LECTURE.index("conv2") == 2
    with pytest.raises(
        LayerError,
        match=r"^no layer is called 'conv3'; this network has conv1, relu1, conv2, relu2$",
    ):
        LECTURE.index("conv3")


# Networks as values


def test_a_network_is_a_value():
    again = Network([32, 32, 3], (Conv2d(6, 5), ReLU(), Conv2d(10, 5), ReLU()))
    assert again == LECTURE
    assert hash(again) == hash(LECTURE)
    assert SMALL != LECTURE
    with pytest.raises(FrozenInstanceError):
        LECTURE.input_shape = (1, 1, 1)  # type: ignore[misc]


def test_a_changed_network_is_another_network():
    wider = LECTURE.with_layer(0, changed(LECTURE.layers[0], filters=8))
    assert wider.places[0].output_shape == (28, 28, 8)
    assert wider.layers[1:] == LECTURE.layers[1:]
    larger = LECTURE.with_input((64, 48, 1))
    assert larger.output_shape == (56, 40, 10)
    assert larger.layers == LECTURE.layers
    assert LECTURE.output_shape == (24, 24, 10)


# Parameters


def test_parameters_are_the_same_for_the_same_seed_in_whatever_order_they_are_made():
    together = SMALL.init(7)
    for index in (4, 0, 5):
        alone = SMALL.init_layer(index, 7)
        assert alone.keys() == together[index].keys()
        for name, values in alone.items():
            assert values.tobytes() == together[index][name].tobytes()
    assert SMALL.init(8)[0]["weight"].tobytes() != together[0]["weight"].tobytes()


def test_two_layers_alike_do_not_get_the_same_weights():
    network = Network((9, 9, 2), [Conv2d(2, 3), Conv2d(2, 3)])
    one, two = network.init()
    assert one["weight"].shape == two["weight"].shape
    assert not np.array_equal(one["weight"], two["weight"])


def test_a_waiting_layer_has_no_parameters_yet_but_one_that_does_not_fit_has():
    assert MISFIT.init_layer(4, 0) == {}
    assert MISFIT.init_layer(1, 0)["weight"].shape == (3, 2, 3, 3)


@pytest.mark.parametrize("index", [0, 4])
def test_first_weights_are_he_s(index):
    """He et al., 2015: a variance of two shared by the values that are added up."""
    network = Network(
        (12, 12, 16), [Conv2d(64, 5), ReLU(), MaxPool2d(2), Flatten(), Dense(500), Softmax()]
    )
    weight = network.init()[index]["weight"]
    added = weight[0].size
    assert abs(weight.mean()) < 4 * np.sqrt(2 / added / weight.size)
    assert weight.var() * added == pytest.approx(2.0, rel=0.03)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda p: {},
        lambda p: {"weight": p["weight"]},
        lambda p: {**p, "scale": p["bias"]},
        lambda p: {**p, "weight": p["weight"][:3]},
        lambda p: {**p, "weight": p["weight"].transpose(1, 0, 2, 3)},
        lambda p: {**p, "bias": p["bias"][:, None]},
    ],
    ids=["none", "no bias", "one too many", "fewer filters", "other order", "bias of two axes"],
)
def test_parameters_of_other_names_or_shapes_are_refused(spoil):
    params = list(SMALL.init())
    params[0] = spoil(params[0])
    with pytest.raises(ParameterError, match=r"^conv1 needs \{'weight': \(4, 2, 3, 3\), 'bias'"):
        SMALL.forward(params, np.zeros((1, 2, 8, 9)))


# Forward


def test_forward_is_one_layer_after_the_other():
    params, x = SMALL.init(3), normal((3, 2, 8, 9), 0)
    way = loops.Way(3, 1, 1, 1)
    conv = loops.convolve(x, params[0]["weight"], params[0]["bias"], way, way)
    relu = np.where(conv > 0, conv, 0)
    pool = loops.max_pool(relu, loops.Way(2, 2), loops.Way(3, 3))
    flat = pool.reshape(3, -1)
    dense = flat @ params[4]["weight"].T.astype(float) + params[4]["bias"]
    shares = np.exp(dense) / np.exp(dense).sum(axis=1, keepdims=True)
    wanted = [conv, relu, pool, flat, dense, shares]
    for y, right in zip(SMALL.forward_all(params, x), wanted, strict=True):
        np.testing.assert_allclose(y, right, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(SMALL.forward(params, x), shares, rtol=1e-9)


@pytest.mark.parametrize("dtype", [np.float32, np.float64], ids=["float32", "float64"])
def test_forward_keeps_the_dtype_of_the_pictures_whatever_that_of_the_weights(dtype):
    x = normal((2, 2, 8, 9), 0, dtype)
    for kind in (np.float32, np.float64):
        params = [{k: v.astype(kind) for k, v in p.items()} for p in SMALL.init()]
        assert {y.dtype for y in SMALL.forward_all(params, x)} == {np.dtype(dtype)}


@pytest.mark.parametrize("batch", [1, 2])
def test_forward_leaves_pictures_and_weights_as_they_are(batch):
    params, x = SMALL.init(), normal((batch, 2, 8, 9), 0)
    for array in [x, *(v for p in params for v in p.values())]:
        array.setflags(write=False)
    kept = x.copy()
    SMALL.forward(params, x)
    np.testing.assert_array_equal(x, kept)


def test_pictures_may_lie_in_memory_as_they_like():
    params, x = SMALL.init(), normal((2, 2, 8, 9), 0)
    last = np.ascontiguousarray(x.transpose(0, 2, 3, 1)).transpose(0, 3, 1, 2)
    np.testing.assert_allclose(SMALL.forward(params, last), SMALL.forward(params, x))


def test_a_grey_picture_alone_is_worked_out_too():
    network = Network((5, 6, 1), [Conv2d(2, 3)])
    params, x = network.init(), normal((1, 1, 5, 6), 0)
    way = loops.Way(3)
    wanted = loops.convolve(x, params[0]["weight"], params[0]["bias"], way, way)
    np.testing.assert_allclose(network.forward(params, x), wanted, atol=1e-12)


@pytest.mark.parametrize(
    ("x", "message"),
    [
        (np.zeros((1, 8, 9, 2)), r"\(N, 2, 8, 9\), that is \(N, C, H, W\); received \(1, 8, 9, 2"),
        (np.zeros((2, 8, 9)), r"received \(2, 8, 9\)"),
        (np.zeros((1, 2, 8, 9), int), "input must be float32 or float64; received int64"),
        (np.zeros((1, 2, 8, 9), np.uint8), "input must be float32 or float64; received uint8"),
        (np.zeros((1, 2, 8, 9), np.float16), "float32 or float64; received float16"),
        (np.zeros((1, 2, 8, 9), ">f4"), "float32 or float64; received >f4"),
    ],
)
def test_pictures_of_another_shape_or_kind_are_refused(x, message):
    with pytest.raises(ParameterError, match=message):
        SMALL.forward(SMALL.init(), x)


def test_the_way_in_and_the_way_out_undo_each_other():
    x = normal((3, 2, 8, 9), 0)
    inside = to_inner(x, (8, 9, 2))
    assert inside.shape == (8, 2, 9, 3)
    assert inside.transpose(1, 0, 2, 3).flags.c_contiguous
    np.testing.assert_array_equal(from_inner(inside), x)
    assert from_inner(np.zeros((5, 3))).shape == (3, 5)
    assert np.shares_memory(to_inner(x[:1], (8, 9, 2)), x)


def test_every_error_of_the_core_is_one_a_person_can_mend():
    for broken in (MISFIT, Network((4, 4, 1), [Dense(1)])):
        with pytest.raises(ConvSimError, match=r"\S"):
            broken.check()
