"""What every layer keeps to, whatever its kind.

A new kind is tested as soon as `tests/oracles/examples.py` has a row for it, and fails until then.
"""

from __future__ import annotations

from dataclasses import FrozenInstanceError, fields
from math import prod
from typing import Any

import numpy as np
import pytest

from convsim.core.errors import ConvSimError, LayerError
from convsim.core.layers import (
    KINDS,
    ConvTranspose2d,
    Field,
    Layer,
    Pool2d,
    Run,
    Shape,
    SlidingLayer,
    UnknownLayer,
    WindowLayer,
)
from tests.oracles.draws import inner
from tests.oracles.evaluate import evaluate
from tests.oracles.examples import (
    EXAMPLES,
    REFUSED,
    ROWS,
    Example,
    applied,
    changed,
    inputs_of,
    settings_of,
)

KEYS = ["height", "width", "weights", "biases", "multiply_adds", "memory"]
PRECISION: dict[type[np.floating[Any]], float] = {np.float32: 1e-5, np.float64: 1e-12}

each_kind = pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
each_row = pytest.mark.parametrize("row", ROWS, ids=str)
each_precision = pytest.mark.parametrize("dtype", PRECISION, ids=["float32", "float64"])


def fresh(row: Example, dtype: type[np.floating[Any]] = np.float64) -> dict[str, np.ndarray]:
    """Return parameters of the layer with biases and statistics of all sorts, read-only."""
    params = row.layer.init(np.random.default_rng(3), row.shape)
    for name in params:
        params[name] = params[name].astype(dtype)
        if params[name].ndim == 1:
            low = 0.5 if name in ("weight", "running_var") else -1
            params[name] += np.linspace(low, 1, params[name].size, dtype=dtype)
        params[name].setflags(write=False)
    return params


def shape_of(y: np.ndarray) -> Shape:
    """Return (H, W, C) of (H, C, W, N), and (D,) of (D, N)."""
    return (y.shape[0], y.shape[2], y.shape[1]) if y.ndim == 4 else y.shape[:1]


# The list of kinds


def test_every_kind_has_an_example():
    assert set(EXAMPLES) == set(KINDS.values())
    for kind, examples in EXAMPLES.items():
        assert examples, f"{kind.__name__} has no example"
        assert all(type(e.layer) is type(e.other) is kind for e in examples)


def test_every_kind_is_listed_under_the_word_that_files_use():
    assert all(kind.kind == word for word, kind in KINDS.items())
    assert list(KINDS) == [
        "conv",
        "convtranspose",
        "relu",
        "leakyrelu",
        "elu",
        "sigmoid",
        "tanh",
        "gelu",
        "maxpool",
        "avgpool",
        "globalmaxpool",
        "globalavgpool",
        "batchnorm",
        "dropout",
        "residual",
        "flatten",
        "dense",
        "softmax",
        "logsoftmax",
    ]


def finished(kind: Any) -> set[Any]:
    """Return the classes below `kind` that nothing is built upon."""
    below = kind.__subclasses__()
    return {leaf for sub in below for leaf in finished(sub)} if below else {kind}


def test_no_kind_is_forgotten_in_the_list():
    # The place holder for kinds of newer versions is none that anybody can choose.
    found = {k for k in finished(Layer) if k.__module__.startswith("convsim.")} - {UnknownLayer}
    assert found == set(KINDS.values())


@each_kind
def test_a_kind_says_in_its_docstring_what_it_is(kind):
    assert kind.__doc__
    assert kind.__doc__[0].isalpha() or kind.__doc__[0] in "`"
    assert kind.output_shape.__doc__
    assert kind.forward.__doc__


# Shapes


@each_row
@pytest.mark.parametrize("batch", [1, 3])
def test_forward_gives_exactly_the_shape_that_is_stated(row, batch):
    y = applied(row.layer, fresh(row), inner(row.shape, batch, seed=1))
    assert row.layer.output_shape(row.shape) == row.output == shape_of(y)
    assert y.shape[-1] == batch


@each_row
def test_an_empty_batch_gives_an_empty_batch(row):
    y = applied(row.layer, fresh(row), inner(row.shape, 0, seed=1))
    assert shape_of(y) == row.output
    assert y.shape[-1] == 0


@each_row
def test_parameters_are_made_in_the_shapes_that_are_stated(row):
    params = row.layer.init(np.random.default_rng(0), row.shape)
    assert {k: v.shape for k, v in params.items()} == row.layer.param_shapes(row.shape)
    assert set(params) - set(row.layer.trained) <= {"running_mean", "running_var"}
    assert all(v.dtype == np.float32 for v in params.values())
    assert not params.get("bias", np.zeros(1)).any()


@each_row
def test_parameters_depend_on_nothing_but_the_generator(row):
    one, two, three = (row.layer.init(np.random.default_rng(s), row.shape) for s in (5, 5, 6))
    for name, values in one.items():
        assert values.tobytes() == two[name].tobytes()
        if name == "weight" and values.ndim > 1:
            assert values.tobytes() != three[name].tobytes()


@each_row
def test_bias_is_the_only_difference_that_the_switch_makes(row):
    if "bias" not in settings_of(row.layer):
        return
    on, off = changed(row.layer, bias=True), changed(row.layer, bias=False)
    assert off.param_shapes(row.shape) == {"weight": on.param_shapes(row.shape)["weight"]}
    assert on.param_shapes(row.shape)["bias"] == (row.output[-1],)
    params = fresh(row._replace(layer=on))
    x = inner(row.shape, 2, seed=1)
    less = on.forward(params, x) - off.forward({"weight": params["weight"]}, x)
    bias = params["bias"][:, None] if x.ndim == 2 else params["bias"][:, None, None]
    np.testing.assert_allclose(less, np.broadcast_to(bias, less.shape), atol=1e-12)


@pytest.mark.parametrize("kind", REFUSED, ids=lambda kind: kind.kind)
def test_a_shape_of_the_wrong_kind_is_refused_with_the_remedy(kind):
    shape, message = REFUSED[kind]
    layer = EXAMPLES[kind][0].layer
    methods: list[Any] = [layer.output_shape, layer.formula]
    if layer.param_shapes(EXAMPLES[kind][0].shape):
        methods.append(layer.param_shapes)
    for method in methods:
        with pytest.raises(LayerError) as caught:
            method(shape)
        assert str(caught.value) == message
    with pytest.raises(LayerError) as caught:
        changed(layer, name="mine").output_shape(shape)
    assert str(caught.value) == message.replace(layer.kind, "mine", 1)


@each_kind
def test_a_kind_that_refuses_no_shape_takes_maps_and_vectors(kind):
    if kind not in REFUSED:
        assert {len(row.shape) for row in EXAMPLES[kind]} == {1, 3}


# Numbers


@each_row
@each_precision
def test_forward_keeps_the_dtype_of_its_input(row, dtype):
    x = inner(row.shape, 2, seed=1, dtype=dtype)
    for weights in PRECISION:
        y = applied(row.layer, fresh(row, weights), x)
        assert y.dtype == dtype
        assert np.isfinite(y).all()


@each_row
def test_float32_agrees_with_float64(row):
    params = fresh(row, np.float32)
    x = inner(row.shape, 2, seed=1, dtype=np.float32)
    wide = applied(row.layer, params, x.astype(np.float64))
    scale = max(1.0, np.abs(wide).max())
    np.testing.assert_allclose(applied(row.layer, params, x), wide, rtol=1e-5, atol=1e-6 * scale)


@each_row
@each_precision
def test_forward_is_pure(row, dtype):
    params, x = fresh(row, dtype), inner(row.shape, 2, seed=1, dtype=dtype)
    x.setflags(write=False)
    before = x.tobytes(), {k: v.tobytes() for k, v in params.items()}
    state = dict(vars(row.layer))
    first = applied(row.layer, params, x).copy()
    second = applied(row.layer, params, x)
    assert first.tobytes() == second.tobytes()
    assert before == (x.tobytes(), {k: v.tobytes() for k, v in params.items()})
    assert state == vars(row.layer)


@each_row
@each_precision
def test_a_batch_gives_what_its_pictures_give_one_by_one(row, dtype):
    params, x = fresh(row, dtype), inner(row.shape, 5, seed=1, dtype=dtype)
    together = applied(row.layer, params, x)
    for n in range(5):
        alone = applied(row.layer, params, np.ascontiguousarray(x[..., n : n + 1]))
        scale = PRECISION[dtype] * max(1.0, float(np.abs(alone).max()))
        np.testing.assert_allclose(together[..., n : n + 1], alone, rtol=0, atol=scale)


@each_row
def test_forward_takes_an_input_however_it_lies_in_memory(row):
    params, x = fresh(row), inner(row.shape, 3, seed=1)
    wanted = applied(row.layer, params, x)
    for y in (np.asfortranarray(x), x[..., ::-1].copy()[..., ::-1], np.repeat(x, 2, -1)[..., ::2]):
        np.testing.assert_allclose(applied(row.layer, params, y), wanted, atol=1e-12)


# Learning


@each_row
@each_precision
def test_learning_gives_the_output_of_inference_and_gradients_of_every_shape(row, dtype):
    params, x = fresh(row, dtype), inner(row.shape, 4, seed=1, dtype=dtype)
    given = inputs_of(row.layer, x)
    y, backward = row.layer.learn(params, given[0], Run(), *given[1:])
    if row.layer.kind not in ("dropout", "batchnorm"):
        np.testing.assert_array_equal(y, applied(row.layer, params, x))
    dx, grads = backward(np.ones_like(y))
    assert y.dtype == dx.dtype == dtype
    assert dx.shape == x.shape
    assert {name: grad.shape for name, grad in grads.items()} == {
        name: params[name].shape for name in row.layer.trained if name in params
    }
    assert all(grad.dtype == dtype for grad in grads.values())


@each_row
def test_learning_is_pure_but_for_what_the_run_lends(row):
    params, x = fresh(row), inner(row.shape, 4, seed=1)
    x.setflags(write=False)
    dy = inner(row.output, 4, seed=2)
    dy.setflags(write=False)
    state = dict(vars(row.layer))
    results = []
    for _ in range(2):
        run = Run(np.random.default_rng(7))
        given = inputs_of(row.layer, x)
        y, backward = row.layer.learn(params, given[0], run, *given[1:])
        dx, grads = backward(dy)
        results.append([y.copy(), dx.copy(), *grads.values()])
    for one, two in zip(*results, strict=True):
        np.testing.assert_array_equal(one, two)
    assert state == vars(row.layer)


# Fields


def bad_values(spec: Field) -> list[tuple[object, str]]:
    """Return what a field must refuse, and with which words."""
    name = spec.name
    if spec.kind == "switch":
        return [
            (value, f"{name} must be true or false; got {value!r}") for value in (0, 1, "yes", None)
        ]
    if spec.kind == "choice":
        listed = ", ".join(spec.choices)
        return [
            (value, f"{name} must be one of {listed}; got {value!r}")
            for value in ("valid", "Same", "", 0, None, ["same"])
        ]
    if spec.kind == "number":
        beyond = (spec.low - 1e-9, spec.high + 1e-9, -1e300, float("inf"), float("nan"))
        no = (True, "2", None, [2], 1j, (0.5, 0.5))
        return [
            *((v, f"{name} must be {spec.low} to {spec.high}; got {v}") for v in beyond),
            *((v, f"{name} must be a number; got {v!r}") for v in no),
        ]
    bad: list[tuple[object, str]] = [
        (value, f"{name} must be {spec.low} to {spec.high}; got {value}")
        for value in (spec.low - 1, spec.high + 1, -(10**30), 10**30)
    ]
    bad += [
        (value, f"{name} must be a whole number; got {value!r}")
        for value in (True, False, "2", 2.0, 2.5, float("nan"), None, [2], 1j)
    ]
    if spec.kind == "count":
        bad += [
            (value, f"{name} must be a whole number; got {value!r}") for value in ((2,), (2, 2), ())
        ]
        return bad
    both: list[tuple[object, str]] = [((value, spec.low), message) for value, message in bad]
    both += [((spec.low, value), message) for value, message in bad]
    form = "one number or (rows, columns)"
    if spec.kind == "sides":
        form = "one number, or (rows, columns), each one number or (before, after)"
        whole = f"{name} must be a whole number; got "
        both += [((value, 1), f"{whole}{value!r}") for value in ((), (1,), (1, 1, 1), [1, 2])]
        both += [((1, (1, value)), message) for value, message in bad]
        both += [(((value, 1), 1), message) for value, message in bad]
    shapes: list[tuple[object, str]] = [
        (value, f"{name} must be {form}; got {value!r}") for value in ((), (2,), (2, 2, 2))
    ]
    return [*bad, *both, *shapes]


@each_kind
def test_the_table_of_fields_is_the_list_of_the_dataclass(kind):
    assert {spec.name for spec in kind.fields} == {f.name for f in fields(kind)} - {"name"}
    assert len({spec.name for spec in kind.fields}) == len(kind.fields)


@each_kind
def test_a_field_out_of_bounds_is_refused_with_the_bounds(kind):
    layer = EXAMPLES[kind][0].layer
    for spec in kind.fields:
        for value, message in bad_values(spec):
            if value is None and spec.name == "stride" and issubclass(kind, Pool2d):
                continue  # A pool without a stride takes its kernel's.
            with pytest.raises(LayerError) as caught:
                changed(layer, **{spec.name: value})
            assert str(caught.value) == f"{layer.kind}: {message}"
            with pytest.raises(LayerError, match=r"^mine: "):
                changed(layer, **{spec.name: value, "name": "mine"})


@each_kind
def test_both_bounds_of_a_field_are_allowed(kind):
    layer = EXAMPLES[kind][0].layer
    for spec in kind.fields:
        for value in {
            "switch": (True, False),
            "choice": spec.choices,
            "count": (spec.low, spec.high, np.int64(spec.high)),
            "number": (spec.low, spec.high, np.float32(spec.low), int(spec.high)),
            "pair": (spec.low, spec.high, (spec.low, spec.high), (spec.high, spec.low)),
            "sides": (spec.low, spec.high, (spec.low, (spec.low, spec.high))),
        }[spec.kind]:
            bound = changed(layer, **{spec.name: value})
            twice = spec.kind in ("pair", "sides") and type(value) is int
            wanted = (value, value) if twice else value
            assert getattr(bound, spec.name) == wanted


def test_the_messages_of_the_design_are_kept_to_the_letter():
    conv = EXAMPLES[KINDS["conv"]][0].layer
    with pytest.raises(LayerError, match=r"^conv: stride must be 1 to 64; got 0$"):
        changed(conv, stride=0)
    with pytest.raises(LayerError, match=r"^conv: stride must be a whole number; got '2'$"):
        changed(conv, stride="2")


# Layers as values


@each_row
def test_a_layer_is_frozen(row):
    for name in ["name", *settings_of(row.layer)]:
        with pytest.raises(FrozenInstanceError):
            setattr(row.layer, name, getattr(row.other, name))
        with pytest.raises(FrozenInstanceError):
            delattr(row.layer, name)


@each_row
def test_layers_are_equal_by_value(row):
    twin = changed(row.layer)
    assert twin == row.layer
    assert twin is not row.layer
    assert hash(twin) == hash(row.layer)
    assert repr(twin) == repr(row.layer)
    assert row.other != row.layer
    assert len({row.layer, twin, row.other}) == 2


@each_row
def test_layers_of_different_kinds_are_never_equal(row):
    assert all(row.layer != e.layer for e in ROWS if type(e.layer) is not type(row.layer))


@each_row
def test_replace_changes_one_field_and_keeps_the_others(row):
    named = changed(row.layer, name="mine")
    assert named.name == "mine"
    assert settings_of(named) == settings_of(row.layer)
    for name, value in settings_of(row.other).items():
        other = changed(named, **{name: value})
        assert settings_of(other) == {**settings_of(row.layer), name: value}
        assert other.name == "mine"


@each_row
def test_the_settings_alone_make_the_layer_again(row):
    assert type(row.layer)(**settings_of(row.layer)) == row.layer


# Formulas


@each_row
def test_formulas_come_in_order_with_a_result_that_their_tokens_give(row):
    formulas = row.layer.formula(row.shape)
    keys = [formula.key for formula in formulas]
    sized = isinstance(row.layer, SlidingLayer | ConvTranspose2d)
    assert keys == (KEYS if sized else KEYS[2:])
    for formula in formulas:
        assert evaluate(formula.tokens) == formula.result
        assert formula.numbers() in str(formula)


@each_row
def test_the_results_of_formulas_are_the_real_counts(row):
    results = {formula.key: formula.result for formula in row.layer.formula(row.shape)}
    params = fresh(row)
    y = applied(row.layer, params, inner(row.shape, 1, seed=1))
    weights = params["weight"].size if "weight" in params else 0
    # A transposed convolution uses its filters once for each place of its input.
    transposed = isinstance(row.layer, ConvTranspose2d)
    positions = prod(row.shape[:-1] if transposed else shape_of(y)[:-1])
    assert results["weights"] == weights
    assert results["biases"] == (params["bias"].size if "bias" in params else 0)
    assert results["multiply_adds"] == weights * positions
    assert results["memory"] == (0 if row.layer.in_place else 4 * y.size)
    assert results.get("height", shape_of(y)[0]) == shape_of(y)[0]
    if "width" in results:
        assert results["width"] == shape_of(y)[1]


@each_row
def test_a_layer_that_does_not_fit_still_knows_its_weights(row):
    known = row.layer.count_formulas(row.shape, fits=False)
    assert known == row.layer.count_formulas(row.shape)[:2]


@each_kind
def test_what_needs_no_memory_of_its_own(kind):
    keep_the_number_of_values = all(prod(e.shape) == prod(e.output) for e in EXAMPLES[kind])
    assert kind.in_place == keep_the_number_of_values


@pytest.mark.parametrize(
    "kind", [k for k in KINDS.values() if issubclass(k, WindowLayer)], ids=lambda k: k.kind
)
def test_a_window_that_does_not_fit_says_on_which_side(kind):
    layer = changed(EXAMPLES[kind][0].layer, kernel=(5, 3), stride=1)
    with pytest.raises(ConvSimError, match=r"larger than the input height of 4 .* padding 1 makes"):
        layer.output_shape((4, 3, 2))
    with pytest.raises(ConvSimError, match=r"larger than the input width of 2 "):
        layer.output_shape((5, 2, 2))
    sizes = layer.size_formulas((4, 3, 2))
    assert [formula.key for formula in sizes] == ["height", "width"]
    assert [formula.result for formula in sizes] == [0, 1]
