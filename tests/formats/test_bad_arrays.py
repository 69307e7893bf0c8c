"""Cases 45 to 53: arrays whose table claims what cannot be, or that fit no layer."""

from __future__ import annotations

import json

import numpy as np
import pytest
from safetensors.numpy import save as save_safetensors

from tests.formats.hostile import (
    WEIGHTS,
    parts_of,
    small,
    with_manifest,
    with_part,
    with_table,
    zipped,
)
from tests.formats.projects import opened, saved
from tests.formats.test_bad_archives import refusal

NAME = "conv1.weight"


def entry(**changes):
    return lambda table: table[NAME].update(changes)


def head(text, length=None):
    return with_part(
        WEIGHTS, lambda _d: (len(text) if length is None else length).to_bytes(8, "little") + text
    )


@pytest.mark.parametrize(
    ("data", "message"),
    [
        pytest.param(with_table(entry(dtype="O")), "holds the array 'conv1.weight' of an unknown "
                     "kind, 'O'", id="45-objects"),
        pytest.param(with_table(entry(dtype=["x"])), "holds the array 'conv1.weight' of an unknown "
                     "kind", id="45-no-text"),
        pytest.param(
            with_table(entry(shape=[1 << 20, 1 << 17], data_offsets=[0, 1 << 39])),
            "is damaged: the array 'conv1.bias' overlaps another one", id="46-512-GiB-overlap",
        ),
        pytest.param(
            with_table(
                lambda _t: {"a.w": {"dtype": "F32", "shape": [1 << 20, 1 << 17],
                                    "data_offsets": [0, 1 << 39]}}
            ),
            "is too short: its arrays need 549,755,813,888 bytes, 332 are there",
            id="46-512-GiB",
        ),
        pytest.param(head(b"{}", 1 << 62), "has a table of 4,611,686,018,427,387,904 bytes; "
                     "there are 2, and up to 4,000,000 can be read", id="53-table-too-long"),
        pytest.param(with_part(WEIGHTS, lambda d: d[:5]), "is too short for a safetensors file",
                     id="47-five-bytes"),
        pytest.param(with_part(WEIGHTS, lambda d: d[:-4]),
                     "is too short: its arrays need 332 bytes, 328 are there", id="47-short"),
        pytest.param(with_part(WEIGHTS, lambda d: d + b"abcd"),
                     "is too long: 4 bytes follow its arrays", id="48-trailing"),
        pytest.param(with_table(entry(shape=[-2, -3, 3, 3])),
                     "is damaged: the array 'conv1.weight' has a shape that cannot be",
                     id="49-negative"),
        pytest.param(with_table(entry(shape=[2**40, 2**40])),
                     "is damaged: the array 'conv1.weight' has a shape that cannot be",
                     id="49-overflow"),
        pytest.param(with_table(entry(shape=[1] * 9)),
                     "is damaged: the array 'conv1.weight' has a shape that cannot be",
                     id="49-dimensions"),
        pytest.param(with_table(entry(shape=[True, 2])),
                     "is damaged: the array 'conv1.weight' has a shape that cannot be",
                     id="49-boolean"),
        pytest.param(with_table(entry(shape=[2, 3, 3, 4])),
                     "is damaged: the array 'conv1.weight' of the shape (2, 3, 3, 4) needs "
                     "288 bytes, 216 are set aside", id="49-other-bytes"),
        pytest.param(with_table(entry(data_offsets=[4, 220])),
                     "is damaged: the array 'conv1.weight' has a hole before it", id="53-hole"),
        pytest.param(
            with_table(lambda t: t["conv1.bias"].update(data_offsets=[212, 220])),
            "is damaged: the array 'conv1.bias' overlaps another one", id="53-overlap",
        ),
        pytest.param(with_table(entry(data_offsets=[0])),
                     "is damaged: the array 'conv1.weight' must have two data_offsets",
                     id="53-one-offset"),
        pytest.param(with_table(entry(more=1)),
                     "is damaged: the array 'conv1.weight' needs dtype, shape and data_offsets",
                     id="53-more"),
        pytest.param(head(b"[]"), "has a table that is not an object", id="53-list"),
        pytest.param(head(b'{"a":'), "has a damaged table: it is not JSON", id="53-no-json"),
        pytest.param(
            head(json.dumps({str(n): {"dtype": "U8", "shape": [0], "data_offsets": [0, 0]}
                             for n in range(10_001)}).encode()),
            "holds 10,001 arrays; up to 10,000 can be read", id="53-many",
        ),
    ],
)  # fmt: skip
def test_what_is_refused(data, message):
    assert refusal(data).startswith(f"weights.safetensors {message}")


def without_checksums(tree):
    tree["weights"] = {}


def with_arrays(**arrays):
    """Return a project with these arrays, written by the format's own library."""
    named = {name.replace("_", "."): array for name, array in arrays.items()}
    data = with_manifest(without_checksums)
    parts = parts_of(data)
    parts[WEIGHTS] = save_safetensors(named)
    return zipped(parts.items())


GOOD = dict(small().weights[0])


def test_50_a_shape_that_its_layer_has_not():
    result = opened(
        with_arrays(conv1_weight=np.ones((2, 3, 5, 5), np.float32), conv1_bias=GOOD["bias"])
    )
    assert result.missing == (
        "conv1: weight has the shape (2, 3, 5, 5); (2, 3, 3, 3) is needed; "
        "its weights were made anew",
    )
    np.testing.assert_array_equal(result.document.weights[0]["weight"], GOOD["weight"])


def test_50_a_parameter_that_is_missing():
    result = opened(with_arrays(conv1_weight=GOOD["weight"]))
    assert result.missing == ("conv1: bias is missing from the file; its weights were made anew",)


def test_51_values_that_are_not_finite_are_kept_and_counted():
    weight = np.array(GOOD["weight"])
    weight[0, 0] = np.nan
    weight[1, 1, 0] = np.inf
    result = opened(with_arrays(conv1_weight=weight, conv1_bias=GOOD["bias"]))
    assert result.missing == (
        "conv1: 12 of 54 values of weight are not finite; mend them before training",
    )
    np.testing.assert_array_equal(result.document.weights[0]["weight"], weight)


def test_51_large_values_whose_sum_overflows_are_finite():
    weight = np.full((2, 3, 3, 3), 3e38, np.float32)
    assert opened(with_arrays(conv1_weight=weight, conv1_bias=GOOD["bias"])).missing == ()


@pytest.mark.parametrize(("kind", "word"), [("f8", "float64"), ("f2", "float16")])
def test_52_other_floats_are_converted_and_it_says_so(kind, word):
    weight = GOOD["weight"].astype(kind)
    result = opened(with_arrays(conv1_weight=weight, conv1_bias=GOOD["bias"]))
    assert result.missing == ()
    assert result.converted == (f"conv1: weight converted from {word} to float32",)
    there = result.document.weights[0]["weight"]
    np.testing.assert_array_equal(there, weight.astype(np.float32))
    assert there.dtype == np.float32


def test_52_the_short_float_of_graphics_cards():
    exact = np.array([1.0, -2.5, 0.0, 3e38], np.float32)
    upper = (exact.view(np.uint32) >> 16).astype("<u2")
    shape = {"dtype": "BF16", "shape": [2], "data_offsets": [0, 4]}
    weight = {"dtype": "F32", "shape": [2, 3, 3, 3], "data_offsets": [4, 220]}
    body = upper[:2].tobytes() + GOOD["weight"].tobytes()
    parts = parts_of(with_manifest(without_checksums))
    text = json.dumps({"conv1.bias": shape, "conv1.weight": weight}).encode()
    parts[WEIGHTS] = len(text).to_bytes(8, "little") + text + body
    result = opened(zipped(parts.items()))
    np.testing.assert_array_equal(result.document.weights[0]["bias"], exact[:2])
    assert result.converted == ("conv1: bias converted from bfloat16 to float32",)


def test_whole_numbers_are_no_weights():
    weight = np.ones((2, 3, 3, 3), np.int64)
    result = opened(with_arrays(conv1_weight=weight, conv1_bias=GOOD["bias"]))
    assert result.missing == (
        "conv1: weight holds int64 numbers; float32 is needed; its weights were made anew",
    )


def test_arrays_of_nobody_are_kept():
    stray = np.arange(3, dtype=np.int16)
    result = opened(with_arrays(adam_step=stray))
    assert result.missing == ("1 arrays belong to no known layer, such as 'adam.step'; kept",)
    again = opened(saved(result.document)).document
    kind, shape, data = again.extras.arrays["adam.step"]
    assert (kind, shape, data.tobytes()) == ("I16", (3,), stray.tobytes())
