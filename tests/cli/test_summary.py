"""``convsim summary`` and ``convsim presets``: the numbers, for people and for programs."""

from __future__ import annotations

import json

import pytest

from convsim.document.presets import PRESETS

KEYS = {"name", "kind", "output_shape", "weights", "biases", "multiply_adds", "memory_bytes"}


@pytest.fixture
def data(convsim):
    def read(preset):
        result = convsim("summary", "--preset", preset, "--json")
        assert (result.status, result.err) == (0, "")
        return json.loads(result.out)

    return read


def test_the_numbers_of_the_lecture(data):
    assert data("lecture") == {
        "input_shape": [32, 32, 3],
        "layers": [
            {
                "name": "conv1",
                "kind": "conv",
                "output_shape": [28, 28, 6],
                "weights": 450,
                "biases": 6,
                "multiply_adds": 352_800,
                "memory_bytes": 18_816,
            },
            {
                "name": "relu1",
                "kind": "relu",
                "output_shape": [28, 28, 6],
                "weights": 0,
                "biases": 0,
                "multiply_adds": 0,
                "memory_bytes": 0,
            },
            {
                "name": "conv2",
                "kind": "conv",
                "output_shape": [24, 24, 10],
                "weights": 1_500,
                "biases": 10,
                "multiply_adds": 864_000,
                "memory_bytes": 23_040,
            },
            {
                "name": "relu2",
                "kind": "relu",
                "output_shape": [24, 24, 10],
                "weights": 0,
                "biases": 0,
                "multiply_adds": 0,
                "memory_bytes": 0,
            },
        ],
        "totals": {
            "weights": 1_950,
            "biases": 16,
            "multiply_adds": 1_216_800,
            "memory_bytes": 54_144,
        },
    }


@pytest.mark.parametrize(
    ("preset", "parameters"),
    [("lenet5", 61_706), ("alexnet", 62_378_344), ("vgg16", 138_357_544), ("quiz", 760)],
)
def test_weights_and_biases_of_famous_networks(data, preset, parameters):
    totals = data(preset)["totals"]
    assert totals["weights"] + totals["biases"] == parameters


def test_the_memory_of_vgg_is_what_its_rows_sum_to(data):
    vgg = data("vgg16")
    assert vgg["totals"]["memory_bytes"] == 60_950_432
    rows = sum(layer["memory_bytes"] for layer in vgg["layers"])
    assert vgg["totals"]["memory_bytes"] == rows + 4 * 224 * 224 * 3


def test_vectors_are_1_1_d(data):
    shapes = {layer["name"]: layer["output_shape"] for layer in data("lenet5")["layers"]}
    assert shapes["flatten1"] == [1, 1, 400]
    assert shapes["softmax1"] == [1, 1, 10]
    assert shapes["pool2"] == [5, 5, 16]


@pytest.mark.parametrize("preset", PRESETS)
def test_every_preset_has_the_same_keys(data, preset):
    summary = data(preset)
    assert all(layer.keys() - {"error"} == KEYS for layer in summary["layers"])
    assert summary["totals"].keys() == KEYS - {"name", "kind", "output_shape"}


def test_a_layer_that_does_not_fit_has_no_shape_and_says_why(data):
    (layer,) = data("grid-stride-3")["layers"]
    assert layer["output_shape"] is None
    assert layer["error"] == (
        "(7−3)/3+1 = 2.33… is not a whole number: stride 3 does not fit; strides that fit: 1, 2, 4"
    )
    assert (layer["weights"], layer["biases"], layer["multiply_adds"]) == (9, 1, 0)


def test_the_table_shows_formulas_with_the_numbers_in_them(convsim):
    result = convsim("summary", "--preset", "lecture")
    assert (result.status, result.err) == (0, "")
    lines = result.out.splitlines()
    assert lines[:2] == [PRESETS["lecture"].title, PRESETS["lecture"].line]
    table = [line.split("  ") for line in lines[3:9]]
    cells = [[cell.strip() for cell in row if cell.strip()] for row in table]
    assert cells == [
        ["layer", "kind", "output", "output size", "weights", "biases", "multiply-adds", "bytes"],
        ["input", "32×32×3", "12,288"],
        ["conv1", "conv", "28×28×6", "(32 + 2·0 − 5)/1 + 1 = 28", "5·5·3·6", "450", "6",
         "352,800", "18,816"],
        ["relu1", "relu", "28×28×6", "0", "0", "0", "0"],
        ["conv2", "conv", "24×24×10", "(28 + 2·0 − 5)/1 + 1 = 24", "5·5·6·10", "1,500", "10",
         "864,000", "23,040"],
        ["relu2", "relu", "24×24×10", "0", "0", "0", "0"],
    ]  # fmt: skip
    assert "1,950 weights + 16 biases = 1,966 parameters." in lines


def test_columns_of_numbers_stand_below_each_other(convsim):
    lines = convsim("summary", "--preset", "vgg16").out.splitlines()
    table = lines[3 : lines.index("", 3)]
    assert len(table) == 1 + 1 + 38 + 1
    assert len({len(line) for line in table}) == 1


def test_the_conventions_are_stated(convsim):
    out = convsim("summary", "--preset", "quiz").out
    assert "Sizes are height × width × channels." in out
    assert "Multiply-adds are for one picture, without biases." in out
    assert "the total includes the input." in out


def test_a_stride_that_does_not_fit_is_shown_not_rounded(convsim):
    result = convsim("summary", "--preset", "grid-stride-3")
    assert (result.status, result.err) == (0, "")
    assert "does not fit" in result.out
    assert "(7−3)/3+1 = 2.33" in result.out
    assert "9 weights + 1 bias = 10 parameters." in result.out


def test_presets_lists_names_titles_and_lines_of_the_lecture(convsim):
    result = convsim("presets")
    assert (result.status, result.err) == (0, "")
    lines = result.out.splitlines()
    assert [line.split()[0] for line in lines] == list(PRESETS)
    for line, preset in zip(lines, PRESETS.values(), strict=True):
        assert preset.title in line
        said, _, taught = line.partition(" [taught ")
        assert said.endswith(preset.line)
        assert bool(taught) is preset.taught
    assert "[taught mnist: 99.0% of 10,000 test pictures]" in result.out
