"""ONNX files are read exactly, or refused with a sentence that names the place and the remedy."""

from __future__ import annotations

import contextlib
import os
import re
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper

from convsim.core.geometry import Policy
from convsim.core.layers import (
    BatchNorm2d,
    Conv2d,
    Dense,
    Dropout,
    Flatten,
    MaxPool2d,
    ReLU,
    Residual,
)
from convsim.formats.onnx.errors import OnnxError, SizeNeededError, UnsupportedError
from convsim.formats.onnx.reader import import_bytes, import_onnx
from tests.formats.onnx_models import (
    answer,
    constant,
    convolution,
    filters,
    model,
    node,
    saved,
)


def read(made, shape=None):
    return import_bytes(made.SerializeToString(), shape)


def compute(read_, x):
    layers = read_.network.layers
    return read_.network.forward([read_.params.get(layer.name, {}) for layer in layers], x)


def check(made, shape=(2, 1, 6, 6)):
    x = np.random.default_rng(1).normal(0, 1, shape).astype(np.float32)
    found = read(made)
    np.testing.assert_allclose(compute(found, x), answer(made, x), rtol=1e-5, atol=1e-5)
    return found


def refused(made, kind=UnsupportedError, shape=None) -> str:
    with pytest.raises(OnnxError) as caught:
        read(made, shape)
    assert type(caught.value) is kind
    return str(caught.value)


# Files that are none (cases 54 and 55 of the design)


def test_random_bytes_are_refused(tmp_path):
    rng = np.random.default_rng(0)
    for i in range(20):
        path = saved(tmp_path, rng.bytes(500), f"{i}.onnx")
        with pytest.raises(OnnxError, match=rf"^{i}.onnx: is not an ONNX file, or is damaged \("):
            import_onnx(path)


def test_a_file_that_is_no_file_is_named(tmp_path):
    with pytest.raises(OnnxError, match=r"^none.onnx: there is no such file; check the name$"):
        import_onnx(tmp_path / "none.onnx")
    with pytest.raises(OnnxError, match=r"is not a file; give the .onnx file itself"):
        import_onnx(tmp_path)
    with pytest.raises(OnnxError, match=r"^net.onnx: is empty \(0 bytes\); export it again$"):
        import_onnx(saved(tmp_path, b""))


def test_a_truncated_file_is_refused(tmp_path):
    whole = convolution().SerializeToString()
    for cut in range(1, len(whole)):
        with pytest.raises(OnnxError):
            import_onnx(saved(tmp_path, whole[:cut]))


def test_more_than_500_mb_is_refused_unread(tmp_path):
    path = tmp_path / "large.onnx"
    with open(path, "wb") as file:
        file.truncate(500_000_001)
    with pytest.raises(OnnxError, match=r"^large.onnx: has 500 MB; up to 500 MB can be read$"):
        import_onnx(path)


# Other files (56)


def external(tensor):
    tensor.ClearField("raw_data")
    tensor.data_location = TensorProto.EXTERNAL
    tensor.external_data.add(key="location", value="weights.bin")
    return tensor


def test_a_tensor_in_another_file_is_refused_and_the_file_never_opened(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    os.mkfifo("weights.bin")  # whoever opens it waits for ever
    weight = filters()
    made = model([node("Conv", ["x", "w"], ["y"])], [external(weight)])
    wanted = (
        r"^net.onnx: keeps the numbers of 'w' in another file, which is never opened; "
        r"re-export the network as one file$"
    )
    with pytest.raises(UnsupportedError, match=wanted):
        import_onnx(saved(tmp_path, made))
    inside = node("Constant", [], ["w"], value=external(filters()))
    made = model([inside, node("Conv", ["x", "w"], ["y"])])
    with pytest.raises(UnsupportedError, match=wanted):
        import_onnx(saved(tmp_path, made))


def test_the_mark_alone_is_enough():
    for field in ("data_location", "external_data"):
        weight = external(filters())
        weight.ClearField(field)
        made = model([node("Conv", ["x", "w"], ["y"])], [weight])
        assert "in another file" in refused(made)


def test_unused_tensors_in_other_files_are_refused_too():
    made = model([node("Relu", ["x"], ["y"])], [external(filters())])
    assert "in another file" in refused(made)


# Operators (57, 62, 63, 64)


def test_unsupported_nodes_are_listed():
    made = model(
        [
            node("Resize", ["x"], ["a"], "up1"),
            node("Relu", ["a"], ["b"], "relu1"),
            node("Hardmax", ["b"], ["y"]),
        ]
    )
    assert refused(made) == (
        "has 2 nodes that ConvSim does not compute: Resize 'up1', Hardmax '→ y'; "
        "leave them out, or export a part of the network"
    )
    many = [node("Neg", ["x"], ["0"])]
    many += [node("Neg", [str(i)], [str(i + 1)], f"n{i}") for i in range(20)]
    with pytest.raises(UnsupportedError, match=r"has 21 nodes .*'n6' and 13 more; leave") as caught:
        read(model(many))
    assert len(caught.value.nodes) == 21


def test_nodes_that_the_output_does_not_need_are_passed_over():
    made = model([node("Neg", ["x"], ["z"]), node("Relu", ["x"], ["y"])])
    assert [layer.kind for layer in read(made).network.layers] == ["relu"]


@pytest.mark.parametrize(
    ("versions", "wanted"),
    [
        ([("", 5)], "was written for opset 5 of ONNX; 6 to 28 can be read"),
        ([("", 99)], "was written for opset 99 of ONNX; 6 to 28 can be read"),
        ([("ai.onnx.ml", 3)], "was written for no opset of ONNX; 6 to 28 can be read"),
        ([], "was written for no opset of ONNX"),
    ],
)
def test_an_unknown_opset_is_refused(versions, wanted):
    made = convolution()
    del made.opset_import[:]
    made.opset_import.extend(helper.make_opsetid(*v) for v in versions)
    assert refused(made).startswith(wanted)


def test_a_node_of_another_domain_is_refused():
    made = model([node("Conv", ["x", "w"], ["y"], "c", domain="com.microsoft")], [filters()])
    assert "does not compute: com.microsoft.Conv 'c';" in refused(made)
    made = model([node("Relu", ["x"], ["y"], domain="ai.onnx")])
    made.opset_import[0].domain = "ai.onnx"
    made.opset_import.append(helper.make_opsetid("unused.domain", 1))
    assert read(made).network.layers[0].kind == "relu"


def test_subgraphs_are_refused():
    inside = helper.make_graph([node("Relu", ["x"], ["z"])], "inside", [], [])
    for kind, settings in (("If", {"then_branch": inside}), ("Loop", {"body": inside})):
        made = model([node(kind, ["x"], ["y"], "choice", **settings)])
        assert f"does not compute: {kind} 'choice'" in refused(made)
    made = model([node("Relu", ["x"], ["y"], "r", body=inside)])
    assert "does not compute: Relu 'r'" in refused(made)


def test_quantised_sparse_and_string_networks_are_refused():
    made = model([node("QLinearConv", ["x", "w"], ["y"], "q")], [filters()])
    assert "QLinearConv 'q'" in refused(made)
    made = model([node("Conv", ["x", "w"], ["y"])], [constant("w", np.ones((2, 1, 3, 3)), np.int8)])
    assert refused(made) == (
        "constant 'w' holds int8 numbers; float32, float64, float16 and bfloat16 can be read "
        "(quantised networks cannot)"
    )
    made = convolution()
    made.graph.sparse_initializer.add().dims.append(3)
    assert refused(made) == "has sparse constants; export it with dense ones"
    text = TensorProto(name="w", dims=[1], data_type=TensorProto.STRING, string_data=[b"w"])
    made = model([node("Conv", ["x", "w"], ["y"])], [text])
    assert refused(made).startswith("constant 'w' holds string numbers;")
    made = model([node("Relu", ["x"], ["y"])], kind=TensorProto.UINT8)
    assert refused(made) == "takes uint8 numbers as its input 'x'; float32 can be read"


# Structure (58)


def test_a_cycle_is_refused():
    made = model(
        [
            node("Add", ["x", "b"], ["a"], "one"),
            node("Relu", ["a"], ["b"], "two"),
            node("Relu", ["b"], ["y"], "three"),
        ]
    )
    assert refused(made, OnnxError) == (
        "is no network: Add 'one' and Relu 'two' wait for each other (a cycle)"
    )


def test_a_missing_input_is_refused():
    made = model([node("Relu", ["nowhere"], ["y"], "r")])
    assert refused(made, OnnxError) == (
        "is no network: Relu 'r' needs 'nowhere', which nothing gives"
    )
    made = model([node("Relu", ["x"], ["y"])], out="z")
    assert refused(made, OnnxError) == "is no network: no node gives its output 'z'"
    made = model([node("Relu", ["x"], ["y"]), node("Tanh", ["x"], ["y"], "t")])
    assert refused(made, OnnxError) == "is no network: 'y' is given twice, once by Tanh 't'"


def test_nodes_may_come_in_any_order():
    nodes = [node("Relu", ["a"], ["y"]), node("Conv", ["x", "w"], ["a"])]
    assert [x.kind for x in read(model(nodes, [filters()], out="y")).network.layers] == [
        "conv",
        "relu",
    ]


def test_several_inputs_or_outputs_are_refused():
    made = convolution()
    made.graph.input.append(helper.make_tensor_value_info("z", 1, [1]))
    assert refused(made) == "has 2 inputs ('x', 'z'); ConvSim's networks have one"
    made = convolution()
    made.graph.output.append(helper.make_tensor_value_info("x", 1, [1]))
    assert refused(made) == "has 2 outputs ('y', 'x'); ConvSim's networks have one"
    made = convolution()
    del made.graph.input[:]
    assert refused(made) == "has no input; ConvSim's networks have one"


def test_branches_are_refused_by_name_and_blocks_are_read():
    block = [
        node("Conv", ["x", "w"], ["a"], "c1", pads=[1, 1, 1, 1]),
        node("Relu", ["a"], ["b"], "r1"),
        node("Conv", ["b", "v"], ["c"], "c2", pads=[1, 1, 1, 1]),
    ]
    weights = [filters(2, 1), filters(2, 2, name="v")]
    found = check(model([*block, node("Add", ["c", "a"], ["y"], "sum")], weights))
    assert found.network.layers[-1] == Residual(2, name="sum")
    found = check(model([*block, node("Add", ["a", "c"], ["y"], "sum")], weights))
    assert found.network.layers[-1].span == 2
    shortcut = [*block, node("Conv", ["x", "w"], ["d"], "short", pads=[1, 1, 1, 1])]
    assert refused(model([*shortcut, node("Add", ["c", "d"], ["y"])], weights)) == (
        "Conv 'short' cannot be read exactly: the network branches at 'x'; layers one after the "
        "other can be read, and blocks that are added to their own input"
    )
    assert refused(model([node("Add", ["x", "x"], ["y"], "twice")])).endswith(
        "it adds a value to itself"
    )


# Sizes (59, 60, 61)


def test_an_open_size_asks_for_it(tmp_path):
    nodes = [node("Conv", ["x", "w"], ["y"])]
    made = model(nodes, [filters()], dims=("N", 1, "H", "W"))
    with pytest.raises(SizeNeededError) as caught:
        import_onnx(saved(tmp_path, made))
    assert caught.value.shape == (None, None, 1)
    assert str(caught.value) == (
        "net.onnx: the input 'x' has no fixed size (?×?×1, height × width × channels); "
        "choose one: --input-shape 224x224x1"
    )
    assert read(made, (8, 9, 1)).network.output_shape == (6, 7, 2)
    assert refused(made, OnnxError, (8, 9, 3)) == (
        "--input-shape 8x9x3 does not fit the input 'x', which takes ?×?×1 "
        "(height × width × channels)"
    )
    del made.graph.input[0].type.tensor_type.shape.dim[:]
    made.graph.input[0].type.tensor_type.ClearField("shape")
    with pytest.raises(SizeNeededError, match=r"\(\?×\?×\?, .*--input-shape 224x224x3"):
        read(made)


def test_the_number_of_pictures_may_be_open_or_fixed():
    for batch in ("N", None, 1, 5):
        made = model([node("Relu", ["x"], ["y"])], dims=(batch, 3, 8, 9))
        assert read(made).network.input_shape == (8, 9, 3)


def test_an_output_without_a_shape_is_read():
    made = convolution()
    assert not made.graph.output[0].type.tensor_type.HasField("shape")
    assert read(made).network.output_shape == (4, 4, 2)
    made.graph.output[0].ClearField("type")
    assert read(made).network.output_shape == (4, 4, 2)


def test_inputs_of_other_ranks_are_refused():
    made = model([node("Relu", ["x"], ["y"])], dims=(1, 2, 3))
    assert refused(made) == (
        "takes an input 'x' of 1×2×3; pictures (N×C×H×W) or vectors (N×D) can be read"
    )
    made = model([node("Relu", ["x"], ["y"])], dims=(1, 0, 3, 3))
    assert "takes an input 'x' of 1×0×3×3;" in refused(made)
    made = model([node("Relu", ["x"], ["y"])], dims=(1, 1, 5000, 3))
    with pytest.raises(Exception, match="input size must be 1 to 4096; got 5000"):
        read(made)


def test_vectors_are_read_as_a_picture_laid_out_in_a_row():
    matrix = constant("w", np.random.default_rng(0).normal(0, 1, (12, 3)))
    made = model([node("Gemm", ["x", "w"], ["y"])], [matrix], dims=("N", 12))
    found = read(made)
    assert found.network.input_shape == (1, 12, 1)
    assert found.notes == (
        "the input 'x' is a vector; it is read from a picture of 1×12×1 and laid out in a row",
    )
    x = np.random.default_rng(1).normal(0, 1, (2, 12)).astype(np.float32)
    y = compute(found, x.reshape(2, 1, 1, 12))
    np.testing.assert_allclose(y, answer(made, x), rtol=1e-5, atol=1e-6)
    square = read(made, (3, 2, 2))
    np.testing.assert_allclose(compute(square, x.reshape(2, 2, 3, 2)), y, atol=1e-6)
    assert "which takes 12 values" in refused(made, OnnxError, (3, 3, 1))


def test_dimensions_that_do_not_match_the_bytes_are_refused():
    for change, wanted in (
        (lambda w: w.dims.__setitem__(0, 3), "3×1×3×3 of float32 needs 108 bytes; 72 are there"),
        (lambda w: w.ClearField("raw_data"), "2×1×3×3 of float32 needs 72 bytes; 0 are there"),
        (lambda w: setattr(w, "raw_data", w.raw_data + b"x"), "needs 72 bytes; 73 are there"),
    ):
        weight = filters()
        change(weight)
        text = refused(model([node("Conv", ["x", "w"], ["y"])], [weight]), OnnxError)
        assert text.startswith("constant 'w': ")
        assert wanted in text
    weight = filters()
    weight.dims[0] = -2
    text = refused(model([node("Conv", ["x", "w"], ["y"])], [weight]), OnnxError)
    assert text == "constant 'w' has impossible dimensions -2×1×3×3"


def test_a_huge_constant_is_refused_with_its_size():
    weight = TensorProto(name="w", dims=[100_000, 100_000], data_type=1)
    made = model([node("Flatten", ["x"], ["f"]), node("Gemm", ["f", "w"], ["y"])], [weight])
    assert refused(made, OnnxError) == (
        "constant 'w' of 100000×100000 needs 37.3 GiB; up to 0.47 GiB can be read: "
        "choose a smaller network"
    )


@pytest.mark.parametrize(
    ("kind", "dtype"), [("float16", np.float16), ("float64", np.float64), ("float32", np.float32)]
)
def test_other_real_numbers_become_float32(kind, dtype):
    values = np.array([[[[0.5, -1.25], [3, 0.1]]]], dtype)
    found = read(model([node("Conv", ["x", "w"], ["y"], "c")], [constant("w", values, dtype)]))
    np.testing.assert_array_equal(found.params["c"]["weight"], values.astype(np.float32))
    typed = helper.make_tensor(
        "w", helper.np_dtype_to_tensor_dtype(values.dtype), values.shape, values.ravel()
    )
    found = read(model([node("Conv", ["x", "w"], ["y"], "c")], [typed]))
    np.testing.assert_array_equal(found.params["c"]["weight"], values.astype(np.float32))


def test_bfloat16_becomes_float32():
    raw = np.array([0x3F80, 0xC020], "<u2").tobytes()
    weight = TensorProto(name="w", dims=[2, 1, 1, 1], data_type=16, raw_data=raw)
    found = read(model([node("Conv", ["x", "w"], ["y"], "c")], [weight]))
    assert found.params["c"]["weight"].ravel().tolist() == [1.0, -2.5]


def test_numbers_that_are_not_finite_are_noted():
    values = np.array([[[[np.nan, 1], [np.inf, 0]]]], np.float32)
    found = read(model([node("Conv", ["x", "w"], ["y"], "c")], [constant("w", values)]))
    assert found.notes == ("c: 2 of 4 weights are not finite",)


# Padding (65): everything is computed, nothing approximated

PADDINGS: dict[str, dict[str, Any]] = {
    "uneven": {"pads": [0, 1, 2, 0]},
    "upper": {"auto_pad": "SAME_UPPER", "strides": [2, 1]},
    "lower": {"auto_pad": "SAME_LOWER", "strides": [2, 1]},
    "valid": {"auto_pad": "VALID", "strides": [2, 2]},
    "plain": {"strides": [3, 2]},
}


@pytest.mark.parametrize("name", PADDINGS)
def test_convolutions_pad_as_onnxruntime_does(name):
    check(convolution(**PADDINGS[name]))
    even = model([node("Conv", ["x", "w"], ["y"], **PADDINGS[name])], [filters(size=2)])
    check(even)


@pytest.mark.parametrize("kind", ["MaxPool", "AveragePool"])
@pytest.mark.parametrize("name", PADDINGS)
@pytest.mark.parametrize("ceil", [0, 1])
@pytest.mark.parametrize("counted", [0, 1])
def test_pools_pad_and_round_as_onnxruntime_does(kind, name, ceil, counted):
    settings = dict(PADDINGS[name])
    if ceil and "auto_pad" not in settings:
        settings["ceil_mode"] = 1
    if kind == "AveragePool":
        settings["count_include_pad"] = counted
    elif counted:
        settings["kernel_shape"] = [3, 3]
    settings.setdefault("kernel_shape", [4, 2] if name == "uneven" else [2, 3])
    check(model([node(kind, ["x"], ["y"], **settings)]))


def test_same_stays_same_where_it_means_the_same():
    upper = read(convolution(auto_pad="SAME_UPPER")).network.layers[0]
    assert upper.policy is Policy.SAME
    lower = model([node("Conv", ["x", "w"], ["y"], auto_pad="SAME_LOWER")], [filters(size=2)])
    layer = read(lower).network.layers[0]
    assert (layer.policy, layer.padding) == (Policy.STRICT, ((1, 0), (1, 0)))


def test_ceil_and_floor_stay_where_they_make_a_difference():
    made = model([node("MaxPool", ["x"], ["y"], kernel_shape=[3, 3], strides=[2, 2], ceil_mode=1)])
    assert read(made).network.layers == (MaxPool2d(3, 2, policy=Policy.CEIL, name="pool1"),)
    made = model([node("MaxPool", ["x"], ["y"], kernel_shape=[2, 2], strides=[2, 2], ceil_mode=1)])
    assert read(made).network.layers[0].policy is Policy.STRICT


@pytest.mark.parametrize(
    ("settings", "wanted"),
    [
        ({"pads": [-1, 0, 0, 0]}, "pads must be four numbers, none below 0"),
        ({"pads": [1, 1]}, "pads must be four numbers"),
        ({"auto_pad": "SOMEHOW"}, "auto_pad is 'SOMEHOW'"),
        ({"strides": [0, 1]}, "strides and dilations must be 1 or more"),
        ({"strides": [1]}, "strides has 1 values; pictures have rows and columns"),
        ({"kernel_shape": [5, 5]}, r"kernel_shape (5, 5) is not that of its weights, (3, 3)"),
    ],
)
def test_settings_that_mean_nothing_are_refused_by_name(settings, wanted):
    text = refused(convolution(**settings))
    assert text.startswith("Conv 'conv1' cannot be read exactly: ")
    assert wanted in text


def test_settings_beyond_what_layers_allow_are_refused_by_name():
    text = refused(convolution(pads=[65, 0, 0, 0]), OnnxError)
    assert text == "Conv 'conv1' cannot be read: conv: padding must be 0 to 64; got 65"
    made = model([node("Conv", ["x", "w"], ["y"], "big")], [filters(size=9)])
    assert refused(made, OnnxError).startswith(
        "Conv 'big' does not fit: kernel of 9 is larger than the input height of 6 "
    )


# Layers


def test_every_layer_of_a_small_network_is_read_with_its_name():
    rng = np.random.default_rng(0)
    constants = [
        filters(name="features.0.weight"),
        constant("features.0.bias", [0.1, -0.2]),
        *(constant(f"bn.{k}", rng.uniform(0.5, 1, 2)) for k in ("weight", "bias", "m", "v")),
        constant("fc.weight", rng.normal(0, 1, (3, 8))),
        constant("fc.bias", [1, 2, 3]),
        constant("shape", [0, -1], np.int64),
        constant("rate", 0.25),
    ]
    norm = ["bn.weight", "bn.bias", "bn.m", "bn.v"]
    made = model(
        [
            node("Conv", ["x", "features.0.weight", "features.0.bias"], ["a"], "/features/Conv"),
            node("BatchNormalization", ["a", *norm], ["b"], "n", epsilon=0.01, momentum=0.8),
            node("Relu", ["b"], ["c"], "/relu/Relu"),
            node("MaxPool", ["c"], ["d"], "/pool/MaxPool", kernel_shape=[2, 2], strides=[2, 2]),
            node("Reshape", ["d", "shape"], ["e"], "/Reshape"),
            node("Dropout", ["e", "rate"], ["f", "mask"], "drop out!"),
            node("Identity", ["f"], ["g"]),
            node("Gemm", ["g", "fc.weight", "fc.bias"], ["h"], "linear", transB=1, alpha=2.0),
            node("Softmax", ["h"], ["y"], "last"),
        ],
        constants,
    )
    found = check(made)
    assert found.network.layers == (
        Conv2d(2, 3, name="features.0"),
        BatchNorm2d(0.2, 0.01, name="bn"),
        ReLU(name="relu"),
        MaxPool2d(2, name="pool"),
        Flatten(name="flatten1"),
        Dropout(0.25, name="drop_out"),
        Dense(3, name="fc"),
        found.network.layers[-1],
    )
    assert found.network.layers[-1].name == "last"
    assert found.notes == ()


def test_a_product_and_a_sum_become_one_dense_layer():
    rng = np.random.default_rng(0)
    constants = [constant("w", rng.normal(0, 1, (36, 3))), constant("b", [1, 2, 3])]
    nodes = [
        node("Flatten", ["x"], ["f"]),
        node("MatMul", ["f", "w"], ["m"], "fc"),
        node("Add", ["m", "b"], ["y"], "plus"),
    ]
    found = check(model(nodes, constants))
    assert found.network.layers[-1] == Dense(3, name="fc")
    other = [*nodes[:2], node("Add", ["b", "m"], ["y"], "plus")]
    check(model(other, constants))
    twice = [*nodes, node("Add", ["y", "b"], ["z"], "again")]
    assert refused(model(twice, constants)) == (
        "Add 'again' cannot be read exactly: a constant can be added to what Conv or MatMul gave, "
        "as its bias"
    )


def test_a_constant_for_each_channel_becomes_the_bias_of_a_convolution():
    conv = node("Conv", ["x", "w"], ["a"], "c")
    add = node("Add", ["a", "b"], ["y"], "plus")
    for bias in ([[[0.5]], [[1]]], [[[[0.5]], [[1]]]], 0.25):
        found = check(model([conv, add], [filters(), constant("b", bias)]))
        assert found.network.layers == (Conv2d(2, 3, name="c"),)
    places = constant("b", np.ones((4, 4)))
    assert "differs from place to place" in refused(model([conv, add], [filters(), places]))


@pytest.mark.parametrize("shape", [[0, -1], [-1, 36], [0, 36], [-1, 0]])
def test_reshape_that_lays_out_is_read(shape):
    made = model([node("Reshape", ["x", "s"], ["y"])], [constant("s", shape, np.int64)])
    if shape == [-1, 0]:
        assert "it makes [-1, 0];" in refused(made)
    else:
        assert read(made).network.output_shape == (36,)


def test_reshape_of_one_picture_needs_a_file_for_one_picture():
    shape = constant("s", [1, -1], np.int64)
    nodes = [node("Reshape", ["x", "s"], ["y"], "r")]
    assert read(model(nodes, [shape], dims=(1, 1, 6, 6))).network.output_shape == (36,)
    assert refused(model(nodes, [shape])) == (
        "Reshape 'r' cannot be read exactly: it makes [1, -1]; "
        "each picture can be laid out in a row, as [0, -1] does"
    )


def test_softmax_is_read_over_channels_only():
    for opset, axis, good in ((17, 1, True), (17, -1, False), (12, 1, False), (17, 2, False)):
        made = model([node("Softmax", ["x"], ["y"], "s", axis=axis)], opset=opset)
        if good:
            assert read(made).network.layers[0].kind == "softmax"
        else:
            assert re.search("Softmax 's' cannot be read exactly: it is over", refused(made))


def test_what_would_be_random_or_learns_is_refused():
    training = constant("t", True, np.bool_)
    nodes = [node("Dropout", ["x", "r", "t"], ["y"], "d")]
    made = model(nodes, [constant("r", 0.5), training])
    assert refused(made).endswith("it is in training mode and would leave out values at random")
    stats = [constant(n, [1.0]) for n in "abcd"]
    nodes = [node("BatchNormalization", ["x", *"abcd"], ["y"], "n", training_mode=1)]
    assert "it is in training mode" in refused(model(nodes, stats))


def test_weights_of_the_wrong_size_are_refused_by_name():
    made = model([node("Conv", ["x", "w"], ["y"], "c")], [filters(channels=2)])
    assert refused(made, OnnxError) == (
        "Conv 'c' needs parameters weight 2×1×3×3; received weight 2×2×3×3"
    )
    made = model([node("Gemm", ["x", "w"], ["y"], "g")], [constant("w", np.ones((36, 2)))])
    assert refused(made, OnnxError).startswith("Gemm 'g' does not fit: g needs a vector;")


def test_weights_that_depend_on_the_picture_are_refused_by_name():
    nodes = [
        node("Conv", ["x", "w"], ["a"]),
        node("Conv", ["x", "a"], ["y"], "own"),
    ]
    assert refused(model(nodes, [filters()])).startswith("Conv 'own' cannot be read exactly: ")
    made = model([node("Conv", ["w", "w"], ["y"], "none")], [filters()])
    assert refused(made).endswith("its input 'w' does not depend on the picture")


def test_names_are_made_plain():
    long, odd = "n" * 200, "a\u202eb/../c d\n"
    nodes = [node("Relu", ["x"], ["a"], long), node("Relu", ["a"], ["y"], odd)]
    found = read(model(nodes))
    assert [layer.name for layer in found.network.layers] == ["n" * 40, "a_b_.._c_d"]


def test_reading_leaves_the_onnx_package_alone(tmp_path):
    import subprocess
    import sys

    path = saved(tmp_path, convolution())
    code = (
        "import sys; from pathlib import Path; from convsim.formats.onnx.reader import import_onnx;"
        f"import_onnx(Path({str(path)!r})); assert 'onnx' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def test_the_types_of_fields_may_be_anything():
    """A field that holds a number where bytes belong, or the other way, is an error, no crash."""
    whole = onnx.ModelProto.FromString(convolution().SerializeToString())
    data = bytearray(whole.SerializeToString())
    for at in range(len(data)):
        for way in range(8):
            changed = bytearray(data)
            changed[at] = changed[at] & ~7 | way
            with contextlib.suppress(OnnxError):
                import_bytes(bytes(changed))
