"""Networks written as ONNX: the checker passes them, and onnxruntime gives the same numbers."""

from __future__ import annotations

import io

import numpy as np
import onnx
import pytest

from convsim.core.geometry import Policy
from convsim.core.layers import KINDS, Conv2d, ConvTranspose2d, Dense, MaxPool2d, ReLU
from convsim.core.network import Network
from convsim.document.presets import PRESETS
from convsim.document.weights import Weights
from convsim.formats.errors import ExportError
from convsim.formats.onnx.operations import OPERATIONS
from convsim.formats.onnx.reader import import_bytes
from convsim.formats.onnx.writer import write_onnx
from tests.formats.networks import NETWORKS, covered, pictures, weights_of
from tests.formats.random_networks import Chance

LARGE = {"alexnet", "vgg16"}
"""Presets with hundreds of megabytes of weights: tests/soak/interchange.py has them."""
SMALL = [p.name for p in PRESETS.values() if p.name not in LARGE and not p.build().bad_place]


def written(network: Network, weights: Weights) -> bytes:
    file = io.BytesIO()
    write_onnx(file, network, weights, "a network")
    return file.getvalue()


def run(data: bytes, x: np.ndarray) -> np.ndarray:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"])
    return session.run(None, {"input": x})[0]


def check_numbers(network: Network, weights: Weights) -> None:
    data = written(network, weights)
    model = onnx.load_from_string(data)
    onnx.checker.check_model(model, full_check=True)
    x = pictures(network, 3)
    expected = network.forward(weights, x)
    scale = max(1.0, float(np.abs(expected).max()))
    np.testing.assert_allclose(run(data, x), expected, rtol=1e-5, atol=1e-5 * scale)


def test_every_kind_has_an_operation_and_a_network_here():
    assert set(OPERATIONS) == set(KINDS.values())
    assert covered() == set(KINDS)


@pytest.mark.parametrize("name", NETWORKS)
def test_onnxruntime_gives_the_same_numbers(name):
    check_numbers(NETWORKS[name], weights_of(NETWORKS[name]))


@pytest.mark.parametrize("name", SMALL)
def test_onnxruntime_gives_the_same_numbers_for_presets(name):
    network = PRESETS[name].build()
    check_numbers(network, Weights(network))


@pytest.mark.parametrize("name", NETWORKS)
def test_what_is_written_is_read_as_the_same_network(name):
    network, weights = NETWORKS[name], weights_of(NETWORKS[name])
    read = import_bytes(written(network, weights))
    assert [layer.name for layer in read.network.layers] == [layer.name for layer in network.layers]
    for new, old in zip(read.network.places, network.places, strict=True):
        assert new.layer.kind == old.layer.kind
        assert new.output_shape == old.output_shape
        strict = getattr(old.layer, "policy", Policy.STRICT) is Policy.STRICT
        if strict and "more than its stride" not in name:
            assert new.layer == old.layer
    for index, layer in enumerate(network.layers):
        assert read.params.get(layer.name, {}).keys() == weights[index].keys()
        for key, values in weights[index].items():
            np.testing.assert_array_equal(read.params[layer.name][key], values)
    x = pictures(network)
    params = [read.params.get(layer.name, {}) for layer in read.network.layers]
    np.testing.assert_array_equal(read.network.forward(params, x), network.forward(weights, x))


def test_names_of_layers_and_weights_survive():
    network = Network((6, 6, 1), [Conv2d(2, 3, name="edges"), ReLU(name="input")])
    graph = onnx.load_from_string(written(network, weights_of(network))).graph
    assert [node.name for node in graph.node] == ["edges", "input"]
    assert [tensor.name for tensor in graph.initializer] == ["edges.weight", "edges.bias"]
    names = [graph.input[0].name, *(out for node in graph.node for out in node.output)]
    assert len(set(names)) == 3


def test_the_number_of_pictures_is_left_open():
    network = Network((6, 6, 1), [Conv2d(2, 3)])
    graph = onnx.load_from_string(written(network, weights_of(network))).graph
    for value, shape in ((graph.input[0], [1, 6, 6]), (graph.output[0], [2, 4, 4])):
        dims = value.type.tensor_type.shape.dim
        assert dims[0].dim_param == "N"
        assert [d.dim_value for d in dims[1:]] == shape


def test_the_same_network_gives_the_same_bytes():
    network = NETWORKS["head"]
    assert written(network, weights_of(network)) == written(network, weights_of(network))


def test_what_cannot_be_written_says_why():
    empty = Network((6, 6, 1), [])
    with pytest.raises(ExportError, match=r"without layers .* add a layer first"):
        written(empty, Weights(empty))
    huge = Network((256, 256, 1), [*NETWORKS["head"].layers[:1], Dense(65536)])
    with pytest.raises(ExportError, match=r"4,295,032,832 weights do not fit .* 2 GiB"):
        written(huge, Weights(huge))
    wide = Network((9, 9, 1), [MaxPool2d(2, 1, 2)])
    with pytest.raises(ExportError, match=r"^pool1: a pool whose padding, 2, is not smaller than"):
        written(wide, Weights(wide))

    more = Network((9, 9, 1), [ConvTranspose2d(2, 2, 1, 0, 1, 2)])
    with pytest.raises(ExportError, match=r"^convtranspose1: an output padding of 1 cannot be"):
        written(more, Weights(more))


@pytest.mark.parametrize("seed", range(60))
def test_random_networks_give_the_same_numbers_too(seed):
    draw = Chance(seed)
    network = draw.network()
    weights = weights_of(network, seed)
    try:
        written(network, weights)
    except ExportError:  # an output padding that onnxruntime does not take
        pytest.skip("refused by name")
    if not np.isfinite(network.forward(weights, pictures(network, 3))).all():
        pytest.skip("a pool of nothing but padding")
    check_numbers(network, weights)
