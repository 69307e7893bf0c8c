"""``convsim import`` and ``export``, and ONNX files wherever a command takes a network."""

from __future__ import annotations

import json
import re

import numpy as np
import onnx
import pytest

from convsim.document.presets import PRESETS
from tests.formats.onnx_models import filters, model, node, saved


def load(path):
    with np.load(path, allow_pickle=False) as archive:
        return dict(archive)


def open_size(folder):
    """Save a convolution of pictures of any size."""
    made = model([node("Conv", ["x", "w"], ["y"])], [filters(2, 3)], dims=("N", 3, "H", "W"))
    return saved(folder, made, "open.onnx")


def test_a_network_goes_to_onnx_and_back(convsim, folder):
    result = convsim("export", "--preset", "lenet5", "--to", "onnx", "-o", "lenet5.onnx")
    assert (result.status, result.out, result.err) == (0, "lenet5.onnx\n", "")
    onnx.checker.check_model(onnx.load("lenet5.onnx"), full_check=True)
    assert onnx.load("lenet5.onnx").graph.name == "LeNet-5"
    result = convsim("import", "lenet5.onnx", "-o", "net.convsim")
    assert (result.status, result.out, result.err) == (0, "net.convsim\n", "")
    np.save("x.npy", np.random.default_rng(0).random((3, 1, 28, 28), np.float32))
    outputs = []
    for network in (["--preset", "lenet5"], ["lenet5.onnx"], ["net.convsim"]):
        assert convsim("forward", *network, "--input", "x.npy", "-o", "out.npz").status == 0
        outputs.append(load("out.npz"))
    for other in outputs[1:]:
        assert list(other) == list(outputs[0])
        for name, values in other.items():
            np.testing.assert_array_equal(values, outputs[0][name])


def test_every_command_that_takes_a_network_takes_onnx(convsim, folder):
    convsim("export", "--preset", "lecture", "--to", "onnx", "-o", "net.onnx")
    preset = convsim("summary", "--preset", "lecture", "--json").out
    assert json.loads(convsim("summary", "net.onnx", "--json").out) == json.loads(preset)
    assert convsim("forward", "net.onnx", "-o", "out.npz").status == 0
    assert load("out.npz")["04_relu2"].shape == (1, 10, 24, 24)
    result = convsim("figure", "volumes", "net.onnx", "-o", "volumes.svg")
    assert (result.status, result.out) == (0, "volumes.svg\n")


def test_a_size_that_is_open_must_be_chosen(convsim, folder):
    open_size(folder)
    result = convsim("summary", "open.onnx")
    assert result.status == 1
    assert result.err == (
        "convsim: open.onnx: the input 'x' has no fixed size (?×?×3, height × width × channels); "
        "choose one: --input-shape 224x224x3\n"
    )
    for shape in ("20x30x3", "20×30×3"):
        result = convsim("summary", "open.onnx", "--input-shape", shape, "--json")
        assert json.loads(result.out)["layers"][0]["output_shape"] == [18, 28, 2]
    for shape in ("20x30", "0x3x3", "axbxc"):
        result = convsim("summary", "open.onnx", "--input-shape", shape)
        assert result.status == 2
        assert f"are written like 224x224x3; received {shape!r}" in result.err
    result = convsim("summary", "--preset", "lecture", "--input-shape", "9x9x3")
    assert result.status == 2
    assert "--input-shape is for ONNX files that leave the size open" in result.err


def test_what_cannot_be_read_ends_with_one_line(convsim, folder):
    saved(folder, model([node("Resize", ["x"], ["y"], "up1")]), "odd.onnx")
    result = convsim("import", "odd.onnx", "-o", "net.convsim")
    assert (result.status, result.out) == (1, "")
    assert result.err == (
        "convsim: odd.onnx: has 1 node that ConvSim does not compute: Resize 'up1'; "
        "leave it out, or export a part of the network\n"
    )
    assert not (folder / "net.convsim").exists()


def test_weights_go_out_and_into_a_network_of_the_same_layers(convsim, folder):
    convsim("export", "--preset", "lenet5", "--to", "safetensors", "-o", "w.safetensors")
    from safetensors.numpy import load_file, save_file

    weights = load_file("w.safetensors")
    assert weights["conv1.weight"].shape == (6, 1, 5, 5)
    changed = {name: values + np.float32(0.5) for name, values in weights.items()}
    save_file(changed, "w.safetensors")
    result = convsim("import", "w.safetensors", "--preset", "lenet5", "-o", "net.convsim")
    assert (result.status, result.out, result.err) == (0, "net.convsim\n", "")
    convsim("forward", "net.convsim", "-o", "out.npz")
    np.testing.assert_array_equal(load("out.npz")["04_conv2.bias"], changed["conv2.bias"])
    save_file({"conv1.bias": changed["conv1.bias"], "more": np.zeros(2)}, "w.safetensors")
    result = convsim("import", "w.safetensors", "--into", "net.convsim", "-o", "two.convsim")
    assert result.status == 0
    assert "w.safetensors: left as they were, since the file has none: conv1.weight," in result.err
    assert "left out, since the network has no such layer: more\n" in result.err


def test_weights_that_do_not_fit_are_refused(convsim, folder):
    from safetensors.numpy import save_file

    save_file({"conv1.weight": np.zeros((1, 1, 5, 5), np.float32)}, "w.safetensors")
    result = convsim("import", "w.safetensors", "--preset", "lenet5", "-o", "net.convsim")
    assert result.err == (
        "convsim: w.safetensors: conv1.weight has the shape (1, 1, 5, 5); (6, 1, 5, 5) is needed\n"
    )
    save_file({"other": np.zeros(1, np.float32)}, "w.safetensors")
    result = convsim("import", "w.safetensors", "--preset", "lenet5", "-o", "net.convsim")
    assert "has no array for this network, which needs conv1.weight, conv1.bias," in result.err
    (folder / "w.safetensors").write_bytes(b"\xff" * 100)
    result = convsim("import", "w.safetensors", "--preset", "lenet5", "-o", "net.convsim")
    assert re.fullmatch(r"convsim: w\.safetensors: has a table of [\d,]+ bytes; .*\n", result.err)


@pytest.mark.parametrize("to", ["pytorch", "keras"])
def test_programs_are_written_with_their_weights(convsim, folder, to):
    result = convsim("export", "--preset", "lecture", "--to", to, "-o", "net.py")
    assert (result.status, result.out) == (0, "net.py\nnet.safetensors\n")
    text = (folder / "net.py").read_text()
    assert PRESETS["lecture"].title in text
    compile(text, "net.py", "exec")
    assert '("conv2", 2, 150' in text


def test_older_weights_beside_a_program_are_pointed_out(convsim, folder):
    (folder / "net.safetensors").write_bytes(b"")
    result = convsim("export", "--preset", "vgg-mini", "--to", "pytorch", "-o", "net.py")
    assert (result.status, result.out) == (0, "net.py\n")
    assert result.err == (
        "convsim: net.safetensors was there before, and the program takes its weights; "
        "it may be moved away\n"
    )


def test_wrong_usage_is_explained(convsim, folder):
    for argv, wanted in (
        (["export", "--preset", "lecture", "-o", "a.onnx"], "required: --to"),
        (["export", "--preset", "lecture", "--to", "onnx", "-o", "a.py"], "that ends in .onnx"),
        (["export", "--to", "onnx", "-o", "a.onnx"], "a network is missing"),
        (["import", "a.txt", "-o", "a.convsim"], "must end in .onnx, .safetensors"),
        (["import", "a.safetensors", "-o", "a.convsim"], "weights need a network"),
        (["import", "a.onnx", "--preset", "quiz", "-o", "a.convsim"], "a network of its own"),
    ):
        result = convsim(*argv)
        assert result.status == 2
        assert wanted in result.err
    result = convsim("export", "--preset", "grid-stride-3", "--to", "onnx", "-o", "a.onnx")
    assert result.status == 1
    assert "(7−3)/3+1 = 2.33" in result.err
    assert not list(folder.iterdir())


def test_channels_that_no_picture_has(convsim, folder):
    made = model([node("Conv", ["x", "w"], ["y"])], [filters(2, 4)], dims=(1, 4, 9, 9))
    saved(folder, made)
    result = convsim("forward", "net.onnx", "-o", "out.npz")
    assert result.err == "convsim: net.onnx: it reads 4 channels; each gets the picture in grey\n"
    result = convsim("import", "net.onnx", "-o", "net.convsim")
    assert "reads 4 channels; a project has a picture, which has 1 or 3" in result.err
