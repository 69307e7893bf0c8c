"""Weights alone: out of one network and into another, in three kinds of files."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from convsim.core.errors import ConvSimError, LayerError
from convsim.document import Weights
from convsim.formats.errors import ArrayFileError
from convsim.services.interchange import export_network, with_weights
from convsim.services.opening import open_preset
from tests.formats.arrays import described
from tests.formats.hostile import zipped
from tests.formats.projects import assert_same_arrays

LECTURE = open_preset("lecture")
OTHER = open_preset("lecture")
OTHER = replace(OTHER, weights=Weights(OTHER.network, 9))


def arrays(document):
    return {
        f"{layer.name}.{key}": array
        for layer, params in zip(document.network.layers, document.weights, strict=True)
        for key, array in params.items()
    }


@pytest.mark.parametrize("kind", ["npz", "safetensors"])
def test_all_weights_go_out_and_in(tmp_path, kind):
    path = tmp_path / f"w.{kind}"
    export_network(LECTURE, kind, path)
    changed, notes = with_weights(OTHER, path)
    assert_same_arrays(arrays(changed), arrays(LECTURE))
    assert notes == ()
    assert export_network(LECTURE, kind, tmp_path / f"again.{kind}")[0].read_bytes() == (
        path.read_bytes()
    )


def test_numpy_reads_and_writes_the_same_files(tmp_path):
    path = tmp_path / "w.npz"
    export_network(LECTURE, "npz", path)
    with np.load(path, allow_pickle=False) as found:
        assert_same_arrays(dict(found), arrays(LECTURE))
    weight = np.arange(450, dtype=">f8").reshape(6, 3, 5, 5, order="F")
    found = {"01_conv1.weight": weight, "input": np.zeros(3)}
    np.savez_compressed(path, **found)
    changed, notes = with_weights(OTHER, path)
    np.testing.assert_array_equal(changed.weights[0]["weight"], weight.astype(np.float32))
    np.testing.assert_array_equal(changed.weights[0]["bias"], OTHER.weights[0]["bias"])
    assert notes == (
        "01_conv1.weight converted from byte-swapped float64 to float32",
        "left as they were, since the file has none: conv1.bias, conv2.weight, conv2.bias",
        "left out, since the network has no such layer: input",
    )


@pytest.mark.parametrize("layer", ["conv1", "conv2"])
def test_the_weights_of_one_layer_as_a_table(tmp_path, layer):
    path = tmp_path / "w.csv"
    export_network(LECTURE, "csv", path, layer=layer)
    changed, notes = with_weights(OTHER, path, layer)
    index = LECTURE.network.index(layer)
    assert_same_arrays(dict(changed.weights[index]), dict(LECTURE.weights[index]))
    assert notes == ()
    head, first, *_ = path.read_text().splitlines()
    assert head.startswith("weight 0 0 0,weight 0 0 1,")
    assert head.endswith(",bias")
    assert first.split(",")[0] == str(LECTURE.weights[index]["weight"][0, 0, 0, 0])


def test_a_table_of_a_dense_layer(tmp_path):
    document = open_preset("lenet5")
    export_network(document, "csv", tmp_path / "w.csv", layer="dense3")
    changed, _ = with_weights(document, tmp_path / "w.csv", "dense3")
    at = document.network.index("dense3")
    assert_same_arrays(dict(changed.weights[at]), dict(document.weights[at]))


@pytest.mark.parametrize("sign", [";", "\t"])
def test_83_tables_with_commas_in_the_numbers_are_read(tmp_path, sign):
    grid = open_preset("grid-stride-1")
    row = sign.join(["0,5", "-1", "2,25", " 1e-3 ", "0", "0", "0", "0", "-0,125", "7,5"])
    path = tmp_path / "w.csv"
    path.write_bytes(b"\xef\xbb\xbf" + f"{row}\r\n\r\n".encode())
    params = with_weights(grid, path, "conv1")[0].weights[0]
    assert params["weight"].ravel().tolist() == pytest.approx(
        [0.5, -1, 2.25, 0.001, 0, 0, 0, 0, -0.125]
    )
    assert params["bias"].tolist() == [7.5]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("1,2,3\n", "has 1 rows of 3 numbers; conv1 needs 1 rows of 10, the last one for the bias"),
        ("", "has 0 rows of 10 numbers; conv1 needs 1 rows of 10"),
        ("1,2\nx,3\n", "has 'x' in row 2, which is no number"),
        ("1,2,3,4,nan,6,7,inf,9,10\n", "has 2 numbers that are not finite; replace them"),
        ("1,2,3,4,5,6,7,8,9,1e99\n", "has 1 numbers that are not finite; replace them"),
        ("\xff", None),
    ],
)
def test_tables_that_do_not_fit(tmp_path, text, message):
    path = tmp_path / "w.csv"
    path.write_bytes(text.encode("latin-1"))
    message = message or "is not text at byte 0; save it as CSV"
    with pytest.raises(ArrayFileError) as caught:
        with_weights(open_preset("grid-stride-1"), path, "conv1")
    assert str(caught.value).startswith(f"w.csv: {message}")


def test_layers_without_a_table(tmp_path):
    with pytest.raises(LayerError, match="relu1 has no table of weights"):
        export_network(LECTURE, "csv", tmp_path / "w.csv", layer="relu1")
    with pytest.raises(LayerError, match="no layer is called 'x'"):
        export_network(LECTURE, "csv", tmp_path / "w.csv", layer="x")


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        ({"conv1.weight": np.zeros((6, 3, 5, 4))}, "conv1.weight has the shape (6, 3, 5, 4); "),
        ({"conv1.weight": np.zeros((6, 3, 5, 5), int)}, "conv1.weight.npy holds int64 numbers"),
        ({"x": np.zeros(3)}, "has no array for this network, which needs conv1.weight, conv1.bias"),
    ],
)
def test_arrays_that_do_not_fit(tmp_path, arrays, message):
    path = tmp_path / "w.npz"
    np.savez(path, **arrays)
    with pytest.raises(ArrayFileError) as caught:
        with_weights(LECTURE, path)
    assert str(caught.value).startswith(f"w.npz: {message}")


def test_45_and_46_arrays_that_are_hostile(tmp_path):
    path = tmp_path / "w.npz"
    # Pickled by NumPy, never by us.
    np.savez(path, **{"conv1.weight": np.array([{}], object)})  # type: ignore[arg-type]
    with pytest.raises(ArrayFileError, match=r"w\.npz: conv1\.weight\.npy holds"):
        with_weights(LECTURE, path)
    path.write_bytes(zipped([("conv1.weight.npy", described((1 << 37,)) + b"abc")]))
    with pytest.raises(ArrayFileError, match=r"is too short: .* needs 549,755,813,888 bytes"):
        with_weights(LECTURE, path)


@pytest.mark.parametrize("kind", ["npz", "csv", "safetensors"])
def test_files_that_are_none(tmp_path, kind):
    path = tmp_path / f"w.{kind}"
    with pytest.raises(ArrayFileError, match="there is no such file; check the name"):
        with_weights(LECTURE, path, "conv1")
    path.mkdir()
    with pytest.raises(ArrayFileError, match="is a folder; choose a file in it"):
        with_weights(LECTURE, path, "conv1")
    path.rmdir()
    path.write_bytes(b"\0\1\2")
    with pytest.raises(ConvSimError, match=rf"^w\.{kind}: "):
        with_weights(LECTURE, path, "conv1")
