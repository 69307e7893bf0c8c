"""``convsim new``, ``edit`` and ``check``, and project files in every other command."""

from __future__ import annotations

import json
import os
import zipfile
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from convsim.core.layers import Conv2d, LeakyReLU
from convsim.core.network import Network
from convsim.document.presets import PRESETS
from convsim.formats.project_reader import read_project
from convsim.services.opening import open_preset
from convsim.services.projects import save_project
from tests.services.pictures import save_png


@pytest.fixture
def net(convsim, folder):
    """A project of the lecture."""
    assert convsim("new", "--preset", "lecture", "-o", "net.convsim").status == 0
    return folder / "net.convsim"


def damage(path, name, change):
    """Write a project anew with one part changed; None leaves it out."""
    with zipfile.ZipFile(path) as old:
        parts = {part: old.read(part) for part in old.namelist()}
    parts[name] = change(parts[name])
    with zipfile.ZipFile(path, "w") as new:
        for part, data in parts.items():
            if data is not None:
                new.writestr(zipfile.ZipInfo(part), data)


@pytest.mark.parametrize("preset", PRESETS)
def test_new_writes_every_preset(convsim, folder, preset):
    result = convsim("new", "--preset", preset, "-o", "net.convsim")
    assert (result.status, result.out, result.err) == (0, "net.convsim\n", "")
    document = read_project(folder / "net.convsim").document
    assert document.preset == preset
    assert document.network == PRESETS[preset].build()


def test_new_without_a_preset_has_no_layers(convsim, folder):
    save_png("mine.png")
    result = convsim("new", "--image", "mine.png", "-o", "net.convsim")
    assert (result.status, result.out, result.err) == (0, "net.convsim\n", "")
    document = read_project(folder / "net.convsim").document
    assert document.empty
    assert [p.name for p in document.pictures] == ["mine.png"]


def test_new_keeps_what_was_there(convsim, net, folder):
    before = net.read_bytes()
    assert convsim("new", "--preset", "quiz", "-o", "net.convsim").status == 0
    assert (folder / "net.convsim.bak").read_bytes() == before


def test_edit_changes_settings_in_the_order_given(convsim, net, folder):
    result = convsim(
        "edit", "net.convsim", "--set", "conv1.stride=3", "--set", "conv2.name=second",
        "--set", "second.kernel=3x5", "--set", "conv1.policy=floor", "--set", "conv1.bias=no",
        "--set", "input=40x36",
    )  # fmt: skip
    assert (result.status, result.out, result.err) == (0, "net.convsim\n", "")
    network = read_project(net).document.network
    assert network.input_shape == (40, 36, 3)
    first, second = network.layers[0], network.layers[2]
    assert isinstance(first, Conv2d)
    assert isinstance(second, Conv2d)
    assert (first.stride, first.policy, first.bias) == ((3, 3), "floor", False)
    assert (second.name, second.kernel) == ("second", (3, 5))
    assert sorted(os.listdir(folder)) == ["net.convsim", "net.convsim.bak"]


def test_edit_takes_uneven_padding_and_numbers_with_a_comma(convsim, folder):
    # Case 83: a comma or a dot; files always have a dot.
    document = open_preset("grid-stride-1")
    network = Network((7, 7, 1), [*document.network.layers, LeakyReLU(name="leaky")])
    save_project(folder / "net.convsim", replace(document, network=network))
    argv = ["--set", "conv1.padding=1+2x0+1", "--set", "leaky.slope=0,25"]
    assert convsim("edit", "net.convsim", *argv).status == 0
    first, second = read_project(folder / "net.convsim").document.network.layers
    assert isinstance(first, Conv2d)
    assert isinstance(second, LeakyReLU)
    assert (first.padding, second.slope) == (((1, 2), (0, 1)), 0.25)
    with zipfile.ZipFile("net.convsim") as archive:
        assert b'"slope": 0.25' in archive.read("manifest.json")


def test_edit_keeps_weights_whose_shape_stays(convsim, net):
    before = read_project(net).document.weights[0]["weight"]
    convsim("edit", "net.convsim", "--set", "conv1.padding=2")
    np.testing.assert_array_equal(read_project(net).document.weights[0]["weight"], before)


def test_edit_writes_elsewhere_and_leaves_the_file(convsim, net, folder):
    before = net.read_bytes()
    result = convsim("edit", "net.convsim", "--set", "conv1.stride=2", "-o", "other.convsim")
    assert result.out == "other.convsim\n"
    assert net.read_bytes() == before
    assert sorted(os.listdir(folder)) == ["net.convsim", "other.convsim"]
    # The network may not fit; that is said, and no error.
    assert result.status == 0
    assert result.err.startswith("convsim: conv1 does not fit: (32−5)/2+1 = 14.5")


def test_edit_takes_another_picture(convsim, net):
    Image.new("RGB", (50, 40), (10, 128, 255)).save("blue.png")
    result = convsim("edit", "net.convsim", "--image", "blue.png", "--fit", "stretch")
    assert result.status == 0
    document = read_project(net).document
    assert [p.name for p in document.pictures] == ["blue.png"]
    assert document.fit == "stretch"
    np.testing.assert_array_equal(
        document.image[0, 0], (np.array([10, 128, 255], np.float32) / np.float32(255))
    )


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("conv1.stride=0", "conv1: stride must be 1 to 64; got 0"),
        ("conv1.stride=two", "conv1: stride must be a whole number; got 'two'"),
        ("conv1.stride=0,5", "conv1: stride must be a whole number; got 0.5"),
        ("conv1.stride=1x2x3", "conv1: stride must be one number or (rows, columns)"),
        ("conv1.bias=2", "conv1: bias must be true or false; got 2"),
        ("conv1.policy=lax", "conv1: policy must be one of strict, floor, same; got 'lax'"),
        ("conv1.strid=2", "conv1 has no setting 'strid'; it has name, filters, kernel, stride"),
        ("conv9.stride=2", "no layer is called 'conv9'; this network has conv1, relu1"),
        ("input=32", "the input is HEIGHTxWIDTHxCHANNELS, such as 32x32x3; received '32'"),
        ("input=0x9", "network: input size must be 1 to 4096; got 0"),
        ("input=9x9x2", "network: channels must be 1 (grey) or 3 (colour); got 2"),
        ("conv1.name=conv2", "another layer is called 'conv2'; names must differ"),
    ],
)
def test_what_cannot_be_set_is_one_line_and_the_file_stays(convsim, net, folder, change, message):
    before = net.read_bytes()
    result = convsim("edit", "net.convsim", "--set", change)
    assert (result.status, result.out) == (1, "")
    assert result.err.startswith(f"convsim: {message}")
    assert result.err.count("\n") == 1
    assert net.read_bytes() == before
    assert os.listdir(folder) == ["net.convsim"]


@pytest.mark.parametrize("change", ["conv1.stride", "=2", "stride=2", "conv1.stride="])
def test_a_change_that_is_none_is_wrong_usage(convsim, net, change):
    result = convsim("edit", "net.convsim", "--set", change)
    assert result.status == 2
    assert "a change is LAYER.SETTING=VALUE, such as conv1.stride=2" in result.err


def test_check_says_that_a_file_is_whole(convsim, net):
    result = convsim("check", "net.convsim")
    assert (result.status, result.err) == (0, "")
    assert result.out == "net.convsim is whole: 4 layers, 1,966 parameters\n"
    convsim("edit", "net.convsim", "--set", "conv1.stride=2")
    result = convsim("check", "net.convsim")
    assert result.status == 0
    assert "conv1 does not fit: (32−5)/2+1 = 14.5" in result.out


def test_check_says_what_is_wrong_layer_by_layer(convsim, net, folder):
    damage(net, "weights.safetensors", lambda data: data[:-1] + bytes([data[-1] ^ 1]))
    result = convsim("check", "net.convsim")
    assert (result.status, result.err) == (1, "")
    assert result.out.splitlines()[0] == (
        "net.convsim: conv1: bias is damaged (its checksum is wrong); its weights were made anew"
    )
    assert result.out.splitlines()[-1].startswith("net.convsim is damaged or not known in full: 4")


def test_check_says_where_a_setting_is_wrong(convsim, net):
    def change(data):
        tree = json.loads(data)
        tree["layers"][2]["stride"] = "2"
        return json.dumps(tree).encode()

    damage(net, "manifest.json", change)
    result = convsim("check", "net.convsim")
    assert (result.status, result.out) == (1, "")
    assert result.err == (
        "convsim: net.convsim: manifest.json: "
        "$.layers[2].stride: stride must be a whole number; got '2'\n"
    )


def test_a_damaged_file_is_not_saved_over_unasked(convsim, net, folder):
    damage(net, "weights.safetensors", lambda data: None)
    before = net.read_bytes()
    result = convsim("edit", "net.convsim", "--set", "conv1.padding=1")
    assert (result.status, result.out) == (1, "")
    assert result.err.splitlines() == [
        "convsim: net.convsim: conv1: weight is missing from the file; its weights were made anew",
        "convsim: net.convsim: saving it would lose what could not be read; "
        "give another name with -o",
    ]
    assert net.read_bytes() == before
    assert convsim("edit", "net.convsim", "-o", "new.convsim").status == 0
    assert convsim("check", "new.convsim").status == 0


@pytest.mark.usefixtures("qapp")
def test_every_command_takes_a_project(convsim, net, folder):
    convsim("edit", "net.convsim", "--set", "conv2.filters=4")
    assert "conv2" in convsim("summary", "net.convsim").out
    data = json.loads(convsim("summary", "net.convsim", "--json").out)
    assert data["layers"][2]["output_shape"] == [24, 24, 4]
    save_png("dog.png")
    assert convsim("forward", "net.convsim", "--image", "dog.png", "-o", "x.npz").status == 0
    with np.load("x.npz", allow_pickle=False) as arrays:
        assert arrays["03_conv2"].shape == (1, 4, 24, 24)
    assert convsim("figure", "step", "net.convsim", "-o", "x.svg").status == 0
    argv = ["window", "net.convsim", "--at", "conv1", 1, 0, 0, "--to", 2, "-o", "x.gif"]
    assert convsim("animate", *argv, "--quiet").status == 0
    assert {"x.npz", "x.svg", "x.gif"} <= set(os.listdir(folder))


def test_forward_needs_no_picture_where_the_project_has_one(convsim, net):
    assert convsim("forward", "net.convsim", "-o", "x.npz").status == 0
    with np.load("x.npz", allow_pickle=False) as arrays:
        image = read_project(net).document.image
        np.testing.assert_array_equal(arrays["input"], image.transpose(2, 0, 1)[None])


def test_numbers_are_said_as_they_were_typed(convsim, folder):
    convsim("new", "--preset", "lecture", "-o", "net.convsim")
    result = convsim("edit", "net.convsim", "--set", "conv1.stride=99999999999999999999")
    assert result.status == 1
    assert "got 99999999999999999999" in result.err


def test_a_layer_that_does_not_fit_is_named_once(convsim, folder):
    convsim("new", "--preset", "lecture", "-o", "net.convsim")
    result = convsim("edit", "net.convsim", "--set", "conv1.groups=4")
    assert result.err == (
        "convsim: conv1 does not fit: 4 groups do not share out 3 channels and 6 filters evenly; "
        "groups that do: 1, 3\n"
    )
    assert convsim("check", "net.convsim").out.count("conv1") == 1


def test_a_file_in_another_folder_is_checked_under_its_path(convsim, folder):
    (folder / "sub").mkdir()
    convsim("new", "--preset", "quiz", "-o", "sub/net.convsim")
    assert convsim("check", "sub/net.convsim").out.startswith("sub/net.convsim is whole: ")
