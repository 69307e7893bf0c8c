"""What a network needs in memory is counted, and refused before anything is allocated."""

from __future__ import annotations

import numpy as np
import pytest

from convsim.core import capacity
from convsim.core.capacity import TooLargeError, available_bytes, check_room, network_bytes
from convsim.core.layers import Conv2d, ReLU
from convsim.core.network import Network
from convsim.core.trace import Trace
from convsim.document.presets import PRESETS
from convsim.document.weights import Weights

GIB = 2**30


@pytest.fixture
def room_of_24_gib(monkeypatch, tmp_path):
    info = tmp_path / "meminfo"
    info.write_text(f"MemTotal: 99 kB\nMemAvailable:   {24 * GIB // 1024} kB\n")
    monkeypatch.setattr(capacity, "MEMINFO", info)


@pytest.mark.usefixtures("room_of_24_gib")
def test_256_gib_of_activations_are_refused_with_both_numbers():
    """BAD_INPUT 71."""
    network = Network((4096, 4096, 3), [Conv2d(4096, 1)])
    trace = Trace(network, Weights(network), np.zeros((4096, 4096, 3), np.float32))
    words = "needs 256 GiB, 24 GiB is there; halve the image or the filters"
    with pytest.raises(TooLargeError, match=words):
        trace.reach(0)
    assert trace.output(-1).shape == (3, 4096, 4096)


@pytest.mark.usefixtures("room_of_24_gib")
def test_weights_without_room_are_not_made():
    network = Network((64, 64, 1), [Conv2d(4096, 1), Conv2d(4096, 64)])
    weights = Weights(network)
    with pytest.raises(TooLargeError, match="needs 256 GiB"):
        weights[1]
    assert weights.made == {}


@pytest.mark.usefixtures("room_of_24_gib")
def test_what_just_fits_is_taken():
    check_room(24 * GIB)
    with pytest.raises(TooLargeError) as caught:
        check_room(24 * GIB + 4)
    assert (caught.value.needed, caught.value.available) == (24 * GIB + 4, 24 * GIB)


def test_a_network_needs_its_picture_all_outputs_and_all_weights():
    network = Network((5, 5, 1), [Conv2d(2, 3), ReLU()])
    assert network_bytes(network) == 4 * (25 + 2 * 18 + 18 + 2)
    assert network_bytes(PRESETS["vgg16"].build()) > 4 * 138_000_000


def test_the_system_says_how_much_is_there(monkeypatch, tmp_path):
    there = available_bytes()
    assert there > 100 * 2**20
    monkeypatch.setattr(capacity, "MEMINFO", tmp_path / "none")
    assert available_bytes() >= there
