"""Numbers that other people published, each with its source, against what ConvSim says.

Rows marked "calc" are recomputed from the published network rather than quoted.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from convsim.core.counts import compare, layer_counts, totals
from convsim.core.errors import DoesNotFitError
from convsim.core.geometry import Policy, make_axis, receptive_field
from convsim.core.layers import (
    Conv2d,
    Dense,
    Flatten,
    Layer,
    MaxPool2d,
    ReLU,
    Shape,
    Softmax,
    WindowLayer,
)
from convsim.core.network import Network
from convsim.core.place import Place
from convsim.core.step import ConvFrame, Cursor, frame_at
from convsim.document import PRESETS
from tests.oracles import loops

if TYPE_CHECKING:
    from collections.abc import Callable

    Row = tuple[str, Callable[[], Any], Any]


# What a row asks


def preset(name: str) -> Network:
    return PRESETS[name].build()


def shapes(network: Network) -> list[Shape]:
    """Return the input and every output but those of layers that work in place."""
    places = [place for place in network.places if not place.layer.in_place]
    return [network.input_shape, *(place.output_shape or () for place in places)]


def out(shape: Shape, *layers: Layer) -> Shape:
    return Network(shape, layers).output_shape


def place(shape: Shape, layer: Layer) -> Place:
    return Network(shape, [layer]).places[0]


def named(network: Network, name: str) -> Place:
    return network.places[network.index(name)]


def weights(shape: Shape, *layers: Layer) -> int:
    return totals(Network(shape, layers)).weights


def parameters(*where: Any) -> int:
    """Return weights and biases of a place, or of a network, or of layers on a shape."""
    if isinstance(where[0], Place):
        counts = layer_counts(where[0])
    else:
        counts = totals(where[0] if isinstance(where[0], Network) else Network(*where))
    return counts.weights + counts.biases


def unshared(where: Place, *, biases: bool = False) -> int:
    """Return the weights if every position had filters of its own, and every output a bias."""
    comparison = compare(where)
    assert comparison
    assert where.output_shape
    return comparison.unshared + (int(np.prod(where.output_shape)) if biases else 0)


def connected(where: Place) -> int:
    comparison = compare(where)
    assert comparison
    return comparison.connected


def count(size: int, kernel: int, stride: int = 1, padding: int = 0) -> int:
    return make_axis(size, kernel, stride, padding).check().count


def run(layer: Layer, picture: Any, **params: Any) -> Any:
    """Return what a layer makes of one grey picture, as lists."""
    x = np.array(picture, float)[None, None]
    network = Network((*x.shape[2:], 1), [layer])
    return network.forward([{k: np.array(v, float) for k, v in params.items()}], x)[0, 0].tolist()


def field(*layers: WindowLayer) -> int:
    """Return how many pixels of a large picture one neuron sees along a row."""
    axes, shape = [], (999, 999, 1)
    for layer in layers:
        axes.append(layer.axes(shape)[1])
        shape = (999, axes[-1].count, 1)
    return receptive_field(axes).size


def lowered(where: Place) -> tuple[tuple[int, int], tuple[int, int]]:
    """Return the sizes of the two matrices whose product a convolution is."""
    assert where.input_shape
    assert where.output_shape
    filters, *window = where.layer.param_shapes(where.input_shape)["weight"]
    values = int(np.prod(window))
    return (filters, values), (values, where.output_shape[0] * where.output_shape[1])


def conv_frame() -> ConvFrame:
    """Return the frame of the lecture's first filter on a picture of one brightness."""
    params = LECTURE.init_layer(0, 0)
    frame = frame_at(LECTURE.layers[0], params, np.ones((3, 32, 32)), Cursor(), LECTURE.layers[1])
    assert isinstance(frame, ConvFrame)
    return frame


LECTURE = preset("lecture")
ALEXNET = preset("alexnet")
VGG = preset("vgg16")
LENET = preset("lenet5")
GRID = np.arange(1.0, 10.0).reshape(3, 3)
ONES = {"weight": np.ones((1, 1, 2, 2))}
LETTERS = [[1, 1, 2, 4], [5, 6, 7, 8], [3, 2, 1, 0], [1, 2, 3, 4]]
ALPHAGO = [
    Conv2d(192, 5, padding=2, bias=False),
    *(Conv2d(192, 3, padding=1, bias=False) for _ in range(11)),
    Conv2d(1, 1, bias=False),
]
TORCHINFO = Network(
    (28, 28, 1),
    [
        Conv2d(10, 5), MaxPool2d(2), ReLU(), Conv2d(20, 5), MaxPool2d(2), ReLU(), Flatten(),
        Dense(50), ReLU(), Dense(10), Softmax(),
    ],
)  # fmt: skip
CONVNETJS_MNIST = Network(
    (24, 24, 1),
    [
        Conv2d(8, 5, padding=2), ReLU(), MaxPool2d(2), Conv2d(16, 5, padding=2), ReLU(),
        MaxPool2d(3), Flatten(), Dense(10), Softmax(),
    ],
)  # fmt: skip
SAME128 = place((128, 128, 3), Conv2d(64, 5, policy=Policy.SAME))
WIDE_VGG = VGG.with_input((384, 384, 3))
TWENTY = place((32, 32, 3), Conv2d(20, 8, 2, 1))
FIVE = Conv2d(5, 3, 2, policy=Policy.SAME)

THE_LECTURE: list[Row] = [
    ("4: an image of 32×32×3", lambda: LECTURE.input_shape, (32, 32, 3)),
    ("4: 32×32×3 are 3,072 values", lambda: out((32, 32, 3), Flatten()), (3072,)),
    (
        "5: a filter is 5×5×3, as deep as its input",
        lambda: LECTURE.layers[0].param_shapes(LECTURE.input_shape)["weight"],
        (6, 3, 5, 5),
    ),
    ("6: one number from 75 products", lambda: conv_frame().products.size, 75),
    ("7: 28×28 positions", lambda: LECTURE.places[0].output_shape, (28, 28, 6)),
    ("7: 784 of them", lambda: count(32, 5) ** 2, 784),
    ("8: 7×7, 3×3, stride 1", lambda: out((7, 7, 1), Conv2d(1, 3)), (5, 5, 1)),
    ("8: 7×7, 3×3, stride 2", lambda: out((7, 7, 1), Conv2d(1, 3, 2)), (3, 3, 1)),
    ("8: 7×7, 3×3, stride 3", lambda: make_axis(7, 3, 3).quotient, Fraction(7, 3)),
    ("8: stride 3 does not fit", lambda: make_axis(7, 3, 3).fits, False),
    (
        "8: (7 − 3)/3 + 1 = 2.33",
        lambda: str(make_axis(7, 3, 3).formula("width")),
        "(7 + 2·0 − 3)/3 + 1 = 2.33…",
    ),
    (
        "9: (N − F)/stride + 1",
        lambda: [make_axis(n, f, s).quotient for n, f, s in ((7, 3, 1), (7, 3, 2), (32, 5, 1))],
        [5, 3, 28],
    ),
    ("10: 7×7, 3×3, pad 1", lambda: out((7, 7, 1), Conv2d(1, 3, padding=1)), (7, 7, 1)),
    ("10: 3 → 1 keeps the size", lambda: count(7, 3, padding=1), 7),
    ("10: 5 → 2 keeps the size", lambda: count(7, 5, padding=2), 7),
    ("10: 7 → 3 keeps the size", lambda: count(7, 7, padding=3), 7),
    ("11: six maps of 28×28", lambda: out((32, 32, 3), Conv2d(6, 5)), (28, 28, 6)),
    ("12: two in a row", lambda: shapes(LECTURE), [(32, 32, 3), (28, 28, 6), (24, 24, 10)]),
    (
        "12: ten filters of 5×5×6",
        lambda: named(LECTURE, "conv2").layer.param_shapes((28, 28, 6))["weight"],
        (10, 6, 5, 5),
    ),
    ("13: 5·5·3·6", lambda: layer_counts(named(LECTURE, "conv1")).weights, 450),
    ("13: 5·5·6·10", lambda: layer_counts(named(LECTURE, "conv2")).weights, 1500),
    (
        "13: as the formula reads",
        lambda: str(named(LECTURE, "conv2").formulas["weights"]),
        "5·5·6·10 = 1,500",
    ),
    (
        "13: biases",
        lambda: [layer_counts(named(LECTURE, f"conv{i}")).biases for i in (1, 2)],
        [6, 10],
    ),
    ("memory: 54,144 bytes with the picture", lambda: totals(LECTURE).memory_bytes, 54_144),
]

CS231N: list[Row] = [
    ("quiz: 32×32×10", lambda: preset("quiz").output_shape, (32, 32, 10)),
    ("quiz: 760 weights", lambda: parameters(preset("quiz")), 760),
    ("quiz, wrong: 750 forgets the bias", lambda: totals(preset("quiz")).weights, 750),
    (
        "quiz, wrong: 260 forgets the depth",
        lambda: parameters((32, 32, 1), [Conv2d(10, 5, padding=2)]),
        260,
    ),
    ("quiz: 768,000 multiply-adds", lambda: totals(preset("quiz")).multiply_adds, 768_000),
    ("quiz: 31,457,280 connected", lambda: connected(preset("quiz").places[0]), 31_457_280),
    ("128×128×3, 64 of 5×5: 4,800", lambda: layer_counts(SAME128).weights, 4_800),
    ("128×128×3, 64 of 5×5: same size", lambda: SAME128.output_shape, (128, 128, 64)),
    (
        "128×128×3, wrong: 1,600 ignores the channels",
        lambda: weights((128, 128, 1), Conv2d(64, 5, policy=Policy.SAME)),
        1_600,
    ),
    ("128×128×3, wrong: 78,643,200 shares nothing", lambda: unshared(SAME128), 78_643_200),
    ("56×56×64, 1×1", lambda: out((56, 56, 64), Conv2d(32, 1)), (56, 56, 32)),
    ("usual F 3 S 1 P 1", lambda: count(32, 3, 1, 1), 32),
    ("usual F 5 S 1 P 2", lambda: count(32, 5, 1, 2), 32),
    ("usual F 1 S 1 P 0", lambda: count(32, 1, 1, 0), 32),
    ("max pool of the notes", lambda: run(MaxPool2d(2, 2), LETTERS), [[6, 8], [3, 4]]),
    ("W 10 F 3 S 2 P 0 is 4.5", lambda: make_axis(10, 3, 2).quotient, Fraction(9, 2)),
    ("W 10 F 3 S 2 P 0 is invalid", lambda: make_axis(10, 3, 2).fits, False),
    ("W 5 F 3 P 1 S 1", lambda: count(5, 3, 1, 1), 5),
    ("W 5 F 3 P 1 S 2", lambda: count(5, 3, 2, 1), 3),
    ("11×11×4 F 5 S 2", lambda: out((11, 11, 4), Conv2d(1, 5, 2)), (4, 4, 1)),
    ("the notes' demo", lambda: out((5, 5, 3), Conv2d(2, 3, 2, 1)), (3, 3, 2)),
    ("three 3×3 see 7×7", lambda: field(*[Conv2d(1, 3)] * 3), 7),
    ("two 3×3 see 5×5", lambda: field(*[Conv2d(1, 3)] * 2), 5),
    ("three 3×3: 27C²", lambda: weights((9, 9, 64), *[Conv2d(64, 3)] * 3), 27 * 64**2),
    ("one 7×7: 49C²", lambda: weights((9, 9, 64), Conv2d(64, 7)), 49 * 64**2),
    (
        "a pool has no weights",
        lambda: parameters(place((55, 55, 96), MaxPool2d(3, 2))),
        0,
    ),
    (
        "fully connected as convolution, 384 px",
        lambda: out((12, 12, 512), Conv2d(4096, 7), Conv2d(4096, 1), Conv2d(1000, 1)),
        (6, 6, 1000),
    ),
    ("384 px reach it as 12×12×512", lambda: named(WIDE_VGG, "pool5").output_shape, (12, 12, 512)),
    ("AlphaGo: 19×19", lambda: out((19, 19, 48), *ALPHAGO), (19, 19, 1)),
    ("AlphaGo: 3,880,128 (calc)", lambda: parameters((19, 19, 48), ALPHAGO), 3_880_128),
]

THE_ALEXNET: list[Row] = [
    ("input", lambda: ALEXNET.input_shape, (227, 227, 3)),
    ("conv1: 55×55×96", lambda: named(ALEXNET, "conv1").output_shape, (55, 55, 96)),
    ("conv1: 34,848", lambda: layer_counts(named(ALEXNET, "conv1")).weights, 34_848),
    ("conv1: 34,944 with biases", lambda: parameters(named(ALEXNET, "conv1")), 34_944),
    ("conv1: 105,415,200 unshared", lambda: unshared(named(ALEXNET, "conv1")), 105_415_200),
    (
        "conv1: 105,705,600 unshared with biases",
        lambda: unshared(named(ALEXNET, "conv1"), biases=True),
        105_705_600,
    ),
    (
        "conv1: [96×363]·[363×3025]",
        lambda: lowered(named(ALEXNET, "conv1")),
        ((96, 363), (363, 3025)),
    ),
    (
        "every size",
        lambda: shapes(ALEXNET),
        [
            (227, 227, 3), (55, 55, 96), (27, 27, 96), (27, 27, 256), (13, 13, 256),
            (13, 13, 384), (13, 13, 384), (13, 13, 256), (6, 6, 256), (4096,), (4096,), (1000,),
        ],
    ),
    ("pool1 has no weights", lambda: parameters(named(ALEXNET, "pool1")), 0),
    ("62,378,344 with biases (calc)", lambda: parameters(ALEXNET), 62_378_344),
]  # fmt: skip

THE_VGG: list[Row] = [
    ("138,344,128 weights (calc)", lambda: totals(VGG).weights, 138_344_128),
    ("138,357,544 with biases (calc)", lambda: parameters(VGG), 138_357_544),
    ("first FC: 102,760,448", lambda: layer_counts(named(VGG, "dense1")).weights, 102_760_448),
    ("15,237,608 values (calc)", lambda: totals(VGG).memory_bytes // 4, 15_237_608),
    ("60,950,432 bytes (calc)", lambda: totals(VGG).memory_bytes, 60_950_432),
    ("58.1 MiB (calc)", lambda: round(totals(VGG).memory_bytes / 2**20, 1), 58.1),
    ("7×7×512 before the FC", lambda: named(VGG, "pool5").output_shape, (7, 7, 512)),
    ("conv1: 1,728", lambda: layer_counts(named(VGG, "conv1")).weights, 1_728),
    ("conv2: 36,864", lambda: layer_counts(named(VGG, "conv2")).weights, 36_864),
    ("last FC: 4,096,000", lambda: layer_counts(named(VGG, "dense3")).weights, 4_096_000),
    ("conv1: 3.2M values", lambda: layer_counts(named(VGG, "conv1")).memory_bytes // 4, 3_211_264),
]

SMALL_NETWORKS: list[Row] = [
    ("LeNet-5: 61,706", lambda: parameters(LENET), 61_706),
    ("LeNet-5 conv1: 156", lambda: parameters(named(LENET, "conv1")), 156),
    ("LeNet-5 conv2: 2,416", lambda: parameters(named(LENET, "conv2")), 2_416),
    ("LeNet-5 dense1: 48,120", lambda: parameters(named(LENET, "dense1")), 48_120),
    ("LeNet-5 dense2: 10,164", lambda: parameters(named(LENET, "dense2")), 10_164),
    ("LeNet-5 dense3: 850", lambda: parameters(named(LENET, "dense3")), 850),
    (
        "LeNet-5: every size",
        lambda: shapes(LENET),
        [(28, 28, 1), (28, 28, 6), (14, 14, 6), (10, 10, 16), (5, 5, 16), (120,), (84,), (10,)],
    ),
    (
        "torchinfo's MNIST net, layer by layer",
        lambda: [parameters(named(TORCHINFO, n)) for n in ("conv1", "conv2", "dense1", "dense2")],
        [260, 5_020, 16_050, 510],
    ),
    ("torchinfo's MNIST net: 21,840", lambda: parameters(TORCHINFO), 21_840),
    ("ConvNetJS CIFAR: 22,466 (calc)", lambda: parameters(preset("convnetjs-cifar")), 22_466),
    ("ConvNetJS MNIST: 5,994 (calc)", lambda: parameters(CONVNETJS_MNIST), 5_994),
    ("Tiny VGG: 19,920 (calc)", lambda: parameters(preset("tiny-vgg")), 19_920),
    ("small ResNet: 28,698 (calc)", lambda: parameters(preset("resnet-mini")), 28_698),
    (
        "small ResNet: 28,544 weights, one scale a channel among them (calc)",
        lambda: totals(preset("resnet-mini")).weights,
        28_544,
    ),
    ("small VGG: 591,274 (calc)", lambda: parameters(preset("vgg-mini")), 591_274),
    (
        "small VGG: every size",
        lambda: shapes(preset("vgg-mini")),
        [
            (32, 32, 3),
            (32, 32, 32),
            (32, 32, 32),
            (16, 16, 32),
            (16, 16, 64),
            (16, 16, 64),
            (8, 8, 64),
            (128,),
            (10,),
        ],
    ),
    ("32×32×3, twenty 8×8, S 2, P 1", lambda: TWENTY.output_shape, (14, 14, 20)),
    ("32×32×3, twenty 8×8: 3,860 (calc)", lambda: parameters(TWENTY), 3_860),
]

OTHERS: list[Row] = [
    (
        "2×2 of ones, valid",
        lambda: run(Conv2d(1, 2, bias=False), GRID, **ONES),
        [[12, 16], [24, 28]],
    ),
    (
        "2×2 of ones, TensorFlow's same",
        lambda: run(Conv2d(1, 2, bias=False, policy=Policy.SAME), GRID, **ONES),
        [[12, 16, 9], [24, 28, 15], [15, 17, 9]],
    ),
    ("max pool, valid", lambda: run(MaxPool2d(2, 1), [[4, 3], [2, 1]]), [[4]]),
    (
        "max pool, same",
        lambda: run(MaxPool2d(2, 1, policy=Policy.SAME), [[4, 3], [2, 1]]),
        [[4, 3], [2, 1]],
    ),
    ("28×28, five 3×3, S 2, same", lambda: out((28, 28, 1), FIVE), (14, 14, 5)),
    ("then pool 2", lambda: out((28, 28, 1), FIVE, MaxPool2d(2)), (7, 7, 5)),
    ("7×7 pooled same", lambda: out((7, 7, 5), MaxPool2d(2, policy=Policy.SAME)), (4, 4, 5)),
    ("7×7 pooled floor", lambda: out((7, 7, 5), MaxPool2d(2, policy=Policy.FLOOR)), (3, 3, 5)),
    ("dilation 1 is contiguous", lambda: list(make_axis(9, 3, dilation=1).taps(0)), [0, 1, 2]),
    ("dilation 2 leaves one out", lambda: list(make_axis(9, 3, dilation=2).taps(0)), [0, 2, 4]),
    ("W 7 F 3 S 2 P 1 has 4 positions", lambda: count(7, 3, 2, 1), 4),
    (
        "W 7 F 3 S 2 P 1 starts at",
        lambda: [make_axis(7, 3, 2, 1).start(p) for p in range(4)],
        [-1, 1, 3, 5],
    ),
]


def table(source: str, rows: list[Row]) -> list[Any]:
    return [pytest.param(ask, right, id=f"{source}, {what}") for what, ask, right in rows]


@pytest.mark.parametrize(
    ("ask", "right"),
    [
        *table("lecture", THE_LECTURE),
        *table("CS231n", CS231N),
        *table("AlexNet", THE_ALEXNET),
        *table("VGG-16", THE_VGG),
        *table("networks", SMALL_NETWORKS),
        *table("others", OTHERS),
    ],
)
def test_a_published_number(ask, right):
    assert ask() == (right() if callable(right) else right)


def test_one_number_of_the_lecture_is_w_x_plus_b_then_relu():
    frame = conv_frame()
    number = float(np.sum(frame.patch * frame.kernel)) + frame.bias
    assert frame.value == pytest.approx(number)
    assert frame.activation == max(frame.value, 0.0)


def test_alexnet_s_first_layer_is_the_product_of_those_two_matrices():
    conv1 = Network((227, 227, 3), [ALEXNET.layers[0]])
    params = conv1.init()
    x = np.random.default_rng(0).random((1, 3, 227, 227))
    way = loops.Way(11, 4)
    columns = loops.windows_as_columns(x[0], way, way)
    matrix = params[0]["weight"].astype(float).reshape(96, 363)
    assert (matrix.shape, columns.shape) == lowered(named(ALEXNET, "conv1"))
    np.testing.assert_allclose(
        conv1.forward(params, x)[0].reshape(96, 3025), matrix @ columns, atol=1e-10
    )


def test_a_stride_that_does_not_fit_is_an_error_and_not_a_rounded_number():
    with pytest.raises(DoesNotFitError, match=r"2\.33…"):
        out((7, 7, 1), Conv2d(1, 3, 3))
    with pytest.raises(DoesNotFitError, match=r"4\.5"):
        out((10, 10, 1), Conv2d(1, 3, 2))


def test_a_fully_connected_layer_is_a_convolution_as_large_as_its_input():
    """CS231n's notes; in small: 3×4×2 values, five units, then a picture of 5×5."""
    dense, conv = Dense(5), Conv2d(5, (3, 4))
    params = dense.init(np.random.default_rng(0), (24,))
    turned = {"weight": params["weight"].reshape(5, 2, 3, 4), "bias": params["bias"]}
    x = np.random.default_rng(1).random((1, 2, 3, 4))
    small = Network((3, 4, 2), [Flatten(), dense]).forward([{}, params], x)
    np.testing.assert_allclose(
        Network((3, 4, 2), [conv]).forward([turned], x)[:, :, 0, 0], small, atol=1e-12
    )
    assert out((5, 5, 2), conv) == (3, 2, 5)
