"""Generated Keras programs, run by Keras 3 on its PyTorch backend, layer by layer."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import numpy as np
import pytest

from convsim.core.layers import KINDS, Conv2d, ReLU
from convsim.core.network import Network
from convsim.document.presets import PRESETS
from convsim.document.weights import Weights
from convsim.formats.code.keras_layers import STEPS
from convsim.formats.code.keras_parts import HELPERS
from convsim.formats.code.writer import write_program
from tests.formats.networks import NETWORKS, imported, pictures, weights_of
from tests.formats.random_networks import Chance

pytest.importorskip("torch")
os.environ["KERAS_BACKEND"] = "torch"
pytest.importorskip("keras")
pytestmark = [
    pytest.mark.torch,
    # Keras 3.15 asks NumPy for copies in the old way.
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),
]

SMALL = [n for n, p in PRESETS.items() if n not in ("alexnet", "vgg16") and not p.build().bad_place]


def program(folder, network, weights):
    """Write a program and import it."""
    path = folder / "net.py"
    write_program(path, network, weights, "keras", "A network")
    return imported(path)


def check_numbers(module, network, weights):
    x = pictures(network)
    seen = module.activations(module.load(), x)
    expected = network.forward_all(weights, x)
    assert list(seen) == [layer.name for layer in network.layers]
    for y, (name, values) in zip(expected, seen.items(), strict=True):
        scale = max(1.0, float(np.abs(y).max()))
        np.testing.assert_allclose(values, y, rtol=1e-5, atol=1e-5 * scale, err_msg=name)


def test_every_kind_has_its_source():
    assert set(STEPS) == set(KINDS.values())


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


def test_every_helper_is_needed_by_some_network():
    used = set()
    for network in NETWORKS.values():
        used |= {h for p in network.places for h in STEPS[type(p.layer)](p.layer, p).helpers}
    assert used == set(HELPERS)


def test_names_that_python_takes_are_changed(tmp_path):
    names = ["input", "class", "1st", "a/b"]
    layers = [ReLU(name=name) for name in names[:-1]] + [Conv2d(2, 1, name=names[-1])]
    network = Network((3, 3, 1), layers)
    module = program(tmp_path, network, weights_of(network))
    seen = module.activations(module.load(), pictures(network))
    assert list(seen) == ["input_", "class_", "layer_1st", "a_b"]


def test_the_program_reads_well_and_runs_from_the_command_line(tmp_path):
    network = PRESETS["lenet5"].build()
    write_program(tmp_path / "lenet5.py", network, Weights(network), "keras", "LeNet-5")
    text = (tmp_path / "lenet5.py").read_text()
    assert text.startswith('"""LeNet-5, written by ConvSim as a Keras program.\n')
    assert 'x = layers.MaxPooling2D(2, name="pool1")(x)  # → 14×14×6' in text
    assert max(map(len, text.splitlines())) <= 110
    assert not re.search(r"[ \t]+$", text, re.MULTILINE)
    assert "\n\n\n\n" not in text
    np.save(tmp_path / "x.npy", pictures(network))
    done = subprocess.run(
        [sys.executable, "lenet5.py", "--input", "x.npy", "-o", "out.npz"],
        cwd=tmp_path, capture_output=True, text=True, timeout=150, check=False,
        env={**os.environ, "KERAS_BACKEND": "torch"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "softmax1         2 × 10" in done.stdout
    with np.load(tmp_path / "out.npz") as found:
        expected = network.forward(network.init(0), pictures(network))
        np.testing.assert_allclose(found["13_softmax1"], expected, atol=1e-6)


@pytest.mark.parametrize("seed", range(15))
def test_random_networks_give_the_same_numbers_too(tmp_path, seed):
    network = Chance(seed).network()
    check_numbers(program(tmp_path, network, weights_of(network)), network, weights_of(network))
