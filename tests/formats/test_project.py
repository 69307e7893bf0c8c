"""A project file holds a document without any loss, in the same bytes each time."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import fields, replace

import numpy as np
import pytest
from safetensors.numpy import load as load_safetensors

from convsim.core.fit import Fit
from convsim.core.layers import KINDS, Conv2d, Dense, Flatten, UnknownLayer
from convsim.core.network import Network
from convsim.core.step import Cursor, Inside
from convsim.document import PRESETS, Document, Extras, Picture, View, Weights
from convsim.document.edits import set_weight
from convsim.formats.errors import ArchiveError
from convsim.formats.project import MANIFEST, WEIGHTS, Plan, write_project
from convsim.formats.project_reader import read_project
from convsim.services.opening import new_document, open_preset
from tests.formats.projects import again, assert_same, assert_same_arrays, opened, saved
from tests.oracles.documents import image, made_of
from tests.oracles.examples import ROWS

SMALL = [name for name in PRESETS if name not in ("alexnet", "vgg16")]


def parts(data):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


GREY = Picture("grey", np.zeros((2, 2, 1), np.uint8))


def all_made(document):
    list(document.weights)
    return document


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_comes_back_as_it_was(name):
    document = open_preset(name)
    assert_same(again(document), document)


@pytest.mark.parametrize("name", SMALL)
def test_weights_that_exist_come_back_bit_by_bit(name):
    document = all_made(open_preset(name))
    assert_same(again(document), document)


def test_weights_that_do_not_exist_are_not_forced_into_being():
    document = open_preset("vgg16")
    data = saved(document)
    assert len(data) < 1_000_000
    assert document.weights.made == {}
    assert again(document).weights.made == {}


def test_weights_made_later_are_the_same_before_and_after_saving():
    document = open_preset("lenet5")
    there = again(document)
    for mine, other in zip(document.weights, there.weights, strict=True):
        assert_same_arrays(dict(mine), dict(other))


@pytest.mark.parametrize("example", ROWS, ids=str)
def test_every_kind_of_layer_comes_back_with_every_setting(example):
    if len(example.shape) == 3:
        layers, shape = [example.layer], example.shape
    else:
        layers, shape = [Flatten(), example.layer], (1, 1, *example.shape)
    for layer in (example.layer, example.other):
        network = Network(shape, [*layers[:-1], layer])
        document = all_made(Document(network, Weights(network), GREY, image(shape)))
        assert_same(again(document), document)


def test_every_kind_has_been_tried():
    assert {type(example.layer) for example in ROWS} == set(KINDS.values())


def test_every_setting_of_a_layer_is_one_of_its_fields():
    # What is not listed there would be lost.
    for cls in KINDS.values():
        listed = {spec.name for spec in cls.fields} | {"name"}
        assert {spec.name for spec in fields(cls)} <= listed, cls


def test_a_network_that_does_not_fit_keeps_the_weights_behind_the_bad_layer():
    document = all_made(open_preset("lecture"))
    bad = document.network.with_layer(0, Conv2d(6, 5, 4, name="conv1"))
    document = replace(document, network=bad, weights=document.weights.for_network(bad))
    assert document.network.places[2].waiting
    assert "conv2" in document.weights.made
    assert_same(again(document), document)


def test_an_empty_network_comes_back_empty():
    document = new_document()
    assert document.empty
    assert_same(again(document), document)


def test_pictures_with_eight_bits_and_with_floats_come_back_bit_by_bit():
    rng = np.random.default_rng(3)
    byte = rng.integers(0, 256, (9, 14, 3), np.uint8)
    grey = rng.integers(0, 256, (5, 4, 1), np.uint8)
    real = rng.random((6, 7, 1), np.float32)
    shown = Picture("b.tif", real, ("16-bit values divided by 65,535",), (1, 2, 4, 5), (0,))
    pictures = (Picture("a.png", byte, crop=(0, 0, 9, 9)), shown, Picture("c.png", grey))
    network = Network((4, 4, 1), [Conv2d(1, 3)])
    document = Document(
        network, Weights(network), shown, image((4, 4, 1)), fit=Fit.STRETCH, pictures=pictures
    )
    assert_same(again(document), document)
    assert set(parts(saved(document))) == {
        "manifest.json", "pictures/1.png", "pictures/3.png", "pictures.safetensors",
    }  # fmt: skip


def test_an_input_of_many_channels_comes_back():
    network = Network((3, 4, 7), [Conv2d(2, 3)])
    document = Document(network, Weights(network), GREY, image((3, 4, 7)))
    assert_same(again(document), document)


def test_where_the_reader_stands_comes_back():
    view = View("maps", "tiles", "filters", 2, on_input=True, folded=frozenset({"conv1", "relu1"}))
    document = replace(
        open_preset("lecture").at(Cursor(2, 3, 4, 5), Inside.CHANNEL_SUMS), view=view
    )
    document = replace(document, trained=True, classes=("cat", "개"))
    assert_same(again(document), document)


def test_every_field_of_a_document_has_been_thought_of():
    # A new one needs a place in the file, a line in `assert_same`, and maybe a new version.
    assert [spec.name for spec in fields(Document)] == [
        "network", "weights", "picture", "image", "fit", "cursor", "inside", "view", "preset",
        "filter_names", "trained", "pictures", "classes", "familiar",
        "progress", "examples", "runs", "extras",
    ]  # fmt: skip
    assert [spec.name for spec in fields(Picture)] == ["name", "pixels", "notes", "crop", "off"]


def test_the_same_document_gives_the_same_bytes():
    document = set_weight(open_preset("lecture"), 0, (1, 2, 3, 4), 0.125)
    assert saved(document) == saved(document)
    assert saved(again(document)) == saved(document)


def test_other_programs_can_read_the_parts(tmp_path):
    document = all_made(open_preset("lecture"))
    found = parts(saved(document))
    weights = load_safetensors(found[WEIGHTS])
    assert_same_arrays(
        weights,
        {
            f"{layer.name}.{key}": array
            for layer, params in zip(document.network.layers, document.weights, strict=True)
            for key, array in params.items()
        },
    )
    assert json.loads(found[MANIFEST])["layers"][0]["filters"] == 6
    assert list(found) == ["pictures/1.png", "input.png", WEIGHTS, MANIFEST]


def test_what_a_newer_program_wrote_comes_back():
    network = Network(
        (6, 6, 1), [UnknownLayer("attention", '{"heads":4,"deep":{"a":[1,2.5,null]}}'), Dense(3)]
    )
    extras = Extras(
        {"": {"lesson": [1, 2]}, "layer:dense1": {"gain": 0.5}, "picture:0": {"when": "now"}},
        {"unknown1.qkv": ("BF16", (2, 1), np.arange(4, dtype=np.uint8))},
        {"notes/first.txt": b"hello"},
    )
    document = replace(made_of(network), extras=extras)
    result = opened(saved(document))
    assert_same(result.document, document)
    assert saved(result.document) == saved(document)
    assert result.missing == (
        "unknown1: layers of the kind 'attention' are not known; it is kept",
        "$.layers[1] holds what is not known: gain; it is kept",
        "1 arrays belong to no known layer, such as 'unknown1.qkv'; kept",
        "$ holds what is not known: lesson; it is kept",
        "$.picture:0 holds what is not known: when; it is kept",
        "notes/first.txt is not known; it is kept",
    )


def test_saving_replaces_the_file_and_keeps_the_last_one(tmp_path):
    path, backup = tmp_path / "net.convsim", tmp_path / "net.convsim.bak"
    first, second = open_preset("quiz"), open_preset("grid-stride-1")
    write_project(path, first, backup)
    assert not backup.exists()
    write_project(path, second, backup)
    assert_same(read_project(path).document, second)
    assert_same(read_project(backup).document, first)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["net.convsim", "net.convsim.bak"]


@pytest.mark.parametrize("where", [b"IDAT", b"data_offsets", b"conv2.bias"])
def test_what_was_written_is_read_back(where):
    document = all_made(open_preset("lecture"))
    plan, data = Plan(document), saved(document)
    plan.check(io.BytesIO(data))
    at = data.index(where) + (2000 if where == b"conv2.bias" else 6)
    bad = data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]
    with pytest.raises(ArchiveError, match=r"is damaged|is not what was written"):
        plan.check(io.BytesIO(bad))
