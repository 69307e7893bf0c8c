"""Generated PyTorch programs, run by PyTorch: every layer gives the numbers that ConvSim shows."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import numpy as np
import pytest

from convsim.core.layers import KINDS, Conv2d, Dense, Flatten, ReLU, Softmax
from convsim.core.network import Network
from convsim.document.presets import PRESETS
from convsim.document.weights import Weights
from convsim.formats.code.torch_layers import LINES
from convsim.formats.code.torch_parts import HELPERS, TAKEN
from convsim.formats.code.writer import write_program
from convsim.formats.safetensors import read_safetensors
from tests.formats.networks import NETWORKS, imported, pictures, weights_of
from tests.formats.random_networks import Chance

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.torch

SMALL = [n for n, p in PRESETS.items() if n not in ("alexnet", "vgg16") and not p.build().bad_place]


def program(folder, network, weights, title="A network"):
    """Write a program and import it."""
    path = folder / "net.py"
    write_program(path, network, weights, "pytorch", title)
    return imported(path)


def check_numbers(module, network, weights):
    x = pictures(network)
    seen = module.activations(module.load(), torch.from_numpy(x))
    expected = network.forward_all(weights, x)
    assert len(seen) == len(expected)
    for y, wanted, (name, values) in zip(expected, network.layers, seen.items(), strict=True):
        assert name == wanted.name
        scale = max(1.0, float(np.abs(y).max()))
        np.testing.assert_allclose(values.numpy(), y, rtol=1e-5, atol=1e-5 * scale, err_msg=name)


def test_every_kind_has_its_source():
    assert set(LINES) == set(KINDS.values())


@pytest.mark.parametrize("name", NETWORKS)
def test_every_layer_gives_the_same_numbers(tmp_path, name):
    network, weights = NETWORKS[name], weights_of(NETWORKS[name])
    check_numbers(program(tmp_path, network, weights), network, weights)


@pytest.mark.parametrize("name", SMALL)
def test_first_weights_of_presets_are_drawn_again(tmp_path, name):
    network = PRESETS[name].build()
    weights = Weights(network, seed=3)
    module = program(tmp_path, network, weights)
    assert not (tmp_path / "net.safetensors").exists()
    check_numbers(module, network, weights)


def test_some_weights_are_stored_and_others_drawn(tmp_path):
    network = NETWORKS["residual"]
    weights = Weights(network, 0, {"conv2": weights_of(network).made["conv2"]})
    check_numbers(program(tmp_path, network, weights), network, weights)


def test_every_helper_is_needed_by_some_network(tmp_path):
    used = set()
    for network in NETWORKS.values():
        used |= {h for p in network.places for h in LINES[type(p.layer)](p.layer, p).helpers}
    assert used == set(HELPERS)


def test_names_that_python_or_pytorch_takes_are_changed(tmp_path):
    assert {n for n in dir(torch.nn.Module()) if not n.startswith("_")} <= TAKEN
    names = ["train", "class", "1st", "features.0", "features_0", "forward"]
    layers = [ReLU(name=name) for name in names[:-1]] + [Conv2d(2, 1, name=names[-1])]
    network = Network((3, 3, 1), layers)
    weights = weights_of(network)
    module = program(tmp_path, network, weights, 'A "title"\\ with $signs\n and ends')
    seen = module.activations(module.load(), torch.from_numpy(pictures(network)))
    assert list(seen) == ["train_", "class_", "layer_1st", "features_0", "features_0_", "forward_"]
    expected = network.forward(weights, pictures(network))
    np.testing.assert_allclose(seen["forward_"].numpy(), expected, atol=1e-6)


def test_the_program_reads_well(tmp_path):
    network = PRESETS["lenet5"].build()
    write_program(tmp_path / "lenet5.py", network, Weights(network), "pytorch", "LeNet-5")
    text = (tmp_path / "lenet5.py").read_text()
    assert text.startswith('"""LeNet-5, written by ConvSim as a PyTorch program.\n')
    line = "self.conv1 = nn.Conv2d(1, 6, kernel_size=5, padding=2)  # 28×28×1 → 28×28×6"
    assert line in text
    assert (
        "        x = self.conv1(x)\n        x = self.relu1(x)\n        x = self.pool1(x)\n" in text
    )
    assert max(map(len, text.splitlines())) <= 110
    assert not re.search(r"[ \t]+$", text, re.MULTILINE)
    assert "\n\n\n\n" not in text


def small() -> Network:
    """Return a network that learns in seconds: is the left or the right half bright?"""
    layers = [Conv2d(4, 3, padding=1), ReLU(), Flatten(), Dense(2), Softmax()]
    return Network((6, 6, 1), layers)


def halves(path, count=64):
    rng = np.random.default_rng(0)
    x = rng.uniform(0, 0.3, (count, 1, 6, 6)).astype(np.float32)
    y = np.arange(count) % 2
    for picture, side in zip(x, y, strict=True):
        picture[0, :, 3 * side : 3 * side + 3] += 0.5
    np.savez(path, x=x, y=y)
    return x, y


def command(folder, *argv, launcher=()):
    env = {**os.environ, "OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, *launcher, "net.py", *argv],
        cwd=folder, env=env, capture_output=True, text=True, timeout=150, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_program_runs_from_the_command_line(tmp_path):
    network = small()
    write_program(tmp_path / "net.py", network, Weights(network), "pytorch")
    np.save(tmp_path / "x.npy", pictures(network))
    out = command(tmp_path, "--input", "x.npy", "-o", "out.npz")
    assert re.findall(r"^(\w+) +([\d ×]+)$", out, re.MULTILINE)[0] == ("conv1", "2 × 4 × 6 × 6")
    with np.load(tmp_path / "out.npz") as found:
        names = ["input", "01_conv1", "02_relu1", "03_flatten1", "04_dense1", "05_softmax1"]
        assert list(found) == names
        expected = network.forward(network.init(0), pictures(network))
        np.testing.assert_allclose(found["05_softmax1"], expected, atol=1e-6)


def test_it_trains_the_same_on_one_process_and_on_two(tmp_path):
    network = small()
    x, y = halves(tmp_path / "data.npz")
    options = ("--train", "data.npz", "--epochs", "12", "--batch", "16", "--rate", "0.1")
    trained = []
    launch = ("-m", "torch.distributed.run", "--nproc-per-node", "2", "--master-port", "0",
              "--standalone")  # fmt: skip
    for launcher in ((), launch):
        write_program(tmp_path / "net.py", network, Weights(network), "pytorch")
        (tmp_path / "net.safetensors").unlink(missing_ok=True)
        out = command(tmp_path, *options, launcher=launcher)
        assert out.count("epoch 12: ") == 1
        assert "100.0% right" in out
        weights, notes = read_safetensors(tmp_path / "net.safetensors", network, Weights(network))
        assert notes == ()
        assert (network.forward(weights, x).argmax(1) == y).all()
        trained.append(weights)
    for one, two in zip(*trained, strict=True):
        for key in one:
            np.testing.assert_allclose(one[key], two[key], rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("seed", range(40))
def test_random_networks_give_the_same_numbers_too(tmp_path, seed):
    network = Chance(seed).network()
    check_numbers(program(tmp_path, network, weights_of(network)), network, weights_of(network))
