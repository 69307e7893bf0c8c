"""Layers on the clipboard: the same layers and weights come back, and nothing else does."""

from __future__ import annotations

import numpy as np
import pytest

from convsim.core.layers import KINDS, Conv2d, ReLU
from convsim.document.palette import new_layer
from convsim.formats import clip
from convsim.formats.clip import are_layers, decode_layers, encode_layers
from convsim.formats.errors import ProjectError


def test_every_kind_of_layer_comes_back_as_it_was():
    layers = [new_layer(kind, (8, 8, 4)) for kind in KINDS]
    text = encode_layers(layers, [{} for _ in layers])
    assert are_layers(text.decode())
    back, params = decode_layers(text)
    assert list(back) == layers
    assert not any(params)


def test_weights_come_along_to_the_last_bit_unless_they_are_very_many(monkeypatch):
    layer = Conv2d(2, 3, name="edges")
    weight = np.random.default_rng(1).standard_normal((2, 3, 3, 3)).astype(np.float32)
    text = encode_layers([layer, ReLU(name="r")], [{"weight": weight}, {}])
    _, (params, none) = decode_layers(text)
    np.testing.assert_array_equal(params["weight"], weight)
    assert params["weight"].dtype == np.float32
    assert none == {}
    monkeypatch.setattr(clip, "MOST_WEIGHTS", weight.size - 1)
    _, (params, _) = decode_layers(encode_layers([layer, ReLU(name="r")], [{"weight": weight}, {}]))
    assert params == {}


GOOD = encode_layers([Conv2d(1, 1, name="c")], [{"weight": np.ones((1, 1, 1, 1), np.float32)}])


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        (b'"convsim-layers"', b'"other"', "no layers of ConvSim"),
        (b'-layers": 1', b'-layers": 9', "need version 9; this is 1"),
        (b'"conv"', b"5", r"\$.layers\[0\].kind must be text"),
        (b'"filters": 1', b'"filters": 0', r"filters must be 1 to 4096; got 0"),
        (b"AACAPw==", b"AACAP", "no base64"),
        (b"AACAPw==", b"AACAPwAAgD8=", "holds 8 bytes"),
        (b"AACAPw==", b"AADAfw==", "not finite"),
        (b"{", b"[[[", "is not JSON"),
    ],
)
def test_what_is_broken_is_refused_with_the_place(old, new, why):
    assert old in GOOD
    with pytest.raises(ProjectError, match=why):
        decode_layers(GOOD.replace(old, new, 1))


def test_a_text_of_another_kind_is_no_layers():
    assert not are_layers("1\t2\n3\t4")
