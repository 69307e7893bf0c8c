"""``convsim forward``: every layer's output and weights in one file."""

from __future__ import annotations

import errno
import os
import sys
import zipfile

import numpy as np
import pytest
from PIL import Image

from convsim.core.network import Network
from convsim.services.opening import open_preset
from tests.formats.arrays import random_pictures


def load(path):
    with np.load(path, allow_pickle=False) as archive:
        return dict(archive)


def test_the_file_holds_the_input_every_layer_and_every_parameter_in_order(convsim, folder):
    Image.new("RGB", (50, 40), (10, 128, 255)).save("blue.png")
    result = convsim("forward", "--preset", "lecture", "--image", "blue.png", "-o", "out.npz")
    assert (result.status, result.out, result.err) == (0, "out.npz\n", "")
    found = load("out.npz")
    assert [(name, array.shape) for name, array in found.items()] == [
        ("input", (1, 3, 32, 32)),
        ("01_conv1", (1, 6, 28, 28)),
        ("01_conv1.weight", (6, 3, 5, 5)),
        ("01_conv1.bias", (6,)),
        ("02_relu1", (1, 6, 28, 28)),
        ("03_conv2", (1, 10, 24, 24)),
        ("03_conv2.weight", (10, 6, 5, 5)),
        ("03_conv2.bias", (10,)),
        ("04_relu2", (1, 10, 24, 24)),
    ]
    assert {array.dtype for array in found.values()} == {np.dtype(np.float32)}
    assert sorted(os.listdir(folder)) == ["blue.png", "out.npz"]


def test_a_picture_enters_as_value_over_255(convsim):
    values = (np.arange(32 * 32 * 3) % 256).astype(np.uint8).reshape(32, 32, 3)
    Image.fromarray(values).save("exact.png")
    assert convsim("forward", "--preset", "quiz", "--image", "exact.png", "-o", "o.npz").status == 0
    expected = values.transpose(2, 0, 1)[None].astype(np.float32) / np.float32(255)
    np.testing.assert_array_equal(load("o.npz")["input"], expected)


@pytest.mark.parametrize("preset", ["lecture", "lenet5", "convnetjs-cifar", "resnet-mini"])
def test_the_outputs_are_those_of_the_core(convsim, preset):
    document = open_preset(preset)
    height, width, channels = document.network.input_shape
    pictures = random_pictures(3, channels, height, width)
    np.save("x.npy", pictures)
    result = convsim("forward", "--preset", preset, "--input", "x.npy", "-o", "out.npz")
    assert (result.status, result.err) == (0, "")
    found = load("out.npz")
    np.testing.assert_array_equal(found.pop("input"), pictures)
    outputs = document.network.forward_all(document.weights, pictures)
    for index, (layer, output) in enumerate(zip(document.network.layers, outputs, strict=True)):
        name = f"{index + 1:02d}_{layer.name}"
        np.testing.assert_array_equal(found.pop(name), output)
        for key, values in document.weights[index].items():
            np.testing.assert_array_equal(found.pop(f"{name}.{key}"), values)
    assert not found


def test_values_beyond_float32_are_counted_in_words(convsim):
    np.save("x.npy", np.full((1, 3, 32, 32), 3e38, np.float32))
    result = convsim("forward", "--preset", "lecture", "--input", "x.npy", "-o", "out.npz")
    assert result.status == 0
    (line,) = result.err.splitlines()
    assert line.startswith("convsim: conv1: ")
    assert line.endswith(" of 4,704 values are not finite")


def test_too_much_memory_is_said_before_any_work_starts(convsim):
    assert convsim("new", "--preset", "lecture", "-o", "n.convsim").status == 0
    large = ("--set", "input=4096x4096x3", "--set", "conv1.filters=4096")
    assert convsim("edit", "n.convsim", *large).status == 0
    result = convsim("forward", "n.convsim", "-o", "out.npz")
    assert result.status == 1
    assert "needs 511 GiB" in result.err
    assert "halve the image or the filters" in result.err


def test_a_vector_is_n_by_d(convsim):
    np.save("x.npy", random_pictures(2, 1, 28, 28))
    convsim("forward", "--preset", "lenet5", "--input", "x.npy", "-o", "out.npz")
    found = load("out.npz")
    assert found["07_flatten1"].shape == (2, 400)
    assert found["08_dense1.weight"].shape == (120, 400)
    np.testing.assert_allclose(found["13_softmax1"].sum(axis=1), 1, rtol=1e-6)


def test_the_same_input_makes_the_same_bytes(convsim, folder):
    np.save("x.npy", random_pictures(1, 1, 7, 7))
    for name in ("a.npz", "b.npz"):
        convsim("forward", "--preset", "grid-padded", "--input", "x.npy", "-o", name)
    assert (folder / "a.npz").read_bytes() == (folder / "b.npz").read_bytes()
    with zipfile.ZipFile("a.npz") as archive:
        assert archive.testzip() is None
        assert {info.compress_type for info in archive.infolist()} == {zipfile.ZIP_STORED}


def test_conversions_of_a_picture_are_said_beside_the_result(convsim):
    Image.new("LA", (7, 7), (9, 128)).save("alpha.png")
    result = convsim("forward", "--preset", "quiz", "--image", "alpha.png", "-o", "out.npz")
    assert (result.status, result.out) == (0, "out.npz\n")
    assert result.err == "convsim: alpha.png: transparent parts shown over white\n"


def test_a_network_that_does_not_fit_has_nothing_to_give(convsim, folder):
    np.save("x.npy", random_pictures(1, 1, 7, 7))
    result = convsim("forward", "--preset", "grid-stride-3", "--input", "x.npy", "-o", "out.npz")
    assert result.status == 1
    assert result.err == (
        "convsim: (7−3)/3+1 = 2.33… is not a whole number: stride 3 does not fit; "
        "strides that fit: 1, 2, 4\n"
    )
    assert not (folder / "out.npz").exists()


def test_a_picture_that_is_none_says_so(convsim, folder):
    (folder / "cat.png").write_bytes(b"")
    result = convsim("forward", "--preset", "lecture", "--image", "cat.png", "-o", "out.npz")
    assert result.status == 1
    assert result.err == (
        "convsim: cat.png: is empty (0 bytes); it may not have been saved or downloaded "
        "completely: copy it again\n"
    )


@pytest.mark.parametrize(
    ("argv", "message"),
    [
        (["--image", "a.png"], "the following arguments are required: -o/--output"),
        (["-o", "o.npz"], "one of the arguments --image --input is required"),
        (
            ["--image", "a.png", "--input", "x.npy", "-o", "o.npz"],
            "argument --input: not allowed with argument --image",
        ),
        (
            ["--image", "a.png", "-o", "out.txt"],
            "argument -o/--output: the name must end in .npz; received 'out.txt'",
        ),
    ],
)
def test_wrong_usage(convsim, argv, message):
    result = convsim("forward", "--preset", "quiz", *argv)
    assert result.status == 2
    assert result.err.splitlines()[-1] == f"convsim forward: error: {message}"


def test_a_folder_that_is_not_there(convsim):
    np.save("x.npy", random_pictures(1, 3, 32, 32))
    result = convsim("forward", "--preset", "quiz", "--input", "x.npy", "-o", "no/out.npz")
    assert result.status == 1
    assert result.err == (
        "convsim: cannot write 'no/out.npz': there is no folder 'no'; "
        "make it first or choose another\n"
    )


@pytest.mark.parametrize(
    ("problem", "line", "status"),
    [
        (
            OSError(errno.ENOSPC, "No space left on device"),
            "cannot write 'out.npz': the disk is full; free some space or choose another disk",
            1,
        ),
        (KeyboardInterrupt(), "stopped", 130),
        (
            MemoryError(),
            "there is not enough memory; close other programs, or choose something smaller",
            1,
        ),
    ],
)
def test_stopped_half_way_the_old_file_is_whole_and_nothing_else_is_left(
    convsim, folder, monkeypatch, problem, line, status
):
    np.save("x.npy", random_pictures(1, 3, 32, 32))
    (folder / "out.npz").write_bytes(b"old")

    def fail(*_args):
        raise problem

    # The input is written by then, and the first layer asks for its weights.
    monkeypatch.setattr(Network, "checked_params", fail)
    result = convsim("forward", "--preset", "quiz", "--input", "x.npy", "-o", "out.npz")
    assert (result.status, result.out, result.err) == (status, "", f"convsim: {line}\n")
    assert (folder / "out.npz").read_bytes() == b"old"
    assert sorted(os.listdir(folder)) == ["out.npz", "x.npy"]


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="reads the peak from /proc")
def test_vgg_holds_one_layer_at_a_time(shell, folder):
    code = (
        "import sys; from pathlib import Path; from convsim.cli import main;"
        "status = main(sys.argv[1:]);"
        # Not getrusage, whose peak is inherited from the process that runs the tests.
        "words = Path('/proc/self/status').read_text().split();"
        "print(int(words[words.index('VmHWM:') + 1]) // 1024); sys.exit(status)"
    )
    np.save("x.npy", random_pictures(1, 3, 224, 224))
    arguments = ("forward", "--preset", "vgg16", "--input", "x.npy", "-o", "out.npz")
    result = shell(*arguments, code=code)
    assert (result.status, result.err) == (0, "")
    # The weights alone are 528 MB; every activation and two copies of them would be 1.2 GB.
    assert int(result.out.splitlines()[-1]) < 900
    with np.load(folder / "out.npz") as archive:
        assert archive["38_softmax1"].shape == (1, 1000)
        assert archive["33_dense1.weight"].shape == (4096, 25088)


def test_bad_input_is_one_line_with_the_files_name(convsim, folder):
    np.save("x.npy", np.zeros((1, 3, 32, 32), np.uint8))
    result = convsim("forward", "--preset", "quiz", "--input", "x.npy", "-o", "out.npz")
    assert (result.status, result.out) == (1, "")
    assert result.err == (
        "convsim: x.npy: holds uint8 numbers; float32 is needed: "
        "save pictures.astype('float32') / 255\n"
    )
    np.save("x.npy", np.zeros((1, 3, 32, 32), np.float64))
    result = convsim("forward", "--preset", "quiz", "--input", "x.npy", "-o", "out.npz")
    assert (result.status, result.out) == (0, "out.npz\n")
    assert result.err == "convsim: x.npy: float64 converted to float32\n"
