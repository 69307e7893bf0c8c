"""A frame shows how one value comes about, and that value is the one the network works out."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, replace

import numpy as np
import pytest
from hypothesis import given

from convsim.core import step
from convsim.core.errors import CursorError, DoesNotFitError
from convsim.core.geometry import Policy
from convsim.core.layers import (
    ELU,
    GELU,
    KINDS,
    Activation,
    Array,
    AvgPool2d,
    BatchNorm2d,
    Conv2d,
    ConvTranspose2d,
    Dense,
    Dropout,
    Flatten,
    GlobalAvgPool,
    GlobalMaxPool,
    Layer,
    LeakyReLU,
    LogSoftmax,
    MaxPool2d,
    Params,
    ReLU,
    Residual,
    Sigmoid,
    Softmax,
    Tanh,
)
from convsim.core.step import (
    ConvFrame,
    Cursor,
    DenseFrame,
    FlattenFrame,
    Frame,
    Inside,
    PointFrame,
    PoolFrame,
    SoftmaxFrame,
    Span,
    frame_at,
    inside_steps,
    walk_of,
)
from tests.oracles import loops
from tests.oracles.draws import Setting, careful, inner, normal, outer, small_settings
from tests.oracles.examples import EXAMPLES, ROWS, applied

NAN = np.nan


def worked_out(layer: Layer, shape: tuple[int, ...]) -> tuple[Params, Array, Array]:
    """Return parameters, an input (C, H, W) or (D,), and the output in the same order."""
    params = dict(layer.init(np.random.default_rng(1), shape))
    if "bias" in params:
        params["bias"] = normal(params["bias"].shape, 2, np.float32)
    x = inner(shape, 1, seed=3)
    return params, outer(x)[0], outer(applied(layer, params, x))[0]


def framed(
    layer: Layer, params: Params, x: Array, cursor: Cursor, follower: Layer | None = None
) -> Frame:
    """Return a frame of any layer; a residual sum adds x to itself, reversed along rows."""
    reads = len(layer.sources(0)) - 1
    skips = [x[:, ::-1] if x.ndim == 3 else x[::-1]][:reads]
    return frame_at(layer, params, x, cursor, follower, *skips)


def cursors(y: Array) -> list[Cursor]:
    """Return every cursor of an output (C, H, W) or (D,), in reading order."""
    return [Cursor(0, *(int(i) for i in place)) for place in np.ndindex(y.shape)]


def value_at(y: Array, cursor: Cursor) -> float:
    """Return the value that a cursor names."""
    return float(y[cursor.filter] if y.ndim == 1 else y[cursor[1:]])


# Every frame of every kind


def test_every_kind_has_its_frame():
    assert set(step.FRAMES) == set(KINDS.values())


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_the_value_of_every_frame_is_what_the_network_works_out(row):
    params, x, y = worked_out(row.layer, row.shape)
    walk = walk_of(row.output)
    for cursor in cursors(y):
        frame = framed(row.layer, params, x, cursor)
        assert frame.cursor == cursor
        assert frame.value == pytest.approx(value_at(y, cursor), rel=1e-6, abs=1e-9)
        assert frame.activation is None
    assert walk.total == y.size


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_an_activation_behind_the_layer_says_what_becomes_of_the_value(row):
    params, x, y = worked_out(row.layer, row.shape)
    for cursor in cursors(y):
        frame = framed(row.layer, params, x, cursor, ReLU())
        assert frame.activation == max(frame.value, 0.0)
        curved = framed(row.layer, params, x, cursor, Tanh()).activation
        assert curved == pytest.approx(np.tanh(frame.value))
        for other in EXAMPLES:
            if not issubclass(other, Activation):
                after = EXAMPLES[other][0].layer
                assert framed(row.layer, params, x, cursor, after).activation is None


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_a_float32_picture_is_worked_out_in_float64(row):
    params, x, y = worked_out(row.layer, row.shape)
    x = x.astype(np.float32)
    for cursor in cursors(y)[:5]:
        frame = framed(row.layer, params, x, cursor)
        assert type(frame.value) is float
        assert frame.value == pytest.approx(value_at(y, cursor), rel=1e-5, abs=1e-5)
        for name in ("patch", "kernel", "products", "inputs", "weights", "scores", "powers"):
            if hasattr(frame, name):
                assert getattr(frame, name).dtype == np.float64


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_a_frame_is_frozen_and_changes_nothing(row):
    params, x, y = worked_out(row.layer, row.shape)
    for array in (x, *params.values()):
        array.setflags(write=False)
    frame = framed(row.layer, params, x, cursors(y)[-1])
    with pytest.raises(FrozenInstanceError):
        frame.value = 0.0  # type: ignore[misc]


def axes_setting(setting: Setting) -> Conv2d:
    """Return the convolution of a setting."""
    return Conv2d(
        setting.filters,
        setting.kernel,
        setting.stride,
        setting.padding,
        setting.dilation,
        bias=setting.bias,
        policy=setting.policy,
    )


@careful(60)
@given(small_settings())
def test_frames_agree_with_one_loop_after_another(setting):
    layer = axes_setting(setting)
    params, x, _ = worked_out(layer, setting.shape)
    rows, cols = layer.axes(setting.shape)
    y = loops.convolve(
        x[None], params["weight"], params.get("bias"), loops.way_of(rows), loops.way_of(cols)
    )[0]
    for cursor in cursors(y):
        assert frame_at(layer, params, x, cursor).value == pytest.approx(
            value_at(y, cursor), abs=1e-9
        )


@careful(60)
@given(small_settings())
def test_pool_frames_agree_with_one_loop_after_another(setting):
    for kind in (MaxPool2d, AvgPool2d):
        layer = kind(setting.kernel, setting.stride, setting.padding, policy=setting.policy)
        if setting.policy is Policy.STRICT:
            layer = replace(layer, policy=Policy.FLOOR)
        rows, cols = layer.axes(setting.shape)
        if not rows.count or not cols.count:
            continue
        x = outer(inner(setting.shape, 1, seed=3))
        ways = loops.way_of(rows), loops.way_of(cols)
        counted = setting.policy is not Policy.SAME
        y = (
            loops.max_pool(x, *ways)
            if kind is MaxPool2d
            else loops.avg_pool(x, *ways, count_padding=counted)
        )[0]
        for cursor in cursors(y):
            frame = frame_at(layer, {}, x[0], cursor)
            assert frame.value == pytest.approx(value_at(y, cursor), abs=1e-12)


# Convolution


def conv_frame(layer: Conv2d, params: Params, x: Array, cursor: Cursor) -> ConvFrame:
    frame = frame_at(layer, params, x, cursor)
    assert isinstance(frame, ConvFrame)
    return frame


def test_a_convolution_s_parts_add_up():
    layer = Conv2d(3, (3, 2), (2, 1), (1, 0))
    params, x, y = worked_out(layer, (7, 5, 4))
    for cursor in cursors(y):
        frame = conv_frame(layer, params, x, cursor)
        assert frame.patch.shape == frame.kernel.shape == frame.products.shape == (4, 3, 2)
        np.testing.assert_array_equal(frame.kernel, params["weight"][cursor.filter])
        np.testing.assert_array_equal(frame.products, frame.patch * frame.kernel)
        np.testing.assert_allclose(frame.channel_sums, frame.products.sum(axis=(1, 2)))
        assert frame.channel_sums.shape == (4,)
        assert frame.total == pytest.approx(frame.products.sum(), abs=1e-12)
        assert frame.bias == params["bias"][cursor.filter]
        assert frame.value == pytest.approx(frame.total + frame.bias, abs=1e-12)


def test_a_convolution_reads_zeros_from_the_padding_and_pixels_from_the_picture():
    layer = Conv2d(1, 3, padding=1)
    x = np.arange(1.0, 10.0).reshape(1, 3, 3)
    params = {"weight": np.ones((1, 1, 3, 3)), "bias": np.zeros(1)}
    corner = conv_frame(layer, params, x, Cursor(0, 0, 0, 0))
    np.testing.assert_array_equal(corner.patch[0], [[0, 0, 0], [0, 1, 2], [0, 4, 5]])
    middle = conv_frame(layer, params, x, Cursor(0, 0, 1, 1))
    np.testing.assert_array_equal(middle.patch, x)
    last = conv_frame(layer, params, x, Cursor(0, 0, 2, 2))
    np.testing.assert_array_equal(last.patch[0], [[5, 6, 0], [8, 9, 0], [0, 0, 0]])
    assert (corner.value, middle.value, last.value) == (12, 45, 28)


def test_a_convolution_s_spans_say_which_rows_and_columns_are_read():
    layer = Conv2d(1, (3, 2), (2, 3), (1, 0), (1, 2))
    params, x, _ = worked_out(layer, (7, 9, 1))
    frame = conv_frame(layer, params, x, Cursor(0, 0, 3, 1))
    assert frame.rows == Span(range(5, 8), 7)
    assert frame.cols == Span(range(3, 6, 2), 9)
    assert (frame.rows.first, frame.rows.last, frame.rows.extent) == (5, 7, 3)
    assert (frame.cols.first, frame.cols.last, frame.cols.extent) == (3, 5, 3)
    np.testing.assert_array_equal(frame.patch[0, :2], x[0, 5:7, 3:6:2])
    np.testing.assert_array_equal(frame.patch[0, 2], [0, 0])
    assert conv_frame(layer, params, x, Cursor(0, 0, 0, 0)).rows.first == -1


def test_a_convolution_without_bias_adds_zero():
    layer = Conv2d(2, 3, bias=False)
    params, x, _ = worked_out(layer, (4, 4, 2))
    frame = conv_frame(layer, params, x, Cursor(0, 1, 1, 0))
    assert frame.bias == 0.0
    assert frame.value == frame.total


# Pools


def pool_frame(layer: Layer, x: Array, cursor: Cursor) -> PoolFrame:
    frame = frame_at(layer, {}, x, cursor)
    assert isinstance(frame, PoolFrame)
    return frame


def test_the_switch_of_a_maximum_is_where_it_stands_in_the_window():
    x = np.array([[[1.0, 2], [4, 3]], [[9, 2], [4, 3]]])
    assert pool_frame(MaxPool2d(2), x, Cursor(0, 0)).switch == (1, 0)
    assert pool_frame(MaxPool2d(2), x, Cursor(0, 1)).switch == (0, 0)


def test_of_two_equal_maxima_the_first_is_the_one():
    x = np.array([[[1.0, 7, 7], [7, 0, 0]]])
    assert pool_frame(MaxPool2d((2, 3)), x, Cursor()).switch == (0, 1)


def test_padding_is_no_number_and_never_the_maximum():
    x = -np.arange(1.0, 5.0).reshape(1, 2, 2)
    frame = pool_frame(MaxPool2d(2, 2, 1), x, Cursor(0, 0, 0, 0))
    np.testing.assert_array_equal(frame.patch, [[NAN, NAN], [NAN, -1]])
    assert frame.switch == (1, 1)
    assert (frame.value, frame.total, frame.divisor) == (-1.0, -1.0, 1)


def test_a_window_of_padding_only_has_no_maximum():
    frame = pool_frame(MaxPool2d(1, 1, 1), np.ones((1, 1, 1)), Cursor(0, 0, 0, 0))
    assert np.isnan(frame.patch).all()
    assert frame.value == -np.inf


def test_a_pixel_of_minus_infinity_is_still_a_pixel():
    x = np.array([[[-np.inf, -np.inf], [-np.inf, -np.inf]]])
    frame = pool_frame(MaxPool2d(2, 2, 1), x, Cursor(0, 0, 0, 0))
    assert frame.switch == (1, 1)
    assert frame.value == -np.inf


def test_every_maximum_stands_at_its_switch():
    layer = MaxPool2d((3, 2), (2, 1), (1, 1))
    _, x, y = worked_out(layer, (5, 6, 2))
    for cursor in cursors(y):
        frame = pool_frame(layer, x, cursor)
        assert frame.switch is not None
        assert frame.patch[frame.switch] == frame.value == np.nanmax(frame.patch)
        row, col = frame.rows.taps[frame.switch[0]], frame.cols.taps[frame.switch[1]]
        assert x[cursor.filter, row, col] == frame.value


def test_a_mean_counts_the_zeros_of_the_padding():
    x = np.array([[[1.0, 2], [3, 4]]])
    frame = pool_frame(AvgPool2d(2, 2, 1), x, Cursor(0, 0, 0, 0))
    np.testing.assert_array_equal(frame.patch, [[0, 0], [0, 1]])
    assert (frame.total, frame.divisor, frame.value) == (1.0, 4, 0.25)
    assert frame.switch is None


def test_under_same_a_mean_leaves_the_padding_out():
    x = np.arange(1.0, 10.0).reshape(1, 3, 3)
    layer = AvgPool2d(2, policy=Policy.SAME)
    frame = pool_frame(layer, x, Cursor(0, 0, 0, 1))
    np.testing.assert_array_equal(frame.patch, [[3, NAN], [6, NAN]])
    assert (frame.total, frame.divisor, frame.value) == (9.0, 2, 4.5)
    corner = pool_frame(layer, x, Cursor(0, 0, 1, 1))
    assert (corner.divisor, corner.value) == (1, 9.0)


# Layers without a window


def test_a_unit_s_products_add_up():
    params, x, y = worked_out(Dense(5), (7,))
    for cursor in cursors(y):
        frame = frame_at(Dense(5), params, x, cursor)
        assert isinstance(frame, DenseFrame)
        np.testing.assert_array_equal(frame.inputs, x)
        np.testing.assert_array_equal(frame.weights, params["weight"][cursor.filter])
        np.testing.assert_array_equal(frame.products, frame.inputs * frame.weights)
        assert frame.total == pytest.approx(frame.products.sum(), abs=1e-12)
        assert frame.bias == params["bias"][cursor.filter]
        assert frame.value == pytest.approx(frame.total + frame.bias)


def test_relu_shows_what_it_was_given():
    x = np.array([-1.5, 0.0, 2.5])
    frames = [frame_at(ReLU(), {}, x, Cursor(0, i)) for i in range(3)]
    assert [f.value for f in frames] == [0.0, 0.0, 2.5]
    assert [f.source for f in frames if isinstance(f, PointFrame)] == [-1.5, 0.0, 2.5]


def test_flatten_shows_where_a_value_comes_from():
    x = normal((3, 4, 5), 0)
    for index in range(60):
        frame = frame_at(Flatten(), {}, x, Cursor(0, index))
        assert isinstance(frame, FlattenFrame)
        assert np.ravel_multi_index(frame.source, x.shape) == index
        assert frame.value == x[frame.source]
    assert frame_at(Flatten(), {}, x[0, 0], Cursor(0, 3)).value == x[0, 0, 3]
    row = frame_at(Flatten(), {}, x[0, 0], Cursor(0, 3))
    assert isinstance(row, FlattenFrame)
    assert row.source == (3, 0, 0)


def test_softmax_shows_all_scores_and_their_powers():
    x = np.array([1.0, 3.0, 2.0])
    frames = [frame_at(Softmax(), {}, x, Cursor(0, i)) for i in range(3)]
    for place, frame in enumerate(frames):
        assert isinstance(frame, SoftmaxFrame)
        np.testing.assert_array_equal(frame.scores, x)
        np.testing.assert_allclose(frame.powers, np.exp(x - 3.0))
        assert (frame.largest, frame.place) == (3.0, place)
        assert frame.value == pytest.approx(frame.powers[place] / frame.powers.sum())
    assert sum(frame.value for frame in frames) == pytest.approx(1.0)


def test_softmax_of_maps_is_over_the_channels_at_one_place():
    x = normal((4, 2, 3), 0)
    frame = frame_at(Softmax(), {}, x, Cursor(0, 1, 1, 2))
    assert isinstance(frame, SoftmaxFrame)
    np.testing.assert_array_equal(frame.scores, x[:, 1, 2])


def test_softmax_of_huge_scores_does_not_overflow():
    frame = frame_at(Softmax(), {}, np.array([10_000.0, 9_999.0]), Cursor(0, 0))
    assert frame.value == pytest.approx(1 / (1 + np.exp(-1)))


# Cursors that do not exist


@pytest.mark.parametrize(
    ("cursor", "received"),
    [
        (Cursor(0, 6, 0, 0), "received filter 7, row 0, column 0"),
        (Cursor(0, -1, 0, 0), "received filter 0, row 0, column 0"),
        (Cursor(0, 0, 28, 3), "received filter 1, row 28, column 3"),
        (Cursor(0, 0, -1, 0), "received filter 1, row -1, column 0"),
        (Cursor(0, 0, 0, 20), "received filter 1, row 0, column 20"),
    ],
)
def test_a_position_that_does_not_exist_is_refused_with_those_that_do(cursor, received):
    layer = Conv2d(6, 5, name="edges")
    params, x, _ = worked_out(layer, (32, 24, 1))
    with pytest.raises(CursorError) as caught:
        frame_at(layer, params, x, cursor)
    assert str(caught.value) == (f"edges has filters 1–6, rows 0–27, columns 0–19; {received}")


def test_the_layer_of_a_cursor_is_not_looked_at():
    params, x, y = worked_out(Dense(2), (3,))
    assert frame_at(Dense(2), params, x, Cursor(99, 1)).value == pytest.approx(y[1])


def test_a_layer_that_does_not_fit_has_no_frames():
    with pytest.raises(DoesNotFitError):
        frame_at(Conv2d(1, 3, 3), {}, np.zeros((1, 7, 7)), Cursor())


# Inner steps


CONV = (Inside.PRODUCTS, Inside.CHANNEL_SUMS, Inside.TOTAL, Inside.BIAS)
DENSE = (Inside.PRODUCTS, Inside.TOTAL, Inside.BIAS)
SHARE = (Inside.PRODUCTS, Inside.TOTAL)
INNER: dict[type[Layer], tuple[Inside, ...]] = {
    Conv2d: CONV,
    Dense: DENSE,
    MaxPool2d: SHARE,
    AvgPool2d: SHARE,
    Softmax: SHARE,
    LogSoftmax: SHARE,
    GlobalMaxPool: SHARE,
    GlobalAvgPool: SHARE,
    ConvTranspose2d: CONV,
    BatchNorm2d: (Inside.CENTRE, Inside.NORMALISE, Inside.SCALE),
    Residual: (Inside.TOTAL,),
    Dropout: (),
    Flatten: (),
    **dict.fromkeys((ReLU, LeakyReLU, ELU, Sigmoid, Tanh, GELU), (Inside.ACTIVATION,)),
}


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_the_inner_steps_of_a_kind_end_with_writing(kind):
    layer = EXAMPLES[kind][0].layer
    assert inside_steps(layer) == (*INNER[kind], Inside.WRITE)
    assert list(inside_steps(layer)) == sorted(inside_steps(layer))


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_a_relu_that_follows_is_one_more_inner_step(kind):
    layer = EXAMPLES[kind][0].layer
    steps = inside_steps(layer, ReLU())
    assert steps[-2:] == (Inside.ACTIVATION, Inside.WRITE)
    assert set(steps) == {*INNER[kind], Inside.ACTIVATION, Inside.WRITE}
    assert inside_steps(layer, Softmax()) == inside_steps(layer)


def test_every_frame_is_a_frame():
    for examples in EXAMPLES.values():
        row = examples[0]
        params, x, _ = worked_out(row.layer, row.shape)
        assert isinstance(framed(row.layer, params, x, Cursor()), Frame)
